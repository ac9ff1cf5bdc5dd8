// Lets a person choose a message in the room: the choice has the keyboard in place of the message box, and what is asked for with the message is done here.
import { useState } from "react";
import type { Timeline } from "../../engine/api/api.ts";
import type { Person } from "../../engine/api/people.ts";
import { editing, replyTo } from "../composer/reply-or-edit.ts";
import type { Writing } from "../composer/use-writing.ts";
import { scrollStep, useLook, useTerminalVoice } from "../screen/screen.tsx";
import type { Press } from "../terminal/key-press.ts";
import type { EmojiNames } from "../text/emoji.ts";
import {
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
import type { RoomMode } from "./props.ts";
import { selectFoot } from "./select-foot.ts";

/** The page keys move by this many messages. */
const pageLines = 10;

/** What the room needs to know of the chosen message. */
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
	/** Opens the comparison of keys with somebody. */
	readonly verify: (person: Person) => void;
}

// Does what is asked for with a message.
function useDeeds(
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

/** Provides the choice of a message. */
export function useSelection(props: SelectionProps): Selecting {
	const { bookmark, timeline, writing, emoji } = props;
	const look = useLook();
	const [chosen, setChosen] = useState<Selection>();
	const [openIds, setOpenIds] = useState<ReadonlySet<string>>(new Set());
	const toggle = (id: string) =>
		setOpenIds((now) => new Set(now.has(id) ? [...now].filter((one) => one !== id) : [...now, id]));
	const act = useDeeds(props, () => setChosen(undefined), toggle);
	const selection = chosen && settled(chosen, timeline);
	const line = selection && selectedLine(selection, timeline);
	const onPress = (now: Selection, press: Press) => {
		const wheel =
			press.kind === "key" && press.name.startsWith("wheel") ? scrollStep(press.name, look.size) : undefined;
		if (wheel !== undefined) return bookmark.move((reader, shown) => scrolled(reader, shown, wheel));
		const [next, outputs] = pressSelection(now, press, { timeline, page: pageLines, emoji });
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
						bar: selectBar(selection, line),
						onPress: (press) => onPress(selection, press),
					},
		marks: { openIds, ...(selection === undefined ? {} : { selectedId: selection.id }) },
		choose: selection === undefined ? undefined : (id) => setChosen(settled({ id, index: selection.index }, timeline)),
		open,
		showWhole: (id) => setOpenIds((now) => new Set(now).add(id)),
	};
}
