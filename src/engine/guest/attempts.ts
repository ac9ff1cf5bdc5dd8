// What is tried on the way into a room, address by address, and what came of each: for the person who waits, and for the one who wants to know why not.
import type { DialOutcome, HostAndPort, Transport } from "../../net/link/link.ts";
import type { AnsweredCode, Attempt, AttemptTarget } from "../api/attempt.ts";
import type { EndCode } from "../api/codes.ts";
import type { RouteProgress } from "../api/hosting.ts";
import type { RouteGuest } from "../routes/route.ts";
import { cleanLine } from "../text/clean.ts";
import { maxInviteEndpoints } from "../wire/invite.ts";

/** Has room for every address of an invite by two transports, and some routes besides. */
const maxAttempts = 2 * maxInviteEndpoints + 8;
const longestDetail = 300;

/** Keeps the attempts of one way in, which owns and changes them. */
export class Attempts {
	readonly #onChange: (attempt: Attempt) => void;
	readonly #onProgress: (progress: RouteProgress) => void;
	#list: readonly Attempt[] = [];

	/** Makes an empty list. `onChange` is called with each attempt that is new or has changed, `onProgress` with each step of one that takes its time. */
	constructor(onChange: (attempt: Attempt) => void, onProgress: (progress: RouteProgress) => void = () => {}) {
		this.#onChange = onChange;
		this.#onProgress = onProgress;
	}

	/** Returns the attempts in the order in which they began. */
	list(): readonly Attempt[] {
		return this.#list;
	}

	/** Makes a Transport that dials as `base` does, and tells of every dial. */
	watching(base: Transport): Transport {
		return {
			...base,
			...(base.parts && { parts: base.parts.map((part) => this.watching(part)) }),
			dial: (target, options) =>
				this.#watched({ transport: base.name, target: addressOf(target) }, () => base.dial(target, options)),
		};
	}

	/** Makes a route that dials as `base` does, and tells of every dial. */
	watchingRoute(base: RouteGuest): RouteGuest {
		const told = { transport: base.transport, target: routeOf(base) };
		const dial: RouteGuest["dial"] = async (options) => {
			const stop = base.watch?.((progress) => this.#further(told, progress));
			const outcome = await this.#watched(told, () => base.dial(options));
			stop?.();
			return outcome;
		};
		return { ...base, dial };
	}

	/**
	 * Records that somebody answered there, and that it ended so before we were in. Ends that are about the password or the gate are no fault of the address.
	 */
	cameToNothing(by: HostAndPort | RouteGuest, code: EndCode): void {
		if (!isAnswered(code)) return;
		const target = "via" in by ? routeOf(by) : addressOf(by);
		const there = this.#list.filter((one) => isSameTarget(one.target, target) && one.state === "answered");
		for (const one of there) this.#set({ ...one, state: "failed", why: { kind: "answered", code } });
	}

	async #watched(told: Pick<Attempt, "transport" | "target">, dial: () => Promise<DialOutcome>): Promise<DialOutcome> {
		this.#set({ ...told, state: "trying" });
		const outcome = await dial();
		if (outcome.kind === "linked") this.#set({ ...told, state: "answered" });
		else this.#set({ ...told, ...stateOf(outcome) });
		return outcome;
	}

	/** Keeps how far a dial is in the list; only the progress is news. */
	#further(told: Pick<Attempt, "transport" | "target">, progress: RouteProgress): void {
		const known = this.#list.findIndex((one) => one.state === "trying" && isSameTarget(one.target, told.target));
		if (known === -1) return;
		this.#list = this.#list.with(known, { ...told, state: "trying", progress });
		this.#onProgress(progress);
	}

	#set(attempt: Attempt): void {
		const isSame = (one: Attempt): boolean =>
			one.transport === attempt.transport && isSameTarget(one.target, attempt.target);
		const known = this.#list.findIndex(isSame);
		if (known === -1 && this.#list.length >= maxAttempts) return;
		this.#list = known === -1 ? [...this.#list, attempt] : this.#list.with(known, attempt);
		this.#onChange(attempt);
	}
}

function addressOf({ host, port }: HostAndPort): AttemptTarget {
	return { kind: "address", address: cleanLine(host, longestDetail), port };
}

function routeOf({ name, via }: RouteGuest): AttemptTarget {
	return { kind: "route", route: name, via: cleanLine(via, longestDetail) };
}

function isSameTarget(one: AttemptTarget, other: AttemptTarget): boolean {
	if (one.kind === "route") return other.kind === "route" && one.route === other.route;
	return other.kind === "address" && one.address === other.address && one.port === other.port;
}

const answeredCodes: ReadonlySet<EndCode> = new Set<AnsweredCode>([
	"wrong_host",
	"not_real_talk",
	"wrong_version",
	"refused",
	"timed_out",
	"connection_lost",
]);

const isAnswered = (code: EndCode): code is AnsweredCode => answeredCodes.has(code);

function stateOf({ failure, detail, proxy }: Extract<DialOutcome, { kind: "failed" }>): Pick<Attempt, "state" | "why"> {
	if (failure === "aborted") return { state: "calledOff" };
	const said = proxy === undefined ? {} : { proxy };
	return { state: "failed", why: { kind: "dial", failure, detail: cleanLine(detail, longestDetail), ...said } };
}
