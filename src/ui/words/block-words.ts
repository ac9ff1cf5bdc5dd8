// What a block is about, in words. Pure.
import type { BlockedSubject } from "../../engine/api/gate.ts";

/** Returns what is blocked, to begin a sentence with. */
export function blockedWords({ about, address, location, name }: BlockedSubject): string {
	switch (about) {
		case "address":
			return `${address} (${location.label})`;
		case "cidr":
			return `The range ${address} (${location.label})`;
		case "asn":
			return `The network owner ${address}`;
		case "fingerprint":
			return name === undefined ? `The key ${shortKey(address)}` : `The key of "${name}"`;
	}
}

/** Returns what the host types to lift the block: a name where there is one, because nobody types 40 digits. */
export const unblockWords = ({ about, address, name }: BlockedSubject): string =>
	`/unblock ${about === "fingerprint" && name !== undefined ? name : address}`;

/** Returns the beginning and the end of a fingerprint, which is too long for a sentence. */
const shortKey = (fingerprint: string): string => `${fingerprint.slice(0, 4)}…${fingerprint.slice(-4)}`;
