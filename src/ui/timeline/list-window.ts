// Which rows of a long list are on screen: the chosen line in sight, in the middle where the list is longer than the screen. Pure.
import type { RowSource } from "./viewport.ts";

/** Exactly as many rows as asked for; whether there is more above and below them. */
interface ListWindow {
	readonly rows: readonly string[];
	readonly hasAbove: boolean;
	readonly hasBelow: boolean;
}

/** Asks for the rows of as many lines as fit, and no others. */
export function listWindow(source: RowSource, chosen: number, height: number): ListWindow {
	const own = source.length === 0 ? [] : source.rowsAt(chosen);
	const above: string[] = [];
	for (let index = chosen - 1; index >= 0 && above.length <= height; index--) above.unshift(...source.rowsAt(index));
	const below: string[] = [];
	for (let index = chosen + 1; index < source.length && below.length <= height; index++) {
		below.push(...source.rowsAt(index));
	}
	const all = [...above, ...own, ...below];
	const wanted = above.length - Math.max(0, Math.floor((height - own.length) / 2));
	const top = Math.max(0, Math.min(wanted, all.length - height));
	const rows = all.slice(top, top + height);
	return {
		rows: [...rows, ...Array.from({ length: height - rows.length }, () => "")],
		hasAbove: top > 0,
		hasBelow: top + height < all.length,
	};
}
