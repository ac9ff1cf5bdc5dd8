// How a guest gets from the proven identity into the group: reads its admission, makes the external commit, waits for its place.
import type { Group } from "../../crypto/group/group.ts";
import type { GroupMember } from "../../crypto/group/messages.ts";
import type { Certificate } from "../../crypto/identity/certificate.ts";
import type { Signer } from "../../crypto/identity/identity.ts";
import { concatBytes } from "../../crypto/length-value.ts";
import type { OffKeys } from "../../crypto/off-record/exchange.ts";
import { isLeafTag, leafTag, openTagged } from "../../crypto/off-record/tags.ts";
import type { Clock } from "../../net/link/clock.ts";
import { certifyLeaf, type OwnLeaf } from "../member/certify-leaf.ts";
import { endOfClose, type GuestEnd } from "../room/end.ts";
import { decodeAdmission, decodeClose, decodeEntered, decodeResumed, encodePosition } from "../wire/entering-frames.ts";
import { frameType } from "../wire/frame.ts";
import type { FrameStream } from "../wire/frame-stream.ts";
import { enteringTimeoutMs, stepTimeoutMs } from "../wire/handshake.ts";
import { KeepAlive } from "../wire/keep-alive.ts";
import { type Order, place, startOrder } from "../wire/transcript.ts";
import { endOfWaiting } from "./end-of-waiting.ts";
import { ended, refusal } from "./opening/opening.ts";
import type { ReadingOn } from "./reading-on.ts";

export interface EnteringOptions {
	readonly frames: FrameStream;
	readonly roomId: Uint8Array;
	/** A fresh group, which the caller closes when entering fails. */
	readonly group: Group;
	readonly signer: Signer;
	readonly name: string;
	readonly host: Certificate;
	/** The keys that replace signatures off the record. */
	readonly offKeys?: OffKeys | undefined;
	/** The guest has been in this room before: until it is in anew the host goes on with what is for its former place in the group, which nobody here can read without `reading`. */
	readonly isComingBack: boolean;
	/** Reads what comes before our entry, with the group of our former leaf. */
	readonly reading?: ReadingOn | undefined;
	/** The group that our entry makes, and the commit, before the host gets it. */
	readonly beforeEntry?: ((commit: Uint8Array) => Promise<void>) | undefined;
	readonly clock?: Clock;
}

export interface EnteredRoom {
	readonly kind: "entered";
	readonly members: readonly GroupMember[];
	/** The certificates, as the host has sent them. */
	readonly certificates: readonly Uint8Array[];
	readonly order: Order;
	/** The seat by which to come back. */
	readonly seat: Uint8Array;
}

type Prepared = Pick<EnteredRoom, "members" | "certificates"> & { readonly commit: Uint8Array };

/** Enters, however many admissions it takes: one goes stale when somebody else enters or leaves first. */
export async function enterRoom(options: EnteringOptions, signal: AbortSignal): Promise<EnteredRoom | GuestEnd> {
	// The person may have to unlock their key, and others may be entering first: the host must not take us for gone meanwhile.
	const keepAlive = new KeepAlive(options.frames, options.clock);
	try {
		return await enterInTurn(options, signal);
	} finally {
		keepAlive.stop();
	}
}

async function enterInTurn(options: EnteringOptions, signal: AbortSignal): Promise<EnteredRoom | GuestEnd> {
	const { group, roomId, signer, name, offKeys } = options;
	const own = await certifyLeaf(group, roomId, signer, name, offKeys !== undefined);
	if (!own) return ended("identity_refused", "your key could not sign, or the encryption worker failed");
	options.frames.send(frameType.admitMe, offKeys && own.leafKey);
	const patience = AbortSignal.any([signal, AbortSignal.timeout(enteringTimeoutMs)]);
	let prepared: Prepared | undefined;
	for (;;) {
		const next = await options.frames.next(patience);
		if (next.kind !== "frame") return endOfWaiting(next, signal);
		const { type, body } = next.frame;
		switch (type) {
			case frameType.ping:
				continue;
			case frameType.close:
				return endOfClose(decodeClose(body) ?? "roomClosed");
			case frameType.admission: {
				const answer = await prepareEntry(options, own, body);
				if (answer.kind === "ended") return answer;
				prepared = answer;
				await options.beforeEntry?.(prepared.commit);
				options.frames.send(frameType.enter, answer.message);
				continue;
			}
			case frameType.entered:
				return prepared ? placeOwnCommit(prepared, body) : ended("host_misbehaved", "entered before it was asked for");
			case frameType.line:
			case frameType.echo:
			case frameType.commit:
				if (options.reading) {
					const complaint = options.reading.take(next.frame);
					if (complaint === undefined) continue;
					return ended("host_misbehaved", complaint);
				}
				if (options.isComingBack) continue;
				return ended("host_misbehaved", "something of the room came before we were in it");
			case frameType.refused:
				return refusal(next.frame);
			default:
				return ended("host_misbehaved", `frame type ${type} came out of turn`);
		}
	}
}

/** Asks for our former place, with all that came after what we have. `tooLate`: the host will admit us anew instead. */
export async function resumeRoom(
	frames: FrameStream,
	{ seq, head }: Pick<Order, "seq" | "head">,
	signal: AbortSignal,
): Promise<
	| GuestEnd
	| { readonly kind: "resumed"; readonly upTo: number; readonly seat: Uint8Array }
	| { readonly kind: "tooLate" }
> {
	frames.send(frameType.resume, encodePosition({ seq, head }));
	const patience = AbortSignal.any([signal, AbortSignal.timeout(stepTimeoutMs * frames.patience)]);
	for (;;) {
		const next = await frames.next(patience);
		if (next.kind !== "frame") return endOfWaiting(next, signal);
		const { type, body } = next.frame;
		if (type === frameType.ping) continue;
		if (type === frameType.resumed) {
			const resumed = decodeResumed(body);
			if (resumed.kind === "refused") return ended("host_misbehaved", resumed.detail);
			return { kind: "resumed", upTo: resumed.value.seq, seat: Uint8Array.from(resumed.value.seat) };
		}
		if (type === frameType.tooLate) return { kind: "tooLate" };
		if (type === frameType.refused) return refusal(next.frame);
		if (type === frameType.close) return endOfClose(decodeClose(body) ?? "roomClosed");
		return ended("host_misbehaved", `frame type ${type} came out of turn`);
	}
}

/** Our entry, and the frame that asks for it. */
type ReadyToEnter = Prepared & { readonly kind: "prepared"; readonly message: Uint8Array };

async function prepareEntry(
	{ group, signer, host, roomId, offKeys }: EnteringOptions,
	own: OwnLeaf,
	body: Uint8Array,
): Promise<ReadyToEnter | GuestEnd> {
	const opened = offKeys ? await openTagged(body, offKeys.admission, signer) : await signer.decrypt(body, host);
	if (opened.kind === "failed") return ended("identity_refused", `the admission could not be opened: ${opened.detail}`);
	const admission = decodeAdmission(opened.data);
	if (admission.kind === "refused") return ended("host_misbehaved", admission.detail);
	if (Buffer.compare(admission.value.room, roomId) !== 0)
		return ended("host_misbehaved", "the admission is for another room");
	const { groupInfo, ticket, certificates, leaf } = admission.value;
	const leaves = leaf && { roomId, guestLeaf: own.leafKey, hostLeaf: leaf.key };
	const isVouchedFor = offKeys ? leaf && leaves && isLeafTag(leaf.tag, offKeys.leaf, "host", leaves) : !leaf;
	if (!isVouchedFor) return ended("host_misbehaved", "the host does not say which leaf is its own");
	const { fingerprint: hostFingerprint } = host;
	const entered = await group.enter({ groupInfo, ticket, certificates, hostFingerprint, hostLeaf: leaf?.key, ...own });
	if (entered.kind !== "entered") return ended("host_misbehaved", `the group was refused: ${entered.detail}`);
	const { commit, members } = entered;
	const message = offKeys && leaves ? concatBytes(leafTag(offKeys.leaf, "guest", leaves), commit) : commit;
	return { kind: "prepared", commit, message, members, certificates };
}

function placeOwnCommit({ commit, members, certificates }: Prepared, body: Uint8Array): EnteredRoom | GuestEnd {
	const entered = decodeEntered(body);
	if (entered.kind === "refused") return ended("host_misbehaved", entered.detail);
	const { seq, head } = entered.value;
	const seat = Uint8Array.from(entered.value.seat);
	const placed = place(startOrder(seq - 1, head), seq, commit);
	if (placed.kind === "misordered") return ended("host_misbehaved", "the place of our entry is not possible");
	return { kind: "entered", members, certificates, order: placed.order, seat };
}
