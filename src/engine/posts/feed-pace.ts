// How soon, and how often, something is said of a feed in a room: not all at once, not again and again, and not where somebody else has just said it.
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";

/** The author answers soon, in case several ask at once. */
const authorMs = 50;
/** Others wait so long, and up to so much longer: the first of them answers for all. */
const othersMs = 200;
const spreadMs = 800;
/** Says after how long the same is said again, and after twice as long each further time. */
const firstPauseMs = 5_000;
const lastPauseMs = 10 * 60_000;

/** Something is said of one feed, or of `all`, or a feed is given. */
type What = "say" | "give" | "all";

/** Decides when something is said, during one stay; `close` ends it. */
export interface FeedPace {
	/** Does `work` when it is due, unless that is planned for this version already. `rev`: the version that is said or given. */
	plan(of: Fingerprint, what: What, rev: number, isAuthor: boolean, work: () => void): void;
	/** Somebody else has said or given this version: nobody needs to hear it from us as well. */
	happened(of: Fingerprint, what: What, rev: number): void;
	close(): void;
}

interface Last {
	readonly rev: number;
	readonly at: number;
	readonly pauseMs: number;
}

/** Makes the pace of one stay. `uptime` returns milliseconds on a clock that only goes forward. */
export function paceOf(uptime: () => number, random: () => number = Math.random): FeedPace {
	const planned = new Map<string, { readonly rev: number; readonly timer: NodeJS.Timeout }>();
	const lasts = new Map<string, Last>();
	const note = (key: string, rev: number): void => {
		const last = lasts.get(key);
		const pauseMs = last?.rev === rev ? Math.min(2 * last.pauseMs, lastPauseMs) : firstPauseMs;
		lasts.set(key, { rev, at: uptime(), pauseMs });
	};
	return {
		plan(of, what, rev, isAuthor, work) {
			const key = `${what} ${of}`;
			const before = planned.get(key);
			if (before?.rev === rev) return;
			// What waits for a version that is old by now must not hold up the new one.
			clearTimeout(before?.timer);
			const last = lasts.get(key);
			const restMs = last?.rev === rev ? last.at + last.pauseMs - uptime() : 0;
			const waitMs = Math.max(restMs, isAuthor ? authorMs : othersMs + random() * spreadMs);
			const timer = setTimeout(() => {
				planned.delete(key);
				note(key, rev);
				work();
			}, waitMs);
			timer.unref();
			planned.set(key, { rev, timer });
		},
		happened(of, what, rev) {
			const key = `${what} ${of}`;
			clearTimeout(planned.get(key)?.timer);
			planned.delete(key);
			note(key, rev);
		},
		close() {
			for (const { timer } of planned.values()) clearTimeout(timer);
			planned.clear();
		},
	};
}
