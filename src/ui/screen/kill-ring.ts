// What was erased by words and lines, to be brought back: a ring as in Emacs and readline. In memory only. Pure.
import { applyEdit, type Edit } from "./edit.ts";

/** Kills in a row join into one; more of them than this push out the oldest. */
const maxKills = 32;

/**
 * Holds what was erased. `kills` has the newest last; `last` is what the press before did, as far as the ring cares; `yanked` is how the text was before
 * Ctrl-Y, and the place in the ring of what it put in.
 */
export interface KillRing {
	readonly kills: readonly string[];
	readonly last: "kill" | "yank" | undefined;
	readonly yanked: { readonly before: Edit; readonly place: number } | undefined;
}

/** Nothing was erased yet. */
export const emptyKillRing: KillRing = { kills: [], last: undefined, yanked: undefined };

/** Is called when something else was pressed: the next kill begins a new one, and there is nothing to exchange. */
export const restKillRing = (ring: KillRing): KillRing =>
	ring.last === undefined ? ring : { ...ring, last: undefined, yanked: undefined };

/** Keeps an erased text. Erased right after another it joins that one, at the side it stood on. */
export function keepKilled(ring: KillRing, text: string, side: "before" | "behind"): KillRing {
	const { kills } = ring;
	const newest = kills.at(-1);
	if (ring.last === "kill" && newest !== undefined) {
		const joined = side === "before" ? text + newest : newest + text;
		return { kills: [...kills.slice(0, -1), joined], last: "kill", yanked: undefined };
	}
	return { kills: [...kills, text].slice(-maxKills), last: "kill", yanked: undefined };
}

type Yanked = readonly [Edit, KillRing];

/** Puts the newest kill in at the cursor. `undefined` when nothing was erased. */
export function yank(edit: Edit, ring: KillRing): Yanked | undefined {
	return yankFrom(edit, ring, ring.kills.length - 1);
}

/** Exchanges what was just put in for the kill before it, round and round. `undefined` when nothing was just put in. */
export function yankOther(ring: KillRing): Yanked | undefined {
	const { yanked, kills } = ring;
	if (ring.last !== "yank" || yanked === undefined) return undefined;
	return yankFrom(yanked.before, ring, (yanked.place - 1 + kills.length) % kills.length);
}

// What is put in may melt into its neighbours (an accent): so another one begins again from the text before.
function yankFrom(before: Edit, ring: KillRing, place: number): Yanked | undefined {
	const text = ring.kills[place];
	if (text === undefined) return undefined;
	return [applyEdit(before, { kind: "insert", text }), { ...ring, last: "yank", yanked: { before, place } }];
}
