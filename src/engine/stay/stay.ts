// What a stay in a room needs from the engine, and what the engine can do with either kind of stay.
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import type { OpenChannel } from "../../crypto/opening/channel-outcome.ts";
import type { Caller } from "../../net/address/caller.ts";
import type { Transport } from "../../net/link/link.ts";
import type { KeptRooms } from "../../store/kept-rooms.ts";
import type { OwnMappings } from "../../store/own-mappings.ts";
import type { OwnRooms } from "../../store/own-rooms.ts";
import type { Settings } from "../../store/settings.ts";
import type { Account } from "../account/account.ts";
import type { Phase } from "../api/api.ts";
import type { Attempt } from "../api/attempt.ts";
import type { EndCode, Outcome } from "../api/codes.ts";
import type { Happening } from "../api/events.ts";
import type { GateSettings } from "../api/gate.ts";
import type { Hosting, HostWish, RouteName } from "../api/hosting.ts";
import { refuse } from "../api/outcome.ts";
import type { Person } from "../api/people.ts";
import type { KeepWish, RoomKey } from "../api/room-key.ts";
import type { RoomFiles } from "../files/room-files.ts";
import type { SharedFiles } from "../files/shared-files.ts";
import type { Histories } from "../history/histories.ts";
import type { Pair } from "../kept/records.ts";
import type { Mouth } from "../member/own-lines.ts";
import type { FeedPlace } from "../posts/feed-link.ts";
import type { Posts } from "../posts/posts.ts";
import { Room, type RoomOptions } from "../room/room.ts";
import type { TalkCommands } from "../room/talk-commands.ts";
import type { Unsent } from "../room/unsent.ts";
import type { Route } from "../routes/route.ts";
import type { Disclosures } from "../told/disclosures.ts";
import type { Letter } from "../wire/letter.ts";
import type { LookNearby } from "./nearby.ts";
import type { StayHistory } from "./stay-history.ts";

type LaterRoomsSecret = "laterRoomsSecret" | "changeLaterRoomsSecret";

/** Knows whom we have met, and where we were: as much of an account as a room needs. */
export type Acquaintances = Pick<
	Account,
	"meet" | "trustOf" | "formerKeys" | "setVerified" | "rememberRoom" | "ownFingerprint" | LaterRoomsSecret
>;

/** Returns the room and the person's end of it, which are there only once they are in. */
export interface WhoStays {
	readonly room: () => Room | undefined;
	readonly member: () => Mouth | undefined;
}

export interface StayContext {
	readonly account: Acquaintances;
	readonly transport: Transport;
	/** Makes the channel of a guest; without it by TLS. */
	readonly openChannel?: OpenChannel;
	readonly settings: Settings;
	readonly unsent: Unsent;
	/** The rooms that programs on this home have open. */
	readonly ownRooms: OwnRooms;
	/** Returns where rooms are kept; `undefined` while the identity is locked. */
	readonly keptRooms: () => KeptRooms | undefined;
	/** Holds what is kept on disk of what is said. */
	readonly histories: Pick<Histories, "of" | "sweep" | "leave">;
	/** Names a room that begins to be kept. */
	readonly key: RoomKey;
	/** Says whether a room's host may ask the router to open its port, and what was opened so far. */
	readonly portMapping: { readonly isAllowed: boolean; readonly mappings: OwnMappings };
	/** Looks on the same network for the host of a kept room; absent: nobody may be asked there. */
	readonly lookNearby?: LookNearby | undefined;
	/** Lists the ways into rooms beside plain addresses. */
	readonly routes: readonly Route[];
	/** Hears of everybody who is contacted. The transport tells it by itself. */
	readonly told: Pick<Disclosures, "contacts" | "mapping">;
	/** Returns milliseconds since the epoch: the time that people are shown. Somebody may set it at any moment. */
	readonly now: () => number;
	/** Returns milliseconds on a clock that only goes forward, for spans of time. */
	readonly uptime: () => number;
	/** Is called with each letter that somebody in the room has sealed to us. */
	readonly onLetter: (from: Person, letter: Letter) => void;
	/** Says how fast files pass, and where a host keeps them for others. */
	readonly files: Omit<SharedFiles, "close">;
	/** The posts of the program; absent where none are kept. */
	readonly posts?: Pick<Posts, "inRoom" | "findFile" | "fileCame" | "doors">;
	readonly emit: (event: Happening) => void;
	readonly setPhase: (phase: Phase) => void;
	/** Is called when something that a snapshot shows has changed. */
	readonly changed: () => void;
}

/** Says why a stay is over. `detail` is for logs. */
export interface StayEnd {
	readonly code: EndCode;
	readonly detail: string;
	/** Says, with "clocks_differ", how many seconds the host's clock is ahead of ours, at least; it is negative where that clock is behind. */
	readonly clockGapSeconds?: number;
	/** Lists what was dialled by a guest who never got in. */
	readonly attempts?: readonly Attempt[];
}

/** Says by what a room of two is opened. */
export type PairWays = Pick<HostWish, "routes" | "isOnlyByRoutes" | "bind">;

/** A Stay is a stay in one room, from the wish to be in it until it is over for us. It owns everything it opened. */
export interface Stay {
	/** Resolves once, when all is closed. */
	readonly ended: Promise<StayEnd>;
	/** The room; it is absent until we are in. */
	readonly room: Room | undefined;
	/** The history that is kept on disk. */
	readonly history: StayHistory;
	readonly talk: TalkCommands;
	readonly files: RoomFiles;
	/** Does what a host alone can do; there while the room is our own. */
	readonly host?: HostPowers;
	/** Says whose room it is beside ours, where it is a room of two. */
	readonly pair?: Pair | undefined;
	/** The room is reached in ways that do not show where its people are, and we go by these only. */
	readonly isHidden: boolean;
	/** Nobody signs in this room. */
	readonly isOffRecord: boolean;
	/** Says by what a room of two is opened that is proposed here: as this room, or as we came into it. `undefined`: in no way. */
	ways(): PairWays | undefined;
	/** Answers the host, who asks a guest for the password of the room. */
	password?(password: string): Outcome;
	/** Makes us a new leaf. Resolves when it is in. */
	renew(): Promise<Outcome>;
	/** Ends the stay; `ended` resolves soon after. A room that is kept goes on without us, and we come back by our seat. */
	leave(): void;
	/** Ends the stay for good: a host ends the room for everybody, a guest gives its seat back. Nothing of the room stays on this computer. */
	forget(): void;
}

/** Holds what the host of a room alone can do, and knows of it. */
export interface HostPowers {
	readonly hosting: Hosting;
	/** Returns by what the room can be dialled for posts; `undefined` off the record, where none are given. */
	reach(): Pick<FeedPlace, "endpoints" | "parts"> | undefined;
	kick(fingerprint: Fingerprint): Promise<Outcome>;
	setPassword(password: string): Promise<Outcome>;
	/** Opens a way in beside plain addresses, or closes it. */
	setRoute(name: RouteName, isOn: boolean): Promise<Outcome>;
	/** Makes a personal invite, or returns the one there is. */
	invite(label: string): Promise<Outcome>;
	takeBackInvite(label: string): Promise<Outcome>;
	/** Keeps the room from now on. */
	keep(wish: KeepWish): Promise<Outcome>;
	/** Returns whom the gate counts for each invite. */
	invitesAsCallers(): readonly Caller[];
	/** Returns where a guest's Link comes from. */
	callerOf(fingerprint: Fingerprint): Caller | undefined;
	/** Is called when more may be known of where people are. */
	refreshPlaces(): void;
	/** Is called when what the host has chosen (GateHost.settings) has changed: `chosen` is what was said just now. */
	settingsChanged(chosen?: Partial<GateSettings>): void;
}

/** Makes the room as the person sees it, while they stay. */
export function newRoom(
	{ account, now, uptime, emit, changed }: StayContext,
	options: Pick<
		RoomOptions,
		| "self"
		| "host"
		| "addressOf"
		| "onVerify"
		| "onFile"
		| "onFileNews"
		| "onLend"
		| "onFileWanted"
		| "onSealed"
		| "onKept"
		| "onTermsTold"
		| "onWay"
		| "pairKind"
	>,
): Room {
	return new Room({
		...options,
		meet: (fingerprint, name) => account.meet(fingerprint, name),
		formerKeys: (fingerprint, name) => account.formerKeys(fingerprint, name),
		now,
		uptime,
		emit,
		changed,
	});
}

const maxPasswordBytes = 1024;

/** Returns what is wrong with a password that a host has chosen; `undefined` when nothing is. */
export function refusalOfPassword(password: string): Outcome | undefined {
	// White space at its ends is no part of a password.
	if (password.trim() === "") return refuse({ code: "bad_password", why: "empty" });
	if (Buffer.byteLength(password) <= maxPasswordBytes) return undefined;
	return refuse({ code: "bad_password", why: "tooLong", maxBytes: maxPasswordBytes });
}
