// Defines what the files of the chat share: what they are given, what can be laid over the room, and what can be asked of the screen.
import type { Command, Engine, FilesPreview, Phase, Snapshot, Timeline } from "../../engine/api/api.ts";
import type { Outcome } from "../../engine/api/codes.ts";
import type { HistoryPage, HistoryQuery, TalkView } from "../../engine/api/content.ts";
import type { FileView } from "../../engine/api/files/files.ts";
import type { GateView } from "../../engine/api/gate.ts";
import type { Hosting } from "../../engine/api/hosting.ts";
import type { Person } from "../../engine/api/people.ts";
import type { PostsView } from "../../engine/api/posts/posts.ts";
import type { BuddyView, KeptHere, RoomKey } from "../../engine/api/room-key.ts";
import type { Told } from "../../engine/api/told.ts";
import type { ScreenAction } from "../actions/actions.ts";
import type { AdminReads } from "../admin/admin.tsx";
import type { AdminState } from "../admin/state.ts";
import type { Writing } from "../composer/use-writing.ts";
import type { BarItem } from "../settings/keys.ts";
import type { Press } from "../terminal/key-press.ts";
import type { Older } from "../timeline/use-older.ts";
import type { Bookmark } from "../timeline/use-scrollback.ts";
import type { Verifying } from "../verify/verify.tsx";
import type { Foot } from "./frame.ts";

/** Holds what a room on the screen is given: the facts of the room, and what the person can do with it. */
export interface ChatProps {
	readonly phase: Extract<Phase, { kind: "inRoom" }>;
	readonly room: RoomKey | undefined;
	/** The host has come back with another password, which is asked for. */
	readonly asked?: Extract<Phase, { kind: "passwordNeeded" }> | undefined;
	/** The person's own name. */
	readonly name: string;
	readonly people: readonly Person[];
	readonly timeline: Timeline;
	readonly hosting: Hosting | undefined;
	/** Holds what is told before the room is announced by each route that can be used here. */
	readonly routeTerms: Snapshot["routeTerms"];
	/** Holds those with whom there is a room of two, or shall be. */
	readonly buddies: readonly BuddyView[];
	/** Says what rooms and buddies there are, a line each. */
	readonly roomLines: () => readonly string[];
	/** Looks for what was said, in all rooms where none is named. */
	readonly history: (query: HistoryQuery) => Promise<HistoryPage>;
	readonly nameOfRoom: (room: RoomKey) => string;
	/** The room goes on without the person. */
	readonly isKept: boolean;
	/** The other one in this room, where it is a room of two. */
	readonly pairWith?: BuddyView | undefined;
	/** Says what is going on apart from the lines: who types, what disappears, who is being verified. */
	readonly talk: TalkView | undefined;
	/** The part of the room that the disk has beyond the timeline. */
	readonly older: Older;
	/** The terms by which the room is kept; `undefined` where it passes. */
	readonly kept: KeptHere | undefined;
	/** Holds what the host sees of the gate; it is `undefined` on a guest's computer. */
	readonly gate: GateView | undefined;
	/** The files of the room, in the order in which they were offered. */
	readonly files: readonly FileView[];
	/** Has a listener told what happens, in this room and beside it; returns what ends that. */
	readonly onEvent: Engine["onEvent"];
	/** Tells what would be sent of these paths. */
	readonly previewFiles: (paths: readonly string[]) => Promise<FilesPreview>;
	readonly reads: AdminReads;
	/** Resolves with what others have learned so far. It is another function when that may have changed. */
	readonly readTold: () => Promise<Told>;
	/** Resolves with what there is of posts, and with those of one person. It is another function when that may have changed. */
	readonly readPosts: (of?: string) => Promise<PostsView>;
	/** The draft from when the same room ended before, "" when there is none. */
	readonly draft: string;
	/** The text that was typed while the password of the room was checked; "" when there was none. It may be the password once more. */
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

/** Says what can be laid over the room. `people` is the panel for a host and a list for a guest. */
export type Overlay =
	| { readonly kind: "help" | "people" | "invite" | "ways" | "told" | "rooms" | "calls" | "files" }
	| { readonly kind: "everywhere"; readonly text: string }
	/** Somebody's posts, or the list of them all. */
	| { readonly kind: "posts"; readonly author?: string }
	| { readonly kind: "panel"; readonly state: AdminState };

/** Holds what lasts while something is laid over the room, and what lays it there: all that the chat (chat.tsx) gives the room (room.tsx) besides its facts. */
export interface RoomProps extends ChatProps {
	readonly writing: Writing;
	readonly bookmark: Bookmark;
	readonly verifying: Verifying;
	readonly open: (overlay: Overlay) => void;
}

/** Everything that keys, typed lines, the palette and clicks can ask of the screen (actions.ts). The compiler asks for the handler that is missing. */
export interface ChatActions extends Readonly<Record<ScreenAction, () => void>> {
	/** Opens the search with this text in its field. */
	readonly searchFor: (text: string) => void;
	/** Opens the search of all rooms with this text in its field. */
	readonly searchAllFor: (text: string) => void;
	/** Goes to the first line at this time, in ms since the epoch, or later. */
	readonly goTo: (at: number) => void;
}

/** A mode has the keyboard in place of the message box: choosing a message, searching. The draft waits untouched meanwhile. Escape must always lead out of it. */
export interface RoomMode {
	readonly foot: Foot;
	readonly bar: readonly BarItem[];
	readonly onPress: (press: Press) => void;
}
