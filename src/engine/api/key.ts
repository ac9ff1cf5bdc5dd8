// The person's own key as `rt key` sees it: showing, exporting, importing, handing over to gpg, locking. `main` hands it to the view. Part of api.ts.
import type { VaultTrouble } from "../../crypto/vault/file.ts";
import type { KeyTrouble, Refusal } from "./refusals.ts";

/** Where the private key lives. */
export type KeyKeptIn = "rt with passphrase" | "rt without passphrase" | "gpg-agent";

/** What can be said of the key without unlocking it. `name` and `fingerprint` are clean. */
export type KeyView =
	| { readonly kind: "none" }
	| { readonly kind: "present"; readonly name: string; readonly fingerprint: string; readonly keptIn: KeyKeptIn };

/**
 * Why something was not done. `keptByGpg`: only gpg can give the private key away · `notLocked`, `notUnlocked`: the passphrase could not be put on or taken
 * off · `notKept`: the home directory cannot be written to.
 */
export type KeyProblem =
	| { readonly why: "noKey" | "keptByGpg" | "locked" | "notLocked" | "notUnlocked" | "notKept" | "notAFingerprint" }
	| { readonly why: "key"; readonly trouble: KeyTrouble }
	| { readonly why: "keyFile"; readonly trouble: VaultTrouble }
	| { readonly why: "refused"; readonly refusal: Refusal };

/** Nothing was changed. The first two: try again with the right passphrase. */
export type KeyRefusal =
	| { readonly kind: "passphraseNeeded" }
	| { readonly kind: "wrongPassphrase" }
	| { readonly kind: "refused"; readonly problem: KeyProblem };

/** What became of a change. */
export type KeyOutcome = { readonly kind: "done"; readonly name: string; readonly fingerprint: string } | KeyRefusal;

/** An armored key (RFC 9580 §6), or why there is none to give. */
export type KeyText = { readonly kind: "key"; readonly armored: string } | KeyRefusal;

/** What `rt key` can do. `importKey` and `adoptGpgKey` replace an identity that is there without asking: that is the view's part. */
export interface KeyCommands {
	show(): KeyView;
	/** `passphrase`: the one the identity is locked by. */
	exportPublic(passphrase?: string): Promise<KeyText>;
	/** The key comes out locked by the passphrase the identity is locked by, if it is. */
	exportPrivate(passphrase?: string): Promise<KeyText>;
	/** `bytes`: armored or binary, at most 1 MiB, hostile. `passphrase`: the one the key in `bytes` is locked by; it becomes the identity's. */
	importKey(bytes: Uint8Array, passphrase?: string): Promise<KeyOutcome>;
	/** `fingerprint`: of a secret key that gpg knows, as the person typed it. */
	adoptGpgKey(fingerprint: string): Promise<KeyOutcome>;
	/** `undefined` means no passphrase. */
	setPassphrase(old: string | undefined, fresh: string | undefined): Promise<KeyOutcome>;
}
