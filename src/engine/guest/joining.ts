// A guest's way through a room: dial, prove, enter, talk; and back to its place when the Link breaks or the group goes out of step.
import { setTimeout as sleep } from "node:timers/promises";
import type { GroupMember } from "../../crypto/group/messages.ts";
import type { Endpoint, Link, Transport } from "../../net/link/link.ts";
import { inTurns, race } from "../../net/link/race.ts";
import type { Self } from "../account/self.ts";
import type { EndCode } from "../api/codes.ts";
import { Member, type MemberEnd, type MemberEvent } from "../member/member.ts";
import type { Outbox } from "../member/outbox.ts";
import { endOfClose, endOfDial, type GuestEnd } from "../room/end.ts";
import type { RouteGuest } from "../routes/route.ts";
import { endGently } from "../wire/end-gently.ts";
import type { Order } from "../wire/transcript.ts";
import type { Attempts } from "./attempts.ts";
import { directFirst } from "./dial-order.ts";
import { enterRoom, resumeRoom } from "./entering.ts";
import { type GuestSide, type ProvenHost, proveToHost } from "./handshake-guest.ts";
import type { JoinTarget } from "./join-target.ts";
import { Seat } from "./resume-state.ts";

export const dialTimeoutMs = 10_000;
/** Whoever answered is not whom we looked for. */
const strangerEnds: ReadonlySet<EndCode> = new Set(["wrong_host", "not_real_talk", "wrong_version"]);
/** A group that goes out of step more often than this on one Link is broken, or somebody breaks it. */
const maxResyncs = 5;
/** Between two tries to come back: doubles from the first to the last. */
export const firstRetryMs = 500;
export const lastRetryMs = 30_000;
/** The host keeps our place for five minutes; after that we can still enter anew, so it is worth trying a little longer. */
export const giveUpAfterMs = 10 * 60_000;
/** Where the host's computer answers but no room does, the program has ended; it may be starting again. */
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

export interface JoinOptions {
	readonly self: Self;
	readonly target: Pick<JoinTarget, "endpoints" | "pin">;
	readonly transport: Transport;
	/** Dialled a little later than the endpoints. */
	readonly routes?: readonly RouteGuest[];
	readonly askPassword: GuestSide["askPassword"];
	/** Told what is dialled before we are in for the first time. */
	readonly attempts?: Attempts;
	readonly onStep: (step: "dialling" | "checkingPassword" | "entering") => void;
	/** We are in. `missed`: how many places of the order passed without us since we were last in; 0 the first time. `certificates`: of the members. */
	readonly onEntered: (
		member: Member,
		members: readonly GroupMember[],
		host: ProvenHost,
		missed: number,
		certificates: readonly Uint8Array[],
	) => void;
	/** The Link broke; we try to come back. */
	readonly onReconnecting: () => void;
	/** We are back in our place; nothing was missed. */
	readonly onResumed: (member: Member) => void;
	readonly onOutOfStep: () => void;
	readonly emit: (event: MemberEvent) => void;
	readonly signal: AbortSignal;
	readonly now: () => number;
}

type StayOver = GuestEnd | { readonly kind: "outOfStep" };

/** Joins and stays until the room is over for us. Closes everything it opened. */
export async function joinRoom(options: JoinOptions): Promise<GuestEnd> {
	const seat = new Seat();
	let retryMs = firstRetryMs;
	let lostAt: number | undefined;
	try {
		for (;;) {
			const before = seat.member;
			const end = await overOneLink(options, seat);
			if (!seat.isTaken || !passingEnds.has(end.code) || options.signal.aborted) return end;
			const wasIn = seat.member !== before;
			if (wasIn) {
				retryMs = firstRetryMs;
				lostAt = undefined;
			}
			lostAt ??= options.now();
			const patienceMs = end.code === "refused" ? giveUpRefusedAfterMs : giveUpAfterMs;
			if (options.now() - lostAt > patienceMs) return { ...end, code: "connection_lost" };
			options.onReconnecting();
			await sleep(retryMs, undefined, { signal: options.signal }).catch(() => undefined);
			if (options.signal.aborted) return { kind: "ended", code: "left", detail: "given up" };
			retryMs = Math.min(lastRetryMs, retryMs * 2);
		}
	} finally {
		await seat.close();
	}
}

async function overOneLink(options: JoinOptions, seat: Seat): Promise<GuestEnd> {
	if (!seat.isTaken) options.onStep("dialling");
	let { endpoints } = options.target;
	let { routes = [] } = options;
	/** What somebody said who did not prove to be the host; it may have been the host all the same. */
	let hearsay: GuestEnd | undefined;
	for (;;) {
		const dialled = await dialAny(options, endpoints, routes, seat.isTaken);
		if (dialled.kind === "ended") return options.signal.aborted ? dialled : (hearsay ?? dialled);
		const { link, by } = dialled;
		const { end, isHost } = await talkTo(link, options, seat);
		link.stream.destroy();
		// At home, 192.168.1.5 is often somebody else: the host may still be at another of the addresses.
		endpoints = endpoints.filter((one) => one !== by);
		routes = routes.filter((one) => one !== by);
		if (!seat.isTaken) options.attempts?.cameToNothing(by, end.code);
		const isStranger = strangerEnds.has(end.code);
		if (!isStranger && !isHost) hearsay = end;
		if ((!isStranger && isHost) || options.signal.aborted) return end;
		if (endpoints.length === 0 && routes.length === 0) return hearsay ?? end;
	}
}

/** Dials the addresses, and the routes a little later; the first that answers is it. */
async function dialAny(
	{ transport: base, signal, attempts }: JoinOptions,
	endpoints: readonly Endpoint[],
	routes: readonly RouteGuest[],
	isComingBack: boolean,
): Promise<GuestEnd | { readonly kind: "linked"; readonly link: Link; readonly by: Endpoint | RouteGuest }> {
	const told = isComingBack ? undefined : attempts;
	const transport = told?.watching(base) ?? base;
	const dialled = await directFirst({
		direct: (until) => race(transport, inTurns(endpoints), { signal: until, timeoutMs: dialTimeoutMs }),
		later: routes.map((by) => {
			const { timeoutMs } = by;
			const route = told?.watchingRoute(by) ?? by;
			return { by, dial: (until) => route.dial({ signal: until, timeoutMs }) };
		}),
		signal,
	});
	if (dialled.kind === "linked") return dialled;
	// What TCP says is more telling: many networks drop UDP without a word.
	const last = dialled.failures.findLast((one) => one.transport !== "udp") ?? dialled.failures.at(-1);
	if (!last || last.failure === "notQualified") return endOfDial("aborted", "nothing was dialled");
	return endOfDial(last.failure, [...new Set(dialled.failures.map(({ detail }) => detail))].join(" "));
}

/** `isHost`: they proved to be whom we look for, or we look for nobody in particular. */
async function talkTo(
	link: Link,
	options: JoinOptions,
	seat: Seat,
): Promise<{ readonly end: GuestEnd; readonly isHost: boolean }> {
	const side = guestSide(options, seat);
	let isHost = side.pin === undefined;
	const onSalt = (salt: Uint8Array): void => {
		// Called when the key is proven.
		isHost = true;
		side.onSalt(salt);
	};
	const host = await proveToHost(link.stream, { ...side, onSalt }, options.signal);
	if (host.kind === "ended") return { end: host, isHost };
	const end = await stayWith(host, options, seat);
	await endGently(host.tls);
	return { end, isHost };
}

/** A guest that comes back proves the password by itself, once; if it is not right any more, the person is asked. */
function guestSide(options: JoinOptions, seat: Seat): GuestSide {
	const pin = seat.host ?? options.target.pin;
	return {
		signer: options.self.signer,
		name: options.self.name,
		// Who comes back makes sure first that it is the same host: nobody else gets a proof of the password.
		...(pin ? { pin } : {}),
		async askPassword(attemptsLeft, wasWrong, hasEnded) {
			const isKnown = seat.password !== undefined && !wasWrong;
			if (!isKnown) seat.password = await options.askPassword(attemptsLeft, wasWrong, hasEnded);
			return seat.password;
		},
		onSalt: (salt) => seat.sawSalt(salt),
		onChecking: () => {
			if (!seat.isTaken) options.onStep("checkingPassword");
		},
	};
}

async function stayWith(host: ProvenHost, options: JoinOptions, seat: Seat): Promise<GuestEnd> {
	let over: StayOver | undefined = seat.hasGroupOf(host.roomId) ? await resume(host, options, seat) : undefined;
	for (let resyncs = 0; over === undefined || over.kind === "outOfStep"; resyncs++) {
		if (over) {
			options.onOutOfStep();
			if (resyncs > maxResyncs) {
				return { kind: "ended", code: "host_misbehaved", detail: "the group went out of step again and again" };
			}
		}
		over = await enter(host, options, seat, over !== undefined);
	}
	return over;
}

/** Takes our former place, if the host still keeps it. `undefined`: it does not, and we must enter. */
async function resume(host: ProvenHost, options: JoinOptions, seat: Seat): Promise<StayOver | undefined> {
	const { group, member } = seat;
	if (!group || !member) return undefined;
	const outcome = await resumeRoom(host.frames, member.order.seq, options.signal);
	if (outcome.kind !== "resumed") return outcome.kind === "tooLate" ? undefined : outcome;
	const place = { order: member.order, outbox: member.outbox, resumeUpTo: outcome.upTo };
	return talk(host, options, seat, place, (back) => options.onResumed(back));
}

/** Enters with a fresh group. */
async function enter(host: ProvenHost, options: JoinOptions, seat: Seat, isComingBack: boolean): Promise<StayOver> {
	if (!seat.isTaken) options.onStep("entering");
	const group = await seat.newGroup(host.roomId);
	const { frames, roomId } = host;
	const who = { signer: options.self.signer, name: options.self.name, host: host.certificate };
	const entered = await enterRoom({ frames, roomId, group, isComingBack, ...who }, options.signal);
	if (entered.kind === "ended") return entered;
	const missed = seat.member ? Math.max(0, entered.order.seq - 1 - seat.member.order.seq) : 0;
	return talk(host, options, seat, { order: entered.order, outbox: seat.unsaid() }, (member) => {
		options.onEntered(member, entered.members, host, missed, entered.certificates);
	});
}

/** In the room until it, the Link or the group's agreement ends. */
async function talk(
	host: ProvenHost,
	options: JoinOptions,
	seat: Seat,
	place: { readonly order: Order; readonly outbox: Outbox; readonly resumeUpTo?: number },
	onIn: (member: Member) => void,
): Promise<StayOver> {
	const { group } = seat;
	if (!group) return { kind: "ended", code: "internal", detail: "no group" };
	const { signal, emit } = options;
	const identity = { self: options.self.signer.fingerprint, isRestorable: false };
	const member = new Member({ ...identity, frames: host.frames, group, ...place, emit });
	seat.take(host.certificate.fingerprint, member);
	onIn(member);
	const leave = (): void => member.leave();
	signal.addEventListener("abort", leave, { once: true });
	if (signal.aborted) leave();
	const end = await member.run();
	signal.removeEventListener("abort", leave);
	return end.kind === "outOfStep" ? end : endOfMember(end);
}

function endOfMember(end: Exclude<MemberEnd, { kind: "outOfStep" }>): GuestEnd {
	switch (end.kind) {
		case "closed":
			return endOfClose(end.reason);
		case "linkLost":
			return { kind: "ended", code: "connection_lost", detail: "the connection to the host broke" };
		case "hostMisbehaved":
			return { kind: "ended", code: "host_misbehaved", detail: end.detail };
	}
}
