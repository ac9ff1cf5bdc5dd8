// A page's WebSocket with the manners of the package `ws`, which the relay's client is written for: events, pauses, and an answer when something was sent.
import type { WebSocket as NodeSocket } from "ws";
import type { OpenRelaySocket } from "../../net/relay/socket.ts";
import { RelaySocket } from "../../net/relay/socket.ts";

/** A page cannot stop a WebSocket from reading; when more than this waits for somebody who does not, the line is given up. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024;
/** When more than this waits to be sent, the writer waits, too. */
const HIGH_WATER_BYTES = 1024 * 1024;
const LOOK_AGAIN_MS = 10;

type Listener = (...values: never[]) => void;

/** A BrowserSocket is as much of `ws` as `RelaySocket` and `RelayStream` use. */
class BrowserSocket {
	readonly #socket: WebSocket;
	readonly #listeners = new Map<string, Set<Listener>>();
	readonly #waiting: Buffer[] = [];
	#waitingBytes = 0;
	#isPaused = false;
	#closed: number | undefined;

	constructor(url: URL) {
		this.#socket = new WebSocket(url);
		this.#socket.binaryType = "arraybuffer";
		this.#socket.onopen = () => this.#tell("open");
		this.#socket.onmessage = ({ data }) => this.#take(data);
		this.#socket.onclose = ({ code }) => {
			this.#closed = code;
			this.#deliver();
		};
	}

	on(event: string, listener: Listener): this {
		const known = this.#listeners.get(event) ?? new Set();
		this.#listeners.set(event, known.add(listener));
		return this;
	}

	once(event: string, listener: Listener): this {
		const both = (...values: never[]): void => {
			this.removeListener(event, both);
			listener(...values);
		};
		return this.on(event, both);
	}

	removeListener(event: string, listener: Listener): this {
		this.#listeners.get(event)?.delete(listener);
		return this;
	}

	pause(): void {
		this.#isPaused = true;
	}

	resume(): void {
		this.#isPaused = false;
		// As `ws` does: whoever resumes may not be ready to hear at this very moment.
		queueMicrotask(() => this.#deliver());
	}

	send(data: Uint8Array, done: (error?: Error) => void): void {
		if (this.#socket.readyState !== WebSocket.OPEN) {
			done(new Error("the socket is closed"));
			return;
		}
		this.#socket.send(Uint8Array.from(data));
		this.#whenSent(done);
	}

	close(code = 1000): void {
		this.#socket.close(code);
	}

	terminate(): void {
		this.#socket.close();
	}

	#whenSent(done: () => void): void {
		const isSent = this.#socket.bufferedAmount < HIGH_WATER_BYTES || this.#closed !== undefined;
		if (isSent) done();
		else setTimeout(() => this.#whenSent(done), LOOK_AGAIN_MS);
	}

	#take(data: unknown): void {
		// What is no bytes is given on as `ws` gives it, for the reader to refuse.
		if (!(data instanceof ArrayBuffer)) {
			this.#tell("message", data, false);
			return;
		}
		this.#waiting.push(Buffer.from(data));
		this.#waitingBytes += data.byteLength;
		if (this.#waitingBytes > MAX_WAITING_BYTES) this.terminate();
		else this.#deliver();
	}

	#deliver(): void {
		while (!this.#isPaused) {
			const next = this.#waiting.shift();
			if (next === undefined) break;
			this.#waitingBytes -= next.length;
			this.#tell("message", next, true);
		}
		if (this.#waiting.length > 0 || this.#closed === undefined) return;
		const code = this.#closed;
		this.#tell("close", code);
		this.#listeners.clear();
	}

	#tell(event: string, ...values: unknown[]): void {
		for (const listener of [...(this.#listeners.get(event) ?? [])]) listener(...(values as never[]));
	}
}

/** Opens sockets to relays from a page. A page can show a relay no token, and is told nothing of why a connection failed. */
export const browserSocket: OpenRelaySocket = async (url, { signal }) =>
	RelaySocket.opened(new BrowserSocket(url) as unknown as NodeSocket, signal);
