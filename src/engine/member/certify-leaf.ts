// A fresh MLS leaf key, certified by the person's own OpenPGP key.
import type { Group } from "../../crypto/group/group.ts";
import { LEAF_SIGNATURE_CONTEXT, leafSignatureFields } from "../../crypto/group/leaf-credential.ts";
import type { OwnCertification } from "../../crypto/group/messages.ts";
import type { Signer } from "../../crypto/identity/identity.ts";

/** Holds a fresh leaf of our own with its certificate. */
export interface OwnLeaf extends OwnCertification {
	/** The leaf's Ed25519 public key. */
	readonly leafKey: Uint8Array;
}

/**
 * Certifies a fresh leaf of the group with the person's OpenPGP key: the one signature that ties all later lines to it. Off the record nothing is signed: the
 * two tell each other by tags which leaf is theirs.
 */
export async function certifyLeaf(
	group: Group,
	roomId: Uint8Array,
	signer: Signer,
	name: string,
	isOffRecord = false,
): Promise<OwnLeaf | undefined> {
	const leaf = await group.newLeaf();
	if (leaf.kind !== "leaf") return undefined;
	const { publicKey: leafKey } = leaf;
	const own = { certificate: signer.certificate.bytes, name, leafKey };
	if (isOffRecord) return own;
	const fields = leafSignatureFields(roomId, leafKey, name);
	const signature = await signer.sign(LEAF_SIGNATURE_CONTEXT, ...fields).catch(() => undefined);
	return signature && { ...own, signature };
}
