// One of udx's streams as a stream of Node: half-open, with back-pressure both ways, and what was written before the end still arrives.
//
// udx emits whatever arrives, read or not, so bytes wait here, in few large pieces; how many is told to the far end (`PacketGuard`).
// When the far end is gone, reading ends after what has arrived and writing fails, as with the other Links.
import { Duplex } from "node:stream";
import type { UdxStream } from "udx-native";

/** Bytes are gathered in pieces of this size: a far end that sends single bytes must not cost an object for each. */
const PIECE_BYTES = 16 * 1024;
/** What was written is still sent for this long after the stream was destroyed without an error. */
const LINGER_MS = 5_000;

/** Makes the error by which TCP would tell that the far end went away. */
function lostError(code: "ECONNRESET" | "ETIMEDOUT"): Error {
	const why = code === "ECONNRESET" ? "The other end of this link is gone." : "The other end of this link is silent.";
	return Object.assign(new Error(why), { code });
}

/** Takes the udx stream over; it must be connected. */
export class UdpStream extends Duplex {
	readonly #udx: UdxStream;
	readonly #onRoom: () => void;
	/** The pieces that wait; the last has `#used` bytes in it. */
	#pieces: Buffer[] = [];
	#used = 0;
	#waitingBytes = 0;
	#arrivedBytes = 0;
	#wantsMore = false;
	#hasEnded = false;
	#isFarGone = false;
	#hasEndedWell = false;
	#writing: ((error?: Error) => void) | undefined;

	/** Takes a udx stream. `onRoom` is called when our reader has taken something. */
	constructor(udx: UdxStream, onRoom: () => void) {
		super({ allowHalfOpen: true, readableHighWaterMark: PIECE_BYTES });
		this.#udx = udx;
		this.#onRoom = onRoom;
		// See tcp.ts: an error nobody listens to must not end the program; 'close' follows it.
		this.on("error", () => {});
		udx.on("data", (bytes: Buffer) => this.#take(bytes));
		udx.on("end", () => this.#farEnded());
		udx.on("drain", () => this.#settleWriting());
		udx.on("error", (error: Error & { readonly code?: string }) => this.#lost(error.code ?? ""));
		udx.on("close", () => {
			this.#hasEndedWell = this.#hasEnded && this.writableEnded && !this.#isFarGone && !this.errored;
			this.#lost("ECONNRESET");
		});
	}

	/** Returns how many bytes have arrived and were not read yet. */
	get unreadBytes(): number {
		return this.#waitingBytes + this.readableLength;
	}

	/** Returns how many bytes were read so far. */
	get readBytes(): number {
		return this.#arrivedBytes - this.unreadBytes;
	}

	/** Tells whether both sides have said that they are done. */
	get hasEndedWell(): boolean {
		return this.#hasEndedWell;
	}

	/** Learns that the far end does not know this link any more, or is silent. */
	farIsGone(code: "ECONNRESET" | "ETIMEDOUT"): void {
		this.#lost(code);
		this.#udx.destroy();
	}

	override _read(): void {
		this.#wantsMore = true;
		this.#pass();
	}

	override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error) => void): void {
		if (this.#isFarGone || this.#udx.destroyed) {
			done(lostError("ECONNRESET"));
			return;
		}
		this.#writing = done;
		// A copy: udx keeps the bytes until they are acknowledged, and the writer may wipe its buffer as soon as the write is done.
		if (this.#udx.write(Buffer.from(chunk))) this.#settleWriting();
	}

	override _final(done: (error?: Error) => void): void {
		if (!this.#isFarGone) this.#udx.end();
		done();
	}

	override _destroy(error: Error | null, done: (error: Error | null) => void): void {
		this.#pieces = [];
		this.#waitingBytes = 0;
		this.#settleWriting(error ?? lostError("ECONNRESET"));
		if (error === null && !this.#isFarGone && !this.#udx.destroyed) void this.#linger();
		else this.#udx.destroy();
		done(error);
	}

	#take(bytes: Buffer): void {
		if (this.destroyed) return;
		this.#waitingBytes += bytes.length;
		this.#arrivedBytes += bytes.length;
		for (let rest = bytes; rest.length > 0; ) {
			const last = this.#pieces.at(-1);
			if (last === undefined || this.#used === last.length) {
				this.#pieces.push(Buffer.allocUnsafeSlow(PIECE_BYTES));
				this.#used = 0;
				continue;
			}
			const copied = rest.copy(last, this.#used);
			this.#used += copied;
			rest = rest.subarray(copied);
		}
		this.#pass();
	}

	/** Passes on what has arrived to our reader, as far as it wants. */
	#pass(): void {
		while (this.#wantsMore && this.#waitingBytes > 0) {
			const bytes = this.#next();
			this.#waitingBytes -= bytes.length;
			this.#wantsMore = this.push(bytes);
		}
		if (this.#waitingBytes === 0 && this.#hasEnded && !this.readableEnded) this.push(null);
		if (!this.#hasEnded) this.#onRoom();
	}

	/** Returns the oldest bytes that wait. A piece that is not full is copied from and filled again: a few bytes must not keep 16 KiB. */
	#next(): Buffer {
		const [first] = this.#pieces;
		if (first === undefined) throw new Error("bytes that wait are in pieces");
		if (this.#pieces.length > 1 || this.#used === first.length) {
			this.#pieces.shift();
			return first;
		}
		const bytes = Buffer.from(first.subarray(0, this.#used));
		this.#used = 0;
		return bytes;
	}

	#farEnded(): void {
		if (this.destroyed || this.#hasEnded) return;
		this.#hasEnded = true;
		this.#pass();
	}

	#lost(code: string): void {
		if (this.#isFarGone) return;
		this.#isFarGone = true;
		if (code === "ETIMEDOUT") {
			this.destroy(lostError("ETIMEDOUT"));
			return;
		}
		this.#settleWriting(lostError("ECONNRESET"));
		this.#farEnded();
	}

	#settleWriting(error?: Error): void {
		const done = this.#writing;
		this.#writing = undefined;
		done?.(error);
	}

	/** Sends what was still written and then the end, as a system does with a closed socket of TCP. */
	async #linger(): Promise<void> {
		const udx = this.#udx;
		const timer = setTimeout(() => udx.destroy(), LINGER_MS);
		udx.on("close", () => clearTimeout(timer));
		udx.end();
		await udx.flush();
		udx.destroy();
	}
}
