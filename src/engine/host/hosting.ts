// Opens a room on this computer: the group, the server that guests reach, and the host's own member, joined by an in-memory Link.
import { randomBytes } from "node:crypto";
import { Group } from "../../crypto/group/group.ts";
import type { GroupMember } from "../../crypto/group/messages.ts";
import { INVITE_SECRET_BYTES } from "../../crypto/opening/knock.ts";
import { stretchPassword } from "../../crypto/password/pake.ts";
import type { Link, Listener, ListenFailure, ListenOutcome, Transport, TransportName } from "../../net/link/link.ts";
import { memoryLinkPair } from "../../net/link/memory-transport.ts";
import type { Self } from "../account/self.ts";
import type { HostWish } from "../api/hosting.ts";
import type { AccessRules } from "../gate/access-rules.ts";
import type { Gatekeeper } from "../gate/gatekeeper.ts";
import { certifyLeaf } from "../member/certify-leaf.ts";
import { Member, type MemberEvent } from "../member/member.ts";
import { emptyOutbox } from "../member/outbox.ts";
import { maxMembers } from "../wire/entering-frames.ts";
import { maxSecureBodyBytes } from "../wire/frame.ts";
import { FrameStream } from "../wire/frame-stream.ts";
import { maxWaitingBytes, roomIdBytes, saltBytes } from "../wire/handshake.ts";
import { firstHead, startOrder } from "../wire/transcript.ts";
import { HostAuthority } from "./authority.ts";
import type { HostSide } from "./greeting.ts";
import { ProofKeys } from "./proof-keys.ts";
import { RoomServer, type ServerOptions } from "./server.ts";

export interface HostOptions {
	readonly self: Self;
	readonly password: string;
	/** Says where to listen; `bind` is a canonical address. */
	readonly wish: Pick<HostWish, "port" | "bind" | "isOnlyByRoutes">;
	readonly transport: Transport;
	readonly gatekeeper: Gatekeeper;
	/** Holds the rules of the host. Without them whoever knows the password may come, as long as there is room. */
	readonly rules?: AccessRules;
	readonly emit: (event: MemberEvent) => void;
	readonly onCaller: ServerOptions["onCaller"];
	readonly onAway: ServerOptions["onAway"];
	/** Returns milliseconds since the epoch, for what is signed with a time. */
	readonly now: () => number;
	/** Returns milliseconds on a clock that only goes forward, for spans of time. */
	readonly uptime: () => number;
}

export interface HostedRoom {
	readonly kind: "open";
	/** 0: nothing listens on a port. */
	readonly port: number;
	/** Names the transports by which guests can come to that port. */
	readonly transports: readonly TransportName[];
	readonly roomId: Uint8Array;
	/** Holds the secret that the room's invites carry. */
	readonly inviteSecret: Uint8Array;
	readonly member: Member;
	readonly members: readonly GroupMember[];
	readonly server: RoomServer;
	/** Makes this password the one that opens the room; whoever is in stays. */
	changePassword(password: string): Promise<void>;
	/** Stops listening, tells everybody, closes everything. */
	close(): Promise<void>;
}

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
	watch: () => () => {},
};

/** Opens a room; resolves when guests can come in. */
export async function openRoom(options: HostOptions): Promise<HostOutcome> {
	const roomId = randomBytes(roomIdBytes);
	const founded = await foundGroup(roomId, options.self);
	if (!founded) {
		return { kind: "failed", why: "noWorker" };
	}
	const { signer } = options.self;
	const proofKeys = await ProofKeys.open({ signer, roomId, now: options.now }).catch(() => undefined);
	if (!proofKeys) {
		await founded.group.close();
		return { kind: "failed", why: "cannotSign" };
	}
	const salt = randomBytes(saltBytes);
	const prs = await stretchPassword(options.password, salt);
	const inviteSecret = randomBytes(INVITE_SECRET_BYTES);
	const secrets = { roomId, salt, prs, inviteSecret };
	const { server, member, close } = joinHost(options, founded, secrets, proofKeys);
	const listening = await listenFor(options, (link) => server.take(link));
	if (listening.kind === "failed") {
		await close();
		return { kind: "failed", why: listening.failure };
	}
	const { listener } = listening;
	return {
		kind: "open",
		port: listener.port,
		transports: listener.port === 0 ? [] : transportsOf(options.transport, listener),
		roomId,
		inviteSecret,
		member,
		members: founded.members,
		server,
		async changePassword(password) {
			const freshSalt = randomBytes(saltBytes);
			server.changePassword(freshSalt, await stretchPassword(password, freshSalt));
		},
		async close() {
			await listener.close();
			await close();
		},
	};
}

const noPort: Listener = { port: 0, close: async () => {} };

/** Listens where the host wishes; a room that is reached by routes alone listens nowhere. */
async function listenFor({ wish, transport }: HostOptions, onLink: (link: Link) => void): Promise<ListenOutcome> {
	const { port = 0, bind, isOnlyByRoutes } = wish;
	if (isOnlyByRoutes) return { kind: "listening", listener: noPort };
	return transport.listen({ port, ...(bind === undefined ? {} : { bind }), onLink });
}

interface FoundedGroup {
	readonly group: Group;
	readonly epoch: number;
	readonly members: readonly GroupMember[];
}

/** Makes a group with nobody in it but the host. */
async function foundGroup(roomId: Uint8Array, self: Self): Promise<FoundedGroup | undefined> {
	const group = await Group.open({ roomId });
	const own = await certifyLeaf(group, roomId, self.signer, self.name);
	const created = own ? await group.create(own) : undefined;
	if (created?.kind === "created") return { group, epoch: created.epoch, members: created.members };
	await group.close();
	return undefined;
}

/** Joins the server and the host, as a member at its in-memory Link. `close` closes both and the group. */
function joinHost(
	options: HostOptions,
	{ group, epoch }: FoundedGroup,
	secrets: Pick<HostSide, "roomId" | "salt" | "prs"> & Pick<HostedRoom, "inviteSecret">,
	proofKeys: ProofKeys,
): { readonly server: RoomServer; readonly member: Member; readonly close: () => Promise<void> } {
	const { signer, name } = options.self;
	const { roomId, inviteSecret } = secrets;
	const authority = new HostAuthority({
		roomId,
		signer,
		group,
		onGroupReplaced: (restored) => member.useGroup(restored),
	});
	const { gatekeeper, rules = openToAll, uptime, onCaller, onAway } = options;
	const { salt, prs } = secrets;
	const host = { roomId, salt, prs, signer, name, proofKey: () => proofKeys.current() };
	const server = new RoomServer({ host, inviteSecret, gatekeeper, rules, authority, epoch, uptime, onCaller, onAway });
	const [hostEnd, serverEnd] = memoryLinkPair();
	const frames = new FrameStream(hostEnd.stream, { maxBodyBytes: maxSecureBodyBytes, maxWaitingBytes });
	const order = startOrder(0, firstHead(roomId));
	const identity = { self: signer.fingerprint, isRestorable: true };
	const member = new Member({ ...identity, frames, group, order, outbox: emptyOutbox, emit: options.emit });
	authority.bind(member);
	server.attachHost(serverEnd);
	const close = async (): Promise<void> => {
		const closed = server.close();
		// The host hears nothing more; its own session would wait for it.
		hostEnd.stream.destroy();
		await closed;
		proofKeys.close();
		await authority.close();
	};
	return { server, member, close };
}

/** Returns all that were to listen, but those that could not. */
function transportsOf(transport: Transport, { without = [] }: Listener): readonly TransportName[] {
	const names = (transport.parts ?? [transport]).map(({ name }) => name);
	return names.filter((name) => !without.some((one) => one.transport === name));
}
