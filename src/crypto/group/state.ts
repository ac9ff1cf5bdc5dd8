// What all group operations share: the library's settings, admission tickets, padding, and forgetting secrets.
import { createHmac, timingSafeEqual } from "node:crypto";
import {
	type AuthenticationService,
	type CiphersuiteImpl,
	type ClientConfig,
	type ClientState,
	type KeyPackage,
	type LeafNode,
	mlsExporter,
} from "ts-mls";
import { allSecretTreeValues } from "ts-mls/secretTree.js";
import type { Fingerprint } from "../identity/fingerprint.ts";
import { lvCat } from "../length-value.ts";
import { fingerprintBytes } from "./leaf-credential.ts";
import { TICKET_BYTES } from "./messages.ts";
import { readCredential } from "./tree.ts";

/** Plaintexts are padded so that their encoding is a multiple of this, in bytes. */
const PADDING_BYTES = 256;
/** At most this many lines of one sender may be missing before the next is refused. */
const MAXIMUM_SKIPPED_LINES = 1024;
const EXPORTER_LABEL = "rt admission";
const ticketContext = new TextEncoder().encode("real-talk/1 ticket");
/** The size of an Ed25519 signature in bytes (RFC 9420 §5.1.2). */
const SIGNATURE_BYTES = 64;

function isSamePerson(keyPackage: KeyPackage, leaf: LeafNode): boolean {
	const joiner = readCredential(keyPackage.leafNode.credential)?.fingerprint;
	return joiner !== undefined && joiner === readCredential(leaf.credential)?.fingerprint;
}

/** Returns the settings for create, enter and restore alike. The library's own authentication service accepts everybody: it must never be used. */
export function clientConfig(authService: AuthenticationService): ClientConfig {
	return {
		authService,
		// The host's order is everybody's order: no key is kept for a line that comes late.
		keyRetentionConfig: {
			retainKeysForGenerations: 0,
			retainKeysForEpochs: 0,
			maximumForwardRatchetSteps: MAXIMUM_SKIPPED_LINES,
		},
		lifetimeConfig: { maximumTotalLifetime: 2n ** 63n, validateLifetimeOnReceive: false },
		paddingConfig: { kind: "padUntilLength", padUntilLength: PADDING_BYTES },
		keyPackageEqualityConfig: {
			compareKeyPackages: (left, right) => isSamePerson(left, right.leafNode),
			compareKeyPackageToLeafNode: isSamePerson,
		},
	};
}

/** Returns how many bytes a variable-length vector's own length takes (RFC 9420 §2.1.2). */
function vectorHeaderBytes(length: number): number {
	if (length < 64) return 1;
	return length < 16_384 ? 2 : 4;
}

/**
 * Returns `state` with just the padding that makes this plaintext's PrivateMessageContent (RFC 9420 §6.3.1) a multiple of 256 bytes; the library's own setting
 * only pads up to one fixed length.
 */
export function padded(state: ClientState, plaintextBytes: number): ClientState {
	const contentBytes =
		vectorHeaderBytes(plaintextBytes) + plaintextBytes + vectorHeaderBytes(SIGNATURE_BYTES) + SIGNATURE_BYTES;
	const paddingLength = (PADDING_BYTES - (contentBytes % PADDING_BYTES)) % PADDING_BYTES;
	return { ...state, clientConfig: { ...state.clientConfig, paddingConfig: { kind: "alwaysPad", paddingLength } } };
}

/** Computes the ticket that lets one person in, in one epoch: MLS-Exporter (RFC 9420 §8.5). Every member can compute it, nobody else can. */
export function ticketFor(state: ClientState, guest: Fingerprint, suite: CiphersuiteImpl): Promise<Uint8Array> {
	return mlsExporter(state.keySchedule.exporterSecret, EXPORTER_LABEL, fingerprintBytes(guest), TICKET_BYTES, suite);
}

/** Binds a ticket to the leaf that comes in with it, so that it is of no use to anybody else. */
export function ticketProof(ticket: Uint8Array, leafPublicKey: Uint8Array): Uint8Array<ArrayBuffer> {
	return new Uint8Array(createHmac("sha256", ticket).update(lvCat(ticketContext, leafPublicKey)).digest());
}

/** Tells whether an entry by `guest` with this leaf key carries the ticket of the current epoch. */
export async function holdsTicket(
	state: ClientState,
	entry: { readonly guest: Fingerprint; readonly leafPublicKey: Uint8Array; readonly proof: Uint8Array },
	suite: CiphersuiteImpl,
): Promise<boolean> {
	const ticket = await ticketFor(state, entry.guest, suite);
	const expected = ticketProof(ticket, entry.leafPublicKey);
	ticket.fill(0);
	return expected.length === entry.proof.length && timingSafeEqual(expected, entry.proof);
}

function secretsOf(state: ClientState): readonly Uint8Array[] {
	return [
		...Object.values(state.keySchedule),
		...allSecretTreeValues(state.secretTree),
		...Object.values(state.privatePath.privateKeys),
		state.signaturePrivateKey,
	].filter((secret) => secret instanceof Uint8Array);
}

/** Overwrites the secrets of a state that is no longer used, except those that `kept` or `alsoKept` still hold. */
export function forget(state: ClientState, kept?: ClientState, ...alsoKept: readonly Uint8Array[]): void {
	const stillUsed = new Set<Uint8Array>([...(kept === undefined ? [] : secretsOf(kept)), ...alsoKept]);
	for (const secret of secretsOf(state)) if (!stillUsed.has(secret)) secret.fill(0);
}

/** Overwrites secrets a message used up, except those that `state` still holds. */
export function forgetConsumed(consumed: readonly Uint8Array[], state?: ClientState): void {
	const stillUsed = new Set(state === undefined ? [] : secretsOf(state));
	for (const secret of consumed) if (!stillUsed.has(secret)) secret.fill(0);
}

/**
 * Returns `state` without keys of earlier epochs. With `retainKeysForEpochs: 0` ts-mls 1.6.4 keeps all of them for ever (`slice(-0)` in clientState.js), which
 * would undo forward secrecy.
 */
export function withoutHistory(state: ClientState): ClientState {
	return { ...state, historicalReceiverData: new Map() };
}

/** Returns the epoch as a number: it grows by one for each commit, so it stays far below 2^53. */
export function epochOf(state: ClientState): number {
	return Number(state.groupContext.epoch);
}
