// Stretching the password, so that a guess costs time and memory.
import { argon2 } from "node:crypto";

/**
 * These are the parameters of Argon2id (RFC 9106 §4, second recommended option with t=3). They are part of the protocol version: a hostile host cannot choose
 * them.
 */
const STRETCHING = { memory: 64 * 1024, passes: 3, parallelism: 4, tagLength: 32 } as const;

/** Passes the password, in NFC and without the white space at its ends, which nobody hears or sees, through Argon2id (about 0.1 s, 64 MiB). `salt` is 16 bytes from the host's hello. */
export async function stretchPassword(password: string, salt: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
	const message = Buffer.from(password.trim().normalize("NFC"), "utf8");
	try {
		return await new Promise((resolve, reject) => {
			argon2("argon2id", { ...STRETCHING, message, nonce: salt }, (error, derived) => {
				if (error) reject(error);
				else resolve(new Uint8Array(derived));
			});
		});
	} finally {
		message.fill(0);
	}
}
