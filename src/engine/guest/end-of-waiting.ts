// Says why a guest that waits for the host's next frame waits no longer.
import type { GuestEnd } from "../room/end.ts";
import type { Next } from "../wire/frame-stream.ts";
import { ended } from "./opening/opening.ts";

/** Says what it means for us that no frame came. `signal`: fired when the person gives up. */
export function endOfWaiting(next: Exclude<Next, { kind: "frame" }>, signal: AbortSignal): GuestEnd {
	switch (next.kind) {
		case "aborted":
			return signal.aborted ? ended("left", "given up") : ended("timed_out", "the host let us wait");
		case "ended":
			return ended("connection_lost", "the host closed the connection");
		case "refused":
			return ended("host_misbehaved", next.detail);
	}
}
