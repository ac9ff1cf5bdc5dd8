// Terminals disagree on the width of many characters, and a row is only as right as all widths before. Behind each of these characters the cursor is
// therefore put where we think it is: a terminal that thinks otherwise draws that one character badly, and everything behind it stays in its place.
import { graphemesOf, graphemeWidth } from "../text/width.ts";

// The sequences of a picture, or a run of text.
const token =
	/\u001B\[([0-9;?<>=]*)[ -/]*([@-~])|\u001B\][^\u0007\u001B]*(?:\u0007|\u001B\\)|[^\u0000-\u001F]+|[\s\S]/g;
const hasOthers = /[^\u0000-\u007E]/;

// ASCII, letters of one cell and ideographs of two, on whose widths all terminals have agreed for twenty years; box drawing, which our own pictures are made of.
const agreed =
	/^[ -~\u00A1-\u00AC\u00AE-\u02FF\u0370-\u0377\u037B-\u037F\u0384-\u0482\u048A-\u052F\u1E00-\u1FFF\u2010-\u2027\u2030-\u205E\u20A0-\u20BF\u2190-\u2193\u2500-\u259F\u3041-\u3096\u30A1-\u30FA\u30FC\u4E00-\u9FA5\uAC00-\uD7A3]$/;

/** Returns the column after a control sequence (CSI); `undefined` when it leads to somewhere we do not know. */
function columnAfter(column: number | undefined, parameters: string, final: string): number | undefined {
	switch (final) {
		case "G":
			return Math.max(1, Number(parameters === "" ? 1 : parameters)) - 1;
		case "H":
			return Math.max(1, Number(parameters.split(";")[1] ?? 1)) - 1;
		case "E":
		case "F":
			return 0;
		case "A":
		case "B":
		case "K":
		case "J":
		case "h":
		case "l":
		case "m":
		case "q":
			return column;
		default:
			return undefined;
	}
}

function pinRun(run: string, start: number, columns: number): readonly [written: string, column: number] {
	let column = start;
	let written = "";
	for (const part of graphemesOf(run)) {
		column += graphemeWidth(part);
		written += part;
		// At the edge the cursor waits on the last cell, which must not be erased. What is behind in the row is yet to be written.
		if (!agreed.test(part) && column < columns) written += `\u001B[${column + 1}G\u001B[K`;
	}
	return [written, column];
}

/** Returns a piece of a picture with the column made sure of behind each character that needs it. Rows must be written up to their end. */
export function steadied(picture: string, columns: number): string {
	if (!hasOthers.test(picture)) return picture;
	let column: number | undefined;
	return picture.replace(token, (whole: string, parameters: string | undefined, final: string | undefined) => {
		if (final !== undefined) {
			column = columnAfter(column, parameters ?? "", final);
			return whole;
		}
		if (whole === "\r" || whole === "\n") {
			column = 0;
			return whole;
		}
		if (whole.startsWith("\u001B]")) return whole;
		if (column === undefined || /^[\u0000-\u001F]/.test(whole)) {
			column = undefined;
			return whole;
		}
		if (!hasOthers.test(whole)) {
			column += whole.length;
			return whole;
		}
		const [written, next] = pinRun(whole, column, columns);
		column = next;
		return written;
	});
}
