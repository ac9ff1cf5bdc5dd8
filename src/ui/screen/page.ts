// Lays out every screen but the chat: a title row, a body that scrolls when it is too tall, and a status bar. Pure.
import type { Style } from "../look/palettes.ts";
import type { Theme } from "../look/theme.ts";
import type { BarItem } from "../settings/keys.ts";
import { fill, fit, widthOf, wrap } from "../text/width.ts";
import { type Area, pressOf } from "./mouse.ts";

/** Says how much may be drawn, in columns and rows; on Windows that is a row less than the terminal has. */
export interface Size {
	readonly columns: number;
	readonly rows: number;
}

/** Finished rows, exactly as many as the screen has, and where the real cursor goes (absent = hidden). */
export interface Frame {
	readonly rows: readonly string[];
	readonly cursor?: { readonly x: number; readonly y: number };
	/** Says what can be clicked; the first area that has a place counts. */
	readonly areas?: readonly Area[];
}

/** Painted rows, the cursor if it is in them, and without a cursor the row that must be in sight. */
export interface Body {
	readonly rows: readonly string[];
	readonly focusRow?: number;
	readonly cursor?: { readonly row: number; readonly column: number };
}

/** The widest a body gets: longer rows are hard to read. */
const maxBodyWidth = 78;

/** Columns left free at both sides. */
export const marginOf = ({ columns }: Size): number => (columns >= 60 ? 3 : 1);

/** Tells whether there are so few rows that gaps are left out, so that everything that can be done is in sight. */
export const isCompact = ({ rows }: Size): boolean => rows < 16;

/** Returns how wide the body of a page is on a screen. */
export const bodyWidth = (size: Size): number =>
	Math.max(10, Math.min(maxBodyWidth, size.columns - 2 * marginOf(size)));

/** Returns the wrapped and painted rows of a paragraph. */
export function paragraph(theme: Theme, text: string, width: number, style: Style = "plain"): readonly string[] {
	return wrap(text, width).map((row) => theme.paint(style, row));
}

/** Returns a row with text at both ends; the left one is cut if there is no room for both, the right one goes first. `paint` gets the finished plain parts. */
function twoEnds(left: string, right: string, width: number): readonly [left: string, gap: string, right: string] {
	const shownRight = widthOf(right) + 8 > width ? "" : right;
	const room = width - widthOf(shownRight) - (shownRight === "" ? 0 : 1);
	const shownLeft = fit(left, room);
	return [shownLeft, " ".repeat(Math.max(0, width - widthOf(shownLeft) - widthOf(shownRight))), shownRight];
}

/** Returns the title row of a screen. */
export function titleRow(theme: Theme, title: string, right: string, columns: number): string {
	const [name, gap, rest] = twoEnds(` ${title}`, right === "" ? "" : `${right} `, columns);
	return theme.paint("title", name) + gap + theme.paint("faint", rest);
}

const itemWidth = ({ keys, words }: BarItem): number => widthOf(keys) + 1 + widthOf(words);
// Whoever may leave Real Talk by it can also do that by Ctrl-C, everywhere.
const isWayBack = ({ keys, words }: BarItem): boolean => keys === "Esc" && words !== "leave";

/** Items of a status bar with the columns they stand in: as many as fit, whole ones only. The way back stays where others go, and the first item stays longest. */
function placeBar(items: readonly BarItem[], columns: number, note: string) {
	const most = columns - (note === "" ? 0 : widthOf(note) + 2);
	const widthOfAll = (all: readonly BarItem[]) =>
		all.reduce((sum, item) => sum + itemWidth(item), 1 + barGap * (all.length - 1));
	let shown = items;
	while (shown.length > 0 && widthOfAll(shown) > most) {
		const last = shown.findLastIndex((item) => !isWayBack(item));
		// Where there is no room for both, what comes first stays: it says what Enter does.
		shown = shown.filter((_, index) => index !== (last > 0 ? last : shown.length - 1));
	}
	let fromX = 1;
	return shown.map((item) => {
		const toX = fromX + itemWidth(item);
		const placed = { item, fromX, toX };
		fromX = toX + barGap;
		return placed;
	});
}

const barGap = 3;

/** A Bar is a status bar: its row, and its items as areas to click, each of which does what its key does. */
interface Bar {
	readonly row: string;
	readonly areas: readonly Area[];
}

/** Returns the status bar, in the last row: as many items as fit, whole ones only, and a note at the right end. */
export function layBar(theme: Theme, items: readonly BarItem[], { columns, rows }: Size, note = ""): Bar {
	const placed = placeBar(items, columns, note);
	const areas = placed.flatMap(({ item, fromX, toX }) => {
		const press = pressOf(item);
		return press === undefined ? [] : [{ y: rows - 1, fromX, toX, target: { kind: "press", press } } as const];
	});
	const row = placed
		.map(({ item }) => `${theme.paint("strong", item.keys)} ${theme.paint("faint", item.words)}`)
		.join(" ".repeat(barGap));
	if (note === "") return { row: fill(` ${row}`, columns), areas };
	const shown = fit(note, columns - 2);
	const gap = " ".repeat(Math.max(1, columns - 2 - widthOf(row) - widthOf(shown)));
	return { row: ` ${row}${gap}${theme.paint("accent", shown)}`, areas };
}

/** Says what a page is made of. `scroll` is the number of rows that the person has scrolled down. */
interface Page {
	readonly size: Size;
	readonly theme: Theme;
	readonly title: string;
	readonly right?: string;
	readonly body: Body;
	readonly bar: readonly BarItem[];
	readonly scroll?: number;
}

/** Returns how far a body of `bodyRows` can be scrolled on a screen. */
export const maxScroll = (size: Size, bodyRows: number): number => Math.max(0, bodyRows - roomOf(size));

const roomOf = (size: Size): number => Math.max(1, size.rows - 2);

function scrollOf({ size, body, scroll = 0 }: Page): number {
	const most = maxScroll(size, body.rows.length);
	const wanted = Math.max(0, Math.min(scroll, most));
	const focusRow = body.cursor?.row ?? body.focusRow;
	if (focusRow === undefined) return wanted;
	// The focus is never scrolled out of sight; a row of what follows it stays visible, e.g. a hint.
	const lowest = Math.max(0, focusRow - 1);
	const highest = Math.min(most, focusRow + 2 - roomOf(size));
	return Math.max(0, Math.min(Math.max(wanted, highest), lowest));
}

/** Returns the finished frame of a page: title row, body, status bar. Short bodies stand a little above the middle, and wide screens centre them. */
export function layPage(page: Page): Frame {
	const { size, theme, body } = page;
	const room = roomOf(size);
	const scroll = scrollOf(page);
	const seen = body.rows.slice(scroll, scroll + room);
	const space = room - seen.length;
	const top = space <= 2 ? Math.min(space, 1) : Math.max(1, Math.floor(space / 3));
	const left = Math.max(marginOf(size), Math.floor((size.columns - bodyWidth(size)) / 2));
	const isCut = scroll < maxScroll(size, body.rows.length);
	const bar = layBar(theme, page.bar, size, isCut ? "↓ more" : scroll > 0 ? "↑ more" : "");
	const rows = [
		titleRow(theme, page.title, page.right ?? "", size.columns),
		...Array.from({ length: top }, () => ""),
		...seen.map((row) => (row === "" ? "" : " ".repeat(left) + row)),
		...Array.from({ length: space - top }, () => ""),
		bar.row,
	];
	const { areas } = bar;
	if (body.cursor === undefined) return { rows, areas };
	const y = 1 + top + body.cursor.row - scroll;
	return { rows, areas, cursor: { x: Math.min(size.columns - 1, left + body.cursor.column), y } };
}
