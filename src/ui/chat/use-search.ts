// Runs the search of the room: it has the keyboard in place of the message box, looks through the timeline between two keys and goes from match to match.
import { type Dispatch, type SetStateAction, useEffect, useEffectEvent, useState } from "react";
import type { Timeline } from "../../engine/api/api.ts";
import { pressField } from "../screen/field-state.ts";
import { type Look, scrollStep, useLook, useTerminalVoice } from "../screen/screen.tsx";
import { layField } from "../screen/text-field.ts";
import type { Keymap } from "../settings/keymap.ts";
import type { BarItem } from "../settings/keys.ts";
import type { Press } from "../terminal/key-press.ts";
import { fit, widthOf } from "../text/width.ts";
import type { RowMarks } from "../timeline/row-look.ts";
import { indexOfEntry, jumped, remembering, returned, scrolled } from "../timeline/scroll-position.ts";
import { askedOf } from "../timeline/search.ts";
import type { Older } from "../timeline/use-older.ts";
import type { Bookmark } from "../timeline/use-scrollback.ts";
import type { Foot } from "./frame.ts";
import type { RoomMode } from "./props.ts";
import { advanced, hasMore, openSearch, type SearchBox, searchWords, stepped, typedSearch } from "./search-box.ts";

/** The search keeps the keyboard waiting for this many milliseconds at most. */
const sliceMs = 8;
/** This many milliseconds lie between two slices, so that a key which came meanwhile is handled first. */
const pauseMs = 1;

/** These keys scroll; Home and End move in the field instead. */
const scrollKeys: ReadonlySet<string> = new Set(["pageUp", "pageDown", "wheelUp", "wheelDown"]);

const lead = " search › ";

const bar: readonly BarItem[] = [
	{ keys: "↑", words: "older" },
	{ keys: "↓", words: "newer" },
	{ keys: "Enter", words: "stay there" },
	{ keys: "Tab", words: "all rooms" },
	{ keys: "Esc", words: "back" },
	{ keys: "Alt-C", words: "copy it" },
];

/** Holds what the room needs of the search. */
export interface Search {
	/** The mode that has the keyboard, or `undefined` when no search is open. */
	readonly mode: RoomMode | undefined;
	/** Says what is to be marked in the timeline: the words that are looked for, and the match on screen. */
	readonly marks: RowMarks;
	readonly open: (text: string) => void;
}

/** Lays out the row of the search: what is looked for, and how many matches there are. */
function laySearch(box: SearchBox, { theme, size }: Look, note: string): Foot {
	const words = note === "" ? searchWords(box) : note;
	const shown = fit(words, Math.max(0, Math.floor(size.columns / 2)));
	const room = Math.max(4, size.columns - lead.length - widthOf(shown) - 2);
	const { text, cursorColumn } = layField(box.field.edit, room, false);
	const hint = box.field.edit.text === "" ? fit("words, or from:NAME for what somebody said", room) : "";
	const gap = " ".repeat(Math.max(1, room - widthOf(text) - widthOf(hint) + 1));
	const row = `${theme.paint("accent", lead)}${text}${theme.paint("faint", hint)}${gap}${theme.paint("accent", shown)}`;
	return { rows: [row], cursor: { row: 0, column: lead.length + cursorColumn } };
}

function marksOf(box: SearchBox | undefined): RowMarks {
	if (box === undefined) return {};
	const { query, currentId } = box;
	return {
		...(query === undefined || query.words === "" ? {} : { term: query.words }),
		...(currentId === undefined ? {} : { selectedId: currentId }),
	};
}

type SetBox = Dispatch<SetStateAction<SearchBox | undefined>>;

// Goes on looking while nothing else is to be done, and again when new lines come.
function useSlices(box: SearchBox | undefined, timeline: Timeline, setBox: SetBox): void {
	const slice = useEffectEvent(() => {
		if (box === undefined) return;
		const end = performance.now() + sliceMs;
		const next = advanced(box, timeline, () => performance.now() < end);
		// If a key that came meanwhile has begun another search, this slice counts for nothing.
		setBox((now) => (now === box ? next : now));
	});
	useEffect(() => {
		if (box === undefined || !hasMore(box, timeline)) return undefined;
		const timer = setTimeout(() => slice(), pauseMs);
		return () => clearTimeout(timer);
	});
}

// Keeps the current match on screen, or without one the place where the search began.
function useFollow(box: SearchBox | undefined, { move }: Bookmark): void {
	const id = box?.currentId;
	const isNowhere = box !== undefined && id === undefined;
	const follow = useEffectEvent(() => {
		if (id !== undefined) move((now, view) => jumped(now, view, id, { isHolding: true, isMoving: true }) ?? now);
		else if (isNowhere) move((now, view) => returned(now, view, box.origin));
	});
	useEffect(() => {
		if (id !== undefined || isNowhere) follow();
	}, [id, isNowhere]);
}

/** Returns the step that a key takes: up and the key of the search lead to older matches, down and Ctrl-S to newer ones, as in a shell. */
function stepOf(key: string, keymap: Keymap): 1 | -1 | undefined {
	if (key === "down" || key === "ctrl+s") return -1;
	return key === "up" || keymap.actionOf(key) === "search" ? 1 : undefined;
}

// Goes on into what is on the disk: where nothing was found in memory, and where somebody steps beyond the oldest match.
function useDepths(
	box: SearchBox | undefined,
	{ older, timeline }: Pick<SearchProps, "older" | "timeline">,
	setBox: SetBox,
) {
	const [wish, setWish] = useState<"none" | "asking" | "stepping" | "nothing">("none");
	const query = box?.query;
	const dive = useEffectEvent(async () => {
		if (query === undefined || wish !== "none" || !older.hasOlder) return;
		setWish("asking");
		const id = await older.find(askedOf(query), timeline.at(0)?.id);
		if (id !== undefined) await older.bring({ to: id });
		setWish(id === undefined ? "nothing" : "stepping");
	});
	const isEmptyHanded =
		box !== undefined && query !== undefined && box.progress.isDone && box.progress.found.length === 0;
	useEffect(() => {
		if (isEmptyHanded && !hasMore(box, timeline)) void dive();
	});
	// What has come is looked through first; then the step that was asked for is taken.
	useEffect(() => {
		if (wish !== "stepping" || box === undefined || hasMore(box, timeline)) return;
		setWish("none");
		setBox((now) => now && stepped(now, timeline, 1));
	});
	// biome-ignore lint/correctness/useExhaustiveDependencies: a search for other words begins with no wish.
	useEffect(() => setWish("none"), [query]);
	const note = wish === "asking" ? "looking on the disk …" : "";
	return { dive, note, reset: () => setWish("none") };
}

interface SearchProps {
	/** The part of the room that the disk has beyond the timeline. */
	readonly older: Older;
	readonly bookmark: Bookmark;
	readonly timeline: Timeline;
	readonly keymap: Keymap;
	/** Shows a folded message whole. */
	readonly showWhole: (id: string) => void;
	/** Goes on with the search in all rooms. */
	readonly everywhere: (text: string) => void;
}

/** Provides the search of the room. */
export function useSearch({ bookmark, timeline, keymap, older, showWhole, everywhere }: SearchProps): Search {
	const look = useLook();
	const voice = useTerminalVoice();
	const [box, setBox] = useState<SearchBox>();
	const [note, setNote] = useState("");
	useSlices(box, timeline, setBox);
	useFollow(box, bookmark);
	const depths = useDepths(box, { older, timeline }, setBox);
	const { reading, move } = bookmark;
	const copy = ({ currentId }: SearchBox) => {
		const index = currentId === undefined ? undefined : indexOfEntry(timeline, currentId);
		const entry = index === undefined ? undefined : timeline.at(index);
		setNote(entry?.kind === "line" ? voice.copy(`what ${entry.from.name} said`, entry.text) : "Nothing to copy here.");
	};
	const close = ({ currentId, origin }: SearchBox, isStaying: boolean) => {
		setBox(undefined);
		// What was found deep in a long message would be folded away.
		if (isStaying && currentId !== undefined) showWhole(currentId);
		move((now, view) => {
			if (!isStaying || currentId === undefined) return returned(now, view, origin);
			return jumped(remembering(now, origin), view, currentId, { isMoving: true }) ?? now;
		});
	};
	const onPress = (open: SearchBox, press: Press) => {
		setNote("");
		const key = press.kind === "key" ? press.name : "";
		if (key === "escape" || key === "ctrl+c" || key === "enter") return close(open, key === "enter");
		if (key === "alt+c") return copy(open);
		if (key === "tab" || keymap.actionOf(key) === "search-all") return everywhere(open.field.edit.text);
		const step = stepOf(key, keymap);
		if (step !== undefined) {
			const next = stepped(open, timeline, step);
			if (step === 1 && next.currentId === open.currentId && !hasMore(open, timeline)) void depths.dive();
			return setBox((now) => now && stepped(now, timeline, step));
		}
		const rows = scrollKeys.has(key) ? scrollStep(key, { ...look.size, rows: look.size.rows - 1 }) : undefined;
		if (rows !== undefined) return move((now, view) => scrolled(now, view, rows));
		setBox((now) => {
			const field = now && pressField(now.field, press);
			return now && field ? typedSearch(now, field, timeline) : now;
		});
	};
	return {
		mode: box && {
			foot: laySearch(box, look, note === "" ? depths.note : note),
			bar,
			onPress: (press) => onPress(box, press),
		},
		marks: marksOf(box),
		open: (text) => setBox(openSearch(reading.spot, text)),
	};
}
