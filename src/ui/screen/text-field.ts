// Lays out what is being typed: a one-row field that scrolls sideways, and the chat's message box of several rows. Pure.
import { graphemesOf, graphemeWidth, widthOf } from "../text/width.ts";
import { applyEdit, type Edit } from "./edit.ts";

/** A FieldRow is one row of a field, with the column of the cursor in it. */
interface FieldRow {
	readonly text: string;
	readonly cursorColumn: number;
}

/** This is shown instead of each grapheme of a secret. */
const maskSign = "•";

/** Returns a one-row field `width` columns wide; the part around the cursor is shown. Newlines are shown as spaces. */
export function layField(edit: Edit, width: number, isMasked: boolean): FieldRow {
	const before = graphemesOf(edit.text.slice(0, edit.cursor));
	const after = graphemesOf(edit.text.slice(edit.cursor));
	const shown = (part: string) => (isMasked ? maskSign : part === "\n" ? " " : part);
	let start = before.length;
	let used = 0;
	// One column stays free for the cursor behind the last character.
	while (start > 0) {
		const wide = graphemeWidth(shown(before[start - 1] ?? ""));
		if (used + wide > width - 1) break;
		used += wide;
		start--;
	}
	let text = before.slice(start).map(shown).join("");
	const cursorColumn = used;
	for (const part of after) {
		const sign = shown(part);
		if (used + graphemeWidth(sign) > width - 1) break;
		text += sign;
		used += graphemeWidth(sign);
	}
	return { text, cursorColumn };
}

/** A DraftRow is one screen row of a message box: the code units [start, end) of the text. */
interface DraftRow {
	readonly start: number;
	readonly end: number;
	readonly text: string;
}

/** A text laid out in rows, and where the cursor is in them. */
interface DraftLayout {
	readonly rows: readonly DraftRow[];
	readonly cursorRow: number;
	readonly cursorColumn: number;
}

function rowsOfLine(line: string, offset: number, width: number): readonly DraftRow[] {
	const rows: DraftRow[] = [];
	let start = 0;
	let end = 0;
	let used = 0;
	// Where the last word of the row begins, and the columns before it.
	let word = { at: 0, column: 0 };
	const finishAt = (to: number, column: number) => {
		rows.push({ start: offset + start, end: offset + to, text: line.slice(start, to) });
		start = to;
		used -= column;
		word = { at: to, column: 0 };
	};
	for (const part of graphemesOf(line)) {
		const wide = graphemeWidth(part);
		// A space behind a full row hangs in the column that is the cursor's.
		const isHanging = part === " " && used === width;
		while (!isHanging && used + wide > width && end > start) {
			if (word.at > start) finishAt(word.at, word.column);
			else finishAt(end, used);
		}
		used += wide;
		end += part.length;
		if (isHanging) finishAt(end, used);
		else if (part === " ") word = { at: end, column: used };
	}
	finishAt(end, used);
	return rows;
}

/**
 * Breaks a draft into rows of at most `width` columns, behind spaces where a row has any and else between graphemes. The caller leaves one more column for
 * the cursor, into which a space may hang.
 */
export function layDraft(edit: Edit, width: number): DraftLayout {
	const rows: DraftRow[] = [];
	let offset = 0;
	for (const line of edit.text.split("\n")) {
		rows.push(...rowsOfLine(line, offset, Math.max(2, width)));
		offset += line.length + 1;
	}
	// At a break the cursor belongs to the row that begins there.
	const cursorRow = Math.max(
		0,
		rows.findLastIndex((row) => row.start <= edit.cursor),
	);
	const row = rows[cursorRow];
	return { rows, cursorRow, cursorColumn: widthOf(row?.text.slice(0, edit.cursor - row.start) ?? "") };
}

/** Moves the cursor up (-1) or down (1) a screen row; `undefined` when there is no such row. */
export function moveByRow(edit: Edit, step: -1 | 1, width: number): Edit | undefined {
	const layout = layDraft(edit, width);
	const row = layout.rows[layout.cursorRow + step];
	if (row === undefined) return undefined;
	const parts = graphemesOf(row.text);
	// Behind the last sign of a row that goes on the cursor would belong to the next row.
	const goesOn = layout.rows[layout.cursorRow + step + 1]?.start === row.end;
	let cursor = row.start;
	let column = 0;
	for (const part of goesOn ? parts.slice(0, -1) : parts) {
		if (column + graphemeWidth(part) > layout.cursorColumn) break;
		column += graphemeWidth(part);
		cursor += part.length;
	}
	return applyEdit(edit, { kind: "moveTo", cursor });
}
