// What a cheat with ts-mls and no scruples can make: entries, commits and GroupInfos that an honest program never would.
import assert from "node:assert/strict";
import {
	type CiphersuiteImpl,
	type ClientState,
	type Commit,
	decodeMlsMessage,
	defaultLifetime,
	encodeMlsMessage,
	type GroupInfo,
	generateKeyPackageWithKey,
	joinGroupExternal,
	type Proposal,
	type PublicMessage,
	type RatchetTree,
} from "ts-mls";
import { createContentCommitSignature } from "ts-mls/framedContent.js";
import { signGroupInfo } from "ts-mls/groupInfo.js";
import { decodeRatchetTree, encodeRatchetTree } from "ts-mls/ratchetTree.js";
import { treeHashRoot } from "ts-mls/treeHash.js";
import { encodeLeafCredential } from "../../../src/crypto/group/leaf-credential.ts";
import type { OwnCertification } from "../../../src/crypto/group/messages.ts";
import { ticketFor, ticketProof } from "../../../src/crypto/group/state.ts";
import { leafCapabilities } from "../../../src/crypto/group/tree.ts";
import type { Fingerprint } from "../../../src/crypto/identity/fingerprint.ts";
import { cheatConfig, suite } from "../../support/rooms/group-room.ts";

export function decodeGroupInfo(bytes: Uint8Array): GroupInfo {
	const message = decodeMlsMessage(bytes, 0)?.[0];
	assert.equal(message?.wireformat, "mls_group_info");
	return message.groupInfo;
}

export function encodeGroupInfo(groupInfo: GroupInfo): Uint8Array {
	return encodeMlsMessage({ version: "mls10", wireformat: "mls_group_info", groupInfo });
}

export function treeOf(groupInfo: GroupInfo): RatchetTree {
	const extension = groupInfo.extensions.find(({ extensionType }) => extensionType === "ratchet_tree");
	return decodeRatchetTree(extension!.extensionData, 0)![0];
}

/** The host's GroupInfo with another tree, signed by the host. `fixHash`: with a group context that fits the tree. */
export async function withTree(
	bytes: Uint8Array,
	tree: RatchetTree,
	signer: { readonly state: ClientState; readonly fixHash: boolean },
): Promise<Uint8Array> {
	const groupInfo = decodeGroupInfo(bytes);
	const extensions = groupInfo.extensions.map((extension) =>
		extension.extensionType === "ratchet_tree" ? { ...extension, extensionData: encodeRatchetTree(tree) } : extension,
	);
	const treeHash = signer.fixHash ? await treeHashRoot(tree, suite.hash) : groupInfo.groupContext.treeHash;
	const altered = { ...groupInfo, extensions, groupContext: { ...groupInfo.groupContext, treeHash } };
	return encodeGroupInfo(await signGroupInfo(altered, signer.state.signaturePrivateKey, suite.signature));
}

/** A leaf key pair and what stands in its credential: true or not. */
export interface CheatLeaf {
	readonly keys: { readonly publicKey: Uint8Array; readonly signKey: Uint8Array };
	readonly fingerprint: Fingerprint;
	readonly certification: OwnCertification;
}

export interface CheatEntry {
	readonly groupInfo: Uint8Array;
	readonly leaf: CheatLeaf;
	/** What goes in the place of the ticket's proof. */
	readonly authenticatedData: Uint8Array;
	readonly isReturn?: boolean;
	/** Changes the commit, which is then signed anew. */
	readonly alter?: (commit: Commit) => Commit;
	readonly capabilities?: typeof leafCapabilities;
}

function identityOf({ fingerprint, certification }: CheatLeaf): Uint8Array {
	return encodeLeafCredential({ fingerprint, ...certification })!;
}

async function resigned(
	message: PublicMessage,
	entry: CheatEntry,
	alter: (commit: Commit) => Commit,
): Promise<PublicMessage> {
	assert.equal(message.content.contentType, "commit");
	const { framedContent, signature } = await createContentCommitSignature(
		decodeGroupInfo(entry.groupInfo).groupContext,
		"mls_public_message",
		alter(message.content.commit),
		{ senderType: "new_member_commit" },
		message.content.authenticatedData,
		entry.leaf.keys.signKey,
		suite.signature,
	);
	return { ...message, content: framedContent, auth: { ...message.auth, signature } } as PublicMessage;
}

/** An external commit made without asking anybody. */
export async function cheatEntry(entry: CheatEntry): Promise<Uint8Array> {
	const { leaf, authenticatedData, isReturn = false, capabilities = leafCapabilities } = entry;
	const credential = { credentialType: "basic" as const, identity: identityOf(leaf) };
	const made = await generateKeyPackageWithKey(credential, capabilities, defaultLifetime, [], leaf.keys, suite);
	const { publicMessage } = await joinGroupExternal(
		decodeGroupInfo(entry.groupInfo),
		made.publicPackage,
		made.privatePackage,
		isReturn,
		suite,
		undefined,
		cheatConfig,
		authenticatedData,
	);
	const message = entry.alter === undefined ? publicMessage : await resigned(publicMessage, entry, entry.alter);
	return encodeMlsMessage({ version: "mls10", wireformat: "mls_public_message", publicMessage: message });
}

/** The proof a member can make for anybody: it knows the epoch's exporter secret. */
export async function insiderProof(state: ClientState, guest: Fingerprint, leafKey: Uint8Array): Promise<Uint8Array> {
	return ticketProof(await ticketFor(state, guest, suite), leafKey);
}

/** Puts proposals into a commit in the place of its own, or behind them. */
export const withProposals =
	(replace: (own: readonly Proposal[]) => readonly Proposal[]) =>
	(commit: Commit): Commit => ({
		...commit,
		proposals: replace(
			commit.proposals.flatMap((entry) => (entry.proposalOrRefType === "proposal" ? [entry.proposal] : [])),
		).map((proposal) => ({ proposalOrRefType: "proposal", proposal })),
	});

/** A suite that publishes other keys than it derives: `publish` makes the key pairs. */
export function suiteWithKeys(publish: CiphersuiteImpl["hpke"]["deriveKeyPair"]): CiphersuiteImpl {
	return { ...suite, hpke: { ...suite.hpke, deriveKeyPair: publish } };
}
