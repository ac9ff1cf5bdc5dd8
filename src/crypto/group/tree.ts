// Reads and checks ratchet trees (RFC 9420 §7). ts-mls trusts the shape of what it is given and can be made to loop for ever, so shape is checked here first.
import { XWing } from "@hpke/hybridkem-x-wing";
import type { Capabilities, ClientState, Credential, LeafNode, RatchetTree } from "ts-mls";
import { encodeCapabilities } from "ts-mls/capabilities.js";
import { getHpkePublicKey } from "ts-mls/ratchetTree.js";
import type { Fingerprint } from "../identity/fingerprint.ts";
import { type LeafCredential, readLeafCredential } from "./leaf-credential.ts";
import { type GroupMember, MAXIMUM_MEMBERS, type Refused, refused } from "./messages.ts";
import { HPKE_PUBLIC_KEY_BYTES, mlsSuiteName, SIGNATURE_PUBLIC_KEY_BYTES } from "./suite/mls-suite.ts";

/** A full tree of `MAXIMUM_MEMBERS` leaves has this many nodes. */
const MAXIMUM_TREE_NODES = 2 * MAXIMUM_MEMBERS - 1;

/** Every leaf of this protocol can do exactly this, so that no member can make the next newcomer's checks fail. */
export const leafCapabilities: Readonly<Capabilities> = {
	versions: ["mls10"],
	ciphersuites: [mlsSuiteName],
	extensions: [],
	proposals: [],
	credentials: ["basic"],
};
const encodedCapabilities = encodeCapabilities(leafCapabilities);

/** ts-mls keeps the same identity array of a leaf through all epochs: each is decoded once. */
const decoded = new WeakMap<Uint8Array, LeafCredential>();

/** Reads who a credential says it is; returns `undefined` when it is not one of ours. It proves nothing by itself. */
export function readCredential(credential: Credential): LeafCredential | undefined {
	if (credential.credentialType !== "basic") return undefined;
	const known = decoded.get(credential.identity);
	if (known !== undefined) return known;
	const fresh = readLeafCredential(credential.identity);
	if (fresh !== undefined) decoded.set(credential.identity, fresh);
	return fresh;
}

/** Returns the leaf at an index that may come from outside; `undefined` when blank or out of range. */
export function leafAt(tree: RatchetTree, leafIndex: number): LeafNode | undefined {
	const node = tree[leafIndex * 2];
	return node?.nodeType === "leaf" ? node.leaf : undefined;
}

/** Returns the member at an index that may come from outside. */
export function memberAt(tree: RatchetTree, leafIndex: number): GroupMember | undefined {
	const leaf = leafAt(tree, leafIndex);
	const credential = leaf && readCredential(leaf.credential);
	return credential && { fingerprint: credential.fingerprint, name: credential.name, leafIndex };
}

/** Returns everybody in the tree, in leaf order. */
export function membersOf(tree: RatchetTree): readonly GroupMember[] {
	const members: GroupMember[] = [];
	for (let leafIndex = 0; leafIndex * 2 < tree.length; leafIndex++) {
		const member = memberAt(tree, leafIndex);
		if (member !== undefined) members.push(member);
	}
	return members;
}

/** Returns the member with this fingerprint: there is at most one. */
export function memberWith(tree: RatchetTree, fingerprint: Fingerprint): GroupMember | undefined {
	return membersOf(tree).find((member) => member.fingerprint === fingerprint);
}

/** Tells whether two byte strings are equal. It is not constant-time: use it for public values only. */
export function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
	return Buffer.compare(left, right) === 0;
}

/** Checks a leaf, whoever made it, before any signature is checked. */
export function checkLeaf(leaf: LeafNode): Refused | undefined {
	if (readCredential(leaf.credential) === undefined) return refused("badCredential", "unreadable leaf credential");
	if (
		leaf.hpkePublicKey.length !== HPKE_PUBLIC_KEY_BYTES ||
		leaf.signaturePublicKey.length !== SIGNATURE_PUBLIC_KEY_BYTES
	)
		return refused("malformed", "leaf key size");
	if (leaf.extensions.length > 0 || !sameBytes(encodeCapabilities(leaf.capabilities), encodedCapabilities))
		return refused("malformed", "leaf capabilities");
	return undefined;
}

/**
 * Checks the shape of a tree that came from outside: size, nodes where they belong, plain leaves, one leaf for each person. Unmerged leaves only come from Add
 * proposals, which this protocol has none of; an index in them that is out of range would hang ts-mls.
 */
export function checkTree(tree: RatchetTree): Refused | undefined {
	if (tree.length === 0 || tree.length > MAXIMUM_TREE_NODES) return refused("badGroupInfo", "tree size");
	const people = new Set<Fingerprint>();
	for (const [index, node] of tree.entries()) {
		if (node === undefined) continue;
		if ((node.nodeType === "leaf") !== (index % 2 === 0)) return refused("badGroupInfo", "tree structure");
		if (node.nodeType === "parent") {
			if (node.parent.unmergedLeaves.length > 0) return refused("badGroupInfo", "unmerged leaves");
			if (node.parent.hpkePublicKey.length !== HPKE_PUBLIC_KEY_BYTES) return refused("badGroupInfo", "node key size");
			continue;
		}
		const wrong = checkLeaf(node.leaf);
		if (wrong !== undefined) return wrong;
		const fingerprint = readCredential(node.leaf.credential)?.fingerprint;
		if (fingerprint === undefined || people.has(fingerprint))
			return refused("badGroupInfo", "two leaves of one person");
		people.add(fingerprint);
	}
	return undefined;
}

const xWing = new XWing();

/**
 * Tells whether each private key we hold for a node that is not blank fits that node's public key. Without this, a member could publish keys that the others
 * under a node can't open, and the room would split at somebody else's next commit. MLS keeps an X-Wing private key as its seed of 32 bytes, from which the
 * pair is derived again; a key of any other form fits nothing.
 */
export async function checkPathKeys(state: ClientState): Promise<boolean> {
	for (const [nodeIndex, seed] of Object.entries(state.privatePath.privateKeys)) {
		const node = state.ratchetTree[Number(nodeIndex)];
		if (node === undefined) continue;
		const pair = await xWing.generateKeyPairDerand(Uint8Array.from(seed)).catch(() => undefined);
		const derived = pair && (await xWing.serializePublicKey(pair.publicKey));
		if (derived === undefined || !sameBytes(new Uint8Array(derived), getHpkePublicKey(node))) return false;
	}
	return true;
}
