// The host's proof as a guest judges it: what makes it good, and every way in which it may be false.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { before, test } from "node:test";
import type { Signer } from "../../../src/crypto/identity/identity.ts";
import { createLocalIdentity } from "../../../src/crypto/identity/local.ts";
import { makeProofKey, type ProofKey } from "../../../src/crypto/opening/delegation.ts";
import { tagKeys } from "../../../src/crypto/opening/knock.ts";
import {
	type ExpectedHost,
	encodeHostProof,
	isSignedProof,
	judgeHostProof,
} from "../../../src/engine/wire/host-proof.ts";

const nowMs = Date.now();
const roomId = randomBytes(32);
const context = { opening: randomBytes(32), knock: randomBytes(128) };
const invite = randomBytes(16);
let host: Signer;
let stranger: Signer;
let proofKey: ProofKey;
let expected: ExpectedHost;
let proof: Uint8Array;

before(async () => {
	host = (await createLocalIdentity({ name: "Hanna" })).signer;
	stranger = (await createLocalIdentity({ name: "Mallory" })).signer;
	proofKey = await makeProofKey(host, roomId, nowMs);
	const keys = tagKeys({ kind: "invite", secret: invite }, host.fingerprint);
	expected = { fingerprint: host.fingerprint, secrets: { invite: keys }, roomId, nowMs };
	proof = encodeHostProof(context, host.certificate, proofKey, keys, "password");
});

const detailOf = async (body: Uint8Array, changes: Partial<ExpectedHost> = {}, of = context) => {
	const judged = await judgeHostProof(body, of, { ...expected, ...changes });
	return judged.kind === "refused" ? judged.detail : judged.kind;
};

test("the proof of the host that is looked for is good, and says what is asked for next", async () => {
	assert.ok(isSignedProof(proof));
	const judged = await judgeHostProof(proof, context, expected);
	assert.ok(judged.kind === "proven");
	assert.deepEqual([judged.way, judged.from], ["password", proofKey.delegation.from]);
	assert.equal(judged.certificate.fingerprint, host.fingerprint);
	const notBefore = proofKey.delegation.from;
	assert.equal(await detailOf(proof, { notBefore }), "proven");
});

test("a host that knows nothing of what was shown says nothing, and nothing is no proof", async () => {
	assert.equal(await detailOf(new Uint8Array(0)), "none");
	assert.ok(!isSignedProof(new Uint8Array(0)));
	assert.match(await detailOf(proof.subarray(1)), /CBOR/);
});

test("attack: a proof for another secret, opening, knock, key or room, or an older one, is refused for that", async () => {
	const other = tagKeys({ kind: "invite", secret: randomBytes(16) }, host.fingerprint);
	assert.match(await detailOf(proof, { secrets: { invite: other } }), /does not know what the guest has shown/);
	assert.match(await detailOf(proof, {}, { ...context, opening: randomBytes(32) }), /does not know/);
	assert.match(await detailOf(proof, {}, { ...context, knock: randomBytes(128) }), /signature is not good/);
	assert.match(await detailOf(proof, { fingerprint: stranger.fingerprint }), /another key/);
	assert.match(await detailOf(proof, { roomId: randomBytes(32) }), /for this room/);
	assert.match(await detailOf(proof, { notBefore: proofKey.delegation.from + 1 }), /older/);
	assert.match(await detailOf(proof, { nowMs: nowMs + 30 * 24 * 60 * 60 * 1000 }), /run out/);
});

test("attack: a proof signed by another proof key than the certified one, or beside another certificate, is refused", async () => {
	const keys = expected.secrets.invite;
	assert.ok(keys);
	const { privateKey } = await makeProofKey(host, roomId, nowMs);
	const mixed = encodeHostProof(context, host.certificate, { ...proofKey, privateKey }, keys, "password");
	assert.match(await detailOf(mixed), /signature is not good/);
	const lying = encodeHostProof(context, stranger.certificate, proofKey, keys, "password");
	assert.match(await detailOf(lying), /another key/);
	assert.match(await detailOf(lying, { fingerprint: stranger.fingerprint }), /not made by the host's key/);
});
