// A fresh MLS leaf key, certified by the person's own OpenPGP key.
import type { Group } from "../../crypto/group/group.ts";
import { LEAF_SIGNATURE_CONTEXT, leafSignatureFields } from "../../crypto/group/leaf-credential.ts";
import type { OwnCertification } from "../../crypto/group/messages.ts";
import type { Signer } from "../../crypto/identity/identity.ts";

/** Certifies a fresh leaf of the group with the person's OpenPGP key: the one signature that ties all later lines to it. */
export async function certifyLeaf(
	group: Group,
	roomId: Uint8Array,
	signer: Signer,
	name: string,
): Promise<OwnCertification | undefined> {
	const leaf = await group.newLeaf();
	if (leaf.kind !== "leaf") return undefined;
	const fields = leafSignatureFields(roomId, leaf.publicKey, name);
	const signature = await signer.sign(LEAF_SIGNATURE_CONTEXT, ...fields).catch(() => undefined);
	if (!signature) return undefined;
	return { certificate: signer.certificate.bytes, name, signature };
}
