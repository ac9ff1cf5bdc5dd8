// What a person can do with their OpenPGP key, wherever it is kept: sign and read what was sealed to them.
import type { Certificate } from "./certificate.ts";
import type { Fingerprint } from "./fingerprint.ts";

/** Says why the holder of the key did not do it. "cancelled": the person closed the question for the passphrase. */
export type KeyFailure =
	| "gpgMissing"
	| "noSecretKey"
	| "cancelled"
	| "wrongPassphrase"
	| "passphraseNeeded"
	| "timedOut"
	| "tooLarge"
	| "other";

/** A SigningFailed is what `Signer.sign` rejects with when the key exists and cannot be used now. `message` is what GnuPG or the library said, for logs. */
export class SigningFailed extends Error {
	override readonly name = "SigningFailed";
	readonly failure: KeyFailure;

	constructor(failure: KeyFailure, message: string) {
		super(message);
		this.failure = failure;
	}
}

export type Decrypted =
	| { readonly kind: "decrypted"; readonly data: Uint8Array<ArrayBuffer> }
	/** It is not for us, not from whom it should be, damaged, or the key could not be used. `detail` is for logs. */
	| { readonly kind: "failed"; readonly detail: string };

/** Says what a sealed message is for; what was sealed for one purpose opens for no other. */
export type SealedFor = "admission" | "letter";

/** An identity that is ready for use. */
export interface Signer {
	readonly certificate: Certificate;
	readonly fingerprint: Fingerprint;
	/** Makes a detached binary OpenPGP signature over `lvCat("real-talk/2 " + context, ...fields)`. Rejects with `SigningFailed`. */
	sign(context: string, ...fields: readonly Uint8Array[]): Promise<Uint8Array>;
	/** Reads what `encryptSignedTo` made for us; fails unless it was signed by `from`, for us and for `purpose`, which is "admission" when left out. */
	decrypt(message: Uint8Array, from: Certificate, purpose?: SealedFor): Promise<Decrypted>;
	/** Decrypts a message to us, whoever made it: nothing in it is proven. */
	unseal(message: Uint8Array): Promise<Decrypted>;
}
