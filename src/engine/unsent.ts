// Lines that a room was over for before they were sent: kept in memory until the person is with the same host again, where they can be said anew or deleted.
import type { Fingerprint } from "../crypto/fingerprint.ts";
import type { LineEntry } from "./api-content.ts";

/** Of the hosts parted from last. */
const maxHosts = 20;

export class Unsent {
	readonly #lines = new Map<Fingerprint, readonly LineEntry[]>();

	keep(host: Fingerprint, lines: readonly LineEntry[]): void {
		this.#lines.delete(host);
		if (lines.length > 0) this.#lines.set(host, lines);
		for (const [oldest] of this.#lines) if (this.#lines.size > maxHosts) this.#lines.delete(oldest);
	}

	/** The lines meant for this host's room, once. What they answered is not there any more. */
	take(host: Fingerprint): readonly LineEntry[] {
		const lines = this.#lines.get(host) ?? [];
		this.#lines.delete(host);
		return lines.map(({ reply: _, ...line }) => line);
	}
}
