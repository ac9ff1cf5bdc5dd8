// How many blocks a receiver has asked for and not got yet: as many as keep the line busy, and few enough that the talk beside it is not held up. By delay, as LEDBAT
// (RFC 6817) does it, because loss comes only when the queue on the way is full already. Pure.

/** What waits on the way behind a block that was just asked for may take this long; a chat line beside it waits as long at most. */
const targetMs = 50;
/** After this many samples the least delay is measured anew, with one block on its way: the way may have become longer, or the computers busier. */
const baseSamples = 512;
/** The newest samples of which the least counts: a single late packet is no queue. */
const recentSamples = 4;
/** When a quarter is on its way and waits nearly as long as all did, others make it wait. What was measured last may be of half as many blocks as are on their way. */
const fewerShare = 0.25;
const othersShare = 0.8;
/** At least this many blocks are on their way. */
const fewest = 1;

export interface Window {
	/** At most this many blocks may be asked for and not be here yet. */
	readonly blocks: number;
	readonly most: number;
	readonly baseMs: number;
	readonly recent: readonly number[];
	readonly sinceBase: number;
	/** This many blocks were on their way when the window became smaller last. Until they are here nothing is known of the new size. */
	readonly settling: number;
	/** Says how wide it was, and how long was waited, before it became smaller several times in a row. */
	readonly before?: { readonly blocks: number; readonly ms: number } | undefined;
}

/** Begins with one block, so that the first answer has waited behind nothing; `most` is what may ever be on its way. */
export function newWindow(most: number): Window {
	return { blocks: fewest, most, baseMs: Number.POSITIVE_INFINITY, recent: [], sinceBase: 0, settling: 0 };
}

/** Takes in that `count` blocks which were asked for together have begun to come after `delayMs`. */
export function sampled(window: Window, delayMs: number, count: number): Window {
	const settling = Math.max(0, window.settling - count);
	// What was asked for before the least delay is measured anew has still waited behind too much.
	if (settling > 0 && window.recent.length === 0) return { ...window, settling };
	if (window.sinceBase >= baseSamples) return { ...newWindow(window.most), settling: Math.ceil(window.blocks) };
	const recent = [...window.recent, delayMs].slice(-recentSamples);
	const baseMs = Math.min(window.baseMs, delayMs);
	const next = { ...window, recent, baseMs, settling, sinceBase: window.sinceBase + 1 };
	const nowMs = Math.min(...recent);
	const queueMs = nowMs - baseMs;
	if (queueMs < targetMs) {
		const blocks = Math.min(window.most, window.blocks + growth(window.blocks, count, queueMs));
		return { ...next, blocks, before: undefined };
	}
	if (settling > 0 || recent.length < recentSamples) return next;
	const { before = { blocks: window.blocks, ms: nowMs } } = window;
	// A busy computer at either end, or what others send: asking for less would only leave the line to them.
	const isByOthers = window.blocks <= before.blocks * fewerShare && nowMs > before.ms * othersShare;
	if (isByOthers) return { ...next, baseMs: nowMs, before: undefined };
	// What comes in `nowMs` is the window; so much of it comes in the time that is wanted.
	const blocks = Math.max(fewest, (window.blocks * (baseMs + targetMs)) / nowMs);
	return { ...next, blocks, settling: Math.ceil(window.blocks), before };
}

/** Returns by how many blocks the window grows. While nearly nothing waits it doubles with each window that is answered; near the target it creeps. */
const growth = (blocks: number, count: number, queueMs: number): number =>
	queueMs < targetMs / 2 ? count : count / blocks;
