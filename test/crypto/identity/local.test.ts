// Keys kept by this program: made, opened, locked anew, exported.

import assert from "node:assert/strict";
import { test } from "node:test";
import { generateKey, readKey, readPrivateKey } from "openpgp";
import {
	changePassphrase,
	createLocalIdentity,
	importPrivateKey,
	openLocalIdentity,
} from "../../../src/crypto/identity/local.ts";
import { encryptSignedTo } from "../../../src/crypto/identity/sealed-message.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

test("a new identity without a passphrase opens as the same key", async () => {
	const made = await createLocalIdentity({ name: "Zoë 🎈" });
	const opened = await openLocalIdentity(made.armoredPrivateKey);
	assert.ok(opened.kind === "opened");
	assert.equal(opened.signer.fingerprint, made.signer.fingerprint);
	assert.equal(opened.signer.certificate.userName, "Zoë 🎈");
});

test("a new identity with a passphrase asks for it, tells a wrong one, and opens with the right one", async () => {
	const made = await createLocalIdentity({ name: "Ann", passphrase: "päss word" });
	assert.deepEqual(await openLocalIdentity(made.armoredPrivateKey), { kind: "locked" });
	assert.deepEqual(await openLocalIdentity(made.armoredPrivateKey, "other"), { kind: "wrongPassphrase" });
	assert.deepEqual(await openLocalIdentity(made.armoredPrivateKey, ""), { kind: "wrongPassphrase" });
	const opened = await openLocalIdentity(made.armoredPrivateKey, "päss word");
	assert.ok(opened.kind === "opened");
	const sealed = await encryptSignedTo(opened.signer.certificate, made.signer, bytes("hi"));
	assert.deepEqual(await opened.signer.decrypt(sealed, made.signer.certificate), {
		kind: "decrypted",
		data: bytes("hi"),
	});
});

test("a new key has the shape GnuPG 2.2 reads: v4, older curve names, iterated S2K, a user id without an address", async () => {
	const made = await createLocalIdentity({ name: "Ann", passphrase: "secret" });
	const key = await readPrivateKey({ armoredKey: made.armoredPrivateKey });
	assert.equal(made.signer.fingerprint.length, 40);
	assert.deepEqual(
		key.getKeys().map((part) => part.getAlgorithmInfo().algorithm),
		["eddsaLegacy", "ecdh"],
	);
	assert.deepEqual(key.getUserIDs(), ["Ann"]);
	const { selfCertification } = await key.getPrimaryUser();
	assert.deepEqual([...(selfCertification.features ?? [])], [1]);
});

test("changing the passphrase locks the same key anew; the old passphrase no longer opens it", async () => {
	const made = await createLocalIdentity({ name: "Ann", passphrase: "old" });
	assert.deepEqual(await changePassphrase(made.armoredPrivateKey, "wrong", "new"), { kind: "wrongPassphrase" });
	assert.deepEqual(await changePassphrase(made.armoredPrivateKey, undefined, "new"), { kind: "locked" });
	const changed = await changePassphrase(made.armoredPrivateKey, "old", "new");
	assert.ok(changed.kind === "relocked");
	assert.deepEqual(await openLocalIdentity(changed.armoredPrivateKey, "old"), { kind: "wrongPassphrase" });
	const opened = await openLocalIdentity(changed.armoredPrivateKey, "new");
	assert.ok(opened.kind === "opened");
	assert.equal(opened.signer.fingerprint, made.signer.fingerprint);
	const removed = await changePassphrase(changed.armoredPrivateKey, "new", undefined);
	assert.ok(removed.kind === "relocked");
	assert.equal((await openLocalIdentity(removed.armoredPrivateKey)).kind, "opened");
});

test("a file that is not exactly one private key is refused, and never with an exception", async () => {
	const made = await createLocalIdentity({ name: "Ann" });
	const other = await createLocalIdentity({ name: "Bob" });
	const publicArmor = made.signer.certificate.key.armor();
	const binary = async (armoredKey: string) => (await readPrivateKey({ armoredKey })).write();
	const two = Buffer.concat([await binary(made.armoredPrivateKey), await binary(other.armoredPrivateKey)]);
	const huge = "x".repeat(600 * 1024);
	for (const text of ["", "hello", publicArmor, made.armoredPrivateKey.slice(0, 300), huge, new Uint8Array(5)]) {
		const outcome = await importPrivateKey(text);
		assert.ok(outcome.kind === "refused");
		assert.equal(outcome.problem, "noKey");
	}
	for (const file of [two, `${made.armoredPrivateKey}\n${other.armoredPrivateKey}`]) {
		const outcome = await importPrivateKey(file);
		assert.ok(outcome.kind === "refused");
		assert.equal(outcome.problem, "severalKeys");
	}
});

test("a key file is read as people have it: with text around, beside the public key, with other line ends, with a mark or as UTF-16", async () => {
	const made = await createLocalIdentity({ name: "Käthe" });
	const armored = made.armoredPrivateKey.trim();
	const utf16 = Buffer.from(`\ufeff${armored}`, "utf16le");
	const files: Readonly<Record<string, string | Uint8Array>> = {
		"text before and after": `Here it is, bye\n\n${armored}\n-- \nAnn`,
		"the public key first": `${made.signer.certificate.key.armor()}\n${armored}`,
		"line ends of Windows": armored.replaceAll("\n", "\r\n"),
		"a byte order mark": `\ufeff${armored}`,
		"the same as bytes": bytes(`\ufeff${armored}`),
		"UTF-16": utf16,
		"UTF-16 the other way round": Buffer.from(utf16).swap16(),
	};
	for (const [what, file] of Object.entries(files)) {
		const imported = await importPrivateKey(file);
		assert.equal(imported.kind, "imported", what);
		assert.equal(imported.kind === "imported" && imported.signer.fingerprint, made.signer.fingerprint, what);
	}
});

test("a key file of half a mebibyte is read, and a larger one is refused whatever is in it", async () => {
	const made = await createLocalIdentity({ name: "Ann" });
	const filled = (length: number) => made.armoredPrivateKey.padEnd(length, " ");
	const largest = 512 * 1024;
	for (const file of [filled(largest), bytes(filled(largest))])
		assert.equal((await importPrivateKey(file)).kind, "imported");
	for (const file of [filled(largest + 1), bytes(filled(largest + 1))])
		assert.deepEqual(await importPrivateKey(file), { kind: "refused", problem: "noKey", detail: "" });
});

test("a name is neither empty nor longer than 256", async () => {
	await assert.rejects(createLocalIdentity({ name: "" }), RangeError);
	await assert.rejects(createLocalIdentity({ name: "x".repeat(257) }), RangeError);
	const { signer } = await createLocalIdentity({ name: "x".repeat(256) });
	assert.equal(signer.certificate.userName.length, 256);
});

test("a key stays behind the passphrase it came with when it is taken over, and an empty passphrase is none", async () => {
	const made = await createLocalIdentity({ name: "Ann", passphrase: "secret" });
	assert.deepEqual(await importPrivateKey(made.armoredPrivateKey), { kind: "locked" });
	assert.deepEqual(await importPrivateKey(made.armoredPrivateKey, "wrong"), { kind: "wrongPassphrase" });
	const imported = await importPrivateKey(made.armoredPrivateKey, "secret");
	assert.ok(imported.kind === "imported");
	assert.deepEqual(await openLocalIdentity(imported.armoredPrivateKey), { kind: "locked" });
	const open = await changePassphrase(imported.armoredPrivateKey, "secret", "");
	assert.ok(open.kind === "relocked");
	assert.equal((await openLocalIdentity(open.armoredPrivateKey)).kind, "opened");
	assert.deepEqual(await changePassphrase("no key", undefined, "new"), {
		kind: "refused",
		problem: "noKey",
		detail: "",
	});
});

test("an armored and a binary key file are the same key, and an armored file may come as bytes", async () => {
	const made = await createLocalIdentity({ name: "Ann" });
	const binary = (await readPrivateKey({ armoredKey: made.armoredPrivateKey })).write();
	for (const form of [made.armoredPrivateKey, bytes(made.armoredPrivateKey), binary]) {
		const imported = await importPrivateKey(form);
		assert.ok(imported.kind === "imported");
		assert.equal(imported.signer.fingerprint, made.signer.fingerprint);
	}
});

test("a key file whose public half was replaced is refused before it signs anything with it", async () => {
	const made = await createLocalIdentity({ name: "Ann" });
	const key = await readPrivateKey({ armoredKey: made.armoredPrivateKey });
	const other = await readPrivateKey({ armoredKey: (await createLocalIdentity({ name: "Eve" })).armoredPrivateKey });
	const { keyPacket } = key;
	assert.ok("privateParams" in keyPacket && "privateParams" in other.keyPacket);
	keyPacket.privateParams = other.keyPacket.privateParams;
	const outcome = await importPrivateKey(key.write());
	assert.ok(outcome.kind === "refused");
	assert.match(outcome.problem, /^(?:unusable|halvesDiffer)$/);
});

test("an RSA key whose secret half is somebody else's is found by its first signature", async () => {
	const rsa = { type: "rsa", rsaBits: 2048, format: "object" } as const;
	const [one, other] = await Promise.all(
		["Ann", "Eve"].map(async (name) => (await generateKey({ ...rsa, userIDs: [{ name }] })).privateKey),
	);
	assert.ok(one && other && "privateParams" in one.keyPacket && "privateParams" in other.keyPacket);
	one.keyPacket.privateParams = other.keyPacket.privateParams;
	const outcome = await importPrivateKey(one.write());
	assert.deepEqual(outcome, { kind: "refused", problem: "halvesDiffer", detail: "" });
});

test("a key that cannot decrypt or is too weak is refused with the reason", async () => {
	const shape = { type: "ecc", curve: "curve25519Legacy", userIDs: [{ name: "Ann" }], format: "object" } as const;
	const { privateKey: signOnly } = await generateKey({ ...shape, userIDs: [{ name: "Ann" }], subkeys: [] });
	const outcome = await importPrivateKey(signOnly.write());
	assert.ok(outcome.kind === "refused");
	assert.equal(outcome.problem, "unusable");
	assert.match(outcome.detail, /encryption/);
	assert.equal((await readKey({ binaryKey: signOnly.toPublic().write() })).subkeys.length, 0);
});

test("files of OTR programs are known for what they are: private keys and fingerprints", async () => {
	const keys =
		'(privkeys\n (account\n(name "bob@example.org/Home")\n(protocol prpl-jabber)\n(private-key \n (dsa \n  (p #00FC07#)\n  )\n )\n )\n)\n';
	const fingerprints = `ann@example.org\tbob@example.org/Home\tprpl-jabber\t${"0123456789".repeat(4)}\tverified\n`;
	for (const file of [keys, Buffer.from(keys), fingerprints, Buffer.from(`\n${keys}`)])
		assert.deepEqual(await importPrivateKey(file), { kind: "refused", problem: "otr", detail: "" });
	for (const file of ["(private notes)", "a\tb\tc\td", "0123456789".repeat(4)])
		assert.deepEqual(await importPrivateKey(file), { kind: "refused", problem: "noKey", detail: "" });
});
