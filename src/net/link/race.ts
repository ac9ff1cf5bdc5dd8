// Happy Eyeballs (RFC 8305) over several addresses of one host, and over several Transports to each: attempts start one after the other, the first good one wins.
import { isIPv6 } from "node:net";
import { type Clock, realClock } from "./clock.ts";
import type { DialFailure, DialOptions, DialOutcome, HostAndPort, Link, Transport, TransportName } from "./link.ts";

export interface RaceOptions extends Pick<DialOptions, "onContact"> {
	readonly signal: AbortSignal;
	/** Each attempt may take this long, in milliseconds. */
	readonly timeoutMs: number;
	/**
	 * Tells whether the one who answered is who was meant: at home, 192.168.1.5 is often somebody else. A Link that does not qualify is destroyed, and the
	 * race goes on. It must itself end by a time-out or `signal`, and must not consume what a later reader needs. When it is absent, every Link qualifies.
	 */
	readonly qualifies?: (link: Link, signal: AbortSignal) => Promise<boolean>;
	/** The clock; tests replace it. */
	readonly clock?: Clock;
}

/** Says why one attempt was lost. `notQualified`: somebody answered who was not meant. */
export interface RaceFailure {
	readonly target: HostAndPort;
	/** The Transport that dialled; absent where it is not told apart. */
	readonly transport?: TransportName;
	readonly failure: DialFailure | "notQualified";
	readonly detail: string;
}

export type RaceOutcome =
	| { readonly kind: "linked"; readonly link: Link; readonly target: HostAndPort }
	/** `failures` are in the order in which they failed; there are none when there was nothing to try. */
	| { readonly kind: "failed"; readonly failures: readonly RaceFailure[] };

/** The next attempt starts after this long, as RFC 8305 §5 recommends. */
const NEXT_AFTER_MS = 250;
/** An address that has refused by one Transport is there: by another it would answer within this. */
const AFTER_REFUSAL_MS = 2_000;

/** A Dial is one address, dialled by one Transport. */
interface Dial {
	readonly transport: Transport;
	readonly target: HostAndPort;
}

/** Returns the same targets with the families in turns (RFC 8305 §4), each family in its own order; the family of the first begins. */
export function inTurns(targets: readonly HostAndPort[]): readonly HostAndPort[] {
	const isFirstKind = ({ host }: HostAndPort) => isIPv6(host) === isIPv6(targets[0]?.host ?? "");
	const first = targets.filter(isFirstKind);
	const second = targets.filter((target) => !isFirstKind(target));
	return Array.from({ length: Math.max(first.length, second.length) }).flatMap((_, at) =>
		[first[at], second[at]].filter((target) => target !== undefined),
	);
}

/** Returns every address paired with each of the Transports, one after the other. */
function dialsOf(transport: Transport, targets: readonly HostAndPort[]): readonly Dial[] {
	const parts = transport.parts ?? [transport];
	return targets.flatMap((target) => parts.map((part) => ({ transport: part, target })));
}

/**
 * Dials every target, the next one after `NEXT_AFTER_MS` or as soon as one fails. The first Link wins and belongs to the caller; all
 * other attempts are called off and their Links destroyed. It never throws for what the network does.
 */
export function race(
	transport: Transport,
	targets: readonly HostAndPort[],
	options: RaceOptions,
): Promise<RaceOutcome> {
	const { signal, clock = realClock } = options;
	const ending = new AbortController();
	const running = AbortSignal.any([signal, ending.signal]);
	const dials = dialsOf(transport, inTurns(targets));
	const waiting = [...dials];
	const failures: RaceFailure[] = [];
	return new Promise((resolve) => {
		let callOffNext = () => {};
		let isOver = false;
		const end = (outcome: RaceOutcome) => {
			isOver = true;
			callOffNext();
			ending.abort();
			resolve(outcome);
		};
		const finish = (target: HostAndPort, result: Link | RaceFailure) => {
			const link = "stream" in result ? result : undefined;
			if (isOver) return void link?.stream.destroy();
			if (link) return end({ kind: "linked", link, target });
			if (!("stream" in result)) failures.push(result);
			if (failures.length === dials.length || signal.aborted) return end({ kind: "failed", failures });
			startNext();
		};
		const startNext = () => {
			callOffNext();
			const next = waiting.shift();
			if (next === undefined) return;
			callOffNext = clock.after(NEXT_AFTER_MS, startNext);
			const { target } = next;
			const hasRefused = failures.some((one) => one.target === target && one.failure === "refused");
			const timeoutMs = hasRefused ? Math.min(options.timeoutMs, AFTER_REFUSAL_MS) : options.timeoutMs;
			void attempt(next, { ...options, timeoutMs }, running).then((result) => finish(target, result));
		};
		if (targets.length === 0) end({ kind: "failed", failures });
		else startNext();
	});
}

async function attempt(
	{ transport, target }: Dial,
	{ timeoutMs, qualifies, onContact }: RaceOptions,
	signal: AbortSignal,
): Promise<Link | RaceFailure> {
	const outcome: DialOutcome = await transport.dial(target, { signal, timeoutMs, ...(onContact && { onContact }) });
	const { name } = transport;
	if (outcome.kind === "failed") {
		return { target, transport: name, failure: outcome.failure, detail: outcome.detail };
	}
	const { link } = outcome;
	const isMeant = qualifies === undefined || (await qualifies(link, signal).catch(() => false));
	if (isMeant) return link;
	link.stream.destroy();
	return {
		target,
		transport: name,
		failure: "notQualified",
		detail: `${target.host} port ${target.port} is somebody else.`,
	};
}
