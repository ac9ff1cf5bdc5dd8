// The host's proof key of the moment: certified when the room opens, and anew long before it runs out.
import type { Signer } from "../../crypto/identity/identity.ts";
import { DELEGATION_SECONDS, makeProofKey, type ProofKey } from "../../crypto/opening/delegation.ts";

const renewAfterMs = (DELEGATION_SECONDS * 1000) / 2;
/** A renewal that failed is tried again after this time: the key in gpg-agent may have been asked for while nobody was there. */
const retryAfterMs = 60 * 60_000;

export interface ProofKeysOptions {
	readonly signer: Signer;
	readonly roomId: Uint8Array;
	/** Milliseconds since 1970. */
	readonly now: () => number;
	/** Calls `work` once, later; returns the function that calls it off. */
	readonly after?: (delayMs: number, work: () => void) => () => void;
}

function afterUnref(delayMs: number, work: () => void): () => void {
	const timer = setTimeout(work, delayMs).unref();
	return () => clearTimeout(timer);
}

/** Makes and renews the keys by which the host proves itself. The room owns it. */
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
		return new ProofKeys(options, await makeProofKey(options.signer, options.roomId, options.now()));
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
		const { signer, roomId, now } = this.#options;
		// A guest who has seen the last certificate takes no older one, so a clock that was set back must not make one.
		const from = Math.max(now(), (this.#current.delegation.from + 1) * 1000);
		const renewed = await makeProofKey(signer, roomId, from).catch(() => undefined);
		if (renewed) this.#current = renewed;
		if (!this.#isClosed) this.#callOff = this.#later(renewed ? renewAfterMs : retryAfterMs);
	}
}
