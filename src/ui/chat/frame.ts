// Lays out the chat: header, timeline, people beside it where there is room, a divider, notes, the message box and the status bar. Pure.
import type { Person } from "../../engine/api/people.ts";
import type { BuddyView } from "../../engine/api/room-key.ts";
import type { Composer } from "../composer/composer-state.ts";
import { offerRows } from "../composer/offer-rows.ts";
import { type Composing, composingWords } from "../composer/reply-or-edit.ts";
import type { Theme } from "../look/theme.ts";
import type { Note } from "../screen/note.ts";
import { type Frame, layBar, type Size, titleRow } from "../screen/page.ts";
import type { Look } from "../screen/screen.tsx";
import { layDraft } from "../screen/text-field.ts";
import type { BarItem } from "../settings/keys.ts";
import { fill, fit, pad, widthOf, wrap } from "../text/width.ts";
import { viModeWord } from "../vi/vi.ts";
import { typingWords } from "./typing.ts";

/** From this many columns on the people stand beside the timeline. */
const sidebarFrom = 90;
/** From this many columns on the list of people is wide enough for long names. */
const wideFrom = 160;
const sidebarWidthOf = (columns: number): number => (columns >= wideFrom ? 40 : 26);
const prompt = " › ";
/** A note has this many rows, or half of the screen where that is more: what is to be handed on must be there whole. */
const fewestNoteRows = 4;

/** Returns the columns of one row of the message box; one more stays free for the cursor. */
export const draftWidthOf = ({ columns }: Size): number => Math.max(4, columns - prompt.length - 1);

/** The foot is what stands below the timeline: painted rows, and the cursor in them if there is something to type into. */
export interface Foot {
	readonly rows: readonly string[];
	readonly cursor?: { readonly row: number; readonly column: number };
	/** This word for how keys are read (as in vi's normal mode) is shown on the divider above. */
	readonly mode?: string;
}

/** Lays out a note: wrapped, painted, and cut when it is long. */
function noteRows(note: Note | undefined, { theme, size }: Look): readonly string[] {
	if (note === undefined) return [];
	const rows = wrap(note.text, size.columns - 2);
	const most = Math.max(fewestNoteRows, Math.floor(size.rows / 2));
	const shown = rows.length <= most ? rows : [...rows.slice(0, most - 1), "…"];
	return shown.map((row) => ` ${theme.paint(note.tone === "info" ? "accent" : "warning", row)}`);
}

/**
 * Lays out the message box: as many rows as the draft needs, up to a third of the screen, with the row of the cursor among them. `standing` is a note
 * above it that stays for as long as it holds.
 */
export function layComposer(composer: Composer, placeholder: string, look: Look, standing?: Note): Foot {
	const { theme, size } = look;
	const offers = composer.completion === undefined ? [] : offerRows(composer.completion, look);
	const notes = [...noteRows(standing, look), ...noteRows(composer.note, look), ...offers];
	const layout = layDraft(composer.edit, draftWidthOf(size));
	const most = Math.max(1, Math.min(8, Math.floor(size.rows / 3)));
	const first = Math.max(0, Math.min(layout.cursorRow - most + 1, layout.rows.length - most));
	const from = Math.min(first, layout.cursorRow);
	const rows = layout.rows.slice(from, from + most).map((row, index) => {
		const lead = index === 0 && from === 0 ? theme.paint("accent", prompt) : "   ";
		return lead + row.text;
	});
	const isEmpty = composer.edit.text === "";
	const hint = theme.paint("faint", fit(placeholder, size.columns - prompt.length));
	const box = isEmpty ? [theme.paint("accent", prompt) + hint] : rows;
	const cursor = { row: notes.length + layout.cursorRow - from, column: prompt.length + layout.cursorColumn };
	return { rows: [...notes, ...box], cursor, ...(composer.vi === undefined ? {} : { mode: viModeWord(composer.vi) }) };
}

/** The space that the timeline has: its rows, the columns of each, and whether the people stand beside it. */
interface ChatSpace {
	readonly listHeight: number;
	readonly rowWidth: number;
	readonly hasSidebar: boolean;
}

/** Puts a row above the foot that says what is being written, when that is an answer or an edit. */
export function withComposing(foot: Foot, composing: Composing, { theme, size }: Look): Foot {
	const words = composingWords(composing, size.columns - 2);
	if (words === undefined) return foot;
	const { cursor } = foot;
	const moved = cursor === undefined ? {} : { cursor: { ...cursor, row: cursor.row + 1 } };
	return { ...foot, rows: [` ${theme.paint("quote", words)}`, ...foot.rows], ...moved };
}

/** Returns the space that a foot of `footRows` rows leaves for the timeline. */
export function chatSpace({ columns, rows }: Size, footRows: number): ChatSpace {
	const hasSidebar = columns >= sidebarFrom;
	const listWidth = hasSidebar ? columns - sidebarWidthOf(columns) : columns;
	return { listHeight: Math.max(1, rows - 3 - footRows), rowWidth: Math.max(10, listWidth - 1), hasSidebar };
}

/** Says whether the newest line is on screen, and how many lines below it have not been seen. */
interface ScrollState {
	readonly isAtEnd: boolean;
	readonly unseen: number;
}

// Lays out the row between the timeline and the foot. `mode` is the foot's word for how keys are read, "" when they are read as usual.
function dividerRow(look: Look, scroll: ScrollState, typing: readonly Person[], mode: string): string {
	if (mode === "") return dividerWords(look, scroll, typing);
	const { theme, size } = look;
	const end = ` ${mode} ──`;
	const narrower = { theme, size: { ...size, columns: size.columns - widthOf(end) } };
	return dividerWords(narrower, scroll, typing) + theme.paint("accent", end);
}

function dividerWords({ theme, size }: Look, { isAtEnd, unseen }: ScrollState, typing: readonly Person[]): string {
	if (isAtEnd) {
		const said = typingWords(typing, size.columns - 6);
		const line = "─".repeat(Math.max(0, size.columns - (said === "" ? 0 : 4 + widthOf(said))));
		return said === "" ? theme.paint("faint", line) : theme.paint("faint", `── ${said} ${line}`);
	}
	const lines = unseen === 1 ? "1 new line below" : `${unseen} new lines below`;
	const words = fit(unseen > 0 ? ` ↓ ${lines} · Esc goes there ` : " ↑ older lines · Esc: newest ", size.columns - 4);
	const rest = "─".repeat(Math.max(0, size.columns - 2 - widthOf(words)));
	return (
		theme.paint("faint", "──") + theme.paint(unseen > 0 ? "warning" : "accent", words) + theme.paint("faint", rest)
	);
}

function sidebarRows(theme: Theme, people: readonly string[], height: number): readonly string[] {
	const most = Math.max(0, height - 2);
	const rest = theme.paint("faint", `… ${people.length - most} more: /who`);
	const shown = people.length <= height - 1 ? people : [...people.slice(0, most), rest];
	const rows = [theme.paint("faint", "People"), ...shown].slice(0, height);
	return [...rows, ...Array.from({ length: height - rows.length }, () => "")];
}

/** Returns the columns that a person's row has in the list beside the timeline. */
export const sidebarRowWidth = ({ columns }: Size): number => sidebarWidthOf(columns) - 3;

/** Everything that a frame of the chat is made of. `list` has exactly `space.listHeight` rows. */
interface ChatView {
	readonly look: Look;
	readonly title: string;
	readonly right: string;
	readonly space: ChatSpace;
	readonly list: readonly string[];
	/** The painted rows of the people, for the list beside the timeline. */
	readonly people: readonly string[];
	readonly scroll: ScrollState;
	/** The others who are typing. */
	readonly typing?: readonly Person[];
	readonly foot: Foot;
	readonly bar: readonly BarItem[];
}

/** Lays out the whole frame, with the cursor and what can be clicked in the status bar. */
export function layChat({ look, title, right, space, list, people, scroll, typing = [], foot, bar }: ChatView): Frame {
	const { theme, size } = look;
	const side = space.hasSidebar ? sidebarRows(theme, people, space.listHeight) : [];
	const border = theme.paint("faint", "│");
	const body = list.map((row, index) =>
		space.hasSidebar ? `${fill(row, size.columns - sidebarWidthOf(size.columns))}${border} ${side[index] ?? ""}` : row,
	);
	// On a terminal that is too small for the whole foot its end is kept, for that is the message box.
	const footRoom = Math.max(1, size.rows - 3 - body.length);
	const cut = Math.max(0, foot.rows.length - footRoom);
	const { row: barRow, areas } = layBar(theme, bar, size);
	const rows = [
		titleRow(theme, title, right, size.columns),
		...body,
		dividerRow(look, scroll, typing, foot.mode ?? ""),
		...foot.rows.slice(cut),
		barRow,
	];
	if (foot.cursor === undefined) return { rows, areas };
	const y = 2 + body.length + foot.cursor.row - cut;
	return { rows, areas, cursor: { x: Math.min(size.columns - 1, foot.cursor.column), y } };
}

/** Returns the right half of the header, for example "3 people · connected", or "history 90 days · 3 people · connected" where `note` says what is kept. */
export function headerWords(people: readonly Person[], connection: string, note = ""): string {
	const count = people.length === 1 ? "only you here" : `${people.length} people`;
	return [note, count, connection].filter((words) => words !== "").join(" · ");
}

/** Returns the title of a room of two; `undefined` where it is none. */
export function pairTitle(pair: BuddyView | undefined): string | undefined {
	return pair && `${pad(pair.name, Math.min(24, widthOf(pair.name)))} and you`;
}

/** Says whether the other one of a room of two is there, and what is kept; `undefined` where it is none. */
export function pairWords(pair: BuddyView | undefined, note = ""): string | undefined {
	if (pair === undefined) return undefined;
	const words = pair.state === "proposed" ? "not answered yet" : pair.isHere ? "is there" : "is away";
	return note === "" ? words : `${note} · ${words}`;
}

/** Returns the title of the header, which says whose room it is, and what one that is kept is called. */
export function roomTitle(people: readonly Person[], role: "host" | "guest", keptAs?: string): string {
	const named = keptAs === undefined ? "" : `${pad(keptAs, Math.min(24, widthOf(keptAs)))}, `;
	if (role === "host") return named === "" ? "Your room" : `${named}your room`;
	const host = people.find((person) => person.isHost);
	if (host === undefined) return named === "" ? "Real Talk" : named.slice(0, -2);
	const whose = pad(host.name, Math.min(24, widthOf(host.name)));
	return named === "" ? `Room of ${whose}` : `${named}room of ${whose}`;
}
