// What a newcomer believes of the host: nothing about who is in the room that the members' own keys do not confirm.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import type { LeafNode, RatchetTree } from "ts-mls";
import { signGroupInfo } from "ts-mls/groupInfo.js";
import { removeLeafNode } from "ts-mls/ratchetTree.js";
import { toLeafIndex } from "ts-mls/treemath.js";
import { encodeLeafCredential } from "../../../src/crypto/group/leaf-credential.ts";
import { HPKE_PUBLIC_KEY_BYTES } from "../../../src/crypto/group/suite/mls-suite.ts";
import { checkTree } from "../../../src/crypto/group/tree.ts";
import {
	assertRefusedByAll,
	done,
	host,
	insiderState,
	invite,
	makeMember,
	makePerson,
	makeRoom,
	refusal,
	suite,
	type TestRoom,
} from "../../support/rooms/group-room.ts";
import { decodeGroupInfo, encodeGroupInfo, treeOf, withTree } from "./group-cheat.ts";

/** Hanna, the host, cheats; Dave wants to come in and asks `tryWith` a GroupInfo. */
async function stage() {
	const room = await makeRoom("Hanna", "Bob", "Carol");
	const dave = await makeMember(await makePerson("Dave"), room.roomId);
	const invitation = await invite(room, dave);
	const state = await insiderState(host(room));
	const request = (groupInfo: Uint8Array, certificates = invitation.certificates) =>
		({ kind: "enter", ...invitation, ...dave.own, groupInfo, certificates }) as const;
	const refusalOf = (groupInfo: Uint8Array, certificates?: Uint8Array[]) =>
		refusal(dave.session, request(groupInfo, certificates));
	const { groupInfo } = invitation;
	return { room, dave, state, groupInfo, request, refusalOf, tree: treeOf(decodeGroupInfo(groupInfo)) };
}

/** The tree with another leaf in the place of one of its leaves, or beside them. */
function withLeaf(tree: RatchetTree, leafIndex: number, leaf: LeafNode): RatchetTree {
	const copy = tree.slice();
	copy[leafIndex * 2] = { nodeType: "leaf", leaf };
	return copy;
}

function leafIn(tree: RatchetTree, leafIndex: number): LeafNode {
	const node = tree[leafIndex * 2];
	assert.ok(node?.nodeType === "leaf");
	return node.leaf;
}

async function resigned(groupInfo: Uint8Array, change: object, room: TestRoom): Promise<Uint8Array> {
	const { signaturePrivateKey } = await insiderState(host(room));
	const altered = { ...decodeGroupInfo(groupInfo), ...change };
	return encodeGroupInfo(await signGroupInfo(altered, signaturePrivateKey, suite.signature));
}

test("a host that signs what is true is believed", async () => {
	const { dave, state, groupInfo, tree, request } = await stage();
	const untouched = await withTree(groupInfo, tree, { state, fixHash: true });
	assert.deepEqual(untouched, groupInfo);
	assert.equal((await done(dave.session, request(untouched))).members.length, 4);
});

test("a host that hides a member from a newcomer is noticed: at once by the tree's hash, else by all others", async () => {
	const { room, dave, state, groupInfo, tree, request, refusalOf } = await stage();
	const withoutBob = removeLeafNode(tree, toLeafIndex(1));
	assert.equal(await refusalOf(await withTree(groupInfo, withoutBob, { state, fixHash: false })), "badGroupInfo");
	const consistent = await withTree(groupInfo, withoutBob, { state, fixHash: true });
	const { commit } = await done(dave.session, request(consistent));
	await assertRefusedByAll(room, commit, "cryptography", [dave.certificate]);
});

test("a host that invents a member is refused: a leaf needs the member's own OpenPGP signature", async () => {
	const { room, state, groupInfo, tree, refusalOf } = await stage();
	const ghost = await makePerson("Ghost");
	const { signature } = (await makeMember(ghost, room.roomId)).own;
	const identity = encodeLeafCredential({ fingerprint: ghost.fingerprint, name: "Ghost", signature })!;
	const leaf: LeafNode = { ...leafIn(tree, 1), credential: { credentialType: "basic", identity } };
	const certificates = [...room.members, ghost].map(({ certificate }) => certificate);
	for (const leafIndex of [1, 3]) {
		const altered = await withTree(groupInfo, withLeaf(tree, leafIndex, leaf), { state, fixHash: true });
		assert.equal(await refusalOf(altered, certificates), "badGroupInfo");
	}
});

test("a host that renames a member, or swaps a member's key, is refused", async () => {
	const { state, groupInfo, tree, refusalOf, room } = await stage();
	const bob = leafIn(tree, 1);
	const { signature } = room.members[1]!.own;
	const { fingerprint } = room.members[1]!;
	const identity = encodeLeafCredential({ fingerprint, name: "Rob", signature })!;
	const { publicKey } = await suite.signature.keygen();
	const lies: readonly LeafNode[] = [
		{ ...bob, credential: { credentialType: "basic", identity } },
		{ ...bob, signaturePublicKey: publicKey },
		{ ...bob, hpkePublicKey: new Uint8Array(randomBytes(HPKE_PUBLIC_KEY_BYTES)) },
	];
	for (const lie of lies) {
		const altered = await withTree(groupInfo, withLeaf(tree, 1, lie), { state, fixHash: true });
		assert.equal(await refusalOf(altered), "badGroupInfo");
	}
});

test("a host that keeps a member's certificate back is refused", async () => {
	const { groupInfo, refusalOf, room } = await stage();
	const certificates = room.members.slice(0, 2).map(({ certificate }) => certificate);
	assert.equal(await refusalOf(groupInfo, certificates), "badGroupInfo");
});

test("a GroupInfo that another member signed, or nobody, is refused: only the host admits", async () => {
	const { room, groupInfo, refusalOf } = await stage();
	const { signaturePrivateKey } = await insiderState(room.members[1]!);
	for (const signer of [1, 3, 2 ** 31, 2 ** 32 - 1]) {
		const altered = { ...decodeGroupInfo(groupInfo), signer };
		const byBob = encodeGroupInfo(await signGroupInfo(altered, signaturePrivateKey, suite.signature));
		assert.equal(await refusalOf(byBob), "badGroupInfo");
	}
	const asHost = await signGroupInfo(decodeGroupInfo(groupInfo), signaturePrivateKey, suite.signature);
	assert.equal(await refusalOf(encodeGroupInfo(asHost)), "badGroupInfo");
});

test("a GroupInfo of another room is refused", async () => {
	const { dave, request } = await stage();
	const elsewhere = await makeRoom("Hanna");
	const { groupInfo, certificates, hostFingerprint } = await invite(elsewhere, dave);
	assert.equal(await refusal(dave.session, { ...request(groupInfo, certificates), hostFingerprint }), "wrongRoom");
});

test("a GroupInfo with another suite, group extensions, or without its own two extensions is refused", async () => {
	const { room, groupInfo, refusalOf } = await stage();
	const { groupContext, extensions } = decodeGroupInfo(groupInfo);
	const extension = { extensionType: 0x0a0a, extensionData: new Uint8Array(1) };
	const cipherSuite = "MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519";
	const changes = [
		{ groupContext: { ...groupContext, cipherSuite } },
		{ groupContext: { ...groupContext, extensions: [extension] } },
		// One that the library knows, and would take.
		{
			groupContext: {
				...groupContext,
				extensions: [{ extensionType: "external_senders", extensionData: new Uint8Array(1) }],
			},
		},
		{ groupContext: { ...groupContext, epoch: 2n ** 64n - 1n } },
		{ extensions: [...extensions, extension] },
		{ extensions: extensions.slice(1) },
		{ extensions: [extensions[0], extensions[0]] },
	];
	for (const [index, change] of changes.entries())
		assert.equal(await refusalOf(await resigned(groupInfo, change, room)), "badGroupInfo", `change ${index}`);
});

test("a tree whose unmerged leaves point outside is refused before the library loops over them", async () => {
	const { dave, state, groupInfo, tree, request } = await stage();
	const node = tree[1];
	const parent = node?.nodeType === "parent" ? node.parent : undefined;
	for (const unmergedLeaf of [1, 1000, 2 ** 31, 2 ** 32 - 1]) {
		const hpkePublicKey = parent?.hpkePublicKey ?? new Uint8Array(randomBytes(32));
		const altered = tree.slice();
		altered[1] = {
			nodeType: "parent",
			parent: { hpkePublicKey, parentHash: new Uint8Array(32), unmergedLeaves: [unmergedLeaf] },
		};
		const refused = { kind: "refused", code: "badGroupInfo", detail: "unmerged leaves" };
		assert.deepEqual(checkTree(altered), refused);
		const lie = await withTree(groupInfo, altered, { state, fixHash: true });
		assert.deepEqual(await dave.session.handle(request(lie)), refused);
	}
	assert.equal(checkTree(tree), undefined);
});

test("a tree that is too large, misshapen or has two leaves of one person is refused", async () => {
	const { state, groupInfo, tree, refusalOf } = await stage();
	const misshapen = tree.slice();
	misshapen[1] = tree[0];
	const huge: RatchetTree = [...new Array(600).fill(undefined), tree[0]];
	for (const wrong of [huge, misshapen, withLeaf(tree, 3, leafIn(tree, 1)), []]) {
		assert.equal(checkTree(wrong)?.code, "badGroupInfo");
		const altered = await withTree(groupInfo, wrong, { state, fixHash: false });
		assert.equal(await refusalOf(altered), "badGroupInfo");
	}
});

test("the same GroupInfo in a longer encoding, or with something behind it, is refused: one message is one byte string", async () => {
	const { dave, groupInfo, request, refusalOf } = await stage();
	assert.equal(await refusalOf(Buffer.concat([groupInfo, Buffer.of(0)])), "badGroupInfo");
	// Behind version, wire format and suite stands the length of the group's id, which has a longer form.
	assert.equal(groupInfo[8], 32);
	const longer = Uint8Array.from([...groupInfo.subarray(0, 8), 0x40, 32, ...groupInfo.subarray(9)]);
	assert.deepEqual(decodeGroupInfo(longer), decodeGroupInfo(groupInfo), "the library reads both");
	assert.equal(await refusalOf(longer), "badGroupInfo");
	await done(dave.session, request(groupInfo));
});

test("a message or certificate list over its limit is refused without being read", async () => {
	const { dave, groupInfo, request, refusalOf, room } = await stage();
	const unread = await dave.session.handle(request(new Uint8Array(2 ** 20 + 1)));
	assert.deepEqual(unread, { kind: "refused", code: "badGroupInfo", detail: "too large" });
	assert.equal(await refusalOf(groupInfo, new Array(257).fill(host(room).certificate)), "badCredential");
	assert.equal(await refusalOf(groupInfo, [new Uint8Array(32 * 1024 + 1)]), "badCredential");
});
