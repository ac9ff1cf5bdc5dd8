// Forgetting and limits: what a session no longer needs is overwritten, and a room has an end.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { type TestContext, test } from "node:test";
import type { ClientState, PublicMessage, RatchetTree } from "ts-mls";
import { decodeMlsMessage } from "ts-mls";
import { allSecretTreeValues } from "ts-mls/secretTree.js";
import { encodeLeafCredential } from "../../../src/crypto/group/leaf-credential.ts";
import { MAXIMUM_MEMBERS } from "../../../src/crypto/group/messages.ts";
import { judgeEntry } from "../../../src/crypto/group/rules.ts";
import { GroupSession } from "../../../src/crypto/group/session.ts";
import { forget, forgetConsumed, withoutHistory } from "../../../src/crypto/group/state.ts";
import { systemHpke } from "../../../src/crypto/group/suite/hpke.ts";
import { parseFingerprint } from "../../../src/crypto/identity/fingerprint.ts";
import {
	done,
	encrypt,
	host,
	insiderState,
	invite,
	makeMember,
	makePerson,
	makeRoom,
	receive,
	refusal,
	type TestMember,
} from "../../support/rooms/group-room.ts";

function secretsOf(state: ClientState): readonly Uint8Array[] {
	const tree = allSecretTreeValues(state.secretTree).filter((secret) => secret !== undefined);
	const paths = Object.values(state.privatePath.privateKeys);
	return [...Object.values(state.keySchedule), ...tree, ...paths, state.signaturePrivateKey];
}

const isBlank = (bytes: Uint8Array) => bytes.every((byte) => byte === 0);

test("a state that is no longer used is overwritten, key by key", async () => {
	const state = await insiderState(host(await makeRoom("Hanna", "Bob")));
	assert.ok(!secretsOf(state).some(isBlank));
	forget(state);
	assert.ok(secretsOf(state).every(isBlank));
});

test("keys that the next state or the leaf still needs are not overwritten", async () => {
	const state = await insiderState(host(await makeRoom("Hanna", "Bob")));
	const keySchedule = { ...state.keySchedule, exporterSecret: randomBytes(32) };
	const next: ClientState = { ...state, keySchedule, signaturePrivateKey: randomBytes(32) };
	forgetConsumed([state.keySchedule.initSecret], next);
	forget(state, next, state.signaturePrivateKey);
	assert.ok(isBlank(state.keySchedule.exporterSecret));
	assert.ok(!isBlank(state.signaturePrivateKey));
	assert.ok(!secretsOf(next).some(isBlank));
	forgetConsumed([state.keySchedule.initSecret]);
	assert.ok(isBlank(next.keySchedule.initSecret));
	assert.equal(withoutHistory(next).historicalReceiverData.size, 0);
});

/** Remembers what byte arrays held before they were overwritten with zeros. */
function overwritten(t: TestContext) {
	const held = new Set<string>();
	const { fill } = Uint8Array.prototype;
	t.mock.method(Uint8Array.prototype, "fill", function (this: Uint8Array, ...given: Parameters<typeof fill>) {
		if (given[0] === 0) held.add(Buffer.from(this).toString("hex"));
		return fill.apply(this, given);
	});
	return (secret: Uint8Array) => held.has(Buffer.from(secret).toString("hex"));
}

test("with a new epoch all secrets of the old one are overwritten, at whoever began it and at whoever hears of it", async (t) => {
	const room = await makeRoom("Hanna", "Bob");
	const bob = room.members[1]!;
	const [ofHost, ofBob] = [await insiderState(host(room)), await insiderState(bob)];
	const isOverwritten = overwritten(t);
	const { commit } = await done(host(room).session, { kind: "refresh" });
	assert.ok(Object.values(ofHost.keySchedule).every(isOverwritten));
	const path = Object.values(ofHost.privatePath.privateKeys);
	assert.ok(path.length > 0 && path.some(isOverwritten));
	// Both have the same keys: what one has overwritten must not count for the other.
	t.mock.restoreAll();
	const isOverwrittenByBob = overwritten(t);
	await done(bob.session, receive(commit));
	assert.ok(Object.values(ofBob.keySchedule).every(isOverwrittenByBob));
});

test("the keys that a line has used up are overwritten, at whoever said it and at whoever heard it", async (t) => {
	const room = await makeRoom("Hanna", "Bob");
	const bob = room.members[1]!;
	const treeOf = async (member: TestMember) =>
		allSecretTreeValues((await insiderState(member)).secretTree).filter((secret) => secret !== undefined);
	const [ofHost, ofBob] = [await treeOf(host(room)), await treeOf(bob)];
	const hex = (secret: Uint8Array) => Buffer.from(secret).toString("hex");
	const assertUsedUp = async (member: TestMember, before: readonly Uint8Array[], work: () => Promise<unknown>) => {
		// Both have the same keys: what one overwrites must not count for the other.
		const isOverwritten = overwritten(t);
		await work();
		t.mock.restoreAll();
		const kept = new Set((await treeOf(member)).map(hex));
		const used = before.filter((secret) => !kept.has(hex(secret)));
		assert.ok(used.length > 0);
		assert.ok(used.every(isOverwritten));
	};
	let line = new Uint8Array(0);
	await assertUsedUp(host(room), ofHost, async () => {
		line = Uint8Array.from(await encrypt(host(room), "hello"));
	});
	await assertUsedUp(bob, ofBob, () => done(bob.session, receive(line)));
});

test("a group that is closed has overwritten its leaf's key, and a new leaf overwrites the key of one that was never in a group", async () => {
	const { session } = host(await makeRoom("Hanna"));
	const { leaf } = session.image();
	assert.ok(leaf && !isBlank(leaf.signKey));
	session.close();
	assert.ok(isBlank(leaf.signKey));
	const outside = GroupSession.make(systemHpke, randomBytes(32));
	await done(outside, { kind: "newLeaf" });
	const first = outside.image().leaf!;
	await done(outside, { kind: "newLeaf" });
	assert.ok(isBlank(first.signKey));
	assert.ok(!isBlank(outside.image().leaf!.signKey));
});

test("attack: certificates that come with what is refused are not kept", async () => {
	const room = await makeRoom("Hanna", "Bob");
	const { session } = host(room);
	const stranger = await makePerson("Mallory");
	assert.equal(session.image().certificates.length, 2);
	assert.equal(await refusal(session, receive(randomBytes(40), stranger.certificate)), "malformed");
	assert.equal(session.image().certificates.length, 2);
	const outside = await makeMember(stranger, room.roomId);
	const invitation = { ...(await invite(room, outside)), groupInfo: randomBytes(40) };
	assert.equal(await refusal(outside.session, { kind: "enter", ...invitation, ...outside.own }), "badGroupInfo");
	assert.deepEqual(outside.session.image().certificates, []);
});

/** A tree of so many made-up people beside the first leaf of `tree`. */
function crowd(tree: RatchetTree, people: number): RatchetTree {
	const [first] = tree;
	assert.ok(first?.nodeType === "leaf");
	const { leaf } = first;
	return Array.from({ length: 2 * people - 1 }, (_, index) => {
		if (index === 0) return first;
		if (index % 2 === 1) return undefined;
		const fingerprint = parseFingerprint(randomBytes(20).toString("hex"))!;
		const identity = encodeLeafCredential({ fingerprint, name: "x", signature: Uint8Array.of(1) })!;
		const keys = { signaturePublicKey: randomBytes(32), hpkePublicKey: randomBytes(32) };
		return { nodeType: "leaf", leaf: { ...leaf, ...keys, credential: { credentialType: "basic", identity } } };
	});
}

test("a full room takes nobody more", async () => {
	const room = await makeRoom("Hanna");
	const bob = await makeMember(await makePerson("Bob"), room.roomId);
	const { commit } = await done(bob.session, { kind: "enter", ...(await invite(room, bob)), ...bob.own });
	const message = decodeMlsMessage(commit, 0)?.[0];
	assert.ok(message?.wireformat === "mls_public_message");
	const entry: PublicMessage = message.publicMessage;
	const { ratchetTree } = await insiderState(host(room));
	assert.equal(judgeEntry(entry, crowd(ratchetTree, MAXIMUM_MEMBERS - 1)).kind, "entry");
	const verdict = judgeEntry(entry, crowd(ratchetTree, MAXIMUM_MEMBERS));
	assert.equal(verdict.kind === "refused" && verdict.code, "full");
});
