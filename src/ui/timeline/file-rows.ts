// A file that a line offers, as rows: its name and size, and below it how far it is.
import type { FileView } from "../../engine/api/files/files.ts";
import type { Style } from "../look/palettes.ts";
import type { Theme } from "../look/theme.ts";
import { wrap } from "../text/width.ts";
import { type StateLook, type StateWords, sharesWords, stateWords } from "../words/files/file-state.ts";

/** Stands before how far a file is, where no text of a message can stand. */
export const fileSign = "▤";

/** From this many columns on there is room for a bar. */
const barFrom = 44;
const barColumns = 8;

const styles: Readonly<Record<StateWords["tone"], Style>> = {
	calm: "faint",
	good: "good",
	asking: "accent",
	bad: "warning",
};

/** Returns the rows that say how far a file is, painted, without an indent. Whoever has how much of an own file follows on a row of its own. */
export function stateRows(
	file: FileView,
	theme: Theme,
	columns: number,
	look: Omit<StateLook, "bar">,
): readonly string[] {
	const whole = { ...look, bar: columns >= barFrom ? barColumns : 0 };
	const { text, tone } = stateWords(file, whole);
	const shares = sharesWords(file, whole);
	return [
		...wrap(text, columns).map((row) => theme.paint(styles[tone], row)),
		...(shares === "" ? [] : wrap(shares, columns).map((row) => theme.paint("faint", row))),
	];
}
