// Web addresses in a text, as links of the terminal (OSC 8). The target is what is seen, never anything else.
import type { Span } from "./spans.ts";

/** Longer addresses are not made links: terminals have limits of their own, VTE's is 2083. */
const maxUrlLength = 2000;
/** At most this many links are found in one line; further ones stay text. */
const maxLinks = 100;

const candidate = /(?<![\p{L}\p{N}_])https?:\/\/[^\s<>"`\p{Cc}]+/giu;
// An ASCII host without user or password: one that looks like another host, or hides behind an @, stays text.
const honestStart = /^https?:\/\/(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::\d{1,5})?(?=[/?#]|$)/i;
const closers: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };
const trailing = /[.,;:!?'"*…»”’。，、；：！？」』）】》]$/u;

// How many more closing than opening brackets a text has, by the closing one.
function unopened(text: string): Map<string, number> {
	const counts = new Map<string, number>();
	const change = (closer: string, by: number) => counts.set(closer, (counts.get(closer) ?? 0) + by);
	for (const character of text) {
		if (closers[character] !== undefined) change(character, 1);
		for (const [closer, opener] of Object.entries(closers)) if (opener === character) change(closer, -1);
	}
	return counts;
}

// What stands behind an address in a sentence does not belong to it.
function withoutTail(url: string): string {
	const counts = unopened(url);
	let end = url.length;
	for (; end > 0; end--) {
		const last = url.charAt(end - 1);
		const extra = counts.get(last) ?? 0;
		if (extra > 0) counts.set(last, extra - 1);
		else if (!trailing.test(last)) break;
	}
	return url.slice(0, end);
}

/** A Link is a web address in a text. `url` is what a terminal is told: the same, with all but ASCII percent-encoded. */
export interface Link {
	readonly from: number;
	readonly to: number;
	readonly url: string;
}

/** Returns the web addresses in a cleaned text, in order. */
export function linksIn(text: string): readonly Link[] {
	if (!text.includes("://")) return [];
	const links: Link[] = [];
	for (const { 0: found, index } of text.matchAll(candidate)) {
		if (links.length >= maxLinks) break;
		if (found.length > maxUrlLength) continue;
		const seen = withoutTail(found);
		const url = seen.replace(/[^\u0021-\u007E]+/gu, encodeURIComponent);
		if (honestStart.test(seen) && url.length <= maxUrlLength) links.push({ from: index, to: index + seen.length, url });
	}
	return links;
}

// The same link on several rows has the same mark, so that terminals show them as one. FNV-1a; not a security function.
function markOf(url: string): string {
	let hash = 0x811c9dc5;
	for (let index = 0; index < url.length; index++) hash = Math.imul(hash ^ url.charCodeAt(index), 0x01000193);
	return (hash >>> 0).toString(36);
}

/** Spans that make every web address of a flat text a link. `look` says how it is painted. */
export function linkSpans(text: string, look: (piece: string) => string): readonly Span[] {
	return linksIn(text).map(({ from, to, url }) => {
		const open = `\u001B]8;id=${markOf(url)};${url}\u001B\\`;
		return { from, to, paint: (piece) => `${open}${look(piece)}\u001B]8;;\u001B\\` };
	});
}
