// What the files of the chat share: what they are given, what can be laid over the room, and what can be asked of it.
import type { Command, Phase, Timeline } from "../../engine/api/api.ts";
import type { Outcome } from "../../engine/api/codes.ts";
import type { TalkView } from "../../engine/api/content.ts";
import type { GateView } from "../../engine/api/gate.ts";
import type { Hosting } from "../../engine/api/hosting.ts";
import type { Person } from "../../engine/api/people.ts";
import type { ScreenAction } from "../actions/actions.ts";
import type { AdminReads } from "../admin/admin.tsx";
import type { AdminState } from "../admin/state.ts";
import type { BarItem } from "../settings/keys.ts";
import type { Press } from "../terminal/key-press.ts";
import type { Foot } from "./frame.ts";

/** The room, and what the person can do with it. */
export interface ChatProps {
	readonly phase: Extract<Phase, { kind: "inRoom" }>;
	/** The person's own name. */
	readonly name: string;
	readonly people: readonly Person[];
	readonly timeline: Timeline;
	readonly hosting: Hosting | undefined;
	/** What is going on beside the lines: who types, what disappears. */
	readonly talk: TalkView | undefined;
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

/** What can be laid over the room. */
export type Overlay = "none" | "help" | "people" | "admin" | "invite";

/** Opens what is laid over the room (chat.tsx). */
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

/** What typed lines ask of the room itself (chat-room.tsx). */
export interface RoomCalls {
	readonly unread: () => void;
	readonly editor: () => void;
	/** "" opens the search. */
	readonly search: (text: string) => void;
	/** ms since the epoch. */
	readonly date: (at: number) => void;
	/** Fills the clipboard; says what became of it. */
	readonly copy: (text: string) => string;
}

/** The handlers of the actions that the screen does itself (actions.ts). The compiler asks for the one that is missing. */
export type ChatActions = Readonly<Record<ScreenAction, () => void>>;

/** What has the keyboard in place of the message box for a while: choosing a message, searching. The draft waits untouched; Escape must always lead out. */
export interface RoomMode {
	readonly foot: Foot;
	readonly bar: readonly BarItem[];
	readonly onPress: (press: Press) => void;
}
