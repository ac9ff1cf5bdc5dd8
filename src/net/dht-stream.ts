// One of hyperdht's streams as a stream of Node: half-open, with back-pressure, and nothing lost that was written before the end.
//
// Those streams end both ways at once, and ending one drops what is still on its way. So messages have a first byte: bytes follow, or no
// more will. The stream below is ended only when both sides have said so, or cut off when one gives up.
import { Duplex } from "node:stream";
import type { DhtSocket } from "hyperdht";

/** A message is decrypted when all of it is there; small ones keep the line moving. */
const PIECE_BYTES = 16 * 1024;
const DATA = 0;
const END = 1;
/** How long an ended stream waits for the other side to end too. */
const LINGER_MS = 10_000;

function resetError(): Error {
	return Object.assign(new Error("The other end of this link is gone."), { code: "ECONNRESET" });
}

/** Takes the socket over; it must be open. */
export class DhtStream extends Duplex {
	readonly #socket: DhtSocket;
	#hasReadEnd = false;
	#hasSentEnd = false;
	/** A chunk that is not wholly written yet. */
	#writing: Promise<void> | undefined;

	constructor(socket: DhtSocket) {
		super({ allowHalfOpen: true });
		this.#socket = socket;
		// See tcp.ts: an error nobody listens to must not end the program; 'close' follows it.
		this.on("error", () => {});
		socket.on("data", (message: Buffer) => this.#take(message));
		socket.on("error", (error: Error) => this.destroy(error));
		socket.on("close", () => {
			if (!this.#hasReadEnd || !this.#hasSentEnd) this.destroy(resetError());
		});
		socket.pause();
	}

	#take(message: Buffer): void {
		if (this.destroyed || this.#hasReadEnd) return;
		if (message[0] === DATA) {
			if (!this.push(message.subarray(1))) this.#socket.pause();
		} else if (message[0] === END) {
			this.#hasReadEnd = true;
			this.push(null);
		} else {
			this.destroy(new Error("The other end does not speak this protocol."));
		}
	}

	override _read(): void {
		this.#socket.resume();
	}

	override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error) => void): void {
		const { promise, resolve } = Promise.withResolvers<void>();
		this.#writing = promise;
		this.#writeFrom(chunk, 0, (error) => {
			this.#writing = undefined;
			resolve();
			done(error);
		});
	}

	#writeFrom(chunk: Buffer, from: number, done: (error?: Error) => void): void {
		const socket = this.#socket;
		for (let at = from; at < chunk.length; at += PIECE_BYTES) {
			if (socket.destroyed) {
				done(resetError());
				return;
			}
			const next = at + PIECE_BYTES;
			// A copy: the writer may wipe its buffer as soon as the write is done, and the bytes are encrypted later.
			if (socket.write(Buffer.concat([Uint8Array.of(DATA), chunk.subarray(at, next)]))) continue;
			this.#whenDrained((error) => (error ? done(error) : this.#writeFrom(chunk, next, done)));
			return;
		}
		done();
	}

	#whenDrained(then: (error?: Error) => void): void {
		const socket = this.#socket;
		const settle = (error?: Error): void => {
			socket.removeListener("drain", onDrain);
			socket.removeListener("close", onClose);
			then(error);
		};
		const onDrain = (): void => settle();
		const onClose = (): void => settle(resetError());
		socket.on("drain", onDrain);
		socket.on("close", onClose);
	}

	/** Done when the other end has acknowledged all of it. */
	override _final(done: (error?: Error) => void): void {
		void this.#sayEnd().then((isThere) => done(isThere ? undefined : resetError()));
	}

	/** Whether the other end has got everything. */
	async #sayEnd(): Promise<boolean> {
		if (this.#socket.destroyed) return false;
		this.#socket.write(Uint8Array.of(END));
		this.#hasSentEnd = await this.#socket.flush();
		return this.#hasSentEnd;
	}

	/** As with TCP, what was written before an orderly end is still sent when the stream is destroyed after it. */
	override _destroy(error: Error | null, done: (error: Error | null) => void): void {
		if (error === null && this.writableEnded) void this.#linger();
		else this.#socket.destroy();
		done(error);
	}

	async #linger(): Promise<void> {
		const socket = this.#socket;
		const timer = setTimeout(() => socket.destroy(), LINGER_MS).unref();
		socket.on("close", () => clearTimeout(timer));
		socket.resume();
		await this.#writing;
		if (!this.#hasSentEnd) await this.#sayEnd();
		if (!socket.destroyed) socket.end();
	}
}
