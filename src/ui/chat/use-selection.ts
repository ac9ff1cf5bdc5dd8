// Lets a person choose a message in the room: the choice has the keyboard in place of the message box, and what is asked for with the message is done here.
import { useMemo, useState } from "react";
import type { Timeline } from "../../engine/api/api.ts";
import type { LineEntry } from "../../engine/api/content.ts";
import type { FileView } from "../../engine/api/files/files.ts";
import type { Person } from "../../engine/api/people.ts";
import { beginningOf, editing, replyTo } from "../composer/reply-or-edit.ts";
import type { Writing } from "../composer/use-writing.ts";
import { openPath } from "../files/open-path.ts";
import { type Look, scrollStep, useLook, useTerminalVoice } from "../screen/screen.tsx";
import { layField } from "../screen/text-field.ts";
import { useSettings } from "../settings/use-settings.tsx";
import type { Press } from "../terminal/key-press.ts";
import { commonReactions, type EmojiNames, reactionOf } from "../text/emoji.ts";
import { fit, widthOf, wrap } from "../text/width.ts";
import { goneWords } from "../timeline/line-words.ts";
import {
	offeredBy,
	pressSelection,
	type Selection,
	type SelectOutput,
	selectBar,
	selectedLine,
	selectFrom,
	settled,
} from "../timeline/message-selection.ts";
import type { RowMarks } from "../timeline/row-look.ts";
import { anchorOf, jumped, revealed, scrolled } from "../timeline/scroll-position.ts";
import type { Bookmark } from "../timeline/use-scrollback.ts";
import { bottomIndex } from "../timeline/viewport.ts";
import type { Foot } from "./frame.ts";
import type { RoomMode } from "./props.ts";

/** The page keys move by this many messages. */
const pageLines = 10;

/** Holds what the room needs to know of the chosen message. */
interface Selecting {
	/** The mode that has the keyboard, or `undefined` when no message is chosen. */
	readonly mode: RoomMode | undefined;
	readonly marks: RowMarks;
	/** Chooses the lowest line on screen. */
	readonly open: () => void;
	/** Chooses another line. It is there only while one is chosen: a click that was meant for the window must not take the keyboard from the message box. */
	readonly choose: ((id: string) => void) | undefined;
	/** Shows a folded message whole, until it is folded again. */
	readonly showWhole: (id: string) => void;
}

interface SelectionProps {
	readonly bookmark: Bookmark;
	readonly timeline: Timeline;
	readonly writing: Writing;
	readonly emoji: EmojiNames | undefined;
	/** The files of the room. */
	readonly files: readonly FileView[];
	/** Opens the comparison of keys with somebody. */
	readonly verify: (person: Person) => void;
}

// Does what is asked for with a message.
function useOutputs(
	{ bookmark: { move }, writing, verify }: SelectionProps,
	close: () => void,
	open: (id: string) => void,
) {
	const voice = useTerminalVoice();
	return (output: SelectOutput) => {
		switch (output.kind) {
			case "reply":
				return writing.write(replyTo(output.line));
			case "edit":
				return writing.write(editing(output.line, writing.composer.edit.text));
			case "perform":
				return void writing.send(output.command, "");
			case "copy":
				return writing.tell(voice.copy("the message", output.text));
			case "open":
				return open(output.id);
			case "reveal":
				return move((now, shown) => revealed(now, shown, output.id));
			case "jump":
				return move((now, shown) => jumped(now, shown, output.id, { isHolding: true }) ?? now);
			case "verify":
				return verify(output.person);
			case "openFile":
				return void openPath(output.path).then((note) => note !== undefined && writing.tell(note));
			case "close":
				return close();
		}
	};
}

// Finds the lowest line on screen.
function lowestLine({ reading, view }: Bookmark, timeline: Timeline): Selection | undefined {
	const shown = view.current;
	const index = shown === undefined ? timeline.length - 1 : bottomIndex(shown.source, anchorOf(shown, reading.spot));
	return selectFrom(timeline, index);
}

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

// Lays out the rows below the timeline while `line` is chosen: they stand in place of the message box.
function selectFoot({ ask, note }: Selection, line: LineEntry, look: Look, emoji?: EmojiNames): Foot {
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

/** Provides the choice of a message. */
export function useSelection(props: SelectionProps): Selecting {
	const { bookmark, timeline, writing, emoji } = props;
	const look = useLook();
	const { motion, files: wishes } = useSettings().settings;
	const files = useMemo(() => new Map(props.files.map((file) => [file.id, file])), [props.files]);
	const [chosen, setChosen] = useState<Selection>();
	const [openIds, setOpenIds] = useState<ReadonlySet<string>>(new Set());
	const toggle = (id: string) =>
		setOpenIds((now) => new Set(now.has(id) ? [...now].filter((one) => one !== id) : [...now, id]));
	const act = useOutputs(props, () => setChosen(undefined), toggle);
	const selection = chosen && settled(chosen, timeline);
	const line = selection && selectedLine(selection, timeline);
	const onPress = (now: Selection, press: Press) => {
		const wheel =
			press.kind === "key" && press.name.startsWith("wheel") ? scrollStep(press.name, look.size) : undefined;
		if (wheel !== undefined) return bookmark.move((reader, shown) => scrolled(reader, shown, wheel));
		const [next, outputs] = pressSelection(now, press, {
			timeline,
			page: pageLines,
			emoji,
			files,
			folder: wishes.folder,
		});
		setChosen(next);
		for (const output of outputs) act(output);
	};
	const open = () => {
		const wish = lowestLine(bookmark, timeline);
		if (wish === undefined) return writing.tell("Nobody has said anything yet.");
		setChosen(wish);
		bookmark.move((now, then) => revealed(now, then, wish.id));
	};
	return {
		mode:
			selection === undefined || line === undefined
				? undefined
				: {
						foot: selectFoot(selection, line, look, emoji),
						bar: selectBar(selection, line, offeredBy(line, files)),
						onPress: (press) => onPress(selection, press),
					},
		marks: { openIds, files, isStill: !motion, ...(selection === undefined ? {} : { selectedId: selection.id }) },
		choose: selection === undefined ? undefined : (id) => setChosen(settled({ id, index: selection.index }, timeline)),
		open,
		showWhole: (id) => setOpenIds((now) => new Set(now).add(id)),
	};
}
