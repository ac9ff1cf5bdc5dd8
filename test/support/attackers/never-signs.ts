// A key that fails the test when it is asked to sign, and remembers what it was asked to decrypt.
import assert from "node:assert/strict";
import type { Signer } from "../../../src/crypto/identity/identity.ts";
import type { Self } from "../../../src/engine/account/self.ts";

/** Somebody who signs nothing from now on. */
export function neverSigns({ signer, name }: Self): Self {
	const { certificate, fingerprint } = signer;
	const silent: Signer = {
		certificate,
		fingerprint,
		sign: (context) => assert.fail(`the key was asked to sign "${context}"`),
		decrypt: () => assert.fail("the key was asked for what somebody has signed"),
		unseal: (message) => signer.unseal(message),
	};
	return { signer: silent, name };
}
