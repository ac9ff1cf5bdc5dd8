// Moves rows by the terminal itself, which it does best: when most rows of a picture have only moved up or down, as they do when a line arrives, the terminal is told to move them. Pure.

/** Rows `top` to `bottom` move up by `by`, or down when it is negative; what comes in is empty. */
export interface Shift {
	readonly top: number;
	readonly bottom: number;
	readonly by: number;
}

/** Fewer rows are sooner written than moved. */
const leastGain = 3;
const farthest = 30;

function gainOf(before: readonly string[], after: readonly string[], by: number): Shift & { readonly gain: number } {
	let gain = 0;
	let first = -1;
	let last = -1;
	for (let y = Math.max(0, -by); y < after.length && y + by < before.length; y++) {
		const row = after[y];
		if (row === "" || row !== before[y + by] || row === before[y]) continue;
		gain++;
		if (first < 0) first = y;
		last = y;
	}
	return { top: Math.min(first, first + by), bottom: Math.max(last, last + by), by, gain };
}

/** Returns the move that saves most rows; `undefined` when none is worth it. */
export function shiftOf(before: readonly string[], after: readonly string[]): Shift | undefined {
	let best: ReturnType<typeof gainOf> | undefined;
	for (let by = -farthest; by <= farthest; by++) {
		const found = by === 0 ? undefined : gainOf(before, after, by);
		if (found !== undefined && found.gain > (best?.gain ?? leastGain - 1)) best = found;
	}
	return best;
}

/** Returns the rows as they stand after a move. */
export function shifted(rows: readonly string[], { top, bottom, by }: Shift): readonly string[] {
	return Array.from({ length: Math.max(rows.length, bottom + 1) }, (_, y) => {
		if (y < top || y > bottom) return rows[y] ?? "";
		return y + by < top || y + by > bottom ? "" : (rows[y + by] ?? "");
	});
}

/** Returns the order to the terminal: a scrolling region, and line feeds at its end or reverse ones at its start. Every terminal knows them. */
export function shiftOrder({ top, bottom, by }: Shift): string {
	const moves = by > 0 ? `\u001B[${bottom + 1};1H${"\n".repeat(by)}` : `\u001B[${top + 1};1H${"\u001BM".repeat(-by)}`;
	return `\u001B[${top + 1};${bottom + 1}r${moves}\u001B[r`;
}
