// Lays out what stands in place of the message box while a message is chosen: which one, what is asked about it, and what was typed. Pure.
import type { LineEntry } from "../../engine/api/content.ts";
import { beginningOf } from "../composer/reply-or-edit.ts";
import type { Look } from "../screen/screen.tsx";
import { layField } from "../screen/text-field.ts";
import type { EmojiNames } from "../text/emoji.ts";
import { commonReactions, reactionOf } from "../text/emoji.ts";
import { fit, widthOf, wrap } from "../text/width.ts";
import { goneWords } from "../timeline/line-words.ts";
import type { Selection } from "../timeline/message-selection.ts";
import type { Foot } from "./frame.ts";

const lead = " emoji › ";

function chosenWords(line: LineEntry): string {
	const name = line.from.isSelf ? "You" : line.from.name;
	return `${name}: ${line.gone === undefined ? beginningOf(line.text) : goneWords(line.gone)}`;
}

function reactFoot(edit: Extract<Selection["ask"], { kind: "react" }>["edit"], look: Look, emoji?: EmojiNames): Foot {
	const { theme, size } = look;
	const offers = commonReactions.map((one, index) => `${index + 1} ${one}`).join("  ");
	const meant = edit.text.startsWith(":") ? (reactionOf(edit.text, emoji) ?? "") : "";
	const room = Math.max(4, size.columns - lead.length - widthOf(meant) - 3);
	const { text, cursorColumn } = layField(edit, room, false);
	const hint = edit.text === "" ? fit("or an emoji, or a name: :tada:", room) : "";
	const row = `${theme.paint("accent", lead)}${text}${theme.paint("faint", hint)}${meant === "" ? "" : `  ${meant}`}`;
	const rows = [` ${fit(offers, size.columns - 2)}`, row];
	return { rows, cursor: { row: 1, column: lead.length + cursorColumn } };
}

/** Lays out the rows below the timeline while `line` is chosen. */
export function selectFoot({ ask, note }: Selection, line: LineEntry, look: Look, emoji?: EmojiNames): Foot {
	const { theme, size } = look;
	const width = size.columns - 2;
	const notes = note === undefined ? [] : wrap(note, width).map((row) => ` ${theme.paint("warning", row)}`);
	if (ask?.kind === "react") {
		const foot = reactFoot(ask.edit, look, emoji);
		const cursor = foot.cursor && { ...foot.cursor, row: foot.cursor.row + notes.length };
		return { rows: [...notes, ...foot.rows], ...(cursor === undefined ? {} : { cursor }) };
	}
	if (ask?.kind === "delete") {
		const words = wrap("Delete this message for everybody? Who has read it has read it. Enter: yes. Esc: no.", width);
		return { rows: words.map((row) => ` ${theme.paint("warning", row)}`) };
	}
	return { rows: [...notes, ` ${theme.paint("accent", "▸")} ${fit(chosenWords(line), width - 2)}`] };
}
