// Collects garbage by the bytes that have passed. Buffers of a file are garbage as soon as they are used, and V8 looks for them by its own heap, in which they are small: by then they take tens of megabytes, none of which is in the processor's cache.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

type Collect = (options: { readonly type: "minor" }) => void;

/** Belongs to one thread. */
export class YoungGarbage {
	readonly #everyBytes: number;
	#collect: Collect | undefined;
	#sinceCollected = 0;

	/** Collects after so many bytes; with few objects alive that takes a tenth of a millisecond. */
	constructor(everyBytes: number) {
		this.#everyBytes = everyBytes;
	}

	/** Takes in that so many bytes have passed, in buffers that are garbage now. */
	passed(bytes: number): void {
		this.#sinceCollected += bytes;
		if (this.#sinceCollected < this.#everyBytes) return;
		this.#sinceCollected = 0;
		this.#collect ??= collector();
		this.#collect({ type: "minor" });
	}
}

/** V8 gives the function only to contexts that are made while the flag is set. */
function collector(): Collect {
	setFlag("expose-gc");
	const found: unknown = runInNewContext("gc");
	setFlag("no-expose-gc");
	return typeof found === "function" ? (options) => void found(options) : () => undefined;
}

const setFlag = (flag: "expose-gc" | "no-expose-gc"): void => setFlagsFromString(`--${flag}`);
