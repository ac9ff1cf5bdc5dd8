// One worker thread for groups: what it is asked is answered in order, and what takes too long ends it.
import { Worker } from "node:worker_threads";
import type { Answer, Failed, FromWorker, ToWorker } from "./messages.ts";

/** One question may keep the worker computing for this long, in ms. */
const DEFAULT_WATCHDOG_MS = 10_000;
/** The worker may compute this long to start, in ms: it loads its libraries, which takes seconds on a slow machine. */
const MAXIMUM_START_MS = 30_000;
/** The time of a question is counted in this many steps: when the whole computer slept or the program was stopped, one step counts at most. */
const DEFAULT_WATCHDOG_TICKS = 5;
/** A program that computes for less than half of that time waits for a busy computer, and has this many times as long: whoever hangs computes. */
const PATIENCE_WHEN_BUSY = 6;
/** The worker may have this much memory for what lives long, and for what was just made: the more of that, the more lies about uncollected. */
const MAXIMUM_HEAP_MB = 256;
const YOUNG_HEAP_MB = 8;
const workerFile = new URL(
	import.meta.url.endsWith(".ts") ? "./group-worker.ts" : "./group-worker.js",
	import.meta.url,
);

/** Holds what tests set. */
export interface ThreadOptions {
	/** One question may keep the worker computing for this many ms; 10,000 when absent. */
	readonly watchdogMs?: number;
	/** The time of the watchdog is counted in this many steps, and the owner is told at each; 5 when absent. */
	readonly watchdogTicks?: number;
	/** Another worker file, for tests of the watchdog. */
	readonly workerUrl?: URL;
}

/** A ThreadOwner is the one for whom the thread works. */
export interface ThreadOwner {
	/** Is called when the oldest question is answered. */
	onAnswer(answer: Answer): void;
	/** Is called when the oldest question has taken one more step of its time. */
	onSlow(): void;
	/** Is called when the thread is gone, and what it was asked has no answer. It is not called after `end`. */
	onEnd(failure: Failed["failure"], detail: string): void;
}

/** Returns how long the whole program has computed, in µs. A page has no such figure: it gets `undefined`, with which no comparison holds, so its patience is the usual one. */
const computed = (): number => process.cpuUsage?.().user;

/** Starts the worker; questions may be asked at once. */
export class GroupThread {
	readonly #owner: ThreadOwner;
	readonly #worker: Worker;
	readonly #options: ThreadOptions;
	#watchdog: NodeJS.Timeout | undefined;
	#unanswered = 0;
	#hasStarted = false;
	#isOver = false;

	constructor(options: ThreadOptions, owner: ThreadOwner) {
		this.#owner = owner;
		this.#options = options;
		this.#worker = new Worker(options.workerUrl ?? workerFile, {
			execArgv: [],
			// Nothing a library prints may reach the screen.
			stdout: true,
			stderr: true,
			resourceLimits: { maxOldGenerationSizeMb: MAXIMUM_HEAP_MB, maxYoungGenerationSizeMb: YOUNG_HEAP_MB },
		});
		this.#worker.stdout.resume();
		this.#worker.stderr.resume();
		this.#worker.on("message", (message: FromWorker) => this.#hear(message));
		this.#worker.on("error", (error) => this.#fail("crashed", String(error)));
		this.#worker.on("exit", () => this.#fail("crashed", "the worker ended"));
	}

	/** Counts the questions without an answer. */
	get unanswered(): number {
		return this.#unanswered;
	}

	/** Says what has no answer. */
	tell(message: ToWorker): void {
		this.#worker.postMessage(message);
	}

	/** Asks; the owner hears the answers in the order of the questions. */
	ask(message: ToWorker): void {
		this.#unanswered += 1;
		if (this.#unanswered === 1) this.#watch();
		this.tell(message);
	}

	/** Kills the worker and all secrets with it. It may be called twice. */
	async end(): Promise<void> {
		this.#isOver = true;
		clearInterval(this.#watchdog);
		await this.#worker.terminate();
	}

	/** Starts the time of the question the worker is busy with: the oldest. Those behind it are not on the clock yet. */
	#watch(): void {
		clearInterval(this.#watchdog);
		if (this.#unanswered === 0) return;
		const { watchdogMs = DEFAULT_WATCHDOG_MS, watchdogTicks = DEFAULT_WATCHDOG_TICKS } = this.#options;
		const timeoutMs = this.#hasStarted ? watchdogMs : MAXIMUM_START_MS;
		const before = computed();
		let steps = 0;
		this.#watchdog = setInterval(() => {
			steps += 1;
			const patience = computed() - before < timeoutMs * 500 ? PATIENCE_WHEN_BUSY : 1;
			if (steps >= watchdogTicks * patience) this.#fail("watchdog", "the worker took too long");
			else if (this.#hasStarted) this.#owner.onSlow();
		}, timeoutMs / watchdogTicks);
	}

	#hear(message: FromWorker): void {
		if (this.#isOver) return;
		if (message.kind === "broken") {
			this.#fail("crashed", message.detail);
			return;
		}
		if (message.kind === "started") {
			this.#hasStarted = true;
			this.#watch();
			return;
		}
		this.#unanswered -= 1;
		this.#watch();
		this.#owner.onAnswer(message);
	}

	#fail(failure: Failed["failure"], detail: string): void {
		if (this.#isOver) return;
		void this.end();
		this.#owner.onEnd(failure, detail);
	}
}
