// Who comes in, and who does not: tickets, certified leaves, one leaf for each person. Each attack is made with the real library.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { decodeMlsMessage, encodeMlsMessage, type Proposal } from "ts-mls";
import { ticketProof } from "../../../src/crypto/group/state.ts";
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
	receive,
	refusal,
	suite,
	type TestPerson,
	type TestRoom,
} from "../../support/rooms/group-room.ts";
import { type CheatLeaf, cheatEntry, insiderProof, withProposals } from "./group-cheat.ts";

/** A certified leaf in the hands of its owner's own program. */
async function leafOf(person: TestPerson, roomId: Uint8Array): Promise<CheatLeaf> {
	const keys = await suite.signature.keygen();
	return { keys, fingerprint: person.fingerprint, certification: await person.certify(roomId, keys.publicKey) };
}

/** Bob is in the room and cheats; Mallory has a key, a certified leaf and the GroupInfo, and is not in the room. */
async function stage() {
	const room = await makeRoom("Hanna", "Bob", "Carol");
	const mallory = await makePerson("Mallory");
	const leaf = await leafOf(mallory, room.roomId);
	const { groupInfo, ticket } = await invite(room, mallory);
	const insider = await insiderState(room.members[1]!);
	const proofFor = (who: CheatLeaf) => insiderProof(insider, who.fingerprint, who.keys.publicKey);
	return { room, mallory, leaf, groupInfo, ticket, proofFor };
}

const certificatesOf = (room: TestRoom) => room.members.map(({ certificate }) => certificate);

test("whoever is let in agrees with everybody on the members, and lines carry their sender", async () => {
	const room = await makeRoom("Hanna", "Bob", "Carol");
	await assertAgreement(room);
	const [hanna, bob, carol] = room.members;
	const message = await encrypt(bob!, "hello");
	for (const member of [hanna, carol!]) {
		const line = await done(member.session, receive(message));
		assert.ok(line.kind === "line");
		const expected = { fingerprint: bob!.fingerprint, name: "Bob", leafIndex: 1 };
		assert.deepEqual(line.from, expected);
		assert.equal(new TextDecoder().decode(line.plaintext), "hello");
		assert.equal(line.epoch, 2);
	}
});

test("a relay that holds the whole conversation lets nobody in: an entry without a ticket is refused by every member", async () => {
	const { room, mallory, leaf, groupInfo } = await stage();
	const invented = [new Uint8Array(0), new Uint8Array(32), ticketProof(randomBytes(32), leaf.keys.publicKey)];
	for (const authenticatedData of invented) {
		const commit = await cheatEntry({ groupInfo, leaf, authenticatedData });
		const code = authenticatedData.length === 0 ? "malformed" : "noTicket";
		await assertRefusedByAll(room, commit, code, [mallory.certificate]);
	}
});

test("the ticket is what an entry lacks: the same entry with it is taken", async () => {
	const { room, mallory, leaf, groupInfo, ticket } = await stage();
	const authenticatedData = ticketProof(ticket, leaf.keys.publicKey);
	const commit = await cheatEntry({ groupInfo, leaf, authenticatedData });
	for (const { session } of room.members) {
		const received = await done(session, receive(commit, mallory.certificate));
		assert.ok(received.kind === "membership");
		assert.deepEqual(received.joined, [{ fingerprint: mallory.fingerprint, name: "Mallory", leafIndex: 3 }]);
	}
});

test("somebody else's ticket lets nobody in", async () => {
	const { room, mallory, leaf, groupInfo } = await stage();
	const { ticket } = await invite(room, await makePerson("Dave"));
	const authenticatedData = ticketProof(ticket, leaf.keys.publicKey);
	const commit = await cheatEntry({ groupInfo, leaf, authenticatedData });
	await assertRefusedByAll(room, commit, "noTicket", [mallory.certificate]);
});

test("a stolen proof of a ticket does not fit another leaf key, not even of the same person", async () => {
	const { room, mallory, leaf, groupInfo, ticket } = await stage();
	const stolen = ticketProof(ticket, leaf.keys.publicKey);
	const other = await leafOf(mallory, room.roomId);
	const commit = await cheatEntry({ groupInfo, leaf: other, authenticatedData: stolen });
	await assertRefusedByAll(room, commit, "noTicket", [mallory.certificate]);
});

test("a ticket of an older epoch lets nobody in", async () => {
	const { room, mallory, leaf, groupInfo, ticket } = await stage();
	const authenticatedData = ticketProof(ticket, leaf.keys.publicKey);
	const late = await cheatEntry({ groupInfo, leaf, authenticatedData });
	const { commit } = await done(host(room).session, { kind: "refresh" });
	await deliver(room, commit, host(room));
	await assertRefusedByAll(room, late, "epoch", [mallory.certificate]);
	const now = await invite(room, mallory);
	const renewed = await cheatEntry({ groupInfo: now.groupInfo, leaf, authenticatedData });
	await assertRefusedByAll(room, renewed, "noTicket", [mallory.certificate]);
});

test("a replayed entry is refused", async () => {
	const room = await makeRoom("Hanna", "Bob");
	const carol = await makeMember(await makePerson("Carol"), room.roomId);
	const invitation = await invite(room, carol);
	const { commit } = await done(carol.session, { kind: "enter", ...invitation, ...carol.own });
	for (const { session } of room.members) await done(session, receive(commit, carol.certificate));
	await assertRefusedByAll(room, commit, "epoch", [carol.certificate]);
	assert.equal(await refusal(carol.session, receive(commit)), "epoch");
});

test("a stolen credential is refused: Mallory's leaf with Bob's fingerprint and Bob's signature", async () => {
	const { room, leaf, groupInfo, proofFor } = await stage();
	const dave = await leafOf(await makePerson("Dave"), room.roomId);
	const stolen: CheatLeaf = { ...dave, keys: leaf.keys };
	const commit = await cheatEntry({ groupInfo, leaf: stolen, authenticatedData: await proofFor(stolen) });
	await assertRefusedByAll(room, commit, "badCredential", [dave.certification.certificate]);
});

test("a forged credential is refused: Bob's fingerprint, signed by Mallory", async () => {
	const { room, mallory, leaf, groupInfo, proofFor } = await stage();
	const dave = await makePerson("Dave");
	const forged: CheatLeaf = { ...leaf, fingerprint: dave.fingerprint };
	const commit = await cheatEntry({ groupInfo, leaf: forged, authenticatedData: await proofFor(forged) });
	await assertRefusedByAll(room, commit, "badCredential", [dave.certificate, mallory.certificate]);
});

test("a leaf certified for another room, another name or by an unknown key is refused", async () => {
	const { room, mallory, leaf, groupInfo, proofFor } = await stage();
	const elsewhere = { ...leaf, certification: await mallory.certify(randomBytes(32), leaf.keys.publicKey) };
	const renamed = { ...leaf, certification: { ...leaf.certification, name: "Hanna" } };
	for (const wrong of [elsewhere, renamed]) {
		const commit = await cheatEntry({ groupInfo, leaf: wrong, authenticatedData: await proofFor(wrong) });
		await assertRefusedByAll(room, commit, "badCredential", [mallory.certificate]);
	}
	const commit = await cheatEntry({ groupInfo, leaf, authenticatedData: await proofFor(leaf) });
	await assertRefusedByAll(room, commit, "badCredential");
	await assertRefusedByAll(room, commit, "badCredential", [randomBytes(100)]);
});

test("a member cannot let a friend in behind the host's back: the host knows whom it expects", async () => {
	const { room, mallory, leaf, groupInfo, proofFor } = await stage();
	const commit = await cheatEntry({ groupInfo, leaf, authenticatedData: await proofFor(leaf) });
	const { session } = host(room);
	const { fingerprint: joiner } = await makePerson("Dave");
	assert.equal(await refusal(session, { ...receive(commit, mallory.certificate), joiner }), "unexpectedJoiner");
	const expected = { ...receive(commit, mallory.certificate), joiner: mallory.fingerprint };
	assert.equal((await done(session, expected)).kind, "membership");
});

test("an entry that removes a bogus or foreign leaf is refused before the library loops over it", async () => {
	const { room, mallory, leaf, groupInfo, proofFor } = await stage();
	const authenticatedData = await proofFor(leaf);
	for (const removed of [0, 1, 2, 3, 4, 1000, 2 ** 31, 2 ** 32 - 1]) {
		const alter = withProposals((own) => [{ proposalType: "remove", remove: { removed } }, ...own]);
		const commit = await cheatEntry({ groupInfo, leaf, authenticatedData, alter });
		await assertRefusedByAll(room, commit, "notAllowed", [mallory.certificate]);
	}
});

test("an entry with any other proposal is refused", async () => {
	const { room, mallory, leaf, groupInfo, proofFor } = await stage();
	const authenticatedData = await proofFor(leaf);
	const psk: Proposal = {
		proposalType: "psk",
		psk: { preSharedKeyId: { psktype: "external", pskId: new Uint8Array(4), pskNonce: new Uint8Array(32) } },
	};
	const others: readonly Proposal[] = [
		psk,
		{ proposalType: "group_context_extensions", groupContextExtensions: { extensions: [] } },
		{ proposalType: 0x0a0a, proposalData: new Uint8Array(4) },
	];
	for (const proposal of others) {
		const commit = await cheatEntry({
			groupInfo,
			leaf,
			authenticatedData,
			alter: withProposals((own) => [...own, proposal]),
		});
		await assertRefusedByAll(room, commit, "notAllowed", [mallory.certificate]);
	}
	for (const alter of [withProposals(() => []), withProposals((own) => [...own, ...own])]) {
		const commit = await cheatEntry({ groupInfo, leaf, authenticatedData, alter });
		await assertRefusedByAll(room, commit, "notAllowed", [mallory.certificate]);
	}
});

test("an entry that would make later newcomers refuse the tree is refused: odd capabilities, somebody's leaf key", async () => {
	const { room, mallory, leaf, groupInfo, proofFor } = await stage();
	const capabilities = { ...leafCapabilities, credentials: ["basic" as const, "x509" as const] };
	const odd = await cheatEntry({ groupInfo, leaf, authenticatedData: await proofFor(leaf), capabilities });
	await assertRefusedByAll(room, odd, "malformed", [mallory.certificate]);
	const bob = await insiderState(room.members[1]!);
	const keys = { publicKey: room.members[1]!.leafPublicKey, signKey: bob.signaturePrivateKey };
	const certification = await mallory.certify(room.roomId, keys.publicKey);
	const shared: CheatLeaf = { keys, fingerprint: mallory.fingerprint, certification };
	const commit = await cheatEntry({ groupInfo, leaf: shared, authenticatedData: await proofFor(shared) });
	await assertRefusedByAll(room, commit, "notAllowed", [mallory.certificate]);
});

test("a person has one leaf: a second one beside it is refused", async () => {
	const { room, groupInfo, proofFor } = await stage();
	const second = await leafOf(room.members[2]!, room.roomId);
	const commit = await cheatEntry({ groupInfo, leaf: second, authenticatedData: await proofFor(second) });
	await assertRefusedByAll(room, commit, "notAllowed");
});

test("coming back replaces the old leaf, and the old session learns it", async () => {
	const room = await makeRoom("Hanna", "Bob", "Carol");
	const old = room.members[1]!;
	const back = await makeMember(old, room.roomId);
	const invitation = await invite(room, back);
	const { commit, members } = await done(back.session, { kind: "enter", ...invitation, ...back.own });
	assert.equal(members.filter(({ fingerprint }) => fingerprint === old.fingerprint).length, 1);
	for (const { session, name } of room.members) {
		const received = await done(session, receive(commit));
		assert.ok(received.kind === "membership");
		assert.equal(received.reason, "replaced");
		assert.deepEqual(received.left, [{ fingerprint: old.fingerprint, name: "Bob", leafIndex: 1 }]);
		assert.equal(received.joined.length, name === "Bob" ? 0 : 1);
	}
	assert.equal(await refusal(old.session, { kind: "encrypt", plaintext: new Uint8Array(1) }), "removed");
	await assertAgreement({ ...room, members: [host(room), room.members[2]!, back] });
});

test("attack: whoever would be replaced by an entry believes it only with its signature", async () => {
	const room = await makeRoom("Hanna", "Bob", "Carol");
	const back = await makeMember(room.members[1]!, room.roomId);
	const { commit } = await done(back.session, { kind: "enter", ...(await invite(room, back)), ...back.own });
	const message = decodeMlsMessage(commit, 0)?.[0];
	assert.ok(message?.wireformat === "mls_public_message");
	const { publicMessage } = message;
	const signature = Uint8Array.from(publicMessage.auth.signature);
	signature[5] = signature[5]! ^ 1;
	const forged = { ...publicMessage, auth: { ...publicMessage.auth, signature } } as typeof publicMessage;
	await assertRefusedByAll(room, encodeMlsMessage({ ...message, publicMessage: forged }), "cryptography");
	const received = await done(room.members[1]!.session, receive(commit));
	assert.ok(received.kind === "membership" && received.reason === "replaced");
});

test("the same session comes back with the same leaf after it fell out of step", async () => {
	const room = await makeRoom("Hanna", "Bob", "Carol");
	const bob = room.members[1]!;
	const { commit } = await done(host(room).session, { kind: "refresh" });
	await done(room.members[2]!.session, receive(commit));
	assert.equal(await refusal(bob.session, receive(await encrypt(host(room), "missed"))), "epoch");
	await assertAgreement(await admit(room, bob));
});

test("a newcomer enters whether or not an old leaf is in the room, and never hangs in between", async () => {
	const room = await makeRoom("Hanna", "Bob");
	const bob = room.members[1]!;
	const { commit } = await done(host(room).session, { kind: "remove", fingerprint: bob.fingerprint, reason: "left" });
	await done(bob.session, receive(commit));
	const smaller: TestRoom = { ...room, members: [host(room)] };
	const larger = await admit(smaller, await makeMember(bob, room.roomId));
	await assertAgreement(await admit(larger, await makeMember(bob, room.roomId)));
});

test("an entry that the host did not order can be made again, as often as it takes", async () => {
	const room = await makeRoom("Hanna", "Bob");
	const carol = await makeMember(await makePerson("Carol"), room.roomId);
	const stale = await invite(room, carol);
	await done(carol.session, { kind: "enter", ...stale, ...carol.own });
	const { commit } = await done(host(room).session, { kind: "refresh" });
	await deliver(room, commit, host(room));
	await assertAgreement(await admit(room, carol));
});

test("a late joiner cannot read what was said before, nor hold any key of it", async () => {
	const room = await makeRoom("Hanna", "Bob");
	const bob = room.members[1]!;
	const before = await encrypt(bob, "before Carol");
	const earlier = Object.values((await insiderState(bob)).keySchedule);
	const larger = await admit(room, await makeMember(await makePerson("Carol"), room.roomId));
	const carol = larger.members[2]!;
	assert.equal(await refusal(carol.session, receive(before)), "epoch");
	const known = Buffer.from(await fullState(carol.session), "base64");
	const shared = Object.values((await insiderState(bob)).keySchedule);
	assert.ok(
		shared.every((secret) => known.includes(secret)),
		"the search finds what she does know",
	);
	assert.ok(!earlier.some((secret) => known.includes(secret)));
});

test("nobody enters with a leaf its certificate does not fit, or without a leaf", async () => {
	const room = await makeRoom("Hanna");
	const bob = await makeMember(await makePerson("Bob"), room.roomId);
	const invitation = await invite(room, bob);
	const certificates = certificatesOf(room);
	const misnamed = { ...bob.own, name: "Robert" };
	const asked = { kind: "enter", ...invitation, certificates } as const;
	assert.equal(await refusal(bob.session, { ...asked, ...misnamed }), "badCredential");
	assert.equal(await refusal(bob.session, { ...asked, ...bob.own, name: "" }), "badCredential");
	assert.equal(await refusal(bob.session, { ...asked, ...bob.own, ticket: new Uint8Array(31) }), "noTicket");
	assert.equal(await refusal(bob.session, { kind: "encrypt", plaintext: new Uint8Array(1) }), "notEntered");
	await done(bob.session, { ...asked, ...bob.own });
});
