// Sees blocks that another process has put into the same database (`rt blocks add` while a room is open), and blocks that run out.

import type { Clock } from "../../net/link/clock.ts";
import { every } from "../../net/link/ticks.ts";
import type { Store } from "../../store/db.ts";
import { isStoreFailure } from "../../store/failure.ts";
import type { Gatekeeper } from "./guesses/gatekeeper.ts";

const lookEveryMs = 1_000;

export interface BlockWatchOptions {
	readonly store: Store;
	readonly gatekeeper: Gatekeeper;
	readonly clock: Clock;
	/** Returns the time in milliseconds since the epoch. */
	readonly now: () => number;
	/** Is called after a change by another process. `added` has the subjects that it has blocked by hand since the last look; often there are none. */
	readonly onChange: (added: readonly string[]) => void;
}

/** Looks once a second while it is started. Looking costs microseconds as long as nobody else writes. */
export class BlockWatch {
	readonly #options: BlockWatchOptions;
	#known: ReadonlySet<string> = new Set();
	#version = 0;
	#nextEnd: number | undefined;
	#stopTimer: (() => void) | undefined;

	constructor(options: BlockWatchOptions) {
		this.#options = options;
	}

	start(): void {
		this.#version = this.#readVersion();
		this.known();
		this.#stopTimer ??= every(lookEveryMs, () => this.#look(), this.#options.clock);
	}

	stop(): void {
		this.#stopTimer?.();
		this.#stopTimer = undefined;
	}

	/** Is called when the blocks there are now are known, because they were made here. */
	known(): void {
		this.#take();
	}

	#look(): void {
		const version = this.#readVersion();
		const hasEnded = this.#nextEnd !== undefined && this.#options.now() >= this.#nextEnd;
		if (version === this.#version && !hasEnded) return;
		this.#version = version;
		this.lookNow();
	}

	/** Takes in what another room of this program has blocked or unblocked: the database tells only of other processes. */
	lookNow(): void {
		const added = this.#take();
		this.#options.gatekeeper.recheck();
		this.#options.onChange(added);
	}

	/** Reads the version of the blocks. A disk that fails for a moment is looked at again in the next. */
	#readVersion(): number {
		try {
			return this.#options.store.versionByOthers();
		} catch (error) {
			if (!isStoreFailure(error)) throw error;
			return this.#version;
		}
	}

	/** Returns the subjects of blocks by hand that were not known. */
	#take(): readonly string[] {
		const blocks = this.#options.gatekeeper.list();
		const before = this.#known;
		const byHand = blocks.filter(({ reason }) => reason === "byHand");
		this.#known = new Set(byHand.map(({ subject, since }) => `${since} ${subject}`));
		const ends = blocks.flatMap(({ until }) => (until === undefined ? [] : [until]));
		this.#nextEnd = ends.length === 0 ? undefined : Math.min(...ends);
		return byHand.filter(({ subject, since }) => !before.has(`${since} ${subject}`)).map(({ subject }) => subject);
	}
}
