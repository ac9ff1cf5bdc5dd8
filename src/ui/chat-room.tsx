// The room itself: timeline, people beside it, and the message box that has the keyboard.
import { type ReactNode, useState } from "react";
import { chatAreas } from "./chat-areas.ts";
import {
	chatSpace,
	draftWidthOf,
	headerWords,
	layChat,
	layComposer,
	roomTitle,
	sidebarRowWidth,
	withComposing,
} from "./chat-frame.ts";
import type { ChatProps } from "./chat-props.ts";
import { composerOffered, isForComposer } from "./composer.ts";
import { plainComposing } from "./composing.ts";
import type { ChatAction, Keymap } from "./keymap.ts";
import { type BarItem, barOf } from "./keys.ts";
import type { ClickTarget } from "./mouse.ts";
import type { Size } from "./page.ts";
import { PaletteScreen } from "./palette.tsx";
import type { PaletteChoice } from "./palette-state.ts";
import { personRow } from "./person-row.ts";
import type { Press } from "./press.ts";
import { Screen, scrollStep, useLook, useMouse, useTerminalVoice } from "./screen.tsx";
import { saysSomething } from "./slash.ts";
import { standingNote } from "./standing-notes.ts";
import { type Box, type RoomOutput, useBox } from "./use-box.ts";
import { type Bookmark, type Scrollback, useScrollback } from "./use-scrollback.ts";
import { type Search, useSearch } from "./use-search.ts";
import { useSelection } from "./use-selection.ts";
import { useSettings } from "./use-settings.tsx";
import type { RoomCalls, Shows, useSubmit } from "./use-submit.ts";
import { useTyping } from "./use-typing.ts";

interface ChatRoomProps extends ChatProps {
	readonly show: Shows;
	readonly state: ReturnType<typeof useSubmit>;
	readonly bookmark: Bookmark;
}

type Actions = Readonly<Partial<Record<ChatAction, () => void>>>;

function actionsOf(
	{ show, hosting, state }: ChatRoomProps,
	openPalette: () => void,
	select: () => void,
	calls: RoomCalls,
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
		select,
		verify: () => verifySomebody(show, state),
		editor: calls.editor,
		search: () => calls.search(""),
		unread: calls.unread,
		date: () => state.setComposer((now) => composerOffered(now, "/date ")),
		"jump-back": () => void (scrollback.back() || state.refuse("", "There was no jump to come back from.")),
		"page-up": scroll("pageUp"),
		"page-down": scroll("pageDown"),
		"scroll-up": scroll("up"),
		"scroll-down": scroll("down"),
		oldest: scroll("home"),
		newest: scrollback.toEnd,
	};
}

// Whoever asks is answered; otherwise the name is asked for in the message box, where Tab completes it.
function verifySomebody({ answerVerify }: Shows, { setComposer }: ChatRoomProps["state"]): void {
	if (!answerVerify()) setComposer((now) => composerOffered(now, "/verify "));
}

// Does what keys and the message box ask for.
function usePress(
	props: ChatRoomProps,
	box: Box,
	actions: Actions,
	calls: RoomCalls,
	scrollback: Scrollback,
	size: Size,
) {
	const { composer, composing, write: compose, submit } = props.state;
	const { keymap } = useSettings().settings;
	const tellTyping = useTyping(props.talk, props.perform);
	const act = (output: RoomOutput) => {
		switch (output.kind) {
			case "submit":
				if (composing.kind !== "edit" && saysSomething(output.text)) {
					scrollback.toEnd();
					scrollback.caughtUp();
				}
				return submit(output.text, calls);
			case "escape":
				return composing.kind === "plain" ? scrollback.toEnd() : compose(plainComposing);
			case "leave":
				return props.onLeave();
		}
	};
	const write = (press: Press) => {
		const { text, isSent } = box.press(press, act);
		// A line says by itself that nobody types any more.
		if (!isSent) tellTyping(composer.edit.text, text);
	};
	return (press: Press) => {
		scrollback.unmark();
		const key = press.kind === "key" ? press.name : "";
		if (key === "wheelUp" || key === "wheelDown") return scrollback.scroll(scrollStep(key, size) ?? 0);
		const action = isForComposer(composer, key) ? undefined : keymap.actionOf(key);
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

const barForChat = ({ hosting, gate }: ChatProps, keymap: Keymap): readonly BarItem[] =>
	barOf("chat", hosting === undefined ? [keymap.wordsOf("invite")] : [], keymap).map((item) =>
		item.keys === keymap.wordsOf("people") && gate !== undefined ? { ...item, words: "admin" } : item,
	);

// What typed lines ask of the room.
function useCalls({ state, show }: ChatRoomProps, box: Box, scrollback: Scrollback, search: Search): RoomCalls {
	const voice = useTerminalVoice();
	return {
		unread: () => void (scrollback.toUnread() || state.tell("There is nothing here that you have not seen.")),
		editor: box.openEditor,
		search: search.open,
		date: scrollback.toTime,
		verifyWith: show.verify,
		copy: (text) => voice.copy("the message", text),
	};
}

// What a click does that is not the same as a key.
function useClick({ show, state }: ChatRoomProps, scrollback: Scrollback, select: ((id: string) => void) | undefined) {
	return (target: ClickTarget) => {
		if (target.kind === "newest") scrollback.toEnd();
		else if (target.kind === "person") show.people();
		else if (target.kind === "entry") select?.(target.id);
		else if (target.kind === "goTo" && !scrollback.jumpTo(target.id)) {
			state.tell("The message that this answers is not here any more.");
		}
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
	const search = useSearch(props.bookmark, props.timeline, keymap);
	// The first that is not undefined has the keyboard.
	const selecting = useSelection(props.bookmark, props.timeline, props.state);
	const mode = search.mode ?? selecting.mode(() => calls);
	const verification = props.talk?.verification;
	const standing = standingNote({ phase, verification, others: people.length - 1, keymap });
	const foot =
		mode?.foot ?? withComposing(layComposer(props.state.composer, hint, look, standing), props.state.composing, look);
	const space = chatSpace(look.size, foot.rows.length);
	const rowLook = { theme: look.theme, width: space.rowWidth, hasLinks: links };
	const scrollback = useScrollback(props.bookmark, props.timeline, rowLook, space.listHeight, {
		...selecting.marks,
		...search.marks,
	});
	const draftWidth = draftWidthOf(look.size);
	const box = useBox({ ...props, writing: props.state, isHost: phase.role === "host", draftWidth });
	const calls = useCalls(props, box, scrollback, search);
	const onClick = useClick(props, scrollback, selecting.choose);
	const actions = actionsOf(
		props,
		() => setPaletteOpen(true),
		() => selecting.open(),
		calls,
		scrollback,
		look.size,
		space.listHeight,
	);
	const onWritePress = usePress(props, box, actions, calls, scrollback, look.size);
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
	const bar = mode?.bar ?? barForChat(props, keymap);
	const frame = layChat({
		look,
		title: roomTitle(people, phase.role),
		right: headerWords(people, isReconnecting ? "reconnecting…" : "connected"),
		space,
		list: scrollback.list,
		people: space.hasSidebar ? people.map((person) => personRow(look.theme, person, sidebarRowWidth(look.size))) : [],
		scroll: scrollback,
		typing: props.talk?.typing ?? [],
		foot,
		bar,
	});
	const { timeline } = props;
	const sideX = space.hasSidebar ? look.size.columns - sidebarRowWidth(look.size) - 1 : undefined;
	const areas = chatAreas({ ...scrollback, size: look.size, timeline, sideX, people });
	return (
		<Screen
			frame={{ ...frame, areas: [...areas, ...(frame.areas ?? [])] }}
			onPress={onPress}
			onClick={onClick}
			hasLines={mode === undefined}
		/>
	);
}
