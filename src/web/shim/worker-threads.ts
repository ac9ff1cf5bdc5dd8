// `node:worker_threads` in a page: a Web Worker that runs the page's own script, which the page holds as text. So the one file stays one file.

type Listener = (value: unknown) => void;

/** What the worker says to the page is heard here, whenever somebody listens. */
class Port {
	readonly #waiting: unknown[] = [];
	#listener: Listener | undefined;

	on(_event: "message", listener: Listener): void {
		this.#listener = listener;
		for (const message of this.#waiting.splice(0)) listener(message);
	}

	take(message: unknown): void {
		if (this.#listener) this.#listener(message);
		else this.#waiting.push(message);
	}

	postMessage(message: unknown, moved: Transferable[] = []): void {
		(globalThis as unknown as MessagePort).postMessage(message, moved);
	}
}

/** Says whether this script runs in a worker, and not in the page. */
export const isWorker = typeof document === "undefined";

const port = new Port();
export const parentPort = isWorker ? port : null;

if (isWorker) globalThis.addEventListener("message", ({ data }: MessageEvent) => port.take(data));

/** Says what there is of a stream that nothing is written to. */
const silent = { resume(): void {} };

export class Worker {
	readonly stdout = silent;
	readonly stderr = silent;
	readonly #worker: globalThis.Worker;
	readonly #listeners = new Map<string, Listener[]>();

	/** The file is always the page's own script, which is the group's in a worker: for anything else there is no thread. */
	constructor(file: URL) {
		if (!file.pathname.endsWith("/group-worker.js")) throw new Error("a page has no such thread");
		const script = document.querySelector("script")?.textContent ?? "";
		const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
		this.#worker = new globalThis.Worker(url);
		URL.revokeObjectURL(url);
		this.#worker.onmessage = ({ data }) => this.#tell("message", data);
		this.#worker.onerror = (event) => this.#tell("error", new Error(event.message));
	}

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
