// Certificates as hostile input, signatures, and sealed messages; the attacks by name.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
	type AnyPacket,
	config,
	createMessage,
	encrypt,
	generateKey,
	type KeyOptions,
	PacketList,
	type PrivateKey,
	PublicSubkeyPacket,
	readPrivateKey,
	revokeKey,
	sign,
	UserAttributePacket,
} from "openpgp";
import {
	type Certificate,
	certificateFromKey,
	exportPublic,
	MAX_CERTIFICATE_BYTES,
	readCertificate,
	reasonOf,
	toBeSigned,
	verifySignature,
} from "../../../src/crypto/identity/certificate.ts";
import { createLocalIdentity, openLocalIdentity } from "../../../src/crypto/identity/local.ts";
import { encryptSignedTo } from "../../../src/crypto/identity/sealed-message.ts";
import { concatBytes, lvCat } from "../../../src/crypto/length-value.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const minutes = (count: number) => new Date(Date.now() + count * 60_000);

const ann = await createLocalIdentity({ name: "Ann" });
const bob = await createLocalIdentity({ name: "Bob" });
const eve = await createLocalIdentity({ name: "Eve" });

async function makeKey(options: Omit<Partial<KeyOptions>, "format"> = {}): Promise<PrivateKey> {
	const shape = { type: "ecc", curve: "curve25519Legacy" } as const;
	const { privateKey } = await generateKey({
		...shape,
		userIDs: [{ name: "Someone" }],
		...options,
		format: "object",
	});
	return privateKey;
}

async function certificateOf(key: PrivateKey): Promise<Certificate> {
	const read = await readCertificate(key.toPublic().write());
	assert.ok(read.kind === "certificate", read.kind === "refused" ? read.detail : "");
	return read.certificate;
}

async function isRefused(data: Uint8Array, because: RegExp): Promise<void> {
	const read = await readCertificate(data);
	assert.ok(read.kind === "refused");
	assert.match(read.detail, because);
}

async function signWith(key: PrivateKey, context: string, date: Date): Promise<Uint8Array> {
	const message = await createMessage({ binary: toBeSigned(context, []) });
	return sign({ message, signingKeys: key, detached: true, format: "binary", date });
}

test("a certificate survives the way through its bytes", async () => {
	const read = await readCertificate(ann.signer.certificate.bytes);
	assert.ok(read.kind === "certificate");
	assert.equal(read.certificate.fingerprint, ann.signer.fingerprint);
	assert.equal(read.certificate.userName, "Ann");
	assert.deepEqual(read.certificate.bytes, ann.signer.certificate.bytes);
	assert.match(exportPublic(read.certificate), /^-----BEGIN PGP PUBLIC KEY BLOCK-----/);
});

test("v6 certificates are accepted and verify", async () => {
	const key = await makeKey({ type: "curve25519", config: { v6Keys: true } });
	const certificate = await certificateOf(key);
	assert.equal(certificate.fingerprint.length, 64);
	const signature = await signWith(key, "test", new Date());
	assert.ok(await verifySignature(certificate, signature, "test"));
	const sealed = await encryptSignedTo(certificate, ann.signer, bytes("hello"));
	assert.ok(sealed.length > 0);
});

test("the name is the one the key certified, without the e-mail address, and bounded", async () => {
	const full = await certificateOf(await makeKey({ userIDs: [{ name: "Ann Lee", email: "ann@example.org" }] }));
	assert.equal(full.userName, "Ann Lee");
	const address = await certificateOf(await makeKey({ userIDs: [{ email: "ann@example.org" }] }));
	assert.equal(address.userName, "ann@example.org");
	const long = await certificateOf(await makeKey({ userIDs: [{ name: "x".repeat(2000) }] }));
	assert.equal(long.userName.length, 256);
});

test("a name that a stranger put on somebody's certificate is not taken", async () => {
	const victim = await makeKey({ userIDs: [{ name: "Victim" }] });
	const other = await makeKey({ userIDs: [{ name: "Host" }] });
	const forged = victim.toPublic();
	forged.users.unshift(...other.toPublic().users);
	assert.equal((await certificateOf(forged as PrivateKey)).userName, "Victim");
});

test("certifications by others and oversized certificates stay outside", async () => {
	const key = await makeKey();
	const certified = await key.toPublic().signAllUsers([await makeKey(), await makeKey()]);
	const read = await certificateFromKey(certified);
	assert.ok(read.kind === "certificate");
	assert.equal(certified.users[0]!.otherCertifications.length, 2);
	assert.deepEqual(read.certificate.bytes, (await certificateOf(key)).bytes);
	assert.deepEqual(read.certificate.key.write(), read.certificate.bytes, "the key is what its bytes say");
	await isRefused(new Uint8Array(MAX_CERTIFICATE_BYTES + 1), /too long/);
	const names = Array.from({ length: 40 }, (_, number) => ({ name: `${number} ${"x".repeat(1_000)}` }));
	const large = await certificateFromKey((await makeKey({ userIDs: names })).toPublic());
	assert.equal(large.kind === "refused" && large.detail, "certificate too long");
});

test("a flood of signatures is refused before any is checked", async () => {
	const flooded = (await makeKey()).toPublic();
	const user = flooded.users[0]!;
	user.selfCertifications.push(...Array.from({ length: 80 }, () => user.selfCertifications[0]!));
	await isRefused(flooded.write(), /too many signatures/);
});

test("a flood of subkeys, and an RSA key that takes long to check, are refused before any signature is checked", async () => {
	const withSubkeys = async (count: number) => {
		const key = await makeKey({ subkeys: Array.from({ length: count }, () => ({})) });
		return key.toPublic().write();
	};
	assert.equal((await readCertificate(await withSubkeys(16))).kind, "certificate");
	await isRefused(await withSubkeys(17), /too many subkeys/);
	const rsa = (await makeKey({ type: "rsa", rsaBits: 2048 })).toPublic();
	const { publicParams } = rsa.keyPacket;
	assert.ok(publicParams && "n" in publicParams);
	const ofBits = (bits: number) => {
		const n = new Uint8Array(Math.ceil(bits / 8)).fill(0xff);
		if (bits % 8 !== 0) n[0] = 2 ** (bits % 8) - 1;
		Object.assign(publicParams, { n });
		return rsa.write();
	};
	await isRefused(ofBits(8193), /RSA key too long/);
	// One bit less is refused only because nobody has signed it: it was bent here.
	await isRefused(ofBits(8192), /altered/);
});

test("a photo on a certificate is left out", async () => {
	const key = (await makeKey()).toPublic();
	const packets = key.toPacketList();
	const photo = new UserAttributePacket();
	Object.assign(photo, { attributes: ["a photo"] });
	const certification = key.users[0]!.selfCertifications[0]!;
	const at = packets.findIndex((packet) => packet instanceof PublicSubkeyPacket);
	const withPhoto = new PacketList<AnyPacket>();
	withPhoto.push(...packets.slice(0, at), photo, certification, ...packets.slice(at));
	const written = withPhoto.write();
	assert.ok(Buffer.from(written).includes("a photo"));
	const read = await readCertificate(written);
	assert.ok(read.kind === "certificate");
	assert.deepEqual(read.certificate.bytes, key.write());
});

test("a signature that is longer than any good one is refused unread", async () => {
	const { certificate } = ann.signer;
	const key = await readPrivateKey({ armoredKey: ann.armoredPrivateKey });
	const long = async (size: number) => {
		const message = await createMessage({ binary: toBeSigned("test", []) });
		const signatureNotations = [
			{ name: "note@example.org", value: new Uint8Array(size), humanReadable: false, critical: false },
		];
		return sign({ message, signingKeys: key, detached: true, format: "binary", signatureNotations });
	};
	assert.equal(await verifySignature(certificate, await long(7_000), "test"), true);
	assert.equal(await verifySignature(certificate, await long(9_000), "test"), false);
});

test("why a certificate is refused is said so that somebody who reads a log understands it", () => {
	const said = (message: string) => reasonOf(new Error(message));
	for (const message of ["Cannot find module 'curve'", "Cannot find package 'curve'"])
		assert.equal(said(message), "its elliptic curve is not known here");
	assert.match(said("Could not find valid self-signature in key 12"), /^it has not signed its own name/);
	assert.match(said("Key is invalid"), /^its kind of key is not known here/);
	assert.equal(said("anything else"), "anything else");
	assert.equal(reasonOf("no error at all"), "unknown error");
});

test("a certificate file that is not exactly one public key is refused", async () => {
	const key = await makeKey();
	await isRefused(new Uint8Array(0), /./);
	await isRefused(key.write(), /secret/);
	await isRefused(concatBytes(ann.signer.certificate.bytes, bob.signer.certificate.bytes), /exactly one/);
	await isRefused(bytes(exportPublic(ann.signer.certificate)), /./);
});

test("revoked and expired keys are refused", async () => {
	const key = await makeKey();
	const { publicKey } = await revokeKey({ key, format: "object" });
	await isRefused(publicKey.write(), /revoked/);
	const expired = await makeKey({ date: minutes(-60), keyExpirationTime: 1800 });
	await isRefused(expired.toPublic().write(), /expired/);
});

test("weak keys and keys that cannot encrypt are refused", async () => {
	const weak = await makeKey({ type: "rsa", rsaBits: 1024, config: { minRSABits: 1024 } });
	await isRefused(weak.toPublic().write(), /too weak|shorter/);
	await isRefused((await makeKey({ subkeys: [] })).toPublic().write(), /encryption/);
});

test("a mutated certificate never crashes and is never taken for another key or name", async () => {
	const original = ann.signer.certificate;
	const mutation = fc.record({
		at: fc.nat(original.bytes.length - 1),
		value: fc.nat(255),
		cut: fc.option(fc.nat(original.bytes.length), { freq: 4 }),
	});
	await fc.assert(
		fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 4 }), async (mutations) => {
			let data = Uint8Array.from(original.bytes);
			for (const { at, value, cut } of mutations) {
				data[at] = value;
				if (cut !== null) data = data.slice(0, cut);
			}
			const read = await readCertificate(data);
			if (read.kind === "refused") return;
			assert.equal(read.certificate.fingerprint, original.fingerprint);
			assert.equal(read.certificate.userName, original.userName);
		}),
		{ numRuns: 400 },
	);
});

test("random bytes never crash the reader", async () => {
	await fc.assert(
		fc.asyncProperty(fc.uint8Array({ maxLength: 600 }), async (data) => {
			assert.equal((await readCertificate(data)).kind, "refused");
			assert.equal(await verifySignature(ann.signer.certificate, data, "test"), false);
			assert.equal((await ann.signer.decrypt(data, bob.signer.certificate)).kind, "failed");
		}),
		{ numRuns: 200 },
	);
});

test("a signature counts only for its key, its context and its fields, as they were split", async () => {
	const signature = await ann.signer.sign("test", bytes("ab"), bytes("c"));
	const { certificate } = ann.signer;
	assert.ok(await verifySignature(certificate, signature, "test", bytes("ab"), bytes("c")));
	assert.ok(!(await verifySignature(certificate, signature, "test", bytes("a"), bytes("bc"))));
	assert.ok(!(await verifySignature(certificate, signature, "other", bytes("ab"), bytes("c"))));
	assert.ok(!(await verifySignature(bob.signer.certificate, signature, "test", bytes("ab"), bytes("c"))));
	assert.ok(!(await verifySignature(certificate, concatBytes(signature, signature), "test", bytes("ab"), bytes("c"))));
});

test("a flipped bit in the signature's number is noticed", async () => {
	const signature = await ann.signer.sign("test");
	await fc.assert(
		// The last 28 bytes: before them stands the number's own length, which has more than one accepted spelling.
		fc.asyncProperty(fc.nat(27), fc.nat(7), async (fromEnd, bit) => {
			const damaged = Uint8Array.from(signature);
			const at = damaged.length - 1 - fromEnd;
			damaged[at] = damaged[at]! ^ (1 << bit);
			assert.equal(await verifySignature(ann.signer.certificate, damaged, "test"), false);
		}),
		{ numRuns: 60 },
	);
});

test("a person whose clock is ahead is believed: their key and their signatures are good, whatever our clock says", async () => {
	const key = await makeKey({ date: minutes(3 * 365 * 24 * 60) });
	const certificate = await certificateOf(key);
	assert.ok(await verifySignature(certificate, await signWith(key, "test", minutes(3 * 366 * 24 * 60)), "test"));
	const sealed = await encryptSignedTo(certificate, ann.signer, bytes("welcome"));
	assert.ok(sealed.length > 0);
});

test("a key made before the clock was set back still signs and opens what is sealed for it", async (t) => {
	const dan = await createLocalIdentity({ name: "Dan" });
	t.mock.timers.enable({ apis: ["Date"], now: minutes(-5 * 365 * 24 * 60) });
	assert.ok(await verifySignature(dan.signer.certificate, await dan.signer.sign("test"), "test"));
	const data = bytes("welcome");
	const sealed = await encryptSignedTo(dan.signer.certificate, ann.signer, data);
	assert.deepEqual(await dan.signer.decrypt(sealed, ann.signer.certificate), { kind: "decrypted", data });
	const opened = await openLocalIdentity(dan.armoredPrivateKey);
	assert.equal(opened.kind, "opened");
});

test("a backdated signature by a stolen, expired or revoked key is refused", async () => {
	const expired = await makeKey({ date: minutes(-60), keyExpirationTime: 1800 });
	const backdated = await signWith(expired, "test", minutes(-50));
	const certificate = { ...ann.signer.certificate, key: expired.toPublic() };
	assert.ok(!(await verifySignature(certificate, backdated, "test")));
	const stolen = await makeKey({ date: minutes(-60) });
	const signature = await signWith(stolen, "test", minutes(-50));
	assert.ok(await verifySignature(await certificateOf(stolen), signature, "test"));
	const { publicKey } = await revokeKey({ key: stolen, format: "object" });
	assert.ok(!(await verifySignature({ ...ann.signer.certificate, key: publicKey }, signature, "test")));
});

test("a signature over text, which ignores line endings, is not taken for one over bytes", async () => {
	const key = await makeKey();
	const message = await createMessage({ text: new TextDecoder().decode(toBeSigned("test", [])) });
	const signature = await sign({ message, signingKeys: key, detached: true, format: "binary" });
	assert.ok(!(await verifySignature(await certificateOf(key), signature, "test")));
});

test("a sealed message is read by its recipient only, and only as from its sender", async () => {
	const data = bytes("welcome");
	const sealed = await encryptSignedTo(bob.signer.certificate, ann.signer, data);
	assert.deepEqual(await bob.signer.decrypt(sealed, ann.signer.certificate), { kind: "decrypted", data });
	assert.equal((await bob.signer.decrypt(sealed, eve.signer.certificate)).kind, "failed");
	assert.equal((await eve.signer.decrypt(sealed, ann.signer.certificate)).kind, "failed");
});

test("a message that was sealed for one purpose opens for no other", async () => {
	const data = bytes("welcome");
	for (const [purpose, other] of [
		["admission", "letter"],
		["letter", "admission"],
	] as const) {
		const sealed = await encryptSignedTo(bob.signer.certificate, ann.signer, data, purpose);
		assert.equal((await bob.signer.decrypt(sealed, ann.signer.certificate, purpose)).kind, "decrypted");
		assert.equal((await bob.signer.decrypt(sealed, ann.signer.certificate, other)).kind, "failed");
	}
});

test("a message of more than eight mebibytes is not looked into", async () => {
	const outcome = await bob.signer.unseal(new Uint8Array(8 * 1024 * 1024 + 1));
	assert.deepEqual(outcome, { kind: "failed", detail: "message too long" });
});

test("surreptitious forwarding: what Ann sealed for Eve is no message of Ann's to Bob", async () => {
	const data = bytes("welcome");
	const forEve = await ann.signer.sign("admission", bytes(eve.signer.fingerprint), data);
	const forward = async (signature: Uint8Array) =>
		encrypt({
			message: await createMessage({ binary: concatBytes(lvCat(signature), data) }),
			encryptionKeys: bob.signer.certificate.key,
			format: "binary",
		});
	assert.equal((await bob.signer.decrypt(await forward(forEve), ann.signer.certificate)).kind, "failed");
	// The same construction with Bob's name in the signature is fine, so it is the recipient that made the difference.
	const forBob = await ann.signer.sign("admission", bytes(bob.signer.fingerprint), data);
	assert.equal((await bob.signer.decrypt(await forward(forBob), ann.signer.certificate)).kind, "decrypted");
});

test("an unsigned or damaged message fails instead of giving data", async () => {
	const unsigned = await encrypt({
		message: await createMessage({ binary: bytes("welcome") }),
		encryptionKeys: bob.signer.certificate.key,
		format: "binary",
	});
	assert.equal((await bob.signer.decrypt(unsigned, ann.signer.certificate)).kind, "failed");
	const sealed = await encryptSignedTo(bob.signer.certificate, ann.signer, bytes("welcome"));
	await fc.assert(
		fc.asyncProperty(fc.nat(sealed.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
			const damaged = Uint8Array.from(sealed);
			damaged[at] = damaged[at]! ^ change;
			const outcome = await bob.signer.decrypt(damaged, ann.signer.certificate);
			// Outside what is protected (the recipient's key ID for example) a change may go unnoticed, but never change the data.
			if (outcome.kind === "decrypted") assert.deepEqual(outcome.data, bytes("welcome"));
		}),
		{ numRuns: 60 },
	);
});

test("a compression bomb is not unpacked", async () => {
	const bomb = await encrypt({
		message: await createMessage({ binary: new Uint8Array(20 * 1024 * 1024) }),
		encryptionKeys: bob.signer.certificate.key,
		format: "binary",
		config: { preferredCompressionAlgorithm: 2 },
	});
	assert.ok(bomb.length < 1024 * 1024);
	const outcome = await bob.signer.decrypt(bomb, ann.signer.certificate);
	assert.ok(outcome.kind === "failed");
	assert.match(outcome.detail, /[Mm]aximum/);
});

test("the library's global settings are left alone", () => {
	assert.equal(config.minRSABits, 2047);
	assert.equal(config.maxDecompressedMessageSize, Number.POSITIVE_INFINITY);
});

test("the armored private key reads back as the same key", async () => {
	const key = await readPrivateKey({ armoredKey: ann.armoredPrivateKey });
	assert.equal(key.getFingerprint().toUpperCase(), ann.signer.fingerprint);
});
