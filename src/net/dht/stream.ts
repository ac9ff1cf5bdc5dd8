// One of hyperdht's streams as a stream of Node: half-open, with back-pressure, and nothing lost that was written before the end.
//
// Those streams end both ways at once, ending one drops what is still on its way, and whatever arrives is kept however slowly it is read.
// So messages have a first byte: bytes follow, no more will, or there is room for so many more. Somebody who sends more than the other end has room for is cut off.
import { Duplex } from "node:stream";
import type { DhtSocket } from "hyperdht";
import { resetError } from "../link/endings.ts";
import { every } from "../link/ticks.ts";

/** A message is decrypted when all of it is there; small ones keep the line moving. */
const PIECE_BYTES = 16 * 1024;
/** At most this many bytes may be on their way or wait unread at first. */
const FIRST_WINDOW_BYTES = 256 * 1024;
/** The window grows to what was read in all, and to this at most: strangers, of whom little is read, get no more memory. It is enough for 15 MB/s at 100 ms. */
const MAX_WINDOW_BYTES = 2 * 1024 * 1024;
const DATA = 0;
const END = 1;
const ROOM = 2;
/** An ended stream waits this long for the other side to end too. */
const LINGER_MS = 10_000;
/** What came in out of order is kept below us without a limit; nobody honest has more than this. */
const STRAY_BYTES = 4 * 1024 * 1024;
const LOOK_EVERY_MS = 250;
/** This many bytes are added to a message: its length, its seal, the head of a packet. */
const WRAPPING_BYTES = 40;

/** Takes the socket over; it must be open. */
export class DhtStream extends Duplex {
	readonly #socket: DhtSocket;
	#hasReadEnd = false;
	#hasSentEnd = false;
	/** Resolves when the chunk that is being written is wholly written. */
	#writing: Promise<void> | undefined;
	#arrivedBytes = 0;
	/** Counts the bytes that the other end was given room for, from the beginning. */
	#grantedBytes = FIRST_WINDOW_BYTES;
	/** Counts the bytes that were taken, with everything around it. */
	#takenBytes = 0;
	/** Counts the bytes that the other end has room for. */
	#roomBytes = FIRST_WINDOW_BYTES;
	#onRoom: (() => void) | undefined;

	constructor(socket: DhtSocket) {
		super({ allowHalfOpen: true });
		this.#socket = socket;
		// See tcp.ts: an error nobody listens to must not end the program; 'close' follows it.
		this.on("error", () => {});
		socket.on("data", (message: Buffer) => this.#take(message));
		socket.on("error", (error: Error) => this.destroy(error));
		const stopLooking = every(LOOK_EVERY_MS, () => this.#lookForStrays());
		socket.on("close", () => {
			stopLooking();
			this.#onRoom?.();
			if (!this.#hasReadEnd || !this.#hasSentEnd) this.destroy(resetError());
		});
	}

	#take(message: Buffer): void {
		this.#takenBytes += message.length + WRAPPING_BYTES;
		if (message[0] === ROOM && message.length === 5) {
			this.#hearRoom(message.readUInt32BE(1));
			return;
		}
		if (this.destroyed || this.#hasReadEnd) return;
		if (message[0] === END && message.length === 1) {
			this.#hasReadEnd = true;
			this.push(null);
			return;
		}
		this.#arrivedBytes += message.length - 1;
		const isAllowed = message[0] === DATA && this.#arrivedBytes <= this.#grantedBytes;
		if (isAllowed) this.push(message.subarray(1));
		else this.#misbehaved();
	}

	#hearRoom(sizeBytes: number): void {
		this.#roomBytes += sizeBytes;
		if (this.#roomBytes > MAX_WINDOW_BYTES) this.#misbehaved();
		this.#onRoom?.();
	}

	/** Is called when more is wanted, and before what is being read has left the buffer: only then it is known how much has been read. */
	override _read(): void {
		queueMicrotask(() => this.#giveRoom());
	}

	/** Gives the other end as much more room as was read, and more while the window grows; not for little. */
	#giveRoom(): void {
		const readBytes = this.#arrivedBytes - this.readableLength;
		const windowBytes = Math.min(MAX_WINDOW_BYTES, Math.max(FIRST_WINDOW_BYTES, readBytes));
		const moreBytes = readBytes + windowBytes - this.#grantedBytes;
		if (moreBytes < windowBytes / 4 || this.#socket.destroyed) return;
		this.#grantedBytes += moreBytes;
		const message = Buffer.alloc(5);
		message[0] = ROOM;
		message.writeUInt32BE(moreBytes, 1);
		this.#socket.write(message);
	}

	#lookForStrays(): void {
		const received = this.#socket.rawStream?.bytesReceived ?? 0;
		// Half as much again: what was sent twice.
		if (received > this.#takenBytes * 1.5 + STRAY_BYTES) this.#misbehaved();
	}

	override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error) => void): void {
		const { promise, resolve } = Promise.withResolvers<void>();
		this.#writing = promise;
		void this.#writeAll(chunk).then((isWritten) => {
			this.#writing = undefined;
			resolve();
			done(isWritten ? undefined : resetError());
		});
	}

	/** Writes a chunk. It resolves with whether all of it went out. */
	async #writeAll(chunk: Buffer): Promise<boolean> {
		const socket = this.#socket;
		for (let at = 0; at < chunk.length; ) {
			while (this.#roomBytes === 0 && !socket.destroyed) await this.#room();
			if (socket.destroyed) return false;
			const next = Math.min(chunk.length, at + Math.min(PIECE_BYTES, this.#roomBytes));
			this.#roomBytes -= next - at;
			// A copy: the writer may wipe its buffer as soon as the write is done, and the bytes are encrypted later.
			const isDrained = socket.write(Buffer.concat([Uint8Array.of(DATA), chunk.subarray(at, next)]));
			if (!isDrained) await this.#drained();
			at = next;
		}
		return !socket.destroyed;
	}

	#room(): Promise<void> {
		return new Promise((resolve) => {
			this.#onRoom = resolve;
		});
	}

	#drained(): Promise<void> {
		const socket = this.#socket;
		return new Promise((resolve) => {
			const settle = (): void => {
				socket.removeListener("drain", settle);
				socket.removeListener("close", settle);
				resolve();
			};
			socket.on("drain", settle);
			socket.on("close", settle);
		});
	}

	#misbehaved(): void {
		this.#socket.destroy();
		this.destroy(new Error("The other end sends what it may not."));
	}

	/** Ends the stream. It is done when the other end has acknowledged all of it. */
	override _final(done: (error?: Error) => void): void {
		void this.#sayEnd().then((isThere) => done(isThere ? undefined : resetError()));
	}

	/** Says that nothing more comes. It resolves with whether the other end has got everything. */
	async #sayEnd(): Promise<boolean> {
		if (this.#socket.destroyed) return false;
		this.#socket.write(Uint8Array.of(END));
		this.#hasSentEnd = await this.#socket.flush();
		return this.#hasSentEnd;
	}

	/** Destroys the stream. What was written before an orderly end is still sent when the stream is destroyed after it, as with TCP. */
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
