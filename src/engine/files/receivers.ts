// Remembers who in a room has not answered yet to each file that somebody else offers. The host keeps the file for them, and no longer when all have it or want none.
import { type Fingerprint, fingerprintBytes, parseFingerprint } from "../../crypto/identity/fingerprint.ts";
import { BoundedMap } from "../bounds/bounded-map.ts";
import { fileKey } from "./desk/desk.ts";
import { mostFiles } from "./file-list.ts";
import type { FileLine } from "./room-file.ts";

/** Knows who was offered which file and has not answered yet. Only a host has one, because a guest keeps nothing for others. */
export class Receivers {
	readonly #onAnswered: (by: Fingerprint, id: Uint8Array) => void;
	/** Holds, for each file, who has not answered yet. A file that was forgotten here because there are too many is merely never known to be answered by all. */
	readonly #waiting = new BoundedMap<string, Set<Fingerprint>>(mostFiles);

	/** `onAnswered` is called when nobody waits for a file any more. */
	constructor(onAnswered: (by: Fingerprint, id: Uint8Array) => void) {
		this.#onAnswered = onAnswered;
	}

	/** Is told to whom a file is offered; whoever comes later never gets its key. */
	offered({ by, id }: FileLine, to: readonly Fingerprint[]): void {
		this.#waiting.set(fileKey(by, id), new Set(to.filter((one) => one !== by)));
	}

	/** Says who has not answered, for the disk; `undefined`: nobody knows. */
	of({ by, id }: Pick<FileLine, "by" | "id">): readonly Uint8Array[] | undefined {
		const waiting = this.#waiting.get(fileKey(by, id));
		return waiting && [...waiting].map(fingerprintBytes);
	}

	/** Goes on with what was kept of a file's receivers. */
	restored({ by, id }: Pick<FileLine, "by" | "id">, waiting: readonly Uint8Array[]): void {
		const read = waiting.map((bytes) => parseFingerprint(Buffer.from(bytes).toString("hex")));
		this.#waiting.set(fileKey(by, id), new Set(read.filter((one) => one !== undefined)));
	}

	/** Is told that somebody who did not want a file does after all. */
	wanted(by: Fingerprint, id: Uint8Array, who: Fingerprint): void {
		const key = fileKey(by, id);
		this.#waiting.set(key, (this.#waiting.get(key) ?? new Set()).add(who));
	}

	/** Is told that somebody has a file or does not want it. Returns whether that is news. */
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
