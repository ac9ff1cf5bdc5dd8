// The newest messages of the room in their order, kept by the host for members whose Link broke: they get what they missed, once and in order.
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import type { LoggedMessage } from "../kept/kept-room.ts";
import { encodeCommit } from "../wire/entering-frames.ts";
import { encodeFrame, frameType } from "../wire/frame.ts";

/** So many bytes of ciphertext are kept; when there are more, the oldest items go. */
export const backlogBytes = 8 * 1024 * 1024;
export const backlogItems = 10_000;

/** Is one place in the order. `frame` is what everybody but the sender gets. */
export interface BacklogItem {
	readonly seq: number;
	/** The hash of the transcript before this place. */
	readonly before: Uint8Array;
	readonly frame: Uint8Array;
	/** Says whose line it is, with the frame that tells them its place; it is absent for commits. */
	readonly own?: { readonly from: Fingerprint; readonly echo: Uint8Array };
}

function numbered(seq: number, rest: Uint8Array): Uint8Array {
	const body = Buffer.alloc(8 + rest.length);
	body.writeBigUInt64BE(BigInt(seq));
	body.set(rest, 8);
	return body;
}

/** Encodes a message with its place as those who are in the room get it. */
export function itemOf({ seq, before, message, certificate, line }: LoggedMessage): BacklogItem {
	if (!line) {
		const body = encodeCommit({ seq, message, ...(certificate ? { certificate } : {}) });
		return { seq, before, frame: encodeFrame(frameType.commit, body) };
	}
	const number = Buffer.alloc(4);
	number.writeUInt32BE(line.number);
	const echo = encodeFrame(frameType.echo, numbered(seq, number));
	return { seq, before, frame: encodeFrame(frameType.line, numbered(seq, message)), own: { from: line.from, echo } };
}

/** Keeps the newest items of the order, which are added one after another without gaps. */
export class Backlog {
	#items: BacklogItem[] = [];
	#bytes = 0;

	add(item: BacklogItem): void {
		this.#items.push(item);
		this.#bytes += item.frame.length;
		while (this.#bytes > backlogBytes || this.#items.length > backlogItems) {
			const oldest = this.#items.shift();
			this.#bytes -= oldest?.frame.length ?? 0;
		}
	}

	/** Returns the transcript at the place `seq`; `undefined` where nothing newer is kept. */
	headAt(seq: number): Uint8Array | undefined {
		return this.#items[seq + 1 - (this.#items[0]?.seq ?? 1)]?.before;
	}

	/** Returns the frames after `seq` as this member would have got them; `undefined` when some are no longer kept, or never were. */
	since(seq: number, member: Fingerprint): readonly Uint8Array[] | undefined {
		const newest = this.#items.at(-1)?.seq ?? 0;
		const oldest = this.#items[0]?.seq ?? 1;
		if (seq > newest || seq < oldest - 1) return undefined;
		return this.#items.slice(seq - oldest + 1).map(({ frame, own }) => (own?.from === member ? own.echo : frame));
	}
}
