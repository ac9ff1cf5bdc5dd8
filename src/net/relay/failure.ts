// From what goes wrong between us and a relay to the few failures people need different words for.
import type { DialFailure } from "../link/link.ts";
import { CLOSED } from "./wire.ts";

/** Says why a relay could not be used; its message is one sentence. */
export class RelayError extends Error {
	readonly failure: DialFailure;

	constructor(failure: DialFailure, detail: string) {
		super(detail);
		this.failure = failure;
	}
}

/** Returns what the code means with which a relay closed the socket. */
export function closeError(code: number): RelayError {
	switch (code) {
		case CLOSED.nobodyThere:
			return new RelayError("refused", "The room is closed, or its host is not at the relay.");
		case CLOSED.refused:
			return new RelayError(
				"refused",
				"The relay refused us: it is another one than the invite names, or goes by another name.",
			);
		case CLOSED.tooSlow:
			return new RelayError("timedOut", "The host did not come to the relay in time.");
		case CLOSED.tooMany:
			return new RelayError("refused", "The relay has too much to do; it takes us again in a minute.");
		case CLOSED.replaced:
			return new RelayError("refused", "The same room was opened at the relay once more, from somewhere else.");
		default:
			return new RelayError("unreachable", "The relay closed the connection.");
	}
}

/** Returns what an answer means that is no WebSocket. */
export function statusError(status: number): RelayError {
	if (status === 401) return new RelayError("refused", "The relay lets only those host who have its token.");
	if (status === 429) return new RelayError("refused", "The relay has too much to do; it takes us again in a minute.");
	if (status === 404) return new RelayError("refused", "There is no relay at this address.");
	return new RelayError("refused", `There is no relay at this address; it answered with HTTP status ${status}.`);
}

/** Returns what an error of the connection means. */
export function dialError(error: Error): RelayError {
	const code = "code" in error ? String(error.code) : "";
	if (code === "ENOTFOUND" || code === "EAI_AGAIN")
		return new RelayError("nameNotFound", "The relay's name is not known.");
	if (code === "ECONNREFUSED") return new RelayError("refused", "Nothing answers at the relay's address.");
	if (code === "ETIMEDOUT") return new RelayError("timedOut", "The relay does not answer.");
	if (/^(?:CERT_|ERR_TLS|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/.test(code)) {
		return new RelayError("other", `The relay's certificate cannot be trusted (${code}).`);
	}
	return new RelayError("unreachable", "The connection to the relay broke.");
}
