// Measures, cuts and wraps text by the columns it takes on screen, never inside a grapheme.
import stringWidth from "string-width";
import wrapAnsi from "wrap-ansi";
import { graphemesIn } from "./graphemes.ts";

const printableAscii = /^[\u0020-\u007E]*$/;
/** Holds letters of one column and the signs that our rows are full of. None of them joins another, so each is a grapheme. */
const narrow =
	"[ -~\\u00A1-\\u00AC\\u00AE-\\u02FF\\u2010-\\u2027\\u2030-\\u205E\\u2190-\\u2193\\u2500-\\u259F\\u25CB-\\u25CC\\u25CF]";
const narrowOnly = new RegExp(`^${narrow}*$`);
/** Is the same with colours between them. */
const narrowInColours = new RegExp(`^(?:\\u001B\\[[\\d;]*m|${narrow})*$`);
const colours = /\u001B\[[\d;]*m/g;

const knownWidths = new Map<string, number>();
const knownTextWidths = new Map<string, number>();
const maxKnownWidths = 4096;
const longestKnown = 2_000;

/** Returns how many screen columns a text takes (SGR codes take none). It is remembered, because the rows on screen are measured at every key. */
export function widthOf(text: string): number {
	if (printableAscii.test(text)) return text.length;
	const known = knownTextWidths.get(text);
	if (known !== undefined) return known;
	const width = narrowInColours.test(text) ? text.replace(colours, "").length : stringWidth(text);
	if (knownTextWidths.size >= maxKnownWidths) knownTextWidths.clear();
	if (text.length <= longestKnown) knownTextWidths.set(text, width);
	return width;
}

/** Returns how many screen columns one grapheme takes. It is remembered: measuring an emoji takes long, and a draft is measured at every key. */
export function graphemeWidth(grapheme: string): number {
	const known = knownWidths.get(grapheme);
	if (known !== undefined) return known;
	const width = widthOf(grapheme);
	if (knownWidths.size >= maxKnownWidths) knownWidths.clear();
	if (grapheme.length <= 50) knownWidths.set(grapheme, width);
	return width;
}

/** Returns the graphemes of a text: what a person sees as one character. */
export function graphemesOf(text: string): readonly string[] {
	if (narrowOnly.test(text)) return text.split("");
	return Array.from(graphemesIn(text), (part) => part.segment);
}

/** Cuts plain text to at most `width` columns; a cut is shown by "…". */
export function fit(text: string, width: number): string {
	if (width <= 0) return "";
	// Nothing beyond some code units per column can be seen; hostile marks stacked on one letter must not cost time.
	const seen = text.length > width * 32 ? text.slice(0, width * 32) : text;
	if (seen.length === text.length && widthOf(text) <= width) return text;
	let result = "";
	let used = 0;
	for (const grapheme of graphemesOf(seen)) {
		const wide = graphemeWidth(grapheme);
		if (used + wide > width - 1) break;
		result += grapheme;
		used += wide;
	}
	return `${result}…`;
}

/** Returns plain text cut or filled with spaces to exactly `width` columns. */
export function pad(text: string, width: number): string {
	const cut = fit(text, width);
	return cut + " ".repeat(Math.max(0, width - widthOf(cut)));
}

/** Fills painted text, which must not be wider, to `width` columns. */
export const fill = (painted: string, width: number): string =>
	painted + " ".repeat(Math.max(0, width - widthOf(painted)));

/** Wraps plain or painted text by words; words longer than a row are broken between graphemes. At least one row. */
export function wrap(text: string, width: number): readonly string[] {
	const columns = Math.max(2, width);
	const flat = text.replaceAll("\t", "    ");
	if (!flat.includes("\n") && flat.length <= columns && printableAscii.test(flat)) return [flat];
	return flat.split("\n").flatMap((line) =>
		wrapAnsi(line, columns, { hard: true, trim: false })
			.split("\n")
			// The space a line was broken at belongs to neither row; indentation at the start of a line stays.
			.map((row, index) => (index === 0 ? row : row.replace(/^ /, "")).replace(/ +$/, ""))
			.flatMap((row) => (widthOf(row) <= columns ? [row] : broken(row, columns))),
	);
}

// Marks that take columns of their own (U+1D165 and the like) make one grapheme as wide as someone likes: only such are cut.
function broken(row: string, columns: number): readonly string[] {
	const parts = graphemesOf(row).flatMap((part) => (graphemeWidth(part) <= columns ? [part] : Array.from(part)));
	const rows: string[] = [];
	let current = "";
	let used = 0;
	for (const part of parts) {
		const wide = graphemeWidth(part);
		if (current !== "" && used + wide > columns) {
			rows.push(current);
			current = "";
			used = 0;
		}
		current += part;
		used += wide;
	}
	return [...rows, current];
}
