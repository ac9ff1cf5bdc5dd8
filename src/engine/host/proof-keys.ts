// The host's proof key of the moment: certified when the room opens, and anew long before it runs out.
import type { Signer } from "../../crypto/identity/identity.ts";
import { DELEGATION_SECONDS, makeProofKey, type ProofKey } from "../../crypto/opening/delegation.ts";

const renewAfterMs = (DELEGATION_SECONDS * 1000) / 2;
/** A renewal that failed is tried again after this time: the key in gpg-agent may have been asked for while nobody was there. */
const retryAfterMs = 60 * 60_000;

export interface ProofKeysOptions {
	readonly signer: Signer;
	readonly roomId: Uint8Array;
	/** Returns milliseconds since the epoch. */
	readonly now: () => number;
	/** The time at which the newest certificate begins that guests may have seen, in seconds. They take no older one. */
	readonly provenFrom?: number;
	/** Is called before a new certificate is shown to anybody; `from` is when it begins, in seconds since the epoch. */
	readonly onCertified?: (from: number) => void;
	/** Calls `work` once, later; returns the function that calls it off. */
	readonly after?: (delayMs: number, work: () => void) => () => void;
}

function afterUnref(delayMs: number, work: () => void): () => void {
	const timer = setTimeout(work, delayMs).unref();
	return () => clearTimeout(timer);
}

/** Makes a proof key with its certificate. A guest who has seen the last one takes no older one, so a clock that was set back must not make one. */
async function certified({ signer, roomId, now, onCertified }: ProofKeysOptions, last?: number): Promise<ProofKey> {
	const made = await makeProofKey(signer, roomId, last === undefined ? now() : Math.max(now(), (last + 1) * 1000));
	onCertified?.(made.delegation.from);
	return made;
}

/** Holds the key of the moment by which a host proves itself, and renews its certificate in time. The room owns it. */
export class ProofKeys {
	readonly #options: ProofKeysOptions;
	#current: ProofKey;
	#callOff: () => void;
	#isClosed = false;

	private constructor(options: ProofKeysOptions, current: ProofKey) {
		this.#options = options;
		this.#current = current;
		this.#callOff = this.#later(renewAfterMs);
	}

	/** Makes the first key and has it certified. Rejects with `SigningFailed`. */
	static async open(options: ProofKeysOptions): Promise<ProofKeys> {
		return new ProofKeys(options, await certified(options, options.provenFrom));
	}

	current(): ProofKey {
		return this.#current;
	}

	close(): void {
		this.#isClosed = true;
		this.#callOff();
	}

	#later(delayMs: number): () => void {
		return (this.#options.after ?? afterUnref)(delayMs, () => void this.#renew());
	}

	async #renew(): Promise<void> {
		const renewed = await certified(this.#options, this.#current.delegation.from).catch(() => undefined);
		if (renewed) this.#current = renewed;
		if (!this.#isClosed) this.#callOff = this.#later(renewed ? renewAfterMs : retryAfterMs);
	}
}
