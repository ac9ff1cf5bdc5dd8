// Lines that disappear after a while: remembers which is due when, and says so in time.

/** A timer of Node waits for no longer than this; more would make it fire at once. */
const maxTimerMs = 2 ** 31 - 1;

interface Due {
	readonly id: string;
	readonly at: number;
}

interface Queue {
	readonly dues: Due[];
	/** The index of the first message that is not due yet. */
	next: number;
}

/** Lines given the same time fall due in the order they came, so each time has a queue of its own and nothing is ever sorted. */
export class Disappearing {
	readonly #uptime: () => number;
	readonly #onDue: (ids: readonly string[]) => void;
	readonly #queues = new Map<number, Queue>();
	/** Queues of lines that were given their time before have negative numbers in place of the seconds. */
	#restored = 0;
	#timer: NodeJS.Timeout | undefined;
	#timerAt = Number.POSITIVE_INFINITY;

	/** `uptime` is a clock that only goes forward, in ms: a computer's clock that is set lets no line go early or stay. */
	constructor(uptime: () => number, onDue: (ids: readonly string[]) => void) {
		this.#uptime = uptime;
		this.#onDue = onDue;
	}

	/** Returns in how many milliseconds the line will be due. */
	add(id: string, seconds: number): number {
		const queue: Queue = this.#queues.get(seconds) ?? { dues: [], next: 0 };
		this.#queues.set(seconds, queue);
		const now = this.#uptime();
		const at = Math.max(now + seconds * 1000, queue.dues.at(-1)?.at ?? 0);
		queue.dues.push({ id, at });
		this.#wake(at);
		return at - now;
	}

	/** Takes in lines that were given their time before, with what is left of it, in a queue of their own. */
	restore(lines: readonly { readonly id: string; readonly leftMs: number }[]): void {
		if (lines.length === 0) return;
		const now = this.#uptime();
		const dues = lines.map(({ id, leftMs }) => ({ id, at: now + leftMs })).toSorted((one, other) => one.at - other.at);
		this.#restored -= 1;
		this.#queues.set(this.#restored, { dues, next: 0 });
		this.#wake(dues[0]?.at ?? now);
	}

	stop(): void {
		clearTimeout(this.#timer);
		this.#queues.clear();
	}

	#wake(at: number): void {
		if (at >= this.#timerAt) return;
		clearTimeout(this.#timer);
		this.#timerAt = at;
		const wait = Math.min(maxTimerMs, Math.max(0, at - this.#uptime()));
		this.#timer = setTimeout(() => this.#look(), wait);
		this.#timer.unref();
	}

	#look(): void {
		const now = this.#uptime();
		const due = [...this.#queues.values()].flatMap((queue) => taken(queue, now));
		for (const [seconds, { dues, next }] of this.#queues) if (next === dues.length) this.#queues.delete(seconds);
		this.#timerAt = Number.POSITIVE_INFINITY;
		for (const { dues, next } of this.#queues.values()) this.#wake(dues[next]?.at ?? Number.POSITIVE_INFINITY);
		if (due.length > 0) this.#onDue(due);
	}
}

/** Returns the ids that are due, taken off the queue. */
function taken(queue: Queue, now: number): readonly string[] {
	const first = queue.next;
	while ((queue.dues[queue.next]?.at ?? Number.POSITIVE_INFINITY) <= now) queue.next += 1;
	const ids = queue.dues.slice(first, queue.next).map(({ id }) => id);
	// What was taken is cut off seldom, because that costs as much as what is left.
	if (queue.next > queue.dues.length / 2) {
		queue.dues.splice(0, queue.next);
		queue.next = 0;
	}
	return ids;
}
