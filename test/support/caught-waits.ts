// Waits for a given time that end when the test says so, while all other timers run as they do.
import type { TestContext } from "node:test";

/** A wait may have been asked for a little after it began, and is then for what is left. */
const lateMs = 1_000;

/** Catches every `setTimeout` of `ms` from now on, or of up to a second less, until the test ends; each of the functions that are returned ends one, in the order in which they began. */
export function caughtWaits(t: TestContext, ms: number): readonly (() => void)[] {
	const waits: (() => void)[] = [];
	const real = setTimeout;
	t.mock.method(globalThis, "setTimeout", ((work: () => void, delayMs?: number) => {
		if (delayMs === undefined || delayMs > ms || delayMs <= ms - lateMs) return real(work, delayMs);
		waits.push(work);
		return real(() => {}, 0);
	}) as typeof setTimeout);
	return waits;
}
