// Seals what is secret at rest, value by value, under one 32-byte vault key. Where that key is kept: file.ts.
import { createHmac, hkdfSync, randomBytes } from "node:crypto";
import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";
import { concatBytes, lvCat } from "../length-value.ts";

/** The size of the vault key in bytes. */
export const VAULT_KEY_BYTES = 32;

/** A sealed value of this format is: format (1 byte) ‖ nonce (24) ‖ XChaCha20-Poly1305 ciphertext and tag (16). */
const FORMAT = 1;
/** Random nonces are safe at this size (draft-irtf-cfrg-xchacha §2.1). */
const NONCE_BYTES = 24;
const TAG_BYTES = 16;
const SEALED_OVERHEAD_BYTES = 1 + NONCE_BYTES + TAG_BYTES;

const BLIND_INFO = "real-talk/1 vault blind index";
const BLIND_BYTES = 16;

/** This stands before the name of a key that is derived from the vault's. */
const DERIVED_INFO = "real-talk/1 vault key for ";

const utf8 = new TextEncoder();

/** Holds the vault key until `wipe`. It satisfies `Sealer` of store/sealer.ts. */
export class Vault {
	readonly #key: Uint8Array;
	readonly #blindKey: Uint8Array;
	#isWiped = false;

	/** Makes a vault that holds a copy of the key. */
	constructor(key: Uint8Array) {
		if (key.length !== VAULT_KEY_BYTES) throw new RangeError(`a vault key has ${VAULT_KEY_BYTES} bytes`);
		this.#key = Uint8Array.from(key);
		this.#blindKey = new Uint8Array(hkdfSync("sha256", key, new Uint8Array(0), BLIND_INFO, VAULT_KEY_BYTES));
	}

	/** Encrypts and authenticates `bytes` for one place in the database, under a fresh random nonce. */
	seal(table: string, column: string, rowId: string, bytes: Uint8Array): Uint8Array {
		const nonce = randomBytes(NONCE_BYTES);
		const cipher = xchacha20poly1305(this.#usable(this.#key), nonce, place(table, column, rowId));
		return concatBytes(Uint8Array.of(FORMAT), nonce, cipher.encrypt(bytes));
	}

	/** Returns what was sealed for this place, or `undefined` when it was altered, moved here from another place, or sealed under another key. */
	open(table: string, column: string, rowId: string, sealed: Uint8Array): Uint8Array | undefined {
		if (sealed.length < SEALED_OVERHEAD_BYTES || sealed[0] !== FORMAT) return undefined;
		const nonce = sealed.subarray(1, 1 + NONCE_BYTES);
		const cipher = xchacha20poly1305(this.#usable(this.#key), nonce, place(table, column, rowId));
		try {
			return cipher.decrypt(sealed.subarray(1 + NONCE_BYTES));
		} catch {
			// The only way decryption of a long enough input fails is its tag (RFC 8439 §2.8).
			return undefined;
		}
	}

	/** Returns a keyed, one-way name for `value` in one column (HMAC-SHA-256, 128 bits as hex): the same each time under the same vault key. */
	blind(table: string, column: string, value: string): string {
		const fields = lvCat(utf8.encode(table), utf8.encode(column), utf8.encode(value));
		return createHmac("sha256", this.#usable(this.#blindKey))
			.update(fields)
			.digest("hex")
			.slice(0, 2 * BLIND_BYTES);
	}

	/** Derives a key of 32 bytes for something that is encrypted elsewhere, by its name (HKDF-SHA-256, RFC 5869). Somebody who gets it wipes it. */
	deriveKey(name: string): Uint8Array {
		const key = this.#usable(this.#key);
		return new Uint8Array(hkdfSync("sha256", key, new Uint8Array(0), `${DERIVED_INFO}${name}`, VAULT_KEY_BYTES));
	}

	/** Returns a copy of the key for the code that writes the key file, which wipes the copy. */
	copyKey(): Uint8Array {
		return Uint8Array.from(this.#usable(this.#key));
	}

	/** Forgets the key; using the vault afterwards throws. */
	wipe(): void {
		this.#isWiped = true;
		this.#key.fill(0);
		this.#blindKey.fill(0);
	}

	/** Returns the key, or throws when it was wiped: sealing under zeros would be worse than failing. */
	#usable(key: Uint8Array): Uint8Array {
		if (this.#isWiped) throw new Error("the vault was used after it was wiped");
		return key;
	}
}

/** Makes the additional authenticated data, which binds a sealed value to its table, column and row. */
function place(table: string, column: string, rowId: string): Uint8Array {
	return lvCat(utf8.encode(table), utf8.encode(column), utf8.encode(rowId));
}
