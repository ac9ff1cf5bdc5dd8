// Coming back from a snapshot after the worker was lost: nothing is used twice, nothing is believed more than before.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { GroupSession } from "../../../src/crypto/group/session.ts";
import { systemHpke } from "../../../src/crypto/group/suite/hpke.ts";
import {
	admit,
	assertAgreement,
	deliver,
	done,
	encrypt,
	fullState,
	host,
	invite,
	makeMember,
	makePerson,
	makeRoom,
	receive,
	refusal,
	type TestRoom,
} from "../../support/rooms/group-room.ts";

/** Hanna's worker is lost after `snapshot`; `back` is the room with her restored session. */
async function restoredRoom(room: TestRoom, snapshot: Uint8Array): Promise<TestRoom> {
	const [hanna, ...others] = room.members;
	const session = GroupSession.make(systemHpke, room.roomId);
	const certificates = room.members.map(({ certificate }) => certificate);
	const reply = await done(session, { kind: "restore", snapshot, certificates, hostFingerprint: hanna.fingerprint });
	assert.deepEqual(
		reply.members.map(({ name }) => name),
		room.members.map(({ name }) => name),
	);
	return { ...room, members: [{ ...hanna, session }, ...others] };
}

test("nothing is encrypted, received, admitted or removed before a refresh, so that no key is used twice and no line heard twice", async () => {
	const room = await makeRoom("Hanna", "Bob");
	const bob = room.members[1]!;
	const { bytes } = await done(host(room).session, { kind: "snapshot" });
	const heard = await encrypt(bob, "heard already");
	await done(host(room).session, receive(heard));
	const back = await restoredRoom(room, bytes);
	const { session } = host(back);
	const { fingerprint } = bob;
	assert.equal(await refusal(session, { kind: "encrypt", plaintext: new Uint8Array(1) }), "refreshNeeded");
	assert.equal(await refusal(session, receive(heard)), "refreshNeeded");
	assert.equal(await refusal(session, { kind: "admission", guest: fingerprint }), "refreshNeeded");
	assert.equal(await refusal(session, { kind: "remove", fingerprint, reason: "kicked" }), "refreshNeeded");
	await deliver(back, (await done(session, { kind: "refresh" })).commit, host(back));
	assert.equal(await refusal(session, receive(heard)), "epoch");
	await deliver(back, await encrypt(host(back), "back"), host(back));
	await deliver(back, await encrypt(bob, "welcome back"), bob);
	await assertAgreement(await admit(back, await makeMember(await makePerson("Carol"), room.roomId)));
});

test("a group from a disk reads what it missed over any number of epochs, and never encrypts, renews or removes", async () => {
	const room = await makeRoom("Hanna", "Bob");
	const [hanna, bob] = [host(room), room.members[1]!];
	const { bytes } = await done(bob.session, { kind: "snapshot" });
	const said = [];
	for (let epoch = 0; epoch < 3; epoch++) {
		for (const text of ["one", "two"]) said.push(await encrypt(hanna, `${text} of ${epoch}`));
		const { commit } = await done(hanna.session, { kind: "refresh" });
		said.push(commit);
	}
	const reader = GroupSession.make(systemHpke, room.roomId);
	const certificates = room.members.map(({ certificate }) => certificate);
	const { fingerprint: hostFingerprint } = hanna;
	await done(reader, { kind: "restore", snapshot: bytes, certificates, hostFingerprint, isForReading: true });
	for (const message of said) await done(reader, receive(message));
	assert.equal(await refusal(reader, receive(said[0]!)), "epoch");
	assert.equal(await refusal(reader, { kind: "encrypt", plaintext: new Uint8Array(1) }), "readsOnly");
	assert.equal(await refusal(reader, { kind: "refresh" }), "readsOnly");
	assert.equal(await refusal(reader, { kind: "encrypt", plaintext: new Uint8Array(1) }), "readsOnly");
});

test("a host whose group comes from a disk enters its own room anew, with a leaf that has never said anything", async () => {
	const room = await makeRoom("Hanna", "Bob");
	const hanna = host(room);
	const { bytes } = await done(hanna.session, { kind: "snapshot" });
	// What was said after the copy was made is what a key must not be used for a second time.
	await deliver(room, await encrypt(hanna, "after the copy"), hanna);
	const reader = GroupSession.make(systemHpke, room.roomId);
	const certificates = room.members.map(({ certificate }) => certificate);
	const { fingerprint } = hanna;
	const restore = { kind: "restore", snapshot: bytes, certificates, hostFingerprint: fingerprint } as const;
	await done(reader, { ...restore, isForReading: true });
	const { groupInfo, ticket } = await done(reader, { kind: "admission", guest: fingerprint });
	assert.equal(
		await refusal(reader, { kind: "remove", fingerprint: room.members[1]!.fingerprint, reason: "kicked" }),
		"readsOnly",
	);
	const again = await makeMember(hanna, room.roomId);
	const invitation = { groupInfo, ticket, hostFingerprint: fingerprint, certificates };
	const { commit } = await done(again.session, { kind: "enter", ...invitation, ...again.own });
	await done(room.members[1]!.session, receive(commit, hanna.certificate));
	const back: TestRoom = { ...room, members: [again, ...room.members.slice(1)] };
	await deliver(back, await encrypt(again, "back"), again);
	await deliver(back, await encrypt(room.members[1]!, "welcome back"), room.members[1]!);
	await assertAgreement(await admit(back, await makeMember(await makePerson("Carol"), room.roomId)));
});

test("the library's accept-everyone service does not come back with a snapshot: an uncertified entry is still refused", async () => {
	const room = await makeRoom("Hanna", "Bob");
	const { bytes } = await done(host(room).session, { kind: "snapshot" });
	const back = await restoredRoom(room, bytes);
	await deliver(back, (await done(host(back).session, { kind: "refresh" })).commit, host(back));
	const carol = await makeMember(await makePerson("Carol"), room.roomId);
	const { commit } = await done(carol.session, { kind: "enter", ...(await invite(back, carol)), ...carol.own });
	assert.equal(await refusal(host(back).session, receive(commit)), "badCredential");
	await done(host(back).session, receive(commit, carol.certificate));
});

test("a snapshot of another room, a broken one, and one for a session that is in a group are refused", async () => {
	const room = await makeRoom("Hanna");
	const { fingerprint: hostFingerprint, certificate, session } = host(room);
	const { bytes } = await done(session, { kind: "snapshot" });
	const request = { kind: "restore", snapshot: bytes, certificates: [certificate], hostFingerprint } as const;
	assert.equal(await refusal(GroupSession.make(systemHpke, randomBytes(32)), request), "wrongRoom");
	const fresh = GroupSession.make(systemHpke, room.roomId);
	assert.equal(await refusal(fresh, { ...request, snapshot: bytes.subarray(0, -1) }), "badSnapshot");
	assert.equal(await refusal(fresh, { ...request, snapshot: new Uint8Array(0) }), "badSnapshot");
	assert.equal(await refusal(fresh, { ...request, snapshot: Uint8Array.from([...bytes, 0]) }), "badSnapshot");
	assert.equal(await refusal(session, request), "alreadyEntered");
	await done(fresh, request);
});

test("a group made again from its image goes on exactly there: what it may do, its keys and whom it knows", async () => {
	const room = await makeRoom("Hanna", "Bob");
	const [hanna, bob] = [host(room), room.members[1]!];
	await deliver(room, await encrypt(hanna, "before"), hanna);
	const revived = async (session: GroupSession) => GroupSession.revive(systemHpke, room.roomId, false, session.image());
	const session = await revived(hanna.session);
	assert.equal(await fullState(session), await fullState(hanna.session));
	const back: TestRoom = { ...room, members: [{ ...hanna, session }, bob] };
	const heard = await done(bob.session, receive(await encrypt(host(back), "next")));
	assert.equal(heard.kind === "line" && heard.skipped, 0);
	// Carol comes in: the host still knows everybody's certificate, and that it is the host.
	await assertAgreement(await admit(back, await makeMember(await makePerson("Carol"), room.roomId)));

	const { bytes } = await done(bob.session, { kind: "snapshot" });
	const certificates = room.members.map(({ certificate }) => certificate);
	const old = { kind: "restore", snapshot: bytes, certificates, hostFingerprint: hanna.fingerprint } as const;
	for (const [isForReading, code] of [
		[true, "readsOnly"],
		[false, "refreshNeeded"],
	] as const) {
		const former = GroupSession.make(systemHpke, room.roomId);
		await done(former, { ...old, isForReading });
		const again = await revived(former);
		assert.equal(await refusal(again, { kind: "encrypt", plaintext: new Uint8Array(1) }), code);
	}
	session.close();
	assert.equal(await refusal(await revived(session), { kind: "snapshot" }), "removed");
});
