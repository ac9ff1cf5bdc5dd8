// udx behind a socket of its own that only this computer reaches: packets go in and out one by one, so that they can be looked at on the way.
import { randomInt } from "node:crypto";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import type UDX from "udx-native";
import type { UdxSocket, UdxStream } from "udx-native";
import { udxIdOf } from "./packet.ts";

const HERE = "127.0.0.1";
/** A burst of a whole window must fit in the socket's buffer; the system may give less. */
const BUFFER_BYTES = 4 * 1024 * 1024;
const ID_LIMIT = 2 ** 32;
/** A mark of this many bytes comes out behind the last packet of a stream that has closed: a zero, which no packet begins with, and the stream's number. */
const MARK_BYTES = 5;
const MARK_TIMEOUT_MS = 1_000;

/** A stream of udx, connected to the relay. */
export interface Attached {
	readonly udx: UdxStream;
	/** The number that its packets carry. */
	readonly id: number;
	readonly deliver: (packet: Buffer) => void;
}

interface Taker {
	readonly take: (packet: Buffer) => void;
	readonly retire: () => void;
}

/** Owns both ends of the loopback connection. It closes when it was released as often as it was held. */
export class UdxRelay {
	readonly #udx: UDX;
	readonly #inner: UdxSocket;
	readonly #outer: Socket;
	readonly #takers = new Map<number, Taker>();
	readonly #onClosed: () => void;
	#holders = 0;

	private constructor(udx: UDX, inner: UdxSocket, outer: Socket, onClosed: () => void) {
		this.#udx = udx;
		this.#inner = inner;
		this.#outer = outer;
		this.#onClosed = onClosed;
		outer.on("error", () => {});
		outer.on("message", (packet) => {
			if (packet.length === MARK_BYTES) return this.#takers.get(packet.readUInt32LE(1))?.retire();
			const id = udxIdOf(packet);
			if (id !== undefined) this.#takers.get(id)?.take(packet);
		});
	}

	/** Opens a relay. Rejects when this computer gives no socket. `onClosed` is called when the relay is of no use any more. */
	static async open(Udx: typeof UDX, onClosed: () => void): Promise<UdxRelay> {
		const udx = new Udx();
		const inner = udx.createSocket();
		const outer = createSocket({ type: "udp4" });
		try {
			inner.bind(0, HERE);
			const bound = once(outer, "listening");
			outer.bind({ port: 0, address: HERE, exclusive: true });
			await bound;
			// Connected: the system drops what others on this computer send here.
			const connected = once(outer, "connect");
			outer.connect(inner.address()?.port ?? 0, HERE);
			await connected;
			outer.setRecvBufferSize(BUFFER_BYTES);
		} catch (error) {
			outer.close();
			await inner.close();
			throw error;
		}
		return new UdxRelay(udx, inner, outer, onClosed);
	}

	/** Keeps the relay open until `release`. */
	hold(): void {
		this.#holders += 1;
	}

	release(): void {
		this.#holders -= 1;
		if (this.#holders > 0) return;
		this.#onClosed();
		this.#outer.close();
		void this.#inner.close();
	}

	/** Makes a new stream; `take` gets its packets. It holds the relay until it has closed and its last packet was taken; then it calls `onRetired`. */
	attach(take: (packet: Buffer) => void, onRetired: () => void): Attached {
		const id = this.#freeId();
		const udx = this.#udx.createStream(id);
		const retire = (): void => {
			if (!this.#takers.delete(id)) return;
			onRetired();
			this.release();
		};
		this.#takers.set(id, { take, retire });
		this.hold();
		udx.connect(this.#inner, id, this.#outer.address().port, HERE);
		udx.on("close", () => this.#mark(id, retire));
		return { udx, id, deliver: (packet) => this.#outer.send(packet) };
	}

	#mark(id: number, retire: () => void): void {
		const mark = Buffer.alloc(MARK_BYTES);
		mark.writeUInt32LE(id, 1);
		this.#inner.trySend(mark, this.#outer.address().port, HERE);
		setTimeout(retire, MARK_TIMEOUT_MS).unref();
	}

	/** Returns a number that cannot be guessed: others on this computer can send to udx's socket, and the number is all it asks for. */
	#freeId(): number {
		for (;;) {
			const id = randomInt(ID_LIMIT);
			if (!this.#takers.has(id)) return id;
		}
	}
}
