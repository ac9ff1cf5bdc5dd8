// What is sent after the handshake of Noise: records of a length (u16, big-endian) and a ciphertext, each under the next nonce (docs/protocol.md, section 4.1).
import { AEAD_TAG_BYTES, decryptAead, encryptAead } from "../chacha20-poly1305.ts";
import { concatBytes } from "../length-value.ts";

const LENGTH_BYTES = 2;
const NONCE_BYTES = 12;
/** The plaintext of one record; the length would allow four times as much, but what is cut smaller is passed on sooner. */
const MAX_RECORD_BYTES = 16 * 1024;
const MAX_SEALED_BYTES = MAX_RECORD_BYTES + AEAD_TAG_BYTES;
const NO_DATA = new Uint8Array(0);

/** A key with its nonce: 32 zero bits, then a counter of 64 bits, little-endian (Noise revision 34, section 12.3). No channel lasts until it is used up. */
class Counting {
	readonly #key: Uint8Array;
	#count = 0n;

	constructor(key: Uint8Array) {
		this.#key = key;
	}

	next(): readonly [key: Uint8Array, nonce: Uint8Array] {
		const nonce = new Uint8Array(NONCE_BYTES);
		new DataView(nonce.buffer).setBigUint64(NONCE_BYTES - 8, this.#count++, true);
		return [this.#key, nonce];
	}
}

/** Puts a length before a message, also before those of the handshake. */
export function framed(message: Uint8Array): Uint8Array<ArrayBuffer> {
	return concatBytes(Uint8Array.of(message.length >> 8, message.length & 0xff), message);
}

/** Seals what one side sends. */
export class RecordWriter {
	readonly #counting: Counting;

	constructor(key: Uint8Array) {
		this.#counting = new Counting(key);
	}

	/** Returns the bytes as records. */
	seal(plaintext: Uint8Array): Uint8Array {
		const records: Uint8Array[] = [];
		for (let at = 0; at < plaintext.length; at += MAX_RECORD_BYTES)
			records.push(this.#record(plaintext.subarray(at, at + MAX_RECORD_BYTES)));
		return concatBytes(...records);
	}

	/** Returns the empty record: nothing more comes. */
	end(): Uint8Array {
		return this.#record(NO_DATA);
	}

	#record(plaintext: Uint8Array): Uint8Array {
		return framed(encryptAead(...this.#counting.next(), NO_DATA, plaintext));
	}
}

/** Opens what the other side sends, in whatever pieces it comes. */
export class RecordReader {
	readonly #counting: Counting;
	/** The bytes that have come and are no whole record yet. They are joined when they may be one, because a record may come in crumbs. */
	#pieces: Uint8Array[] = [];
	#heldBytes = 0;
	#neededBytes = LENGTH_BYTES;
	/** Says whether the empty record came: what comes behind it is not read. */
	hasEnded = false;

	constructor(key: Uint8Array) {
		this.#counting = new Counting(key);
	}

	/** Takes a piece, and returns the plaintexts that are whole now. Throws when a record is not the next one that the other side has sealed. */
	take(piece: Uint8Array): readonly Uint8Array[] {
		this.#pieces.push(piece);
		this.#heldBytes += piece.length;
		if (this.#heldBytes < this.#neededBytes) return [];
		const bytes = this.#pieces.length === 1 ? piece : concatBytes(...this.#pieces);
		const opened: Uint8Array[] = [];
		let at = 0;
		this.#neededBytes = LENGTH_BYTES;
		while (!this.hasEnded && bytes.length - at >= LENGTH_BYTES) {
			const sizeBytes = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
			if (sizeBytes < AEAD_TAG_BYTES || sizeBytes > MAX_SEALED_BYTES)
				throw new RangeError("A record has no possible length.");
			const end = at + LENGTH_BYTES + sizeBytes;
			if (bytes.length < end) {
				this.#neededBytes = end - at;
				break;
			}
			const plaintext = decryptAead(...this.#counting.next(), NO_DATA, bytes.subarray(at + LENGTH_BYTES, end));
			if (plaintext.length === 0) this.hasEnded = true;
			else opened.push(plaintext);
			at = end;
		}
		const rest = bytes.slice(at);
		this.#pieces = [rest];
		this.#heldBytes = rest.length;
		return opened;
	}
}
