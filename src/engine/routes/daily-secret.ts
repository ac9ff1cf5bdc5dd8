// The secret of one day, from one by which a host is found again for long: who sees what is announced on two days can't tell that it is the same host.
import { createHash } from "node:crypto";
import { INVITE_SECRET_BYTES } from "../../crypto/opening/knock.ts";

const dayMs = 24 * 60 * 60 * 1000;

/** Derives the secret of the day (UTC) of a moment, in ms since the epoch (docs/protocol.md, section 15.5). */
export function secretOfDay(secret: Uint8Array, atMs: number): Uint8Array {
	const day = Buffer.alloc(8);
	day.writeBigUInt64BE(BigInt(Math.floor(atMs / dayMs)));
	const hash = createHash("sha256").update("real-talk later rooms 1\0").update(secret).update(day).digest();
	return new Uint8Array(hash.subarray(0, INVITE_SECRET_BYTES));
}

/** Derives the secrets of the two days that are nearest to a moment: a guest whose clock is up to twelve hours off looks for one of them. */
export const secretsAround = (secret: Uint8Array, atMs: number): readonly Uint8Array[] =>
	[-dayMs / 2, dayMs / 2].map((gapMs) => secretOfDay(secret, atMs + gapMs));
