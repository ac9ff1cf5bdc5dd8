// What joining a room needs, and what it tells on the way.
import type { GroupMember } from "../../crypto/group/messages.ts";
import type { OpenChannel } from "../../crypto/opening/channel-outcome.ts";
import type { Transport, TransportName } from "../../net/link/link.ts";
import type { Self } from "../account/self.ts";
import type { DialForFiles } from "../files/files-link.ts";
import type { MemberEvent } from "../member/events.ts";
import type { Member } from "../member/member.ts";
import type { WaitingLines } from "../member/own-lines.ts";
import type { RouteGuest } from "../routes/route.ts";
import type { LookNearby } from "../stay/nearby.ts";
import type { Attempts } from "./attempts.ts";
import type { GuestKeeping } from "./guest-keeping.ts";
import type { JoinTarget } from "./join-target.ts";
import type { KnownRoom } from "./known-room.ts";
import type { GuestSide, ProvenHost } from "./opening/opening.ts";

export interface JoinOptions {
	readonly self: Self;
	readonly target: Pick<JoinTarget, "endpoints" | "pin" | "inviteSecret" | "roomName" | "isOffRecord">;
	readonly transport: Transport;
	/** Makes the channel; without it by TLS. */
	readonly openChannel?: OpenChannel | undefined;
	/** Lists the routes that are dialled a little later than the endpoints. */
	readonly routes?: readonly RouteGuest[];
	/** Looks for the host of a kept room on the same network; absent: nobody may be asked there. */
	readonly lookNearby?: LookNearby | undefined;
	/** Tells whether a program that uses the same folder has this room open. Where it is absent, none has any room. */
	readonly isOwnRoom?: (roomId: Uint8Array) => boolean;
	readonly askPassword: GuestSide["askPassword"];
	/** Is told what is dialled before we are in for the first time. */
	readonly attempts?: Attempts;
	readonly onStep: (step: "dialling" | "checkingPassword" | "entering") => void;
	/** It is called when we are in. `missed` counts the places of the order that passed without us since we were last in, and is 0 the first time. `certificates` are the members'. */
	readonly onEntered: (
		member: Member,
		members: readonly GroupMember[],
		host: ProvenHost,
		missed: number,
		certificates: readonly Uint8Array[],
	) => void;
	/** Reads what the disk has of the room, and keeps what is to be kept; when it is absent nothing is kept. */
	readonly keeping?: GuestKeeping | undefined;
	/** The room was kept: who was in it, and through what to speak until we are in. */
	readonly onKept?: (members: readonly GroupMember[], waiting: WaitingLines, room: KnownRoom) => void;
	/** Is called before what was missed is told. */
	readonly onReadingOn?: () => void;
	/** It is called when what was missed while our program was not there has been told. `lost` counts the places that cannot be had any more. */
	readonly onCaughtUp?: (caughtUp: CaughtUp) => void;
	/** Calls back whenever the addresses of this computer have changed, until `signal` aborts; absent: the system is asked. */
	readonly watchNetwork?: (signal: AbortSignal, onChange: () => void) => void;
	/** Is called when somebody has been reached by this transport. */
	readonly onLinked?: (transport: TransportName) => void;
	/** Is called when the Link broke, before we try to come back. */
	readonly onReconnecting: () => void;
	/** Is called when we are back in our place in the room and have missed nothing. */
	readonly onResumed: (member: Member) => void;
	readonly onOutOfStep: () => void;
	/** Is given what dials a Link for files, once we are in. */
	readonly onFilesDialer?: (dial: DialForFiles) => void;
	readonly emit: (event: MemberEvent) => void;
	readonly signal: AbortSignal;
	/** Returns milliseconds since the epoch, by which certificates are judged; without it the system's clock counts. */
	readonly now?: () => number;
	/** Returns milliseconds on a clock that only goes forward. */
	readonly uptime: () => number;
}

/** Says what became of what was said while we were not there. `isOtherHistory`: the host's computer has an older copy of the room than we have. */
export interface CaughtUp {
	readonly lost: number;
	readonly isOtherHistory: boolean;
}
