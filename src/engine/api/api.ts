// What a view may ask of the engine (Command) and what it draws (Snapshot). Of the engine, views import this file and its parts (api-*.ts), and no other.
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import type { Attempt } from "./attempt.ts";
import type { EndCode, LeaveReason, Outcome } from "./codes.ts";
import type { ContentCommand, HistoryPage, HistoryQuery, LineEntry, TalkView } from "./content.ts";
import type { Event } from "./events.ts";
import type { FileCommand, FilePreview, FileView } from "./files/files.ts";
import type { BlockPreview, BlockView, GateCommand, GateView, KnockQuery, KnockView } from "./gate.ts";
import type { Hosting, HostWish, RouteName, RouteTerms } from "./hosting.ts";
import type { LanCommand, LanRoom } from "./lan.ts";
import type { Notice, Tone } from "./notices.ts";
import type { Person } from "./people.ts";
import type { PostCommand, PostsView } from "./posts/posts.ts";
import type { Refusal } from "./refusals.ts";
import type {
	BuddyCommand,
	BuddyView,
	HistoryCommand,
	KeepWish,
	KeptHere,
	KeptSummary,
	PairKind,
	RoomKey,
} from "./room-key.ts";
import type { Told } from "./told.ts";

/**
 * An entry is one thing that happened in the room; entries are kept oldest first. `at` is in milliseconds since the epoch, and `id` is unique within
 * the room.
 */
export type Entry =
	| LineEntry
	| { readonly kind: "joined"; readonly id: string; readonly at: number; readonly person: Person }
	| {
			readonly kind: "left";
			readonly id: string;
			readonly at: number;
			readonly person: Person;
			readonly reason: LeaveReason;
	  }
	/** We have come into the room. `isHost` says that the room is our own and that we have opened it. */
	| { readonly kind: "youJoined"; readonly id: string; readonly at: number; readonly isHost?: true }
	| {
			readonly kind: "notice";
			readonly id: string;
			readonly at: number;
			readonly tone: Tone;
			readonly notice: Notice;
	  };

/** Says where a reader of a timeline has got to: the entry it has not seen, counted from the first one there ever was, and the last replacement it has seen. */
export interface TimelineCursor {
	readonly next: number;
	readonly revision: number;
}

/** Entries are counted from the first one there ever was in the room. */
export interface TimelineChanges {
	/** Says where the reader is when it has taken this in. */
	readonly cursor: TimelineCursor;
	/** The oldest entry that is still there. */
	readonly first: number;
	/** The first one of `added`. */
	readonly from: number;
	readonly added: readonly Entry[];
	/** Entries before `from` that look otherwise now. */
	readonly replaced: readonly Entry[];
	/** Lists all own lines without a place; when it is absent they are as they were. */
	readonly waiting?: readonly LineEntry[];
	/** What the reader had before is worth nothing. */
	readonly isWhole?: true;
}

/** Append-only; a line may be replaced in place when something of it changes. Reading one entry costs the same at any length. */
export interface Timeline {
	readonly length: number;
	at(index: number): Entry | undefined;
	/**
	 * Finds where the entry with this id is now, without looking through the list; entries move when older ones are let go. A timeline without this
	 * method has to be looked through.
	 */
	indexOf?(id: string): number | undefined;
	/** Returns what a reader at `cursor` has not seen, as `RoomTimeline.changesSince` says it. A timeline without this has no readers elsewhere. */
	changesSince?(cursor: TimelineCursor | undefined, limit: number): TimelineChanges;
}

export type IdentityState =
	| { readonly kind: "none" }
	| { readonly kind: "locked"; readonly name: string; readonly shortFingerprint: string }
	| {
			readonly kind: "ready";
			readonly name: string;
			readonly fingerprint: Fingerprint;
			readonly shortFingerprint: string;
			/** Says where the private key is kept. */
			readonly keptIn: "rt with passphrase" | "rt without passphrase" | "gpg-agent";
	  };

/** A phase says whether we are in a room or on the way to one. `target` is what the person typed, cleaned. */
export type Phase =
	| { readonly kind: "idle" }
	| { readonly kind: "openingRoom" }
	| {
			readonly kind: "connecting";
			readonly target: string;
			/** Joining with this text leads here again; `target` is only for people to read. */
			readonly typed?: string;
			readonly step: "dialling" | "checkingPassword" | "entering";
			/** Lists what is dialled and what came of it, in the order in which the dials began. */
			readonly attempts?: readonly Attempt[];
			/** We were in the room there just now; what was said is still there. */
			readonly isComingBack?: true;
	  }
	| {
			readonly kind: "passwordNeeded";
			readonly target: string;
			/** Joining with this text leads here again, as in `connecting`. */
			readonly typed?: string;
			readonly attemptsLeft: number;
			readonly wasWrong: boolean;
			/** Means that the guest was in already, as while connecting: the host asks for the password again, and it may be another one. */
			readonly isComingBack?: true;
	  }
	| {
			readonly kind: "inRoom";
			readonly role: "host" | "guest";
			/** The connection to the host broke; we are trying to come back. What is said meanwhile waits. */
			readonly isReconnecting?: true;
	  }
	| {
			readonly kind: "ended";
			readonly code: EndCode;
			/**
			 * Says, with "clocks_differ", how many seconds the host's clock is ahead of ours, at least; it is negative where that clock is behind.
			 */
			readonly clockGapSeconds?: number;
			/** The kind of room it was, where it was one that stays. */
			readonly roomKind?: KeptSummary["kind"];
			/** It is there with "room_closed" when others had sent us files in the room, and all that we wanted came whole. */
			readonly haveFilesCome?: true;
			/** Lists what was dialled, with the reason of each failure. It is there when we never got in. */
			readonly attempts?: readonly Attempt[];
	  };

/** `target` is as typed (see net/address/address.ts); fit to dial again. */
export interface RecentRoom {
	readonly target: string;
	/** The host's name when we were there last. */
	readonly hostName?: string;
	/** The fingerprint of the key that the host had then. The six words of that key follow it. */
	readonly fingerprint?: string;
	readonly words?: readonly string[];
	/**
	 * Leads to whichever room the host has open now, asked for by their key: at the addresses of before, and through the DHT. It is absent where the host
	 * was never to be found through the DHT while we were there.
	 */
	readonly later?: string;
	readonly lastJoinedAt: number;
	/** The room stays: a kept room of ours was entered here first, and coming here leads into that one. */
	readonly isKept?: true;
}

/** Describes one room in the list of rooms. */
export interface RoomSummary {
	readonly room: RoomKey;
	/** The host's name; until it is known what was dialled, cleaned. */
	readonly name: string;
	/** A room that is `passing` leaves nothing behind when it is over; one that is `standing` is kept, and so is that of two buddies. */
	readonly kind: "passing" | "standing" | PairKind;
	readonly role: "host" | "guest";
	readonly state: Phase["kind"];
	/** Counts the people in the room, ourselves included. */
	readonly people: number;
	/** Messages of others that no window has shown yet, and how many of them say our name. */
	readonly unread: number;
	readonly mentions: number;
}

/** Holds what a view draws of one room. */
export interface RoomView {
	/** Names the room; it is absent while there is none. */
	readonly room?: RoomKey;
	readonly phase: Phase;
	readonly people: readonly Person[];
	readonly timeline: Timeline;
	readonly hosting?: Hosting;
	/** Holds what the gate tells; it is there while we host. */
	readonly gate?: GateView;
	/** Holds what is going on beside the lines; it is there while we are in the room. */
	readonly talk?: TalkView;
	/** The room is off the record: nothing in it proves to anybody else what was said, or that somebody was there. */
	readonly isOffRecord?: true;
	/** The terms by which the room is kept; absent where it passes. */
	readonly kept?: KeptHere;
	/** Lists the files of the room, ours and others', in the order in which they were offered; it is absent where there are none. */
	readonly files?: readonly FileView[];
}

/** Holds what a view draws of everything but the rooms themselves. */
export interface HomeView {
	readonly identity: IdentityState;
	/** Lists the rooms in the order in which they were begun. */
	readonly rooms: readonly RoomSummary[];
	/** Tells, for each route, whom announcing a room by it contacts and what they learn. A route that is not in here cannot be used. */
	readonly routeTerms: Readonly<Partial<Record<RouteName, RouteTerms>>>;
	readonly recentRooms: readonly RecentRoom[];
	/** The rooms that are kept on this computer, open or not; when it is absent there are none. */
	readonly keptRooms?: readonly KeptSummary[];
	/** Counts kept rooms of which not even the name can be read: damaged, of another version, or sealed by another vault; when it is absent there are none. */
	readonly unreadableRooms?: number;
	/** The people with whom there is a room of two, or shall be. When it is absent there are none. */
	readonly buddies?: readonly BuddyView[];
	/** Counts posts of others that were not read; when it is absent there are none. They are not among the unread messages. */
	readonly unreadPosts?: number;
	/** The proxy through which everything goes, as "socks5://HOST:PORT"; when it is absent nothing does. */
	readonly proxy?: string;
	/** While rooms on the same network are looked for (`browseLan`): those found, in the order in which they were heard of, 50 at most. */
	readonly lanRooms?: readonly LanRoom[];
	/** There is no network to look in just now. */
	readonly hasNoLan?: true;
}

/** Holds everything that a view draws while it shows one room. Each change makes a new object, whose `version` is greater by one. */
export interface Snapshot extends HomeView, RoomView {
	readonly version: number;
}

/**
 * A Command asks the engine to do something. `room` names the room that is meant; when it is absent the only room there is will be meant. Commands
 * that are not about a room do not look at it. For `host` and `join` it is what the new room shall be called, if that is eight letters and digits as an
 * engine makes them and no room has them.
 */
export type Command = Asked & { readonly room?: RoomKey };

type Asked =
	| { readonly kind: "createIdentity"; readonly name: string }
	| { readonly kind: "unlockIdentity"; readonly passphrase: string }
	/** Sets the name that others see from the next room on. */
	| { readonly kind: "rename"; readonly name: string }
	/** Opens a room on this computer. With `wish.keep` and an empty password a room that is kept goes on with the one it has. `beside`: although there is a room already; else that is refused. `Outcome.room` names the new one. */
	| { readonly kind: "host"; readonly password: string; readonly wish?: HostWish; readonly beside?: boolean }
	/** Joins a room. `target` is "ADDRESS PORT", "ADDRESS:PORT", "[IPv6]:PORT", "NAME PORT", an rt:// invite, `LanRoom.target`, the name of a room that is kept, or the name or fingerprint of a buddy. */
	| { readonly kind: "join"; readonly target: string; readonly beside?: boolean }
	| { readonly kind: "password"; readonly password: string }
	| ContentCommand
	| HistoryCommand
	| FileCommand
	| { readonly kind: "kick"; readonly fingerprint: string }
	/** Makes the keys new by which our program reads and speaks in the room (our MLS leaf). Resolves when everybody has them. */
	| { readonly kind: "renew" }
	/**
	 * Opens a way into the open room beside plain addresses, or closes it; only the host may. `Snapshot.routeTerms` says whom that contacts, which is
	 * to be shown before.
	 */
	| { readonly kind: "setRoute"; readonly route: RouteName; readonly isOn: boolean }
	/** Makes a personal invite for somebody, or tells the one there is: three wrong passwords by it, three more, and it is blocked. The outcome has it. */
	| { readonly kind: "invite"; readonly label: string }
	/** Takes a personal invite back: nobody comes in by it any more. Somebody who is in stays. */
	| { readonly kind: "takeBackInvite"; readonly label: string }
	| GateCommand
	| LanCommand
	| BuddyCommand
	| PostCommand
	/** Says that the person has seen what was said in the room: it is not unread any more, in any window. */
	| { readonly kind: "read" }
	/**
	 * Leaves the room; when the host does, the room closes for everyone. It resolves when everyone was told. A room that is kept goes on
	 * without us, and `host` with its name, or `join` with its name, leads back.
	 */
	| { readonly kind: "leave" }
	/** Makes the room one that stays after our program has ended; only its host can. Everybody in it is told. */
	| ({ readonly kind: "keep" } & KeepWish)
	/** Leaves a room that is kept for good: a host ends it for everybody, a guest gives its place back. Nothing of it stays on this computer. */
	| { readonly kind: "forget" };

/** Says what `sendFile` would send, before anything is. One path that can't be sent refuses them all. */
export type FilesPreview =
	| { readonly kind: "files"; readonly files: readonly FilePreview[] }
	| ({ readonly kind: "refused" } & (Extract<Refusal, { code: "bad_file" }> | { readonly code: "no_background" }));

/** The engine is all that a view holds. Views never see sockets, keys or the database. */
export interface Engine {
	/** Returns how things are now. `room` is the one that is shown; without it that is the one there is, or was last. One that is not there is shown as none. */
	snapshot(room?: RoomKey): Snapshot;
	/** Calls `listener` after every change of the snapshot. The function that is returned ends that. */
	subscribe(listener: () => void): () => void;
	onEvent(listener: (event: Event) => void): () => void;
	perform(command: Command): Promise<Outcome>;
	/** Returns the blocks in force, newest first; also when no room is open. */
	blocks(): Promise<readonly BlockView[]>;
	/** Tells what `Command.block` would do, and does nothing. */
	previewBlock(address: string, room?: RoomKey): Promise<BlockPreview>;
	/** Looks at what `sendFile` would send of these paths (whole ones; patterns may stand for several), and sends nothing. */
	previewFiles(paths: readonly string[]): Promise<FilesPreview>;
	/** Reads knocks from the log, newest first. It works without an open room too. */
	knocks(query?: KnockQuery): Promise<readonly KnockView[]>;
	/** Tells what others have learned from this program since it was started, and what is on the disk; also when no room is open. */
	told(): Promise<Told>;
	/** Tells what there is of posts, and reads those of one person. */
	posts(of?: string): Promise<PostsView>;
	/** Returns the six words of a key, which stand for it where a person reads or hears it; `undefined` for what is no fingerprint. */
	keyWords(fingerprint: string): Promise<readonly string[] | undefined>;
	/** Returns what happened in a room before the entry `before`, or at the end without it: `limit` entries, oldest first. None where it is not known. */
	lines(room: RoomKey, page: { readonly before?: string; readonly limit: number }): Promise<readonly Entry[]>;
	/** Looks for what was said, in the rooms that are open and in what is kept on disk. */
	history(query: HistoryQuery): Promise<HistoryPage>;
	/** Leaves the room, tells everyone, closes every resource. It is safe to call twice. */
	close(): Promise<void>;
}
