// Lines: in order, once, from who they say, and readable only by those who are in the room at the time.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import {
	createApplicationMessage,
	decodeMlsMessage,
	emptyPskIndex,
	encodeMlsMessage,
	type PrivateMessage,
	processPrivateMessage,
} from "ts-mls";
import {
	assertRefusedByAll,
	done,
	encrypt,
	host,
	insiderState,
	makeStage,
	receive,
	refusal,
	suite,
} from "../../support/rooms/group-room.ts";

const privateMessageOf = (bytes: Uint8Array): PrivateMessage => {
	const message = decodeMlsMessage(bytes, 0)?.[0];
	assert.ok(message?.wireformat === "mls_private_message");
	return message.privateMessage;
};

const encodePrivate = (privateMessage: PrivateMessage) =>
	encodeMlsMessage({ version: "mls10", wireformat: "mls_private_message", privateMessage });

test("a replayed line is refused", async () => {
	const { victims, bob } = await makeStage();
	const line = await encrypt(bob, "once");
	for (const { session } of victims.members) await done(session, receive(line));
	await assertRefusedByAll(victims, line, "replayed");
});

test("reordered lines are refused: an earlier line after a later one", async () => {
	const { victims, bob } = await makeStage();
	const [first, second] = [await encrypt(bob, "first"), await encrypt(bob, "second")];
	for (const { session } of victims.members) await done(session, receive(second));
	await assertRefusedByAll(victims, first, "replayed");
});

test("a host that withholds lines is noticed at the next one", async () => {
	const { bob, room } = await makeStage();
	await encrypt(bob, "withheld");
	await encrypt(bob, "withheld");
	const third = await done(host(room).session, receive(await encrypt(bob, "third")));
	assert.equal(third.kind === "line" && third.skipped, 2);
	const fourth = await done(host(room).session, receive(await encrypt(bob, "fourth")));
	assert.equal(fourth.kind === "line" && fourth.skipped, 0);
});

test("a sender that skips more than a thousand lines is refused before the ratchet runs", async () => {
	const { victims, state } = await makeStage();
	const ratchet = state.secretTree[2]!;
	const ahead = { ...ratchet, application: { ...ratchet.application, generation: 2 ** 32 - 2 } };
	const jumped = { ...state, secretTree: state.secretTree.with(2, ahead) };
	const { privateMessage } = await createApplicationMessage(jumped, randomBytes(10), suite);
	await assertRefusedByAll(victims, encodePrivate(privateMessage), "cryptography");
});

test("our own line reflected to us is not taken for somebody's", async () => {
	const { bob } = await makeStage();
	const line = await encrypt(bob, "mine");
	assert.equal(await refusal(bob.session, receive(line)), "ownMessage");
});

test("a line in another member's name is refused", async () => {
	const { victims, state } = await makeStage();
	const asHanna = { ...state, privatePath: { ...state.privatePath, leafIndex: 0 } };
	const { privateMessage } = await createApplicationMessage(asHanna, randomBytes(10), suite);
	const [hanna, carol] = victims.members;
	assert.equal(await refusal(carol!.session, receive(encodePrivate(privateMessage))), "cryptography");
	assert.equal(await refusal(hanna.session, receive(encodePrivate(privateMessage))), "ownMessage");
});

test("a sender outside the tree is refused before the library walks to it", async () => {
	const { victims, state } = await makeStage();
	for (const leafIndex of [3, 4, 1000]) {
		const secretTree = state.secretTree.slice();
		secretTree[leafIndex * 2] = state.secretTree[2]!;
		const outside = { ...state, secretTree, privatePath: { ...state.privatePath, leafIndex } };
		const { privateMessage } = await createApplicationMessage(outside, randomBytes(10), suite);
		await assertRefusedByAll(victims, encodePrivate(privateMessage), "cryptography");
	}
});

test("a line of another room or another epoch is refused", async () => {
	const { room, victims, bob, state } = await makeStage();
	const elsewhere = { ...state, groupContext: { ...state.groupContext, groupId: new Uint8Array(32) } };
	const foreign = await createApplicationMessage(elsewhere, randomBytes(10), suite);
	await assertRefusedByAll(victims, encodePrivate(foreign.privateMessage), "wrongRoom");
	const old = await encrypt(bob, "old epoch");
	const { commit } = await done(host(room).session, { kind: "refresh" });
	for (const member of room.members.slice(1)) {
		const early = await encrypt(host(room), "future epoch");
		assert.equal(await refusal(member.session, receive(early)), "epoch");
		await done(member.session, receive(commit));
	}
	await assertRefusedByAll(victims, old, "epoch");
});

test("the same line in a second, longer encoding is refused: one message is one byte string", async () => {
	const { victims, bob } = await makeStage();
	const line = await encrypt(bob, "hello");
	const groupIdLength = line[4]!;
	const longer = new Uint8Array(Buffer.concat([line.subarray(0, 4), Buffer.of(0x40, groupIdLength), line.subarray(5)]));
	assert.deepEqual(privateMessageOf(longer), privateMessageOf(line), "the library reads both");
	await assertRefusedByAll(victims, longer, "malformed");
	await assertRefusedByAll(victims, Buffer.concat([line, Buffer.of(0)]), "malformed");
});

test("clear text beside a line, where nobody would see it, is refused", async () => {
	const { victims, state } = await makeStage();
	const { privateMessage } = await createApplicationMessage(state, randomBytes(10), suite, randomBytes(4));
	await assertRefusedByAll(victims, encodePrivate(privateMessage), "malformed");
});

test("lines of any length look alike: ciphertexts grow in steps of 256 bytes", async () => {
	const { bob } = await makeStage();
	const sizes = new Set<number>();
	for (const length of [0, 1, 63, 64, 188, 189, 500, 16_300, 16_400, 70_000]) {
		const message = privateMessageOf(
			(await done(bob.session, { kind: "encrypt", plaintext: new Uint8Array(length) })).message,
		);
		assert.equal((message.ciphertext.length - 16) % 256, 0, `${length} bytes`);
		if (length < 189) sizes.add(message.ciphertext.length);
	}
	assert.equal(sizes.size, 1);
});

test("a plaintext or a message over its limit is refused", async () => {
	const { bob, victims } = await makeStage();
	const large = { kind: "encrypt", plaintext: new Uint8Array(2 ** 20) } as const;
	assert.equal(await refusal(bob.session, large), "malformed");
	const largest = { kind: "encrypt", plaintext: new Uint8Array(2 ** 20 - 1024) } as const;
	const { message } = await done(bob.session, largest);
	assert.ok(message.length <= 2 ** 20);
	await done(host(victims).session, receive(message));
	await assertRefusedByAll(victims, new Uint8Array(2 ** 20 + 1), "malformed");
});

test("a line in the right form that is larger than a mebibyte is refused for its size, before anything is decrypted", async () => {
	const { victims, bob } = await makeStage();
	const line = privateMessageOf(await encrypt(bob, "hello"));
	const huge = encodePrivate({ ...line, ciphertext: new Uint8Array(randomBytes(2 ** 20)) });
	await assertRefusedByAll(victims, huge, "malformed");
});

test("a kicked member cannot read what is said later, even with all it knew", async () => {
	const { room, bob, state } = await makeStage();
	const removal = { kind: "remove", fingerprint: bob.fingerprint, reason: "kicked" } as const;
	const { commit } = await done(host(room).session, removal);
	await done(room.members[2]!.session, receive(commit));
	const after = await processPrivateMessage(state, privateMessageOf(commit), emptyPskIndex, suite, () => "accept");
	assert.equal(after.newState.groupActiveState.kind, "removedFromGroup");
	const line = privateMessageOf(await encrypt(host(room), "without Bob"));
	await assert.rejects(processPrivateMessage(state, line, emptyPskIndex, suite));
	await assert.rejects(
		processPrivateMessage(
			{ ...state, groupContext: { ...state.groupContext, epoch: line.epoch } },
			line,
			emptyPskIndex,
			suite,
		),
	);
	const current = await insiderState(room.members[2]!);
	assert.equal((await processPrivateMessage(current, line, emptyPskIndex, suite)).kind, "applicationMessage");
});

test("a device seized after a line holds no key that reads it again", async () => {
	const { room, bob } = await makeStage();
	const line = await encrypt(bob, "read once");
	const readable = await insiderState(host(room));
	const message = privateMessageOf(line);
	assert.equal((await processPrivateMessage(readable, message, emptyPskIndex, suite)).kind, "applicationMessage");
	await done(host(room).session, receive(line));
	await assert.rejects(processPrivateMessage(await insiderState(host(room)), message, emptyPskIndex, suite));
});
