// Collects garbage by the bytes that have passed. Buffers of a file are garbage as soon as they are used, and V8 looks for them by its own heap, in which they are small: by then they take tens of megabytes, none of which is in the processor's cache.
import { type Collect, collector } from "../collector.ts";

/** Returns what takes in that so many bytes have passed in this thread, in buffers that are garbage now. After `everyBytes` it collects: with few objects alive that takes a tenth of a millisecond. */
export function youngGarbage(everyBytes: number): (bytes: number) => void {
	let since = 0;
	let collect: Collect | undefined;
	return (bytes) => {
		since += bytes;
		if (since < everyBytes) return;
		since = 0;
		collect ??= collector();
		collect?.({ type: "minor" });
	};
}
