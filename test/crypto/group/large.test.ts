// Fifty people in one room.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ticketProof } from "../../../src/crypto/group/state.ts";
import {
	assertAgreement,
	deliver,
	done,
	encrypt,
	host,
	makeMember,
	makePerson,
	makeRoom,
	receive,
	suite,
	type TestMember,
	type TestPerson,
	type TestRoom,
} from "../../support/rooms/group-room.ts";
import { cheatEntry } from "./group-cheat.ts";

const size = 50;
const fullMembers = 3;

/** A guest whose own side nobody looks at: only its entry, made by the bare library to save the time of checking everybody. */
async function enterOnly(room: TestRoom, guest: TestPerson): Promise<void> {
	const { session } = host(room);
	const { groupInfo, ticket } = await done(session, { kind: "admission", guest: guest.fingerprint });
	const keys = await suite.signature.keygen();
	const certification = await guest.certify(room.roomId, keys.publicKey);
	const leaf = { keys, fingerprint: guest.fingerprint, certification };
	const authenticatedData = ticketProof(ticket, keys.publicKey);
	const commit = await cheatEntry({ groupInfo, leaf, authenticatedData });
	await done(session, { ...receive(commit, guest.certificate), joiner: guest.fingerprint });
}

test("fifty people enter; the last of them check everybody, agree, hear each other and lose the kicked one", async () => {
	const room = await makeRoom("Hanna");
	const people = await Promise.all(Array.from({ length: size - 1 }, (_, number) => makePerson(`Guest ${number}`)));
	for (const guest of people.slice(0, -fullMembers)) await enterOnly(room, guest);
	let following = room;
	for (const guest of people.slice(-fullMembers)) {
		const newcomer: TestMember = await makeMember(guest, room.roomId);
		const { groupInfo, ticket } = await done(host(room).session, { kind: "admission", guest: guest.fingerprint });
		const certificates = [host(room), ...people].map(({ certificate }) => certificate);
		const invitation = { groupInfo, ticket, certificates, hostFingerprint: host(room).fingerprint };
		const { commit } = await done(newcomer.session, { kind: "enter", ...invitation, ...newcomer.own });
		for (const { session } of following.members) await done(session, receive(commit, newcomer.certificate));
		following = { ...room, members: [host(room), ...following.members.slice(1), newcomer] };
	}
	await assertAgreement(following);
	const last = following.members.at(-1)!;
	await deliver(following, await encrypt(last, "so many"), last);
	const { fingerprint } = people[10]!;
	const { commit, left } = await done(host(room).session, { kind: "remove", fingerprint, reason: "kicked" });
	assert.deepEqual(left, [{ fingerprint, name: "Guest 10", leafIndex: 11 }]);
	await deliver(following, commit, host(room));
	await assertAgreement(following);
});
