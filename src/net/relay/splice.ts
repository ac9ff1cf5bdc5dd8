// Copies messages between the two sockets of a pair, no faster than the slower one takes them and no faster than is allowed.
import type { RawData, WebSocket } from "ws";
import { TokenBucket } from "../link/token-bucket.ts";
import { CLOSED } from "./wire.ts";

/** At most this many bytes may wait to be sent to a slow reader; then nothing more is read for it. */
const HIGH_WATER_BYTES = 256 * 1024;
/** RFC 6455 §7.4.1: both ends have said that they are done. */
const NORMAL = 1000;

export interface SpliceOptions {
	readonly bytesPerSecond: number;
	/** Milliseconds that never go back. */
	readonly now: () => number;
	/** Is called with the size of each message that was passed on. */
	readonly onBytes: (sizeBytes: number) => void;
}

/** Joins two open sockets until one closes: then the other is closed too, after what is on its way to it. */
export function splice(one: WebSocket, other: WebSocket, options: SpliceOptions): void {
	copy(one, other, options);
	copy(other, one, options);
}

function copy(from: WebSocket, to: WebSocket, { bytesPerSecond, now, onBytes }: SpliceOptions): void {
	const allowance = new TokenBucket(bytesPerSecond, bytesPerSecond, now());
	let isResting = false;
	const readOn = (): void => {
		if (!isResting && to.bufferedAmount < HIGH_WATER_BYTES / 2) from.resume();
	};
	from.on("message", (message: RawData, isBinary) => {
		// Real Talk sends no text; a browser would have to be shown text that is not UTF-8.
		if (!isBinary || !Buffer.isBuffer(message)) {
			from.close(CLOSED.refused);
			return;
		}
		onBytes(message.length);
		to.send(message, { binary: true }, readOn);
		const restMs = allowance.take(message.length, now());
		if (restMs > 0) {
			isResting = true;
			setTimeout(() => {
				isResting = false;
				readOn();
			}, restMs).unref();
		}
		if (isResting || to.bufferedAmount > HIGH_WATER_BYTES) from.pause();
	});
	from.on("close", (code) => {
		// What `from` can no longer be told is read and dropped, or the end of `to` would never be heard.
		to.resume();
		if (code === NORMAL) to.close(NORMAL);
		else to.terminate();
	});
}
