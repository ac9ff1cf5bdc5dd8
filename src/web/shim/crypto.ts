// `node:crypto` in a page, as far as a guest's code uses it: on audited @noble packages, and Argon2id in WebAssembly. Anything else throws at once.
import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { ed25519 } from "@noble/curves/ed25519.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256, sha512 } from "@noble/hashes/sha2.js";
import { sha3_256 } from "@noble/hashes/sha3.js";
import { argon2id } from "hash-wasm";

type Data = string | ArrayBufferView | ArrayBuffer | KeyObject;
type Encoding = "hex" | "base64" | "base64url" | "buffer";

const HASHES = { sha256, sha512, "sha3-256": sha3_256 } as const;
type HashName = keyof typeof HASHES;
const KEY_BYTES = 32;
const TAG_BYTES = 16;
/** The prefix of an Ed25519 key in SubjectPublicKeyInfo and in PKCS #8 (RFC 8410 §4 and §7). */
const SPKI = Uint8Array.from([0x30, 0x2a, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 3, 0x21, 0]);
const PKCS8 = Uint8Array.from([0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20]);

/** A key of one of the three kinds that there are here: a secret, or one half of Ed25519. */
class KeyObject {
	readonly type: "secret" | "private" | "public";
	readonly raw: Uint8Array;

	constructor(type: KeyObject["type"], raw: Uint8Array) {
		this.type = type;
		this.raw = raw;
	}

	export({ format }: { readonly format: "der" | "jwk" }): Buffer | { readonly x: string } {
		if (this.type !== "public") throw new Error("only public keys leave");
		return format === "jwk" ? { x: Buffer.from(this.raw).toString("base64url") } : Buffer.concat([SPKI, this.raw]);
	}
}

function bytesOf(data: Data): Uint8Array {
	if (typeof data === "string") return new TextEncoder().encode(data);
	if (data instanceof KeyObject) return data.raw;
	if (data instanceof ArrayBuffer) return new Uint8Array(data);
	return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

function encoded(bytes: Uint8Array, encoding: Encoding = "buffer"): Buffer | string {
	const buffer = Buffer.from(bytes);
	return encoding === "buffer" ? buffer : buffer.toString(encoding);
}

class Digest {
	readonly #state: { update(data: Uint8Array): unknown; digest(): Uint8Array };

	constructor(state: { update(data: Uint8Array): unknown; digest(): Uint8Array }) {
		this.#state = state;
	}

	update(data: Data): this {
		this.#state.update(bytesOf(data));
		return this;
	}

	digest(encoding?: Encoding): Buffer | string {
		return encoded(this.#state.digest(), encoding);
	}
}

export const createHash = (name: HashName): Digest => new Digest(HASHES[name].create());
export const createHmac = (name: HashName, key: Data): Digest => new Digest(hmac.create(HASHES[name], bytesOf(key)));
export const hash = (name: HashName, data: Data, encoding: Encoding = "hex"): Buffer | string =>
	encoded(HASHES[name](bytesOf(data)), encoding);

export function hkdfSync(name: HashName, key: Data, salt: Data, info: Data, sizeBytes: number): ArrayBuffer {
	return new Uint8Array(hkdf(HASHES[name], bytesOf(key), bytesOf(salt), bytesOf(info), sizeBytes)).buffer;
}

export const randomBytes = (sizeBytes: number): Buffer =>
	Buffer.from(globalThis.crypto.getRandomValues(new Uint8Array(sizeBytes)));

export function timingSafeEqual(left: Data, right: Data): boolean {
	const [one, other] = [bytesOf(left), bytesOf(right)];
	if (one.length !== other.length) throw new RangeError("Input buffers must have the same byte length");
	let difference = 0;
	for (const [index, byte] of one.entries()) difference |= byte ^ (other[index] ?? 0);
	return difference === 0;
}

interface Argon2 {
	readonly message: Data;
	readonly nonce: Data;
	readonly memory: number;
	readonly passes: number;
	readonly parallelism: number;
	readonly tagLength: number;
}

export function argon2(name: string, options: Argon2, done: (error: unknown, tag?: Buffer) => void): void {
	if (name !== "argon2id") throw new Error("only Argon2id is here");
	const { message, nonce, memory, passes, parallelism, tagLength } = options;
	argon2id({
		password: bytesOf(message),
		salt: bytesOf(nonce),
		memorySize: memory,
		iterations: passes,
		parallelism,
		hashLength: tagLength,
		outputType: "binary",
	}).then(
		(tag) => done(null, Buffer.from(tag)),
		(error: unknown) => done(error),
	);
}

/** AES has only the pieces of files, which the browser itself encrypts (`crypto/file/subtle-pieces.ts`). */
const CIPHERS = { "chacha20-poly1305": chacha20poly1305 } as const;
type CipherName = keyof typeof CIPHERS;

/** An Aead is what `createCipheriv` and `createDecipheriv` make. The library works on whole messages, so there is one `update`, which gives all of it; `final` says whether that was right. */
class Aead {
	readonly #cipher: (aad: Uint8Array) => {
		encrypt(data: Uint8Array): Uint8Array;
		decrypt(data: Uint8Array): Uint8Array;
	};
	readonly #isSealing: boolean;
	#aad: Uint8Array = new Uint8Array(0);
	#tag: Uint8Array = new Uint8Array(0);
	#state: "new" | "updated" | "wrong" = "new";

	constructor(name: CipherName, key: Data, nonce: Data, isSealing: boolean) {
		const make = CIPHERS[name];
		if (make === undefined) throw new Error(`${name} is not here`);
		this.#cipher = (aad) => make(bytesOf(key), bytesOf(nonce), aad);
		this.#isSealing = isSealing;
	}

	setAAD(aad: Data): void {
		this.#aad = bytesOf(aad);
	}

	setAuthTag(tag: Data): void {
		this.#tag = bytesOf(tag).slice();
	}

	getAuthTag(): Buffer {
		return Buffer.from(this.#tag);
	}

	update(data: Data): Buffer {
		if (this.#state !== "new") throw new Error("a message is given in one piece here");
		this.#state = "updated";
		const bytes = bytesOf(data);
		const cipher = this.#cipher(this.#aad);
		if (this.#isSealing) {
			const sealed = cipher.encrypt(bytes);
			this.#tag = sealed.slice(-TAG_BYTES);
			return viewOf(sealed.subarray(0, -TAG_BYTES));
		}
		try {
			return viewOf(cipher.decrypt(Buffer.concat([bytes, this.#tag])));
		} catch {
			// Nobody gets to see what was not made with this key; it is told where Node tells it.
			this.#state = "wrong";
			return Buffer.alloc(bytes.length);
		}
	}

	final(): Buffer {
		if (this.#state !== "updated") throw new Error("Unsupported state or unable to authenticate data");
		return Buffer.alloc(0);
	}
}

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer => Buffer.from(buffer, byteOffset, byteLength);

export const createCipheriv = (name: CipherName, key: Data, nonce: Data): Aead => new Aead(name, key, nonce, true);
export const createDecipheriv = (name: CipherName, key: Data, nonce: Data): Aead => new Aead(name, key, nonce, false);

export const createSecretKey = (key: Data): KeyObject => new KeyObject("secret", bytesOf(key).slice());

type KeySource =
	| { readonly format: "der"; readonly key: Data }
	| { readonly format: "jwk"; readonly key: { readonly d?: string; readonly x: string } };

function keyBytes(source: KeySource, prefix: Uint8Array, field: "d" | "x"): Uint8Array {
	if (source.format === "jwk") return checked(Buffer.from(source.key[field] ?? "", "base64url"));
	const der = bytesOf(source.key);
	if (prefix.some((byte, index) => der[index] !== byte)) throw new Error("only Ed25519 keys are here");
	return checked(der.subarray(prefix.length));
}

function checked(raw: Uint8Array): Uint8Array {
	if (raw.length !== KEY_BYTES) throw new Error("an Ed25519 key has 32 bytes");
	return Uint8Array.from(raw);
}

export const createPrivateKey = (source: KeySource): KeyObject =>
	new KeyObject("private", keyBytes(source, PKCS8, "d"));

export function createPublicKey(source: KeySource | KeyObject): KeyObject {
	const raw = source instanceof KeyObject ? ed25519.getPublicKey(source.raw) : keyBytes(source, SPKI, "x");
	return new KeyObject("public", raw);
}

export function generateKeyPairSync(): { readonly publicKey: KeyObject; readonly privateKey: KeyObject } {
	const privateKey = new KeyObject("private", ed25519.utils.randomSecretKey());
	return { privateKey, publicKey: createPublicKey(privateKey) };
}

export const sign = (_hash: null, message: Data, key: KeyObject): Buffer =>
	Buffer.from(ed25519.sign(bytesOf(message), key.raw));

export const verify = (_hash: null, message: Data, key: KeyObject, signature: Data): boolean =>
	ed25519.verify(bytesOf(signature), bytesOf(message), key.raw, { zip215: false });
