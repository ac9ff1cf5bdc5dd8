// The readers of every structured message: what is written is read, everything else is refused and nothing throws.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { openingBinding } from "../../../src/crypto/opening/binding.ts";
import { encodeBody } from "../../../src/engine/wire/codec.ts";
import { decodeContent, encodeContent } from "../../../src/engine/wire/content.ts";
import { maxTextBytes } from "../../../src/engine/wire/content-kinds.ts";
import {
	closeCode,
	decodeAdmission,
	decodeClose,
	decodeCommit,
	decodeEntered,
	decodeResumed,
	encodeAdmission,
	encodeClose,
	encodeCommit,
	encodeEntered,
	encodeResumed,
	maxCommitBytes,
	maxMembers,
} from "../../../src/engine/wire/entering-frames.ts";
import {
	decodeGuestCertificate,
	decodeHostIdentity,
	encodeHello,
	maxCertificateBytes,
	maxNameBytes,
	readHello,
	readRefusal,
	refusalCode,
} from "../../../src/engine/wire/handshake.ts";
import { anyCharacter } from "../../support/any-character.ts";

const seed = { room: randomBytes(32), salt: randomBytes(16) };
const hello = { versions: [2], suites: [1], ...seed };
const bytes = (size: number) => new Uint8Array(size).fill(7);
const said = {
	id: bytes(16),
	at: 1_700_000_000_000,
	seen: { seq: 3, head: bytes(32) },
};

test("a hello is read as it was written, and bound into what everything is proven over byte by byte", () => {
	const encoded = encodeHello(seed);
	const read = readHello(encoded);
	assert.ok(read.kind === "hello");
	assert.deepEqual(Buffer.from(read.hello.room), seed.room);
	assert.deepEqual(Buffer.from(read.hello.salt), seed.salt);
	for (let at = 0; at < encoded.length; at++) {
		const other = Buffer.from(encoded);
		other[at]! ^= 1;
		assert.notDeepEqual(openingBinding(bytes(32), other), openingBinding(bytes(32), encoded));
	}
});

test("a hello of other versions, or with other channels only, is told apart from what is no hello", () => {
	for (const other of [
		{ ...hello, versions: [3] },
		{ versions: [1] },
		{ versions: [7, 8], anything: ["new"] },
		{ ...hello, suites: [2, 3] },
	])
		assert.equal(readHello(encodeBody(other)).kind, "otherVersion", JSON.stringify(other));
	const newer = readHello(encodeBody({ ...hello, versions: [2, 3], suites: [9, 1] }));
	assert.equal(newer.kind, "hello");
});

test("attack: a Hello with anything too long, too short, missing or added is refused", () => {
	for (const bad of [
		{ ...hello, more: 1 },
		{ ...hello, room: bytes(31) },
		{ ...hello, salt: bytes(17) },
		{ ...hello, room: "n".repeat(32) },
		{ ...hello, suites: [] },
		{ ...hello, suites: Array.from({ length: 17 }, () => 1) },
		{ ...hello, suites: [70_000] },
		{ versions: [2] },
		{ v: 1 },
		{ ...hello, versions: 2 },
		{ ...hello, versions: [-1] },
		[1],
		1,
	])
		assert.equal(readHello(encodeBody(bad)).kind, "refused", JSON.stringify(bad));
	assert.equal(readHello(Buffer.from("SSH-2.0-OpenSSH_9.6\r\n")).kind, "refused");
	assert.equal(readHello(bytes(0)).kind, "refused");
});

test("refusals and goodbyes are one byte with a known meaning, and nothing else", () => {
	for (const [name, code] of Object.entries(refusalCode)) assert.equal(readRefusal(Uint8Array.of(code)), name);
	for (const reason of Object.keys(closeCode) as (keyof typeof closeCode)[])
		assert.equal(decodeClose(encodeClose(reason)), reason);
	const known = {
		refusal: new Set<number>(Object.values(refusalCode)),
		close: new Set<number>(Object.values(closeCode)),
	};
	for (let code = 0; code < 256; code++) {
		assert.equal(readRefusal(Uint8Array.of(code)) !== undefined, known.refusal.has(code));
		assert.equal(decodeClose(Uint8Array.of(code)) !== undefined, known.close.has(code));
	}
	for (const body of [bytes(0), Uint8Array.of(1, 1)])
		assert.deepEqual([readRefusal(body), decodeClose(body)], [undefined, undefined]);
});

test("identities are read within their limits: a certificate of 32 KiB, a name of 128 bytes, a signature of 4 KiB", () => {
	const certificate = bytes(maxCertificateBytes);
	const name = "ü".repeat(maxNameBytes / 2);
	const signature = bytes(4096);
	assert.equal(decodeGuestCertificate(encodeBody({ certificate, name })).kind, "value");
	assert.equal(decodeHostIdentity(encodeBody({ certificate, name, signature })).kind, "value");
	for (const bad of [
		{ certificate: bytes(maxCertificateBytes + 1), name, signature },
		{ certificate: bytes(0), name, signature },
		{ certificate, name: `${name}x`, signature },
		{ certificate, name: bytes(4), signature },
		{ certificate, name, signature: bytes(4097) },
		{ certificate, name, signature: bytes(0) },
		{ certificate, name, signature, more: 1 },
	]) {
		assert.equal(decodeHostIdentity(encodeBody(bad)).kind, "refused");
		assert.equal(decodeGuestCertificate(encodeBody(bad)).kind, "refused");
	}
});

test("admissions, entries and commits are read within their limits", () => {
	const admission = { room: seed.room, groupInfo: bytes(100), ticket: bytes(32), certificates: [bytes(9)] };
	const commit = { seq: 1, message: bytes(9) };
	const entered = { seq: 1, head: bytes(32), seat: bytes(32) };
	assert.equal(decodeAdmission(encodeAdmission(admission)).kind, "value");
	assert.equal(decodeCommit(encodeCommit(commit)).kind, "value");
	assert.equal(decodeCommit(encodeCommit({ ...commit, certificate: bytes(9) })).kind, "value");
	assert.equal(decodeEntered(encodeEntered(entered)).kind, "value");
	const tooMany = Array.from({ length: maxMembers + 1 }, () => bytes(1));
	for (const bad of [{ ticket: bytes(31) }, { room: bytes(33) }, { groupInfo: bytes(0) }, { certificates: tooMany }])
		assert.equal(decodeAdmission(encodeAdmission({ ...admission, ...bad })).kind, "refused", Object.keys(bad)[0]);
	for (const bad of [{ seq: 0 }, { seq: 1.5 }, { message: bytes(0) }, { message: bytes(maxCommitBytes + 1) }])
		assert.equal(decodeCommit(encodeCommit({ ...commit, ...bad })).kind, "refused", JSON.stringify(Object.keys(bad)));
	for (const bad of [{ seq: 0 }, { seq: -1 }, { head: bytes(31) }, { seat: bytes(31) }])
		assert.equal(decodeEntered(encodeEntered({ ...entered, ...bad })).kind, "refused", JSON.stringify(bad));
});

test("a line is read as it was said, up to 64 KiB of it in any script", () => {
	fc.assert(
		fc.property(fc.string({ unit: anyCharacter, maxLength: 50 }), fc.maxSafeNat(), (text, at) => {
			const decoded = decodeContent(encodeContent({ ...said, at }, { kind: "text", text }));
			// Half a surrogate pair is no text: UTF-8 has no way to write it.
			const expected = text.isWellFormed() ? text : text.toWellFormed();
			assert.ok(decoded.kind === "value" && decoded.value.kind === "text");
			assert.deepEqual([decoded.value.text, decoded.value.at], [expected, at]);
		}),
	);
	const longest = encodeContent(said, { kind: "text", text: "ü".repeat(maxTextBytes / 2) });
	assert.equal(decodeContent(longest).kind, "value");
	assert.equal(
		decodeContent(encodeContent(said, { kind: "text", text: `${"ü".repeat(maxTextBytes / 2)}x` })).kind,
		"refused",
	);
});

test("content of a newer version is known to be something, and content that this version knows is refused when it is malformed", () => {
	const newer = decodeContent(encodeBody({ v: 1, kind: "file-offer", ...said, size: 12, nested: { a: [1] } }));
	assert.ok(newer.kind === "value" && newer.value.kind === "unknown");
	assert.equal(newer.value.name, "file-offer");
	for (const bad of [
		{ v: 1, kind: "text", ...said },
		{ v: 1, kind: "text", ...said, text: "x", more: 1 },
		{ v: 1, kind: "text", ...said, text: bytes(3) },
		{ v: 2, kind: "text", ...said, text: "x" },
		{ v: 1, kind: "x".repeat(65), ...said },
		{ v: 1, kind: "new", ...said, id: bytes(15) },
		{ v: 1, kind: "new", ...said, at: -1 },
		{ v: 1, kind: "new", ...said, seen: { seq: 1 } },
		{ v: 1, kind: "new", id: said.id, at: said.at },
	])
		assert.equal(decodeContent(encodeBody(bad)).kind, "refused", JSON.stringify(bad));
});

const readers = [
	readHello,
	decodeGuestCertificate,
	decodeHostIdentity,
	decodeAdmission,
	decodeEntered,
	decodeResumed,
	decodeCommit,
	decodeContent,
	readRefusal,
	decodeClose,
] as const;

test("attack: every reader takes any bytes at all, and any mutation of a good message, without an exception", () => {
	const good = [
		encodeHello(seed),
		encodeBody({ certificate: bytes(60), name: "Bob", signature: bytes(60) }),
		encodeAdmission({ room: seed.room, groupInfo: bytes(50), ticket: bytes(32), certificates: [bytes(9)] }),
		encodeCommit({ seq: 1, message: bytes(9), certificate: bytes(9) }),
		encodeEntered({ seq: 1, head: bytes(32), seat: bytes(32) }),
		encodeResumed({ seq: 1, seat: bytes(32) }),
		encodeContent(said, { kind: "text", text: "hello" }),
	];
	fc.assert(
		fc.property(
			fc.constantFrom(...good),
			fc.nat(),
			fc.uint8Array({ maxLength: 6 }),
			fc.nat(3),
			(message, at, put, cut) => {
				const split = at % message.length;
				const mutated = Buffer.concat([message.subarray(0, split), put, message.subarray(split + cut)]);
				for (const read of readers) read(mutated);
			},
		),
		{ numRuns: 2000 },
	);
	fc.assert(
		fc.property(fc.uint8Array({ maxLength: 60 }), (any) => {
			for (const read of readers) read(any);
		}),
		{ numRuns: 1000 },
	);
});
