// What the vault writes follows from the documented formulas: made and opened here with other implementations (libsodium, OpenSSL), and bent in one place at a time.
import assert from "node:assert/strict";
import { argon2Sync, createHash, createHmac, hkdfSync, randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import sodium from "libsodium-wrappers-sumo";
import { changePassphrase, createVault, openVault, VAULT_FILE } from "../../../src/crypto/vault/file.ts";
import { Vault } from "../../../src/crypto/vault/vault.ts";
import { temporaryHome } from "../../support/temporary-home.ts";

await sodium.ready;
const key = randomBytes(32);
const lv = (...parts: readonly string[]): Buffer =>
	Buffer.concat(parts.flatMap((part) => [Buffer.of(Buffer.byteLength(part)), Buffer.from(part)]));
const sha256 = (bytes: Uint8Array): Buffer => createHash("sha256").update(bytes).digest();
const withDigest = (content: Uint8Array): Buffer => Buffer.concat([content, sha256(content)]);
const header = (mode: number, version = 1): Buffer => Buffer.concat([Buffer.from("RTVAULT"), Buffer.of(version, mode)]);

function vaultOf(outcome: Awaited<ReturnType<typeof openVault>>): Vault {
	assert.ok(outcome.kind === "open", outcome.kind);
	return outcome.vault;
}

/** A home with a key file of these bytes in it. */
function homeWith(t: TestContext, file: Uint8Array): string {
	const home = temporaryHome(t);
	writeFileSync(join(home, VAULT_FILE), file, { mode: 0o600 });
	return home;
}

test("a sealed value is XChaCha20-Poly1305 under the vault's key, bound to table, column and row, as libsodium makes and opens it", () => {
	const vault = new Vault(key);
	const plain = Buffer.from("secret");
	const place = lv("contacts", "name", "7");
	const sealed = vault.seal("contacts", "name", "7", plain);
	assert.equal(sealed[0], 1);
	const opened = sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(
		null,
		sealed.subarray(25),
		place,
		sealed.subarray(1, 25),
		key,
	);
	assert.deepEqual(Buffer.from(opened), plain);
	const nonce = randomBytes(24);
	const made = sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(plain, place, null, nonce, key);
	const byHand = (format: number) => Uint8Array.from([format, ...nonce, ...made]);
	assert.deepEqual(vault.open("contacts", "name", "7", byHand(1)), Uint8Array.from(plain));
	assert.equal(vault.open("contacts", "name", "7", byHand(2)), undefined, "another format");
});

test("blind names and derived keys follow from the documented formulas, each from a key of its own", () => {
	const vault = new Vault(key);
	const hkdf = (info: string) => Buffer.from(hkdfSync("sha256", key, "", info, 32));
	const blindKey = hkdf("real-talk/1 vault blind index");
	const name = createHmac("sha256", blindKey)
		.update(lv("contacts", "id", "Ada"))
		.digest("hex")
		.slice(0, 32);
	assert.equal(vault.blind("contacts", "id", "Ada"), name);
	assert.deepEqual(Buffer.from(vault.deriveKey("history")), hkdf("real-talk/1 vault key for history"));
	vault.wipe();
	assert.throws(() => vault.deriveKey("history"), /wiped/);
});

test("a vault has a copy of the key, and gives a copy away; a key of another size is none", () => {
	const given = Uint8Array.from(key);
	const vault = new Vault(given);
	given.fill(0);
	const copy = vault.copyKey();
	assert.deepEqual(Buffer.from(copy), key);
	copy.fill(0);
	assert.deepEqual(Buffer.from(vault.copyKey()), key);
	for (const size of [0, 31, 33]) assert.throws(() => new Vault(new Uint8Array(size)), RangeError);
});

test("the key file in clear is the header, the key and a digest; it is read from such bytes and written as such", async (t) => {
	const file = withDigest(Buffer.concat([header(0), key]));
	const home = homeWith(t, file);
	const opened = await openVault(home, "ignored");
	assert.ok(opened.kind === "open" && !opened.hasPassphrase);
	assert.deepEqual(Buffer.from(opened.vault.copyKey()), key);
	assert.deepEqual(await changePassphrase(home, opened.vault), { kind: "changed" });
	assert.deepEqual(readFileSync(join(home, VAULT_FILE)), file);
	const made = await createVault(temporaryHome(t), "");
	assert.ok(made.kind === "open" && !made.hasPassphrase, "an empty passphrase is none");
});

test("the key file behind a passphrase is wrapped as documented: Argon2id of 64 MiB, 3 passes and 4 lanes, and the header is bound to it", async (t) => {
	const home = temporaryHome(t);
	const made = await createVault(home, "secret");
	assert.ok(made.kind === "open" && made.hasPassphrase);
	const file = readFileSync(join(home, VAULT_FILE));
	assert.equal(file.length, 9 + 16 + 24 + 48 + 32);
	assert.deepEqual(file.subarray(0, 9), header(1));
	assert.deepEqual(file.subarray(-32), sha256(file.subarray(0, -32)));
	const stretch = (message: string, nonce: Uint8Array) =>
		argon2Sync("argon2id", { message, nonce, memory: 65_536, passes: 3, parallelism: 4, tagLength: 32 });
	const wrapping = stretch("secret", file.subarray(9, 25));
	const unwrapped = sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(
		null,
		file.subarray(49, 97),
		header(1),
		file.subarray(25, 49),
		wrapping,
	);
	assert.deepEqual(unwrapped, made.vault.copyKey());
	// The same key, wrapped for another header: whoever moves it into this one has nothing.
	const wrap = (bound: Uint8Array): Buffer => {
		const nonce = randomBytes(24);
		const wrapped = sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(key, bound, null, nonce, wrapping);
		return withDigest(Buffer.concat([header(1), file.subarray(9, 25), nonce, wrapped]));
	};
	const opened = await openVault(homeWith(t, wrap(header(1))), "secret");
	assert.ok(opened.kind === "open" && opened.hasPassphrase);
	assert.deepEqual(Buffer.from(opened.vault.copyKey()), key);
	assert.deepEqual(await openVault(homeWith(t, wrap(header(0))), "secret"), { kind: "wrongPassphrase" });
});

test("a key file that holds what no version has, with a digest that fits, is damaged or of a newer version, and never a vault", async (t) => {
	const whyOf = async (file: Uint8Array) => {
		const outcome = await openVault(homeWith(t, file), "secret");
		return outcome.kind === "damaged" ? outcome.trouble.why : outcome.kind;
	};
	const wrong: Readonly<Record<string, Uint8Array>> = {
		"no mode that is known": Buffer.concat([header(2), key]),
		"a key too short": Buffer.concat([header(0), key.subarray(1)]),
		"a key too long": Buffer.concat([header(0), key, Buffer.of(0)]),
		"a wrapped key too short": Buffer.concat([header(1), randomBytes(87)]),
		"a key where a wrapped one is said to be": Buffer.concat([header(1), key]),
		"a header without a mode": header(0).subarray(0, 8),
		"another beginning": Buffer.concat([Buffer.from("RTVAULx"), Buffer.of(1, 0), key]),
		nothing: new Uint8Array(0),
	};
	for (const [what, content] of Object.entries(wrong)) assert.equal(await whyOf(withDigest(content)), "damaged", what);
	for (const version of [0, 2, 255])
		assert.equal(await whyOf(withDigest(Buffer.concat([header(0, version), key]))), "newer");
	const other = withDigest(Buffer.concat([header(0), key]));
	other[other.length - 1] = other[other.length - 1]! ^ 1;
	assert.equal(await whyOf(other), "damaged", "a digest of something else");
});

test("trouble with the key file is told with the file's path and the system's words", async (t) => {
	const home = temporaryHome(t);
	const path = join(home, VAULT_FILE);
	const elsewhere = join(path, "deeper");
	writeFileSync(path, "no folder");
	const unreadable = await openVault(elsewhere);
	assert.ok(unreadable.kind === "damaged");
	assert.deepEqual([unreadable.trouble.why, unreadable.trouble.path], ["unreadable", join(elsewhere, VAULT_FILE)]);
	assert.match(unreadable.trouble.detail, /ENOTDIR/);
	const unwritable = await createVault(join(home, "gone"));
	assert.ok(unwritable.kind === "damaged");
	assert.equal(unwritable.trouble.why, "unwritable");
	assert.match(unwritable.trouble.detail, /ENOENT/);
	const failed = await changePassphrase(join(home, "gone"), new Vault(key));
	assert.ok(failed.kind === "failed" && failed.trouble.why === "unwritable");
	const damaged = await openVault(home);
	assert.deepEqual(damaged, { kind: "damaged", trouble: { path, why: "damaged", detail: "" } });
	const folder = temporaryHome(t);
	mkdirSync(join(folder, VAULT_FILE));
	assert.equal((await openVault(folder)).kind, "damaged");
});

test("a key file of 4 KiB is still looked at, and a larger one is not", async (t) => {
	const atLimit = await openVault(homeWith(t, Buffer.alloc(4_096)));
	assert.equal(atLimit.kind, "damaged");
	assert.equal(vaultOf(await createVault(temporaryHome(t))).copyKey().length, 32);
});

test("whoever makes a vault where there is one already opens that one, behind its passphrase", async (t) => {
	const home = temporaryHome(t);
	const first = vaultOf(await createVault(home, "secret"));
	assert.deepEqual(await createVault(home), { kind: "locked" });
	assert.deepEqual(await createVault(home, "other"), { kind: "wrongPassphrase" });
	assert.deepEqual(vaultOf(await createVault(home, "secret")).copyKey(), first.copyKey());
});
