// What becomes of a line the person has finished: said, carried out by the engine, or done by the screen itself.
import type { Person } from "../engine/api.ts";
import { type AdminState, openAdmin, openForPassword } from "./admin-state.ts";
import type { ChatProps } from "./chat-props.ts";
import { offerPassword } from "./password-words.ts";
import type { ThemeWish } from "./settings.ts";
import { findPerson, type LocalAction, parseLine } from "./slash.ts";
import { lastOfOthers } from "./slash-targets.ts";
import { useSettings } from "./use-settings.tsx";
import { carryOut, change, doWithMessage, useWriting, type Writing } from "./use-writing.ts";

/** What can be laid over the chat. */
export type Overlay = "none" | "help" | "people" | "admin" | "invite";

/** Opens what is laid over the chat. */
export interface Shows {
	/** Who is here: the panel for a host, a list for a guest. */
	readonly people: () => void;
	/** The panel, for a host. */
	readonly panel: (opened: AdminState) => void;
	readonly over: (overlay: Overlay) => void;
	/** Compares keys with somebody. */
	readonly verify: (person: Person) => void;
	/** The same, by a secret. */
	readonly askSecret: (person: Person) => void;
	/** Answers whoever asks for a secret; `false`: nobody does. */
	readonly answerVerify: () => boolean;
}

/** What lines ask of the room itself. */
export interface RoomCalls {
	readonly unread: () => void;
	readonly editor: () => void;
	/** "" opens the search. */
	readonly search: (text: string) => void;
	/** ms since the epoch. */
	readonly date: (at: number) => void;
	/** Fills the clipboard; says what became of it. */
	readonly copy: (text: string) => string;
	readonly verifyWith: (person: Person) => void;
}

function localActions(props: ChatProps, show: Shows, { refuse, tell }: Writing) {
	const panel = (opened: AdminState) =>
		props.gate === undefined ? refuse("", "Only the host has the admin panel.") : show.panel(opened);
	return (calls: RoomCalls): Record<LocalAction, () => void> => ({
		help: () => show.over("help"),
		keys: () => show.over("help"),
		who: show.people,
		admin: () => panel(openAdmin()),
		blocks: () => panel(openAdmin("blocked")),
		knocks: () => panel(openAdmin("knocks")),
		password: () => panel(openForPassword(offerPassword())),
		invite: () =>
			props.hosting === undefined ? refuse("", "Only the host can see the password to tell.") : show.over("invite"),
		unread: calls.unread,
		editor: calls.editor,
		copy: () => {
			const line = lastOfOthers(props.timeline);
			tell(line === undefined ? "Nobody else has said anything yet." : calls.copy(line.text));
		},
		answer: () => void (show.answerVerify() || refuse("", "Nobody asks for a secret at the moment.")),
		leave: props.onHome,
		quit: props.onLeave,
	});
}

type PersonLine = "kick" | "verified" | "verifyWith" | "secretWith";

function usePersonLine(props: ChatProps, { askSecret }: Shows, { refuse, send }: Writing) {
	return (kind: PersonLine, who: string, text: string, calls: RoomCalls) => {
		const found = findPerson(props.people, who);
		if (found.kind === "wrong") return refuse(text, found.message);
		if (kind === "verifyWith") return calls.verifyWith(found.person);
		if (kind === "secretWith") return askSecret(found.person);
		const { fingerprint } = found.person;
		return void send({ kind: kind === "kick" ? "kick" : "verify", fingerprint }, text);
	};
}

/** The message box and what submitting from it does. */
export function useSubmit(props: ChatProps, show: Shows) {
	const writing = useWriting(props);
	const { change: changeSettings } = useSettings();
	const { composer, setComposer, composing, write, tell, refuse, send } = writing;
	const locals = localActions(props, show, writing);
	const doWithPerson = usePersonLine(props, show, writing);
	const submit = (text: string, calls: RoomCalls) => {
		// Another text is taken as it is: a slash is only a slash in it.
		if (composing.kind === "edit") return void change(composing, text, writing);
		const line = parseLine(text);
		switch (line.kind) {
			case "wrong":
				return refuse(text, line.message);
			case "local":
				return locals(calls)[line.action]();
			case "command":
				return void carryOut(line, text, writing);
			case "kick":
			case "verified":
			case "verifyWith":
			case "secretWith":
				return doWithPerson(line.kind, line.who, text, calls);
			case "search":
				return calls.search(line.text);
			case "date":
				return calls.date(line.at);
			case "switch":
				changeSettings({ [line.what]: line.isOn });
				return tell(switchWords[line.what][line.isOn ? "on" : "off"]);
			case "editing":
				changeSettings({ editing: line.wish });
				return tell(editingWords[line.wish]);
			case "theme":
				changeSettings({ theme: line.wish });
				return tell(themeWords(line.wish));
			default:
				return void doWithMessage(line, text, props, writing);
		}
	};
	return { composer, setComposer, composing, write, tell, refuse, send, submit };
}

const editingWords = {
	vi: 'vi\'s keys in the message box, until you leave. To keep them, write editing = "vi" into config.toml.',
	emacs: "The usual keys in the message box.",
} as const;

const themeWords = (wish: ThemeWish): string =>
	wish === "auto"
		? "The colours go by the terminal's background."
		: `Theme ${wish}, until you leave Real Talk. To keep it: rt help settings`;

const switchWords = {
	bell: { on: "The bell rings from now on.", off: "The bell is silent from now on." },
	mouse: { on: "The mouse scrolls and clicks here.", off: "The mouse selects text now, as elsewhere in the terminal." },
	motion: { on: "Things may move again.", off: "Nothing moves by itself any more." },
} as const;
