// Closing a stream so that the last words still arrive, but never waiting long for somebody who does not listen.
import type { Duplex } from "node:stream";

/** The other side has this time to hear the last frame and to close its end. */
export const farewellTimeoutMs = 2_000;

/**
 * Ends `stream` and closes it when the other side has ended too, or when time is up. What still comes is read and dropped: a connection that is
 * closed over unread bytes is reset by the system (RFC 9293 §3.10.4), and a reset takes the last words with it. It never rejects.
 */
export async function endGently(stream: Duplex, timeoutMs = farewellTimeoutMs): Promise<void> {
	if (stream.destroyed) return;
	const drop = (): void => {
		while (stream.read() !== null);
	};
	await new Promise<void>((resolve) => {
		const giveUp = setTimeout(resolve, timeoutMs);
		const done = (): void => {
			clearTimeout(giveUp);
			resolve();
		};
		const doneIfBothEnded = (): void => {
			if (stream.readableEnded && stream.writableFinished) done();
		};
		stream.once("close", done);
		stream.once("error", done);
		stream.once("end", doneIfBothEnded);
		stream.on("readable", drop);
		stream.end(doneIfBothEnded);
		drop();
	});
	stream.destroy();
}
