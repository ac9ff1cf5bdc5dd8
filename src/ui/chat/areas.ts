// Says what can be clicked in the chat apart from the status bar: messages, what they answer, people, and the row that leads to the newest line. Pure.
import type { Entry, Timeline } from "../../engine/api/api.ts";
import type { Person } from "../../engine/api/people.ts";
import type { Area, ClickTarget } from "../screen/mouse.ts";
import type { Size } from "../screen/page.ts";
import { isSameDay } from "../text/clock.ts";
import type { Slot } from "../timeline/viewport.ts";

/** Says where things are in a frame of the chat, whose timeline begins in row 1. */
interface ChatPlaces {
	readonly size: Size;
	readonly timeline: Timeline;
	readonly slots: readonly Slot[];
	readonly unreadFromIndex: number | undefined;
	/** The first column of the list of people, or `undefined` when that is not shown. */
	readonly sideX: number | undefined;
	readonly people: readonly Person[];
	/** Says whether the newest line is on screen. */
	readonly isAtEnd: boolean;
}

const firstRow = 1;

// Returns the row of an entry that quotes what the line answers: the first of the line's own rows, which stand below the date and the mark of what is new.
function quoteRowOf(entry: Entry, { timeline, unreadFromIndex }: ChatPlaces, index: number): number | undefined {
	if (entry.kind !== "line" || entry.reply === undefined || entry.gone !== undefined) return undefined;
	const previous = timeline.at(index - 1);
	const isNewDay = previous !== undefined && !isSameDay(previous.at, entry.at);
	return 1 + (isNewDay ? 1 : 0) + (unreadFromIndex === index ? 1 : 0);
}

function targetOf(places: ChatPlaces, { index, row }: Slot): ClickTarget | undefined {
	const entry = places.timeline.at(index);
	if (entry?.kind !== "line") return undefined;
	const answered = entry.reply?.id;
	if (answered !== undefined && quoteRowOf(entry, places, index) === row) return { kind: "goTo", id: answered };
	return { kind: "entry", id: entry.id };
}

/** Returns everything in the frame that can be clicked. */
export function chatAreas(places: ChatPlaces): readonly Area[] {
	const { size, slots, sideX, people, isAtEnd } = places;
	const lines = slots.flatMap((slot, place) => {
		const target = targetOf(places, slot);
		return target === undefined ? [] : [{ y: firstRow + place, fromX: 0, toX: sideX ?? size.columns, target }];
	});
	// The people stand below the word "People". When there are too many for the list, its last row says so and can't be clicked.
	const shown = people.length <= slots.length - 1 ? people.length : Math.max(0, slots.length - 2);
	const persons = people.slice(0, sideX === undefined ? 0 : shown).map(({ fingerprint }, place): Area => {
		const target = { kind: "person", fingerprint } as const;
		return { y: firstRow + 1 + place, fromX: sideX ?? 0, toX: size.columns, target };
	});
	const divider = firstRow + slots.length;
	const toNewest: Area = { y: divider, fromX: 0, toX: size.columns, target: { kind: "newest" } };
	return [...lines, ...persons, ...(isAtEnd ? [] : [toNewest])];
}
