// Tells the others what has come here when nothing else we say does: seldom enough that a big room is not busy with it.

const minWaitMs = 400;
/** Receipts are told at most this often, and `everyMsForEach` more seldom for each person in the room, because what everybody tells everybody grows with the square. */
const everyMs = 2000;
const everyMsForEach = 100;
/** Receipts are spread over this time for each person, so that not all answer a line at once. */
const spreadMsForEach = 30;

export interface ReceiptsOptions {
	/** Returns up to where the others know already that we have everything. */
	readonly toldSeq: () => number;
	/** Tells the others up to where everything has come here. */
	readonly tell: () => void;
	readonly people: () => number;
	/** Returns milliseconds on a clock that only goes forward. */
	readonly uptime: () => number;
	/** Returns a number from 0 to 1. */
	readonly random: () => number;
}

/** Tells what we have read, during one stay; `stop` ends it. */
export class Receipts {
	readonly #options: ReceiptsOptions;
	#timer: NodeJS.Timeout | undefined;
	#lastAt = Number.NEGATIVE_INFINITY;
	#due = 0;

	constructor(options: ReceiptsOptions) {
		this.#options = options;
	}

	/** Is called when a line of somebody else has come, at this place. */
	heard(seq: number): void {
		this.#due = seq;
		if (this.#timer) return;
		const { people, uptime, random } = this.#options;
		const pause = everyMs + everyMsForEach * people() - (uptime() - this.#lastAt);
		const wait = Math.max(minWaitMs, pause) + random() * spreadMsForEach * people();
		this.#timer = setTimeout(() => this.#tell(), wait);
		this.#timer.unref();
	}

	stop(): void {
		clearTimeout(this.#timer);
	}

	#tell(): void {
		this.#timer = undefined;
		if (this.#options.toldSeq() >= this.#due) return;
		this.#lastAt = this.#options.uptime();
		this.#options.tell();
	}
}
