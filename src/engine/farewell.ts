// Closing a stream so that the last words still arrive, but never waiting long for somebody who does not listen.
import type { Duplex } from "node:stream";

/** How long the last frame may take. */
export const farewellTimeoutMs = 2_000;

/** Ends `stream` after everything written to it has gone out, or destroys it when time is up. Resolves when it is closed; never rejects. */
export async function endGently(stream: Duplex, timeoutMs = farewellTimeoutMs): Promise<void> {
	if (stream.destroyed) return;
	await new Promise<void>((resolve) => {
		const giveUp = setTimeout(resolve, timeoutMs);
		const done = (): void => {
			clearTimeout(giveUp);
			resolve();
		};
		stream.once("close", done);
		stream.once("error", done);
		stream.end(done);
	});
	stream.destroy();
}
