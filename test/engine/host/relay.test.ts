// A relay in the middle that keeps everything and changes what it likes: it learns nothing, gets nobody in and changes nothing unnoticed.
import assert from "node:assert/strict";
import { once } from "node:events";
import { after, test } from "node:test";
import { padToBytes } from "../../../src/engine/wire/frame.ts";
import {
	type Direction,
	flipAt,
	type Meddling,
	type Relay,
	relayBefore,
	tlsRecords,
} from "../../support/attackers/relay.ts";
import {
	assertStillWorks,
	joinMemoryRoom,
	type MemoryGuest,
	newSelf,
	openMemoryRoom,
	roomPassword,
	transportOf,
} from "../../support/rooms/memory-room.ts";

/** One room takes it all. */
const room = await openMemoryRoom({ after });
const secrets = ["Ottilie Nebelhorn", "the meeting is at the old mill", "bring the blue umbrella"] as const;

/** Everywhere the relay could look for a secret: as it is, and in the usual disguises. */
function assertUnseen(recording: Buffer, secret: string | Uint8Array): void {
	const plain = Buffer.from(secret);
	for (const form of [plain, Buffer.from(plain.toString("hex")), Buffer.from(plain.toString("hex").toUpperCase())])
		assert.equal(recording.includes(form), false, `${plain.toString("latin1")} was seen`);
	const base64 = plain.toString("base64").replace(/.{2}=*$/, "");
	assert.equal(recording.includes(base64), false, `${plain.toString("latin1")} was seen in base64`);
}

async function talkThrough(relay: Relay, name: string): Promise<MemoryGuest> {
	const guest = await joinMemoryRoom(room, await newSelf(name), { transport: transportOf(() => relay.link) });
	room.hosted.member.say(secrets[1], 0);
	guest.member().say(secrets[2], 0);
	await guest.ears.until(() => guest.ears.texts().includes(secrets[1]) && guest.ears.has("placed"));
	await room.ears.until(() => room.ears.texts().includes(secrets[2]));
	return guest;
}

test("attack: a relay that holds the whole conversation finds no password, no name, no key and no word in it", async () => {
	const relay = relayBefore(room.link());
	const guest = await talkThrough(relay, secrets[0]);
	guest.leave();
	await guest.ended;
	const recording = relay.recording();
	assert.ok(recording.length > 5000);
	const keys = [room.host, guest.self].flatMap(({ signer }) => [
		Buffer.from(signer.fingerprint, "hex"),
		Buffer.from(signer.fingerprint),
		signer.certificate.bytes.subarray(0, 40),
		signer.certificate.bytes.subarray(-40),
	]);
	for (const secret of [roomPassword, ...secrets, room.host.name, ...keys]) assertUnseen(recording, secret);
});

test("attack: a relay sees sizes in steps of 256 bytes only: one word and forty letters look the same", async () => {
	const relay = relayBefore(room.link());
	const guest = await joinMemoryRoom(room, await newSelf("Bob"), { transport: transportOf(() => relay.link) });
	const sizes = new Set<number>();
	for (const text of ["no", "yes", "x".repeat(40)]) {
		const marks = { toHost: relay.toHost.length, toGuest: relay.toGuest.length };
		const count = guest.ears.heard.length;
		guest.member().say(text, 0);
		await guest.ears.until(() => guest.ears.heard.length > count);
		room.hosted.member.say(text, 0);
		await guest.ears.until(() => guest.ears.texts().includes(text));
		const said = [...relay.toHost.slice(marks.toHost), ...relay.toGuest.slice(marks.toGuest)];
		for (const chunk of said)
			for (const { type, size } of tlsRecords(chunk)) {
				assert.equal(type, 23);
				// RFC 8446 §5.2: one byte of content type and 16 of tag around the plaintext.
				assert.equal((size - 17) % padToBytes, 0, `a record of ${size} bytes`);
			}
		sizes.add(Buffer.concat(said).length);
	}
	assert.equal(sizes.size, 1, `${[...sizes]}`);
	guest.leave();
	await guest.ended;
});

/** One join through a meddling relay, by somebody who gives up when asked for the password again. */
async function joinThrough(meddle: Meddling, name: string) {
	const link = room.link();
	const relay = relayBefore(link, meddle);
	let asked = 0;
	const guest = await joinMemoryRoom(room, await newSelf(name), {
		transport: transportOf(() => relay.link),
		options: { askPassword: async () => (asked++ === 0 ? roomPassword : undefined) },
	});
	return { guest, hostEnd: link.stream, guestEnd: relay.link.stream };
}

test("attack: a relay that flips a bit anywhere before the channel stands keeps the guest out, and gets nobody in", async () => {
	// In each kind of field: randoms, key shares of both kinds, extensions, the first encrypted records.
	const places: readonly (readonly [Direction, number])[] = [
		...[15, 60, 300, 1200, 1300].map((at) => ["toGuest", at] as const),
		...[15, 60, 300, 1400].map((at) => ["toHost", at] as const),
	];
	for (const [direction, place] of places) {
		const { guest } = await joinThrough(flipAt(place, direction), "Kept Out");
		assert.equal(guest.hasEntered(), false, `${direction} ${place}`);
		await guest.ended;
	}
	const joined = room.ears.heard.flatMap((event) => (event.kind === "membership" ? event.joined : []));
	assert.ok(joined.length > 0);
	assert.equal(
		joined.find(({ name }) => name === "Kept Out"),
		undefined,
	);
});

test("attack: a relay that flips a bit of what is said inside the channel ends the Link at both ends, and nothing is shown", async () => {
	for (const direction of ["toHost", "toGuest"] as const) {
		let isArmed = false;
		const { guest, hostEnd, guestEnd } = await joinThrough((chunk, where) => {
			if (isArmed && where === direction) chunk[Math.floor(chunk.length / 2)]! ^= 1;
			return chunk;
		}, "Bob");
		assert.ok(guest.hasEntered());
		isArmed = true;
		const closed = Promise.all([once(hostEnd, "close"), once(guestEnd, "close")]);
		if (direction === "toHost") guest.member().say("changed on the way", 0);
		else room.hosted.member.say("changed on the way", 0);
		await closed;
		guest.leave();
		await guest.ended;
		assert.equal([...room.ears.texts(), ...guest.ears.texts()].includes("changed on the way"), false);
	}
});

test("attack: a relay that repeats or leaves out what is said inside the channel ends the Link, and nothing is shown twice", async () => {
	for (const how of ["twice", "never"] as const) {
		let isArmed = false;
		let kept: Buffer | undefined;
		const meddled = Promise.withResolvers<void>();
		const { guest, guestEnd } = await joinThrough((chunk, where) => {
			if (where !== "toGuest") return chunk;
			if (!isArmed) return kept === undefined ? chunk : Buffer.concat([kept, chunk]);
			isArmed = false;
			meddled.resolve();
			if (how === "never") return Buffer.alloc(0);
			kept = Buffer.from(chunk);
			return chunk;
		}, "Bob");
		const closed = once(guestEnd, "close");
		isArmed = true;
		room.hosted.member.say(`said ${how}`, 0);
		await meddled.promise;
		// The repetition comes when the first copy has been shown: a Link that ends takes along what has not been read yet.
		if (how === "twice") await guest.ears.until(() => guest.ears.texts().length > 0);
		room.hosted.member.say("the next one", 0);
		await closed;
		guest.leave();
		await guest.ended;
		assert.deepEqual(guest.ears.texts(), how === "twice" ? ["said twice"] : []);
	}
});

test("attack: a relay that plays one guest's words to the host again, on a Link of its own, gets nowhere", async () => {
	const relay = relayBefore(room.link());
	const guest = await talkThrough(relay, "Bob");
	guest.leave();
	await guest.ended;
	const strikes = () => room.alerts.filter(({ kind }) => kind === "strike").length;
	const before = strikes();
	const replay = room.link();
	const answer: Buffer[] = [];
	replay.stream.on("data", (chunk: Buffer) => answer.push(chunk));
	replay.stream.end(Buffer.concat([...relay.toHost]));
	await once(replay.stream, "close");
	// The recorded answer to another hello of the server's fits nothing: TLS ends it before a word of ours is said.
	const all = Buffer.concat(answer);
	assert.equal(tlsRecords(all)[0]?.type, 22);
	assert.equal(strikes(), before);
	await assertStillWorks(room);
});
