// Stretching the password, so that a guess costs time and memory.
import { stretched } from "../argon2id.ts";

/** Passes the password, in NFC and without the white space at its ends, which nobody hears or sees, through Argon2id (about 0.1 s, 64 MiB). `salt` is 16 bytes from the host's hello. */
export const stretchPassword = (password: string, salt: Uint8Array): Promise<Uint8Array<ArrayBuffer>> =>
	stretched(password.trim(), salt);
