// Reads what is typed behind /block and `rt blocks add`: what to block, for how long, and why. Pure.

/** What a person wants to block. Without `forMs` (milliseconds) it stays blocked until somebody unblocks it. */
export interface BlockWish {
	readonly address: string;
	readonly forMs?: number;
	readonly note?: string;
}

const unitMs = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;
type Unit = keyof typeof unitMs;
/** A block lasts a hundred years at most; a longer time is read as part of the note. */
const longestMs = 100 * 365 * unitMs.d;

/** A fingerprint may be written in groups, and a network owner as "AS 3320"; all else is one word. */
const subjectPattern = /^((?:[0-9a-f]{4}[ :]+){9,15}[0-9a-f]{4}(?![0-9a-f])|asn?\s+\d+|\S+)\s*([\s\S]*)$/i;
const timePattern = /^for\s+(\d{1,6})\s*([mhdw])(?:\s+|$)/i;

/** Reads "SUBJECT [for TIME] [NOTE]" and returns `undefined` when nothing is there. A "for" that no time follows begins the note. */
export function readBlockWish(text: string): BlockWish | undefined {
	const [, address, rest = ""] = subjectPattern.exec(text.trim()) ?? [];
	if (address === undefined) return undefined;
	const time = timePattern.exec(rest);
	const forMs = time === null ? undefined : Number(time[1]) * unitMs[(time[2] ?? "m").toLowerCase() as Unit];
	const isTime = forMs !== undefined && forMs > 0 && forMs <= longestMs;
	const note = (isTime && time ? rest.slice(time[0].length) : rest).trim();
	return { address, ...(isTime ? { forMs } : {}), ...(note === "" ? {} : { note }) };
}

/** Makes the command for the engine. `now` is in ms since the epoch. */
export function blockCommandOf({ address, forMs, note }: BlockWish, now: number) {
	const until = forMs === undefined ? {} : { until: now + forMs };
	return { kind: "block", address, ...until, ...(note === undefined ? {} : { note }) } as const;
}
