// The two files of readable-stream that are used; its streams are Node's own, made for pages.
declare module "readable-stream/lib/internal/streams/duplex.js" {
	import { Duplex } from "node:stream";
	export = Duplex;
}

declare module "readable-stream/lib/internal/streams/legacy.js" {
	/** The base of all streams. */
	export const Stream: object;
}
