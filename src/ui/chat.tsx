// The chat: what is said, who is here, and the message box.
import { type ReactNode, useEffect, useState } from "react";
import type { Command, Hosting, Outcome, Person, Phase, Timeline } from "../engine/api.ts";
import type { GateView } from "../engine/api-gate.ts";
import { Admin, type AdminReads, useUndoTime } from "./admin.tsx";
import { type AdminState, openAdmin, openForPassword } from "./admin-state.ts";
import {
	chatSpace,
	draftWidthOf,
	headerWords,
	layChat,
	layComposer,
	roomTitle,
	sidebarRowWidth,
} from "./chat-frame.ts";
import {
	type ComposerOutput,
	composerRefused,
	composerTold,
	composerWith,
	type Note,
	pressComposer,
} from "./composer.ts";
import { Help } from "./help.tsx";
import { Host } from "./host.tsx";
import { type BarItem, barOf } from "./keys.ts";
import type { Size } from "./page.ts";
import { offerPassword } from "./password-words.ts";
import { People } from "./people.tsx";
import { personRow } from "./person-row.ts";
import type { Press } from "./press.ts";
import { Screen, scrollStep, useLook, useWheel } from "./screen.tsx";
import { findPerson, type LocalAction, parseLine } from "./slash.ts";
import { type Bookmark, type Scrollback, useBookmark, useScrollback } from "./use-scrollback.ts";

interface ChatProps {
	readonly phase: Extract<Phase, { kind: "inRoom" }>;
	/** The person's own name. */
	readonly name: string;
	readonly people: readonly Person[];
	readonly timeline: Timeline;
	readonly hosting: Hosting | undefined;
	/** Only on the host's machine. */
	readonly gate: GateView | undefined;
	readonly reads: AdminReads;
	/** What was being written when the same room ended before; may be empty. */
	readonly draft: string;
	/** Called with what is being written, whenever it changes. */
	readonly keepDraft: (text: string) => void;
	readonly perform: (command: Command) => Promise<Outcome>;
	/** Leaves the room, back to the start. */
	readonly onHome: () => void;
	/** Leaves the room and Real Talk. */
	readonly onLeave: () => void;
}

type Overlay = "none" | "help" | "people" | "admin" | "invite";

const doneWords: Partial<Record<Command["kind"], string>> = {
	rename: "Done: from the next room on you have the new name.",
	kick: "Removed.",
	block: "Blocked.",
	unblock: "Unblocked: they can try again.",
	settings: "Changed.",
	verify: "Verified: they are shown so from now on.",
};

interface Shows {
	/** Who is here: the panel for a host, a list for a guest. */
	readonly people: () => void;
	/** The panel, for a host. */
	readonly panel: (opened: AdminState) => void;
	readonly over: (overlay: Overlay) => void;
}

function useSubmit(props: ChatProps, show: Shows) {
	const [composer, setComposer] = useState(() => composerWith(props.draft));
	const refuse = (text: string, message: string) => setComposer((now) => composerRefused(now, text, message));
	const send = async (command: Command, text: string) => {
		const outcome = await props.perform(command);
		if (outcome.kind === "refused") return refuse(text, outcome.message);
		const words = doneWords[command.kind];
		if (words !== undefined) setComposer((now) => composerTold(now, { tone: "info", text: words }));
	};
	const panel = (opened: AdminState) =>
		props.gate === undefined ? refuse("", "Only the host has the admin panel.") : show.panel(opened);
	const locals: Record<LocalAction, () => void> = {
		help: () => show.over("help"),
		who: show.people,
		admin: () => panel(openAdmin()),
		blocks: () => panel(openAdmin("blocked")),
		knocks: () => panel(openAdmin("knocks")),
		password: () => panel(openForPassword(offerPassword())),
		invite: () =>
			props.hosting === undefined ? refuse("", "Only the host can see the password to tell.") : show.over("invite"),
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
			case "kick":
			case "verify": {
				const found = findPerson(props.people, line.who);
				if (found.kind === "wrong") return refuse(text, found.message);
				return void send({ kind: line.kind, fingerprint: found.person.fingerprint }, text);
			}
		}
	};
	return { composer, setComposer, submit };
}

interface ChatRoomProps extends ChatProps {
	readonly show: Shows;
	readonly state: ReturnType<typeof useSubmit>;
	readonly bookmark: Bookmark;
}

// Does what the message box asks for.
function usePress(props: ChatRoomProps, scrollback: Scrollback, size: Size, listHeight: number) {
	const { composer, setComposer, submit } = props.state;
	const { show, people, phase } = props;
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
			case "people":
				return show.people();
			case "help":
			case "invite":
				return show.over(output.kind);
		}
	};
	const names = people.filter((person) => !person.isSelf).map((person) => person.name);
	return (press: Press) => {
		const context = { draftWidth: draftWidthOf(size), isHost: phase.role === "host", names };
		const [next, outputs] = pressComposer(composer, press, context);
		setComposer(next);
		// At once: what an output does may end the room before the next drawing.
		props.keepDraft(next.edit.text);
		for (const output of outputs) act(output);
	};
}

const reconnectingNote: Note = {
	tone: "warning",
	text: "The connection broke; reconnecting … You can go on writing: it is sent when you are back.",
};

const barForChat = ({ hosting, gate }: ChatProps): readonly BarItem[] =>
	barOf("chat", hosting === undefined ? ["F2"] : []).map((item) =>
		item.keys === "F3" && gate !== undefined ? { ...item, words: "admin" } : item,
	);

function ChatRoom(props: ChatRoomProps): ReactNode {
	const look = useLook();
	useWheel();
	const { people, phase } = props;
	const isReconnecting = phase.isReconnecting === true;
	const hint = "Say something. /help lists what else you can do.";
	const foot = layComposer(props.state.composer, hint, look, isReconnecting ? reconnectingNote : undefined);
	const space = chatSpace(look.size, foot.rows.length);
	const rowLook = { theme: look.theme, width: space.rowWidth };
	const scrollback = useScrollback(props.bookmark, props.timeline, rowLook, space.listHeight);
	const onPress = usePress(props, scrollback, look.size, space.listHeight);
	const frame = layChat({
		look,
		title: roomTitle(people, phase.role),
		right: headerWords(people, isReconnecting ? "reconnecting…" : "connected"),
		space,
		list: scrollback.list,
		people: space.hasSidebar ? people.map((person) => personRow(look.theme, person, sidebarRowWidth)) : [],
		scroll: scrollback,
		foot,
		bar: barForChat(props),
	});
	return <Screen frame={frame} onPress={onPress} />;
}

// The panel opens where fingers expect it, at the people; what can still be taken back stays so.
function useOverlay({ hosting, gate }: ChatProps) {
	const [overlay, setOverlay] = useState<Overlay>(hosting === undefined ? "none" : "invite");
	const [admin, setAdmin] = useState(() => openAdmin());
	useUndoTime(admin, setAdmin);
	const show: Shows = {
		over: setOverlay,
		people: () => {
			setAdmin(({ undo }) => ({ ...openAdmin(), undo }));
			setOverlay(gate === undefined ? "people" : "admin");
		},
		panel: (opened) => {
			setAdmin(opened);
			setOverlay("admin");
		},
	};
	return { overlay, show, admin, setAdmin, onClose: () => setOverlay("none") };
}

/** The chat and what can be laid over it. A host first sees what to tell friends. */
export function Chat(props: ChatProps): ReactNode {
	const { hosting, gate, people, reads, perform, keepDraft } = props;
	const { overlay, show, admin, setAdmin, onClose } = useOverlay(props);
	const state = useSubmit(props, show);
	const bookmark = useBookmark();
	const draft = state.composer.edit.text;
	useEffect(() => keepDraft(draft), [draft, keepDraft]);
	if (overlay === "help") return <Help place="chat" onClose={onClose} />;
	if (overlay === "invite" && hosting !== undefined) return <Host hosting={hosting} onClose={onClose} />;
	if (overlay === "people") return <People people={people} onClose={onClose} />;
	if (overlay === "admin" && gate !== undefined) {
		return (
			<Admin
				{...{ state: admin, setState: setAdmin, people, gate, reads, perform, onClose }}
				onInvite={() => show.over("invite")}
				onCloseRoom={props.onHome}
			/>
		);
	}
	return <ChatRoom {...props} show={show} state={state} bookmark={bookmark} />;
}
