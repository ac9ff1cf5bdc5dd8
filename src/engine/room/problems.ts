// Tells a problem once in a while: whoever sends rubbish must not fill the screen with it.
import type { Notice } from "../api/notices.ts";

/** A problem is told at most once in this time. */
const quietMs = 60_000;

/** A Problem is a notice that counts how often it was not told. */
export type Problem = Extract<Notice, { unsaid: number }>["code"];

/** Remembers when each problem was told last, and counts how often it was not told since. */
export class Problems {
	readonly #told = new Map<Problem, { readonly at: number; unsaid: number }>();

	/** Returns how often this problem was left untold before it is told now, or `undefined` when it is not to be told. `now`: ms on a clock that only goes forward. */
	tell(code: Problem, now: number): number | undefined {
		const told = this.#told.get(code);
		if (told && now - told.at < quietMs) {
			told.unsaid += 1;
			return undefined;
		}
		this.#told.set(code, { at: now, unsaid: 0 });
		return told?.unsaid ?? 0;
	}
}
