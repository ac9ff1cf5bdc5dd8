// Judges one incoming message against our state. Returns what happened and the next state, or a refusal, and never changes anything itself.
import {
	type CiphersuiteImpl,
	type ClientState,
	decodeMlsMessage,
	emptyPskIndex,
	encodeMlsMessage,
	type MlsPrivateMessage,
	type MlsPublicMessage,
	type PrivateMessage,
	type ProcessMessageResult,
	processMessage,
	processPrivateMessage,
} from "ts-mls";
import { unprotectPrivateMessage } from "ts-mls/messageProtection.js";
import { unprotectPublicMessage } from "ts-mls/messageProtectionPublic.js";
import { decryptSenderData } from "ts-mls/privateMessage.js";
import type { Fingerprint } from "../identity/fingerprint.ts";
import {
	type GroupMember,
	type Line,
	MAXIMUM_MESSAGE_BYTES,
	type Membership,
	type Refused,
	refused,
} from "./messages.ts";
import { type Entry, judgeCommit, judgeEntry } from "./rules.ts";
import { epochOf, forgetConsumed, holdsTicket } from "./state.ts";
import { checkPathKeys, memberAt, memberWith, sameBytes } from "./tree.ts";

/** Everything by which a message is judged. */
export interface Standing {
	readonly roomId: Uint8Array;
	readonly host: Fingerprint;
	readonly state: ClientState;
	readonly suite: CiphersuiteImpl;
	/** The person whom the caller expects to come in, when it knows. */
	readonly joiner: Fingerprint | undefined;
	/** The most members that such a room has. */
	readonly mostMembers: number;
	/** Is told of who has the ticket of this epoch, and the leaf key they come in with, before their leaf is judged. */
	readonly onTicket?: (guest: Fingerprint, leafPublicKey: Uint8Array) => void;
}

/** Holds what was accepted. `next` is absent when we are no longer a member. */
export interface Accepted {
	readonly kind: "accepted";
	readonly received: Line | Membership;
	readonly next?: ClientState;
	readonly consumed: readonly Uint8Array[];
}

/**
 * Decodes a message in its one allowed encoding, or refuses it. ts-mls reads lengths and flags leniently; the comparison makes one message one byte string.
 */
function decodeMessage(bytes: Uint8Array): MlsPrivateMessage | MlsPublicMessage | Refused {
	if (bytes.length > MAXIMUM_MESSAGE_BYTES) return refused("malformed", "too large");
	try {
		const decoded = decodeMlsMessage(bytes, 0)?.[0];
		if (decoded?.wireformat !== "mls_private_message" && decoded?.wireformat !== "mls_public_message")
			return refused("malformed", "not a private or public message");
		return sameBytes(encodeMlsMessage(decoded), bytes) ? decoded : refused("malformed", "not the canonical encoding");
	} catch (error) {
		return refused("malformed", String(error));
	}
}

/** Checks room and epoch. The library compares neither the room nor, for lines, a later epoch. */
function checkPlace(groupId: Uint8Array, epoch: bigint, { roomId, state }: Standing): Refused | undefined {
	if (!sameBytes(groupId, roomId)) return refused("wrongRoom", "message of another room");
	if (epoch !== state.groupContext.epoch)
		return refused("epoch", `message of epoch ${epoch}, ours is ${state.groupContext.epoch}`);
	return undefined;
}

interface Sender {
	readonly kind: "sender";
	readonly member: GroupMember;
	readonly skipped: number;
}

/**
 * Finds who sent a private message (RFC 9420 §6.3.2): ts-mls 1.6.4 does not say, and walks the tree with an index nobody has checked. Replays are told apart
 * here; that a generation is used only once is also what the ratchet itself enforces.
 */
async function findSender(message: PrivateMessage, standing: Standing): Promise<Sender | Refused> {
	const { state, suite } = standing;
	const data = await decryptSenderData(message, state.keySchedule.senderDataSecret, suite);
	const member = data && memberAt(state.ratchetTree, data.leafIndex);
	const ratchets = data && state.secretTree[data.leafIndex * 2];
	if (data === undefined || member === undefined || ratchets === undefined)
		return refused("cryptography", "sender is no member");
	if (data.leafIndex === state.privatePath.leafIndex) return refused("ownMessage", "our own message");
	const ratchet = message.contentType === "application" ? ratchets.application : ratchets.handshake;
	const skipped = data.generation - ratchet.generation;
	return skipped < 0 ? refused("replayed", "generation in the past") : { kind: "sender", member, skipped };
}

async function receiveLine(message: PrivateMessage, sender: Sender, standing: Standing): Promise<Accepted | Refused> {
	const { state, suite } = standing;
	if (message.authenticatedData.length > 0) return refused("malformed", "authenticated data of a line");
	const result = await processPrivateMessage(state, message, emptyPskIndex, suite, () => "reject");
	if (result.kind !== "applicationMessage") return refused("malformed", "not a line");
	const plaintext = new Uint8Array(result.message);
	result.message.fill(0);
	const line = {
		kind: "line",
		from: sender.member,
		plaintext,
		epoch: epochOf(state),
		skipped: sender.skipped,
	} as const;
	return { kind: "accepted", received: line, next: result.newState, consumed: result.consumed };
}

/** Returns the state after a commit that has been judged, if the library and the path's keys agree. */
async function applied(
	result: ProcessMessageResult,
): Promise<
	{ readonly kind: "applied"; readonly next: ClientState; readonly consumed: readonly Uint8Array[] } | Refused
> {
	if (result.kind !== "newState" || result.actionTaken !== "accept") return refused("notAllowed", "not applied");
	const isActive = result.newState.groupActiveState.kind === "active";
	if (isActive && !(await checkPathKeys(result.newState)))
		return refused("cryptography", "path keys do not match their secrets");
	return { kind: "applied", next: result.newState, consumed: result.consumed };
}

/** Decrypts a commit to judge it before the library acts on it: it would follow the proposals before asking. The second decryption is of the same, unchanged state. */
async function receiveCommit(message: PrivateMessage, sender: Sender, standing: Standing): Promise<Accepted | Refused> {
	const { state, suite, host } = standing;
	const { content, consumed } = await unprotectPrivateMessage(
		state.keySchedule.senderDataSecret,
		message,
		state.secretTree,
		state.ratchetTree,
		state.groupContext,
		state.clientConfig.keyRetentionConfig,
		suite,
	);
	forgetConsumed(consumed, state);
	if (content.content.contentType !== "commit") return refused("malformed", "not a commit");
	const { commit, authenticatedData } = content.content;
	const verdict = judgeCommit({ commit, authenticatedData, sender: sender.member }, state.ratchetTree, host);
	if (verdict.kind === "refused") return verdict;
	const result = await applied(
		await processPrivateMessage(state, message, emptyPskIndex, suite, ({ kind }) =>
			kind === "commit" ? "accept" : "reject",
		),
	);
	if (result.kind === "refused") return result;
	const isOver = result.next.groupActiveState.kind !== "active";
	const membership = {
		kind: "membership" as const,
		joined: [],
		left: verdict.kind === "removal" ? [verdict.removed] : [],
		by: sender.member.fingerprint,
		epoch: epochOf(result.next),
		...(verdict.kind === "removal" && { reason: verdict.reason }),
	};
	return { kind: "accepted", received: membership, consumed: result.consumed, ...(!isOver && { next: result.next }) };
}

/**
 * Takes note that a newer connection of our own person takes our place. Whose leaf it is has been judged; we can't compute the epoch that begins, but its signatures prove
 * that the entry is genuine.
 */
async function receiveOwnReplacement(
	message: MlsPublicMessage,
	entry: Entry,
	standing: Standing,
): Promise<Accepted | Refused> {
	const { state, suite } = standing;
	const { membershipKey } = state.keySchedule;
	await unprotectPublicMessage(membershipKey, state.groupContext, state.ratchetTree, message.publicMessage, suite);
	const left = entry.replaced === undefined ? [] : [entry.replaced];
	const by = entry.credential.fingerprint;
	const received = { kind: "membership", joined: [], left, by, reason: "replaced", epoch: epochOf(state) } as const;
	return { kind: "accepted", received, consumed: [] };
}

async function receiveEntry(message: MlsPublicMessage, standing: Standing): Promise<Accepted | Refused> {
	const { state, suite, joiner, mostMembers, onTicket } = standing;
	const entry = judgeEntry(message.publicMessage, state.ratchetTree, mostMembers);
	if (entry.kind === "refused") return entry;
	const guest = entry.credential.fingerprint;
	if (joiner !== undefined && guest !== joiner) return refused("unexpectedJoiner", `entry by ${guest}`);
	const leafPublicKey = entry.leaf.signaturePublicKey;
	const proof = message.publicMessage.content.authenticatedData;
	if (!(await holdsTicket(state, { guest, leafPublicKey, proof }, suite)))
		return refused("noTicket", "entry without the ticket of this epoch");
	onTicket?.(guest, leafPublicKey);
	if (!(await state.clientConfig.authService.validateCredential(entry.leaf.credential, leafPublicKey)))
		return refused("badCredential", "leaf not certified");
	if (entry.replaced?.leafIndex === state.privatePath.leafIndex) return receiveOwnReplacement(message, entry, standing);
	const result = await applied(
		await processMessage(message, state, emptyPskIndex, ({ kind }) => (kind === "commit" ? "accept" : "reject"), suite),
	);
	if (result.kind === "refused") return result;
	const joined = memberWith(result.next.ratchetTree, guest);
	if (joined === undefined) return refused("cryptography", "the joiner is not in the tree");
	const membership = {
		kind: "membership" as const,
		joined: [joined],
		left: entry.replaced === undefined ? [] : [entry.replaced],
		by: guest,
		epoch: epochOf(result.next),
		...(entry.replaced && { reason: "replaced" as const }),
	};
	return { kind: "accepted", received: membership, next: result.next, consumed: result.consumed };
}

async function judgePrivate(message: PrivateMessage, standing: Standing): Promise<Accepted | Refused> {
	const wrong = checkPlace(message.groupId, message.epoch, standing);
	if (wrong !== undefined) return wrong;
	if (message.contentType === "proposal") return refused("notAllowed", "stand-alone proposals are not used");
	const sender = await findSender(message, standing);
	if (sender.kind === "refused") return sender;
	return message.contentType === "application"
		? receiveLine(message, sender, standing)
		: receiveCommit(message, sender, standing);
}

/** Judges one message. Whatever the library throws on the way is a refusal: its input came from outside. */
export async function judge(bytes: Uint8Array, standing: Standing): Promise<Accepted | Refused> {
	const message = decodeMessage(bytes);
	if ("code" in message) return message;
	try {
		if (message.wireformat === "mls_private_message") return await judgePrivate(message.privateMessage, standing);
		const { groupId, epoch } = message.publicMessage.content;
		return checkPlace(groupId, epoch, standing) ?? (await receiveEntry(message, standing));
	} catch (error) {
		return refused("cryptography", String(error));
	}
}
