// `node:worker_threads` in a page: a Web Worker that runs the page's own script, which the page holds as text, so the one file stays one file; and for the pieces of files the
// browser's own cryptography, which has threads already.
import type { PieceResult, PieceTask } from "../../crypto/file/piece-tasks.ts";
import { SubtlePieces } from "../../crypto/file/subtle-pieces.ts";

type Listener = (value: unknown) => void;

/** Tells all who listen what the page says to the worker; what comes before anybody does waits for the first. */
class Port {
	readonly #waiting: unknown[] = [];
	readonly #listeners: Listener[] = [];

	on(_event: "message", listener: Listener): void {
		this.#listeners.push(listener);
		for (const message of this.#waiting.splice(0)) listener(message);
	}

	take(message: unknown): void {
		if (this.#listeners.length === 0) this.#waiting.push(message);
		for (const listener of this.#listeners) listener(message);
	}

	postMessage(message: unknown, moved: Transferable[] = []): void {
		(globalThis as unknown as MessagePort).postMessage(message, moved);
	}
}

/** Says whether this script runs in a worker, and not in the page. */
const isWorker = typeof document === "undefined";

const port = new Port();
export const parentPort = isWorker ? port : null;

if (isWorker) globalThis.addEventListener("message", ({ data }: MessageEvent) => port.take(data));

/** Says what there is of a stream that nothing is written to. */
const silent = { resume(): void {} };

/** A Thread is what a Worker here stands on. */
interface Thread {
	onmessage: ((event: { readonly data: unknown }) => void) | null;
	onerror: ((event: { readonly message: string }) => void) | null;
	postMessage(message: unknown, moved: Transferable[]): void;
	terminate(): void;
}

function groupThread(): Thread {
	const script = document.querySelector("script")?.textContent ?? "";
	const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
	const thread = new globalThis.Worker(url);
	URL.revokeObjectURL(url);
	return thread as unknown as Thread;
}

/** Answers as `piece-worker.ts` does: one task after another, each with its buffer. Where the browser fails, by want of memory, there is no result, and whoever asked tells it or asks again. */
class PieceWork implements Thread {
	onmessage: Thread["onmessage"] = null;
	onerror: Thread["onerror"] = null;
	readonly #pieces = new SubtlePieces();
	#last: Promise<void> = Promise.resolve();

	postMessage(message: unknown): void {
		const { task, slot } = message as { readonly task: PieceTask; readonly slot: ArrayBuffer };
		this.#last = this.#last.then(async () => {
			const result = await this.#pieces.carryOut(task, slot).catch((): PieceResult => ({}));
			this.onmessage?.({ data: { result, slot } });
		});
	}

	terminate(): void {
		this.onmessage = null;
	}
}

const THREADS: Readonly<Record<string, () => Thread>> = {
	"group-worker.js": groupThread,
	"piece-worker.js": () => new PieceWork(),
};

export class Worker {
	readonly stdout = silent;
	readonly stderr = silent;
	readonly #worker: Thread;
	readonly #listeners = new Map<string, Listener[]>();

	/** Starts what stands there for a file of the program: for anything else there is no thread. */
	constructor(file: URL) {
		const start = THREADS[file.pathname.slice(file.pathname.lastIndexOf("/") + 1)];
		if (start === undefined) throw new Error("a page has no such thread");
		this.#worker = start();
		this.#worker.onmessage = ({ data }) => this.#tell("message", data);
		this.#worker.onerror = ({ message }) => this.#tell("error", new Error(message));
	}

	/** Does nothing, because a page ends whatever runs. */
	ref(): void {}

	unref(): void {}

	on(event: string, listener: Listener): this {
		this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), listener]);
		return this;
	}

	postMessage(message: unknown, moved: Transferable[] = []): void {
		this.#worker.postMessage(message, moved);
	}

	async terminate(): Promise<void> {
		this.#worker.terminate();
	}

	#tell(event: string, value: unknown): void {
		for (const listener of this.#listeners.get(event) ?? []) listener(value);
	}
}
