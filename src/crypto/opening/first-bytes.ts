// Passes a stream on unchanged and remembers its first bytes, by which a program of version 1 and other services can be told apart from a broken channel.
import { Duplex } from "node:stream";

/** This many first bytes are remembered. */
const FIRST_BYTES = 8;

/** A stream over another one, which it owns: both are destroyed together. */
export class FirstBytes extends Duplex {
	readonly #below: Duplex;
	/** The first bytes that came together, if any have, in hexadecimal. */
	first: string | undefined;

	constructor(below: Duplex) {
		super();
		this.#below = below;
		below.on("data", (chunk: Buffer) => {
			this.first ??= chunk.toString("hex", 0, FIRST_BYTES);
			if (!this.push(chunk)) below.pause();
		});
		below.on("end", () => this.push(null));
		below.on("close", () => this.destroy());
		below.on("error", (error) => this.destroy(error));
	}

	override _read(): void {
		this.#below.resume();
	}

	override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
		this.#below.write(chunk, done);
	}

	override _final(done: (error?: Error | null) => void): void {
		this.#below.end(done);
	}

	override _destroy(error: Error | null, done: (error: Error | null) => void): void {
		this.#below.destroy();
		done(error);
	}
}
