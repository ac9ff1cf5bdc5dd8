// Ways into a group: founding it, entering by an external commit, and coming back from a snapshot. Nothing here trusts what the host sent.
import {
	type CiphersuiteImpl,
	type ClientConfig,
	type ClientState,
	createGroup,
	decodeGroupState,
	decodeMlsMessage,
	defaultLifetime,
	encodeMlsMessage,
	type GroupInfo,
	generateKeyPackageWithKey,
	joinGroupExternal,
	type PrivateKeyPackage,
	type RatchetTree,
} from "ts-mls";
import { decodeRatchetTree } from "ts-mls/ratchetTree.js";
import type { Fingerprint } from "../identity/fingerprint.ts";
import { MAXIMUM_MESSAGE_BYTES, type Refused, refused, TICKET_BYTES } from "./messages.ts";
import { ticketProof, withoutHistory } from "./state.ts";
import { mlsSuiteName } from "./suite/mls-suite.ts";
import { checkTree, leafAt, leafCapabilities, memberAt, membersOf, memberWith, sameBytes } from "./tree.ts";

/** Our leaf's signature key pair. It lives as long as the Group, so that coming back costs no second OpenPGP signature. */
export interface LeafKeys {
	readonly publicKey: Uint8Array;
	readonly signKey: Uint8Array;
}

/** The keys of our leaf and the credential that certifies them: who we are in a group. */
export interface OwnLeaf {
	readonly keys: LeafKeys;
	readonly fingerprint: Fingerprint;
	readonly identity: Uint8Array;
}

/** Holds the MLS library with our settings. */
export interface Mls {
	readonly suite: CiphersuiteImpl;
	readonly config: ClientConfig;
}

/** Holds the means by which the host admitted us. */
export interface Invitation {
	readonly groupInfo: Uint8Array;
	readonly ticket: Uint8Array;
	readonly hostFingerprint: Fingerprint;
	readonly roomId: Uint8Array;
	/** The most members that such a room has, ourselves included. */
	readonly mostMembers: number;
	/** Is told of each leaf in the host's tree before it is judged. */
	readonly onLeaf?: (fingerprint: Fingerprint, leafPublicKey: Uint8Array) => void;
}

/** A group state to begin with. */
export interface Founding {
	readonly kind: "state";
	readonly state: ClientState;
}

/** A group state of our own making, which is real only once the host has ordered `commit`. */
export interface Entering extends Founding {
	readonly commit: Uint8Array;
}

async function keyPackage(own: OwnLeaf, { suite }: Mls) {
	const credential = { credentialType: "basic" as const, identity: own.identity };
	return generateKeyPackageWithKey(credential, leafCapabilities, defaultLifetime, [], own.keys, suite);
}

function forgetUnused(keys: PrivateKeyPackage, state: ClientState): void {
	keys.initPrivateKey.fill(0);
	const used = Object.values(state.privatePath.privateKeys);
	if (!used.includes(keys.hpkePrivateKey)) keys.hpkePrivateKey.fill(0);
}

/** Founds a group of one. */
export async function found(roomId: Uint8Array, own: OwnLeaf, mls: Mls): Promise<Founding> {
	const made = await keyPackage(own, mls);
	const state = await createGroup(roomId, made.publicPackage, made.privatePackage, [], mls.suite, mls.config);
	forgetUnused(made.privatePackage, state);
	return { kind: "state", state };
}

/** Reads a GroupInfo in its one allowed encoding: for this room, this suite, with just the two extensions an entry needs. */
function readGroupInfo(bytes: Uint8Array, roomId: Uint8Array): GroupInfo | Refused {
	if (bytes.length > MAXIMUM_MESSAGE_BYTES) return refused("badGroupInfo", "too large");
	const decoded = decodeMlsMessage(bytes, 0)?.[0];
	if (decoded?.wireformat !== "mls_group_info" || !sameBytes(encodeMlsMessage(decoded), bytes))
		return refused("badGroupInfo", "not a GroupInfo");
	const { groupInfo } = decoded;
	const { groupContext, extensions } = groupInfo;
	if (!sameBytes(groupContext.groupId, roomId)) return refused("wrongRoom", "GroupInfo of another room");
	if (groupContext.cipherSuite !== mlsSuiteName || groupContext.extensions.length > 0)
		return refused("badGroupInfo", "suite or group extensions");
	if (groupContext.epoch >= BigInt(Number.MAX_SAFE_INTEGER)) return refused("badGroupInfo", "epoch");
	const types = extensions.map((extension) => extension.extensionType);
	if (types.length !== 2 || !types.includes("external_pub") || !types.includes("ratchet_tree"))
		return refused("badGroupInfo", "extensions");
	return groupInfo;
}

function readTree(groupInfo: GroupInfo): RatchetTree | Refused {
	const extension = groupInfo.extensions.find(({ extensionType }) => extensionType === "ratchet_tree");
	const decoded = extension && decodeRatchetTree(extension.extensionData, 0);
	if (decoded === undefined || decoded[1] !== extension?.extensionData.length)
		return refused("badGroupInfo", "ratchet tree");
	return checkTree(decoded[0]) ?? decoded[0];
}

/** Judges everything about an invitation that can be judged before the library does its part (signatures, hashes). */
function readInvitation(
	invitation: Invitation,
	self: Fingerprint,
): { readonly kind: "checked"; readonly groupInfo: GroupInfo; readonly isReturn: boolean } | Refused {
	if (invitation.ticket.length !== TICKET_BYTES) return refused("noTicket", "ticket size");
	const groupInfo = readGroupInfo(invitation.groupInfo, invitation.roomId);
	if ("code" in groupInfo) return groupInfo;
	const tree = readTree(groupInfo);
	if ("code" in tree) return tree;
	if (memberAt(tree, groupInfo.signer)?.fingerprint !== invitation.hostFingerprint)
		return refused("badGroupInfo", "not signed by the host");
	const isReturn = memberWith(tree, self) !== undefined;
	const others = membersOf(tree).filter(({ fingerprint }) => fingerprint !== self);
	if (others.length >= invitation.mostMembers) return refused("full", "the room is full");
	for (const { fingerprint, leafIndex } of membersOf(tree)) {
		const leaf = leafAt(tree, leafIndex);
		if (leaf !== undefined) invitation.onLeaf?.(fingerprint, leaf.signaturePublicKey);
	}
	return { kind: "checked", groupInfo, isReturn };
}

/**
 * Makes an external commit into the host's group (RFC 9420 §12.4.3.2), with our ticket bound to our leaf in its authenticated data. ts-mls verifies the tree's
 * hashes and every leaf's signature, and asks our authentication service about every leaf.
 */
export async function enter(invitation: Invitation, own: OwnLeaf, mls: Mls): Promise<Entering | Refused> {
	try {
		const checked = readInvitation(invitation, own.fingerprint);
		if (checked.kind === "refused") return checked;
		const made = await keyPackage(own, mls);
		const { newState, publicMessage } = await joinGroupExternal(
			checked.groupInfo,
			made.publicPackage,
			made.privatePackage,
			// With `true` and no old leaf, ts-mls 1.6.4 never returns.
			checked.isReturn,
			mls.suite,
			undefined,
			mls.config,
			ticketProof(invitation.ticket, own.keys.publicKey),
		);
		forgetUnused(made.privatePackage, newState);
		const commit = encodeMlsMessage({ version: "mls10", wireformat: "mls_public_message", publicMessage });
		return { kind: "state", state: newState, commit };
	} catch (error) {
		return refused("badGroupInfo", String(error));
	}
}

/** Reads the state in a snapshot of our own making. The library's encoding leaves our settings out: they are put back here. */
export function readSnapshot(bytes: Uint8Array, roomId: Uint8Array, { config }: Mls): Founding | Refused {
	try {
		const decoded = decodeGroupState(bytes, 0);
		if (decoded === undefined || decoded[1] !== bytes.length) return refused("badSnapshot", "unreadable");
		const state = withoutHistory({ ...decoded[0], clientConfig: config });
		if (!sameBytes(state.groupContext.groupId, roomId)) return refused("wrongRoom", "snapshot of another room");
		if (state.groupActiveState.kind !== "active") return refused("removed", "no longer a member");
		return checkTree(state.ratchetTree) ?? { kind: "state", state };
	} catch (error) {
		return refused("badSnapshot", String(error));
	}
}
