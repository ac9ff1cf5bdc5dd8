// Opens a room on this computer: the group, the server that guests reach, and the host's own member, joined by an in-memory Link.
import { randomBytes } from "node:crypto";
import type { Group } from "../../crypto/group/group.ts";
import type { GroupMember } from "../../crypto/group/messages.ts";
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import { INVITE_SECRET_BYTES } from "../../crypto/opening/knock.ts";
import { stretchPassword } from "../../crypto/password/stretch.ts";
import type { Listener, ListenFailure, ListenOutcome, Transport, TransportName } from "../../net/link/link.ts";
import { memoryLinkPair } from "../../net/link/memory-transport.ts";
import type { KeptRooms } from "../../store/kept-rooms.ts";
import type { Self } from "../account/self.ts";
import type { HostWish } from "../api/hosting.ts";
import type { AccessRules } from "../gate/access-rules.ts";
import type { Gatekeeper } from "../gate/guesses/gatekeeper.ts";
import { Invites } from "../gate/invites.ts";
import type { KeptRoom } from "../kept/kept-room.ts";
import type { HostRecord, KeptMember, RoomPolicy } from "../kept/records.ts";
import type { MemberEvent } from "../member/events.ts";
import { Member } from "../member/member.ts";
import { emptyOutbox } from "../member/outbox.ts";
import { foundGroup, type KeptHosting, type Reopened, reopen } from "../order/reopening.ts";
import { newStart } from "../order/sequencer.ts";
import { maxMembers } from "../wire/entering-frames.ts";
import { maxSecureBodyBytes } from "../wire/frame.ts";
import { FrameStream } from "../wire/frame-stream.ts";
import { maxWaitingBytes, roomIdBytes, saltBytes } from "../wire/handshake.ts";
import { startOrder } from "../wire/transcript.ts";
import { HostAuthority } from "./authority.ts";
import type { HostSide } from "./greeting.ts";
import { HostKeeping } from "./host-keeping.ts";
import { ProofKeys, type ProofKeysOptions } from "./proof-keys.ts";
import { RoomServer, type ServerOptions } from "./server.ts";

export interface HostOptions {
	readonly self: Self;
	readonly password: string;
	/** Says where to listen; `bind` is a canonical address. */
	readonly wish: Pick<HostWish, "port" | "bind" | "isOnlyByRoutes">;
	/** The room is off the record, with this person and nobody else. One that was kept is what it was. */
	readonly offRecordWith?: Fingerprint | undefined;
	readonly transport: Transport;
	readonly gatekeeper: Gatekeeper;
	/** Holds the rules of the host. Without them whoever knows the password may come, as long as there is room. */
	readonly rules?: AccessRules;
	/** Nobody but the person with this key ever comes in, and only by a seat. */
	readonly onlyGuest?: Fingerprint | undefined;
	/** Returns the feeds that are given here to whoever has the link to them; off the record none is, because the host signs nothing there. */
	readonly feedDoors?: ServerOptions["feedDoors"];
	readonly emit: (event: MemberEvent) => void;
	readonly onCaller: ServerOptions["onCaller"];
	readonly onAway: ServerOptions["onAway"];
	readonly onFiles?: ServerOptions["onFiles"];
	/** A room that was kept: it goes on where it was, with the password it had. */
	readonly kept?: KeptHosting;
	/** Returns milliseconds since the epoch, for what is signed with a time. */
	readonly now: () => number;
	/** Returns milliseconds on a clock that only goes forward, for spans of time. */
	readonly uptime: () => number;
}

export interface HostedRoom {
	readonly kind: "open";
	/** The port on which guests can come; 0 when nothing listens on any. */
	readonly port: number;
	/** Names the transports by which guests can come to that port. */
	readonly transports: readonly TransportName[];
	readonly roomId: Uint8Array;
	/** The one other person that the room is for. It is there when the room is off the record. */
	readonly offRecordWith?: Fingerprint | undefined;
	/** Holds the secret that the room's invites carry. */
	readonly inviteSecret: Uint8Array;
	readonly invites: Invites;
	readonly member: Member;
	readonly members: readonly GroupMember[];
	/** The certificates of those who were in the room when its host's program ended. */
	readonly certificates: readonly Uint8Array[];
	readonly server: RoomServer;
	/** Makes this password the one that opens the room; whoever is in stays. */
	changePassword(password: string): Promise<void>;
	/** The lines that were not shown before the host's program ended, in their order. */
	readonly missed: readonly MemberEvent[];
	/** Is called when one event of what was missed has been shown, so that it will not be shown again. */
	hasShown(event: MemberEvent): void;
	/** Is called when all of what was missed has been shown. Until then the disk has what it was read by, and a program that is killed shows it after its next start. */
	allShown(): void;
	/** Lists those who have a place in the group and are not here. */
	readonly away: readonly Fingerprint[];
	/** The group of a kept room could not be read: everybody enters anew. */
	readonly isFoundedAnew: boolean;
	/** Keeps the room in `rooms` from now on, under this key, so that it goes on after this program has ended. Resolves with `undefined` when the disk or the encryption failed. */
	keep(rooms: KeptRooms, key: string, wish: KeepAs): Promise<KeptRoom | undefined>;
	/** Changes what is kept of what the room is. Returns that; `undefined` where the room passes. */
	changeRecord(change: (record: HostRecord) => HostRecord): HostRecord | undefined;
	/** Stops listening, tells everybody, closes everything. A room that is kept goes on, unless `isForGood`: then it is over for everybody. */
	close(isForGood?: boolean): Promise<void>;
}

/** Says how a room is kept. */
export type KeepAs = Pick<HostRecord, "name" | "policy" | "pair" | "routes" | "isOnlyByRoutes" | "bind" | "invites">;

/** Says whether the room is open. `noWorker`: the encryption worker did not start. `cannotSign`: the host's own key did not certify the room's. */
export type HostOutcome =
	| HostedRoom
	| { readonly kind: "failed"; readonly why: ListenFailure | "noWorker" | "cannotSign" };

const openToAll: AccessRules = {
	isPaused: () => false,
	memberCap: () => maxMembers,
	isOwnerBlocked: async () => false,
	isKeyBlocked: () => false,
	onKnock: () => {},
	onSeatAlarm: () => {},
	onInviteAlarm: () => {},
	watch: () => () => {},
};

/** Opens a room; resolves when guests can come in. */
export async function openRoom(options: HostOptions): Promise<HostOutcome> {
	const { kept } = options;
	const beginning = kept ? await beginKept(kept, options.self) : await beginNew(options);
	if (!beginning) return { kind: "failed", why: "noWorker" };
	const { secrets, begun } = beginning;
	const { signer } = options.self;
	const certified = kept ? keptCertification(kept) : {};
	const proof = { signer, roomId: secrets.roomId, now: options.now, ...certified };
	// Off the record no key of the moment is certified: that would be a signature.
	const isSigned = secrets.offRecordWith === undefined;
	const proofKeys = isSigned ? await ProofKeys.open(proof).catch(() => undefined) : undefined;
	if (isSigned && !proofKeys) {
		await begun.group.close();
		return { kind: "failed", why: "cannotSign" };
	}
	const invites = new Invites(options.self.signer.fingerprint, secrets.inviteSecret, kept?.record.invites);
	const joined = joinHost(options, begun, { ...secrets, invites }, proofKeys);
	if (kept) await joined.keepIn(kept.room, kept.record.policy, begun.kept);
	const listening = await listenFor(options, joined.server);
	if (listening.kind === "failed") {
		await joined.close();
		return { kind: "failed", why: listening.failure };
	}
	return opened(options, begun, { ...secrets, invites }, joined, listening.listener);
}

function opened(
	options: HostOptions,
	begun: Begun,
	secrets: Secrets & Pick<HostedRoom, "invites">,
	joined: JoinedHost,
	listener: Listener,
): HostedRoom {
	const { server, member } = joined;
	const { missed, isFoundedAnew, start } = begun;
	return {
		kind: "open",
		port: listener.port,
		transports: listener.port === 0 ? [] : transportsOf(options.transport, listener),
		roomId: secrets.roomId,
		offRecordWith: secrets.offRecordWith,
		inviteSecret: secrets.inviteSecret,
		invites: secrets.invites,
		member,
		members: begun.members,
		certificates: begun.kept.map(({ certificate }) => certificate),
		missed,
		hasShown: (event) => joined.hasShown(event),
		allShown: () => joined.allShown(begun.settle),
		isFoundedAnew,
		away: [...start.away.keys()],
		server,
		async changePassword(password) {
			const salt = randomBytes(saltBytes);
			const prs = await stretchPassword(password, salt);
			joined.changePassword(salt, prs);
			server.changePassword(salt, prs);
		},
		keep: (rooms, key, wish) => joined.keep(rooms, key, { ...wish, port: listener.port }),
		changeRecord: (change) => joined.changeRecord(change),
		async close(isForGood = false) {
			await listener.close();
			await joined.close(isForGood);
		},
	};
}

const noPort: Listener = { port: 0, close: async () => {} };

/** Listens where the host wishes; a room that is reached by routes alone listens nowhere. */
async function listenFor({ wish, transport }: HostOptions, server: RoomServer): Promise<ListenOutcome> {
	const { port = 0, bind, isOnlyByRoutes } = wish;
	if (isOnlyByRoutes) return { kind: "listening", listener: noPort };
	return transport.listen({
		port,
		...(bind === undefined ? {} : { bind }),
		onLink: (link) => server.take(link),
		mayCome: (caller) => server.mayCome(caller),
	});
}

/** Holds the secrets by which a room is opened; `prs` is wiped with the room. */
type Secrets = Pick<HostSide, "roomId" | "salt" | "prs"> & Pick<HostedRoom, "inviteSecret" | "offRecordWith">;

function secretsOf({ room, salt, prs, inviteSecret, offRecordWith }: HostRecord): Secrets {
	return { roomId: room, salt, prs: Uint8Array.from(prs), inviteSecret, offRecordWith };
}

/** Holds what a room begins with, whether it is new or was kept. */
type Begun = Omit<Reopened, "kind">;

/** Resolves with `undefined` where the encryption worker did not do its part. */
type Beginning = Promise<{ readonly secrets: Secrets; readonly begun: Begun } | undefined>;

async function beginKept(kept: KeptHosting, self: Self): Beginning {
	const secrets = secretsOf(kept.record);
	const begun = await reopen(kept, self, secrets.roomId);
	return begun && { secrets, begun };
}

/** Founds the group while the password is stretched. */
async function beginNew({ self, password, offRecordWith }: HostOptions): Beginning {
	const roomId = randomBytes(roomIdBytes);
	const salt = randomBytes(saltBytes);
	const stretching = stretchPassword(password, salt);
	const founding = foundGroup(roomId, self, offRecordWith !== undefined);
	const [founded, prs] = await Promise.all([founding, stretching]).catch(async (error) => {
		await (await founding.catch(() => undefined))?.group.close();
		throw error;
	});
	if (!founded) return undefined;
	const inviteSecret = randomBytes(INVITE_SECRET_BYTES);
	const start = newStart(roomId, founded.epoch);
	const begun = { start, kept: [], seats: [], outbox: emptyOutbox, missed: [], isFoundedAnew: false, settle() {} };
	return { secrets: { roomId, salt, prs, inviteSecret, offRecordWith }, begun: { ...founded, ...begun } };
}

/** Has each certificate of the proof key on disk before a guest sees it, because guests take no older one. */
function keptCertification({ room, record }: KeptHosting): Pick<ProofKeysOptions, "provenFrom" | "onCertified"> {
	return {
		provenFrom: record.provenFrom,
		onCertified: (provenFrom) => changeRecord(room, (now) => ({ ...now, provenFrom })),
	};
}

function changeRecord(room: KeptRoom, change: (record: HostRecord) => HostRecord): void {
	const record = room.record();
	if (record?.role === "host") room.setRecord(change(record));
}

interface JoinedHost {
	readonly server: RoomServer;
	readonly member: Member;
	keepIn(room: KeptRoom, policy: RoomPolicy, members: readonly KeptMember[]): Promise<void>;
	keep(rooms: KeptRooms, key: string, wish: KeepAs & Pick<HostRecord, "port">): Promise<KeptRoom | undefined>;
	hasShown(event: MemberEvent): void;
	allShown(settle: () => void): void;
	changePassword(salt: Uint8Array, prs: Uint8Array): void;
	changeRecord(change: (record: HostRecord) => HostRecord): HostRecord | undefined;
	close(isForGood?: boolean): Promise<void>;
}

/** Makes the server, and the host's own member at its in-memory Link. `close` closes both, and the group. */
function joinHost(
	options: HostOptions,
	begun: Begun,
	secrets: Secrets & Pick<HostedRoom, "invites">,
	proofKeys: ProofKeys | undefined,
): JoinedHost {
	const { signer, name } = options.self;
	const { roomId, invites, salt, prs, offRecordWith } = secrets;
	const { group, start, seats, kept } = begun;
	const certificates = kept.map((one) => [one.fingerprint, one.certificate] as const);
	const onGroupReplaced = (restored: Group): void => member.useGroup(restored);
	const isOffRecord = offRecordWith !== undefined;
	const authority = new HostAuthority({ roomId, signer, isOffRecord, group, certificates, onGroupReplaced });
	const { gatekeeper, rules = openToAll, onlyGuest, uptime, onCaller, onAway, onFiles } = options;
	const host = { roomId, salt, prs, signer, name, ...formOf(offRecordWith, proofKeys) };
	const feedDoors = isOffRecord ? undefined : options.feedDoors;
	const guests = { gatekeeper, rules, onlyGuest, feedDoors, uptime, onCaller, onAway, onFiles };
	const server = new RoomServer({ host, invites, authority, start, seats, ...guests });
	const [hostEnd, serverEnd] = memoryLinkPair();
	const frames = new FrameStream(hostEnd.stream, { maxBodyBytes: maxSecureBodyBytes, maxWaitingBytes, isInside: true });
	const keeping = new HostKeeping({
		server,
		authority,
		secrets,
		proofKeys,
		emit: options.emit,
		onFailure: (error) => member.fail(`the room could not be kept: ${String(error)}`),
		now: options.now,
	});
	const member = new Member({
		self: signer.fingerprint,
		isRestorable: true,
		frames,
		group,
		order: startOrder(start.seq, start.head),
		outbox: begun.outbox,
		emit: (event) => keeping.heard(event),
		keeper: keeping,
	});
	authority.bind(member);
	server.attachHost(serverEnd);
	return {
		server,
		member,
		keepIn: (room, policy, members) => keeping.keepIn(room, policy, members),
		keep: (rooms, key, wish) => keeping.keep(rooms, key, wish, member),
		hasShown: (event) => keeping.hasShown(event),
		allShown: (settle) => keeping.settle(settle),
		changePassword: (freshSalt, freshPrs) => keeping.changePassword(freshSalt, freshPrs),
		changeRecord: (change) => keeping.changeRecord(change),
		async close(isForGood = false) {
			await keeping.close(isForGood);
			const closed = server.close(keeping.isKept && !isForGood ? "hostAway" : "roomClosed");
			// The host hears nothing more; its own session would wait for it.
			hostEnd.stream.destroy();
			await closed;
			proofKeys?.close();
			await authority.close();
		},
	};
}

/** Says by what the host proves itself. */
function formOf(offRecordWith: Fingerprint | undefined, proofKeys: ProofKeys | undefined) {
	if (offRecordWith !== undefined) return { offRecordWith };
	if (!proofKeys) throw new Error("a room without a key of the moment");
	return { proofKey: () => proofKeys.current() };
}

/** Returns all that were to listen, but those that could not. */
function transportsOf(transport: Transport, { without = [] }: Listener): readonly TransportName[] {
	const names = (transport.parts ?? [transport]).map(({ name }) => name);
	return names.filter((name) => !without.some((one) => one.transport === name));
}
