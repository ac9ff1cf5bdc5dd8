// Happy Eyeballs (RFC 8305) over several addresses of one host: attempts start one after the other, the first good one wins.
import { isIPv6 } from "node:net";
import { type Clock, realClock } from "./clock.ts";
import type { DialFailure, DialOutcome, Link, Transport } from "./link.ts";

export interface RaceTarget {
	readonly host: string;
	readonly port: number;
}

export interface RaceOptions {
	readonly signal: AbortSignal;
	/** For each attempt. */
	readonly timeoutMs: number;
	/**
	 * Whether the one who answered is who was meant: at home, 192.168.1.5 is often somebody else. A Link that does not qualify is destroyed,
	 * and the race goes on. Must itself end by a time-out or `signal`, and must not consume what a later reader needs. Absent = all do.
	 */
	readonly qualifies?: (link: Link, signal: AbortSignal) => Promise<boolean>;
	/** RFC 8305 §5 recommends 250 ms. */
	readonly nextAfterMs?: number;
	/** What tests replace. */
	readonly clock?: Clock;
}

/** `notQualified`: somebody answered who was not meant. */
export interface RaceFailure {
	readonly target: RaceTarget;
	readonly failure: DialFailure | "notQualified";
	readonly detail: string;
}

export type RaceOutcome =
	| { readonly kind: "linked"; readonly link: Link; readonly target: RaceTarget }
	/** In the order in which they failed; empty when there was nothing to try. */
	| { readonly kind: "failed"; readonly failures: readonly RaceFailure[] };

const NEXT_AFTER_MS = 250;

/** The same targets, families in turns (RFC 8305 §4), each family in its own order; the family of the first begins. */
export function inTurns(targets: readonly RaceTarget[]): readonly RaceTarget[] {
	const isFirstKind = ({ host }: RaceTarget) => isIPv6(host) === isIPv6(targets[0]?.host ?? "");
	const first = targets.filter(isFirstKind);
	const second = targets.filter((target) => !isFirstKind(target));
	return Array.from({ length: Math.max(first.length, second.length) }).flatMap((_, at) =>
		[first[at], second[at]].filter((target) => target !== undefined),
	);
}

/**
 * Dials every target, the next one after `nextAfterMs` or as soon as one fails. The first Link wins and belongs to the caller; all
 * other attempts are called off and their Links destroyed. Never throws for what the network does.
 */
export function race(transport: Transport, targets: readonly RaceTarget[], options: RaceOptions): Promise<RaceOutcome> {
	const { signal, nextAfterMs = NEXT_AFTER_MS, clock = realClock } = options;
	const ending = new AbortController();
	const running = AbortSignal.any([signal, ending.signal]);
	const waiting = [...inTurns(targets)];
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
		const finish = (target: RaceTarget, result: Link | RaceFailure) => {
			const link = "stream" in result ? result : undefined;
			if (isOver) return void link?.stream.destroy();
			if (link) return end({ kind: "linked", link, target });
			if (!("stream" in result)) failures.push(result);
			if (failures.length === targets.length || signal.aborted) return end({ kind: "failed", failures });
			startNext();
		};
		const startNext = () => {
			callOffNext();
			const target = waiting.shift();
			if (target === undefined) return;
			callOffNext = clock.after(nextAfterMs, startNext);
			void attempt(transport, target, options, running).then((result) => finish(target, result));
		};
		if (targets.length === 0) end({ kind: "failed", failures });
		else startNext();
	});
}

async function attempt(
	transport: Transport,
	target: RaceTarget,
	{ timeoutMs, qualifies }: RaceOptions,
	signal: AbortSignal,
): Promise<Link | RaceFailure> {
	const outcome: DialOutcome = await transport.dial(target, { signal, timeoutMs });
	if (outcome.kind === "failed") return { target, failure: outcome.failure, detail: outcome.detail };
	const { link } = outcome;
	const isMeant = qualifies === undefined || (await qualifies(link, signal).catch(() => false));
	if (isMeant) return link;
	link.stream.destroy();
	return { target, failure: "notQualified", detail: `${target.host} port ${target.port} is somebody else.` };
}
