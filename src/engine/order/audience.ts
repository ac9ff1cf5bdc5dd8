// Everybody who has a Link to the room, and what they are to be told: all lines that get a place in one turn of the event loop go to each Link as one piece.
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import { type BacklogItem, frameFor } from "./backlog.ts";
import { isBehind, stretch } from "./frame-row.ts";

/** A Recipient is a member's Link as the sequencer sees it. */
export interface Recipient {
	readonly fingerprint: Fingerprint;
	/** Sends bytes made by `encodeFrame`; deals itself with a Link that does not keep up. */
	deliver(frames: Uint8Array): void;
}

/** Holds who is told of the order. Nobody who comes is told what was placed before, and nobody who goes misses it. */
export class Audience {
	readonly #recipients = new Map<Fingerprint, Recipient>();
	#untold: BacklogItem[] = [];

	get size(): number {
		return this.#recipients.size;
	}

	at(fingerprint: Fingerprint): Recipient | undefined {
		return this.#recipients.get(fingerprint);
	}

	add(recipient: Recipient): void {
		this.#tellNow();
		this.#recipients.set(recipient.fingerprint, recipient);
	}

	remove(fingerprint: Fingerprint): void {
		this.#tellNow();
		this.#recipients.delete(fingerprint);
	}

	/**
	 * Tells everybody of a message when all work that is ready was done, or before something else is told. Messages come in their order. Only frames that stand behind each
	 * other in the same piece of memory are told at once, so what waits for a Link is looked at again after each piece.
	 */
	tellSoon(item: BacklogItem): void {
		const last = this.#untold.at(-1);
		if (last && !isBehind(last.frame, item.frame)) this.#tellNow();
		this.#untold.push(item);
		if (this.#untold.length === 1) process.nextTick(() => this.#tellNow());
	}

	/** Tells one alone, who need not be in the room yet: behind everything that was placed before. */
	tellOne(recipient: Recipient, frame: Uint8Array): void {
		this.#tellNow();
		recipient.deliver(frame);
	}

	#tellNow(): void {
		const items = this.#untold;
		const [first] = items;
		if (!first) return;
		this.#untold = [];
		const speakers = new Set(items.map(({ line }) => line?.from));
		const forOthers = stretch(first.frame, items.at(-1)?.frame ?? first.frame);
		for (const recipient of this.#recipients.values()) {
			const { fingerprint } = recipient;
			const hasSpoken = speakers.has(fingerprint);
			recipient.deliver(hasSpoken ? Buffer.concat(items.map((item) => frameFor(item, fingerprint))) : forOthers);
		}
	}
}
