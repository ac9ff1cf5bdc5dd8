// A guest's way through a room: dial, prove, enter, talk; and back to its place when the Link breaks or the group goes out of step.
import { setTimeout as sleep } from "node:timers/promises";
import type { HostAndPort, Link } from "../../net/link/link.ts";
import { watchAddresses } from "../../net/link/watch-addresses.ts";
import type { EndCode } from "../api/codes.ts";
import type { GuestEnd } from "../room/end.ts";
import type { RouteGuest } from "../routes/route.ts";
import { endGently } from "../wire/end-gently.ts";
import { patienceOf } from "../wire/handshake.ts";
import type { JoinOptions } from "./join-options.ts";
import { proveToHost } from "./opening/handshake-guest.ts";
import { dialAny, dialForFiles, guestSide } from "./reaching.ts";
import { ResumeState } from "./resume-state.ts";
import { stayWith } from "./staying.ts";

/** The ends that say that whoever answered is not whom we looked for. */
const strangerEnds: ReadonlySet<EndCode> = new Set(["wrong_host", "not_real_talk", "wrong_version"]);
/** The pause between two tries to come back doubles from the first to the last. */
export const firstRetryMs = 500;
export const lastRetryMs = 30_000;
const lastKeptRetryMs = 5 * 60_000;
/** The host keeps our place for five minutes; after that we can still enter anew, so it is worth trying a little longer. */
export const giveUpAfterMs = 10 * 60_000;
/** Where the host's computer answers but no room does, we give up after this time: the program has ended, and may be starting again. */
export const giveUpRefusedAfterMs = 60_000;

/** Ends that may pass by themselves. */
const passingEnds: ReadonlySet<EndCode> = new Set([
	"connection_lost",
	"refused",
	"unreachable",
	"timed_out",
	"name_not_found",
	"busy",
	"paused",
	"password_changed",
]);

/** A room that is kept is looked for as long as it is kept: its host may be away, and somebody else at its address. */
const passingKeptEnds: ReadonlySet<EndCode> = new Set([...passingEnds, "wrong_host", "not_real_talk", "clocks_differ"]);
/** At the address of a buddy another room of theirs may be open meanwhile. */
const passingPairEnds: ReadonlySet<EndCode> = new Set([...passingKeptEnds, "another_room"]);

function isPassing(code: EndCode, { keeping }: Pick<JoinOptions, "keeping">): boolean {
	if (keeping?.isPair) return passingPairEnds.has(code);
	return (keeping?.isKept ? passingKeptEnds : passingEnds).has(code);
}

/** Joins and stays until the room is over for us. Closes everything it opened. */
export async function joinRoom(options: JoinOptions): Promise<GuestEnd> {
	if (options.target.pin === options.self.signer.fingerprint) {
		return { kind: "ended", code: "own_room", detail: "the invite names our own key" };
	}
	const state = new ResumeState(options.keeping?.known());
	await restoreKept(options, state);
	options.onFilesDialer?.((signal) => dialForFiles({ ...options, signal }, state));
	let retryMs = firstRetryMs;
	let lostAt: number | undefined;
	try {
		for (;;) {
			const before = state.member;
			const end = await overOneLink(options, state);
			if (!state.isTaken || !isPassing(end.code, options) || options.signal.aborted) return end;
			const wasIn = state.member !== before;
			if (wasIn) {
				retryMs = firstRetryMs;
				lostAt = undefined;
			}
			lostAt ??= options.uptime();
			const isKept = options.keeping?.isKept ?? false;
			const patienceMs = end.code === "refused" ? giveUpRefusedAfterMs : giveUpAfterMs;
			if (!isKept && options.uptime() - lostAt > patienceMs) return { ...end, code: "connection_lost" };
			options.onReconnecting();
			const isElsewhere = await pause(retryMs, options);
			if (options.signal.aborted) return { kind: "ended", code: "left", detail: "given up" };
			retryMs = isElsewhere ? firstRetryMs : Math.min(isKept ? lastKeptRetryMs : lastRetryMs, retryMs * 2);
		}
	} finally {
		await state.close();
	}
}

const watchOwnNetwork: NonNullable<JoinOptions["watchNetwork"]> = (signal, onChange) =>
	watchAddresses({ signal, onChange });

/** Waits for the next try. `true`: this computer is in another network meanwhile, where the host may be in reach at once. */
async function pause(waitMs: number, { signal, watchNetwork = watchOwnNetwork }: JoinOptions): Promise<boolean> {
	const over = new AbortController();
	const moved = new AbortController();
	watchNetwork(over.signal, () => moved.abort());
	const until = AbortSignal.any([signal, moved.signal]);
	await sleep(waitMs, undefined, { signal: until }).catch(() => undefined);
	over.abort();
	return moved.signal.aborted;
}

/** Shows what was kept of the room before anybody is dialled. */
async function restoreKept({ keeping, onKept }: JoinOptions, state: ResumeState): Promise<void> {
	if (!keeping?.isKept || !state.room) return;
	const restored = await keeping.restore();
	const waiting = restored?.waiting ?? keeping.waiting();
	state.readsOn(restored?.reading, waiting);
	onKept?.(restored?.members ?? [], waiting, state.room);
}

/** Says how a talk ended; with `isHost` they have proven to be whom we look for. */
interface Talk {
	readonly end: GuestEnd;
	readonly isHost: boolean;
}

async function overOneLink(options: JoinOptions, state: ResumeState): Promise<GuestEnd> {
	if (!state.isTaken) options.onStep("dialling");
	const { target, routes = [], signal, keeping, lookNearby } = options;
	const { end, isHost } = await overAny(options, state, target.endpoints, routes);
	const host = state.room?.host;
	if (isHost || !keeping?.isKept || !host || !lookNearby || signal.aborted) return end;
	const found = await lookNearby({ host, former: target.endpoints, signal });
	const there = await overAny(options, state, found, []);
	return there.isHost ? there.end : end;
}

/** Talks to whoever answers there, one after the other, until it was the host. */
async function overAny(
	options: JoinOptions,
	state: ResumeState,
	told: readonly HostAndPort[],
	ways: readonly RouteGuest[],
): Promise<Talk> {
	let endpoints = told;
	let routes = ways;
	/** Holds what somebody said who did not prove to be the host; it may have been the host all the same. */
	let hearsay: GuestEnd | undefined;
	for (;;) {
		const dialled = await dialAny(options, endpoints, routes, state.isTaken);
		if (dialled.kind === "ended")
			return { end: options.signal.aborted ? dialled : (hearsay ?? dialled), isHost: false };
		const { link, by } = dialled;
		state.by = by;
		const { end, isHost } = await talkTo(link, options, state);
		link.stream.destroy();
		// At home, 192.168.1.5 is often somebody else: the host may still be at another of the addresses.
		endpoints = endpoints.filter((one) => one !== by);
		routes = routes.filter((one) => one !== by);
		if (!state.isTaken) options.attempts?.cameToNothing(by, end.code);
		const isStranger = strangerEnds.has(end.code);
		if (!isStranger && !isHost) hearsay = end;
		if ((!isStranger && isHost) || options.signal.aborted) return { end, isHost };
		if (endpoints.length === 0 && routes.length === 0) return { end: hearsay ?? end, isHost: false };
	}
}

/** Talks to whoever is at the other end of the Link. Where we look for nobody in particular, they are the host. */
async function talkTo(link: Link, options: JoinOptions, state: ResumeState): Promise<Talk> {
	options.onLinked?.(link.far.transport);
	// The encryption worker has time to start and to rehearse while the host is met and the person types.
	state.prepareWorker(options.self.signer.certificate.bytes);
	const side = guestSide(options, state);
	let isHost = side.wanted === undefined;
	const onProven = (from: number): void => {
		isHost = true;
		side.onProven(from);
	};
	const patience = patienceOf(link.far.transport);
	const host = await proveToHost(link.stream, { ...side, onProven, patience }, options.signal);
	if (host.kind === "ended") return { end: host, isHost };
	const end = await stayWith(host, options, state);
	await endGently(host.stream);
	return { end, isHost };
}
