// Who may commit what. MLS itself has no roles (RFC 9420 §12.2), and ts-mls applies proposals before it asks: everything is checked here before the library sees it.
import { encode } from "cborg";
import type { Commit, LeafNode, Proposal, PublicMessage, RatchetTree, UpdatePath } from "ts-mls";
import type { Fingerprint } from "../identity/fingerprint.ts";
import type { LeafCredential } from "./leaf-credential.ts";
import {
	type GroupMember,
	MAXIMUM_MEMBERS,
	type Refused,
	type RemovalReason,
	refused,
	TICKET_BYTES,
} from "./messages.ts";
import { HPKE_PUBLIC_KEY_BYTES, KEM_OUTPUT_BYTES } from "./suite/mls-suite.ts";
import { checkLeaf, leafAt, memberAt, membersOf, readCredential, sameBytes } from "./tree.ts";

/** A path has at most this many nodes: the levels above the leaves in a tree of `MAXIMUM_MEMBERS`, and one while it grows. */
const MAXIMUM_PATH_NODES = Math.log2(MAXIMUM_MEMBERS) + 1;
const reasons: readonly RemovalReason[] = ["left", "connectionLost", "kicked"];

/** Encodes the authenticated data of a removing commit: CBOR `{v, reason}`, so that all members learn the reason from the host itself. */
export function encodeReason(reason: RemovalReason): Uint8Array<ArrayBuffer> {
	return new Uint8Array(encode({ v: 1, reason }));
}

/** Reads a reason. There are three encodings in all: a comparison reads them without a decoder. */
function readReason(bytes: Uint8Array): RemovalReason | undefined {
	return reasons.find((reason) => sameBytes(encodeReason(reason), bytes));
}

/** Says that somebody comes in: for the first time, or in the place of an old leaf of their own. */
export interface Entry {
	readonly kind: "entry";
	readonly leaf: LeafNode;
	readonly credential: LeafCredential;
	readonly replaced?: GroupMember;
}

/** Says that a member renews its own keys. */
export interface Update {
	readonly kind: "update";
}

/** Says that the host removes one member. */
export interface Removal {
	readonly kind: "removal";
	readonly removed: GroupMember;
	readonly reason: RemovalReason;
}

function publicKeys(tree: RatchetTree): Set<string> {
	const keys = new Set<string>();
	for (const node of tree) {
		const key = node?.nodeType === "leaf" ? node.leaf.hpkePublicKey : node?.parent.hpkePublicKey;
		if (key !== undefined) keys.add(Buffer.from(key).toString("base64"));
	}
	return keys;
}

/**
 * Checks that all keys of a path are new and different (RFC 9420 §12.4.2): a repeated one would make every later newcomer refuse the tree. ts-mls checks only
 * some.
 */
function checkPath(path: UpdatePath, tree: RatchetTree): Refused | undefined {
	if (path.nodes.length > MAXIMUM_PATH_NODES) return refused("malformed", "path length");
	const wrong = checkLeaf(path.leafNode);
	if (wrong !== undefined) return wrong;
	const taken = publicKeys(tree);
	for (const key of [path.leafNode.hpkePublicKey, ...path.nodes.map((node) => node.hpkePublicKey)]) {
		const text = Buffer.from(key).toString("base64");
		if (key.length !== HPKE_PUBLIC_KEY_BYTES || taken.has(text)) return refused("notAllowed", "path key not new");
		taken.add(text);
	}
	for (const node of path.nodes)
		if (node.encryptedPathSecret.length > MAXIMUM_MEMBERS) return refused("malformed", "path secrets");
	return undefined;
}

function inlineProposals(commit: Commit): readonly Proposal[] | undefined {
	const proposals: Proposal[] = [];
	for (const entry of commit.proposals) {
		if (entry.proposalOrRefType !== "proposal") return undefined;
		proposals.push(entry.proposal);
	}
	return proposals;
}

/**
 * Returns the leaf whose place an external commit takes. The commit may remove the joiner's own old leaf and must do so if there is one; a bogus index would
 * hang ts-mls.
 */
function replacedLeaf(
	proposals: readonly Proposal[],
	joiner: Fingerprint,
	tree: RatchetTree,
): GroupMember | Refused | undefined {
	const old = membersOf(tree).find((member) => member.fingerprint === joiner);
	const removals = proposals.filter((proposal) => proposal.proposalType === "remove");
	const inits = proposals.filter((proposal) => proposal.proposalType === "external_init");
	if (inits.length !== 1 || inits.length + removals.length !== proposals.length)
		return refused("notAllowed", "proposals of an entry");
	const [init] = inits;
	if (init?.proposalType !== "external_init" || init.externalInit.kemOutput.length !== KEM_OUTPUT_BYTES)
		return refused("malformed", "external init");
	const removed = removals.map((proposal) => proposal.proposalType === "remove" && proposal.remove.removed);
	if (old === undefined && removed.length === 0) return undefined;
	if (old !== undefined && removed.length === 1 && removed[0] === old.leafIndex) return old;
	return refused("notAllowed", "an entry replaces the joiner's own old leaf and nothing else");
}

/** Returns what an external commit asks for, if it may; a room has `mostMembers` at most. Neither its ticket nor any signature has been checked yet. */
export function judgeEntry(
	message: PublicMessage,
	tree: RatchetTree,
	mostMembers: number = MAXIMUM_MEMBERS,
): Entry | Refused {
	const { content } = message;
	if (content.contentType !== "commit" || content.sender.senderType !== "new_member_commit")
		return refused("notAllowed", "only entries are public messages");
	const { commit, authenticatedData } = content;
	if (commit.path === undefined || authenticatedData.length !== TICKET_BYTES)
		return refused("malformed", "entry without path or ticket proof");
	const wrong = checkPath(commit.path, tree);
	if (wrong !== undefined) return wrong;
	const leaf = commit.path.leafNode;
	const credential = readCredential(leaf.credential);
	const proposals = commit.proposals.length <= 2 ? inlineProposals(commit) : undefined;
	if (credential === undefined || proposals === undefined) return refused("notAllowed", "proposals of an entry");
	const replaced = replacedLeaf(proposals, credential.fingerprint, tree);
	if (replaced !== undefined && "code" in replaced) return replaced;
	const others = membersOf(tree).filter((member) => member.leafIndex !== replaced?.leafIndex);
	if (others.length >= mostMembers) return refused("full", "the room is full");
	const isTaken = others.some(({ leafIndex }) => {
		const other = leafAt(tree, leafIndex);
		return other !== undefined && sameBytes(other.signaturePublicKey, leaf.signaturePublicKey);
	});
	if (isTaken) return refused("notAllowed", "leaf key of another member");
	return { kind: "entry", leaf, credential, ...(replaced && { replaced }) };
}

/** Tells whether a leaf keeps its identity and its signature key, as it must for life: else a member could become somebody else without a ticket. */
function isSameOwner(before: LeafNode, after: LeafNode): boolean {
	return (
		before.credential.credentialType === "basic" &&
		after.credential.credentialType === "basic" &&
		sameBytes(before.credential.identity, after.credential.identity) &&
		sameBytes(before.signaturePublicKey, after.signaturePublicKey)
	);
}

/** Checks that a member's commit renews the member's own path, and that its leaf stays its own. */
function checkOwnPath(commit: Commit, sender: GroupMember, tree: RatchetTree): Refused | undefined {
	const before = leafAt(tree, sender.leafIndex);
	if (commit.path === undefined || before === undefined) return refused("malformed", "commit without path");
	const wrong = checkPath(commit.path, tree);
	if (wrong !== undefined) return wrong;
	if (isSameOwner(before, commit.path.leafNode)) return undefined;
	return refused("notAllowed", "a leaf may not change its owner");
}

/** A MemberCommit is a member's commit, decrypted, with the member who sent it. */
export interface MemberCommit {
	readonly commit: Commit;
	readonly authenticatedData: Uint8Array;
	readonly sender: GroupMember;
}

/** Returns what a member's commit asks for, if it may: to renew its own keys, or, for the host, to remove one member. */
export function judgeCommit(message: MemberCommit, tree: RatchetTree, host: Fingerprint): Update | Removal | Refused {
	const { commit, authenticatedData, sender } = message;
	const proposals = commit.proposals.length <= 1 ? inlineProposals(commit) : undefined;
	if (proposals === undefined) return refused("notAllowed", "proposals of a commit");
	const [proposal] = proposals;
	if (proposal !== undefined && proposal.proposalType !== "remove")
		return refused("notAllowed", `proposal ${proposal.proposalType}`);
	const wrong = checkOwnPath(commit, sender, tree);
	if (wrong !== undefined) return wrong;
	if (proposal === undefined)
		return authenticatedData.length === 0 ? { kind: "update" } : refused("malformed", "authenticated data");
	if (sender.fingerprint !== host) return refused("notAllowed", "only the host removes others");
	const removed = memberAt(tree, proposal.remove.removed);
	if (removed === undefined || removed.leafIndex === sender.leafIndex) return refused("notAllowed", "nobody to remove");
	const reason = readReason(authenticatedData);
	return reason === undefined ? refused("malformed", "reason of a removal") : { kind: "removal", removed, reason };
}
