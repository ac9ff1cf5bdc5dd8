// The rt:// invite: survives what chat applications do to it, refuses everything that is not one, and never says too much.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { isIPv4 } from "node:net";
import { test } from "node:test";
import fc from "fast-check";
import { type Fingerprint, parseFingerprint } from "../../../src/crypto/identity/fingerprint.ts";
import { readJoinTarget } from "../../../src/engine/guest/join-target.ts";
import { base32Of, bytesOfBase32 } from "../../../src/engine/wire/base32.ts";
import { encodeBody } from "../../../src/engine/wire/codec.ts";
import {
	encodeInvite,
	type InviteToWrite,
	looksLikeInvite,
	maxInviteEndpoints,
	parseInvite,
} from "../../../src/engine/wire/invite.ts";
import { canonicalAddress } from "../../../src/net/address/address.ts";
import { targetWords } from "../../../src/ui/words/target-words.ts";

const fingerprint = parseFingerprint("0123456789ABCDEF0123456789ABCDEF01234567") as Fingerprint;
const invite: InviteToWrite = {
	fingerprint,
	endpoints: [
		{ address: "44.128.0.10", port: 40_213 },
		{ address: "2a0e:9999:a::2", port: 40_213 },
		{ address: "192.168.1.2", port: 40_214 },
	],
};
/** An invite of version 1: the first of these endpoints, and the key. */
const OF_VERSION_1 = "rt://qqaviajdivtytk6n54asgrlhrgv433ybencwogm5cwauileaaafmilv6te";

const hexDigits = (length: number) =>
	fc.string({ unit: fc.constantFrom(..."0123456789ABCDEF"), minLength: length, maxLength: length });
const fingerprints = fc.oneof(hexDigits(40), hexDigits(64)).map((text) => text as Fingerprint);
const isDialable = (address: string) =>
	isIPv4(address) ? !/^(?:0|22[4-9]|2[3-5]\d)\./.test(address) : !/^(?:::$|ff|fe[89ab])/.test(address);
const addresses = fc
	.oneof(fc.ipV4(), fc.ipV6())
	.map((text) => canonicalAddress(text) ?? "")
	.filter(isDialable);
const endpoints = fc.record(
	{
		address: addresses,
		port: fc.oneof(fc.constant(40_213), fc.integer({ min: 1, max: 65_535 })),
	},
	{ noNullPrototype: true },
);
const sixteen = fc.uint8Array({ minLength: 16, maxLength: 16 });
const invites = fc.record(
	{
		fingerprint: fingerprints,
		endpoints: fc.array(endpoints, { minLength: 1, maxLength: 12 }),
		secret: sixteen,
		room: sixteen,
	},
	{ requiredKeys: ["fingerprint", "endpoints"], noNullPrototype: true },
);

/** What is read of it: routes go by the invite's own secret. */
const asRead = ({ parts = new Map(), ...invite }: InviteToWrite) => ({
	...invite,
	parts,
	...(invite.secret ? { routeSecret: invite.secret } : {}),
});

test("every invite is read back as it was written, in at most 512 characters that no chat application changes", () => {
	fc.assert(
		fc.property(invites, (one) => {
			const text = encodeInvite(one);
			assert.match(text, /^rt:\/\/[a-z2-7]{1,507}$/);
			assert.deepEqual(parseInvite(text), { kind: "invite", invite: asRead(one) });
		}),
	);
});

test("an invite with one address is a short line", () => {
	const [first] = invite.endpoints;
	assert.ok(first);
	assert.ok(encodeInvite({ fingerprint, endpoints: [first] }).length <= 70);
	const secret = new Uint8Array(16);
	assert.ok(encodeInvite({ fingerprint, endpoints: [first], secret, room: secret }).length <= 125);
});

test("capitals (QR codes), line breaks, brackets, quotes and the full stop of a sentence do no harm", () => {
	const text = encodeInvite(invite);
	const wrapped = `${text.slice(0, 30)}\r\n  ${text.slice(30)}`;
	for (const pasted of [
		text.toUpperCase(),
		wrapped,
		`<${text}>`,
		`"${text}".`,
		`  ${text}/\n`,
		`(${text})`,
		`\`${text}\`!`,
	]) {
		assert.deepEqual(parseInvite(pasted), { kind: "invite", invite: asRead(invite) }, pasted);
		assert.ok(looksLikeInvite(pasted));
	}
	for (const other of ["192.168.1.2 40213", "http://rt://", "friend.example 1", "art://x"])
		assert.ok(!looksLikeInvite(other));
});

test("a mistyped, swapped, missing or added character is noticed", () => {
	const text = encodeInvite(invite);
	const letters = [..."abcdefghijklmnopqrstuvwxyz234567"];
	fc.assert(
		fc.property(fc.integer({ min: 5, max: text.length - 1 }), fc.constantFrom(...letters), (at, letter) => {
			const edits = [
				text.slice(0, at) + letter + text.slice(at + 1),
				text.slice(0, at) + text.slice(at + 1),
				text.slice(0, at) + letter + text.slice(at),
				text.slice(0, at) + (text[at + 1] ?? "") + text[at] + text.slice(at + 2),
				text.slice(0, at),
			];
			for (const edit of edits) if (edit !== text) assert.equal(parseInvite(edit).kind, "refused", edit);
		}),
	);
});

test("no text makes the reader throw, and what it refuses it refuses in words", () => {
	const texts = fc.oneof(
		fc.string(),
		fc.string().map((text) => `rt://${text}`),
		fc.uint8Array().map((bytes) => `rt://${base32Of(bytes)}`),
	);
	fc.assert(
		fc.property(texts, (text) => {
			const outcome = parseInvite(text);
			assert.ok(outcome.kind === "refused" && targetWords(outcome).length > 20);
		}),
	);
	assert.equal(parseInvite(`rt://${"a".repeat(1_000_000)}`).kind, "refused");
	assert.equal(parseInvite(`rt://${" ".repeat(1_000_000)}`).kind, "refused");
});

/** An invite with a right checksum around any content. */
function forged(content: unknown): string {
	const bytes = encodeBody(content);
	return `rt://${base32Of(Buffer.concat([bytes, createHash("sha256").update(bytes).digest().subarray(0, 4)]))}`;
}

const key = new Uint8Array(20);
const secret = new Uint8Array(16).fill(3);
const room = new Uint8Array(16).fill(4);
const address = Uint8Array.of(44, 1, 1, 1, 0, 1);
/** The content of an invite of version 2 with these entries beside its key. */
const withEntries = (...entries: readonly (readonly [number, unknown])[]) =>
	new Map<number, unknown>([[1, key], [2, [address]], ...entries]);
const forgeries: Readonly<Record<string, unknown>> = {
	"another version": [2, key, 1, [Uint8Array.of(44, 1, 1, 1)]],
	"a short fingerprint": [1, key.subarray(1), 1, [Uint8Array.of(44, 1, 1, 1)]],
	"port 0": [1, key, 0, [Uint8Array.of(44, 1, 1, 1)]],
	"an own port of 0": [1, key, 1, [Uint8Array.of(44, 1, 1, 1, 0, 0)]],
	"no address": [1, key, 1, []],
	"thirteen addresses": [1, key, 1, Array.from({ length: maxInviteEndpoints + 1 }, () => Uint8Array.of(44, 1, 1, 1))],
	"half an address": [1, key, 1, [Uint8Array.of(44, 1, 1)]],
	"a name instead of an address": [1, key, 1, ["friend.example"]],
	"the address of everybody": [1, key, 1, [Uint8Array.of(255, 255, 255, 255)]],
	"the address of nobody": [1, key, 1, [new Uint8Array(16)]],
	"a link-local address": [1, key, 1, [Uint8Array.from([0xfe, 0x80, ...new Uint8Array(13), 1])]],
	"something more": [1, key, 1, [Uint8Array.of(44, 1, 1, 1)], "password"],
	"neither an address nor a route": [1, key, 1, [], []],
	"a short secret for routes": [1, key, 1, [], [new Uint8Array(15), []]],
	"a map with names": { fingerprint: key },
	"no key": new Map<number, unknown>([[2, [Uint8Array.of(44, 1, 1, 1, 0, 1)]]]),
	"an address without a port": new Map<number, unknown>([
		[1, key],
		[2, [Uint8Array.of(44, 1, 1, 1)]],
	]),
	"port 0 in version 2": new Map<number, unknown>([
		[1, key],
		[2, [Uint8Array.of(44, 1, 1, 1, 0, 0)]],
	]),
	"a short secret": new Map<number, unknown>([
		[1, key],
		[2, [Uint8Array.of(44, 1, 1, 1, 0, 1)]],
		[3, new Uint8Array(15)],
	]),
	"half a room's name": new Map<number, unknown>([
		[1, key],
		[2, [Uint8Array.of(44, 1, 1, 1, 0, 1)]],
		[8, new Uint8Array(8)],
	]),
	"no signature and no secret": withEntries([8, room], [9, 1]),
	"no signature and no room": withEntries([3, secret], [9, 1]),
	"a later room and no secret": withEntries([10, 1]),
	"a later room that is named": withEntries([3, secret], [8, room], [10, 1]),
	"a later room off the record": withEntries([3, secret], [9, 1], [10, 1]),
	"another word than yes": withEntries([3, secret], [8, room], [9, 0]),
	"one good and one bad address in version 1": [1, key, 1, [Uint8Array.of(44, 1, 1, 1), Uint8Array.of(0, 0, 0, 0)]],
	"a negative key": new Map<number, unknown>([
		[1, key],
		[2, [Uint8Array.of(44, 1, 1, 1, 0, 1)]],
		[-1, 1],
	]),
};
for (const [what, content] of Object.entries(forgeries)) {
	test(`attack: an invite with ${what} is refused`, () => assert.equal(parseInvite(forged(content)).kind, "refused"));
}

test("the format is the one that docs/protocol.md draws", () => {
	assert.deepEqual(parseInvite(forged([1, key, 1, [Uint8Array.of(44, 1, 1, 1)]])), {
		kind: "invite",
		invite: { fingerprint: "0".repeat(40), endpoints: [{ address: "44.1.1.1", port: 1 }], parts: new Map() },
	});
	const [first] = invite.endpoints;
	assert.ok(first);
	const one = { fingerprint, endpoints: [first] };
	assert.equal(
		encodeInvite(one),
		forged(
			new Map<number, unknown>([
				[1, Buffer.from(fingerprint, "hex")],
				[2, [Buffer.from("2c80000a9d15", "hex")]],
			]),
		),
	);
	assert.deepEqual(parseInvite(OF_VERSION_1), { kind: "invite", invite: asRead(one) }, "version 1 stays readable");
});

test("an invite for a room off the record, and one for whichever room comes later, say so", () => {
	const [endpoint] = invite.endpoints;
	assert.ok(endpoint);
	const one = { fingerprint, endpoints: [endpoint], secret };
	for (const said of [
		{ ...one, room, isOffRecord: true },
		{ ...one, isForLater: true },
	] as const) {
		assert.deepEqual(parseInvite(encodeInvite(said)), { kind: "invite", invite: asRead(said) });
	}
	const former = parseInvite(forged([1, key, 1, [], [secret, "more"]]));
	assert.ok(former.kind === "invite");
	assert.deepEqual([former.invite.routeSecret, [...former.invite.parts]], [secret, [[4, ["more"]]]]);
});

test("an invite says why it is refused: too long, damaged, or of another version", () => {
	const whyOf = (text: string) => {
		const outcome = parseInvite(text);
		return outcome.kind === "refused" && outcome.why;
	};
	const text = encodeInvite(invite);
	assert.equal(whyOf(text + " ".repeat(4 * 1024)), "inviteTooLong");
	assert.equal(parseInvite(text + " ".repeat(4 * 1024 - text.length)).kind, "invite");
	const long = forged(new Map<number, unknown>([...withEntries(), [20, new Uint8Array(700)]]));
	assert.equal(whyOf(long), "inviteDamaged", "more characters than an invite has");
	for (const around of [`x${text}`, `${text}x`, "rt://", "rt://aaaaaaa"]) assert.equal(whyOf(around), "inviteDamaged");
	assert.equal(whyOf(forged(new Map([[1, 7]]))), "inviteOfAnotherVersion");
	assert.equal(whyOf(forged([2, key])), "inviteOfAnotherVersion");
	assert.equal(whyOf(forged(withEntries([9, 1]))), "inviteDamaged");
});

test("parts that are not known yet are left alone, and handed on to the routes as they are", () => {
	const onion = new Uint8Array(32).fill(5);
	const text = forged(
		new Map<number, unknown>([
			[1, key],
			[2, [Uint8Array.of(44, 1, 1, 1, 0, 1)]],
			[5, onion],
			[7, "news"],
		]),
	);
	const read = parseInvite(text);
	assert.ok(read.kind === "invite");
	assert.deepEqual([...read.invite.parts].toSorted(), [
		[5, onion],
		[7, "news"],
	]);
	assert.equal(readJoinTarget(text, []).kind, "target", "the address does");
});

test("an invite that leads by unknown ways alone is told as such", () => {
	const text = encodeInvite({ fingerprint, endpoints: [], parts: new Map([[5, new Uint8Array(32)]]) });
	assert.deepEqual(readJoinTarget(text, []), { kind: "refused", why: "inviteWithoutWay" });
});

test("more than twelve addresses are cut, none and impossible ones are bugs", () => {
	const many = Array.from({ length: 20 }, (_, at) => ({ address: `44.1.1.${at}`, port: 1 }));
	const read = parseInvite(encodeInvite({ fingerprint, endpoints: many }));
	assert.equal(read.kind === "invite" && read.invite.endpoints.length, maxInviteEndpoints);
	assert.throws(() => encodeInvite({ fingerprint, endpoints: [] }));
	for (const address of ["0.0.0.0", "fe80::1", "224.0.0.1", "x", "::FFFF:1.1.1.1"]) {
		assert.throws(() => encodeInvite({ fingerprint, endpoints: [{ address, port: 1 }] }), address);
	}
});

test("base32 is RFC 4648's, and each sequence of bytes has one spelling", () => {
	const vectors = { f: "my", fo: "mzxq", foo: "mzxw6", foob: "mzxw6yq", fooba: "mzxw6ytb", foobar: "mzxw6ytboi" };
	for (const [plain, written] of Object.entries(vectors)) {
		assert.equal(base32Of(Buffer.from(plain)), written);
		assert.equal(Buffer.from(bytesOfBase32(written) ?? []).toString(), plain);
	}
	for (const wrong of ["m", "mz", "mzx", "MY", "m1", "my=", "mzxw6a"])
		assert.equal(bytesOfBase32(wrong), undefined, wrong);
	fc.assert(fc.property(fc.uint8Array(), (bytes) => assert.deepEqual(bytesOfBase32(base32Of(bytes)), bytes)));
});
