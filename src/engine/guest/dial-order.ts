// Dials direct addresses first and the routes a little later: a host who can be reached directly is reached so, and nobody waits long for what does not work.
import { type Clock, realClock } from "../../net/link/clock.ts";
import type { DialFailure, DialOutcome, HostAndPort, Link, TransportName } from "../../net/link/link.ts";
import type { RaceOutcome } from "../../net/link/race.ts";

/** Routes wait for this time, which is more than a dial around the world takes. */
const headStartMs = 2_500;

/** A LaterDial is a dial that begins later; `by` is how the outcome names it. */
export interface LaterDial<By> {
	readonly by: By;
	readonly dial: (signal: AbortSignal) => Promise<DialOutcome>;
}

export interface DialOrder<By> {
	readonly direct: (signal: AbortSignal) => Promise<RaceOutcome>;
	/** All of them begin when `direct` has failed, or after its head start. */
	readonly later: readonly LaterDial<By>[];
	readonly signal: AbortSignal;
	readonly clock?: Clock;
}

/** Says why a dial failed. `transport` is the one that dialled; it is absent for a route. */
export interface FailedDial {
	readonly transport?: TransportName;
	readonly failure: DialFailure | "notQualified";
	readonly detail: string;
}

export type OrderedOutcome<By> =
	/** A dial has led to a Link. `by` is the address, or the route, that led there. */
	| { readonly kind: "linked"; readonly link: Link; readonly by: HostAndPort | By }
	/** No dial has led to a Link. `failures` is empty when there was nothing to dial. */
	| { readonly kind: "failed"; readonly failures: readonly FailedDial[] };

/** Dials in that order. The first Link wins and belongs to the caller; the other dials are called off, and their Links destroyed. */
export async function directFirst<By>({
	direct,
	later,
	signal,
	clock = realClock,
}: DialOrder<By>): Promise<OrderedOutcome<By>> {
	const ending = new AbortController();
	const running = AbortSignal.any([signal, ending.signal]);
	const won = Promise.withResolvers<OrderedOutcome<By>>();
	const start = Promise.withResolvers<void>();
	const callOffStart = clock.after(headStartMs, start.resolve);
	const win = (link: Link, by: HostAndPort | By): void => {
		if (ending.signal.aborted) return void link.stream.destroy();
		ending.abort();
		won.resolve({ kind: "linked", link, by });
	};
	const dialDirectly = async (): Promise<readonly FailedDial[]> => {
		const outcome = await direct(running);
		if (outcome.kind === "linked") win(outcome.link, outcome.target);
		start.resolve();
		return outcome.kind === "failed" ? outcome.failures : [];
	};
	const dialLater = async ({ by, dial }: LaterDial<By>): Promise<readonly FailedDial[]> => {
		await start.promise;
		if (running.aborted) return [];
		const outcome = await dial(running);
		if (outcome.kind === "linked") win(outcome.link, by);
		return outcome.kind === "failed" ? [outcome] : [];
	};
	const all = Promise.all([dialDirectly(), ...later.map(dialLater)]);
	await Promise.race([won.promise, all]);
	callOffStart();
	return ending.signal.aborted ? won.promise : { kind: "failed", failures: (await all).flat() };
}
