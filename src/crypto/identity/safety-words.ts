// Words two people read to each other: the same for both exactly when each has the other's true key.
import { wordlist } from "@scure/bip39/wordlists/english.js";
import { readKeys } from "openpgp";
import { type Argon2idCost, argon2id } from "../argon2id.ts";
import { lvCat } from "../length-value.ts";
import { sha512 } from "../sha512.ts";
import { type Fingerprint, fingerprintBytes, parseFingerprint } from "./fingerprint.ts";
import { openpgpConfig } from "./openpgp-policy.ts";

/** People compare this many words, of 11 bits each. */
const SAFETY_WORD_COUNT = 6;
const BITS_PER_WORD = 11;

/**
 * The cost of Argon2id over the two keys. Somebody in between may choose two keys, one to show to either side, and looks for a pair that gives both the same
 * words: 2³³ tries of 66 bits (a birthday search). Each try must therefore be dear: about half a second and 64 MiB.
 */
const hardening: Argon2idCost = { memory: 64 * 1024, passes: 8, parallelism: 4, tagLength: 64 };
const keyHardening: Argon2idCost = { memory: 8 * 1024, passes: 1, parallelism: 1, tagLength: 64 };
const domain = new TextEncoder().encode("real-talk/1 safety words");
const keyDomain = new TextEncoder().encode("real-talk/1 key words");

/** A PrimaryKey is an OpenPGP key as two people compare it. */
export interface PrimaryKey {
	readonly fingerprint: Fingerprint;
	/** The body of the primary key packet (RFC 9580 §5.5.2): all of the key, where a v4 fingerprint is only its SHA-1. */
	readonly packet: Uint8Array;
}

/** Returns the primary key of a certificate. Its signatures are not checked here. */
export async function primaryKeyOf(certificate: Uint8Array): Promise<PrimaryKey | undefined> {
	try {
		const [key, ...others] = await readKeys({ binaryKeys: certificate, config: openpgpConfig() });
		const fingerprint = key && others.length === 0 ? parseFingerprint(key.getFingerprint()) : undefined;
		return key && fingerprint ? { fingerprint, packet: key.toPublic().keyPacket.write() } : undefined;
	} catch {
		return undefined;
	}
}

/** Returns six words of the BIP39 English list for two primary key packets, in either order. */
export async function safetyWords(one: Uint8Array, other: Uint8Array): Promise<readonly string[]> {
	const [first = one, second = other] = [sha512(one), sha512(other)].toSorted(Buffer.compare);
	return hardWords(sha512(lvCat(domain, first, second)), domain, hardening);
}

/**
 * Returns six words for one key, by which a host tells friends which room on the network is theirs. Somebody who wants to pass for the host needs another key with the
 * same words: 2⁶⁶ tries, each of 8 MiB and about 10 ms, since the host's own key is not theirs to choose. It costs less than two keys' words so that a list of
 * rooms has its words at once.
 */
export function keyWords(fingerprint: Fingerprint): Promise<readonly string[]> {
	return hardWords(sha512(lvCat(keyDomain, fingerprintBytes(fingerprint))), keyDomain, keyHardening);
}

async function hardWords(message: Uint8Array, nonce: Uint8Array, cost: Argon2idCost): Promise<readonly string[]> {
	return wordsOf(await argon2id(message, nonce, cost));
}

function wordsOf(digest: Uint8Array): readonly string[] {
	const bits = BigInt(`0x${Buffer.from(digest).toString("hex")}`);
	const all = digest.length * 8;
	return Array.from({ length: SAFETY_WORD_COUNT }, (_, place) => {
		const index = Number((bits >> BigInt(all - BITS_PER_WORD * (place + 1))) & 2047n);
		return wordlist[index] ?? "";
	});
}
