// The newest messages of the room in their order, kept by the host for members whose Link broke: they get what they missed, once and in order.
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import type { LoggedMessage } from "../kept/kept-room.ts";
import { encodeCommit } from "../wire/entering-frames.ts";
import { encodeFrame, frameType } from "../wire/frame.ts";
import { FrameRow } from "./frame-row.ts";

/** At most this many bytes of ciphertext are kept; when there are more, the oldest items are dropped. */
export const backlogBytes = 8 * 1024 * 1024;
export const backlogItems = 10_000;

/** A BacklogItem is one place in the order. `frame` is what everybody but the sender gets. */
export interface BacklogItem {
	readonly seq: number;
	/** The hash of the transcript before this place. */
	readonly before: Uint8Array;
	readonly frame: Buffer;
	/** Says whose line it is, and their number of it; it is absent for commits. */
	readonly line?: { readonly from: Fingerprint; readonly number: number } | undefined;
}

/** Holds what begins the body of a line or an echo. It serves for all of them, since each is copied into its frame at once. */
const beginning = Buffer.alloc(12);

/** Encodes a place in the order as 8 bytes, and with the sender's own number of the line as 12. They hold until the next call. */
function placeBytes(seq: number, number?: number): Uint8Array {
	beginning.writeBigUInt64BE(BigInt(seq));
	if (number === undefined) return beginning.subarray(0, 8);
	beginning.writeUInt32BE(number, 8);
	return beginning;
}

/** Encodes a message with its place as those who are in the room get it. */
export function frameOf(
	{ seq, message, certificate, line }: LoggedMessage,
	encode: typeof encodeFrame = encodeFrame,
): Buffer {
	return line
		? encode(frameType.line, placeBytes(seq), message)
		: encode(frameType.commit, encodeCommit({ seq, message, ...(certificate ? { certificate } : {}) }));
}

/** Returns what this member gets of a message: of their own line the place only. */
export function frameFor({ seq, frame, line }: BacklogItem, member: Fingerprint): Uint8Array {
	return line?.from === member ? encodeFrame(frameType.echo, placeBytes(seq, line.number)) : frame;
}

/** Keeps the newest items of the order, which are added one after another without gaps. */
export class Backlog {
	#items: BacklogItem[] = [];
	#bytes = 0;
	readonly #frames = new FrameRow();

	add(message: LoggedMessage): BacklogItem {
		const { seq, before, line } = message;
		const frame = frameOf(message, (...what) => this.#frames.encode(...what));
		const item = { seq, before, frame, line };
		this.#items.push(item);
		this.#bytes += frame.length;
		while (this.#bytes > backlogBytes || this.#items.length > backlogItems) {
			const oldest = this.#items.shift();
			this.#bytes -= oldest?.frame.length ?? 0;
		}
		return item;
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
		return this.#items.slice(seq - oldest + 1).map((item) => frameFor(item, member));
	}
}
