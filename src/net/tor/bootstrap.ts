// How far Tor has come with its start, read from its status lines (control-spec §4.1.10). Pure.
import { pairsIn } from "./replies.ts";

/** Says what keeps Tor from going on. `offline`: it says that there is no network · `clock`: this computer's clock is wrong by so many seconds, ahead if positive · `stuck`: it says nothing, and has come no further for long. */
export type TorHindrance =
	| { readonly kind: "offline" | "stuck" }
	| { readonly kind: "clock"; readonly seconds: number }
	/** Tor's own words: connections to its relays fail. */
	| { readonly kind: "warned"; readonly warning: string };

/** Says how far Tor is. `summary` has Tor's own words for what it does, at most 120 characters, as they came. */
export interface TorProgress {
	readonly percent: number;
	readonly summary: string;
	readonly hindrance?: TorHindrance;
}

export const NOT_BEGUN: TorProgress = { percent: 0, summary: "Starting" };

const MAX_SUMMARY = 120;
/** A warning that is Tor's word for "no network", as it names its reasons. */
const OFFLINE_REASONS: ReadonlySet<string> = new Set(["NOROUTE"]);

/** Returns the progress after a line that begins with BOOTSTRAP, from an event or from GETINFO; lines of other kinds change nothing. */
export function progressAfter(before: TorProgress, line: string): TorProgress {
	const [, severity, text = ""] = /(?:^|=)(NOTICE|WARN|ERR) BOOTSTRAP (.*)$/.exec(line) ?? [];
	if (severity === undefined) return before;
	const pairs = pairsIn(text);
	const percent = Number(pairs.get("PROGRESS"));
	if (!Number.isInteger(percent) || percent < 0 || percent > 100) return before;
	const summary = (pairs.get("SUMMARY") ?? "").slice(0, MAX_SUMMARY);
	const warning = pairs.get("WARNING");
	if (severity === "NOTICE" && warning === undefined) {
		const isFurther = percent > before.percent || before.hindrance === undefined;
		return { percent, summary, ...(isFurther || !before.hindrance ? {} : { hindrance: before.hindrance }) };
	}
	const isOffline = OFFLINE_REASONS.has(pairs.get("REASON") ?? "");
	// Which clock is wrong is said once; that nothing works follows from it.
	if (before.hindrance?.kind === "clock") return { percent, summary, hindrance: before.hindrance };
	const hindrance: TorHindrance = isOffline
		? { kind: "offline" }
		: { kind: "warned", warning: (warning ?? "").slice(0, MAX_SUMMARY) };
	return { percent, summary, hindrance };
}

/** Returns the progress after it has not changed for long. What Tor says itself of the reason says more. */
export function progressWhenStuck(before: TorProgress): TorProgress {
	return before.hindrance || before.percent === 100 ? before : { ...before, hindrance: { kind: "stuck" } };
}

/** Tells whether two progresses say the same. */
export function isSameProgress(one: TorProgress, other: TorProgress): boolean {
	return JSON.stringify(one) === JSON.stringify(other);
}

/** Returns the progress after an event CLOCK_SKEW or NETWORK_LIVENESS; other lines change nothing. `line`: with the name of the event in front. */
export function progressAfterTrouble(before: TorProgress, line: string): TorProgress {
	const skew = /CLOCK_SKEW .*?SKEW=(-?\d{1,10})/.exec(line)?.[1];
	// Tor says how far we are ahead of others; it is below 0 where we are behind.
	if (skew !== undefined) return { ...before, hindrance: { kind: "clock", seconds: Number(skew) } };
	if (line === "NETWORK_LIVENESS DOWN") return { ...before, hindrance: { kind: "offline" } };
	if (line !== "NETWORK_LIVENESS UP" || before.hindrance?.kind !== "offline") return before;
	const { hindrance: _, ...rest } = before;
	return rest;
}
