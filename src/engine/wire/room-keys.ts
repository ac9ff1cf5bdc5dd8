// The keys by which an engine and its windows name rooms.
import { randomBytes } from "node:crypto";
import { base32Of } from "./base32.ts";

/** As many bits as no two rooms of one engine share. */
const keyBytes = 5;

/** This is how every such key looks. */
export const roomKey = /^[a-z2-7]{8}$/;

/** Makes a key that no room has. */
export function newRoomKey(): string {
	return base32Of(randomBytes(keyBytes));
}
