// The channel from a browser, which has no TLS of its own to speak: the same public key and the same promise as the other kind, made by Noise and ML-KEM-768.
import { Duplex } from "node:stream";
import { channelSuite } from "./binding.ts";
import { type ChannelOptions, type ChannelOutcome, failed, readable } from "./channel-outcome.ts";
import {
	FIRST_MESSAGE_BYTES,
	guestHandshake,
	hostHandshake,
	type NoiseKeys,
	SECOND_MESSAGE_BYTES,
} from "./noise-keys.ts";
import { framed, RecordReader, RecordWriter } from "./noise-records.ts";

const LENGTH_BYTES = 2;

/** The channel's stream over the one below, which it owns. An end of the stream below without the empty record is a break. */
class NoiseStream extends Duplex {
	readonly #below: Duplex;
	readonly #reader: RecordReader;
	readonly #writer: RecordWriter;
	#isWanted = false;

	constructor(below: Duplex, readKey: Uint8Array, writeKey: Uint8Array) {
		super({ allowHalfOpen: false });
		this.#below = below;
		this.#reader = new RecordReader(readKey);
		this.#writer = new RecordWriter(writeKey);
		// An error that nobody listens to must not end the program; "close" follows it.
		this.on("error", () => {});
		below.on("readable", () => this.#pump());
		below.on("end", () => this.#belowEnded());
		below.on("close", () => this.#belowEnded());
	}

	override _read(): void {
		this.#isWanted = true;
		this.#pump();
	}

	#pump(): void {
		while (this.#isWanted && !this.destroyed) {
			const piece: Buffer | null = this.#below.read();
			if (piece === null) return;
			if (!this.#take(piece)) return;
		}
	}

	/** Returns whether more may follow. */
	#take(piece: Uint8Array): boolean {
		if (this.#reader.hasEnded) return true;
		try {
			for (const plaintext of this.#reader.take(piece)) {
				if (!this.push(Buffer.from(plaintext.buffer, plaintext.byteOffset, plaintext.length))) this.#isWanted = false;
			}
		} catch {
			this.destroy(new Error("What came was changed on its way."));
			return false;
		}
		if (this.#reader.hasEnded) this.push(null);
		return true;
	}

	/** Ends the reading when the stream below has ended. What was said before an orderly end is still read. */
	#belowEnded(): void {
		if (!this.#reader.hasEnded) this.destroy(new Error("The connection broke."));
		else if (this.#below.destroyed && this.readableEnded) this.destroy();
		else if (this.#below.destroyed) this.once("end", () => this.destroy());
	}

	override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
		this.#below.write(this.#writer.seal(chunk), done);
	}

	override _final(done: (error?: Error | null) => void): void {
		this.#below.end(this.#writer.end(), done);
	}

	override _destroy(error: Error | null, done: (error: Error | null) => void): void {
		this.#below.destroy();
		done(error);
	}
}

/** Reads one message of the handshake, which has one possible size; what comes behind it stays in the stream. */
async function message(stream: Duplex, sizeBytes: number, signal: AbortSignal): Promise<Uint8Array | string> {
	const wanted = LENGTH_BYTES + sizeBytes;
	let bytes: Buffer = Buffer.alloc(0);
	while (bytes.length < wanted) {
		if (signal.aborted) return "aborted";
		const piece: Buffer | null = stream.read();
		if (piece !== null) bytes = Buffer.concat([bytes, piece]);
		else if (stream.destroyed || stream.readableEnded) return "the other side closed";
		else await readable(stream, signal);
		if (bytes.length >= LENGTH_BYTES && bytes.readUInt16BE(0) !== sizeBytes) return "the message has no possible size";
	}
	if (bytes.length > wanted) stream.unshift(bytes.subarray(wanted));
	return bytes.subarray(LENGTH_BYTES, wanted);
}

async function asGuest(stream: Duplex, signal: AbortSignal): Promise<NoiseKeys | string> {
	const handshake = await guestHandshake();
	stream.write(framed(handshake.message));
	const answer = await message(stream, SECOND_MESSAGE_BYTES, signal);
	return typeof answer === "string" ? answer : handshake.finish(answer);
}

async function asHost(stream: Duplex, signal: AbortSignal): Promise<NoiseKeys | string> {
	const first = await message(stream, FIRST_MESSAGE_BYTES, signal);
	if (typeof first === "string") return first;
	const { message: answer, keys } = await hostHandshake(first);
	stream.write(framed(answer));
	return keys;
}

/** Makes the channel by Noise over `stream`. As every channel it never throws for what the other side does, and leaves no error unhandled later. */
export async function noiseChannel({ stream, role, signal }: ChannelOptions): Promise<ChannelOutcome> {
	stream.on("error", () => {});
	const keys = await (role === "guest" ? asGuest(stream, signal) : asHost(stream, signal)).catch((error: unknown) =>
		error instanceof Error ? error.message : String(error),
	);
	if (typeof keys === "string" || stream.destroyed) {
		stream.destroy();
		return failed(typeof keys === "string" ? keys : "the other side closed");
	}
	const [readKey, writeKey] = role === "guest" ? [keys.host, keys.guest] : [keys.guest, keys.host];
	const inside = new NoiseStream(stream, readKey, writeKey);
	return { kind: "secured", channel: { suite: channelSuite.noise, stream: inside, exporter: keys.exporter } };
}
