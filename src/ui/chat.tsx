// The chat: what is said, who is here, and the message box.
import { type ReactNode, useReducer, useState } from "react";
import type { Command, Hosting, Outcome, Person, Timeline } from "../engine/api.ts";
import type { BlockView } from "../engine/api-gate.ts";
import {
	chatSpace,
	draftWidthOf,
	headerWords,
	layChat,
	layComposer,
	roomTitle,
	sidebarRowWidth,
} from "./chat-frame.ts";
import { type ComposerOutput, composerRefused, composerTold, emptyComposer, pressComposer } from "./composer.ts";
import { Help } from "./help.tsx";
import { Host } from "./host.tsx";
import { barOf } from "./keys.ts";
import type { Size } from "./page.ts";
import { People, personRow } from "./people.tsx";
import type { Press } from "./press.ts";
import { Screen, scrollStep, useLook, useWheel } from "./screen.tsx";
import { findPerson, type LocalAction, parseLine } from "./slash.ts";
import { type Bookmark, type Scrollback, useBookmark, useScrollback } from "./use-scrollback.ts";

interface ChatProps {
	readonly role: "host" | "guest";
	/** The person's own name. */
	readonly name: string;
	readonly people: readonly Person[];
	readonly timeline: Timeline;
	readonly hosting: Hosting | undefined;
	readonly readBlocks: () => readonly BlockView[];
	readonly perform: (command: Command) => Promise<Outcome>;
	/** Leaves the room, back to the start. */
	readonly onHome: () => void;
	/** Leaves the room and Real Talk. */
	readonly onLeave: () => void;
}

type Overlay = "none" | "help" | "people" | "invite";

const doneWords: Partial<Record<Command["kind"], string>> = {
	rename: "Done: from the next room on you have the new name.",
	kick: "Removed.",
	block: "Blocked.",
	unblock: "Unblocked: they can try again.",
};

function useSubmit(props: ChatProps, show: (overlay: Overlay) => void) {
	const [composer, setComposer] = useState(emptyComposer);
	const refuse = (text: string, message: string) => setComposer((now) => composerRefused(now, text, message));
	const send = async (command: Command, text: string) => {
		const outcome = await props.perform(command);
		if (outcome.kind === "refused") return refuse(text, outcome.message);
		const words = doneWords[command.kind];
		if (words !== undefined) setComposer((now) => composerTold(now, { tone: "info", text: words }));
	};
	const locals: Record<LocalAction, () => void> = {
		help: () => show("help"),
		who: () => show("people"),
		admin: () => show("people"),
		invite: () =>
			props.hosting === undefined ? refuse("", "Only the host can see the password to tell.") : show("invite"),
		leave: props.onHome,
		quit: props.onLeave,
	};
	const submit = (text: string) => {
		const line = parseLine(text, props.name);
		switch (line.kind) {
			case "wrong":
				return refuse(text, line.message);
			case "local":
				return locals[line.action]();
			case "command":
				return void send(line.command, text);
			case "kick": {
				const found = findPerson(props.people, line.who);
				if (found.kind === "wrong") return refuse(text, found.message);
				return void send({ kind: "kick", fingerprint: found.person.fingerprint }, text);
			}
		}
	};
	return { composer, setComposer, submit };
}

interface ChatRoomProps extends ChatProps {
	readonly show: (overlay: Overlay) => void;
	readonly state: ReturnType<typeof useSubmit>;
	readonly bookmark: Bookmark;
}

// Does what the message box asks for.
function usePress(props: ChatRoomProps, scrollback: Scrollback, size: Size, listHeight: number) {
	const { composer, setComposer, submit } = props.state;
	const act = (output: ComposerOutput) => {
		switch (output.kind) {
			case "submit":
				scrollback.toEnd();
				return submit(output.text);
			case "scroll":
				return scrollback.scroll(scrollStep(output.key, { ...size, rows: listHeight + 3 }) ?? 0);
			case "toEnd":
				return scrollback.toEnd();
			case "leave":
				return props.onLeave();
			default:
				return props.show(output.kind);
		}
	};
	return (press: Press) => {
		const context = { draftWidth: draftWidthOf(size), isHost: props.role === "host" };
		const [next, outputs] = pressComposer(composer, press, context);
		setComposer(next);
		for (const output of outputs) act(output);
	};
}

function ChatRoom(props: ChatRoomProps): ReactNode {
	const look = useLook();
	useWheel();
	const foot = layComposer(props.state.composer, "Say something. /help lists what else you can do.", look);
	const space = chatSpace(look.size, foot.rows.length);
	const rowLook = { theme: look.theme, width: space.rowWidth };
	const scrollback = useScrollback(props.bookmark, props.timeline, rowLook, space.listHeight);
	const onPress = usePress(props, scrollback, look.size, space.listHeight);
	const frame = layChat({
		look,
		title: roomTitle(props.people, props.role),
		right: headerWords(props.people, "connected"),
		space,
		list: scrollback.list,
		people: space.hasSidebar ? props.people.map((person) => personRow(look.theme, person, sidebarRowWidth)) : [],
		scroll: scrollback,
		foot,
		bar: barOf("chat", props.hosting === undefined ? ["F2"] : []),
	});
	return <Screen frame={frame} onPress={onPress} />;
}

/** The chat and what can be laid over it. A host first sees what to tell friends. */
export function Chat(props: ChatProps): ReactNode {
	const { hosting } = props;
	const [overlay, setOverlay] = useState<Overlay>(hosting === undefined ? "none" : "invite");
	const [, readAgain] = useReducer((count: number) => count + 1, 0);
	const onClose = () => setOverlay("none");
	const show = (wanted: Overlay) => setOverlay(wanted);
	const state = useSubmit(props, show);
	const bookmark = useBookmark();
	if (overlay === "help") return <Help place="chat" onClose={onClose} />;
	if (overlay === "invite" && hosting !== undefined) return <Host hosting={hosting} onClose={onClose} />;
	if (overlay === "people") {
		const perform = (command: Command) => props.perform(command).finally(() => readAgain());
		const isHost = props.role === "host";
		return (
			<People
				people={props.people}
				blocks={isHost ? props.readBlocks() : []}
				isHost={isHost}
				perform={perform}
				onClose={onClose}
			/>
		);
	}
	return <ChatRoom {...props} show={show} state={state} bookmark={bookmark} />;
}
