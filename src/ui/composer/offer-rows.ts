// Lays out the row above the message box that shows what Tab offers, with the chosen one in brackets. Pure.
import type { Look } from "../screen/screen.tsx";
import { fit, widthOf } from "../text/width.ts";
import type { Completion } from "./complete.ts";

/** Each end of the row has this many columns: a blank, a sign that there is more, a blank. */
const edge = 3;
/** At most this many offers are shown at once: nobody looks through more, and a long list would cost time at every drawing. */
const maxShown = 60;

// Returns the index behind the last offer that has room in the row from `first` on, each between two blanks or brackets. At least one is shown.
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

/** Lays out the row of offers, or no row when there is only one: that stands in the message box already. */
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
