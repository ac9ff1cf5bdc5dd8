// The opening off the record as its frames say it: the host's proof in which nothing is signed, and the bodies that follow.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { before, test } from "node:test";
import * as v from "valibot";
import type { Signer } from "../../../src/crypto/identity/identity.ts";
import { createLocalIdentity } from "../../../src/crypto/identity/local.ts";
import { tagKeys } from "../../../src/crypto/opening/knock.ts";
import { decodeBody, encodeBody } from "../../../src/engine/wire/codec.ts";
import { maxNameBytes } from "../../../src/engine/wire/handshake.ts";
import { isSignedProof } from "../../../src/engine/wire/host-proof.ts";
import {
	decodeOffHost,
	encodeOffHost,
	encodeOffProof,
	isOffProof,
	judgeOffProof,
	readOffEnter,
} from "../../../src/engine/wire/off-frames.ts";

const context = { opening: randomBytes(32), knock: randomBytes(128) };
const invite = randomBytes(16);
let host: Signer;
let stranger: Signer;
let proof: Uint8Array;

const inviteOf = (signer: Signer, secret: Uint8Array = invite) =>
	tagKeys({ kind: "invite", secret }, signer.fingerprint);

before(async () => {
	host = (await createLocalIdentity({ name: "Hanna" })).signer;
	stranger = (await createLocalIdentity({ name: "Mallory" })).signer;
	proof = encodeOffProof(context, host.certificate, inviteOf(host), "seat");
});

const judged = (
	body: Uint8Array,
	changes: { invite?: Uint8Array; of?: Signer; opening?: Buffer; knock?: Buffer } = {},
) => {
	const { of = host, invite: secret, ...changed } = changes;
	const expected = { fingerprint: of.fingerprint, secrets: { invite: inviteOf(host, secret) } };
	return judgeOffProof(body, { ...context, ...changed }, expected);
};

const detailOf = async (...given: Parameters<typeof judged>) => {
	const one = await judged(...given);
	return one.kind === "refused" ? one.detail : one.kind;
};

test("a proof of the host that is looked for is good without a signature, and says by which way the guest comes in", async () => {
	const one = await judged(proof);
	assert.ok(one.kind === "proven");
	assert.deepEqual([one.way, one.from, one.certificate.fingerprint], ["seat", 0, host.fingerprint]);
	assert.ok(isOffProof(proof));
	assert.ok(!isSignedProof(proof));
});

test("attack: a proof by somebody who does not know the secret, or for another opening or knock, is refused", async () => {
	assert.match(await detailOf(proof, { invite: randomBytes(16) }), /does not know what the guest has shown/);
	assert.match(await detailOf(proof, { opening: randomBytes(32) }), /does not know/);
	assert.match(await detailOf(proof, { knock: randomBytes(128) }), /does not know/);
	assert.match(await detailOf(proof, { of: stranger }), /does not know/);
});

test("attack: the certificate of somebody else, or none, in a proof with the right tag is refused", async () => {
	const schemaless = decodeBody(v.unknown(), proof);
	assert.ok(schemaless.kind === "value");
	const fields = schemaless.value as Record<string, unknown>;
	const withCertificate = (certificate: Uint8Array) => encodeBody({ ...fields, certificate });
	assert.match(await detailOf(withCertificate(stranger.certificate.bytes)), /another key/);
	assert.match(await detailOf(withCertificate(Uint8Array.of(1))), /certificate was refused/);
	for (const wrong of [
		{ off: 2 },
		{ tag: new Uint8Array(31) },
		{ certificate: new Uint8Array(0) },
		{ way: "friend" },
		{ more: 1 },
	]) {
		const body = encodeBody({ ...fields, ...wrong });
		assert.match(await detailOf(body), /is missing or wrong/, JSON.stringify(wrong));
		assert.equal(isOffProof(body), false);
	}
});

test("the host's name and tag are read as they were written, and no longer ones", () => {
	const body = { name: "x".repeat(maxNameBytes), tag: new Uint8Array(32).fill(4) };
	assert.deepEqual(decodeOffHost(encodeOffHost(body)), { kind: "value", value: body });
	assert.equal(decodeOffHost(encodeOffHost({ ...body, name: `${body.name}x` })).kind, "refused");
	assert.equal(decodeOffHost(encodeOffHost({ ...body, tag: new Uint8Array(33) })).kind, "refused");
	assert.equal(decodeOffHost(encodeBody({ ...body, more: 1 })).kind, "refused");
});

test("whoever enters sends a tag and a commit behind it, and a tag alone is nothing", () => {
	const tag = new Uint8Array(32).fill(5);
	assert.deepEqual(readOffEnter(Uint8Array.of(...tag, 8, 9)), { tag, commit: Uint8Array.of(8, 9) });
	assert.equal(readOffEnter(tag), undefined);
	assert.equal(readOffEnter(new Uint8Array(0)), undefined);
});
