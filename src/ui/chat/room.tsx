// Shows the room itself: timeline, people beside it, and below them the message box or what stands in its place.
import { type ReactNode, useState } from "react";
import { actionOf, isOpenTo } from "../actions/actions.ts";
import { isForComposer } from "../composer/composer.ts";
import { plainComposing } from "../composer/reply-or-edit.ts";
import { withholdTyped } from "../composer/typed-ahead.ts";
import { type RoomOutput, useComposer } from "../composer/use-composer.ts";
import { useEmojiNames } from "../composer/use-emoji-names.ts";
import { useSending } from "../files/use-sending.ts";
import { personRow } from "../look/person-words.ts";
import { useRooms } from "../rooms/tabs.tsx";
import { useWantedLine } from "../rooms/use-wanted-line.ts";
import type { ClickTarget } from "../screen/mouse.ts";
import type { Frame } from "../screen/page.ts";
import { type Look, Screen, scrollStep, useLook, useMouse, useTerminalVoice } from "../screen/screen.tsx";
import type { Keymap } from "../settings/keymap.ts";
import { barOf } from "../settings/keys.ts";
import { useSettings } from "../settings/use-settings.tsx";
import { saysSomething } from "../slash/slash.ts";
import type { Press } from "../terminal/key-press.ts";
import { useOlder } from "../timeline/use-older.ts";
import { useScrollback } from "../timeline/use-scrollback.ts";
import { demoTitle } from "../words/intent.ts";
import { historyNote } from "../words/kept/history-words.ts";
import { chatActionsOf, choose } from "./actions.ts";
import { chatAreas } from "./areas.ts";
import {
	chatSpace,
	draftWidthOf,
	headerWords,
	layChat,
	layComposer,
	pairTitle,
	pairWords,
	roomTitle,
	sidebarRowWidth,
	withComposing,
} from "./frame.ts";
import { PaletteScreen } from "./palette/palette.tsx";
import { usePasswordAgain } from "./password-again.ts";
import type { ChatActions, RoomProps } from "./props.ts";
import { standingNote } from "./standing-notes.ts";
import { useTyping } from "./typing.ts";
import { useSearch } from "./use-search.ts";
import { useSelection } from "./use-selection.ts";
import { useSubmit } from "./use-submit.ts";

/** From this many columns on the header says what is kept on disk. */
const noteFrom = 70;

const hint = "Say something. /help lists what else you can do.";

// Lays out the message box with all that is told above it.
function footOf({ writing, phase, talk, people, buddies, pairWith }: RoomProps, look: Look, keymap: Keymap) {
	const { verification } = talk ?? {};
	const others = people.length - 1;
	const standing = standingNote({ phase, verification, others, keymap, buddies, pairWith });
	return withComposing(layComposer(writing.composer, hint, look, standing), writing.composing, look);
}

// Brings together what the room consists of while it is drawn: its modes, its scroll position, its message box.
function useRoom(props: RoomProps) {
	const { bookmark, timeline, writing, people, phase, keepDraft, verifying, isKept } = props;
	const look = useLook();
	const { keymap, links } = useSettings().settings;
	const emoji = useEmojiNames();
	const selecting = useSelection({ bookmark, timeline, writing, emoji, files: props.files, verify: verifying.open });
	const { showWhole } = selecting;
	const everywhere = (text: string) => props.open({ kind: "everywhere", text });
	const search = useSearch({ bookmark, timeline, keymap, older: props.older, showWhole, everywhere });
	const asking = usePasswordAgain(props, writing.composer.edit.text, (typed) =>
		writing.setComposer((now) => withholdTyped(now, typed)),
	);
	const sending = useSending({ writing, others: people.length - 1, previewFiles: props.previewFiles });
	// The first mode that is not undefined has the keyboard.
	const mode = asking ?? sending.mode ?? search.mode ?? selecting.mode;
	const foot = mode?.foot ?? footOf(props, look, keymap);
	const space = chatSpace(look.size, foot.rows.length);
	const rowLook = { theme: look.theme, width: space.rowWidth, hasLinks: links };
	const marks = { ...selecting.marks, ...search.marks };
	const scrollback = useScrollback(bookmark, timeline, rowLook, space.listHeight, marks);
	useOlder(props.older, scrollback.slots);
	const rooms = useRooms();
	useWantedLine({ room: props.room, rooms, timeline, older: props.older, bookmark, showWhole, tell: writing.tell });
	const draftWidth = draftWidthOf(look.size);
	const who = { people, files: props.files, isHost: phase.role === "host", isKept };
	const box = useComposer({ writing, ...who, draftWidth, emoji, keepDraft });
	return { look, keymap, rooms, mode, search, selecting, sending, foot, space, scrollback, box };
}

type Room = ReturnType<typeof useRoom>;

// Does what keys and the message box ask for. `submit` takes a finished line.
function usePress(
	props: RoomProps,
	{ scrollback, box, look, keymap, sending }: Room,
	actions: ChatActions,
	submit: (text: string) => void,
) {
	const { composer, composing, write: compose } = props.writing;
	const tellTyping = useTyping(props.talk, props.perform);
	const act = (output: RoomOutput) => {
		switch (output.kind) {
			case "submit":
				if (composing.kind !== "edit" && saysSomething(output.text)) {
					scrollback.toEnd();
					scrollback.caughtUp();
				}
				return submit(output.text);
			case "escape":
				return composing.kind === "plain" ? scrollback.toEnd() : compose(plainComposing);
			case "leave":
				return props.onLeave();
		}
	};
	const write = (press: Press) => {
		const { text, isSent } = box.press(press, act);
		// A line that was sent says by itself that the person has stopped typing.
		if (!isSent) tellTyping(composer.edit.text, text);
		if (press.kind === "paste") sending.askPasted(press.text, text);
	};
	return (press: Press) => {
		scrollback.unmark();
		const key = press.kind === "key" ? press.name : "";
		if (key === "wheelUp" || key === "wheelDown") return scrollback.scroll(scrollStep(key, look.size) ?? 0);
		const action = isForComposer(composer, key) ? undefined : keymap.actionOf(key);
		if (action === undefined || !isOpenTo(actionOf(action), props.phase.role === "host")) return write(press);
		// A note goes with the next key, whatever that key does.
		props.writing.setComposer((now) => (now.note === undefined ? now : { ...now, note: undefined }));
		actions[action]();
	};
}

// Does what a click asks for that no key does in the same way.
const clickOf =
	({ open, writing }: RoomProps, { scrollback, selecting }: Room) =>
	(target: ClickTarget): void => {
		if (target.kind === "newest") scrollback.toEnd();
		else if (target.kind === "person") open({ kind: "people" });
		else if (target.kind === "entry") selecting.choose?.(target.id);
		else if (target.kind === "goTo" && !scrollback.jumpTo(target.id)) {
			writing.tell("The message that this answers is not here any more.");
		}
	};

function frameOf(props: RoomProps, { look, keymap, mode, foot, space, scrollback }: Room): Frame {
	const { people, phase, timeline, talk, gate, kept, pairWith } = props;
	const rowWidth = sidebarRowWidth(look.size);
	const connection = phase.isReconnecting === true ? "reconnecting…" : "connected";
	const note = look.size.columns >= noteFrom ? historyNote(kept) : "";
	const frame = layChat({
		look,
		title: props.isDemo === true ? demoTitle : (pairTitle(pairWith) ?? roomTitle(people, phase.role, kept?.name)),
		right: pairWords(pairWith, note) ?? headerWords(people, connection, note),
		space,
		list: scrollback.list,
		people: space.hasSidebar ? people.map((person) => personRow(look.theme, person, rowWidth)) : [],
		scroll: scrollback,
		typing: talk?.typing ?? [],
		foot,
		bar: mode?.bar ?? barOf("chat", [], keymap, { isHost: phase.role === "host", hasPanel: gate !== undefined }),
	});
	const sideX = space.hasSidebar ? look.size.columns - rowWidth - 1 : undefined;
	const areas = chatAreas({ ...scrollback, size: look.size, timeline, sideX, people });
	return { ...frame, areas: [...areas, ...(frame.areas ?? [])] };
}

/** Draws the room and takes its keys. */
export function ChatRoom(props: RoomProps): ReactNode {
	useMouse();
	const [isPaletteOpen, setPaletteOpen] = useState(false);
	const room = useRoom(props);
	const { mode, scrollback, selecting, search, box, look, space, rooms } = room;
	const voice = useTerminalVoice();
	const actions = chatActionsOf({
		...props,
		rooms,
		scrollback,
		listSize: { ...look.size, rows: space.listHeight },
		openPalette: () => setPaletteOpen(true),
		select: selecting.open,
		openEditor: box.openEditor,
		openSearch: search.open,
		copy: (text) => voice.copy("the message", text),
	});
	const submit = useSubmit(props, actions, room.sending.ask);
	const onWritePress = usePress(props, room, actions, submit);
	if (isPaletteOpen) {
		return (
			<PaletteScreen
				isHost={props.phase.role === "host"}
				rooms={rooms.others}
				onClose={() => setPaletteOpen(false)}
				onChoose={(choice) => choose(choice, props, actions, submit)}
			/>
		);
	}
	return (
		<Screen
			frame={frameOf(props, room)}
			onPress={mode?.onPress ?? onWritePress}
			onClick={clickOf(props, room)}
			hasLines={mode === undefined}
		/>
	);
}
