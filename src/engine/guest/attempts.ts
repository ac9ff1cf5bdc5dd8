// What is tried on the way into a room, address by address, and what came of each: for the person who waits, and for the one who wants to know why not.
import type { DialFailure, Endpoint, Transport } from "../../net/link/link.ts";
import type { EndCode } from "../api/codes.ts";
import type { Attempt } from "../api/lan.ts";
import { cleanLine } from "../text/clean.ts";
import { MAX_INVITE_ENDPOINTS } from "../wire/invite.ts";

/** Every address of an invite by two transports, and some routes besides. */
const maxAttempts = 2 * MAX_INVITE_ENDPOINTS + 8;
const longestWhy = 300;

/** Mutable, owned by one way in. */
export class Attempts {
	readonly #onChange: (attempt: Attempt) => void;
	#list: readonly Attempt[] = [];

	/** `onChange`: with the one that is new or another now. */
	constructor(onChange: (attempt: Attempt) => void) {
		this.#onChange = onChange;
	}

	/** In the order in which they began. */
	list(): readonly Attempt[] {
		return this.#list;
	}

	/** The same transport; every dial by it is told. */
	watching(base: Transport): Transport {
		return {
			...base,
			...(base.parts && { parts: base.parts.map((part) => this.watching(part)) }),
			dial: async (target, options) => {
				const told = { transport: base.name, address: cleanLine(target.host, longestWhy), port: target.port };
				this.#set({ ...told, state: "trying" });
				const outcome = await base.dial(target, options);
				if (outcome.kind === "linked") this.#set({ ...told, state: "answered" });
				else this.#set({ ...told, ...stateOf(outcome.failure, outcome.detail) });
				return outcome;
			},
		};
	}

	/** Somebody answered there, and it ended so before we were in. Ends that are about the password or the gate are no fault of the address. */
	cameToNothing({ host, port }: Endpoint, code: EndCode): void {
		// Through a DHT there is no port.
		const why = whyNothing(port === 0 ? "The host" : `${host} port ${port}`, code);
		if (why === undefined) return;
		const there = this.#list.filter((one) => one.address === host && one.port === port && one.state === "answered");
		for (const one of there) this.#set({ ...one, state: "failed", why });
	}

	#set(attempt: Attempt): void {
		const isSame = (one: Attempt): boolean =>
			one.transport === attempt.transport && one.address === attempt.address && one.port === attempt.port;
		const known = this.#list.findIndex(isSame);
		if (known === -1 && this.#list.length >= maxAttempts) return;
		this.#list = known === -1 ? [...this.#list, attempt] : this.#list.with(known, attempt);
		this.#onChange(attempt);
	}
}

function whyNothing(who: string, code: EndCode): string | undefined {
	switch (code) {
		case "wrong_host":
			return `${who} is somebody else: not the key we look for.`;
		case "not_real_talk":
			return `${who} answered, and is not Real Talk.`;
		case "wrong_version":
			return `${who} answered in a version of Real Talk that this one cannot talk to.`;
		case "refused":
			return `${who} answered, and closed the connection at once.`;
		case "timed_out":
			return `${who} answered, and then nothing more came.`;
		case "connection_lost":
			return `${who} answered, and then the connection broke.`;
		default:
			return undefined;
	}
}

function stateOf(failure: DialFailure, detail: string): Pick<Attempt, "state" | "why"> {
	return failure === "aborted" ? { state: "calledOff" } : { state: "failed", why: cleanLine(detail, longestWhy) };
}
