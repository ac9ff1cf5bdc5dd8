// Both ways between this program and real GnuPG 2.2, each test in a GnuPG home of its own.

import assert from "node:assert/strict";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { createMessage, decrypt, encrypt, readMessage, readPrivateKey } from "openpgp";
import {
	exportPublic,
	readCertificate,
	toBeSigned,
	verifySignature,
} from "../../../src/crypto/identity/certificate.ts";
import { type Fingerprint, parseFingerprint } from "../../../src/crypto/identity/fingerprint.ts";
import { gpgIdentity } from "../../../src/crypto/identity/gpg.ts";
import { runGpg } from "../../../src/crypto/identity/gpg-process.ts";
import { type Signer, SigningFailed } from "../../../src/crypto/identity/identity.ts";
import { createLocalIdentity, importPrivateKey } from "../../../src/crypto/identity/local.ts";
import { encryptSignedTo } from "../../../src/crypto/identity/sealed-message.ts";
import { needs } from "../../support/needs.ts";
import { type GnupgHome, gnupgHome, makeKey } from "../../support/program/gnupg-home.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (data: Uint8Array) => new TextDecoder().decode(data);
const isFingerprint = (digits: string): Fingerprint => parseFingerprint(digits) ?? assert.fail("no fingerprint");

async function opened(fingerprint: string, home: GnupgHome, passphrase?: string): Promise<Signer> {
	const outcome = await gpgIdentity({
		fingerprint: isFingerprint(fingerprint),
		gnupgHome: home.path,
		...(passphrase === undefined ? {} : { passphrase }),
	});
	assert.ok(outcome.kind === "opened", outcome.kind === "failed" ? outcome.detail : "");
	return outcome.signer;
}

/** Writes a file into the test's GnuPG home. */
function file(home: GnupgHome, name: string, data: string | Uint8Array): string {
	const path = join(home.path, name);
	writeFileSync(path, data);
	return path;
}

test("GnuPG imports our key with its passphrase, and signs, verifies, encrypts and decrypts with it", async (t) => {
	if (!needs(t, "gpg")) return;
	const home = gnupgHome(t);
	const passphrase = "our secret";
	const ann = await createLocalIdentity({ name: "Ann", passphrase });
	const { fingerprint, certificate } = ann.signer;
	const imported = home.run(["--import"], ann.armoredPrivateKey, passphrase);
	assert.match(imported.log, new RegExp(`IMPORT_OK 17 ${fingerprint}`));

	const fromGpg = home.run(["--local-user", fingerprint, "--detach-sign"], toBeSigned("test", []), passphrase);
	assert.ok(await verifySignature(certificate, fromGpg.output, "test"));

	const signature = file(home, "signature", await ann.signer.sign("test", bytes("x")));
	const data = file(home, "data", toBeSigned("test", [bytes("x")]));
	assert.match(home.run(["--verify", signature, data]).log, new RegExp(`VALIDSIG ${fingerprint}`));

	const sealed = home.run(["--recipient", fingerprint, "--encrypt"], "to ann");
	assert.equal(text(home.run(["--decrypt"], sealed.output, passphrase).output), "to ann");

	const exported = home.run(["--export-secret-keys", fingerprint], "", passphrase);
	assert.equal((await importPrivateKey(exported.output, passphrase)).kind, "imported");
});

test("what GnuPG encrypts to our key is read here", async (t) => {
	if (!needs(t, "gpg")) return;
	const home = gnupgHome(t);
	const ann = await createLocalIdentity({ name: "Ann" });
	home.run(["--import"], exportPublic(ann.signer.certificate));
	const sealed = home.run(["--recipient", ann.signer.fingerprint, "--encrypt"], "to ann");
	const decryptionKeys = await readPrivateKey({ armoredKey: ann.armoredPrivateKey });
	const message = await readMessage({ binaryMessage: sealed.output });
	assert.equal((await decrypt({ message, decryptionKeys })).data, "to ann");
});

test("GnuPG decrypts what we seal: no packet it does not know", async (t) => {
	if (!needs(t, "gpg")) return;
	const home = gnupgHome(t);
	const [ann, bob] = await Promise.all([createLocalIdentity({ name: "Ann" }), createLocalIdentity({ name: "Bob" })]);
	home.run(["--import"], bob.armoredPrivateKey, "");
	const sealed = await encryptSignedTo(bob.signer.certificate, ann.signer, bytes("welcome"));
	const read = home.run(["--decrypt"], sealed, "");
	assert.match(read.log, /DECRYPTION_OKAY/);
	assert.ok(text(read.output).endsWith("welcome"));
});

for (const algorithm of ["future-default", "rsa3072"]) {
	test(`a key made by GnuPG (${algorithm}) is imported with its passphrase; a wrong one is told`, async (t) => {
		if (!needs(t, "gpg")) return;
		const home = gnupgHome(t);
		const passphrase = "gpg pass";
		const fingerprint = makeKey(home, "Gus <gus@example.org>", algorithm, passphrase);
		const armored = text(home.run(["--armor", "--export-secret-keys", fingerprint], "", passphrase).output);
		assert.deepEqual(await importPrivateKey(armored), { kind: "locked" });
		assert.deepEqual(await importPrivateKey(armored, "wrong"), { kind: "wrongPassphrase" });
		const imported = await importPrivateKey(armored, passphrase);
		assert.ok(imported.kind === "imported");
		const { signer } = imported;
		assert.equal(signer.fingerprint, fingerprint);
		assert.equal(signer.certificate.userName, "Gus");
		const sealed = await encryptSignedTo(signer.certificate, signer, bytes("note"));
		assert.equal((await signer.decrypt(sealed, signer.certificate)).kind, "decrypted");
		const signature = file(home, "signature", await signer.sign("test"));
		assert.match(home.run(["--verify", signature, file(home, "data", toBeSigned("test", []))]).log, /VALIDSIG/);
	});

	test(`a key (${algorithm}) that stays in gpg-agent signs and decrypts through gpg`, async (t) => {
		if (!needs(t, "gpg")) return;
		const home = gnupgHome(t);
		const passphrase = "stays here";
		const fingerprint = makeKey(home, "Gus", algorithm, passphrase);
		home.forget();
		const ann = await createLocalIdentity({ name: "Ann" });
		const gus = await opened(fingerprint, home, passphrase);
		assert.equal(gus.fingerprint, fingerprint);
		assert.equal(gus.certificate.userName, "Gus");
		const read = await readCertificate(gus.certificate.bytes);
		assert.ok(read.kind === "certificate");
		assert.ok(await verifySignature(read.certificate, await gus.sign("test", bytes("x")), "test", bytes("x")));

		const forGus = await encryptSignedTo(gus.certificate, ann.signer, bytes("welcome"));
		assert.deepEqual(await gus.decrypt(forGus, ann.signer.certificate), { kind: "decrypted", data: bytes("welcome") });
		assert.equal((await gus.decrypt(forGus, gus.certificate)).kind, "failed");
		const forAnn = await encryptSignedTo(ann.signer.certificate, gus, bytes("thanks"));
		assert.deepEqual(await ann.signer.decrypt(forAnn, gus.certificate), { kind: "decrypted", data: bytes("thanks") });
	});
}

test("once gpg-agent has the key unlocked, no passphrase is needed", async (t) => {
	if (!needs(t, "gpg")) return;
	const home = gnupgHome(t);
	const fingerprint = makeKey(home, "Gus", "future-default", "pass");
	await (await opened(fingerprint, home, "pass")).sign("unlock");
	const gus = await opened(fingerprint, home);
	assert.ok(await verifySignature(gus.certificate, await gus.sign("test"), "test"));
});

test("settings in the person's gpg.conf do not change the form of a signature", async (t) => {
	if (!needs(t, "gpg")) return;
	const home = gnupgHome(t);
	const fingerprint = makeKey(home, "Gus", "future-default", "");
	file(home, "gpg.conf", "armor\ntextmode\nverbose\ndigest-algo SHA1\nsig-notation note@example.org=hello\n");
	const gus = await opened(fingerprint, home, "");
	const data = bytes("line\r\nline\n");
	assert.ok(await verifySignature(gus.certificate, await gus.sign("test", data), "test", data));
});

/** A gpg that does what a test says once a signature is asked for; everything else is the real one. */
function stubbornGpg(home: GnupgHome, script: string): string {
	const path = file(home, "stubborn-gpg", `#!/bin/sh\ncase "$*" in *--detach-sign*) ${script};; esac\nexec gpg "$@"\n`);
	chmodSync(path, 0o700);
	return path;
}

test("a wrong passphrase, a cancelled question and too much output are told apart", async (t) => {
	if (!needs(t, "gpg")) return;
	const home = gnupgHome(t);
	const fingerprint = isFingerprint(makeKey(home, "Gus", "future-default", "right"));
	home.forget();
	const failure = async (how: { readonly passphrase?: string; readonly program?: string }) => {
		const outcome = await gpgIdentity({ fingerprint, gnupgHome: home.path, ...how });
		assert.ok(outcome.kind === "opened");
		const error = await outcome.signer.sign("test").catch((thrown: unknown) => thrown);
		assert.ok(error instanceof SigningFailed);
		assert.notEqual(error.message, "");
		return error.failure;
	};
	assert.equal(await failure({ passphrase: "wrong" }), "wrongPassphrase");
	const cancelling = stubbornGpg(home, 'set -- --pinentry-mode cancel "$@"');
	assert.equal(await failure({ program: cancelling }), "cancelled");
	const unableToAsk = stubbornGpg(home, 'set -- --pinentry-mode error "$@"');
	assert.equal(await failure({ program: unableToAsk }), "passphraseNeeded");
	const flooding = stubbornGpg(home, "exec head -c 20000 /dev/zero");
	assert.equal(await failure({ program: flooding }), "tooLarge");
});

test("a gpg that never answers is given up, and a passphrase of two lines cannot slip data in front of ours", async (t) => {
	if (!needs(t, "gpg")) return;
	const home = gnupgHome(t);
	const program = stubbornGpg(home, "sleep 600");
	const call = { args: ["--detach-sign"], program, gnupgHome: home.path, maxOutputBytes: 1000, timeoutMs: 100 };
	const silent = await runGpg(call);
	assert.ok(silent.kind === "failed");
	assert.equal(silent.failure, "timedOut");
	const twoLines = await runGpg({ ...call, passphrase: "first\nsecond" });
	assert.ok(twoLines.kind === "failed");
	assert.equal(twoLines.failure, "wrongPassphrase");
});

test("the passphrase is never among the arguments of a process", async (t) => {
	if (!needs(t, "gpg")) return;
	const home = gnupgHome(t);
	const fingerprint = isFingerprint(makeKey(home, "Gus", "future-default", "hidden secret"));
	const log = file(home, "arguments", "");
	const program = file(
		home,
		"listening-gpg",
		`#!/bin/sh\nprintf '%s\\n' "$*" >> ${log}\nenv >> ${log}\nexec gpg "$@"\n`,
	);
	chmodSync(program, 0o700);
	const outcome = await gpgIdentity({ fingerprint, gnupgHome: home.path, program, passphrase: "hidden secret" });
	assert.ok(outcome.kind === "opened");
	await outcome.signer.sign("test");
	const seen = readFileSync(log, "utf8");
	assert.match(seen, /--detach-sign/);
	assert.doesNotMatch(seen, /hidden secret/);
});

test("a missing gpg and a key that is not there are told apart", async (t) => {
	if (!needs(t, "gpg")) return;
	const home = gnupgHome(t);
	const fingerprint = isFingerprint("A".repeat(40));
	const missing = await gpgIdentity({ fingerprint, gnupgHome: home.path, program: join(home.path, "no-such-gpg") });
	assert.ok(missing.kind === "failed");
	assert.equal(missing.failure, "gpgMissing");
	const unknown = await gpgIdentity({ fingerprint, gnupgHome: home.path });
	assert.ok(unknown.kind === "failed");
	assert.equal(unknown.failure, "noSecretKey");
	const ann = await createLocalIdentity({ name: "Ann" });
	home.run(["--import"], exportPublic(ann.signer.certificate));
	const publicOnly = await gpgIdentity({ fingerprint: ann.signer.fingerprint, gnupgHome: home.path });
	assert.ok(publicOnly.kind === "failed");
	assert.equal(publicOnly.failure, "noSecretKey");
});

test("keys of weak kinds made by GnuPG are refused", async (t) => {
	if (!needs(t, "gpg")) return;
	const home = gnupgHome(t);
	for (const algorithm of ["rsa1024", "dsa1024", "secp256k1"]) {
		const fingerprint = makeKey(home, `Weak ${algorithm}`, algorithm, "");
		const exported = home.run(["--export", fingerprint]).output;
		assert.ok(exported.length > 0);
		assert.equal((await readCertificate(exported)).kind, "refused", algorithm);
	}
});

test("a key that certifies others and can be encrypted to, but can't sign, is refused", async (t) => {
	if (!needs(t, "gpg")) return;
	const home = gnupgHome(t);
	const made = home.run(["--quick-generate-key", "Certifies only", "ed25519", "cert", "1y"], "", "");
	const fingerprint = /KEY_CREATED \S+ ([0-9A-F]+)/.exec(made.log)?.[1];
	assert.ok(fingerprint, made.log);
	home.run(["--quick-add-key", fingerprint, "cv25519", "encr", "1y"], "", "");
	const read = await readCertificate(home.run(["--export", fingerprint]).output);
	assert.ok(read.kind === "refused");
	assert.match(read.detail, /sign/);
});

test("the fingerprint of a subkey opens no identity: its key is another one", async (t) => {
	if (!needs(t, "gpg")) return;
	const home = gnupgHome(t);
	const primary = makeKey(home, "Gus", "future-default", "");
	const listed = home.run(["--with-colons", "--with-subkey-fingerprint", "--list-keys", primary]).output;
	const [, subkey] = [...text(listed).matchAll(/^fpr:+([0-9A-F]+):/gm)].map(([, digits]) => digits);
	assert.ok(subkey && subkey !== primary);
	const outcome = await gpgIdentity({ fingerprint: isFingerprint(subkey), gnupgHome: home.path });
	assert.ok(outcome.kind === "failed");
	assert.equal(outcome.detail, "this is the fingerprint of a subkey");
});

test("a signature over SHA-1 or MD5 by GnuPG is refused, where one over SHA-256 by the same key is taken", async (t) => {
	if (!needs(t, "gpg")) return;
	const home = gnupgHome(t);
	const fingerprint = makeKey(home, "Gus", "rsa2048", "");
	const read = await readCertificate(home.run(["--export", fingerprint]).output);
	assert.ok(read.kind === "certificate");
	const signed = Buffer.from(toBeSigned("test", []));
	const isTaken = async (hash: string) => {
		const weak = ["--allow-weak-digest-algos", "--digest-algo", hash, "--local-user", fingerprint];
		const signature = home.run([...weak, "--output", "-", "--detach-sign"], signed).output;
		assert.ok(signature.length > 0, hash);
		return verifySignature(read.certificate, signature, "test");
	};
	assert.equal(await isTaken("SHA256"), true);
	for (const hash of ["SHA1", "MD5"]) assert.equal(await isTaken(hash), false, hash);
});

test("a message without a sender's signature is refused by the key in gpg-agent, too", async (t) => {
	if (!needs(t, "gpg")) return;
	const home = gnupgHome(t);
	const fingerprint = makeKey(home, "Gus", "future-default", "");
	const gus = await opened(fingerprint, home, "");
	const ann = await createLocalIdentity({ name: "Ann" });
	const message = await createMessage({ binary: bytes("welcome") });
	const unsigned = await encrypt({ message, encryptionKeys: gus.certificate.key, format: "binary" });
	assert.deepEqual(await gus.decrypt(unsigned, ann.signer.certificate), {
		kind: "failed",
		detail: "not signed by its sender for us",
	});
	assert.equal((await gus.decrypt(bytes("garbage"), ann.signer.certificate)).kind, "failed");
});
