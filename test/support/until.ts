// Waiting for facts: a test waits until something is so, never until some time has passed. How long is only when to give up.
import { setTimeout as sleep } from "node:timers/promises";

/** When a wait is given up, in milliseconds. Generous, because the computer may be busy with other things; a wait that is met ends at once. */
export const patienceMs = 120_000;

/** The system's own, also in tests that hold the clock still. */
const { setTimeout: realTimeout, clearTimeout: endRealTimeout } = globalThis;

/** Resolves when `isSo`; it is asked every `everyMs` milliseconds. Rejects after `patienceMs` with `what` and what is seen then. */
export async function until(
	isSo: () => boolean | Promise<boolean>,
	what = "what the test waits for",
	seen: () => string = () => "",
	everyMs = 20,
): Promise<void> {
	for (const begun = performance.now(); !(await isSo()); ) {
		if (performance.now() - begun > patienceMs) throw notSo(what, `${patienceMs / 1000} s passed`, seen);
		await sleep(everyMs);
	}
}

/** All that is waited for in this process: what one watches for may be so by a change of somebody else's, as when two people are in one room. */
const looks = new Set<() => void>();

/** Waits on something that tells when it has changed: facts are looked at again then, and the clock is only for giving up. */
export class Watch {
	readonly #fails = new Set<(why: string) => void>();
	readonly #seen: () => string;
	#whyEnded: string | undefined;

	/** `seen`: what a wait that has failed tells of the state of things. */
	constructor(seen: () => string = () => "") {
		this.#seen = seen;
	}

	/** To be called after each change. */
	readonly changed = (): void => {
		for (const look of [...looks]) look();
	};

	/** To be called when nothing will change any more: what is waited for and is not so fails. */
	ended(why: string): void {
		this.#whyEnded = why;
		this.changed();
		for (const fail of [...this.#fails]) fail(why);
	}

	/** Resolves when `isSo`. Rejects after `patienceMs`, or when all has ended, with `what` and what is seen then. */
	until(isSo: () => boolean, what = "what the test waits for"): Promise<void> {
		return new Promise((resolve, reject) => {
			const stop = (): void => {
				endRealTimeout(timer);
				looks.delete(look);
				this.#fails.delete(fail);
			};
			const look = (): void => {
				if (!isSo()) return;
				stop();
				resolve();
			};
			const fail = (why: string): void => {
				stop();
				reject(notSo(what, why, this.#seen));
			};
			const timer = realTimeout(fail, patienceMs, `${patienceMs / 1000} s passed`);
			looks.add(look);
			this.#fails.add(fail);
			look();
			if (this.#whyEnded !== undefined) fail(this.#whyEnded);
		});
	}
}

function notSo(what: string, why: string, seen: () => string): Error {
	return new Error([`${why}, and this did not happen: ${what}`, seen()].filter(Boolean).join("\n"));
}
