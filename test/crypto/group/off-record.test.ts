// The group of a room off the record: of two people, nobody signs for a leaf, and each believes only the leaf key that was proven beside the group.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { decodeGroupState } from "ts-mls";
import { ownedBuffers } from "../../../src/crypto/group/messages.ts";
import { GroupSession } from "../../../src/crypto/group/session.ts";
import { systemHpke } from "../../../src/crypto/group/suite/hpke.ts";
import { done, makePerson, receive, refusal, type TestPerson } from "../../support/rooms/group-room.ts";

const hanna = await makePerson("Hanna");
const bob = await makePerson("Bob");
const carol = await makePerson("Carol");

/** Somebody with a leaf that nobody has signed. */
async function sessionOf(person: TestPerson, roomId: Uint8Array) {
	const session = GroupSession.make(systemHpke, roomId, true);
	const { publicKey } = await done(session, { kind: "newLeaf" });
	return { ...person, session, leaf: publicKey, own: { certificate: person.certificate, name: person.name } };
}
type Somebody = Awaited<ReturnType<typeof sessionOf>>;

/** Hanna has opened the room. */
async function openRoom() {
	const roomId = randomBytes(32);
	const host = await sessionOf(hanna, roomId);
	await done(host.session, { kind: "create", ...host.own });
	return { roomId, host };
}

async function invitationFrom(host: Somebody, guest: TestPerson) {
	const { groupInfo, ticket, hostLeaf } = await done(host.session, { kind: "admission", guest: guest.fingerprint });
	return { groupInfo, ticket, hostLeaf, hostFingerprint: host.fingerprint, certificates: [host.certificate] };
}

async function entryOf(guest: Somebody, host: Somebody): Promise<Uint8Array> {
	const asked = { kind: "enter", ...(await invitationFrom(host, guest)), ...guest.own } as const;
	return (await done(guest.session, asked)).commit;
}

/** What the host is asked to do with an entry: `leaf` is the key that was proven beside the group. */
const judging = (message: Uint8Array, guest: Somebody, leaf: Uint8Array | undefined = guest.leaf) =>
	({
		kind: "receive",
		message,
		certificates: [guest.certificate],
		joiner: guest.fingerprint,
		joinerLeaf: leaf,
	}) as const;

async function bothIn() {
	const room = await openRoom();
	const guest = await sessionOf(bob, room.roomId);
	await done(room.host.session, judging(await entryOf(guest, room.host), guest));
	return { ...room, guest };
}

const said = async (from: Somebody, text: string): Promise<Uint8Array> =>
	(await done(from.session, { kind: "encrypt", plaintext: Buffer.from(text) })).message;

async function assertTalk(one: Somebody, other: Somebody): Promise<void> {
	for (const [from, to] of [
		[one, other],
		[other, one],
	] as const) {
		const line = await done(to.session, receive(await said(from, "hello")));
		assert.equal(line.kind === "line" && Buffer.from(line.plaintext).toString(), "hello");
	}
}

test("two people enter, talk and renew their keys off the record, and no leaf has a signature", async () => {
	const { host, guest } = await bothIn();
	await assertTalk(host, guest);
	for (const [from, to] of [
		[host, guest],
		[guest, host],
	] as const)
		await done(to.session, receive((await done(from.session, { kind: "refresh" })).commit));
	await assertTalk(host, guest);
});

test("attack: whoever has the ticket comes in with no other leaf key than the one that was proven beside the group", async () => {
	const { roomId, host } = await openRoom();
	const guest = await sessionOf(bob, roomId);
	const entry = await entryOf(guest, host);
	for (const leaf of [randomBytes(32), host.leaf])
		assert.equal(await refusal(host.session, judging(entry, guest, leaf)), "badCredential");
	const unproven = { kind: "receive", message: entry, certificates: [guest.certificate] } as const;
	assert.equal(await refusal(host.session, unproven), "badCredential", "no leaf key was proven at all");
	await done(host.session, judging(entry, guest));
});

test("attack: a guest enters no group whose host's leaf is not the one that was proven", async () => {
	const { roomId, host } = await openRoom();
	const guest = await sessionOf(bob, roomId);
	const invitation = await invitationFrom(host, guest);
	const { hostLeaf, ...unproven } = { kind: "enter", ...invitation, ...guest.own } as const;
	for (const asked of [{ ...unproven, hostLeaf: randomBytes(32) }, unproven])
		assert.equal(await refusal(guest.session, asked), "badGroupInfo");
	await done(guest.session, { ...unproven, hostLeaf });
});

test("attack: a third person is refused by the host's group, and the two are at most two", async () => {
	const { roomId, host, guest } = await bothIn();
	const third = await sessionOf(carol, roomId);
	const asked = { kind: "enter", ...(await invitationFrom(host, third)), ...third.own } as const;
	const certificates = [host.certificate, guest.certificate];
	assert.equal(await refusal(third.session, { ...asked, certificates }), "full");
});

test("attack: a leaf that is signed, as in other rooms, is refused here, and an unsigned one there", async () => {
	const { roomId, host } = await openRoom();
	const guest = await sessionOf(bob, roomId);
	const asked = { kind: "enter", ...(await invitationFrom(host, guest)), ...guest.own } as const;
	const signed = await bob.certify(roomId, guest.leaf);
	assert.equal(await refusal(guest.session, { ...asked, ...signed }), "badCredential");
	const onRecord = GroupSession.make(systemHpke, roomId);
	await done(onRecord, { kind: "newLeaf" });
	assert.equal(await refusal(onRecord, { kind: "create", ...host.own }), "badCredential");
});

test("whoever was there comes back in their old place with a new leaf, and the host still checks which", async () => {
	const { roomId, host, guest } = await bothIn();
	const again = await sessionOf(bob, roomId);
	const entry = await entryOf(again, host);
	assert.equal(await refusal(host.session, judging(entry, guest)), "badCredential", "the leaf of before");
	const received = await done(host.session, judging(entry, again));
	assert.ok(received.kind === "membership" && received.reason === "replaced");
	await assertTalk(host, again);
});

test("a snapshot for a disk has no leaf key of anybody, and one for another thread has", async () => {
	const { host, guest } = await bothIn();
	for (const { session } of [host, guest]) {
		const keyOf = async (isForDisk: boolean) => {
			const { bytes } = await done(session, { kind: "snapshot", isForDisk });
			return decodeGroupState(bytes, 0)![0].signaturePrivateKey;
		};
		const key = await keyOf(false);
		assert.ok(key.length > 0);
		assert.equal((await keyOf(true)).length, 0);
		const { bytes } = await done(session, { kind: "snapshot", isForDisk: true });
		assert.equal(Buffer.from(bytes).includes(Buffer.from(key)), false);
	}
	const onRecord = GroupSession.make(systemHpke, randomBytes(32));
	assert.equal(await refusal(onRecord, { kind: "snapshot", isForDisk: true }), "notEntered");
});

test("a host from a disk has no leaf key and still lets in who comes back: what it needs for that was made before", async () => {
	const { roomId, host, guest } = await bothIn();
	const snapshot = await done(host.session, { kind: "snapshot", isForDisk: true });
	assert.ok(snapshot.groupInfo);
	assert.equal((await done(guest.session, { kind: "snapshot", isForDisk: true })).groupInfo, undefined);
	const session = GroupSession.make(systemHpke, roomId, true);
	const certificates = [hanna.certificate, bob.certificate];
	const from = { hostFingerprint: hanna.fingerprint, isForReading: true, groupInfo: snapshot.groupInfo };
	await done(session, { kind: "restore", snapshot: snapshot.bytes, certificates, ...from });
	const admission = await done(session, { kind: "admission", guest: bob.fingerprint });
	assert.deepEqual([admission.groupInfo, admission.hostLeaf], [snapshot.groupInfo, host.leaf]);
	structuredClone(admission, { transfer: ownedBuffers(admission) });
	for (const again of ["once", "twice"]) {
		const told = await done(session, { kind: "snapshot", isForDisk: true });
		assert.deepEqual(told.groupInfo, snapshot.groupInfo, again);
		// As a worker moves it to the owner of the group.
		structuredClone(told, { transfer: ownedBuffers(told) });
	}
	// Hanna enters her own room anew, and Bob, who reads from his disk, believes it by the ticket.
	const bobsDisk = await done(guest.session, { kind: "snapshot", isForDisk: true });
	const reader = GroupSession.make(systemHpke, roomId, true);
	await done(reader, {
		kind: "restore",
		snapshot: bobsDisk.bytes,
		certificates,
		hostFingerprint: hanna.fingerprint,
		isForReading: true,
	});
	const again = await sessionOf(hanna, roomId);
	const { groupInfo, ticket } = await done(session, { kind: "admission", guest: hanna.fingerprint });
	const invitation = { groupInfo, ticket, hostFingerprint: hanna.fingerprint, certificates };
	const { commit } = await done(again.session, { kind: "enter", ...invitation, ...again.own });
	await done(reader, { kind: "receive", message: commit, certificates: [hanna.certificate] });
	const line = await done(reader, receive(await said(again, "hello")));
	assert.equal(line.kind, "line");
});
