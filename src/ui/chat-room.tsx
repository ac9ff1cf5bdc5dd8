// The room itself: timeline, people beside it, and the message box that has the keyboard.
import { type ReactNode, useState } from "react";
import {
	chatSpace,
	draftWidthOf,
	type Foot,
	headerWords,
	layChat,
	layComposer,
	roomTitle,
	sidebarRowWidth,
} from "./chat-frame.ts";
import type { ChatProps } from "./chat-props.ts";
import { type ComposerOutput, composerOffered, type Note, pressComposer } from "./composer.ts";
import { type Composing, composingWords, plainComposing } from "./composing.ts";
import type { ChatAction, Keymap } from "./keymap.ts";
import { type BarItem, barOf } from "./keys.ts";
import type { Size } from "./page.ts";
import { PaletteScreen } from "./palette.tsx";
import type { PaletteChoice } from "./palette-state.ts";
import { personRow } from "./person-row.ts";
import type { Press } from "./press.ts";
import type { RoomMode } from "./room-mode.ts";
import { type Look, Screen, scrollStep, useLook, useMouse, useTerminalVoice } from "./screen.tsx";
import { type Bookmark, type Scrollback, useScrollback } from "./use-scrollback.ts";
import { useSettings } from "./use-settings.tsx";
import type { RoomCalls, Shows, useSubmit } from "./use-submit.ts";

interface ChatRoomProps extends ChatProps {
	readonly show: Shows;
	readonly state: ReturnType<typeof useSubmit>;
	readonly bookmark: Bookmark;
}

type Actions = Readonly<Partial<Record<ChatAction, () => void>>>;

function actionsOf(
	{ show, hosting }: ChatRoomProps,
	openPalette: () => void,
	scrollback: Scrollback,
	size: Size,
	listHeight: number,
): Actions {
	const scroll = (key: string) => () => scrollback.scroll(scrollStep(key, { ...size, rows: listHeight + 3 }) ?? 0);
	return {
		palette: openPalette,
		help: () => show.over("help"),
		people: show.people,
		...(hosting === undefined ? {} : { invite: () => show.over("invite") }),
		"page-up": scroll("pageUp"),
		"page-down": scroll("pageDown"),
		"scroll-up": scroll("up"),
		"scroll-down": scroll("down"),
		oldest: scroll("home"),
		newest: scrollback.toEnd,
	};
}

// Ctrl-K is also what readline erases to the end of the line with: it does, where something stands there.
const isForBox = (key: string, { text, cursor }: { readonly text: string; readonly cursor: number }): boolean =>
	key === "ctrl+k" && cursor < text.length;

// Does what keys and the message box ask for.
function usePress(props: ChatRoomProps, actions: Actions, calls: RoomCalls, scrollback: Scrollback, size: Size) {
	const { composer, setComposer, composing, write: compose, submit } = props.state;
	const { keymap } = useSettings().settings;
	const act = (output: ComposerOutput) => {
		switch (output.kind) {
			case "submit":
				scrollback.toEnd();
				return submit(output.text, calls);
			case "escape":
				return composing.kind === "plain" ? scrollback.toEnd() : compose(plainComposing);
			case "leave":
				return props.onLeave();
		}
	};
	const names = props.people.filter((person) => !person.isSelf).map((person) => person.name);
	const write = (press: Press) => {
		const context = { draftWidth: draftWidthOf(size), isHost: props.phase.role === "host", names };
		const [next, outputs] = pressComposer(composer, press, context);
		setComposer(next);
		// At once: what an output does may end the room before the next drawing.
		props.keepDraft(next.edit.text);
		for (const output of outputs) act(output);
	};
	return (press: Press) => {
		const key = press.kind === "key" ? press.name : "";
		if (key === "wheelUp" || key === "wheelDown") return scrollback.scroll(scrollStep(key, size) ?? 0);
		const action = isForBox(key, composer.edit) || composer.ask?.kind === "paste" ? undefined : keymap.actionOf(key);
		const run = action === undefined ? undefined : actions[action];
		if (run === undefined) write(press);
		else run();
	};
}

function choose(
	choice: PaletteChoice,
	{ submit, setComposer }: ChatRoomProps["state"],
	actions: Actions,
	calls: RoomCalls,
): void {
	if (choice.kind === "action") actions[choice.action]?.();
	else if (choice.kind === "submit") submit(choice.text, calls);
	else setComposer((now) => composerOffered(now, choice.text));
}

const reconnectingNote: Note = {
	tone: "warning",
	text: "The connection broke; reconnecting … You can go on writing: it is sent when you are back.",
};

const barForChat = ({ hosting, gate }: ChatProps, keymap: Keymap): readonly BarItem[] =>
	barOf("chat", hosting === undefined ? [keymap.wordsOf("invite")] : [], keymap).map((item) =>
		item.keys === keymap.wordsOf("people") && gate !== undefined ? { ...item, words: "admin" } : item,
	);

// The row above the message box that says what is written, when it is no new message.
function withComposing(foot: Foot, composing: Composing, { theme, size }: Look): Foot {
	const words = composingWords(composing, size.columns - 2);
	if (words === undefined) return foot;
	const { cursor } = foot;
	const moved = cursor === undefined ? {} : { cursor: { ...cursor, row: cursor.row + 1 } };
	return { rows: [` ${theme.paint("quote", words)}`, ...foot.rows], ...moved };
}

// What typed lines ask of the room.
function useCalls({ state }: ChatRoomProps): RoomCalls {
	const voice = useTerminalVoice();
	const notHere = () => state.refuse("", "That is not in this version.");
	return {
		unread: notHere,
		editor: notHere,
		search: notHere,
		date: notHere,
		verifyWith: notHere,
		copy: (text) => voice.copy("the message", text),
	};
}

/** Draws the room and takes its keys. */
export function ChatRoom(props: ChatRoomProps): ReactNode {
	const look = useLook();
	useMouse();
	const { keymap, links } = useSettings().settings;
	const [isPaletteOpen, setPaletteOpen] = useState(false);
	const { people, phase } = props;
	const isReconnecting = phase.isReconnecting === true;
	const hint = "Say something. /help lists what else you can do.";
	// The first that is not undefined has the keyboard.
	const mode = ([] as readonly (RoomMode | undefined)[]).find((one) => one !== undefined);
	const standing = isReconnecting ? reconnectingNote : undefined;
	const foot =
		mode?.foot ?? withComposing(layComposer(props.state.composer, hint, look, standing), props.state.composing, look);
	const calls = useCalls(props);
	const space = chatSpace(look.size, foot.rows.length);
	const rowLook = { theme: look.theme, width: space.rowWidth, hasLinks: links };
	const scrollback = useScrollback(props.bookmark, props.timeline, rowLook, space.listHeight);
	const actions = actionsOf(props, () => setPaletteOpen(true), scrollback, look.size, space.listHeight);
	const onWritePress = usePress(props, actions, calls, scrollback, look.size);
	const onPress = mode?.onPress ?? onWritePress;
	if (isPaletteOpen) {
		return (
			<PaletteScreen
				isHost={phase.role === "host"}
				onClose={() => setPaletteOpen(false)}
				onChoose={(choice) => choose(choice, props.state, actions, calls)}
			/>
		);
	}
	const frame = layChat({
		look,
		title: roomTitle(people, phase.role),
		right: headerWords(people, isReconnecting ? "reconnecting…" : "connected"),
		space,
		list: scrollback.list,
		people: space.hasSidebar ? people.map((person) => personRow(look.theme, person, sidebarRowWidth)) : [],
		scroll: scrollback,
		foot,
		bar: mode?.bar ?? barForChat(props, keymap),
	});
	return <Screen frame={frame} onPress={onPress} />;
}
