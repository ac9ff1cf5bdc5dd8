// Writes to the terminal without ever waiting for it. A terminal that takes nothing (scroll lock, a dead ssh) must not stop the room: Node writes to a
// terminal blocking, so the terminal is opened once more here, non-blocking, and what it does not take at once is tried again later.
import { closeSync, constants, openSync, writeSync } from "node:fs";
import type { After } from "./after.ts";

/** A TerminalSink is where bytes go. */
export interface TerminalSink {
	/** Writes what the terminal takes at once, and returns how many bytes that were; 0 when it takes none now. It throws when the terminal is gone. */
	write(bytes: Uint8Array): number;
	close(): void;
}

/** The stream whose terminal it is, with its size. */
export type SizedStream = Pick<NodeJS.WriteStream, "columns" | "rows" | "on" | "off">;

const isAgain = (error: unknown): boolean => error instanceof Error && "code" in error && error.code === "EAGAIN";

function openNonBlocking(path: string): TerminalSink | undefined {
	try {
		const fd = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
		return {
			write: (bytes) => {
				try {
					return writeSync(fd, bytes);
				} catch (error) {
					if (isAgain(error)) return 0;
					throw error;
				}
			},
			close: () => closeSync(fd),
		};
	} catch {
		// There is no such file on this system, or it is another person's (after su).
		return undefined;
	}
}

/** Opens the terminal of a stream for writing without waiting. Where that is not possible (Windows), it writes as the stream does. */
export function terminalSink(stream: NodeJS.WriteStream & { readonly fd: number }): TerminalSink {
	// Opened by this path it is a description of its own, so that the shell and other programs keep theirs as it was.
	const opened = openNonBlocking(`/proc/self/fd/${stream.fd}`) ?? openNonBlocking("/dev/tty");
	if (opened !== undefined) return opened;
	const write = (bytes: Uint8Array): number => {
		stream.write(bytes);
		return bytes.length;
	};
	return { write, close: () => {} };
}

/** A terminal that takes nothing is tried again after this long at first, and at most. */
const firstRetryMs = 1;
const lastRetryMs = 64;
/** More bytes than this never wait for a terminal: what is said beside the picture is dropped from then on. Frames do not wait at all, see painter.ts. */
const maxWaitingBytes = 1_000_000;

/** Writes to one terminal. Frames are drawn only while it is not behind. */
export class TerminalOutput {
	readonly #sink: TerminalSink;
	readonly #stream: SizedStream;
	readonly #after: After;
	readonly #caughtUpListeners = new Set<() => void>();
	#waiting: Uint8Array[] = [];
	#waitingBytes = 0;
	#retryMs = firstRetryMs;
	#isRetrying = false;
	#isGone = false;

	constructor(sink: TerminalSink, stream: SizedStream, after: After) {
		this.#sink = sink;
		this.#stream = stream;
		this.#after = after;
	}

	/** Writes at once if the terminal takes it, and else behind what is already waiting. Nothing is ever written in the middle of another text. */
	readonly write = (text: string): void => {
		if (this.#isGone || text === "" || this.#waitingBytes > maxWaitingBytes) return;
		const bytes = Buffer.from(text);
		this.#waiting.push(bytes);
		this.#waitingBytes += bytes.length;
		if (!this.#isRetrying) this.#flush();
	};

	/** Returns whether the terminal has not yet taken all that was written. */
	isBehind(): boolean {
		return this.#waitingBytes > 0;
	}

	/** Calls `listener` each time the terminal has taken everything after having been behind. Returns what ends that. */
	onCaughtUp(listener: () => void): () => void {
		this.#caughtUpListeners.add(listener);
		return () => void this.#caughtUpListeners.delete(listener);
	}

	/** Resolves when the terminal has taken everything, or after `limitMs`. */
	async caughtUp(limitMs: number): Promise<void> {
		if (!this.isBehind()) return;
		const { promise, resolve } = Promise.withResolvers<void>();
		const stopWaiting = this.#after(limitMs, resolve);
		const stopListening = this.onCaughtUp(resolve);
		await promise;
		stopWaiting();
		stopListening();
	}

	/** Returns the size of the window in cells: 80 by 24 where the terminal does not tell. */
	readonly size = (): { readonly columns: number; readonly rows: number } => ({
		columns: this.#stream.columns || 80,
		rows: this.#stream.rows || 24,
	});

	/** Calls `listener` when the window has another size. Returns what ends that. */
	onResize(listener: () => void): () => void {
		this.#stream.on("resize", listener);
		return () => void this.#stream.off("resize", listener);
	}

	/** Writes no more, and drops what the terminal has not taken. */
	close(): void {
		this.#isGone = true;
		this.#drop();
		this.#sink.close();
	}

	#drop(): void {
		this.#waiting = [];
		this.#waitingBytes = 0;
	}

	#flush(): void {
		this.#isRetrying = false;
		const wasBehind = this.#retryMs > firstRetryMs;
		if (!this.#writeWaiting()) {
			this.#isRetrying = true;
			this.#after(this.#retryMs, () => this.#flush());
			this.#retryMs = Math.min(lastRetryMs, this.#retryMs * 2);
			return;
		}
		this.#retryMs = firstRetryMs;
		if (wasBehind) for (const listener of [...this.#caughtUpListeners]) listener();
	}

	/** Returns whether nothing waits any more. */
	#writeWaiting(): boolean {
		try {
			for (let bytes = this.#waiting[0]; bytes !== undefined; bytes = this.#waiting[0]) {
				const taken = this.#sink.write(bytes);
				this.#waitingBytes -= taken;
				if (taken < bytes.length) {
					this.#waiting[0] = bytes.subarray(taken);
					if (taken === 0) return false;
				} else this.#waiting.shift();
			}
		} catch {
			// EIO or EPIPE: the window was closed, and the end of the input says so.
			this.#isGone = true;
			this.#drop();
		}
		return true;
	}
}
