// Waiting for facts: a test waits until something is so, never until some time has passed. How long is only when to give up.
import { setTimeout as sleep } from "node:timers/promises";

/** When a wait is given up, in milliseconds. Generous, because the computer may be busy with other things; a wait that is met ends at once. */
export const patienceMs = 60_000;

/** Asks again and again, 20 ms apart, until `isSo`. Throws when it is not so within `patienceMs`, with `what` and what `seen` tells. */
export async function until(
	what: string,
	isSo: () => boolean | Promise<boolean>,
	seen: () => string = () => "",
): Promise<void> {
	for (const begun = performance.now(); !(await isSo()); ) {
		if (performance.now() - begun > patienceMs) throw notSo(what, `${patienceMs / 1000} s passed`, seen);
		await sleep(20);
	}
}

/** Facts about something that tells when it has changed: waits look again then, and need no clock. */
export class Watch {
	readonly #looks = new Set<() => void>();
	readonly #fails = new Set<(why: string) => void>();
	readonly #seen: () => string;

	/** `seen`: what a wait that failed tells about the state of things. */
	constructor(seen: () => string = () => "") {
		this.#seen = seen;
	}

	/** Something has changed. */
	readonly changed = (): void => {
		for (const look of [...this.#looks]) look();
	};

	/** Nothing will change any more: what is waited for now does not happen. */
	ended(why: string): void {
		for (const fail of [...this.#fails]) fail(why);
	}

	/** Resolves when `isSo`. Rejects after `patienceMs`, or when `ended` is called, with `what` and what is seen then. */
	until(what: string, isSo: () => boolean): Promise<void> {
		return new Promise((resolve, reject) => {
			const stop = (): void => {
				clearTimeout(timer);
				this.#looks.delete(look);
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
			const timer = setTimeout(fail, patienceMs, `${patienceMs / 1000} s passed`);
			this.#looks.add(look);
			this.#fails.add(fail);
			look();
		});
	}
}

function notSo(what: string, why: string, seen: () => string): Error {
	return new Error([`${why}, and this did not happen: ${what}`, seen()].filter(Boolean).join("\n"));
}
