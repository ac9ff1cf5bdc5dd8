// A WebSocket whose two ends were joined by a relay, as a stream of Node: half-open, and with back-pressure.
//
// A WebSocket ends both ways at once, so messages have a first byte: bytes follow, or no more will.
import { Duplex } from "node:stream";
import type { RawData, WebSocket } from "ws";
import { resetError } from "../link/endings.ts";
import { MAX_MESSAGE_BYTES } from "./wire.ts";

const DATA = 0;
const END = 1;
/** A message is passed on when all of it is there; small ones keep the line moving. */
const PIECE_BYTES = MAX_MESSAGE_BYTES / 2;
/** An ended stream waits this long for the other side to end too. */
const LINGER_MS = 10_000;
/** RFC 6455 §7.4.1: a normal closure. */
const DONE = 1000;

/** Takes over a WebSocket that is open and whose ends are joined; `early` are messages of the other end that have come already. */
export class RelayStream extends Duplex {
	readonly #socket: WebSocket;
	#hasReadEnd = false;
	#hasSentEnd = false;

	constructor(socket: WebSocket, early: readonly Buffer[]) {
		super({ allowHalfOpen: true });
		this.#socket = socket;
		// An error nobody listens to must not end the program; 'close' follows it.
		this.on("error", () => {});
		socket.on("message", (message, isBinary) => this.#take(message, isBinary));
		socket.on("error", (error) => this.destroy(error));
		socket.on("close", () => {
			if (!this.#hasReadEnd || !this.#hasSentEnd) this.destroy(resetError());
		});
		for (const message of early) this.#take(message, true);
	}

	#take(message: RawData, isBinary: boolean): void {
		if (this.destroyed || this.#hasReadEnd) return;
		const bytes = Buffer.isBuffer(message) ? message : undefined;
		if (!isBinary || bytes === undefined || bytes.length === 0) {
			this.#misbehaved();
			return;
		}
		if (bytes[0] === END && bytes.length === 1) {
			this.#hasReadEnd = true;
			this.push(null);
			this.#closeWhenDone();
		} else if (bytes[0] === DATA) {
			if (!this.push(bytes.subarray(1))) this.#socket.pause();
		} else this.#misbehaved();
	}

	#misbehaved(): void {
		this.#socket.terminate();
		this.destroy(new Error("The other end sends what it may not."));
	}

	override _read(): void {
		this.#socket.resume();
	}

	override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error) => void): void {
		void this.#writeAll(chunk).then(
			() => done(),
			() => done(resetError()),
		);
	}

	async #writeAll(chunk: Buffer): Promise<void> {
		for (let at = 0; at < chunk.length; at += PIECE_BYTES) {
			const piece = chunk.subarray(at, at + PIECE_BYTES);
			// A copy: the writer may wipe its buffer as soon as the write is done.
			await this.#send(Buffer.concat([Uint8Array.of(DATA), piece]));
		}
	}

	/** Resolves when the system has taken the message. */
	#send(message: Uint8Array): Promise<void> {
		const { promise, resolve, reject } = Promise.withResolvers<void>();
		this.#socket.send(message, (error) => (error ? reject(error) : resolve()));
		return promise;
	}

	/** Says that nothing more comes. */
	override _final(done: (error?: Error) => void): void {
		this.#send(Uint8Array.of(END)).then(
			() => {
				this.#hasSentEnd = true;
				this.#closeWhenDone();
				done();
			},
			() => done(resetError()),
		);
	}

	#closeWhenDone(): void {
		if (this.#hasReadEnd && this.#hasSentEnd) this.#socket.close(DONE);
	}

	/** Destroys the stream. What was written before an orderly end is still sent when the stream is destroyed after it, as with TCP. */
	override _destroy(error: Error | null, done: (error: Error | null) => void): void {
		const socket = this.#socket;
		if (error === null && this.writableEnded) {
			const timer = setTimeout(() => socket.terminate(), LINGER_MS).unref();
			socket.on("close", () => clearTimeout(timer));
			socket.resume();
			if (this.#hasSentEnd) socket.close(DONE);
			else
				this.#send(Uint8Array.of(END)).then(
					() => socket.close(DONE),
					() => socket.terminate(),
				);
		} else socket.terminate();
		done(error);
	}
}
