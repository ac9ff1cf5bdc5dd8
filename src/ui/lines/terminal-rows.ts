// Breaks a line into rows where its text has several or the terminal is narrow: every row but the first begins as no line does.
import { wrap } from "../text/width.ts";

const continued = "  > ";
/** Narrower terminals break rows themselves. */
const fewestColumns = 20;
const lineBreak = /\r\n|[\n\r\u0085\u2028\u2029]/;

/** Joins the lines of a text so that no second one can pass for another event. */
export function oneEvent(text: string): string {
	return text.split(lineBreak).join(`\n${continued}`);
}

/** Breaks a line into the rows of a terminal. A terminal that broke it itself would begin a row with whatever somebody put there. */
export function rowsOf(line: string, columns: number): readonly string[] {
	if (columns < fewestColumns) return [line];
	return line.split("\n").flatMap((part) => {
		const isMore = part.startsWith(continued);
		const rows = wrap(isMore ? part.slice(continued.length) : part, columns - continued.length);
		return rows.map((row, index) => (isMore || index > 0 ? continued + row : row));
	});
}
