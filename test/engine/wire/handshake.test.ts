// The first words of both sides as bytes: hellos of this version and of others, and refusals.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { channelSuite } from "../../../src/crypto/opening/binding.ts";
import { encodeBody } from "../../../src/engine/wire/codec.ts";
import {
	encodeHello,
	encodeRefusal,
	patienceOf,
	protocolVersion,
	type Refusal,
	readHello,
	readRefusal,
	refusalCode,
} from "../../../src/engine/wire/handshake.ts";

const parts = { room: new Uint8Array(randomBytes(32)), salt: new Uint8Array(randomBytes(16)) };

test("a hello names the channel of programs, and that of browsers only where they may come", () => {
	const { tls, noise } = channelSuite;
	const ofPrograms = { kind: "hello", hello: { ...parts, versions: [protocolVersion], suites: [tls] } };
	assert.deepEqual(readHello(encodeHello(parts)), ofPrograms);
	assert.deepEqual(readHello(encodeHello(parts), noise), { kind: "otherVersion", versions: [protocolVersion] });
	const ofBoth = { kind: "hello", hello: { ...parts, versions: [protocolVersion], suites: [tls, noise] } };
	assert.deepEqual(readHello(encodeHello(parts, true), noise), ofBoth);
});

test("a hello of other versions is told with them, whatever else it holds; a broken one of ours is refused", () => {
	const later = { versions: [protocolVersion + 1, protocolVersion + 2], news: true };
	assert.deepEqual(readHello(encodeBody(later)), { kind: "otherVersion", versions: later.versions });
	for (const broken of [
		{ versions: [] },
		{ versions: [protocolVersion] },
		{ versions: [protocolVersion], ...parts },
		7,
	]) {
		assert.equal(readHello(encodeBody(broken)).kind, "refused");
	}
});

test("every refusal is read back, and a code that is not known is none", () => {
	for (const why of Object.keys(refusalCode)) assert.equal(readRefusal(encodeRefusal(why as Refusal)), why);
	for (const bytes of [[], [0], [200], [refusalCode.full, 0]]) {
		assert.equal(readRefusal(Uint8Array.from(bytes)), undefined);
	}
});

test("through Tor everything may take three times as long", () => {
	assert.deepEqual([patienceOf("tor"), patienceOf("tcp")], [3, 1]);
});
