// Reads what is typed behind /block and `rt blocks add`: what to block, for how long, and why. Pure.

/** Says what a person wants to block. Without `forMs` (milliseconds) it stays blocked until somebody unblocks it. */
export interface BlockWish {
	readonly address: string;
	readonly forMs?: number;
	readonly note?: string;
}

/** A BlockRead is what was typed, or in `message` why its time cannot be read: a block without an end that was meant to have one is noticed by nobody. */
export type BlockRead =
	| ({ readonly kind: "wish" } & BlockWish)
	| { readonly kind: "wrong"; readonly message: string }
	| { readonly kind: "nothing" };

const unitMs = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;
type Unit = keyof typeof unitMs;
/** Limits a block to a hundred years. */
const longestMs = 100 * 365 * unitMs.d;

/** A fingerprint may be written in groups, and a network owner as "AS 3320"; all else is one word. */
const subjectPattern = /^((?:[0-9a-f]{4}[ :]+){9,15}[0-9a-f]{4}(?![0-9a-f])|asn?\s+\d+|\S+)\s*([\s\S]*)$/i;
/** A "for" before a number is meant as a time; before anything else it begins the note. */
const meantAsTime = /^for\s+([-+.,]?\d\S*(?:\s+[mhdw](?:in(?:ute)?s?|ours?|ays?|eeks?)?(?=\s|$))?)\s*([\s\S]*)$/i;
const timePattern = /^(\d{1,6})\s*(m(?:in(?:ute)?s?)?|h(?:ours?)?|d(?:ays?)?|w(?:eeks?)?)$/i;

const advice =
	'A time is a whole number with m, h, d or w, at most a hundred years: "for 30m", "for 2h", "for 3d", "for 1w".';

function msOf(time: string): number | undefined {
	const [, count = "", unit = ""] = timePattern.exec(time) ?? [];
	const ms = Number(count) * (unitMs[unit.slice(0, 1).toLowerCase() as Unit] ?? 0);
	return ms > 0 && ms <= longestMs ? ms : undefined;
}

/** Reads "SUBJECT [for TIME] [NOTE]". */
export function readBlockWish(text: string): BlockRead {
	const [, address, rest = ""] = subjectPattern.exec(text.trim()) ?? [];
	if (address === undefined) return { kind: "nothing" };
	const [, time, afterTime = ""] = meantAsTime.exec(rest) ?? [];
	if (time === undefined) return wish(address, rest);
	const forMs = msOf(time);
	if (forMs === undefined)
		return { kind: "wrong", message: `Nobody was blocked: "${time.slice(0, 40)}" is no time. ${advice}` };
	return { ...wish(address, afterTime), forMs };
}

function wish(address: string, note: string) {
	return { kind: "wish", address, ...(note.trim() === "" ? {} : { note: note.trim() }) } as const;
}

/** Makes the command for the engine. `now` is in ms since the epoch. */
export function blockCommandOf({ address, forMs, note }: BlockWish, now: number) {
	const until = forMs === undefined ? {} : { until: now + forMs };
	return { kind: "block", address, ...until, ...(note === undefined ? {} : { note }) } as const;
}
