// Checks that the private keys we derived from a commit's path secrets belong to the public keys it published. RFC 9420 §12.4.2 demands it, ts-mls 1.6.4 does not do it.
import { createPrivateKey, createPublicKey } from "node:crypto";
import type { ClientState } from "ts-mls";
import { getHpkePublicKey } from "ts-mls/ratchetTree.js";
import { concatBytes } from "../length-value.ts";
import { sameBytes } from "./tree.ts";

/** RFC 8410 §7: what stands before the 32 bytes of an X25519 private key in PKCS #8. */
const pkcs8Prefix = Uint8Array.from([0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x6e, 4, 0x22, 4, 0x20]);
const spkiPrefixBytes = 12;

function x25519PublicKey(privateKey: Uint8Array): Uint8Array {
	const der = concatBytes(pkcs8Prefix, privateKey);
	try {
		const key = createPublicKey(createPrivateKey({ key: Buffer.from(der.buffer), format: "der", type: "pkcs8" }));
		return key.export({ format: "der", type: "spki" }).subarray(spkiPrefixBytes);
	} finally {
		der.fill(0);
	}
}

/**
 * Whether each private key we hold for a node that is not blank fits that node's public key. Without this, a member could publish keys
 * that the others under a node can't open, and the room would split at somebody else's next commit.
 */
export function checkPathKeys(state: ClientState): boolean {
	return Object.entries(state.privatePath.privateKeys).every(([nodeIndex, privateKey]) => {
		const node = state.ratchetTree[Number(nodeIndex)];
		return node === undefined || sameBytes(x25519PublicKey(privateKey), getHpkePublicKey(node));
	});
}
