// Messages that a room still has, as JSON-RPC clients see them.
import type { Timeline } from "../../engine/api/api.ts";
import type { LineEntry } from "../../engine/api/content.ts";
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
