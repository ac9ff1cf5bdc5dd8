// Goes to a line that was found by a search of all rooms, once its room is on the screen; from the disk where it is not in memory any more.
import { useEffect, useEffectEvent } from "react";
import type { Timeline } from "../../engine/api/api.ts";
import type { RoomKey } from "../../engine/api/room-key.ts";
import { indexOfEntry, jumped } from "../timeline/scroll-position.ts";
import type { Older } from "../timeline/use-older.ts";
import type { Bookmark } from "../timeline/use-scrollback.ts";
import type { Rooms } from "./tabs.tsx";

interface WantedProps {
	readonly room: RoomKey | undefined;
	readonly rooms: Rooms;
	readonly timeline: Timeline;
	readonly older: Older;
	readonly bookmark: Bookmark;
	/** Shows a folded message whole. */
	readonly showWhole: (id: string) => void;
	readonly tell: (words: string) => void;
}

/** Shows the line that is wanted of this room, if one is. */
export function useWantedLine({ room, rooms, timeline, older, bookmark, showWhole, tell }: WantedProps): void {
	const { wanted, arrived } = rooms;
	const id = wanted !== undefined && wanted.room === room ? wanted.id : undefined;
	const isHere = id !== undefined && indexOfEntry(timeline, id) !== undefined;
	const go = useEffectEvent((to: string) => {
		arrived();
		showWhole(to);
		bookmark.move((now, view) => jumped(now, view, to) ?? now);
	});
	const bring = useEffectEvent(async (to: string) => {
		await older.bring({ to });
		if (indexOfEntry(timeline, to) !== undefined) return;
		arrived();
		tell("That line is not here any more.");
	});
	useEffect(() => {
		if (id === undefined) return;
		if (isHere) go(id);
		else void bring(id);
	}, [id, isHere]);
}
