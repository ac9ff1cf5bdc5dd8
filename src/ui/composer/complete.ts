// Completes names, commands, emoji and paths in the message box: Tab puts in the first that fits, Tab again the next one. Pure.

import type { FileView } from "../../engine/api/files/files.ts";
import type { FileLine } from "../actions/action.ts";
import { isOpenTo } from "../actions/actions.ts";
import { namesToDo } from "../actions/file-meant.ts";
import { slashCommands } from "../actions/slash-commands.ts";
import { applyEdit, type Edit } from "../screen/edit.ts";
import { begunName, type EmojiNames, emojiNamed } from "../text/emoji.ts";
import { quotedPath } from "../text/typed-paths.ts";
import { type BegunPath, namesFor, type PathName } from "./paths.ts";

/** An offer is one way to complete what was typed: `text` is put in, `shown` stands in the row of offers. */
export interface Offer {
	readonly text: string;
	readonly shown: string;
}

/**
 * A completion under way: all offers, and the place of the one that was put in. `before` is the text as it was when Tab was first pressed; in it the typed
 * piece that is completed begins at `from`.
 */
export interface Completion {
	readonly before: Edit;
	readonly from: number;
	readonly offers: readonly Offer[];
	readonly place: number;
}

/** Says what there is to complete with. `emoji` is absent until the names of emoji are loaded. */
export interface CompletionSources {
	readonly names: readonly string[];
	/** Says whether commands that only a host can give are offered too. */
	readonly isHost?: boolean | undefined;
	readonly emoji?: EmojiNames | undefined;
	/** The files of the room, for the commands that take the name of one. */
	readonly files?: readonly FileView[];
}

type Offers = Pick<Completion, "from" | "offers">;

const startsWith = (whole: string, start: string): boolean => whole.toLowerCase().startsWith(start.toLowerCase());

/** Names may have spaces, so up to this many words before the cursor can be the beginning of one; the longest such piece counts. */
const maxNameWords = 4;

function pieces(text: string): readonly number[] {
	const starts = [0, ...Array.from(text.matchAll(/\s+/g), ({ index, 0: space }) => index + space.length)];
	return starts.slice(-maxNameWords).filter((start) => start < text.length);
}

function commandOffers(text: string, isHost: boolean): Offers | undefined {
	const command = /^\/(\S*)$/.exec(text)?.[1];
	if (command === undefined) return undefined;
	const offers = slashCommands
		.filter((one) => startsWith(one.name, command) && isOpenTo(one, isHost))
		.map(({ name, takes }) => ({ text: `/${name}${takes === "" ? "" : " "}`, shown: `/${name}` }));
	return { from: 0, offers };
}

function emojiOffers(text: string, names: EmojiNames | undefined): Offers | undefined {
	const begun = begunName(text);
	if (begun === undefined || names === undefined) return undefined;
	const offers = emojiNamed(begun.name, names).map(([name, emoji]) => ({ text: emoji, shown: `${emoji} ${name}` }));
	return offers.length === 0 ? undefined : { from: begun.from, offers };
}

function fileOffers(text: string, files: readonly FileView[]): Offers | undefined {
	const [begun, what, typed = ""] = /^\/(accept|decline|hold|continue|cancel)\s+(.*)$/.exec(text) ?? [];
	if (begun === undefined) return undefined;
	const names = namesToDo(what as FileLine["what"], files).filter((name) => startsWith(name, typed));
	const offers = names.map((name) => ({ text: name, shown: name }));
	return offers.length === 0 ? undefined : { from: text.length - typed.length, offers };
}

function nameOffers(text: string, names: readonly string[]): Offers | undefined {
	const from = pieces(text).find((start) =>
		names.some((name) => startsWith(name, text.slice(start).replace(/^@/, ""))),
	);
	if (from === undefined) return undefined;
	const typed = text.slice(from);
	const at = typed.startsWith("@") ? "@" : "";
	// A name at the start of a line says whom one speaks to.
	const end = from === 0 && at === "" ? ": " : " ";
	const offers = names
		.filter((name) => startsWith(name, typed.slice(at.length)))
		.map((name) => ({ text: at + name + end, shown: name }));
	return { from, offers };
}

// Puts an offer into the text as it was before the first Tab: an offer that was put in may have melted into what stands behind it, and could not be taken out.
function take(before: Edit, found: Offers, place: number): readonly [Edit, Completion] | undefined {
	const offer = found.offers[place];
	if (offer === undefined) return undefined;
	const next = applyEdit(before, { kind: "replace", from: found.from, to: before.cursor, text: offer.text });
	return [next, { before, from: found.from, offers: found.offers, place }];
}

const firstPlace = ({ offers }: Offers, step: 1 | -1): number => (step === 1 ? 0 : offers.length - 1);

/** Completes what stands before the cursor, or goes on to the next offer, with `step` -1 to the one before. Returns `undefined` when nothing fits. */
export function complete(
	edit: Edit,
	current: Completion | undefined,
	{ names, isHost = false, emoji, files = [] }: CompletionSources,
	step: 1 | -1,
): readonly [Edit, Completion] | undefined {
	if (current !== undefined) {
		const { length } = current.offers;
		return take(current.before, current, (current.place + step + length) % length);
	}
	const before = edit.text.slice(0, edit.cursor);
	const found =
		commandOffers(before, isHost) ??
		emojiOffers(before, emoji) ??
		fileOffers(before, files) ??
		nameOffers(before, names);
	return found && take(edit, found, firstPlace(found, step));
}

/** Completes a path by the names that are in its folder. Returns `undefined` when none of them fits. */
export function completePath(
	edit: Edit,
	path: BegunPath,
	names: readonly PathName[],
	step: 1 | -1,
): readonly [Edit, Completion] | undefined {
	const written = (whole: string) => (path.isQuoted === true ? quotedPath(whole) : whole);
	const offers = namesFor(path, names).map((name) => ({ text: written(path.folder + name), shown: name }));
	const found = { from: path.from, offers };
	return take(edit, found, firstPlace(found, step));
}
