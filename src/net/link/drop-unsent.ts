// How a Link is given up whose way is not the one it had.
import { Socket } from "node:net";
import type { Duplex } from "node:stream";

/**
 * Ends a stream without sending what waits. Closing would have the system send that, and a goodbye again and again, by the other way; a reset is at most one
 * empty packet.
 */
export function dropUnsent(stream: Duplex): void {
	if (stream instanceof Socket) stream.resetAndDestroy();
	// It is destroyed with an error: without one, what was written would still be sent (udp/stream.ts).
	else stream.destroy(new Error("The way of this link is another one now."));
}
