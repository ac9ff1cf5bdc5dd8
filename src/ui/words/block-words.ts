// What is typed after /block and `rt blocks add`: what to block, for how long, and why. Pure.

/** `forMs` absent = until unblocked. */
export interface BlockWish {
	readonly address: string;
	readonly forMs?: number;
	readonly note?: string;
}

const unitMs = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;
type Unit = keyof typeof unitMs;
/** A hundred years. */
const longestMs = 100 * 365 * unitMs.d;

/** How it is written, for the help. */
export const blockUsage = "SUBJECT [for 2h|3d] [NOTE]";

/** A fingerprint may be written in groups, and a network owner as "AS 3320"; all else is one word. */
const subjectPattern = /^((?:[0-9a-f]{4}[ :]+){9,15}[0-9a-f]{4}(?![0-9a-f])|asn?\s+\d+|\S+)\s*([\s\S]*)$/i;
const timePattern = /^for\s+(\d{1,6})\s*([mhdw])(?:\s+|$)/i;

/** Reads "SUBJECT [for TIME] [NOTE]"; `undefined` when there is nothing. "for" that no time follows begins the note. */
export function readBlockWish(text: string): BlockWish | undefined {
	const [, address, rest = ""] = subjectPattern.exec(text.trim()) ?? [];
	if (address === undefined) return undefined;
	const time = timePattern.exec(rest);
	const forMs = time === null ? undefined : Number(time[1]) * unitMs[(time[2] ?? "m").toLowerCase() as Unit];
	const isTime = forMs !== undefined && forMs > 0 && forMs <= longestMs;
	const note = (isTime && time ? rest.slice(time[0].length) : rest).trim();
	return { address, ...(isTime ? { forMs } : {}), ...(note === "" ? {} : { note }) };
}

/** As the engine takes it. `now`: ms since the epoch. */
export function blockCommandOf({ address, forMs, note }: BlockWish, now: number) {
	const until = forMs === undefined ? {} : { until: now + forMs };
	return { kind: "block", address, ...until, ...(note === undefined ? {} : { note }) } as const;
}
