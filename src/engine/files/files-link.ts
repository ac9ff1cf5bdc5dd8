// A guest's Link for files: dialled when there is something to give or take, again when it breaks, closed when there is nothing more. The talk has its own.
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import { endGently } from "../wire/end-gently.ts";
import { maxFileBodyBytes } from "../wire/files/file-frames.ts";
import { frameType } from "../wire/frame.ts";
import type { FrameStream } from "../wire/frame-stream.ts";
import type { Carried, Carrier, GiveNotes, TakeNotes } from "./pieces/carrier.ts";
import type { PieceSource } from "./pieces/giver.ts";
import { allPieces } from "./pieces/layout.ts";
import { FilePort } from "./pieces/port.ts";
import type { PieceSink, Wanted } from "./pieces/taker.ts";
import type { SharedFiles } from "./shared-files.ts";

const firstRetryMs = 500;
const lastRetryMs = 15_000;
/** A Link by which nothing goes is closed after this time. */
const idleMs = 15_000;
/** The progress of all transfers is told this often, in milliseconds. */
const tellEveryMs = 500;

/** Makes a Link to the host that has gone through the opening; `undefined`: not now. */
export type DialForFiles = (signal: AbortSignal) => Promise<FrameStream | undefined>;

interface Work {
	/** Begins by a new Link; returns the number there. */
	readonly begin: (port: FilePort) => number;
	transfer?: number;
}

/** Owns the Link and what goes by it. */
export class FilesLink implements Carrier {
	readonly #limits: Pick<SharedFiles, "giving" | "taking">;
	readonly #uptime: () => number;
	readonly #works = new Set<Work>();
	readonly #stop = new AbortController();
	#port: FilePort | undefined;
	#running: Promise<void> | undefined;
	/** Says that we are in the room at the moment. */
	#isIn = false;
	#wake: () => void = () => {};
	#dial: DialForFiles = async () => undefined;

	/** Is held back by `limits`; `uptime` returns milliseconds that never go back. */
	constructor(limits: Pick<SharedFiles, "giving" | "taking">, uptime: () => number) {
		this.#limits = limits;
		this.#uptime = uptime;
	}

	/** Sets what makes the Link. */
	dialBy(dial: DialForFiles): void {
		this.#dial = dial;
	}

	/** Is told whether we are in the room at the moment: only whoever is in may have a Link for files. */
	setIn(isIn: boolean): void {
		this.#isIn = isIn;
		if (!isIn) this.#port?.close();
		this.#needed();
	}

	give(_by: Fingerprint, wanted: Wanted, source: PieceSource, notes: GiveNotes): Carried {
		const pieces = allPieces(wanted.layout);
		return this.#add((work) => (port) => {
			return port.put(wanted.id, source, {
				onHave: (count) => notes.onKept(count, false),
				onShare: (who, count) => notes.onShare(who, count),
				onOver: (why) => {
					if (why === "stopped") return;
					if (why === "unknown") return this.#again(work);
					this.#works.delete(work);
					if (why === "done") notes.onKept(pieces, true);
					if (why === "broken") notes.onBroken();
				},
			});
		});
	}

	take(by: Fingerprint, wanted: Wanted, sink: PieceSink, notes: TakeNotes): Carried {
		return this.#add((work) => (port) => {
			return port.get(by, {
				wanted,
				sink,
				onOver: (why) => {
					if (why === "stopped") return;
					// Its sender has gone for the moment, or has taken it back: that is told by a line.
					if (why === "unknown" || why === "gone") return this.#again(work);
					if (!this.#works.delete(work)) return;
					if (why === "done") notes.onWhole();
					else notes.onBroken();
				},
			});
		});
	}

	heard(): void {}

	lent(): void {}

	withdrawn(): void {}

	answered(): void {}

	wanted(): void {}

	roomKept(): void {}

	async close(): Promise<void> {
		this.#stop.abort();
		this.#port?.close();
		this.#wake();
		await this.#running;
	}

	#add(begin: (work: Work) => Work["begin"]): Carried {
		const work: Work = { begin: (port) => begin(work)(port) };
		this.#works.add(work);
		this.#begin(work);
		this.#needed();
		return {
			more: () => work.transfer !== undefined && this.#port?.more(work.transfer),
			stop: () => {
				this.#works.delete(work);
				if (work.transfer !== undefined) this.#port?.end(work.transfer);
				this.#wake();
			},
		};
	}

	#begin(work: Work): void {
		if (this.#port) work.transfer = work.begin(this.#port);
	}

	/** Tries again a little later, because the host does not know the file yet: it may have been started again, and will hear of the file from its sender. */
	#again(work: Work): void {
		const port = this.#port;
		setTimeout(() => {
			if (this.#works.has(work) && this.#port === port) this.#begin(work);
		}, lastRetryMs).unref();
	}

	#needed(): void {
		this.#wake();
		if (this.#works.size === 0 || !this.#isIn || this.#stop.signal.aborted) return;
		this.#running ??= this.#run().finally(() => {
			this.#running = undefined;
			// Something may have come in the last moment.
			if (this.#works.size > 0 && this.#isIn) this.#needed();
		});
	}

	/** Keeps a Link as long as there is something to do. */
	async #run(): Promise<void> {
		let retryMs = firstRetryMs;
		while (this.#isIn && this.#works.size > 0 && !this.#stop.signal.aborted) {
			const frames = await this.#dial(this.#stop.signal);
			if (frames) {
				retryMs = firstRetryMs;
				await this.#serve(frames);
			}
			if (this.#works.size === 0 || !this.#isIn) return;
			await this.#pause(retryMs);
			retryMs = Math.min(lastRetryMs, retryMs * 2);
		}
	}

	async #serve(frames: FrameStream): Promise<void> {
		const { giving: limit, taking: takingLimit } = this.#limits;
		const uptime = this.#uptime;
		frames.limit({ maxBodyBytes: maxFileBodyBytes });
		frames.send(frameType.files);
		const port = new FilePort({ frames, limit, takingLimit, uptime });
		this.#port = port;
		for (const work of this.#works) this.#begin(work);
		let idleSince = uptime();
		const timer = setInterval(() => {
			port.tell();
			if (this.#works.size > 0) idleSince = uptime();
			else if (uptime() - idleSince > idleMs) port.close();
		}, tellEveryMs).unref();
		await port.run();
		clearInterval(timer);
		this.#port = undefined;
		for (const work of this.#works) delete work.transfer;
		await endGently(frames.stream);
	}

	async #pause(ms: number): Promise<void> {
		await new Promise<void>((resolve) => {
			const timer = setTimeout(resolve, ms).unref();
			this.#wake = () => {
				clearTimeout(timer);
				resolve();
			};
		});
		this.#wake = () => {};
	}
}
