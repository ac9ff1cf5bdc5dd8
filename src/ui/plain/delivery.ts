// Tells whether everything a person said has been passed on by the host.
import type { Timeline } from "../../engine/api/api.ts";

/** Index of the first own line at or after `start` that the host has not passed on yet; `timeline.length` when there is none. */
export function unsentFrom(timeline: Timeline, start: number): number {
	for (let index = start; index < timeline.length; index += 1) {
		const entry = timeline.at(index);
		if (entry?.kind === "line" && entry.from.isSelf && entry.delivery.kind === "sending") return index;
	}
	return timeline.length;
}
