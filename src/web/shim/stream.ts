// `node:stream` in a page: Duplex, and nothing of what is built upon it.
import Duplex from "readable-stream/lib/internal/streams/duplex.js";
import { Stream } from "readable-stream/lib/internal/streams/legacy.js";

// The file that puts everything together, which is left out, gives these to the base of all streams.
Object.assign(Stream, {
	_isUint8Array: (value: unknown): boolean => value instanceof Uint8Array,
	_uint8ArrayToBuffer: ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
		Buffer.from(buffer, byteOffset, byteLength),
});

export { Duplex };
