// Defines what the files of the chat share: what they are given, what can be laid over the room, and what can be asked of it.
import type { Command, Phase, Snapshot, Timeline } from "../../engine/api/api.ts";
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

/** What a room on the screen is given: the facts of the room, and what the person can do with it. */
export interface ChatProps {
	readonly phase: Extract<Phase, { kind: "inRoom" }>;
	/** The host has come back with another password, which is asked for. */
	readonly asked?: Extract<Phase, { kind: "passwordNeeded" }> | undefined;
	/** The person's own name. */
	readonly name: string;
	readonly people: readonly Person[];
	readonly timeline: Timeline;
	readonly hosting: Hosting | undefined;
	/** What is told before the room is announced by each route that can be used here. */
	readonly routeTerms: Snapshot["routeTerms"];
	/** What is going on apart from the lines: who types, what disappears, who is being verified. */
	readonly talk: TalkView | undefined;
	/** What the host sees of the gate; `undefined` on a guest's computer. */
	readonly gate: GateView | undefined;
	readonly reads: AdminReads;
	/** The draft from when the same room ended before, "" when there is none. */
	readonly draft: string;
	/** What was typed while the password of the room was checked, "" when nothing was. It may be the password once more. */
	readonly typedAhead: string;
	/** Is called with what is being written, whenever that changes. */
	readonly keepDraft: (text: string) => void;
	readonly perform: (command: Command) => Promise<Outcome>;
	/** Everybody else in the room is a bot. */
	readonly isDemo?: boolean;
	/** Leaves the room and goes back to the start. */
	readonly onHome: () => void;
	/** Leaves the room and Real Talk. */
	readonly onLeave: () => void;
}

/** What can be laid over the room. */
export type Overlay = "none" | "help" | "people" | "admin" | "invite" | "ways";

/** The functions that open what is laid over the room (chat.tsx). */
export interface Shows {
	/** Opens the panel for a host, and the list of people for a guest. */
	readonly people: () => void;
	/** Opens the host's panel in this state. */
	readonly panel: (opened: AdminState) => void;
	readonly over: (overlay: Overlay) => void;
	/** Opens the comparison of keys with somebody. */
	readonly verify: (person: Person) => void;
	/** Opens the check by a secret with somebody. */
	readonly askSecret: (person: Person) => void;
	/** Opens the answer to whoever asks for a secret. Returns `false` when nobody does. */
	readonly answerVerify: () => boolean;
}

/** The functions by which typed lines ask something of the room itself (room.tsx). */
export interface RoomCalls {
	readonly unread: () => void;
	readonly editor: () => void;
	/** Opens the search with this text in its field. */
	readonly search: (text: string) => void;
	/** Goes to the first line at this time, in ms since the epoch, or later. */
	readonly date: (at: number) => void;
	/** Puts a text into the clipboard. Returns words that say what became of it. */
	readonly copy: (text: string) => string;
}

/** The handlers of the actions that the screen does itself (actions.ts). The compiler asks for the one that is missing. */
export type ChatActions = Readonly<Record<ScreenAction, () => void>>;

/** A mode has the keyboard in place of the message box: choosing a message, searching. The draft waits untouched meanwhile. Escape must always lead out of it. */
export interface RoomMode {
	readonly foot: Foot;
	readonly bar: readonly BarItem[];
	readonly onPress: (press: Press) => void;
}
