// Keeps lines that were not sent before their room was over. They stay in memory until the person is with the same host again, where they can be said again or deleted.

import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import { BoundedMap } from "../bounds/bounded-map.ts";
import type { Said } from "./lines.ts";

/** At most this many hosts are remembered, counted from the one parted from last. */
const maxHosts = 20;

/** An own line without a place in the order, as it was said. */
export interface UnsentLine {
	/** The id under which the line is said again, so that it is shown once to whoever got it after all. */
	readonly id: string;
	readonly at: number;
	readonly said: Said;
}

/** Keeps, for one engine, lines that had no place when their room was over. */
export class Unsent {
	readonly #lines = new BoundedMap<Fingerprint, readonly UnsentLine[]>(maxHosts);

	keep(host: Fingerprint, lines: readonly UnsentLine[]): void {
		this.#lines.delete(host);
		if (lines.length > 0) this.#lines.set(host, lines);
	}

	/** Takes out the lines meant for this host's room, which it returns once. */
	take(host: Fingerprint): readonly UnsentLine[] {
		const lines = this.#lines.get(host) ?? [];
		this.#lines.delete(host);
		return lines;
	}
}
