// A stream through Tor as a stream of Node: half-open, and a broken one is told from one that has ended.
//
// Tor ends both directions at once, however an application ends one, and says nothing of a circuit that broke. So what is written goes in pieces, each with
// its length before it (two bytes, big-endian), and a length of 0 says that no more will come (docs/protocol.md §15.4).
import { Duplex } from "node:stream";
import { resetError } from "../link/endings.ts";

const HEAD_BYTES = 2;
/** Half of what Tor puts in flight at once; more would only wait. */
const PIECE_BYTES = 16 * 1024;
/** An ended stream waits this long for the other side to end too. */
const LINGER_MS = 30_000;

/** Takes the connection to Tor over; it must be open. */
export class TorStream extends Duplex {
	readonly #socket: Duplex;
	#hasReadEnd = false;
	#hasSentEnd = false;
	/** The first byte of a length, while the second is missing. */
	#half: number | undefined;
	/** Counts the bytes of the current piece that are still to come. */
	#leftBytes = 0;

	constructor(socket: Duplex) {
		super({ allowHalfOpen: true });
		this.#socket = socket;
		// See tcp.ts: an error nobody listens to must not end the program; 'close' follows it.
		this.on("error", () => {});
		socket.on("error", () => {});
		socket.on("data", (bytes: Buffer) => this.#take(bytes));
		const gone = (): void => {
			if (!this.#hasReadEnd || !this.#hasSentEnd) this.destroy(resetError());
			socket.destroy();
		};
		// Without the length 0 before it, the end is a break.
		socket.on("end", gone);
		socket.on("close", gone);
	}

	#take(bytes: Buffer): void {
		let at = 0;
		while (at < bytes.length && !this.#hasReadEnd) {
			if (this.#leftBytes > 0) {
				const piece = bytes.subarray(at, at + this.#leftBytes);
				at += piece.length;
				this.#leftBytes -= piece.length;
				// After an end that lingers nobody reads any more.
				if (!this.destroyed && !this.push(piece)) this.#socket.pause();
			} else if (this.#half === undefined) {
				this.#half = bytes[at++] ?? 0;
			} else {
				this.#leftBytes = this.#half * 256 + (bytes[at++] ?? 0);
				this.#half = undefined;
				if (this.#leftBytes === 0) this.#readEnd();
			}
		}
	}

	#readEnd(): void {
		this.#hasReadEnd = true;
		if (!this.destroyed) this.push(null);
		if (this.#hasSentEnd) this.#socket.end();
		// Whatever comes now is nothing that was agreed.
		this.#socket.resume();
	}

	override _read(): void {
		this.#socket.resume();
	}

	override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error) => void): void {
		const parts: Uint8Array[] = [];
		for (let at = 0; at < chunk.length; at += PIECE_BYTES) {
			const piece = chunk.subarray(at, at + PIECE_BYTES);
			parts.push(Uint8Array.of(piece.length >> 8, piece.length & 0xff), piece);
		}
		// A copy: the writer may wipe its buffer as soon as the write is done.
		if (this.#socket.destroyed) done(resetError());
		else this.#socket.write(Buffer.concat(parts), (error) => done(error ? resetError() : undefined));
	}

	override _final(done: (error?: Error) => void): void {
		this.#sayEnd(done);
	}

	#sayEnd(done: (error?: Error) => void): void {
		if (this.#socket.destroyed) return void done(resetError());
		this.#socket.write(new Uint8Array(HEAD_BYTES), (error) => {
			this.#hasSentEnd = error === undefined || error === null;
			if (this.#hasSentEnd && this.#hasReadEnd) this.#socket.end();
			done(this.#hasSentEnd ? undefined : resetError());
		});
	}

	/** Destroys the stream. What was written before an orderly end still goes out when the stream is destroyed after it, as with TCP. */
	override _destroy(error: Error | null, done: (error: Error | null) => void): void {
		if (error === null && this.writableEnded) this.#linger();
		else this.#socket.destroy();
		done(error);
	}

	#linger(): void {
		const socket = this.#socket;
		const timer = setTimeout(() => socket.destroy(), LINGER_MS).unref();
		socket.on("close", () => clearTimeout(timer));
		socket.resume();
		if (!this.#hasSentEnd) this.#sayEnd(() => {});
		if (this.#hasSentEnd && this.#hasReadEnd) socket.end();
	}
}
