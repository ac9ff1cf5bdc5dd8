// The row above the message box that shows what Tab offers, the chosen one in brackets. Pure.
import type { Look } from "../screen/screen.tsx";
import { fit, widthOf } from "../text/width.ts";
import type { Completion } from "./complete.ts";

/** Columns at both ends: a blank, a sign that there is more, a blank. */
const edge = 3;
/** Nobody looks through more at once, and a long list would cost time at every drawing. */
const maxShown = 60;

// As many from `first` on as the row has room for, each between two blanks or brackets; at least one.
function pageFrom(shown: readonly string[], first: number, width: number): number {
	let used = 0;
	let next = first;
	while (next < shown.length && next - first < maxShown) {
		used += widthOf(shown[next] ?? "") + 2;
		if (used > width && next > first) break;
		next++;
	}
	return next;
}

/** No row when there is only one offer: it stands in the message box already. */
export function offerRows({ offers, place }: Completion, { theme, size }: Look): readonly string[] {
	if (offers.length < 2) return [];
	const width = size.columns - 2 * edge;
	const shown = offers.map((offer) => fit(offer.shown, width - 2));
	let first = 0;
	let next = pageFrom(shown, 0, width);
	while (place >= next) {
		first = next;
		next = pageFrom(shown, first, width);
	}
	const words = shown.slice(first, next).map((one, index) => {
		return first + index === place ? theme.paint("accent", `[${one}]`) : theme.paint("faint", ` ${one} `);
	});
	const before = theme.paint("faint", first > 0 ? " ‹ " : "   ");
	const behind = theme.paint("faint", next < shown.length ? " ›" : "");
	return [before + words.join("") + behind];
}
