// Direct addresses first, another way a little later: who can be reached directly is reached so, and nobody waits long for what does not work.
import { type Clock, realClock } from "../../net/link/clock.ts";
import type { DialOutcome, Endpoint } from "../../net/link/link.ts";
import type { RaceOutcome } from "../../net/link/race.ts";

/** More than a dial around the world takes. */
const headStartMs = 2_500;

export interface DialOrder {
	readonly direct: (signal: AbortSignal) => Promise<RaceOutcome>;
	/** Begins when `direct` has failed, or after its head start. */
	readonly later: (signal: AbortSignal) => Promise<DialOutcome>;
	/** What `later` is called in the outcome. */
	readonly laterTarget: Endpoint;
	readonly signal: AbortSignal;
	readonly clock?: Clock;
}

/** The first Link wins and belongs to the caller; the other way is called off, and its Link destroyed. */
export async function directFirst({
	direct,
	later,
	laterTarget,
	signal,
	clock = realClock,
}: DialOrder): Promise<RaceOutcome> {
	const ending = new AbortController();
	const running = AbortSignal.any([signal, ending.signal]);
	const { promise, resolve } = Promise.withResolvers<RaceOutcome>();
	const start = Promise.withResolvers<void>();
	const callOffStart = clock.after(headStartMs, start.resolve);
	let isOver = false;
	const win = (outcome: RaceOutcome & { readonly kind: "linked" }): void => {
		if (isOver) return void outcome.link.stream.destroy();
		isOver = true;
		ending.abort();
		resolve(outcome);
	};
	const failures = await Promise.race([
		promise,
		Promise.all([
			direct(running).then((outcome) => {
				if (outcome.kind === "linked") win(outcome);
				start.resolve();
				return outcome.kind === "failed" ? outcome.failures : [];
			}),
			start.promise.then(async () => {
				if (running.aborted) return [];
				const outcome = await later(running);
				if (outcome.kind === "linked") win({ kind: "linked", link: outcome.link, target: laterTarget });
				return outcome.kind === "failed" ? [{ target: laterTarget, ...outcome }] : [];
			}),
		]),
	]);
	callOffStart();
	if ("kind" in failures) return failures;
	return isOver ? promise : { kind: "failed", failures: failures.flat() };
}
