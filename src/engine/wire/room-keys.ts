// The keys by which an engine and its windows name rooms.
import { randomBytes } from "node:crypto";
import { base32Of } from "./base32.ts";

/** A key has this many random bytes, so that no two rooms of one engine have the same. */
const keyBytes = 5;

/** This is how every such key looks. */
export const roomKey = /^[a-z2-7]{8}$/;

/** Makes a key that no room has. */
export function newRoomKey(): string {
	return base32Of(randomBytes(keyBytes));
}
