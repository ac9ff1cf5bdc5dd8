// Who may commit what, judged before any key is used: a real entry and a real leaf, bent in one place at a time.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import {
	type Commit,
	decodeMlsMessage,
	type LeafNode,
	type Proposal,
	type PublicMessage,
	type UpdatePath,
} from "ts-mls";
import { encodeReason, judgeCommit, judgeEntry } from "../../../src/crypto/group/rules.ts";
import { HPKE_PUBLIC_KEY_BYTES, KEM_OUTPUT_BYTES } from "../../../src/crypto/group/suite/mls-suite.ts";
import { leafAt, memberAt } from "../../../src/crypto/group/tree.ts";
import { done, host, insiderState, invite, makeMember, makePerson, makeRoom } from "../../support/rooms/group-room.ts";
import { withProposals } from "./group-cheat.ts";

const room = await makeRoom("Hanna", "Bob", "Carol");
const { ratchetTree: tree } = await insiderState(host(room));

/** What somebody sends to come in. */
async function entryOf(name: string): Promise<PublicMessage> {
	const known = room.members.find((member) => member.name === name);
	const guest = await makeMember(known ?? (await makePerson(name)), room.roomId);
	const { commit } = await done(guest.session, { kind: "enter", ...(await invite(room, guest)), ...guest.own });
	const message = decodeMlsMessage(commit, 0)?.[0];
	assert.ok(message?.wireformat === "mls_public_message");
	return message.publicMessage;
}

const dave = await entryOf("Dave");
const bobAgain = await entryOf("Bob");

function commitOf({ content }: PublicMessage): Commit {
	assert.ok(content.contentType === "commit");
	return content.commit;
}

/** The entry with another commit in it. */
function withCommit(entry: PublicMessage, alter: (commit: Commit) => Commit): PublicMessage {
	const { content } = entry;
	assert.ok(content.contentType === "commit");
	return { ...entry, content: { ...content, commit: alter(content.commit) } } as PublicMessage;
}

const withPath = (entry: PublicMessage, alter: (path: UpdatePath) => UpdatePath): PublicMessage =>
	withCommit(entry, (commit) => ({ ...commit, path: alter(commit.path!) }));

function codeOf(verdict: { readonly kind: string; readonly code?: string }): string {
	return verdict.kind === "refused" ? (verdict.code ?? "") : verdict.kind;
}

const judged = (entry: PublicMessage, mostMembers?: number): string => codeOf(judgeEntry(entry, tree, mostMembers));
const someKey = (): Uint8Array => randomBytes(HPKE_PUBLIC_KEY_BYTES);

test("somebody new enters beside the others, and somebody who is there in the place of their old leaf", () => {
	const entry = judgeEntry(dave, tree);
	assert.ok(entry.kind === "entry");
	assert.deepEqual([entry.credential.name, entry.replaced], ["Dave", undefined]);
	const again = judgeEntry(bobAgain, tree);
	assert.ok(again.kind === "entry");
	assert.deepEqual(again.replaced, memberAt(tree, 1));
});

test("only a commit from outside that brings its own path and the proof of a ticket is an entry", () => {
	const { content } = dave;
	const others: readonly PublicMessage[] = [
		{ ...dave, content: { ...content, contentType: "proposal" } } as PublicMessage,
		{ ...dave, content: { ...content, sender: { senderType: "member", leafIndex: 1 } } } as PublicMessage,
	];
	for (const other of others) assert.equal(judged(other), "notAllowed");
	assert.equal(judged(withCommit(dave, ({ proposals }) => ({ proposals, path: undefined }))), "malformed");
	for (const size of [0, 31, 33])
		assert.equal(
			judged({ ...dave, content: { ...content, authenticatedData: randomBytes(size) } } as PublicMessage),
			"malformed",
		);
});

test("the room is full when as many others are in it as may be", () => {
	assert.equal(judged(dave, 4), "entry");
	assert.equal(judged(dave, 3), "full");
	assert.equal(judged(bobAgain, 3), "entry", "whoever comes back takes no place more");
	assert.equal(judged(bobAgain, 2), "full");
});

test("the keys of a path are new, different and of the one size there is", () => {
	const { path } = commitOf(dave);
	assert.ok(path && path.nodes.length > 0);
	const [node] = path.nodes;
	const withKey = (hpkePublicKey: Uint8Array) =>
		withPath(dave, (own) => ({ ...own, nodes: [{ ...node!, hpkePublicKey }, ...own.nodes.slice(1)] }));
	const withLeafKey = (hpkePublicKey: Uint8Array) =>
		withPath(dave, (own) => ({ ...own, leafNode: { ...own.leafNode, hpkePublicKey } }));
	assert.equal(judged(withKey(someKey())), "entry");
	assert.equal(judged(withLeafKey(someKey())), "entry");
	const parents = tree.flatMap((one) => (one?.nodeType === "parent" ? [one.parent.hpkePublicKey] : []));
	assert.ok(parents.length > 0);
	const known = [leafAt(tree, 0)!.hpkePublicKey, leafAt(tree, 2)!.hpkePublicKey, ...parents];
	for (const key of known) {
		assert.equal(judged(withKey(key)), "notAllowed");
		assert.equal(judged(withLeafKey(key)), "notAllowed");
	}
	assert.equal(judged(withKey(path.leafNode.hpkePublicKey)), "notAllowed", "the leaf's own key once more");
	for (const size of [0, HPKE_PUBLIC_KEY_BYTES - 1, HPKE_PUBLIC_KEY_BYTES + 1])
		assert.equal(judged(withKey(randomBytes(size))), "notAllowed");
	assert.equal(judged(withLeafKey(randomBytes(HPKE_PUBLIC_KEY_BYTES - 1))), "malformed");
});

test("a path is no longer than the highest tree, and has no more secrets in a node than there can be members", () => {
	const node = commitOf(dave).path!.nodes[0]!;
	const secret = node.encryptedPathSecret[0] ?? { kemOutput: randomBytes(8), ciphertext: randomBytes(8) };
	const withNodes = (count: number) =>
		withPath(dave, (own) => ({
			...own,
			nodes: Array.from({ length: count }, () => ({ ...node, hpkePublicKey: someKey() })),
		}));
	const withSecrets = (count: number) =>
		withPath(dave, (own) => ({ ...own, nodes: [{ ...node, encryptedPathSecret: new Array(count).fill(secret) }] }));
	// 256 leaves have 8 levels above them, and one more comes while the tree grows.
	assert.equal(judged(withNodes(9)), "entry");
	assert.equal(judged(withNodes(10)), "malformed");
	assert.equal(judged(withSecrets(256)), "entry");
	assert.equal(judged(withSecrets(257)), "malformed");
});

test("an entry has one external init and at most the removal of one's own old leaf, all of it inside the commit", () => {
	const [init] = commitOf(dave).proposals;
	assert.ok(init?.proposalOrRefType === "proposal" && init.proposal.proposalType === "external_init");
	const { externalInit } = init.proposal;
	const remove = (removed: number): Proposal => ({ proposalType: "remove", remove: { removed } });
	const replaced = (entry: PublicMessage, replace: (own: readonly Proposal[]) => readonly Proposal[]) =>
		judged(withCommit(entry, withProposals(replace)));
	assert.equal(
		replaced(dave, (own) => own),
		"entry",
	);
	for (const size of [0, KEM_OUTPUT_BYTES - 1, KEM_OUTPUT_BYTES + 1]) {
		const bent: Proposal = {
			proposalType: "external_init",
			externalInit: { ...externalInit, kemOutput: randomBytes(size) },
		};
		assert.equal(
			replaced(dave, () => [bent]),
			"malformed",
		);
	}
	const wrong: readonly (readonly Proposal[])[] = [
		[],
		[init.proposal, init.proposal],
		[init.proposal, remove(0)],
		[init.proposal, remove(3)],
		[remove(0)],
		[init.proposal, { proposalType: "group_context_extensions", groupContextExtensions: { extensions: [] } }],
		[init.proposal, remove(0), remove(1)],
	];
	for (const [index, proposals] of wrong.entries())
		assert.equal(
			replaced(dave, () => proposals),
			"notAllowed",
			`proposals ${index}`,
		);
	// Bob must take his own place, and no other.
	assert.equal(
		replaced(bobAgain, () => [init.proposal, remove(1)]),
		"entry",
	);
	for (const proposals of [[init.proposal], [init.proposal, remove(0)], [init.proposal, remove(1), remove(1)]])
		assert.equal(
			replaced(bobAgain, () => proposals),
			"notAllowed",
		);
	const byReference = withCommit(dave, (commit) => ({
		...commit,
		proposals: [...commit.proposals, { proposalOrRefType: "reference", reference: randomBytes(64) }],
	}));
	assert.equal(judged(byReference), "notAllowed");
});

test("nobody enters with the leaf key of somebody else, or with a leaf that is nobody's", () => {
	const withLeaf = (entry: PublicMessage, change: Partial<LeafNode>) =>
		withPath(entry, (own) => ({ ...own, leafNode: { ...own.leafNode, ...change } as UpdatePath["leafNode"] }));
	const { signaturePublicKey } = leafAt(tree, 2)!;
	assert.equal(judged(withLeaf(dave, { signaturePublicKey })), "notAllowed");
	assert.equal(judged(withLeaf(bobAgain, { signaturePublicKey })), "notAllowed");
	const ownOld = leafAt(tree, 1)!.signaturePublicKey;
	assert.equal(judged(withLeaf(bobAgain, { signaturePublicKey: ownOld })), "entry", "one's own key may come back");
	const identity = randomBytes(8);
	assert.equal(judged(withLeaf(dave, { credential: { credentialType: "basic", identity } })), "badCredential");
});

/** Bob's own commit, or what somebody makes of it. */
function commitBy(place: number, change: Partial<Commit> = {}, leaf: Partial<LeafNode> = {}) {
	const leafNode = { ...leafAt(tree, place)!, hpkePublicKey: someKey(), ...leaf } as UpdatePath["leafNode"];
	const commit: Commit = { proposals: [], path: { leafNode, nodes: [] }, ...change };
	return (authenticatedData: Uint8Array = new Uint8Array(0)): string => {
		const sender = memberAt(tree, place)!;
		return codeOf(judgeCommit({ commit, authenticatedData, sender }, tree, host(room).fingerprint));
	};
}

const removal = (removed: number): Pick<Commit, "proposals"> => ({
	proposals: [{ proposalOrRefType: "proposal", proposal: { proposalType: "remove", remove: { removed } } }],
});

test("a member renews its own keys, says nothing beside that, and stays who it is", () => {
	assert.equal(commitBy(1)(), "update");
	assert.equal(commitBy(1)(Uint8Array.of(0)), "malformed");
	assert.equal(commitBy(1)(encodeReason("left")), "malformed");
	assert.equal(commitBy(1, { path: undefined } as Partial<Commit>)(), "malformed");
	const other = leafAt(tree, 2)!;
	assert.equal(commitBy(1, {}, { credential: other.credential })(), "notAllowed");
	assert.equal(commitBy(1, {}, { signaturePublicKey: other.signaturePublicKey })(), "notAllowed");
	assert.equal(commitBy(1, {}, { hpkePublicKey: other.hpkePublicKey })(), "notAllowed");
});

test("the host alone removes somebody, for one of three reasons, and nobody removes themselves or a blank place", () => {
	const encodings = (["left", "connectionLost", "kicked"] as const).map((reason) => {
		assert.equal(commitBy(0, removal(1))(encodeReason(reason)), "removal");
		const sender = memberAt(tree, 0)!;
		const leafNode = { ...leafAt(tree, 0)!, hpkePublicKey: someKey() } as UpdatePath["leafNode"];
		const commit: Commit = { ...removal(1), path: { leafNode, nodes: [] } };
		const verdict = judgeCommit({ commit, authenticatedData: encodeReason(reason), sender }, tree, sender.fingerprint);
		assert.ok(verdict.kind === "removal");
		assert.deepEqual([verdict.reason, verdict.removed], [reason, memberAt(tree, 1)]);
		return Buffer.from(encodeReason(reason)).toString("hex");
	});
	// CBOR (RFC 8949): {"v": 1, "reason": "left"}, keys by their length.
	assert.equal(encodings[0], "a261760166726561736f6e646c656674");
	assert.equal(commitBy(1, removal(2))(encodeReason("kicked")), "notAllowed");
	for (const place of [0, 3, 1000, 2 ** 32 - 1])
		assert.equal(commitBy(0, removal(place))(encodeReason("kicked")), "notAllowed");
	for (const data of [new Uint8Array(0), randomBytes(12), Buffer.concat([encodeReason("left"), Buffer.of(0)])])
		assert.equal(commitBy(0, removal(1))(data), "malformed");
	const { proposals } = removal(1);
	assert.equal(commitBy(0, { proposals: [...proposals, ...removal(2).proposals] })(encodeReason("left")), "notAllowed");
	const reference = { proposalOrRefType: "reference", reference: randomBytes(64) } as const;
	assert.equal(commitBy(0, { proposals: [reference] })(encodeReason("left")), "notAllowed");
	const extensions: Proposal = { proposalType: "group_context_extensions", groupContextExtensions: { extensions: [] } };
	assert.equal(commitBy(0, { proposals: [{ proposalOrRefType: "proposal", proposal: extensions }] })(), "notAllowed");
});
