// How far each key goes in a list; the wheel counts as a key.

/** Returns the rows by which a key moves the choice, upwards below 0; nothing for other keys. A page has `pageRows`, and the first and the last row are as far as one likes. */
export const listMoves = (pageRows: number): Readonly<Record<string, number>> => ({
	up: -1,
	down: 1,
	wheelUp: -1,
	wheelDown: 1,
	pageUp: -pageRows,
	pageDown: pageRows,
	home: Number.NEGATIVE_INFINITY,
	end: Number.POSITIVE_INFINITY,
});
