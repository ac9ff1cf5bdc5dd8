// What every bench prints: figures, each beside a limit or a peer measured in the same run, because a bare number says nothing on another machine.
import { performance } from "node:perf_hooks";

export interface Figure {
	readonly name: string;
	readonly value: number;
	readonly unit: "ms" | "a minute" | "lines/s" | "MB" | "MB/s" | "B" | "%";
	/** What the value is compared with. */
	readonly peer: string;
	/** In the same unit. */
	readonly peerValue: number;
}

/** Prints a table: name, value, unit, peer, its value, ratio of the two. */
export function report(title: string, figures: readonly Figure[]): void {
	const head = ["", "value", "unit", "against", "value", "ratio"];
	const rows = figures.map(({ name, value, unit, peer, peerValue }) => [
		name,
		digits(value),
		unit,
		peer,
		digits(peerValue),
		// Nothing beside nothing is the same.
		`${digits(value === peerValue ? 1 : value / peerValue)}×`,
	]);
	const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
	const isNumber = (column: number) => [1, 4, 5].includes(column);
	const line = (row: readonly string[]) =>
		row
			.map((cell, column) => (isNumber(column) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
			.join("  ");
	console.log([`\n${title}`, line(head), ...rows.map(line)].join("\n"));
}

/** Three digits that count. */
function digits(value: number): string {
	if (value >= 100) return value.toFixed(0);
	return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/** The value below which `share` (0 to 1) of the samples lie. */
export function percentile(samples: readonly number[], share: number): number {
	const sorted = samples.toSorted((one, other) => one - other);
	return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const median = (samples: readonly number[]): number => percentile(samples, 0.5);

/** How long `work` takes, in ms. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
	const begun = performance.now();
	await work();
	return performance.now() - begun;
}

/** `rounds` times each of `works`, by turns, so that what else the machine does meets all of them alike. Medians in ms. */
export async function timedByTurns<Name extends string>(
	rounds: number,
	works: Readonly<Record<Name, () => Promise<unknown>>>,
): Promise<Readonly<Record<Name, number>>> {
	const names = Object.keys(works) as Name[];
	const samples = new Map(names.map((name) => [name, [] as number[]]));
	for (let round = 0; round < rounds; round += 1) {
		for (const name of names) samples.get(name)?.push(await timed(works[name]));
	}
	return Object.fromEntries(names.map((name) => [name, median(samples.get(name) ?? [])])) as Record<Name, number>;
}
