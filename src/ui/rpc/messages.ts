// Messages that a room still has, as JSON-RPC clients see them.
import type { Timeline } from "../../engine/api/api.ts";
import type { LineEntry } from "../../engine/api/content.ts";
import { indexOfEntry } from "../timeline/scroll-position.ts";
import { namedOf } from "./notifications.ts";

/** Returns the newest `count` messages of others, oldest first; fewer where they are not there any more. */
export function unreadOf(timeline: Timeline, count: number): readonly LineEntry[] {
	const found: LineEntry[] = [];
	for (let index = timeline.length - 1; index >= 0 && found.length < count; index -= 1) {
		const entry = timeline.at(index);
		if (entry?.kind === "line" && !entry.from.isSelf) found.push(entry);
	}
	return found.reverse();
}

/** Says which messages are asked for: those before the one with the id `before`, `limit` of them (100 without it), only those that have `search` in them. */
interface HistoryQuery {
	readonly before?: string;
	readonly limit?: number;
	readonly search?: string;
}

const usualLimit = 100;

/** Returns the newest messages that fit, oldest first. A `before` that is not there any more has nothing before it. */
export function historyOf(
	timeline: Timeline,
	{ before, limit = usualLimit, search = "" }: HistoryQuery,
): readonly LineEntry[] {
	const wanted = search.toLowerCase();
	const found: LineEntry[] = [];
	const end = before === undefined ? timeline.length : (indexOfEntry(timeline, before) ?? 0);
	for (let index = end - 1; index >= 0 && found.length < limit; index -= 1) {
		const entry = timeline.at(index);
		if (entry?.kind === "line" && entry.text.toLowerCase().includes(wanted)) found.push(entry);
	}
	return found.reverse();
}

/** Returns a message with the fields that its notification has; its text is "" when it is gone. */
export function messageOf({ id, from, at, text, isAction, mentionsMe, gone }: LineEntry): object {
	return {
		id,
		from: namedOf(from),
		at,
		text,
		own: from.isSelf,
		...(isAction === undefined ? {} : { isAction }),
		...(mentionsMe === undefined ? {} : { mentionsMe }),
		...(gone === undefined ? {} : { gone }),
	};
}
