// How dials and Links end in the same way, whatever carries them.
import type { DialOutcome } from "./link.ts";

/** A dial that was called off resolves with this. */
export const calledOff = {
	kind: "failed",
	failure: "aborted",
	detail: "The attempt to connect was called off.",
} as const satisfies DialOutcome;

/** Makes the error of a stream whose other end is gone, by the name that the system has for it. */
export function resetError(): Error {
	return Object.assign(new Error("The other end of this link is gone."), { code: "ECONNRESET" });
}
