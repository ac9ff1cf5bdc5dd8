// Whom an own line has reached: every content says what its sender had seen before (`seen`), and so tells which of our lines came there.
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";

/** At most this many lines are watched at once. The count of an older one stays as it was. */
const maxWatched = 1000;

/** Counts how many of those who were there have a line. */
export interface Reached {
	readonly id: string;
	readonly count: number;
	/** Counts those who have it, and those still here who have not shown it yet. */
	readonly of: number;
}

interface Watched {
	readonly id: string;
	readonly seq: number;
	readonly missing: Set<Fingerprint>;
	count: number;
}

/** Counts who has which line; one room owns and changes it. */
export class Reach {
	/** Holds the lines that are still counted, in the order of their places. */
	#watched: Watched[] = [];

	/** Is called when a line of our own has its place; `others` were there. */
	placed(id: string, seq: number, others: readonly Fingerprint[]): void {
		if (others.length === 0) return;
		this.#watched.push({ id, seq, missing: new Set(others), count: 0 });
		if (this.#watched.length > maxWatched) this.#watched.shift();
	}

	/** Notes that this person has everything up to `seq`. Returns the lines about which more is known now. */
	seen(by: Fingerprint, seq: number): readonly Reached[] {
		const news: Reached[] = [];
		for (const line of this.#watched) {
			if (line.seq > seq) break;
			if (!line.missing.delete(by)) continue;
			line.count += 1;
			news.push(reached(line));
		}
		this.#dropDone();
		return news;
	}

	/** Notes that this person is gone, or came in anew without what was said before: the lines they don't have will never reach them. */
	left(who: Fingerprint): readonly Reached[] {
		const changed = this.#watched.filter((line) => line.missing.delete(who));
		this.#dropDone();
		return changed.filter((line) => line.count > 0).map(reached);
	}

	#dropDone(): void {
		if (this.#watched.some((line) => line.missing.size === 0))
			this.#watched = this.#watched.filter((line) => line.missing.size > 0);
	}
}

function reached({ id, count, missing }: Watched): Reached {
	return { id, count, of: count + missing.size };
}
