// The client's end of a WebSocket to a relay, as far as two sockets are joined: opened, and read message by message.
import type { WebSocket } from "ws";
import type { OnContact } from "../link/contact.ts";
import { closeError, dialError, RelayError, statusError } from "./failure.ts";
import { RelayStream } from "./stream.ts";

export interface RelaySocketOptions {
	readonly onContact?: OnContact;
	/** Ends the wait and the socket when it is aborted before the socket was handed over. */
	readonly signal: AbortSignal;
	/** Is sent as "Authorization: Bearer …" (RFC 6750 §2.1), for relays that not everybody may host at. */
	readonly token?: string;
}

/** Opens a socket to a relay, whatever dials it. Rejects with a `RelayError`. */
export type OpenRelaySocket = (url: URL, options: RelaySocketOptions) => Promise<RelaySocket>;

/** A relay's socket before its ends are joined. */
export class RelaySocket {
	readonly #socket: WebSocket;
	/** Holds what has come and was not asked for yet; the socket pauses meanwhile. */
	readonly #messages: Buffer[] = [];
	#wake: (() => void) | undefined;
	#end: RelayError | undefined;
	#signal: AbortSignal | undefined;
	readonly #onAbort = (): void => this.close();
	readonly #onMessage = (message: unknown, isBinary: boolean): void => {
		if (!isBinary || !Buffer.isBuffer(message)) this.#fail(new RelayError("other", "The relay sends what it may not."));
		else this.#messages.push(message);
		this.#socket.pause();
		this.#wake?.();
	};

	private constructor(socket: WebSocket) {
		this.#socket = socket;
		socket.on("message", this.#onMessage);
		socket.on("error", (error) => this.#fail(dialError(error)));
		socket.on("unexpected-response", (_request, response) => {
			response.destroy();
			socket.terminate();
			this.#fail(statusError(response.statusCode ?? 0));
		});
		socket.on("close", (code: number) => this.#fail(closeError(code)));
	}

	/** Resolves when the socket, which is being connected, is open. Rejects with a `RelayError`. */
	static async opened(socket: WebSocket, signal: AbortSignal): Promise<RelaySocket> {
		const opened = new RelaySocket(socket);
		opened.#signal = signal;
		signal.addEventListener("abort", opened.#onAbort, { once: true });
		const { promise, resolve } = Promise.withResolvers<void>();
		socket.once("open", resolve);
		opened.#wake = resolve;
		await promise;
		opened.#wake = undefined;
		if (opened.#end) throw opened.#end;
		return opened;
	}

	/** Returns the next message. Rejects with a `RelayError` when there will be none. */
	async next(): Promise<Buffer> {
		while (this.#messages.length === 0) {
			if (this.#end) throw this.#end;
			this.#socket.resume();
			const { promise, resolve } = Promise.withResolvers<void>();
			this.#wake = resolve;
			await promise;
		}
		const message = this.#messages.shift();
		if (message === undefined) throw new Error("a message was counted and is not there");
		return message;
	}

	send(message: Uint8Array): void {
		this.#socket.send(message, () => {});
	}

	close(): void {
		this.#socket.terminate();
	}

	/** Keeps the socket open even when the signal fires by which it was opened. */
	keep(): void {
		this.#signal?.removeEventListener("abort", this.#onAbort);
	}

	/** Hands the socket over to a stream, with what has come since the last message. */
	intoStream(): RelayStream {
		this.keep();
		this.#socket.removeListener("message", this.#onMessage);
		return new RelayStream(this.#socket, this.#messages);
	}

	#fail(error: RelayError): void {
		this.#end ??= error;
		this.keep();
		this.#wake?.();
		this.#socket.terminate();
	}
}
