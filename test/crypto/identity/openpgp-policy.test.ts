// Which kinds of keys and signatures are taken, and at which moment that is judged. Weak keys and signatures made by GnuPG are in gpg.test.ts.
import assert from "node:assert/strict";
import { test } from "node:test";
import { enums, generateKey, type PrivateKey } from "openpgp";
import { readCertificate } from "../../../src/crypto/identity/certificate.ts";
import { judgementDate, openpgpConfig, signingDate } from "../../../src/crypto/identity/openpgp-policy.ts";

const madeAt = new Date("2026-01-01T12:00:00Z");
const minuteMs = 60_000;
const at = (minutes: number): number => madeAt.getTime() + minutes * minuteMs;

async function keyOf(options: object = {}): Promise<PrivateKey> {
	const shape = { type: "ecc", curve: "curve25519Legacy", format: "object" } as const;
	const { privateKey } = await generateKey({ ...shape, userIDs: [{ name: "Someone" }], ...options });
	return privateKey;
}

test("a key is judged five minutes ahead of our clock, and a key that is younger than that when it was made", async () => {
	const key = await keyOf({ date: madeAt });
	assert.equal(judgementDate(key, at(60)).getTime(), at(65));
	assert.equal(judgementDate(key, at(-5)).getTime(), at(0));
	assert.equal(judgementDate(key, at(-60)).getTime(), at(0));
});

test("an own key signs with the time of our clock, and with that of its making where our clock is behind", async () => {
	const key = await keyOf({ date: madeAt });
	assert.equal(signingDate(key, at(60)).getTime(), at(60));
	assert.equal(signingDate(key, at(-60)).getTime(), at(0));
});

test("the youngest part of a key counts: a name or a subkey that was added later", async () => {
	const older = await keyOf({ date: madeAt });
	const withSubkey = await older.addSubkey({ date: new Date(at(30)) });
	assert.equal(signingDate(withSubkey, at(-60)).getTime(), at(30));
	const bindings = withSubkey.subkeys.flatMap(({ bindingSignatures }) => bindingSignatures);
	for (const signature of bindings) signature.created = new Date(at(40));
	assert.equal(signingDate(withSubkey, at(-60)).getTime(), at(40));
	for (const { selfCertifications } of withSubkey.users)
		for (const signature of selfCertifications) signature.created = new Date(at(50));
	assert.equal(signingDate(withSubkey, at(-60)).getTime(), at(50));
});

test("a key that expires within the next five minutes counts as expired", async () => {
	const expiring = async (inSeconds: number) => {
		const date = new Date(Date.now() - 60 * minuteMs);
		const key = await keyOf({ date, keyExpirationTime: 3600 + inSeconds });
		return readCertificate(key.toPublic().write());
	};
	const soon = await expiring(200);
	assert.match(soon.kind === "refused" ? soon.detail : "", /expired/);
	assert.equal((await expiring(3600)).kind, "certificate");
});

test("every call has the settings that the policy relies on, and none makes what GnuPG 2.2 can't read", () => {
	const settings = openpgpConfig();
	assert.equal(openpgpConfig(), settings, "they are made once");
	assert.deepEqual([settings.aeadProtect, settings.v6Keys, settings.s2kType], [false, false, enums.s2k.iterated]);
	assert.equal(settings.minRSABits, 2048);
	for (const algorithm of [enums.publicKey.elgamal, enums.publicKey.dsa])
		assert.ok(settings.rejectPublicKeyAlgorithms.has(algorithm));
	for (const hash of [enums.hash.md5, enums.hash.ripemd]) assert.ok(settings.rejectHashAlgorithms.has(hash));
	for (const hash of [enums.hash.md5, enums.hash.ripemd, enums.hash.sha1])
		assert.ok(settings.rejectMessageHashAlgorithms.has(hash));
	assert.equal(settings.allowUnauthenticatedMessages, false);
	assert.equal(settings.maxArgon2MemoryExponent, 20);
	assert.equal(settings.maxDecompressedMessageSize, 8 * 1024 * 1024);
});
