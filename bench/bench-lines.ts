// What is said in the rooms of keys.bench.ts: short lines, and some that are longer than a row.

export const benchLine = (number: number): string =>
	`line ${number} ${"and some more words so that now and then one is longer than a row of the screen ".repeat(number % 3)}`;
