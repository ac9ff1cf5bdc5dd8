// Puts finished frames on the terminal: only rows that have changed, each written whole. Ink would measure and cut every cell of the screen at every key.
import type { TerminalOutput } from "./output.ts";
import { steadied } from "./pin-columns.ts";
import { shifted, shiftOf, shiftOrder } from "./row-shift.ts";

/** A Picture is a frame on a terminal of a size. `cursor` counts from 0; without it the cursor is hidden. */
export interface Picture {
	readonly rows: readonly string[];
	readonly columns: number;
	readonly height: number;
	readonly cursor?: { readonly x: number; readonly y: number };
}

// Nobody sees a frame before it is whole, in terminals that know this; the others see no cursor running about.
const begin = "\u001B[0m\u001B[?2026h\u001B[?25l";
const end = "\u001B[?2026l";
const showCursor = "\u001B[?25h";
const emptyWindow = "\u001B[0m\u001B[H\u001B[2J";
const place = (x: number, y: number): string => `\u001B[${y + 1};${x + 1}H`;

// Colours and links are what rows are painted with; any other order to the terminal has no business in a row, whoever put it there.
const orders =
	/(\u001B\[[\d;:]*m|\u001B\]8;[^\u0000-\u001F\u007F-\u009F]*(?:\u001B\\|\u0007))|\u001B\[[0-?]*[ -/]*[@-~]?|\u001B[\]PX^_][^\u0007\u001B]*(?:\u001B\\|\u0007)?|[\u0000-\u001F\u007F-\u009F]/g;

/** Returns a row without anything but text, colours and links. */
export const harmlessRow = (row: string): string => row.replace(orders, "$1");

const isSameSize = (one: Picture, other: Picture): boolean =>
	one.columns === other.columns && one.height === other.height;

const isSameCursor = ({ cursor: one }: Picture, { cursor: other }: Picture): boolean =>
	one?.x === other?.x && one?.y === other?.y;

/**
 * Returns what turns one picture into the next; "" when nothing has changed. `before` is `undefined` when it is not known what stands there; `written` gives a
 * row as it is to be written.
 */
function change(before: Picture | undefined, after: Picture, written: (row: string) => string): string {
	const known = before !== undefined && isSameSize(before, after) ? before : undefined;
	const shift = known === undefined ? undefined : shiftOf(known.rows, after.rows.slice(0, after.height));
	const standing = known === undefined ? [] : shift === undefined ? known.rows : shifted(known.rows, shift);
	let rows = shift === undefined ? "" : shiftOrder(shift);
	for (let y = 0; y < Math.min(Math.max(after.rows.length, standing.length), after.height); y++) {
		const row = after.rows[y] ?? "";
		if ((standing[y] ?? "") !== row) rows += `${place(0, y)}\u001B[2K${written(row)}\u001B[0m`;
	}
	if (known !== undefined && rows === "" && isSameCursor(known, after)) return "";
	const { cursor } = after;
	const shown = cursor === undefined ? "" : place(cursor.x, cursor.y) + showCursor;
	return begin + (known === undefined ? emptyWindow : "") + rows + shown + end;
}

/** At most this many rows are kept ready: two screens of the tallest kind and what scrolls through them. */
const maxReady = 1_000;

/** A Canvas is what a painter draws on. While it is behind no frame is written; when it has caught up only the newest is. */
export type Canvas = Pick<TerminalOutput, "write" | "isBehind" | "onCaughtUp">;

/** Owns what stands on one terminal. */
export class Painter {
	readonly #canvas: Canvas;
	readonly #ready = new Map<string, string>();
	#readyColumns = 0;
	#drawn: Picture | undefined;
	#latest: Picture | undefined;
	#isPaused = false;

	constructor(canvas: Canvas) {
		this.#canvas = canvas;
		canvas.onCaughtUp(() => this.#latest !== undefined && this.draw(this.#latest));
	}

	/** Draws a picture; while the terminal is somebody else's or takes nothing, the newest one is drawn afterwards. */
	draw(picture: Picture): void {
		this.#latest = picture;
		if (this.#isPaused || this.#canvas.isBehind()) return;
		const text = change(this.#drawn, picture, (row) => this.#written(row, picture.columns));
		this.#drawn = picture;
		if (text !== "") this.#canvas.write(text);
	}

	/** Forgets what stands there, because somebody else may have written on the terminal: the next picture is drawn whole. */
	forget(): void {
		this.#drawn = undefined;
	}

	/** Draws the latest picture whole if it is not known to stand there. */
	restore(): void {
		if (this.#drawn === undefined && this.#latest !== undefined) this.draw(this.#latest);
	}

	/** Stops drawing, because the terminal is somebody else's. */
	pause(): void {
		this.#isPaused = true;
		this.#drawn = undefined;
	}

	/** Draws again, because the terminal is ours: the newest picture is drawn whole. */
	resume(): void {
		this.#isPaused = false;
		this.restore();
	}

	#written(row: string, columns: number): string {
		if (columns !== this.#readyColumns) this.#ready.clear();
		this.#readyColumns = columns;
		const known = this.#ready.get(row);
		if (known !== undefined) return known;
		const home = "\u001B[H";
		const written = steadied(home + harmlessRow(row), columns).slice(home.length);
		if (this.#ready.size >= maxReady) this.#ready.clear();
		this.#ready.set(row, written);
		return written;
	}
}
