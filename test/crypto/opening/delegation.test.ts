// The host's proof key: certified once by OpenPGP, and every way in which a certificate or a proof may be false.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { before, test } from "node:test";
import { fingerprintBytes } from "../../../src/crypto/identity/fingerprint.ts";
import type { Signer } from "../../../src/crypto/identity/identity.ts";
import { createLocalIdentity } from "../../../src/crypto/identity/local.ts";
import {
	DELEGATION_SECONDS,
	type Delegation,
	isHostProof,
	LONGEST_DELEGATION_SECONDS,
	makeProofKey,
	objectionToDelegation,
	type ProofKey,
	signHostProof,
} from "../../../src/crypto/opening/delegation.ts";

const nowMs = Date.now();
const now = Math.floor(nowMs / 1000);
const roomId = randomBytes(32);
let signer: Signer;
let stranger: Signer;
let proofKey: ProofKey;

before(async () => {
	signer = (await createLocalIdentity({ name: "Hanna" })).signer;
	stranger = (await createLocalIdentity({ name: "Mallory" })).signer;
	proofKey = await makeProofKey(signer, roomId, nowMs);
});

const day = 24 * 60 * 60;
const objected = (delegation: Delegation, wish: Partial<Parameters<typeof objectionToDelegation>[2]> = {}) =>
	objectionToDelegation(delegation, signer.certificate, { roomId, nowMs, ...wish });
const objection = async (...of: Parameters<typeof objected>) => (await objected(...of))?.detail;

/** A certificate with these times, rightly signed. */
async function signed(from: number, until: number, by = signer): Promise<Delegation> {
	const { key } = proofKey.delegation;
	const times = [from, until].map((value) => {
		const bytes = Buffer.alloc(8);
		bytes.writeBigUInt64BE(BigInt(value));
		return bytes;
	});
	const signature = await by.sign("door", roomId, fingerprintBytes(signer.fingerprint), key, ...times);
	return { key, from, until, signature };
}

test("a fresh certificate is good for its room for a day, and covers exactly the documented bytes", async () => {
	assert.equal(await objection(proofKey.delegation), undefined);
	const { key, from, until } = proofKey.delegation;
	assert.deepEqual([from, until], [now, now + DELEGATION_SECONDS]);
	const remade = await signed(from, until);
	assert.equal(await objection(remade), undefined, "made a second time from the formula");
	assert.equal(key.length, 32);
});

test("a certificate for another room is refused", async () => {
	assert.match((await objection(proofKey.delegation, { roomId: randomBytes(32) })) ?? "", /for this room/);
});

test("a certificate made by somebody else's key is refused", async () => {
	assert.match((await objection(await signed(now, now + 60, stranger))) ?? "", /host's key/);
});

test("a certificate with another proof key put in is refused", async () => {
	const other = await makeProofKey(stranger, roomId, nowMs);
	assert.match((await objection({ ...proofKey.delegation, key: other.delegation.key })) ?? "", /host's key/);
});

test("a certificate that has run out, is not good yet, or lives too long is refused", async () => {
	assert.match((await objection(await signed(now - 2 * day, now - day - 1))) ?? "", /run out/);
	assert.equal(await objection(await signed(now - 2 * day, now - day)), undefined, "clocks may differ by a day");
	assert.match((await objection(await signed(now + day + 1, now + 2 * day))) ?? "", /future/);
	assert.match((await objection(await signed(now, now + LONGEST_DELEGATION_SECONDS + 1))) ?? "", /not possible/);
	assert.match((await objection(await signed(now, now))) ?? "", /not possible/);
});

test("a certificate of another time is told with how far the clocks differ, but only when the host's key made it", async () => {
	const ahead = await objected(await signed(now + 3 * day, now + 4 * day));
	assert.equal(ahead?.clockGapSeconds, 3 * day);
	const behind = await objected(await signed(now - 366 * day, now - 365 * day));
	assert.equal(behind?.clockGapSeconds, -365 * day);
	const forged = await objected(await signed(now + 3 * day, now + 4 * day, stranger));
	assert.match(forged?.detail ?? "", /host's key/);
	assert.equal(forged?.clockGapSeconds, undefined);
	assert.equal((await objected(proofKey.delegation, { roomId: randomBytes(32) }))?.clockGapSeconds, undefined);
});

test("a certificate older than one that was seen is refused: that is how one is taken back", async () => {
	assert.equal(await objection(proofKey.delegation, { notBefore: now }), undefined);
	assert.match((await objection(proofKey.delegation, { notBefore: now + 1 })) ?? "", /older/);
});

test("a proof is good in its channel, for its host and its knock only", () => {
	const { privateKey, delegation } = proofKey;
	const [opening, knock] = [randomBytes(32), randomBytes(128)];
	const proof = signHostProof(privateKey, opening, signer.fingerprint, knock);
	const check = (changes: {
		opening?: Uint8Array;
		host?: Signer;
		knock?: Uint8Array;
		key?: Uint8Array;
		proof?: Uint8Array;
	}) =>
		isHostProof(
			changes.proof ?? proof,
			changes.key ?? delegation.key,
			changes.opening ?? opening,
			(changes.host ?? signer).fingerprint,
			changes.knock ?? knock,
		);
	assert.equal(check({}), true);
	assert.equal(check({ opening: randomBytes(32) }), false);
	assert.equal(check({ knock: randomBytes(128) }), false);
	assert.equal(check({ host: stranger }), false);
	assert.equal(check({ key: randomBytes(32) }), false);
	assert.equal(check({ proof: new Uint8Array(64) }), false);
	assert.equal(check({ proof: proof.subarray(1) }), false);
});
