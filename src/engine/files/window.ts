// How many blocks a receiver has asked for and not got yet: as many as keep the line busy, and few enough that the talk beside it is not held up. By delay, as LEDBAT
// (RFC 6817) does it, because loss comes only when the queue on the way is full already. Pure.

/** What waits on the way behind a block that was just asked for may take this long; a chat line beside it waits as long at most. */
const targetMs = 50;
/** The least delay was measured within so many samples: the way may have become a longer one. */
const baseSamples = 512;
/** The newest samples of which the least counts: a single late packet is no queue. */
const recentSamples = 4;
/** One block at least is on its way. */
const fewest = 1;

export interface Window {
	/** So many blocks may be asked for and not be here yet. */
	readonly blocks: number;
	readonly most: number;
	readonly baseMs: number;
	readonly recent: readonly number[];
	readonly sinceBase: number;
	/** The least since `sinceBase` began to count: the next base. */
	readonly leastMs: number;
}

/** Begins with a few blocks; `most` is what may ever be on its way. */
export function newWindow(most: number): Window {
	const infinite = Number.POSITIVE_INFINITY;
	return { blocks: Math.min(4, most), most, baseMs: infinite, recent: [], sinceBase: 0, leastMs: infinite };
}

/** Takes in that a block came `delayMs` after it was asked for. */
export function sampled(window: Window, delayMs: number): Window {
	const recent = [...window.recent, delayMs].slice(-recentSamples);
	const least = Math.min(window.leastMs, delayMs);
	const isOld = window.sinceBase >= baseSamples;
	const baseMs = isOld ? least : Math.min(window.baseMs, delayMs);
	const queueMs = Math.min(...recent) - baseMs;
	const blocks =
		queueMs < targetMs ? window.blocks + growth(window.blocks, queueMs) : window.blocks - window.blocks / 4;
	return {
		...window,
		recent,
		baseMs,
		blocks: Math.min(window.most, Math.max(fewest, blocks)),
		sinceBase: isOld ? 0 : window.sinceBase + 1,
		leastMs: isOld ? Number.POSITIVE_INFINITY : least,
	};
}

/** While nearly nothing waits it doubles with each window that is answered; near the target it creeps. */
const growth = (blocks: number, queueMs: number): number => (queueMs < targetMs / 2 ? 1 : 1 / blocks);
