// Choosing a message in the room (select.ts): has the keyboard in place of the message box, and does what is asked for with the message.
import { useState } from "react";
import type { Timeline } from "../engine/api.ts";
import { editing, replyTo } from "./composing.ts";
import type { EmojiNames } from "./emoji.ts";
import type { Press } from "./press.ts";
import { anchorOf, jumped, revealed, scrolled } from "./reading.ts";
import type { RoomMode } from "./room-mode.ts";
import type { RowMarks } from "./row-look.ts";
import { scrollStep, useLook, useTerminalVoice } from "./screen.tsx";
import {
	pressSelection,
	type Selection,
	type SelectOutput,
	selectBar,
	selectedLine,
	selectFrom,
	settled,
} from "./select.ts";
import { selectFoot } from "./select-foot.ts";
import type { Bookmark } from "./use-scrollback.ts";
import type { RoomCalls, useSubmit } from "./use-submit.ts";
import { bottomIndex } from "./viewport.ts";

/** Lines that page keys move by. */
const pageLines = 10;

/** What the room needs of it. */
interface Selecting {
	/** Has the keyboard while a message is chosen. `calls`: what is asked of the room. */
	readonly mode: (calls: () => RoomCalls) => RoomMode | undefined;
	readonly marks: RowMarks;
	/** Chooses the lowest line on screen. */
	readonly open: () => void;
	/** Chooses another line; only while one is chosen: a click that was meant for the window must not take the keyboard from the message box. */
	readonly choose: ((id: string) => void) | undefined;
}

/** The names of emoji are many: they are loaded when somebody chooses a message. */
function useEmojiNames(): readonly [EmojiNames | undefined, () => void] {
	const [names, setNames] = useState<EmojiNames>();
	const load = () => void import("./emoji-names.ts").then(({ emojiNames }) => setNames(emojiNames));
	return [names, names === undefined ? load : () => {}];
}

type State = ReturnType<typeof useSubmit>;

// Does what is asked for with a message.
function useDeeds({ move }: Bookmark, state: State, close: () => void) {
	const voice = useTerminalVoice();
	return (output: SelectOutput, calls: RoomCalls) => {
		switch (output.kind) {
			case "reply":
				return state.write(replyTo(output.line));
			case "edit":
				return state.write(editing(output.line, state.composer.edit.text));
			case "perform":
				return void state.send(output.command, "");
			case "copy":
				return state.tell(voice.copy("the message", output.text));
			case "reveal":
				return move((now, shown) => revealed(now, shown, output.id));
			case "jump":
				return move((now, shown) => jumped(now, shown, output.id, { isHolding: true }) ?? now);
			case "verify":
				return calls.verifyWith(output.person);
			case "close":
				return close();
		}
	};
}

// The lowest line on screen.
function lowestLine({ reading, view }: Bookmark, timeline: Timeline): Selection | undefined {
	const shown = view.current;
	const index = shown === undefined ? timeline.length - 1 : bottomIndex(shown.source, anchorOf(shown, reading.spot));
	return selectFrom(timeline, index);
}

/** Choosing a message of `timeline`. `state`: of the message box. */
export function useSelection(bookmark: Bookmark, timeline: Timeline, state: State): Selecting {
	const look = useLook();
	const [chosen, setChosen] = useState<Selection>();
	const [emoji, loadEmoji] = useEmojiNames();
	const act = useDeeds(bookmark, state, () => setChosen(undefined));
	const selection = chosen && settled(chosen, timeline);
	const line = selection && selectedLine(selection, timeline);
	const onPress = (now: Selection, press: Press, calls: RoomCalls) => {
		const wheel =
			press.kind === "key" && press.name.startsWith("wheel") ? scrollStep(press.name, look.size) : undefined;
		if (wheel !== undefined) return bookmark.move((reader, shown) => scrolled(reader, shown, wheel));
		const [next, outputs] = pressSelection(now, press, { timeline, page: pageLines, emoji });
		setChosen(next);
		for (const output of outputs) act(output, calls);
	};
	const open = () => {
		loadEmoji();
		const wish = lowestLine(bookmark, timeline);
		if (wish === undefined) return state.tell("Nobody has said anything yet.");
		setChosen(wish);
		bookmark.move((now, then) => revealed(now, then, wish.id));
	};
	return {
		mode: (calls) =>
			selection === undefined || line === undefined
				? undefined
				: {
						foot: selectFoot(selection, line, look, emoji),
						bar: selectBar(selection, line),
						onPress: (press) => onPress(selection, press, calls()),
					},
		marks: selection === undefined ? {} : { selectedId: selection.id },
		choose: selection === undefined ? undefined : (id) => setChosen(settled({ id, index: selection.index }, timeline)),
		open,
	};
}
