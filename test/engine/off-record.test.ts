// Rooms of two that are off the record: they work like others, no key ever signs, and nobody gets into or out of one by another kind of room.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { type TestContext, test } from "node:test";
import type { Self } from "../../src/engine/account/self.ts";
import type { Transport } from "../../src/net/link/link.ts";
import { neverSigns } from "../support/attackers/never-signs.ts";
import type { GuestWishes, MemoryGuest, MemoryRoom } from "../support/rooms/memory-room.ts";
import { joinMemoryRoom, newSelf, openMemoryRoom } from "../support/rooms/memory-room.ts";

/** Hanna's room with Bob, and what its invite says. */
async function openOffRecord(t: TestContext) {
	const bob = neverSigns(await newSelf("Bob"));
	const host = neverSigns(await newSelf("Hanna"));
	const room = await openMemoryRoom(t, {}, {}, undefined, { host, with: bob.signer.fingerprint });
	return { bob, host, room, target: targetOf(room) };
}

const endpoints = [{ host: "host", port: 1 }];

function targetOf({ host, hosted }: MemoryRoom) {
	return { endpoints, pin: host.signer.fingerprint, inviteSecret: hosted.inviteSecret, isOffRecord: true };
}

const by = (target: ReturnType<typeof targetOf>, more: GuestWishes = {}): GuestWishes => ({
	...more,
	options: { target, ...more.options },
});

/** Returns why a guest was not let in. One who is in fails the test at once: their stay would have no end to wait for. */
async function refusalOf(guest: MemoryGuest): Promise<string> {
	assert.equal(guest.hasEntered(), false, `${guest.self.name} is in the room`);
	return (await guest.ended).code;
}

test("two come together by the invite and the password, and talk, and no key has signed anything", async (t) => {
	const { bob, room, target } = await openOffRecord(t);
	const guest = await joinMemoryRoom(room, bob, by(target));
	assert.deepEqual(
		guest.members().map(({ name }) => name),
		["Hanna", "Bob"],
	);
	room.hosted.member.say("nobody will ever know", 0);
	await guest.ears.until(() => guest.ears.texts().includes("nobody will ever know"));
	guest.member().say("that I was here", 0);
	await room.ears.until(() => room.ears.texts().includes("that I was here"));
	guest.leave();
	assert.equal((await guest.ended).code, "left");
});

test("whoever was there comes back by the seat, into the same place and anew, without the password and without a signature", async (t) => {
	const { bob, room, target } = await openOffRecord(t);
	const links: { destroy(): void }[] = [];
	const toRoom = room.transport();
	const transport: Transport = {
		...toRoom,
		async dial(...asked) {
			const dialled = await toRoom.dial(...asked);
			if (dialled.kind === "linked") links.push(dialled.link.stream);
			return dialled;
		},
	};
	let asked = 0;
	const askPassword = async () => {
		asked += 1;
		return "four calm green words";
	};
	const guest = await joinMemoryRoom(room, bob, by(target, { transport, options: { askPassword } }));
	links.at(-1)?.destroy();
	await room.arrived(bob, 2);
	room.hosted.member.say("you are back", 0);
	await guest.ears.until(() => guest.ears.texts().includes("you are back"));
	guest.member().say("I am", 0);
	await room.ears.until(() => room.ears.texts().includes("I am"));
	assert.equal(asked, 1);
});

test("attack: a third person who has the invite and the password is sent away, once they have proven a key of their own", async (t) => {
	const { room, target } = await openOffRecord(t);
	const eve = await joinMemoryRoom(room, neverSigns(await newSelf("Eve")), by(target));
	assert.equal(await refusalOf(eve), "not_for_you");
});

test("attack: a third person who shows the certificate of the one who is waited for learns nothing, not even that it is theirs", async (t) => {
	const { bob, room, target } = await openOffRecord(t);
	for (const shown of [bob, await newSelf("Carol")]) {
		const { signer } = await newSelf("Eve");
		const { certificate, fingerprint } = shown.signer;
		const pretends: Self = {
			name: "Bob",
			signer: { ...neverSigns(shown).signer, certificate, fingerprint, unseal: (message) => signer.unseal(message) },
		};
		const eve = await joinMemoryRoom(room, pretends, by(target));
		assert.equal(await refusalOf(eve), "identity_refused", shown.name);
	}
});

test("whoever comes without the invite is asked for the password as anywhere, and then sent away", async (t) => {
	const { bob, room } = await openOffRecord(t);
	const wrong = await joinMemoryRoom(room, bob, { password: "wrong", options: { target: { endpoints } } });
	assert.equal(await refusalOf(wrong), "wrong_password");
	const right = await joinMemoryRoom(room, bob, { options: { target: { endpoints } } });
	assert.equal(await refusalOf(right), "not_for_you");
	const { signer } = room.host;
	const pinned = await joinMemoryRoom(room, bob, {
		options: { target: { endpoints, pin: signer.fingerprint, isOffRecord: true } },
	});
	assert.equal(await refusalOf(pinned), "wrong_host", "a fingerprint alone proves nothing here");
});

test("attack: a host that answers by signatures does not get somebody who wants to be off the record, and is given no key and no password", async (t) => {
	const bob = neverSigns(await newSelf("Bob"));
	const signed = await openMemoryRoom(t);
	let asked = 0;
	const askPassword = async () => {
		asked += 1;
		return "four calm green words";
	};
	const guest = await joinMemoryRoom(signed, bob, by(targetOf(signed), { options: { askPassword } }));
	assert.equal(await refusalOf(guest), "other_kind");
	assert.equal(asked, 0);
});

test("attack: a host that is off the record does not get somebody who wants an ordinary room, and no signature of theirs", async (t) => {
	const { bob, room, target } = await openOffRecord(t);
	const guest = await joinMemoryRoom(room, bob, by({ ...target, isOffRecord: false }));
	assert.equal(await refusalOf(guest), "other_kind");
});

test("attack: an invite with another secret proves nothing off the record", async (t) => {
	const { bob, room, target } = await openOffRecord(t);
	const guest = await joinMemoryRoom(room, bob, by({ ...target, inviteSecret: randomBytes(16) }));
	assert.equal(await refusalOf(guest), "wrong_host");
});
