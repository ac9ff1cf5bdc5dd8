// How fast files pass: a limit that the person may set, and what is measured of it.
import { setTimeout as sleep } from "node:timers/promises";
import { TokenBucket } from "../../../net/link/token-bucket.ts";

/** The slowest limit: a block takes four seconds then. */
export const slowestBytesPerSecond = 16_384;
/** The speed is measured over at most this time. */
const measuredMs = 3_000;

/** Holds back one direction of all files of a program. */
export class SpeedLimit {
	readonly #uptime: () => number;
	#bucket: TokenBucket | undefined;

	/** Begins without a limit. `uptime`: milliseconds that never go back. */
	constructor(uptime: () => number) {
		this.#uptime = uptime;
	}

	get isOn(): boolean {
		return this.#bucket !== undefined;
	}

	set(bytesPerSecond: number | "off"): void {
		this.#bucket =
			bytesPerSecond === "off" ? undefined : new TokenBucket(bytesPerSecond, bytesPerSecond, this.#uptime());
	}

	/** Counts bytes that are about to pass. Returns for how many milliseconds no more may. */
	count(bytes: number): number {
		return this.#bucket?.take(bytes, this.#uptime()) ?? 0;
	}

	/** Resolves when so many bytes may pass, or the signal fires. */
	async take(bytes: number, signal: AbortSignal): Promise<void> {
		const waitMs = this.count(bytes);
		if (waitMs > 0) await sleep(waitMs, undefined, { signal }).catch(() => undefined);
	}
}

/** Measures how fast something grows. */
export class Speed {
	readonly #points: { readonly at: number; readonly bytes: number }[] = [];

	/** Takes in how many bytes there are now, at `at` in milliseconds that never go back; returns how many a second there were of late. */
	at(at: number, bytes: number): number {
		this.#points.push({ at, bytes });
		while (this.#points.length > 2 && at - (this.#points[0]?.at ?? at) > measuredMs) this.#points.shift();
		const first = this.#points[0];
		return first === undefined || first.at === at ? 0 : Math.max(0, ((bytes - first.bytes) * 1000) / (at - first.at));
	}
}
