// Collects all garbage of a thread once, when much was done in it and it has come to rest. V8 searches its heap when that grows: what opening a room leaves behind, 10 MB, would lie about for as long as nothing happens.
import { performance } from "node:perf_hooks";
import { collector, setEngineFlag } from "./collector.ts";

const lookEveryMs = 5_000;
/** A thread that works for less than this share of its time is at rest: nobody types, and nobody says much. */
const restShare = 0.01;

/** Holds what it needs of the thread. `everyMs` calls until the returned function is called, and keeps no program from ending; `workedShare` returns the share of the time since it was called last. */
interface RestOptions {
	readonly every: (ms: number, look: () => void) => () => void;
	readonly workedShare: () => number;
	/** Returns `false` where it could not be done this time. */
	readonly collect: () => boolean;
}

/** Collects the garbage of one thread when it is at rest. */
export class GarbageAtRest {
	readonly #options: RestOptions;
	#stop: (() => void) | undefined;

	constructor(options: RestOptions = ofThisThread()) {
		this.#options = options;
	}

	/** Is told that something was done that leaves much behind: it is collected after the next time of rest. */
	worked(): void {
		if (this.#stop) return;
		this.#options.workedShare();
		this.#stop = this.#options.every(lookEveryMs, () => this.#look());
	}

	#look(): void {
		if (this.#options.workedShare() >= restShare || !this.#options.collect()) return;
		this.#stop?.();
		this.#stop = undefined;
	}
}

function ofThisThread(): RestOptions {
	let before = performance.eventLoopUtilization();
	return {
		every(ms, look) {
			const timer = setInterval(look, ms).unref();
			return () => clearInterval(timer);
		},
		workedShare() {
			const now = performance.eventLoopUtilization();
			const { utilization } = performance.eventLoopUtilization(now, before);
			before = now;
			return utilization;
		},
		collect: collectAll,
	};
}

/** Collects all garbage of this thread, for which it stands still: 50 to 60 ms in a room. Returns `false` where V8 does not give its function this time. */
export function collectAll(): boolean {
	const collect = collector();
	if (!collect) return false;
	// Several collections follow each other, by which V8 would take all code for old and compile it anew at the next key.
	setEngineFlag("no-flush-bytecode");
	collect({ type: "major", flavor: "last-resort" });
	setEngineFlag("flush-bytecode");
	return true;
}
