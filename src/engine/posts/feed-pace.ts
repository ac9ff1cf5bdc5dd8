// How soon, and how often, something is said of a feed in a room: not all at once, not again and again, and not where somebody else has just said it.
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import type { Clock } from "../../net/link/clock.ts";

/** The author answers soon, in case several ask at once. */
const authorMs = 50;
/** Others wait this long, and up to `spreadMs` longer by chance: the first of them answers for all. */
const othersMs = 200;
const spreadMs = 800;
/** Says after how long the same is said again, and after twice as long each further time. */
const firstPauseMs = 5_000;
const lastPauseMs = 10 * 60_000;

/** Returns how long somebody waits who could answer a question in the room: the author of what is asked for soon answers, and others wait for them. */
export const turnMs = (isAuthor: boolean, random: () => number): number =>
	isAuthor ? authorMs : othersMs + random() * spreadMs;

/** Returns the pause after which the same is said again, where `beforeMs` was the pause before. */
export const longerPauseMs = (beforeMs?: number): number =>
	beforeMs === undefined ? firstPauseMs : Math.min(2 * beforeMs, lastPauseMs);

/** Says what waits for its time: to say something of one feed or of `all`, or to give a feed. */
type What = "say" | "give" | "all";

/** Decides when something is said, during one stay; `close` ends it. */
export interface FeedPace {
	/** Does `work` when it is due, unless that is planned for this version already. `rev`: the version that is said or given. */
	plan(of: Fingerprint, what: What, rev: number, isAuthor: boolean, work: () => void): void;
	/** Is told that somebody else has said or given this version: nobody needs to hear it from us as well. */
	happened(of: Fingerprint, what: What, rev: number): void;
	close(): void;
}

interface Last {
	readonly rev: number;
	readonly at: number;
	readonly pauseMs: number;
}

/** Makes the pace of one stay. */
export function paceOf(clock: Clock, random: () => number = Math.random): FeedPace {
	const planned = new Map<string, { readonly rev: number; readonly callOff: () => void }>();
	const lasts = new Map<string, Last>();
	const note = (key: string, rev: number): void => {
		const last = lasts.get(key);
		const pauseMs = longerPauseMs(last?.rev === rev ? last.pauseMs : undefined);
		lasts.set(key, { rev, at: clock.now(), pauseMs });
	};
	return {
		plan(of, what, rev, isAuthor, work) {
			const key = `${what} ${of}`;
			const before = planned.get(key);
			if (before?.rev === rev) return;
			// What waits for a version that is old by now must not hold up the new one.
			before?.callOff();
			const last = lasts.get(key);
			const restMs = last?.rev === rev ? last.at + last.pauseMs - clock.now() : 0;
			const waitMs = Math.max(restMs, turnMs(isAuthor, random));
			const callOff = clock.after(waitMs, () => {
				planned.delete(key);
				note(key, rev);
				work();
			});
			planned.set(key, { rev, callOff });
		},
		happened(of, what, rev) {
			const key = `${what} ${of}`;
			planned.get(key)?.callOff();
			planned.delete(key);
			note(key, rev);
		},
		close() {
			for (const { callOff } of planned.values()) callOff();
			planned.clear();
		},
	};
}
