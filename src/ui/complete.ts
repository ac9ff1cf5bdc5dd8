// Completes names and commands in the message box: Tab takes the first that fits, Tab again the next. Pure.
import type { Edit } from "./edit.ts";
import { slashCommands } from "./slash.ts";

/** The ways to go on from where Tab was first pressed. `from`: where what was typed begins; `typed`: what it was. */
export interface Completion {
	readonly from: number;
	readonly typed: string;
	readonly offers: readonly string[];
	readonly place: number;
}

const startsWith = (whole: string, start: string): boolean => whole.toLowerCase().startsWith(start.toLowerCase());

/** Names may have spaces: the longest piece before the cursor that a name begins with. */
const maxNameWords = 4;

function pieces(text: string): readonly number[] {
	const starts = [0, ...Array.from(text.matchAll(/\s+/g), ({ index, 0: space }) => index + space.length)];
	return starts.slice(-maxNameWords).filter((start) => start < text.length);
}

function offersAt(text: string, names: readonly string[]): Omit<Completion, "place"> | undefined {
	const command = /^\/(\S*)$/.exec(text)?.[1];
	if (command !== undefined) {
		const offers = slashCommands
			.filter(({ name }) => startsWith(name, command))
			.map(({ name, takes }) => `/${name}${takes === "" ? "" : " "}`);
		return { from: 0, typed: text, offers };
	}
	const from = pieces(text).find((start) =>
		names.some((name) => startsWith(name, text.slice(start).replace(/^@/, ""))),
	);
	if (from === undefined) return undefined;
	const typed = text.slice(from);
	const at = typed.startsWith("@") ? "@" : "";
	// At the start of a line a name is whom one speaks to.
	const end = from === 0 && at === "" ? ": " : " ";
	const offers = names.filter((name) => startsWith(name, typed.slice(at.length))).map((name) => at + name + end);
	return { from, typed, offers };
}

/** Completes what stands before the cursor, or goes on to the next offer (`step` -1: the one before). `undefined` when nothing fits. */
export function complete(
	edit: Edit,
	current: Completion | undefined,
	names: readonly string[],
	step: 1 | -1,
): readonly [Edit, Completion] | undefined {
	const found = current ?? offersAt(edit.text.slice(0, edit.cursor), names);
	if (found === undefined || found.offers.length === 0) return undefined;
	const count = found.offers.length;
	const place = current === undefined ? (step === 1 ? 0 : count - 1) : (current.place + step + count) % count;
	const offer = found.offers[place] ?? "";
	const before = edit.text.slice(0, found.from);
	const after = edit.text.slice(edit.cursor);
	const next: Edit = { ...edit, text: before + offer + after, cursor: before.length + offer.length };
	return [next, { ...found, place }];
}
