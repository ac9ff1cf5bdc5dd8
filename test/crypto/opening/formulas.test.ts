// The formulas of the opening, computed a second time from docs/protocol.md, and what each of them must keep apart.
import assert from "node:assert/strict";
import { createHash, createHmac, hkdfSync, randomBytes } from "node:crypto";
import { test } from "node:test";
import { parseFingerprint } from "../../../src/crypto/identity/fingerprint.ts";
import { channelBinding, channelSuite, openingBinding, roomName } from "../../../src/crypto/opening/binding.ts";
import {
	answersKnock,
	type Held,
	holdsAnything,
	hostTag,
	KNOCK_BYTES,
	type KnownKeys,
	knockTag,
	makeKnock,
	shownIn,
	TAG_BYTES,
	tagKeys,
} from "../../../src/crypto/opening/knock.ts";

const text = (value: string) => Buffer.from(value, "utf8");
const hex = (value: Uint8Array) => Buffer.from(value).toString("hex");
const sha256 = (value: Uint8Array) => createHash("sha256").update(value).digest();

/** Each part after its length in LEB128; everything here is shorter than 128 bytes. */
const lv = (...parts: readonly Uint8Array[]) =>
	Buffer.concat(parts.flatMap((part) => [Buffer.from([part.length]), part]));

function fingerprint(digits: string) {
	const parsed = parseFingerprint(digits);
	assert.ok(parsed);
	return parsed;
}

const host = fingerprint("F0E1D2C3B4A5968778695A4B3C2D1E0F00112233445566778899AABBCCDDEEFF");
const guest = fingerprint("00112233445566778899AABBCCDDEEFF01234567");
const roomId = Uint8Array.from({ length: 32 }, (_, index) => index);
const seat = randomBytes(32);
const inviteSecret = randomBytes(16);
const B = channelBinding(channelSuite.tls, randomBytes(32));
const T = openingBinding(B, text("hello"));

const held = {
	seat: { kind: "seat", secret: seat, roomId, guest },
	invite: { kind: "invite", secret: inviteSecret },
	pin: { kind: "pin" },
} as const satisfies Record<string, Held>;
const keysOf = {
	seat: tagKeys(held.seat, host),
	invite: tagKeys(held.invite, host),
	pin: tagKeys(held.pin, host),
};

function subKey(secret: Uint8Array, kind: string, who: string, room: Uint8Array, fpGuest: Uint8Array): Buffer {
	const info = lv(text("real-talk/2"), text(kind), text(who), Buffer.from(host, "hex"), room, fpGuest);
	return Buffer.from(hkdfSync("sha256", secret, "real-talk/2", info, 32));
}

const mac = (key: Uint8Array, domain: string, what: Uint8Array) =>
	createHmac("sha256", key)
		.update(lv(text(domain), what))
		.digest();

test("the bindings of a channel, of a hello in it, and of a room's name follow from the documented formulas", () => {
	const exporter = randomBytes(32);
	const channel = channelBinding(channelSuite.tls, exporter);
	assert.equal(hex(channel), hex(sha256(lv(text("real-talk/2 channel"), Buffer.from([0, 1]), exporter))));
	assert.equal(
		hex(openingBinding(channel, text("hi"))),
		hex(sha256(lv(text("real-talk/2 hello"), channel, text("hi")))),
	);
	assert.equal(hex(roomName(roomId)), hex(sha256(lv(text("real-talk/2 room"), roomId)).subarray(0, 16)));
});

test("the tags of guest and host follow from the documented formulas, for a seat, an invite and a pin", () => {
	const nothing = Buffer.alloc(0);
	const secrets = [
		["seat", seat, roomId, Buffer.from(guest, "hex")],
		["invite", inviteSecret, nothing, nothing],
		["pin", Buffer.from(host, "hex"), nothing, nothing],
	] as const;
	for (const [kind, secret, room, fpGuest] of secrets) {
		const expected = mac(subKey(secret, kind, "guest", room, fpGuest), "real-talk/2 knock", B);
		assert.equal(hex(knockTag(keysOf[kind].guest, B)), hex(expected));
		const answer = mac(subKey(secret, kind, "host", room, fpGuest), "real-talk/2 host", T);
		assert.equal(hex(hostTag(keysOf[kind].host, T)), hex(answer));
	}
});

const known: readonly KnownKeys<string>[] = [
	{ value: "the seat", keys: keysOf.seat, slots: "seat" },
	{ value: "the invite", keys: keysOf.invite, slots: "invite" },
	{ value: "the pin", keys: keysOf.pin, slots: "pin" },
];
const found = (knock: Uint8Array, channel = B) => shownIn(knock, channel, known).map(({ value }) => value);

test("a knock has one size whatever the guest holds, and what it holds is found in its own place only", () => {
	const all = makeKnock({ newestSeat: keysOf.seat, invite: keysOf.invite, pin: keysOf.pin }, B);
	assert.equal(all.length, KNOCK_BYTES);
	assert.equal(makeKnock({}, B).length, KNOCK_BYTES);
	assert.deepEqual(found(all), ["the seat", "the invite", "the pin"]);
	assert.deepEqual(found(makeKnock({ previousSeat: keysOf.seat }, B)), ["the seat"]);
	assert.deepEqual(found(makeKnock({}, B)), []);
	const moved = Buffer.concat([all.subarray(2 * TAG_BYTES), all.subarray(0, 2 * TAG_BYTES)]);
	assert.deepEqual(found(moved), [], "an invite shown as a seat is none, nor a seat as an invite");
	assert.equal(holdsAnything({}), false);
	assert.equal(holdsAnything({ previousSeat: keysOf.seat }), true);
});

test("a knock replayed in another channel shows nothing", () => {
	const knock = makeKnock({ newestSeat: keysOf.seat, invite: keysOf.invite, pin: keysOf.pin }, B);
	assert.deepEqual(found(knock, channelBinding(channelSuite.tls, randomBytes(32))), []);
});

test("a guest's own tag played back is no answer of the host's, nor is the host's for another hello", () => {
	const secrets = { invite: keysOf.invite };
	assert.equal(answersKnock(hostTag(keysOf.invite.host, T), secrets, T), true);
	assert.equal(answersKnock(knockTag(keysOf.invite.guest, B), secrets, T), false);
	assert.equal(answersKnock(hostTag(keysOf.invite.host, openingBinding(B, text("other"))), secrets, T), false);
	assert.equal(answersKnock(hostTag(keysOf.pin.host, T), secrets, T), false, "only what the guest holds counts");
	assert.equal(answersKnock(new Uint8Array(0), secrets, T), false);
});

test("a secret has other keys for another host, room or guest", () => {
	const other = fingerprint("FF112233445566778899AABBCCDDEEFF01234567");
	const tagOf = (one: Held, whose = host) => hex(knockTag(tagKeys(one, whose).guest, B));
	const tags = new Set([
		tagOf(held.seat),
		tagOf({ ...held.seat, guest: other }),
		tagOf({ ...held.seat, roomId: new Uint8Array(32) }),
		tagOf(held.seat, other),
		tagOf({ kind: "invite", secret: seat }),
		tagOf(held.pin),
		tagOf(held.pin, other),
	]);
	assert.equal(tags.size, 7);
});
