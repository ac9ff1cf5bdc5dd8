// What a leaf and a tree must look like before the library is let near them, and whether path keys fit their secrets. One real room, bent in one place at a time.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import type { LeafNode, RatchetTree } from "ts-mls";
import { encodeLeafCredential } from "../../../src/crypto/group/leaf-credential.ts";
import { HPKE_PUBLIC_KEY_BYTES } from "../../../src/crypto/group/suite/mls-suite.ts";
import {
	checkLeaf,
	checkPathKeys,
	checkTree,
	leafAt,
	leafCapabilities,
	memberAt,
	membersOf,
	memberWith,
	readCredential,
} from "../../../src/crypto/group/tree.ts";
import { parseFingerprint } from "../../../src/crypto/identity/fingerprint.ts";
import { host, insiderState, makeRoom } from "../../support/rooms/group-room.ts";

const room = await makeRoom("Hanna", "Bob", "Carol");
const state = await insiderState(host(room));
const tree: RatchetTree = state.ratchetTree;
const leaf = leafAt(tree, 1)!;
const [hanna, bob, carol] = room.members;

/** A leaf of somebody who does not exist, which looks right. */
function someLeaf(): LeafNode {
	const fingerprint = parseFingerprint(randomBytes(20).toString("hex"))!;
	const identity = encodeLeafCredential({ fingerprint, name: "x", signature: Uint8Array.of(1) })!;
	return { ...leaf, credential: { credentialType: "basic", identity } };
}

const crowd = (people: number): RatchetTree =>
	Array.from({ length: 2 * people - 1 }, (_, index) =>
		index % 2 === 0 ? { nodeType: "leaf", leaf: someLeaf() } : undefined,
	);

test("the members of a tree are found by their place and by their key, and places outside of it have nobody", () => {
	assert.deepEqual(
		membersOf(tree).map(({ name, leafIndex }) => [name, leafIndex]),
		[
			["Hanna", 0],
			["Bob", 1],
			["Carol", 2],
		],
	);
	assert.equal(memberWith(tree, bob!.fingerprint)?.name, "Bob");
	assert.equal(memberWith(tree, parseFingerprint("A".repeat(40))!), undefined);
	assert.equal(memberAt(tree, 2)?.fingerprint, carol!.fingerprint);
	for (const place of [-1, 0.5, 1.5, 3, 1000, 2 ** 32 - 1, Number.NaN]) {
		assert.equal(leafAt(tree, place), undefined, `${place}`);
		assert.equal(memberAt(tree, place), undefined, `${place}`);
	}
	const parent = tree.findIndex((node) => node?.nodeType === "parent");
	assert.equal(leafAt(tree, parent / 2), undefined);
	assert.equal(leafAt([tree[parent]], 0), undefined, "a node above the leaves in the place of one");
});

test("a credential of another kind, or one that can't be read, is nobody's", () => {
	assert.equal(readCredential(leaf.credential)?.name, "Bob");
	assert.equal(readCredential({ credentialType: "x509", certificates: [] }), undefined);
	assert.equal(readCredential({ credentialType: "basic", identity: randomBytes(8) }), undefined);
});

test("a leaf with keys of another size, with extensions or with other abilities is refused", () => {
	assert.equal(checkLeaf(leaf), undefined);
	const { capabilities, hpkePublicKey, signaturePublicKey } = leaf;
	const wrong: Readonly<Record<string, LeafNode>> = {
		"a short encryption key": { ...leaf, hpkePublicKey: hpkePublicKey.subarray(1) },
		"a long encryption key": { ...leaf, hpkePublicKey: randomBytes(HPKE_PUBLIC_KEY_BYTES + 1) },
		"a short signature key": { ...leaf, signaturePublicKey: signaturePublicKey.subarray(1) },
		"a long signature key": { ...leaf, signaturePublicKey: randomBytes(33) },
		"an extension": { ...leaf, extensions: [{ extensionType: 0x0a0a, extensionData: new Uint8Array(0) }] },
		"an ability more": { ...leaf, capabilities: { ...capabilities, credentials: ["basic", "x509"] } },
		"another version": { ...leaf, capabilities: { ...capabilities, versions: [] } },
		"no suite": { ...leaf, capabilities: { ...capabilities, ciphersuites: [] } },
		"an extension that is known": { ...leaf, capabilities: { ...capabilities, extensions: [0x0a0a] } },
		"a proposal that is known": { ...leaf, capabilities: { ...capabilities, proposals: [0x0a0a] } },
	};
	for (const [what, one] of Object.entries(wrong)) {
		assert.equal(checkLeaf(one)?.code, "malformed", what);
		assert.equal(checkTree([{ nodeType: "leaf", leaf: one }])?.code, "malformed", what);
	}
	const nobodys: LeafNode = { ...leaf, credential: { credentialType: "basic", identity: randomBytes(8) } };
	assert.equal(checkLeaf(nobodys)?.code, "badCredential");
	assert.deepEqual(capabilities, leafCapabilities);
});

test("a tree has at most as many nodes as 256 leaves make, and leaves and parents where they belong", () => {
	assert.equal(checkTree(tree), undefined);
	assert.equal(checkTree(crowd(256)), undefined);
	const parent = tree.find((node) => node?.nodeType === "parent");
	assert.ok(parent?.nodeType === "parent");
	const leafNode = { nodeType: "leaf", leaf: someLeaf() } as const;
	const ofHanna = tree[0];
	const wrong: Readonly<Record<string, RatchetTree>> = {
		"no node": [],
		"257 leaves": crowd(257),
		"a parent in the place of a leaf": [parent],
		"a leaf in the place of a parent": [ofHanna, leafNode],
		"the same person twice": [ofHanna, undefined, ofHanna],
		"a parent with leaves that are not merged": [
			ofHanna,
			{ nodeType: "parent", parent: { ...parent.parent, unmergedLeaves: [0] } },
			leafNode,
		],
		"a parent with a short key": [
			ofHanna,
			{ nodeType: "parent", parent: { ...parent.parent, hpkePublicKey: randomBytes(HPKE_PUBLIC_KEY_BYTES - 1) } },
			leafNode,
		],
	};
	for (const [what, one] of Object.entries(wrong)) assert.equal(checkTree(one)?.code, "badGroupInfo", what);
	assert.equal(checkTree([ofHanna, parent, leafNode]), undefined);
	assert.equal(hanna.name, memberAt(tree, 0)?.name);
});

test("a private key on our path that does not fit its public key, or has another size, is noticed; blank nodes have none", async () => {
	const { privatePath, ratchetTree } = state;
	const withKeys = (privateKeys: Record<number, Uint8Array>, nodes = ratchetTree) =>
		checkPathKeys({ ...state, ratchetTree: nodes, privatePath: { ...privatePath, privateKeys } });
	assert.equal(await withKeys(privatePath.privateKeys), true);
	const places = Object.keys(privatePath.privateKeys).map(Number);
	assert.ok(places.length > 1, "the leaf and at least one node above it");
	for (const place of places) {
		const seed = privatePath.privateKeys[place]!;
		assert.equal(seed.length, 32);
		assert.equal(await withKeys({ ...privatePath.privateKeys, [place]: randomBytes(32) }), false);
		assert.equal(await withKeys({ ...privatePath.privateKeys, [place]: seed.subarray(1) }), false);
		assert.equal(await withKeys({ [place]: randomBytes(32) }, ratchetTree.with(place, undefined)), true);
	}
});
