// What stands around the text of a line, in words and signs: how far it has come, when it goes, what it answers. Pure.
import type { LineEntry, Reaction, ReplyView } from "../../engine/api/content.ts";
import type { Style } from "../look/palettes.ts";
import { clockOf, dateOf, dayWriter, isSameDay } from "../text/clock.ts";

/** A few words and how they are painted. */
export interface Words {
	readonly text: string;
	readonly style: Style;
}

/** Says how far a message of our own has come, and nothing for those of others. */
function deliveryWords({ from, delivery }: LineEntry): readonly Words[] {
	if (!from.isSelf) return [];
	switch (delivery.kind) {
		case "sending":
			if (delivery.waitsFor === undefined) return [{ text: "…", style: "faint" }];
			return [{ text: `… waits on your computer until ${delivery.waitsFor} is online`, style: "faint" }];
		case "sent":
			return [{ text: "✓", style: "faint" }];
		case "unheard":
			return [{ text: "· nobody else was here", style: "faint" }];
		case "reached":
			return [{ text: `✓ ${delivery.count}/${delivery.of}`, style: "faint" }];
		case "failed":
			return [{ text: "✗ not sent · /retry", style: "warning" }];
	}
}

const shortMs = 10 * 60 * 1000;
const shortDay = dayWriter({ day: "numeric", month: "short" });

// The moment, not how long is left: a row is made once and stays true.
function disappearingWords({ at, disappearsAt }: LineEntry): readonly Words[] {
	if (disappearsAt === undefined) return [];
	const seconds = String(dateOf(disappearsAt).getSeconds()).padStart(2, "0");
	const clock = disappearsAt - at < shortMs ? `${clockOf(disappearsAt)}:${seconds}` : clockOf(disappearsAt);
	const day = isSameDay(at, disappearsAt) ? "" : `${shortDay(disappearsAt)} `;
	return [{ text: `◷ until ${day}${clock}`, style: "faint" }];
}

/** Returns what stands behind the text of a line. */
export function endWords(line: LineEntry): readonly Words[] {
	if (line.gone !== undefined) return [];
	const edited: readonly Words[] = line.isEdited === true ? [{ text: "(edited)", style: "faint" }] : [];
	return [...edited, ...disappearingWords(line), ...deliveryWords(line)];
}

/** A message with more rows than this is folded, and this many are left of it then. */
const mostRows = 24;
const foldedRows = 10;

/** Tells whether a message is so long that it may be folded. */
export const isLong = ({ text }: LineEntry): boolean => text.length > 400 || text.split("\n").length > foldedRows;

/** Folds the rows of a long message to the first of them; `isOpen` shows them all. */
export function foldRows(
	rows: readonly string[],
	isOpen: boolean,
	paint: (words: string) => string,
): readonly string[] {
	if (isOpen || rows.length <= mostRows) return rows;
	return [...rows.slice(0, foldedRows), paint(`… ${rows.length - foldedRows} more rows: choose it, o opens it`)];
}

/** Returns what stands in place of a text that is gone. */
export const goneWords = (gone: "deleted" | "disappeared"): string =>
	gone === "deleted" ? "(deleted)" : "(disappeared: its time was over)";

/** Returns the line that is answered, without the sign in front. */
export function quoteWords({ name, text, isUnchecked }: ReplyView): string {
	const said = text === "" ? "(gone)" : text;
	return isUnchecked === true ? `${name}, so they say (not here to check): ${said}` : `${name}: ${said}`;
}

/** Lists the signs of lines and what they say, for the help. */
export const lineSigns: readonly (readonly [sign: string, words: string])[] = [
	["…", "on its way"],
	["✓", "the host has passed it on"],
	["· nobody else", "nobody else was in the room to read it"],
	["✓ 4/5", "four of the five others have it"],
	["✗ not sent", "the room was over first: /retry sends it again"],
	["@", "somebody says your name"],
	["┌", "what a message answers"],
	["↳", "reactions"],
	["◷", "when a message disappears"],
	["▤", "a file, and how far it is"],
];

/** At most this many reactions are shown; further ones are only counted. */
const maxReactions = 24;

/** Returns one piece for each emoji: how many, and whether we are one of them. */
export function reactionWords(reactions: readonly Reaction[]): readonly Words[] {
	const shown = reactions.slice(0, maxReactions).map(({ emoji, people, isMine }): Words => {
		const count = `${emoji} ${people.length}`;
		return isMine ? { text: `${count} (you)`, style: "accent" } : { text: count, style: "faint" };
	});
	const more = reactions.length - shown.length;
	return more > 0 ? [...shown, { text: `and ${more} more`, style: "faint" }] : shown;
}
