// Who of a room has not answered yet to each file that somebody else offers: the host keeps it for them, and when all have it or want none, no longer.
import { type Fingerprint, fingerprintBytes, parseFingerprint } from "../../crypto/identity/fingerprint.ts";
import { BoundedMap } from "../bounds/bounded-map.ts";
import { fileKey } from "./desk.ts";
import { mostFiles } from "./file-list.ts";
import type { FileLine } from "./room-file.ts";

/** Is known at the host only; a guest keeps nothing for others. */
export class Receivers {
	readonly #onAnswered: (by: Fingerprint, id: Uint8Array) => void;
	/** An older one is only never known to be answered. */
	readonly #waiting = new BoundedMap<string, Set<Fingerprint>>(mostFiles);

	/** `onAnswered` is called when nobody waits for a file any more. */
	constructor(onAnswered: (by: Fingerprint, id: Uint8Array) => void) {
		this.#onAnswered = onAnswered;
	}

	/** A file is offered to these; whoever comes later never gets its key. */
	offered({ by, id }: FileLine, to: readonly Fingerprint[]): void {
		this.#waiting.set(fileKey(by, id), new Set(to.filter((one) => one !== by)));
	}

	/** Says who has not answered, for the disk; `undefined`: nobody knows. */
	of({ by, id }: Pick<FileLine, "by" | "id">): readonly Uint8Array[] | undefined {
		const waiting = this.#waiting.get(fileKey(by, id));
		return waiting && [...waiting].map(fingerprintBytes);
	}

	/** Goes on with what was kept of it. */
	restored({ by, id }: Pick<FileLine, "by" | "id">, waiting: readonly Uint8Array[]): void {
		const read = waiting.map((bytes) => parseFingerprint(Buffer.from(bytes).toString("hex")));
		this.#waiting.set(fileKey(by, id), new Set(read.filter((one) => one !== undefined)));
	}

	/** Somebody who wanted none does after all. */
	wanted(by: Fingerprint, id: Uint8Array, who: Fingerprint): void {
		const key = fileKey(by, id);
		this.#waiting.set(key, (this.#waiting.get(key) ?? new Set()).add(who));
	}

	/** Somebody has it, or wants none. Returns whether that is news. */
	answered(by: Fingerprint, id: Uint8Array, who: Fingerprint): boolean {
		const key = fileKey(by, id);
		const waiting = this.#waiting.get(key);
		if (!waiting?.delete(who)) return false;
		if (waiting.size > 0) return true;
		this.#waiting.delete(key);
		this.#onAnswered(by, id);
		return true;
	}
}
