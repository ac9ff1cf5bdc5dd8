// Two people find out whether both know a secret, and so whether nobody is in between: CPace bound to the room and to both keys.
import { lvCat } from "../length-value.ts";
import { sha512 } from "../sha512.ts";
import { type Initiator, type PakeInput, type Responder, respond, startInitiator } from "./pake.ts";

const domain = new TextEncoder().encode("real-talk/1 verify");

/** Holds what both must agree on besides the secret. */
export interface VerifyBinding {
	readonly roomId: Uint8Array;
	/** Is random, and chosen anew by the asking side for each run. */
	readonly run: Uint8Array;
	/** The primary key packet of whoever asks. */
	readonly asker: Uint8Array;
	readonly answerer: Uint8Array;
}

function pakeInput(secret: Uint8Array, { roomId, run, asker, answerer }: VerifyBinding): PakeInput {
	// A whole hash of each key, since v4 fingerprints are SHA-1.
	return { prs: secret, ci: lvCat(domain, roomId, sha512(asker), sha512(answerer)), sid: run };
}

/** Takes the asking side. `random` is for tests. */
export function askWith(secret: Uint8Array, binding: VerifyBinding, random?: PakeInput["random"]): Initiator {
	return startInitiator({ ...pakeInput(secret, binding), ...(random ? { random } : {}) });
}

/** Takes the answering side, which has the other's share. */
export function answerWith(
	secret: Uint8Array,
	binding: VerifyBinding,
	share: Uint8Array,
	random?: PakeInput["random"],
): Responder {
	return respond({ ...pakeInput(secret, binding), ...(random ? { random } : {}) }, share);
}
