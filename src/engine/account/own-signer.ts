// Makes of the key that is kept here something that signs, or says why it cannot be used.
import { parseFingerprint } from "../../crypto/identity/fingerprint.ts";
import { type GpgOpened, gpgIdentity } from "../../crypto/identity/gpg.ts";
import type { Signer } from "../../crypto/identity/identity.ts";
import { type KeyFileProblem, openLocalIdentity } from "../../crypto/identity/local.ts";
import type { OwnIdentity } from "../../store/identities.ts";
import type { KeyTrouble } from "../api/refusals.ts";
import { cleanLine } from "../text/clean.ts";

type OwnSigner =
	| { readonly kind: "signer"; readonly signer: Signer }
	| { readonly kind: "unusable"; readonly trouble: KeyTrouble };

/** Opens the key of this identity. `armored` is the private key in clear, absent when it is kept by gpg, or was sealed by another vault. */
export async function signerOf(own: OwnIdentity, armored: string | undefined): Promise<OwnSigner> {
	if (own.kind === "gpg") {
		const fingerprint = parseFingerprint(own.fingerprint);
		if (!fingerprint) return { kind: "unusable", trouble: { why: "fingerprintDamaged" } };
		const gpg = await gpgIdentity({ fingerprint, ...(own.gnupgHome ? { gnupgHome: own.gnupgHome } : {}) });
		return gpg.kind === "opened"
			? { kind: "signer", signer: gpg.signer }
			: { kind: "unusable", trouble: gpgTrouble(gpg) };
	}
	if (!armored) return { kind: "unusable", trouble: { why: "notTogether" } };
	const opened = await openLocalIdentity(armored);
	if (opened.kind === "opened") return { kind: "signer", signer: opened.signer };
	const isFile = opened.kind === "refused";
	return { kind: "unusable", trouble: isFile ? fileTrouble(opened) : { why: "lockedByItself" } };
}

/** Makes what GnuPG said fit to show. */
export const gpgTrouble = ({ failure, detail }: Extract<GpgOpened, { kind: "failed" }>): KeyTrouble => ({
	why: "gpg",
	failure,
	detail: cleanLine(detail),
});

/** Makes what is wrong with a key file fit to show. */
export const fileTrouble = ({ problem, detail }: KeyFileProblem): KeyTrouble => ({
	why: "file",
	problem,
	detail: cleanLine(detail),
});
