// Takes a guest from the proven host on: reads what was missed, comes back or enters, and stays until the Link, the room or the group's agreement ends.
import { isStoreFailure } from "../../store/failure.ts";
import type { MemberEnd, MemberEvent } from "../member/events.ts";
import { Member } from "../member/member.ts";
import type { Outbox } from "../member/outbox.ts";
import { endOfClose, type GuestEnd } from "../room/end.ts";
import { encodeClose } from "../wire/entering-frames.ts";
import { frameType } from "../wire/frame.ts";
import type { Order } from "../wire/transcript.ts";
import { enterRoom, resumeRoom } from "./entering.ts";
import type { CaughtUp, JoinOptions } from "./join-options.ts";
import type { ProvenHost } from "./opening/opening.ts";
import { ReadingOn } from "./reading-on.ts";
import type { ResumeState } from "./resume-state.ts";

/** A group that goes out of step more often than this on one Link is broken, or somebody breaks it. */
const maxResyncs = 5;

type StayOver = GuestEnd | { readonly kind: "outOfStep" | "renews" };

/** The reason to end a stay in a kept room without a goodbye: our place there is kept. */
export const goingAway = "going away";

/** Stays with a host that has proven itself; resolves with why it is over. */
export async function stayWith(host: ProvenHost, options: JoinOptions, state: ResumeState): Promise<GuestEnd> {
	let over: StayOver | undefined = state.hasGroupOf(host.roomId) ? await resume(host, options, state) : undefined;
	if (over === undefined) over = await readOn(host, options, state);
	for (let resyncs = 0; over === undefined || over.kind !== "ended"; ) {
		const before: "outOfStep" | "renews" | undefined = over?.kind;
		if (before === "outOfStep") {
			options.onOutOfStep();
			resyncs += 1;
			if (resyncs > maxResyncs) {
				return { kind: "ended", code: "host_misbehaved", detail: "the group went out of step again and again" };
			}
		}
		if (before === "renews") readInPlace(options, state);
		over = await enter(host, options, state, before);
		if (before === "renews" && over.kind === "ended") over = await keepFormer(host, options, state, over);
	}
	return over;
}

/** Reads on with the group of our former leaf what the host goes on to deliver, until our new leaf is in. */
function readInPlace({ keeping, self, emit }: JoinOptions, state: ResumeState): void {
	const { group, member } = state;
	if (!group || !member) return;
	const { order, ownLines: own } = member;
	const reading = keeping?.reading(order, group, own);
	state.giveToRead(reading ?? new ReadingOn({ group, self: self.signer.fingerprint, order, own, emit }));
}

/** Goes on with our former leaf because we did not get the new one in: on this Link if nothing is wrong with it, else on the next. */
async function keepFormer(
	host: ProvenHost,
	options: JoinOptions,
	state: ResumeState,
	end: GuestEnd,
): Promise<StayOver> {
	await state.takesBack();
	const { member, order, group } = state;
	if (end.code !== "identity_refused" || !member || !order || !group) return end;
	return talk(host, options, state, { order, outbox: member.outbox }, (back) => options.onResumed(back));
}

/** Takes our former place, if the host still keeps it. `undefined`: it does not, and we must enter. */
async function resume(host: ProvenHost, options: JoinOptions, state: ResumeState): Promise<StayOver | undefined> {
	const { member, order } = state;
	if (!member || !order) return undefined;
	const outcome = await resumeRoom(host.frames, order, options.signal);
	if (outcome.kind !== "resumed") return outcome.kind === "tooLate" ? undefined : outcome;
	takeSeat(host, options, state, outcome.seat);
	const place = { order, outbox: member.outbox, resumeUpTo: outcome.upTo };
	return talk(host, options, state, place, (back) => options.onResumed(back));
}

/** Reads what was missed in a room that is kept, as far as it is to be had. `undefined`: now we may enter. */
async function readOn(host: ProvenHost, options: JoinOptions, state: ResumeState): Promise<GuestEnd | undefined> {
	const { keeping, signal } = options;
	if (!keeping?.isKept) return undefined;
	const { group, member, order } = state;
	if (group && member && order) state.giveToRead(keeping.reading(order, group, member.ownLines));
	await state.readAgain(keeping);
	const { reading } = state;
	if (!reading) return undefined;
	options.onReadingOn?.();
	const outcome = await reading.catchUp(host.frames, signal);
	if (outcome.kind === "ended") return outcome;
	if (outcome.kind === "tooLate") state.couldNotRead(outcome.why);
	if (outcome.kind === "over") state.couldNotRead("gone");
	return undefined;
}

/** Enters with a fresh group. */
async function enter(
	host: ProvenHost,
	options: JoinOptions,
	state: ResumeState,
	why: "outOfStep" | "renews" | undefined,
): Promise<StayOver> {
	if (!state.isTaken) options.onStep("entering");
	const { frames, roomId, offKeys } = host;
	const group = await state.newGroup(roomId, offKeys !== undefined);
	const { keeping, self } = options;
	const reading = state.isReading ? state.reading : undefined;
	const isFirst = keeping?.isKept === true && !keeping.hasBeenIn;
	const who = { signer: self.signer, name: self.name, host: host.certificate, offKeys };
	const beforeEntry = keeping?.isKept
		? async (commit: Uint8Array) => {
				state.entersNow();
				await keeping.entering(commit, group);
			}
		: undefined;
	// A host that has given the last page goes on with what comes then, also where our group could not read that page.
	const isComingBack = why !== undefined || state.reading !== undefined;
	const entered = await enterRoom(
		{ frames, roomId, group, isComingBack, reading, beforeEntry, ...who },
		options.signal,
	);
	if (entered.kind === "ended") {
		if (options.signal.aborted && options.signal.reason !== goingAway)
			frames.send(frameType.close, encodeClose("left"));
		return entered;
	}
	takeSeat(host, options, state, entered.seat);
	await reading?.settled();
	if (isFirst) keeping.startsAt(entered.order.seq - 1);
	const caughtUp = isFirst ? undefined : whatWasRead(entered.order, options, state);
	const before = reading?.order ?? state.order;
	const missed = before && !caughtUp ? Math.max(0, entered.order.seq - 1 - before.seq) : 0;
	await state.stopReading();
	return talk(host, options, state, { order: entered.order, outbox: state.unsaid() }, (member) => {
		keeping?.met(entered.certificates);
		options.onEntered(member, entered.members, host, missed, entered.certificates);
		if (caughtUp && (why !== "renews" || caughtUp.lost > 0)) options.onCaughtUp?.(caughtUp);
		// Told first: whose program is killed here is told after the restart how much was lost.
		if (caughtUp && (caughtUp.lost > 0 || caughtUp.isOtherHistory)) keeping?.startsAt(entered.order.seq - 1);
	});
}

/** Says what became of what was said while we were not there; `undefined`: the room was not kept. */
function whatWasRead(order: Order, { keeping, emit }: JoinOptions, state: ResumeState): CaughtUp | undefined {
	if (!keeping?.isKept) return undefined;
	const { reading, unreadable } = state;
	const before = order.seq - 1;
	const readUpTo = reading?.order.seq ?? keeping.shown();
	const head = order.heads.get(before);
	if (reading && readUpTo === before && head && Buffer.compare(reading.order.head, head) !== 0)
		emit({ kind: "problem", problem: "differentConversations" });
	const isOtherHistory = unreadable === "otherHistory" || readUpTo > before;
	return { lost: Math.max(0, before - readUpTo), isOtherHistory };
}

/** Keeps the seat we were given, and says so: then the host needs the former one no longer. */
function takeSeat(
	{ certificate, frames, roomId }: ProvenHost,
	{ keeping }: JoinOptions,
	state: ResumeState,
	seat: Uint8Array,
): void {
	state.take(certificate.fingerprint, roomId, seat);
	try {
		if (state.room) keeping?.seatTaken(state.room);
		frames.send(frameType.kept);
	} catch (error) {
		// The host keeps the former seat until it hears that we have the new one safe.
		if (!isStoreFailure(error)) throw error;
	}
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
	const { signal, keeping } = options;
	const identity = { self: options.self.signer.fingerprint, isRestorable: false };
	const emit = (event: MemberEvent): void => (keeping ? keeping.heard(event) : options.emit(event));
	const member = new Member({
		...identity,
		frames: host.frames,
		group,
		...place,
		emit,
		...(keeping && { keeper: keeping }),
	});
	state.speaksAs(member);
	onIn(member);
	await keeping?.entered(member, group);
	const leave = (): void => (signal.reason === goingAway ? member.goAway() : member.leave());
	signal.addEventListener("abort", leave, { once: true });
	if (signal.aborted) leave();
	const end = await member.run();
	signal.removeEventListener("abort", leave);
	await keeping?.save(member, group);
	return end.kind === "outOfStep" || end.kind === "renews" ? end : endOfMember(end);
}

function endOfMember(end: Exclude<MemberEnd, { kind: "outOfStep" | "renews" }>): GuestEnd {
	switch (end.kind) {
		case "closed":
			return endOfClose(end.reason);
		case "linkLost":
			return { kind: "ended", code: "connection_lost", detail: "the connection to the host broke" };
		case "hostMisbehaved":
			return { kind: "ended", code: "host_misbehaved", detail: end.detail };
	}
}
