// What rows of the timeline are made for, and the columns in which they stand.
import type { FileView } from "../../engine/api/files/files.ts";
import type { Theme } from "../look/theme.ts";
import { clockOf } from "../text/clock.ts";
import { widthOf, wrap } from "../text/width.ts";

/** Says what rows are made for. `width` is in columns, the margin included. */
export interface RowLook {
	readonly theme: Theme;
	readonly width: number;
	/** Web addresses are links unless this is false. */
	readonly hasLinks?: boolean;
}

/** Says what is marked in the timeline beside what is in it. */
export interface RowMarks {
	/** The id of the line that the person has chosen. */
	readonly selectedId?: string;
	/** Lists the long messages that are shown whole, by their ids. */
	readonly openIds?: ReadonlySet<string>;
	/** The index of the first entry that came while the person was not looking; a row above it says so. */
	readonly unreadFromIndex?: number;
	/** The words that are searched for, whatever their case. */
	readonly term?: string;
	/** Says how far the files of the room are, by `LineEntry.file`. */
	readonly files?: ReadonlyMap<string, FileView>;
	/** The words for how far files are change by steps only. */
	readonly isStill?: boolean;
}

/** Marks nothing. */
export const noMarks: RowMarks = {};

/** The first column: free but for a sign, of what is chosen or calls the person. */
export const marginWidth = 1;
/** Columns of a time of day and the space behind it. */
export const timeWidth = 6;

/** Returns the time, then the text wrapped beside it. */
export function stamped(at: number, text: string, look: RowLook, paint: (row: string) => string): readonly string[] {
	const time = `${" ".repeat(marginWidth)}${look.theme.paint("faint", clockOf(at))} `;
	const indent = " ".repeat(marginWidth + timeWidth);
	return wrap(text, look.width - indent.length).map((row, index) => (index === 0 ? time : indent) + paint(row));
}

/** Puts painted text on as many rows as it needs; pieces stay whole where they fit. */
export function flow(pieces: readonly string[], gap: string, width: number): readonly string[] {
	const rows: string[] = [];
	let used = 0;
	for (const piece of pieces) {
		const wide = widthOf(piece);
		const last = rows.at(-1);
		if (last !== undefined && used + gap.length + wide <= width) {
			rows[rows.length - 1] = last + gap + piece;
			used += gap.length + wide;
		} else {
			rows.push(piece);
			used = wide;
		}
	}
	return rows;
}
