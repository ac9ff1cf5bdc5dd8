// Text of which parts look different (links, code, what is searched for), wrapped first and painted after, so that no row begins or ends inside a code.
import { folded, rangesOf } from "./case-folding.ts";
import { wrap } from "./width.ts";

/** A Span is a part of a text, in UTF-16 code units from its start up to before `to`. `paint` gets pieces of it, at most a row each. */
export interface Span {
	readonly from: number;
	readonly to: number;
	readonly paint: (piece: string) => string;
}

/** A PlacedRow is one row of a text, with where in the text it begins. */
export interface PlacedRow {
	readonly text: string;
	readonly from: number;
}

/** Returns the form in which texts are wrapped; spans count in it. */
export const flat = (text: string): string => text.normalize().replaceAll("\t", "    ");

/** Wraps a flat text. `hang` counts the columns of the first row that are taken already; if nothing fits behind them, the first row is empty. */
function wrapPlaced(text: string, columns: number, hang: number): readonly PlacedRow[] {
	// The "#" stand for what is before the text on its first row.
	const before = hang <= 0 ? "" : `${"#".repeat(hang - 1)} `;
	const whole = before + text;
	let place = 0;
	const rows = wrap(whole, columns).map((row) => {
		// Only white space goes missing between two rows.
		const from = Math.max(place, whole.indexOf(row, place));
		place = from + row.length;
		return { text: row, from };
	});
	if (before === "") return rows;
	return rows.map((row) => {
		const cut = Math.max(0, before.length - row.from);
		return { text: row.text.slice(cut), from: Math.max(0, row.from - before.length) };
	});
}

/** Paints one row: cut wherever a span begins or ends, each piece by all spans over it, the later ones outside. */
export function paintRow({ text, from }: PlacedRow, spans: readonly Span[], base: (piece: string) => string): string {
	const over = spans.filter((span) => span.from < from + text.length && span.to > from);
	if (over.length === 0) return base(text);
	const edges = new Set([0, text.length]);
	for (const span of over) {
		edges.add(Math.max(0, span.from - from));
		edges.add(Math.min(text.length, span.to - from));
	}
	const cuts = [...edges].sort((first, second) => first - second);
	return cuts
		.slice(1)
		.map((end, index) => {
			const start = cuts[index] ?? 0;
			const covering = over.filter((span) => span.from <= from + start && span.to >= from + end);
			return covering.reduce((painted, span) => span.paint(painted), base(text.slice(start, end)));
		})
		.join("");
}

/** Says how a text is laid. `base` paints what no span does otherwise, and lies under the spans. */
interface SpanLayout {
	readonly columns: number;
	readonly hang: number;
	readonly spans: readonly Span[];
	readonly base: (piece: string) => string;
}

/** Returns the painted rows of a flat text, at least one. */
export function laySpans(text: string, { columns, hang, spans, base }: SpanLayout): readonly string[] {
	return wrapPlaced(text, columns, hang).map((row) => (row.text === "" ? "" : paintRow(row, spans, base)));
}

/** Returns every place where a text has the term, as whole graphemes, without regard to case and accents. */
export const termSpans = (text: string, term: string, paint: (piece: string) => string): readonly Span[] =>
	rangesOf(text, folded(term)).map(({ start, end }) => ({ from: start, to: end, paint }));
