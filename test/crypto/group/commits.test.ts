// Commits: everybody makes only those that are theirs to make, and the room survives any order of them.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import {
	type ClientState,
	createCommit,
	createProposal,
	defaultLifetime,
	encodeMlsMessage,
	generateKeyPackage,
	type Proposal,
} from "ts-mls";
import { encodeLeafCredential } from "../../../src/crypto/group/leaf-credential.ts";
import { encodeReason } from "../../../src/crypto/group/rules.ts";
import { leafCapabilities } from "../../../src/crypto/group/tree.ts";
import {
	admit,
	assertAgreement,
	assertRefusedByAll,
	deliver,
	done,
	encrypt,
	fullState,
	host,
	insiderState,
	invite,
	makeMember,
	makePerson,
	makeRoom,
	makeStage,
	receive,
	refusal,
	suite,
	type TestMember,
	type TestRoom,
} from "../../support/rooms/group-room.ts";
import { suiteWithKeys } from "./group-cheat.ts";

async function cheatCommit(state: ClientState, proposals: Proposal[], authenticatedData = new Uint8Array(0)) {
	const options = { extraProposals: proposals, authenticatedData };
	return encodeMlsMessage((await createCommit({ state, cipherSuite: suite }, options)).commit);
}

test("a removed member learns it, with the host's reason, and can do nothing more", async () => {
	const { room, bob } = await makeStage();
	const removal = { kind: "remove", fingerprint: bob.fingerprint, reason: "kicked" } as const;
	const { commit, left } = await done(host(room).session, removal);
	assert.deepEqual(left, [{ fingerprint: bob.fingerprint, name: "Bob", leafIndex: 1 }]);
	for (const member of room.members.slice(1)) {
		const received = await done(member.session, receive(commit));
		assert.ok(received.kind === "membership");
		assert.deepEqual([received.left, received.by, received.reason], [left, host(room).fingerprint, "kicked"]);
	}
	const line = await encrypt(host(room), "without Bob");
	assert.equal(await refusal(bob.session, receive(line)), "removed");
	assert.equal(await refusal(bob.session, { kind: "refresh" }), "removed");
	await assertAgreement({ ...room, members: [host(room), room.members[2]!] });
});

test("a removal by anybody but the host is refused", async () => {
	const { victims, state } = await makeStage();
	for (const removed of [0, 2]) {
		const remove: Proposal = { proposalType: "remove", remove: { removed } };
		const forged = await cheatCommit(state, [remove], encodeReason("kicked"));
		await assertRefusedByAll(victims, forged, "notAllowed");
	}
});

test("a removal without one of the three reasons is refused, even by the host", async () => {
	const { room } = await makeStage();
	const state = await insiderState(host(room));
	const others: TestRoom = { ...room, members: [room.members[1]!, room.members[2]!] };
	const remove: Proposal = { proposalType: "remove", remove: { removed: 1 } };
	for (const authenticatedData of [new Uint8Array(0), new Uint8Array([...encodeReason("left"), 0])])
		await assertRefusedByAll(others, await cheatCommit(state, [remove], authenticatedData), "malformed");
	await assertRefusedByAll(others, await cheatCommit(state, [], encodeReason("left")), "malformed");
});

test("an Add with its Welcome is refused: there is one way in", async () => {
	const { victims, state } = await makeStage();
	const credential = { credentialType: "basic" as const, identity: randomBytes(8) };
	const { publicPackage } = await generateKeyPackage(credential, leafCapabilities, defaultLifetime, [], suite);
	const add: Proposal = { proposalType: "add", add: { keyPackage: publicPackage } };
	const { commit, welcome } = await createCommit({ state, cipherSuite: suite }, { extraProposals: [add] });
	await assertRefusedByAll(victims, encodeMlsMessage(commit), "notAllowed");
	const asMessage = encodeMlsMessage({ version: "mls10", wireformat: "mls_welcome", welcome: welcome! });
	await assertRefusedByAll(victims, asMessage, "malformed");
});

test("stand-alone proposals are refused, encrypted or not", async () => {
	const { victims, state } = await makeStage();
	const remove: Proposal = { proposalType: "remove", remove: { removed: 0 } };
	for (const isPublic of [true, false]) {
		const { message } = await createProposal(state, isPublic, remove, suite);
		await assertRefusedByAll(victims, encodeMlsMessage(message), "notAllowed");
	}
});

test("a commit by reference, with a group extension, a reinitialisation or two removals is refused", async () => {
	const { victims, state, room } = await makeStage();
	const { newState } = await createProposal(state, false, { proposalType: "remove", remove: { removed: 0 } }, suite);
	await assertRefusedByAll(victims, await cheatCommit({ ...newState, secretTree: state.secretTree }, []), "notAllowed");
	const extensions: Proposal = { proposalType: "group_context_extensions", groupContextExtensions: { extensions: [] } };
	const reinit: Proposal = {
		proposalType: "reinit",
		reinit: { groupId: randomBytes(8), version: "mls10", cipherSuite: suite.name, extensions: [] },
	};
	for (const proposal of [extensions, reinit])
		await assertRefusedByAll(victims, await cheatCommit(state, [proposal]), "notAllowed");
	const hostState = await insiderState(host(room));
	const twice: Proposal[] = [1, 2].map((removed) => ({ proposalType: "remove", remove: { removed } }));
	const carolAlone: TestRoom = { ...room, members: [room.members[2]!] };
	await assertRefusedByAll(carolAlone, await cheatCommit(hostState, twice, encodeReason("kicked")), "notAllowed");
});

test("a member's commit sent in clear is refused", async () => {
	const { victims, state } = await makeStage();
	const { commit } = await createCommit({ state, cipherSuite: suite }, { wireAsPublicMessage: true });
	await assertRefusedByAll(victims, encodeMlsMessage(commit), "notAllowed");
});

test("a member that commits itself into somebody else is refused", async () => {
	const { room, victims, state } = await makeStage();
	const ghost = await makePerson("Ghost");
	const own = state.ratchetTree[2];
	assert.ok(own?.nodeType === "leaf");
	const { signature } = await ghost.certify(room.roomId, own.leaf.signaturePublicKey);
	const identity = encodeLeafCredential({ fingerprint: ghost.fingerprint, name: "Ghost", signature })!;
	const leaf = { ...own.leaf, credential: { credentialType: "basic" as const, identity } };
	const swapped = { ...state, ratchetTree: state.ratchetTree.with(2, { nodeType: "leaf", leaf }) };
	await assertRefusedByAll(victims, await cheatCommit(swapped, []), "notAllowed", [ghost.certificate]);
	const { publicKey, signKey } = await suite.signature.keygen();
	const rekeyed = { ...own.leaf, signaturePublicKey: publicKey };
	const ratchetTree = state.ratchetTree.with(2, { nodeType: "leaf", leaf: rekeyed });
	const { commit } = await createCommit({
		state: { ...state, ratchetTree, signaturePrivateKey: signKey },
		cipherSuite: suite,
	});
	await assertRefusedByAll(victims, encodeMlsMessage(commit), "cryptography");
});

test("a member that publishes keys its path secrets do not give is refused by all it would cut off", async () => {
	const { victims, state } = await makeStage();
	const cheating = suiteWithKeys(() => suite.hpke.generateKeyPair());
	const { commit } = await createCommit({ state, cipherSuite: cheating });
	await assertRefusedByAll(victims, encodeMlsMessage(commit), "cryptography");
});

test("a member that publishes a key of the tree again is refused: no newcomer could enter after it", async () => {
	const { victims, state } = await makeStage();
	const known = state.ratchetTree[0];
	assert.ok(known?.nodeType === "leaf");
	const publicKey = await suite.hpke.importPublicKey(known.leaf.hpkePublicKey);
	const cheating = suiteWithKeys(async (secret) => ({ ...(await suite.hpke.deriveKeyPair(secret)), publicKey }));
	const { commit } = await createCommit({ state, cipherSuite: cheating });
	await assertRefusedByAll(victims, encodeMlsMessage(commit), "notAllowed");
});

test("every member may renew its keys, and nobody else's membership changes", async () => {
	const { room, bob } = await makeStage();
	const { commit, epoch } = await done(bob.session, { kind: "refresh" });
	for (const member of [host(room), room.members[2]!]) {
		const received = await done(member.session, receive(commit));
		const expected = { kind: "membership", joined: [], left: [], by: bob.fingerprint, epoch };
		assert.deepEqual(received, expected);
	}
	await assertAgreement(room);
});

test("only the host admits and removes, nobody removes themselves or a stranger", async () => {
	const { room, bob } = await makeStage();
	const { fingerprint } = await makePerson("Stranger");
	assert.equal(await refusal(bob.session, { kind: "admission", guest: fingerprint }), "notHost");
	assert.equal(
		await refusal(bob.session, { kind: "remove", fingerprint: host(room).fingerprint, reason: "left" }),
		"notHost",
	);
	for (const target of [fingerprint, host(room).fingerprint])
		assert.equal(
			await refusal(host(room).session, { kind: "remove", fingerprint: target, reason: "left" }),
			"noSuchMember",
		);
	assert.equal(await refusal(bob.session, { kind: "create", ...bob.own }), "alreadyEntered");
});

test("keys of earlier epochs are dropped: with zero retained epochs the library would keep them all", async () => {
	const { room, bob } = await makeStage();
	const { newState } = await createCommit({ state: await insiderState(bob), cipherSuite: suite });
	assert.equal(newState.historicalReceiverData.size, 1, "the library still needs our help");
	const before = Object.values((await insiderState(host(room))).keySchedule);
	const { commit } = await done(bob.session, { kind: "refresh" });
	await deliver(room, commit, bob);
	for (const { session } of room.members) {
		const state = Buffer.from(await fullState(session), "base64");
		assert.ok(!before.some((secret) => state.includes(secret)));
	}
});

test("any order of entries, returns, removals and renewals leaves a room that everybody agrees on and newcomers can enter", async () => {
	let room = await makeRoom("Hanna", "B", "C", "D", "E", "F");
	const everybody = room.members.slice(1);
	const step = async (kind: number, who: TestMember): Promise<void> => {
		const isHere = room.members.includes(who);
		if (kind === 0 && isHere) {
			const request = { kind: "remove", fingerprint: who.fingerprint, reason: "left" } as const;
			await deliver(room, (await done(host(room).session, request)).commit, host(room));
			room = { ...room, members: [host(room), ...room.members.slice(1).filter((member) => member !== who)] };
		} else if (kind === 1 && isHere) {
			await deliver(room, (await done(who.session, { kind: "refresh" })).commit, who);
		} else room = await admit(room, who);
		await assertAgreement(room);
	};
	// A fixed walk through all pairs of operation and member, in an order that empties and refills both halves of the tree.
	for (let i = 0; i < 30; i++) await step(i % 3, everybody[(i * 7 + Math.floor(i / 5)) % everybody.length]!);
	const last = await makeMember(await makePerson("Last"), room.roomId);
	assert.equal((await invite(room, last)).certificates.length, room.members.length);
	await assertAgreement(await admit(room, last));
});
