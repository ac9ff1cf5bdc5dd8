// Lets more old garbage come together while strangers crowd. What they leave behind has grown old, because it takes them longer to be served than V8 takes to call something old; and each time V8 searches the old part of the heap the lines of those who are in wait for 5 to 10 ms.
import { setEngineFlag } from "./collector.ts";
import { GarbageAtRest } from "./garbage-at-rest.ts";

/** In a crowd the heap may grow by so much before it is searched, in percent: V8 itself lets it grow by 8 MB, which is a third. */
const crowdPercent = 100;
/** Nobody has been cut for so long: the crowd is gone. */
const quietMs = 10_000;

interface CrowdOptions {
	/** Sets a flag of V8. */
	readonly setFlag: (flag: string) => void;
	/** Calls `over` in so many ms, counted anew with each `refresh`, and keeps no program from ending. */
	readonly later: (over: () => void, ms: number) => Pick<NodeJS.Timeout, "refresh">;
	/** Gives back what came together, when the program is at rest again. */
	readonly garbage: Pick<GarbageAtRest, "worked">;
}

/** Says to V8 how far the heap may grow. V8 asks for it at the end of each search, for the next one. */
export class GarbageInCrowd {
	readonly #options: CrowdOptions;
	#quiet: Pick<NodeJS.Timeout, "refresh"> | undefined;

	constructor(options: CrowdOptions = ofThisProgram()) {
		this.#options = options;
	}

	/** Is told that somebody of a crowd was cut. */
	came(): void {
		if (this.#quiet) {
			this.#quiet.refresh();
			return;
		}
		this.#options.setFlag(`heap-growing-percent=${crowdPercent}`);
		this.#quiet = this.#options.later(() => this.#over(), quietMs);
	}

	#over(): void {
		this.#quiet = undefined;
		this.#options.setFlag("heap-growing-percent=0");
		this.#options.garbage.worked();
	}
}

function ofThisProgram(): CrowdOptions {
	return {
		setFlag: setEngineFlag,
		later: (over, ms) => setTimeout(over, ms).unref(),
		garbage: new GarbageAtRest(),
	};
}

/** The one of this program: V8 has its flags for all rooms together. */
export const garbageInCrowd = new GarbageInCrowd();
