// A guest's way through a room: dial, prove, enter, talk; and back to its place when the Link breaks or the group goes out of step.
import { setTimeout as sleep } from "node:timers/promises";
import type { GroupMember } from "../../crypto/group/messages.ts";
import { tagKeys } from "../../crypto/opening/knock.ts";
import type { HostAndPort, Link, Transport } from "../../net/link/link.ts";
import { inTurns, race } from "../../net/link/race.ts";
import type { Self } from "../account/self.ts";
import type { EndCode } from "../api/codes.ts";
import { Member, type MemberEnd, type MemberEvent } from "../member/member.ts";
import type { Outbox } from "../member/outbox.ts";
import { endOfClose, endOfDial, type GuestEnd } from "../room/end.ts";
import type { RouteGuest } from "../routes/route.ts";
import { endGently } from "../wire/end-gently.ts";
import { frameType } from "../wire/frame.ts";
import { patienceOf } from "../wire/handshake.ts";
import type { Order } from "../wire/transcript.ts";
import type { Attempts } from "./attempts.ts";
import { directFirst } from "./dial-order.ts";
import { enterRoom, resumeRoom } from "./entering.ts";
import { proveToHost } from "./handshake-guest.ts";
import type { JoinTarget } from "./join-target.ts";
import type { GuestSide, ProvenHost, WantedHost } from "./opening.ts";
import { ResumeState } from "./resume-state.ts";

export const dialTimeoutMs = 10_000;
/** Whoever answered is not whom we looked for. */
const strangerEnds: ReadonlySet<EndCode> = new Set(["wrong_host", "another_room", "not_real_talk", "wrong_version"]);
/** A group that goes out of step more often than this on one Link is broken, or somebody breaks it. */
const maxResyncs = 5;
/** The first wait between two tries to come back. It doubles from the first to the last. */
export const firstRetryMs = 500;
export const lastRetryMs = 30_000;
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

export interface JoinOptions {
	readonly self: Self;
	readonly target: Pick<JoinTarget, "endpoints" | "pin" | "inviteSecret" | "roomName">;
	readonly transport: Transport;
	/** Holds the routes, which are dialled a little later than the endpoints. */
	readonly routes?: readonly RouteGuest[];
	/** Tells whether a program on this home has this room open; when it is absent, none has any. */
	readonly isOwnRoom?: (roomId: Uint8Array) => boolean;
	readonly askPassword: GuestSide["askPassword"];
	/** Is told what is dialled before we are in for the first time. */
	readonly attempts?: Attempts;
	readonly onStep: (step: "dialling" | "checkingPassword" | "entering") => void;
	/** We are in. `missed` says how many places of the order passed without us since we were last in; 0 the first time. `certificates` are those of the members. */
	readonly onEntered: (
		member: Member,
		members: readonly GroupMember[],
		host: ProvenHost,
		missed: number,
		certificates: readonly Uint8Array[],
	) => void;
	/** Is called when the Link broke and we try to come back. */
	readonly onReconnecting: () => void;
	/** We are back in our place; nothing was missed. */
	readonly onResumed: (member: Member) => void;
	readonly onOutOfStep: () => void;
	readonly emit: (event: MemberEvent) => void;
	readonly signal: AbortSignal;
	/** Returns milliseconds on a clock that only goes forward. */
	readonly uptime: () => number;
}

type StayOver = GuestEnd | { readonly kind: "outOfStep" };

/** Joins and stays until the room is over for us. Closes everything it opened. */
export async function joinRoom(options: JoinOptions): Promise<GuestEnd> {
	if (options.target.pin === options.self.signer.fingerprint) {
		return { kind: "ended", code: "own_room", detail: "the invite names our own key" };
	}
	const state = new ResumeState();
	let retryMs = firstRetryMs;
	let lostAt: number | undefined;
	try {
		for (;;) {
			const before = state.member;
			const end = await overOneLink(options, state);
			if (!state.isTaken || !passingEnds.has(end.code) || options.signal.aborted) return end;
			const wasIn = state.member !== before;
			if (wasIn) {
				retryMs = firstRetryMs;
				lostAt = undefined;
			}
			lostAt ??= options.uptime();
			const patienceMs = end.code === "refused" ? giveUpRefusedAfterMs : giveUpAfterMs;
			if (options.uptime() - lostAt > patienceMs) return { ...end, code: "connection_lost" };
			options.onReconnecting();
			await sleep(retryMs, undefined, { signal: options.signal }).catch(() => undefined);
			if (options.signal.aborted) return { kind: "ended", code: "left", detail: "given up" };
			retryMs = Math.min(lastRetryMs, retryMs * 2);
		}
	} finally {
		await state.close();
	}
}

async function overOneLink(options: JoinOptions, state: ResumeState): Promise<GuestEnd> {
	if (!state.isTaken) options.onStep("dialling");
	let { endpoints } = options.target;
	let { routes = [] } = options;
	/** Holds what somebody said who did not prove to be the host; it may have been the host all the same. */
	let hearsay: GuestEnd | undefined;
	for (;;) {
		const dialled = await dialAny(options, endpoints, routes, state.isTaken);
		if (dialled.kind === "ended") return options.signal.aborted ? dialled : (hearsay ?? dialled);
		const { link, by } = dialled;
		const { end, isHost } = await talkTo(link, options, state);
		link.stream.destroy();
		// At home, 192.168.1.5 is often somebody else: the host may still be at another of the addresses.
		endpoints = endpoints.filter((one) => one !== by);
		routes = routes.filter((one) => one !== by);
		if (!state.isTaken) options.attempts?.cameToNothing(by, end.code);
		const isStranger = strangerEnds.has(end.code);
		if (!isStranger && !isHost) hearsay = end;
		if ((!isStranger && isHost) || options.signal.aborted) return end;
		if (endpoints.length === 0 && routes.length === 0) return hearsay ?? end;
	}
}

/** Dials the addresses, and the routes a little later; the first that answers is it. */
async function dialAny(
	{ transport: base, signal, attempts }: JoinOptions,
	endpoints: readonly HostAndPort[],
	routes: readonly RouteGuest[],
	isComingBack: boolean,
): Promise<GuestEnd | { readonly kind: "linked"; readonly link: Link; readonly by: HostAndPort | RouteGuest }> {
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

/** Talks to whoever is at the other end of the Link. `isHost` says that they have proven to be whom we look for, or we look for nobody in particular. */
async function talkTo(
	link: Link,
	options: JoinOptions,
	state: ResumeState,
): Promise<{ readonly end: GuestEnd; readonly isHost: boolean }> {
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

/** Makes the guest's side. A guest that comes back shows its seat. The password is asked for where the seat does not do; nothing ever offers it by itself. */
function guestSide(options: JoinOptions, state: ResumeState): GuestSide {
	const { signer, name } = options.self;
	return {
		signer,
		name,
		wanted: wantedHost(options, state),
		askPassword: options.askPassword,
		isOwnRoom: options.isOwnRoom,
		onProven: (from) => {
			state.proofSeen = from;
		},
		// The encryption worker has time to start while the person types.
		onAsking: (roomId) => {
			if (!state.isTaken) state.prepareGroup(roomId);
		},
		onChecking: () => {
			if (!state.isTaken) options.onStep("checkingPassword");
		},
	};
}

/** Returns the host that the invite names, or the one we were with, and everything we hold of it. */
function wantedHost({ self, target }: JoinOptions, state: ResumeState): WantedHost | undefined {
	const { room } = state;
	const fingerprint = room?.host ?? target.pin;
	if (fingerprint === undefined) return undefined;
	const guest = self.signer.fingerprint;
	const seatKeys = (secret: Uint8Array | undefined) =>
		room && secret ? tagKeys({ kind: "seat", secret, roomId: room.roomId, guest }, fingerprint) : undefined;
	const { inviteSecret: secret, pin } = target;
	const newestSeat = seatKeys(room?.newestSeat);
	const previousSeat = seatKeys(room?.previousSeat);
	return {
		fingerprint,
		secrets: {
			...(newestSeat && { newestSeat }),
			...(previousSeat && { previousSeat }),
			...(secret && { invite: tagKeys({ kind: "invite", secret }, fingerprint) }),
			// The fingerprint is all there is to show where a room was found on the network, or the invite is of version 1.
			...(pin !== undefined && !secret && { pin: tagKeys({ kind: "pin" }, fingerprint) }),
		},
		roomName: target.roomName,
		roomId: room?.roomId,
		notBefore: state.proofSeen,
	};
}

async function stayWith(host: ProvenHost, options: JoinOptions, state: ResumeState): Promise<GuestEnd> {
	let over: StayOver | undefined = state.hasGroupOf(host.roomId) ? await resume(host, options, state) : undefined;
	for (let resyncs = 0; over === undefined || over.kind === "outOfStep"; resyncs++) {
		if (over) {
			options.onOutOfStep();
			if (resyncs > maxResyncs) {
				return { kind: "ended", code: "host_misbehaved", detail: "the group went out of step again and again" };
			}
		}
		over = await enter(host, options, state, over !== undefined);
	}
	return over;
}

/** Takes our former place, if the host still keeps it. It returns `undefined` when the host does not, and we must enter. */
async function resume(host: ProvenHost, options: JoinOptions, state: ResumeState): Promise<StayOver | undefined> {
	const { group, member } = state;
	if (!group || !member) return undefined;
	const outcome = await resumeRoom(host.frames, member.order.seq, options.signal);
	if (outcome.kind !== "resumed") return outcome.kind === "tooLate" ? undefined : outcome;
	takeSeat(host, state, outcome.seat);
	const place = { order: member.order, outbox: member.outbox, resumeUpTo: outcome.upTo };
	return talk(host, options, state, place, (back) => options.onResumed(back));
}

/** Enters with a fresh group. */
async function enter(
	host: ProvenHost,
	options: JoinOptions,
	state: ResumeState,
	isComingBack: boolean,
): Promise<StayOver> {
	if (!state.isTaken) options.onStep("entering");
	const group = await state.newGroup(host.roomId);
	const { frames, roomId } = host;
	const who = { signer: options.self.signer, name: options.self.name, host: host.certificate };
	const entered = await enterRoom({ frames, roomId, group, isComingBack, ...who }, options.signal);
	if (entered.kind === "ended") return entered;
	takeSeat(host, state, entered.seat);
	const missed = state.member ? Math.max(0, entered.order.seq - 1 - state.member.order.seq) : 0;
	return talk(host, options, state, { order: entered.order, outbox: state.unsaid() }, (member) => {
		options.onEntered(member, entered.members, host, missed, entered.certificates);
	});
}

/** Keeps the seat we were given, and says so: then the host needs the former one no longer. */
function takeSeat({ certificate, frames, roomId }: ProvenHost, state: ResumeState, seat: Uint8Array): void {
	state.take(certificate.fingerprint, roomId, seat);
	frames.send(frameType.kept);
}

/** Stays in the room until it, the Link or the group's agreement ends. */
async function talk(
	host: ProvenHost,
	options: JoinOptions,
	state: ResumeState,
	place: { readonly order: Order; readonly outbox: Outbox; readonly resumeUpTo?: number },
	onIn: (member: Member) => void,
): Promise<StayOver> {
	const { group } = state;
	if (!group) return { kind: "ended", code: "internal", detail: "no group" };
	const { signal, emit } = options;
	const identity = { self: options.self.signer.fingerprint, isRestorable: false };
	const member = new Member({ ...identity, frames: host.frames, group, ...place, emit });
	state.speaksAs(member);
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
