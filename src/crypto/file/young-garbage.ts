// Collects garbage by the bytes that have passed. Buffers of a file are garbage as soon as they are used, and V8 looks for them by its own heap, in which they are small: by then they take tens of megabytes, none of which is in the processor's cache.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Returns what takes in that so many bytes have passed in this thread, in buffers that are garbage now. After `everyBytes` it collects: with few objects alive that takes a tenth of a millisecond. */
export function youngGarbage(everyBytes: number): (bytes: number) => void {
	let since = 0;
	let collect: ((options: { readonly type: "minor" }) => void) | undefined;
	return (bytes) => {
		since += bytes;
		if (since < everyBytes) return;
		since = 0;
		collect ??= collector();
		collect?.({ type: "minor" });
	};
}

/**
 * V8 gives the function only to contexts that are made while the flag is set; a page has none. The flag is that of all threads: where another one has just switched it off
 * there is no function this time, and the next bytes ask again.
 */
function collector(): ReturnType<typeof runInNewContext> {
	setFlag("expose-gc");
	const found = runInNewContext("globalThis.gc");
	setFlag("no-expose-gc");
	return found;
}

const setFlag = (flag: string): void => setFlagsFromString(`--${flag}`);
