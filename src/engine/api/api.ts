// What a view may ask of the engine (Command) and what it draws (Snapshot). Of the engine, views import this file and its parts (api-*.ts), and no other.
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import type { Attempt } from "./attempt.ts";
import type { EndCode, LeaveReason, Outcome } from "./codes.ts";
import type { ContentCommand, LineEntry, TalkView } from "./content.ts";
import type { Event } from "./events.ts";
import type { BlockPreview, BlockView, GateCommand, GateView, KnockQuery, KnockView } from "./gate.ts";
import type { Hosting, HostWish, RouteName, RouteTerms } from "./hosting.ts";
import type { LanCommand, LanRoom } from "./lan.ts";
import type { Notice, Tone } from "./notices.ts";
import type { Person } from "./people.ts";
import type { RoomKey } from "./room-key.ts";
import type { Told } from "./told.ts";

/** One thing that happened in the room, oldest first. `at` is ms since the epoch, `id` is unique within the room. */
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
	/** `isHost`: the room is our own, and we have opened it. */
	| { readonly kind: "youJoined"; readonly id: string; readonly at: number; readonly isHost?: true }
	| {
			readonly kind: "notice";
			readonly id: string;
			readonly at: number;
			readonly tone: Tone;
			readonly notice: Notice;
	  };

/** Append-only; a line may be replaced in place when something of it changes. Reading one entry costs the same at any length. */
export interface Timeline {
	readonly length: number;
	at(index: number): Entry | undefined;
	/** Where the entry with this id is now, found at once; entries move when older ones are let go. A timeline without this has to be looked through. */
	indexOf?(id: string): number | undefined;
}

export type IdentityState =
	| { readonly kind: "none" }
	| { readonly kind: "locked"; readonly name: string; readonly shortFingerprint: string }
	| {
			readonly kind: "ready";
			readonly name: string;
			readonly fingerprint: Fingerprint;
			readonly shortFingerprint: string;
			/** Where the private key lives. */
			readonly keptIn: "rt with passphrase" | "rt without passphrase" | "gpg-agent";
	  };

/** Where we are. `target` is what the person typed, cleaned. */
export type Phase =
	| { readonly kind: "idle" }
	| { readonly kind: "openingRoom" }
	| {
			readonly kind: "connecting";
			readonly target: string;
			/** What `join` takes to come here again, where `target` is only for people. */
			readonly typed?: string;
			readonly step: "dialling" | "checkingPassword" | "entering";
			/** What is tried and what came of it, in the order in which it began. */
			readonly attempts?: readonly Attempt[];
			/** We were in the room there just now; what was said is still there. */
			readonly isComingBack?: true;
	  }
	| {
			readonly kind: "passwordNeeded";
			readonly target: string;
			/** What `join` takes to come here again, as in `connecting`. */
			readonly typed?: string;
			readonly attemptsLeft: number;
			readonly wasWrong: boolean;
			/** As while connecting: the guest was in already; the host wants the password anew, and it may be another one. */
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
			/** With "clocks_differ": how far the host's clock is ahead of ours, at least; negative where it is behind. */
			readonly clockGapSeconds?: number;
			/** When we never got in: what was tried, with the reason of each failure. */
			readonly attempts?: readonly Attempt[];
	  };

/** `target` is as typed (see net/address.ts); fit to dial again. */
export interface RecentRoom {
	readonly target: string;
	/** The host's name when we were there last. */
	readonly hostName?: string;
	/** The host's key then, and its six words. */
	readonly fingerprint?: string;
	readonly words?: readonly string[];
	readonly lastJoinedAt: number;
}

/** One room in the list of them. */
export interface RoomSummary {
	readonly room: RoomKey;
	/** The host's name; until it is known what was dialled, cleaned. */
	readonly name: string;
	/** `passing`: nothing of it is kept. */
	readonly kind: "passing";
	readonly role: "host" | "guest";
	readonly state: Phase["kind"];
	/** How many are in it, ourselves included. */
	readonly people: number;
	/** Messages of others that no window has shown yet, and how many of them say our name. */
	readonly unread: number;
	readonly mentions: number;
}

/** What a view draws of one room. */
export interface RoomView {
	/** Absent while there is none. */
	readonly room?: RoomKey;
	readonly phase: Phase;
	readonly people: readonly Person[];
	readonly timeline: Timeline;
	readonly hosting?: Hosting;
	/** While we host. */
	readonly gate?: GateView;
	/** While we are in a room. */
	readonly talk?: TalkView;
}

/** What a view draws of everything but the rooms themselves. */
export interface HomeView {
	readonly identity: IdentityState;
	/** In the order in which they were begun. */
	readonly rooms: readonly RoomSummary[];
	/** What is told before a room is announced by each route: who is contacted, and what they learn. A route that is not there cannot be used. */
	readonly routeTerms: Readonly<Partial<Record<RouteName, RouteTerms>>>;
	readonly recentRooms: readonly RecentRoom[];
	/** The proxy through which everything goes, as "socks5://HOST:PORT"; absent: nothing does. */
	readonly proxy?: string;
	/** While rooms on the same network are looked for (`browseLan`): those found, in the order in which they were heard of, 50 at most. */
	readonly lanRooms?: readonly LanRoom[];
	/** There is no network to look in just now. */
	readonly hasNoLan?: true;
}

/** Everything a view draws while it shows one room. A new object for every change; `version` grows by one each time. */
export interface Snapshot extends HomeView, RoomView {
	readonly version: number;
}

/** `room`: the one that is meant; absent: the one there is. What is not about a room takes no notice of it. */
export type Command = Asked & { readonly room?: RoomKey };

type Asked =
	| { readonly kind: "createIdentity"; readonly name: string }
	| { readonly kind: "unlockIdentity"; readonly passphrase: string }
	/** The name others see from the next room on. */
	| { readonly kind: "rename"; readonly name: string }
	/** Opens a room on this computer. `beside`: although there is a room already; else that is refused. `Outcome.room` names the new one. */
	| { readonly kind: "host"; readonly password: string; readonly wish?: HostWish; readonly beside?: boolean }
	/** `target`: "ADDRESS PORT", "ADDRESS:PORT", "[IPv6]:PORT", "NAME PORT", an rt:// invite, or `LanRoom.target`. */
	| { readonly kind: "join"; readonly target: string; readonly beside?: boolean }
	| { readonly kind: "password"; readonly password: string }
	| ContentCommand
	| { readonly kind: "kick"; readonly fingerprint: string }
	/** The host's: opens a way into the open room beside plain addresses, or closes it. `Snapshot.routeTerms` says whom it contacts: show it before. */
	| { readonly kind: "setRoute"; readonly route: RouteName; readonly isOn: boolean }
	| GateCommand
	| LanCommand
	/** What was said in the room has been seen: it is not unread any more, in any window. */
	| { readonly kind: "read" }
	/** A guest leaves; a host closes the room for everyone. Resolves when everyone was told. */
	| { readonly kind: "leave" };

/** The one thing a view holds. Views never see sockets, keys or the database. */
export interface Engine {
	/** Returns how things are now. `room`: the one that is shown; absent: the one there is, or was last. One that is not there is shown as none. */
	snapshot(room?: RoomKey): Snapshot;
	/** Called after every change of the snapshot; returns the function that stops it. */
	subscribe(listener: () => void): () => void;
	onEvent(listener: (event: Event) => void): () => void;
	perform(command: Command): Promise<Outcome>;
	/** The blocks in force, newest first; also when no room is open. */
	blocks(): Promise<readonly BlockView[]>;
	/** What `Command.block` would do, without doing it. */
	previewBlock(address: string, room?: RoomKey): Promise<BlockPreview>;
	/** From the log, newest first; also when no room is open. */
	knocks(query?: KnockQuery): Promise<readonly KnockView[]>;
	/** What others have learned from this program since it was started, and what is on the disk; also when no room is open. */
	told(): Promise<Told>;
	/** Leaves the room, tells everyone, closes every resource. Safe to call twice. */
	close(): Promise<void>;
}
