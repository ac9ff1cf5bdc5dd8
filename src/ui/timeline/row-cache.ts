// Turns timeline entries into finished screen rows: made once per width and mark, kept in a bounded cache.
import type { Entry, Timeline } from "../../engine/api/api.ts";
import type { FileView } from "../../engine/api/files/files.ts";
import { folded, rangesOf } from "../text/case-folding.ts";
import { isSameDay } from "../text/clock.ts";
import { dayRow, noticeRows, passageRows, unreadRow, youJoinedRows } from "./announcement-rows.ts";
import { lineRows } from "./line-rows.ts";
import { noMarks, type RowLook, type RowMarks } from "./row-look.ts";
import type { RowSource } from "./viewport.ts";

const cacheLimit = 4096;
/** At most this many rows are kept in all: one message may have 65,536, and there may be thousands of such messages. */
const rowLimit = 200_000;

function entryRows(entry: Entry, look: RowLook, marks: RowMarks): readonly string[] {
	switch (entry.kind) {
		case "line":
			return lineRows(entry, look, marks);
		case "joined":
		case "left":
			return passageRows(entry, look);
		case "youJoined":
			return youJoinedRows(entry, look);
		case "notice":
			return noticeRows(entry, look);
	}
}

/** Holds what the rows of one entry are made of beside the entry. */
interface Setting {
	/** The entry before it; a row with the date stands above when that was on another day. */
	readonly previous?: Entry | undefined;
	/** What came while the person was not looking begins here. */
	readonly isUnreadStart?: boolean;
	readonly marks?: RowMarks;
}

/** Returns the rows of one entry. There is at least one, and none is wider than `look.width`. */
export function rowsOf(entry: Entry, setting: Setting, look: RowLook): readonly string[] {
	const { previous, isUnreadStart = false, marks = noMarks } = setting;
	const isNewDay = previous !== undefined && !isSameDay(previous.at, entry.at);
	return [
		...(isNewDay ? [dayRow(entry.at, look)] : []),
		...(isUnreadStart ? [unreadRow(look)] : []),
		...entryRows(entry, look, marks),
	];
}

/** Remembers finished rows across frames, for one look at a time. */
export interface RowCache {
	/** Returns the timeline as a source of rows. Rows are made only when asked for. */
	source(timeline: Timeline, look: RowLook, marks?: RowMarks): RowSource;
}

// All that finished rows depend on. `term`: only if it is in the entry.
interface Made {
	readonly entry: Entry;
	readonly previousAt: number | undefined;
	readonly isUnreadStart: boolean;
	readonly isSelected: boolean;
	readonly isOpen: boolean;
	readonly term: string | undefined;
	readonly file: FileView | undefined;
	readonly isStill: boolean;
	readonly rows: readonly string[];
}

const fileOf = (entry: Entry, { files }: RowMarks): FileView | undefined =>
	entry.kind === "line" && entry.file !== undefined ? files?.get(entry.file) : undefined;

function termIn(entry: Entry, term: string | undefined): string | undefined {
	if (term === undefined || term === "" || entry.kind !== "line") return undefined;
	return rangesOf(entry.text, folded(term), 1).length > 0 ? term : undefined;
}

function made(
	timeline: Timeline,
	look: RowLook,
	marks: RowMarks,
	index: number,
	known: Made | undefined,
): Made | undefined {
	const entry = timeline.at(index);
	if (entry === undefined) return undefined;
	const previous = timeline.at(index - 1);
	const isUnreadStart = marks.unreadFromIndex === index;
	const isSelected = marks.selectedId === entry.id;
	const isOpen = marks.openIds?.has(entry.id) === true;
	const term = termIn(entry, marks.term);
	const file = fileOf(entry, marks);
	const isStill = marks.isStill === true;
	// Another object under the same id is a new state of it, e.g. delivered.
	const isSame =
		known?.entry === entry &&
		known.previousAt === previous?.at &&
		known.isUnreadStart === isUnreadStart &&
		known.isSelected === isSelected &&
		known.isOpen === isOpen &&
		known.term === term &&
		known.file === file &&
		(file === undefined || known.isStill === isStill);
	if (isSame) return known;
	const touching = {
		...(isSelected ? { selectedId: entry.id } : {}),
		...(isOpen && marks.openIds !== undefined ? { openIds: marks.openIds } : {}),
		...(term === undefined ? {} : { term }),
		...(file === undefined ? {} : { files: new Map([[file.id, file]]), isStill }),
	};
	const rows = rowsOf(entry, { previous, isUnreadStart, marks: touching }, look);
	return { entry, previousAt: previous?.at, isUnreadStart, isSelected, isOpen, term, file, isStill, rows };
}

const isSameLook = (one: RowLook | undefined, other: RowLook): boolean =>
	one?.width === other.width && one.theme === other.theme && one.hasLinks === other.hasLinks;

/** Makes an empty cache for the rows of at most 4,096 entries, and for 200,000 rows; the one unused longest goes first. A new look empties it. */
export function createRowCache(): RowCache {
	const known = new Map<string, Made>();
	let rowCount = 0;
	let currentLook: RowLook | undefined;
	const forget = (id: string) => {
		rowCount -= known.get(id)?.rows.length ?? 0;
		known.delete(id);
	};
	const rowsAt = (timeline: Timeline, look: RowLook, marks: RowMarks, index: number): readonly string[] => {
		const id = timeline.at(index)?.id;
		const now = id === undefined ? undefined : made(timeline, look, marks, index, known.get(id));
		if (id === undefined || now === undefined) return [""];
		forget(id);
		known.set(id, now);
		rowCount += now.rows.length;
		for (const oldest of known.keys()) {
			if ((known.size <= cacheLimit && rowCount <= rowLimit) || oldest === id) break;
			forget(oldest);
		}
		return now.rows;
	};
	return {
		source(timeline, look, marks = noMarks) {
			if (!isSameLook(currentLook, look)) for (const id of [...known.keys()]) forget(id);
			currentLook = look;
			const rowsOfEntry = (index: number) => rowsAt(timeline, look, marks, index);
			// What is found is painted and moves nothing: the rows that look different without it have it. A message that is found is never folded.
			const matchRowAt = (index: number): number | undefined => {
				const openIds = new Set([timeline.at(index)?.id ?? ""]);
				const unmarked = made(timeline, look, { ...marks, term: "", openIds }, index, undefined)?.rows ?? [];
				const row = rowsOfEntry(index).findIndex((painted, place) => painted !== unmarked[place]);
				return row < 0 ? undefined : row + 1;
			};
			return { length: timeline.length, rowsAt: rowsOfEntry, matchRowAt };
		},
	};
}
