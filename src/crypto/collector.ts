// V8's own function that collects garbage, which it does not show to programs.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Collects garbage of this thread now: of the young objects, or of all of them; with "last-resort" V8 gives back what it holds in reserve, too. */
export type Collect = (options: { readonly type: "minor" | "major"; readonly flavor?: "last-resort" }) => void;

/**
 * Returns it. V8 gives the function only to contexts that are made while the flag is set; a page has none. The flag is that of all threads: where another one has just switched it off
 * there is no function this time, and whoever wants it asks again later.
 */
export function collector(): Collect | undefined {
	setEngineFlag("expose-gc");
	const found = runInNewContext("globalThis.gc");
	setEngineFlag("no-expose-gc");
	return found;
}

/** Sets a flag of V8, for all threads. */
export const setEngineFlag = (name: string): void => setFlagsFromString(`--${name}`);
