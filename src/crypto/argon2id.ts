// Argon2id (RFC 9106), by which each guess costs time and memory.
import { argon2 } from "node:crypto";

/** The cost of one guess. `memory` is in KiB, `tagLength` in bytes. */
export interface Argon2idCost {
	readonly memory: number;
	readonly passes: number;
	readonly parallelism: number;
	readonly tagLength: number;
}

/**
 * The second recommended option of RFC 9106 §4, with t=3: about 0.1 s and 64 MiB. It is part of the protocol version, so that a hostile host cannot choose it, and of
 * version 1 of the vault's file.
 */
const STRETCHING: Argon2idCost = { memory: 64 * 1024, passes: 3, parallelism: 4, tagLength: 32 };

/** Passes a message through Argon2id. Rejects when there is no memory for it. */
export function argon2id(message: Uint8Array, nonce: Uint8Array, cost: Argon2idCost): Promise<Uint8Array<ArrayBuffer>> {
	return new Promise((resolve, reject) => {
		argon2("argon2id", { ...cost, message, nonce }, (error, derived) => {
			if (error) return reject(error);
			resolve(new Uint8Array(derived));
			derived.fill(0);
		});
	});
}

/** Stretches a secret that a person types, in NFC, to 32 bytes. `salt` has 16 bytes; the copy of the secret is wiped. */
export async function stretched(secret: string, salt: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
	const message = Buffer.from(secret.normalize("NFC"), "utf8");
	try {
		return await argon2id(message, salt, STRETCHING);
	} finally {
		message.fill(0);
	}
}
