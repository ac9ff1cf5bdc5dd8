// Coming back from a snapshot after the worker was lost: nothing is used twice, nothing is believed more than before.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { GroupSession } from "../../../src/crypto/group/session.ts";
import {
	admit,
	assertAgreement,
	deliver,
	done,
	encrypt,
	host,
	invite,
	makeMember,
	makePerson,
	makeRoom,
	receive,
	refusal,
	type TestRoom,
} from "../../support/group-room.ts";

/** Hanna's worker is lost after `snapshot`; `back` is the room with her restored session. */
async function restoredRoom(room: TestRoom, snapshot: Uint8Array): Promise<TestRoom> {
	const [hanna, ...others] = room.members;
	const session = await GroupSession.make(room.roomId);
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
	assert.equal(await refusal(await GroupSession.make(randomBytes(32)), request), "wrongRoom");
	const fresh = await GroupSession.make(room.roomId);
	assert.equal(await refusal(fresh, { ...request, snapshot: bytes.subarray(0, -1) }), "badSnapshot");
	assert.equal(await refusal(fresh, { ...request, snapshot: new Uint8Array(0) }), "badSnapshot");
	assert.equal(await refusal(session, request), "alreadyEntered");
	await done(fresh, request);
});
