// What stands in a page for Node's cryptography and for libsodium gives what they give, and refuses what they refuse.
import assert from "node:assert/strict";
import * as node from "node:crypto";
import { createRequire } from "node:module";
import { test } from "node:test";
import fc from "fast-check";
import libsodium from "libsodium-wrappers-sumo";
import * as page from "../../src/web/shim/crypto.ts";
import ristretto from "../../src/web/shim/libsodium-wrappers-sumo.ts";
import { isIP } from "../../src/web/shim/net.ts";
import * as sodium from "../../src/web/shim/sodium-universal.ts";

const bytes = (sizes: fc.IntArrayConstraints & { minLength?: number; maxLength?: number } = {}) => fc.uint8Array(sizes);
const key = bytes({ minLength: 32, maxLength: 32 });
const holds = <Values extends [unknown, ...unknown[]]>(property: fc.IPropertyWithHooks<Values>) =>
	fc.assert(property, { numRuns: 30 });
/** Bytes as they are, whichever Buffer they are in. */
const raw = (data: unknown) => Buffer.from(data as Uint8Array).toString("hex");

test("hashes, HMAC and HKDF are those of OpenSSL", () => {
	holds(
		fc.property(bytes(), bytes(), bytes(), (one, other, third) => {
			for (const name of ["sha256", "sha512", "sha3-256"] as const) {
				assert.equal(
					raw(page.createHash(name).update(one).update(other).digest()),
					raw(node.createHash(name).update(one).update(other).digest()),
				);
				assert.equal(page.hash(name, one, "hex"), node.hash(name, one, "hex"));
				assert.equal(
					raw(page.createHmac(name, one).update(other).digest()),
					raw(node.createHmac(name, one).update(other).digest()),
				);
				assert.equal(raw(page.hkdfSync(name, one, other, third, 77)), raw(node.hkdfSync(name, one, other, third, 77)));
			}
		}),
	);
});

test("ChaCha20-Poly1305 is that of OpenSSL, both ways, and a changed byte is refused; no other cipher is there", () => {
	const nonceBytes = bytes({ minLength: 12, maxLength: 12 });
	const name = "chacha20-poly1305";
	assert.throws(() => page.createCipheriv("aes-256-gcm" as typeof name, new Uint8Array(32), new Uint8Array(12)));
	holds(
		fc.property(key, nonceBytes, bytes(), bytes(), (secret, nonce, aad, plaintext) => {
			const theirs = node.createCipheriv(name, secret, nonce, { authTagLength: 16 });
			theirs.setAAD(aad, { plaintextLength: plaintext.length });
			const sealed = Buffer.concat([theirs.update(plaintext), theirs.final()]);
			const ours = page.createCipheriv(name, secret, nonce);
			ours.setAAD(aad);
			assert.equal(raw(ours.update(plaintext)), raw(sealed), "all of it at once, as Node gives it");
			assert.equal(ours.final().length, 0);
			assert.equal(raw(ours.getAuthTag()), raw(theirs.getAuthTag()));
			const open = (tag: Uint8Array) => {
				const opening = page.createDecipheriv(name, secret, nonce);
				opening.setAuthTag(tag);
				opening.setAAD(aad);
				const opened = opening.update(sealed);
				opening.final();
				return opened;
			};
			assert.equal(raw(open(theirs.getAuthTag())), raw(plaintext));
			const wrong = theirs.getAuthTag();
			wrong[3]! ^= 1;
			assert.throws(() => open(wrong));
			assert.throws(() => ours.update(plaintext), "only once");
		}),
	);
});

const pkcs8 = Buffer.from("302e020100300506032b657004220420", "hex");

test("Ed25519 keys and signatures are those of OpenSSL, and neither takes a changed one", () => {
	holds(
		fc.property(key, bytes(), (seed, message) => {
			const der = Buffer.concat([pkcs8, seed]);
			const theirs = node.createPrivateKey({ key: der, format: "der", type: "pkcs8" });
			const ours = page.createPrivateKey({ key: der, format: "der" });
			const spki = node.createPublicKey(theirs).export({ format: "der", type: "spki" });
			assert.equal(raw(page.createPublicKey(ours).export({ format: "der" })), raw(spki));
			const signature = page.sign(null, message, ours);
			assert.equal(raw(signature), raw(node.sign(null, message, theirs)));
			const known = page.createPublicKey({ key: spki, format: "der" });
			assert.ok(page.verify(null, message, known, signature));
			signature[1]! ^= 1;
			assert.ok(!page.verify(null, message, known, signature));
		}),
	);
	assert.throws(() =>
		page.createPublicKey({ key: Buffer.from("302a300506032b656e032100".padEnd(88, "0"), "hex"), format: "der" }),
	);
});

test("Argon2id is that of OpenSSL", async () => {
	const options = {
		message: Buffer.from("password"),
		nonce: Buffer.alloc(16, 7),
		memory: 256,
		passes: 3,
		parallelism: 4,
		tagLength: 32,
	};
	const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
	page.argon2("argon2id", options, (error, tag) => (tag ? resolve(tag) : reject(error)));
	assert.equal(raw(await promise), raw(node.argon2Sync("argon2id", options)));
});

test("ristretto255 is libsodium's, and so is what it refuses", () => {
	holds(
		fc.property(bytes({ minLength: 64, maxLength: 64 }), key, (digest, typed) => {
			const point = libsodium.crypto_core_ristretto255_from_hash(digest);
			assert.equal(raw(ristretto.crypto_core_ristretto255_from_hash(digest)), raw(point));
			const scalar = typed.slice();
			scalar[31]! &= 0x0f;
			scalar[0]! |= 1;
			assert.equal(
				raw(ristretto.crypto_scalarmult_ristretto255(scalar, point)),
				raw(libsodium.crypto_scalarmult_ristretto255(scalar, point)),
			);
			const attempt = (work: () => unknown) => {
				try {
					return raw(work());
				} catch {
					return "refused";
				}
			};
			assert.equal(
				attempt(() => ristretto.crypto_scalarmult_ristretto255(scalar, typed)),
				attempt(() => libsodium.crypto_scalarmult_ristretto255(scalar, typed)),
			);
		}),
	);
	const one = Uint8Array.of(1, ...new Uint8Array(31));
	assert.throws(() => ristretto.crypto_scalarmult_ristretto255(one, new Uint8Array(32)), "the identity");
	assert.throws(() => ristretto.crypto_scalarmult_ristretto255(one, new Uint8Array(31)), "too short");
});

test("the functions of libsodium that Noise needs give the same in a page", () => {
	const native = createRequire(import.meta.url)("sodium-universal") as typeof sodium;
	holds(
		fc.property(key, key, bytes(), bytes(), (one, other, message, aad) => {
			const both = (work: (library: typeof sodium, output: Uint8Array) => void, sizeBytes: number) => {
				const [theirs, ours] = [Buffer.alloc(sizeBytes), Buffer.alloc(sizeBytes)];
				work(native, theirs);
				work(sodium, ours);
				assert.equal(raw(ours), raw(theirs));
				return ours;
			};
			const [first, second, text, more] = [one, other, message, aad].map((part) => Buffer.from(part));
			const publicKey = both((library, output) => library.crypto_scalarmult_base(output, first!), 32);
			both((library, output) => library.crypto_scalarmult(output, second!, publicKey), 32);
			both((library, output) => library.crypto_generichash(output, text!), 64);
			both((library, output) => library.crypto_generichash_batch(output, [text!, more!]), 64);
			const nonce = Buffer.alloc(12, 5);
			const sealed = both(
				(library, output) =>
					library.crypto_aead_chacha20poly1305_ietf_encrypt(output, text!, more!, null, nonce, first!),
				message.length + 16,
			);
			both(
				(library, output) =>
					library.crypto_aead_chacha20poly1305_ietf_decrypt(output, null, sealed, more!, nonce, first!),
				message.length,
			);
		}),
	);
	assert.throws(() => sodium.crypto_scalarmult(Buffer.alloc(32), Buffer.alloc(32, 8), Buffer.alloc(32)));
});

test("addresses are told as Node tells them", () => {
	for (const [text, kind] of [
		["1.2.3.4", 4],
		["1.2.3.256", 0],
		["01.2.3.4", 0],
		["::1", 6],
		["fe80::1%eth0", 0],
		["2001:db8::7", 6],
		["1::2::3", 0],
		["host.example", 0],
	] as const)
		assert.equal(isIP(text), kind, text);
});
