// Looks up where an address is, offline. A worker has the data, from the first question until nobody has asked for a while; nothing is held before and after.
import { Worker } from "node:worker_threads";
import { scopeOf } from "../address/address.ts";
import type { FromWorker, WorkerTask } from "./messages.ts";
import type { Place } from "./place.ts";

/** At most this many questions wait for an answer at the same time; further ones are answered "busy". */
const QUEUE_LIMIT = 256;
const IDLE_MS = 60_000;
const ANSWER_TIMEOUT_MS = 5_000;
/** Checking the files takes a tenth of a second; a slow disk is given much longer. */
const START_TIMEOUT_MS = 30_000;
/** After data made the worker hang or crash, no question is answered from it for this long. */
const REST_MS = 60_000;
/** The worker's heap may have this much, without the data of geoip-lite, which lies outside of it. */
const MAXIMUM_HEAP_MB = 256;
const YOUNG_HEAP_MB = 4;

/** The worker runs this file. */
const geoIpWorkerFile = new URL(
	import.meta.url.endsWith(".ts") ? "./geoip-worker.ts" : "./geoip-worker.js",
	import.meta.url,
);

/** Starts the worker, which cannot print. */
function startWorker(task: WorkerTask, file = geoIpWorkerFile): Worker {
	const worker = new Worker(file, {
		workerData: task,
		execArgv: [],
		stdout: true,
		stderr: true,
		// A small young generation keeps the garbage of many look-ups from growing into tens of MB.
		resourceLimits: { maxOldGenerationSizeMb: MAXIMUM_HEAP_MB, maxYoungGenerationSizeMb: YOUNG_HEAP_MB },
	});
	worker.stdout.resume();
	worker.stderr.resume();
	return worker;
}

export interface GeoIpOptions {
	/** The folders with data sets, as in SetOptions. */
	readonly dataFolders: readonly string[];
	/** Data is kept for this long after the last question, in ms. */
	readonly idleMs?: number;
	readonly answerTimeoutMs?: number;
	/** Another worker file, for tests of the time-outs. */
	readonly workerUrl?: URL;
}

const damaged: Place = { kind: "unknown", why: "damaged" };
const busy: Place = { kind: "unknown", why: "busy" };

/** Owns the worker. No failure gets out of here: whatever goes wrong is a Place of kind "unknown". */
export class GeoIp {
	readonly #options: GeoIpOptions;
	#worker: Worker | undefined;
	#waiting: ((place: Place) => void)[] = [];
	#clock: NodeJS.Timeout | undefined;
	#isReady = false;
	#isClosed = false;
	#restUntil = 0;

	/** Makes the object, which costs nothing until the first question. */
	constructor(options: GeoIpOptions) {
		this.#options = options;
	}

	/** Tells whether data is held in memory, or being loaded. */
	get isLoaded(): boolean {
		return this.#worker !== undefined;
	}

	/** Looks an address up. It never rejects. Addresses that are not public are answered at once. */
	lookUp(address: string): Promise<Place> {
		if (scopeOf(address) !== "global") return Promise.resolve({ kind: "unknown", why: "notGlobal" });
		if (this.#isClosed || this.#waiting.length >= QUEUE_LIMIT) return Promise.resolve(busy);
		if (performance.now() < this.#restUntil) return Promise.resolve(damaged);
		const worker = this.#worker ?? this.#start();
		const { promise, resolve } = Promise.withResolvers<Place>();
		this.#waiting.push(resolve);
		// Somebody waits now: the process must not end before the answer.
		worker.ref();
		if (this.#waiting.length === 1) this.#watch();
		worker.postMessage(address);
		return promise;
	}

	/** Lets go of everything. Questions under way are answered "busy". */
	async close(): Promise<void> {
		this.#isClosed = true;
		await this.#unload(busy);
	}

	#start(): Worker {
		const { dataFolders, workerUrl } = this.#options;
		const worker = startWorker({ dataFolders }, workerUrl);
		worker.on("message", (message: FromWorker) => this.#hear(worker, message));
		worker.on("error", () => this.#fail(worker));
		worker.on("exit", () => this.#fail(worker));
		this.#worker = worker;
		this.#isReady = false;
		return worker;
	}

	#hear(worker: Worker, message: FromWorker): void {
		if (this.#worker !== worker) return;
		if (message.kind === "ready") this.#isReady = true;
		if (message.kind === "answer") this.#waiting.shift()?.(message.place);
		this.#watch();
	}

	/** Watches the time of the oldest question, or, when there is none, the idle time. */
	#watch(): void {
		clearTimeout(this.#clock);
		const { idleMs, answerTimeoutMs } = this.#options;
		if (this.#waiting.length === 0) {
			this.#worker?.unref();
			this.#clock = setTimeout(() => void this.#unload(busy), idleMs ?? IDLE_MS);
			this.#clock.unref();
			return;
		}
		const worker = this.#worker;
		const timeoutMs = this.#isReady ? (answerTimeoutMs ?? ANSWER_TIMEOUT_MS) : START_TIMEOUT_MS;
		this.#clock = setTimeout(() => worker && this.#fail(worker), timeoutMs);
	}

	#fail(worker: Worker): void {
		if (this.#worker !== worker) return;
		this.#restUntil = performance.now() + REST_MS;
		void this.#unload(damaged);
	}

	async #unload(answer: Place): Promise<void> {
		clearTimeout(this.#clock);
		const worker = this.#worker;
		this.#worker = undefined;
		for (const resolve of this.#waiting.splice(0)) resolve(answer);
		await worker?.terminate();
	}
}
