// Writes a number with its word.

/** Returns a number with its word: "1 knock", "12 knocks", "1,200 knocks". */
export const counted = (count: number, one: string): string =>
	`${count.toLocaleString("en")} ${one}${count === 1 ? "" : "s"}`;
