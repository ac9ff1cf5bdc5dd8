// What is kept of a room, as bytes: CBOR through strict schemas. The store seals it and knows no more than its size.
import * as v from "valibot";
import { type Fingerprint, parseFingerprint } from "../../crypto/identity/fingerprint.ts";
import { INVITE_SECRET_BYTES, SEAT_BYTES, TAG_BYTES } from "../../crypto/opening/knock.ts";
import type { Outgoing } from "../member/outbox.ts";
import { bytesOf, type Decoded, decodeBody, encodeBody, textOf, wholeNumber } from "../wire/codec.ts";
import { decodeContent, encodeContent } from "../wire/content.ts";
import {
	maxHistoryDays,
	maxKeptDays,
	maxKeptMegabytes,
	maxRoomNameBytes,
	maxTextBytes,
} from "../wire/content-kinds.ts";
import { hashBytes, maxCommitBytes, maxGroupInfoBytes, maxLineBytes } from "../wire/entering-frames.ts";
import { maxCertificateBytes, maxNameBytes, roomIdBytes, saltBytes } from "../wire/handshake.ts";
import { pairKinds } from "../wire/letter.ts";

/** CPace's PRS, a result of Argon2id (docs/protocol.md §6). */
const prsBytes = 32;
/** A group of 256 members takes about 150 KiB. */
const maxSnapshotBytes = 4 * 1024 * 1024;
/** Bounds what somebody types to come to a room: an invite with several addresses is the longest. */
const maxTargetBytes = 4 * 1024;
/** A host that is killed this often in a row before it has shown what it missed begins a new group. */
export const mostOwnEntries = 16;

/** An IPv6 address. */
const maxAddressBytes = 64;

const fingerprint = v.custom<Fingerprint>((one) => typeof one === "string" && parseFingerprint(one) === one);
const version = { v: v.literal(1) };

/** Says how long what was said waits for members who are away, at most how much of it, and whether members may keep it for themselves. */
const policy = v.strictObject({
	days: wholeNumber(1, maxKeptDays),
	megabytes: wholeNumber(1, maxKeptMegabytes),
	history: v.boolean(),
	historyDays: v.exactOptional(wholeNumber(1, maxHistoryDays)),
});
export type RoomPolicy = Readonly<v.InferOutput<typeof policy>>;

/** Says for how long what is said is kept if nobody chose otherwise. */
export const usualPolicy: RoomPolicy = { days: 14, megabytes: 64, history: false };

const routeKeyBytes = 32;
/** A room has at most this many personal invites at once, as in `gate/invites.ts`; a label has at most 40 characters of up to four bytes. */
const maxInvites = 63;
const maxLabelBytes = 160;

/** A way in beside addresses that the room has had: whether it was open, and the secret key by which guests find the room there, where it has one. */
const route = v.strictObject({
	name: v.picklist(["dht", "relay", "tor"]),
	isOpen: v.boolean(),
	key: v.optional(bytesOf(routeKeyBytes)),
});
export type KeptRoute = Readonly<v.InferOutput<typeof route>>;
/** The invite for a friend, and the first key that came in by it. */
const invite = v.strictObject({
	label: textOf(maxLabelBytes),
	secret: bytesOf(INVITE_SECRET_BYTES),
	boundTo: v.optional(fingerprint),
});
export type KeptInvite = Readonly<v.InferOutput<typeof invite>>;

/**
 * Says whose room it is beside ours, where it is a room of two. `proposed`: we have proposed it · `asked`, `later`: the other one has, and our person was
 * asked, or wants to answer later · `accepted`: both have been in it, or want to · `ended`: it is over, and the other one has not heard it yet; no room is kept.
 */
const pair = v.strictObject({
	kind: v.picklist(pairKinds),
	with: fingerprint,
	/** The name that they had when they were met last. */
	name: textOf(maxNameBytes),
	state: v.picklist(["proposed", "asked", "later", "accepted", "ended"]),
	/** The proposal is good until then, in seconds since the epoch. */
	until: wholeNumber(0),
});
export type Pair = Readonly<v.InferOutput<typeof pair>>;
/** A history is kept for this many days where its host says no other number. */
const usualHistoryDays = 90;

/** Returns for how many days this computer keeps what is said; 0: not at all. */
export function keptDays({ history, historyDays = usualHistoryDays }: RoomPolicy, ownDays?: number): number {
	return history ? Math.min(historyDays, ownDays ?? historyDays) : 0;
}

const common = {
	...version,
	name: textOf(maxRoomNameBytes),
	room: bytesOf(roomIdBytes),
	policy,
	pair: v.optional(pair),
	/** It is there while nobody here has been told yet that the room is kept, and how. */
	areTermsUntold: v.optional(v.literal(true)),
	/** Counts the days that this computer keeps what is said, where its person wants less than the room's; 0: nothing. */
	ownHistoryDays: v.optional(wholeNumber(0, maxHistoryDays)),
};
const hostRecord = v.strictObject({
	...common,
	role: v.literal("host"),
	inviteSecret: bytesOf(INVITE_SECRET_BYTES),
	salt: bytesOf(saltBytes),
	prs: bytesOf(prsBytes),
	port: wholeNumber(0, 65_535),
	/** Says when the newest certificate of the host's proof key begins, in seconds since the epoch: guests take no older one. */
	provenFrom: wholeNumber(0),
	routes: v.optional(v.pipe(v.array(route), v.maxLength(8))),
	/** Nothing listened on a port. */
	isOnlyByRoutes: v.optional(v.boolean()),
	invites: v.optional(v.pipe(v.array(invite), v.maxLength(maxInvites))),
	/** The one address of this computer on which it listened. */
	bind: v.optional(textOf(maxAddressBytes)),
	/** Its host wants it to be shown on the same network. */
	isVisible: v.optional(v.boolean()),
	/** Its host lets nobody new in. */
	isPaused: v.optional(v.boolean()),
	/** The room is off the record, with this person and nobody else. */
	offRecordWith: v.optional(fingerprint),
});
const guestRecord = v.strictObject({
	...common,
	role: v.literal("guest"),
	host: fingerprint,
	/** The text that was typed to come here. */
	target: textOf(maxTargetBytes),
	seat: bytesOf(SEAT_BYTES),
	previousSeat: v.optional(bytesOf(SEAT_BYTES)),
	provenFrom: v.optional(wholeNumber(0)),
	/** The room is off the record. */
	isOffRecord: v.optional(v.literal(true)),
});
const record = v.variant("role", [hostRecord, guestRecord]);
export type HostRecord = Omit<v.InferOutput<typeof hostRecord>, "v">;
export type GuestRecord = Omit<v.InferOutput<typeof guestRecord>, "v">;
export type RoomRecord = HostRecord | GuestRecord;

/** Returns by what a room is kept. */
export const termsIn = ({ name, policy }: RoomRecord): RoomPolicy & Pick<RoomRecord, "name"> => ({ name, ...policy });

/** Returns the record after its terms were told. */
export function withTermsTold<Kind extends RoomRecord>({
	areTermsUntold: _,
	...record
}: Kind): Omit<Kind, "areTermsUntold"> {
	return record;
}

const ownEntry = v.strictObject({
	snapshot: bytesOf(1, maxSnapshotBytes),
	groupInfo: v.optional(bytesOf(1, maxGroupInfoBytes)),
	commitHash: bytesOf(hashBytes),
});

const state = v.strictObject({
	...version,
	/** The snapshot of the group after everything up to the place `seq`. */
	snapshot: bytesOf(1, maxSnapshotBytes),
	/** The GroupInfo that lets people in as long as that group's epoch lasts. It is there in a host's room that is off the record, whose leaf key is on no disk. */
	groupInfo: v.optional(bytesOf(1, maxGroupInfoBytes)),
	seq: wholeNumber(0),
	head: bytesOf(hashBytes),
	/** The group of an entry that is on its way: it is ours from the place of the commit with this hash on. */
	entering: v.optional(v.strictObject({ snapshot: bytesOf(1, maxSnapshotBytes), commitHash: bytesOf(hashBytes) })),
	/** Holds, at a host, the groups of its entries after restarts, oldest first, while what the former group reads was not shown. Each reads from the place of its commit on. */
	ownEntries: v.optional(v.pipe(v.array(ownEntry), v.maxLength(mostOwnEntries))),
});
export type OwnEntry = Readonly<v.InferOutput<typeof ownEntry>>;
export type GroupState = Omit<v.InferOutput<typeof state>, "v">;

/** The state of a room in which we have not been: there is no group to read with. */
export const notYetIn: GroupState = { snapshot: new Uint8Array(), seq: 0, head: new Uint8Array() };

const member = v.strictObject({
	...version,
	fingerprint,
	name: textOf(maxNameBytes),
	certificate: bytesOf(1, maxCertificateBytes),
	/** The place in the order at which their leaf came in. */
	entry: wholeNumber(0),
	/** The earlier place since which they have been in without a break: nobody is given what was said before it. */
	since: v.optional(wholeNumber(0)),
	/** The time when their connection ended, in milliseconds since the epoch. */
	awaySince: v.optional(wholeNumber(0)),
});
export type KeptMember = Omit<v.InferOutput<typeof member>, "v">;

const seatKeys = v.strictObject({ guest: bytesOf(TAG_BYTES), host: bytesOf(TAG_BYTES) });
const seat = v.strictObject({
	...version,
	fingerprint,
	current: v.optional(seatKeys),
	next: v.optional(seatKeys),
	retired: v.pipe(v.array(seatKeys), v.maxLength(16)),
	isRevoked: v.boolean(),
});
export type KeptSeat = Omit<v.InferOutput<typeof seat>, "v">;

const message = v.strictObject({
	...version,
	/** The transcript before this place. */
	before: bytesOf(hashBytes),
	message: bytesOf(1, Math.max(maxCommitBytes, maxLineBytes)),
	/** The certificate of the person who enters by this commit. */
	certificate: v.optional(bytesOf(1, maxCertificateBytes)),
	/** Says whose line it is, and the number under which they submitted it; absent for commits. */
	line: v.optional(v.strictObject({ from: fingerprint, number: wholeNumber(0, 0xffff_ffff) })),
});
export type PlacedMessage = Omit<v.InferOutput<typeof message>, "v">;

const maxContentBytes = 2 * maxTextBytes;
const outgoing = v.strictObject({
	...version,
	content: bytesOf(1, maxContentBytes),
	submitted: v.optional(
		v.strictObject({ number: wholeNumber(0, 0xffff_ffff), epoch: wholeNumber(0), message: bytesOf(1, maxLineBytes) }),
	),
});

/** Says whether a line is still worth sending after a restart: what only says that somebody types, or has read something, is not. */
export function isWorthKeeping({ body }: Outgoing): boolean {
	return !["typing", "receipt", "place", "verify", "quiet-posts"].includes(body.kind);
}

/** Leaves out what is absent, for which CBOR has no value. */
const present = (value: object): Record<string, unknown> =>
	Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined));

const encode = (value: object): Uint8Array => encodeBody(present({ v: 1, ...value }));

/** Encodes what a room is. */
export const encodeRecord = (one: RoomRecord): Uint8Array => encode(one);
/** Decodes what a room is. */
export const decodeRecord = (bytes: Uint8Array): Decoded<RoomRecord> => decodeBody(record, bytes);
/** Encodes the state of a room's group. */
export const encodeState = (one: GroupState): Uint8Array =>
	encode({ ...one, ownEntries: one.ownEntries?.map(present) });
/** Decodes the state of a room's group. */
export const decodeState = (bytes: Uint8Array): Decoded<GroupState> => decodeBody(state, bytes);
/** Encodes somebody who has a place in the group. */
export const encodeMember = (one: KeptMember): Uint8Array => encode(one);
/** Decodes somebody who has a place in the group. */
export const decodeMember = (bytes: Uint8Array): Decoded<KeptMember> => decodeBody(member, bytes);
/** Encodes the seats of one person. */
export const encodeSeat = (one: KeptSeat): Uint8Array => encode(one);
/** Decodes the seats of one person. */
export const decodeSeat = (bytes: Uint8Array): Decoded<KeptSeat> => decodeBody(seat, bytes);
/** Encodes a message that has its place. */
export const encodeMessage = (one: PlacedMessage): Uint8Array => encode(one);
/** Decodes a message that has its place. */
export const decodeMessage = (bytes: Uint8Array): Decoded<PlacedMessage> => decodeBody(message, bytes);

const unseen = { seq: 0, head: new Uint8Array(hashBytes) };

/** Encodes a line that waits to be sent. */
export function encodeOutgoing({ id, at, body, submitted }: Outgoing): Uint8Array {
	return encode({ content: encodeContent({ id: Buffer.from(id, "hex"), at, seen: unseen }, body), submitted });
}

/** Decodes a line that waits to be sent. */
export function decodeOutgoing(bytes: Uint8Array): Decoded<Outgoing> {
	const decoded = decodeBody(outgoing, bytes);
	if (decoded.kind === "refused") return decoded;
	const { content, submitted } = decoded.value;
	const read = decodeContent(content);
	if (read.kind === "refused") return read;
	const { id, at, seen: _, ...body } = read.value;
	if (body.kind === "unknown") return { kind: "refused", detail: "a line of another version" };
	return {
		kind: "value",
		value: { id: Buffer.from(id).toString("hex"), at, body, ...(submitted ? { submitted } : {}) },
	};
}
