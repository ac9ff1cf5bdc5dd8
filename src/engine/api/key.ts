// The person's own key as `rt key` sees it: showing, exporting, importing, handing over to gpg, locking. `main` hands it to the view. Part of api.ts.
import type { VaultTrouble } from "../../crypto/vault/file.ts";
import type { KeyTrouble, Refusal } from "./refusals.ts";

/** Says where the private key is kept. */
export type KeyKeptIn = "rt with passphrase" | "rt without passphrase" | "gpg-agent";

/** Shows what can be said of the key without unlocking it. `name` and `fingerprint` are clean. */
export type KeyView =
	| { readonly kind: "none" }
	| { readonly kind: "present"; readonly name: string; readonly fingerprint: string; readonly keptIn: KeyKeptIn };

/**
 * Says why something was not done. `keptByGpg`: only gpg can give the private key away · `notLocked`, `notUnlocked`: the passphrase could not be put
 * on or taken off · `notKept`: the home directory cannot be written to.
 */
export type KeyProblem =
	| { readonly why: "noKey" | "keptByGpg" | "locked" | "notLocked" | "notUnlocked" | "notKept" | "notAFingerprint" }
	| { readonly why: "key"; readonly trouble: KeyTrouble }
	| { readonly why: "keyFile"; readonly trouble: VaultTrouble }
	| { readonly why: "refused"; readonly refusal: Refusal };

/** Says why nothing was changed. After the first two, the right passphrase helps. */
export type KeyRefusal =
	| { readonly kind: "passphraseNeeded" }
	| { readonly kind: "wrongPassphrase" }
	| { readonly kind: "refused"; readonly problem: KeyProblem };

/** Says what became of a change of the key. */
export type KeyOutcome = { readonly kind: "done"; readonly name: string; readonly fingerprint: string } | KeyRefusal;

/** An armored key (RFC 9580 §6), or why there is none to give. */
export type KeyText = { readonly kind: "key"; readonly armored: string } | KeyRefusal;

/** Provides what `rt key` does. `importKey` and `adoptGpgKey` replace an identity that is there without asking: asking is the view's part. */
export interface KeyCommands {
	show(): KeyView;
	/** Exports the public key. `passphrase` is the one that locks the identity. */
	exportPublic(passphrase?: string): Promise<KeyText>;
	/** Exports the private key, locked by the passphrase the identity is locked by, if it is. */
	exportPrivate(passphrase?: string): Promise<KeyText>;
	/**
	 * Imports a key as the identity. `bytes` are armored or binary, at most 1 MiB, and not trusted. `passphrase` is the one that locks the key in
	 * `bytes`; it becomes the identity's.
	 */
	importKey(bytes: Uint8Array, passphrase?: string): Promise<KeyOutcome>;
	/** Takes a key of gpg as the identity. `fingerprint` is that of a secret key that gpg knows, as the person typed it. */
	adoptGpgKey(fingerprint: string): Promise<KeyOutcome>;
	/** Changes the passphrase of the identity. `undefined` stands for no passphrase. */
	setPassphrase(old: string | undefined, fresh: string | undefined): Promise<KeyOutcome>;
}
