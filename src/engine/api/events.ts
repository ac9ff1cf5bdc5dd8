// What the engine tells of the moment it happens (Event), to whoever listens. Part of api.ts.
import type { TransportName } from "../../net/link/link.ts";
import type { Attempt } from "./attempt.ts";
import type { EndCode, LeaveReason } from "./codes.ts";
import type { ContentEvent } from "./content.ts";
import type { FileEvent } from "./files/files.ts";
import type { GateEvent } from "./gate.ts";
import type { AddressScope, RouteProgress, WayIn } from "./hosting.ts";
import type { LanEvent } from "./lan.ts";
import type { Notice, Tone } from "./notices.ts";
import type { Person } from "./people.ts";
import type { PostEvent } from "./posts/posts.ts";
import type { BuddyEvent, KeptSummary, KeptView, RoomKey } from "./room-key.ts";

/** Says what has just happened, as whoever it happens to tells it. */
export type Happening =
	| {
			readonly kind: "listening";
			readonly port: number;
			readonly addresses: readonly { readonly address: string; readonly port: number; readonly scope: AddressScope }[];
			/** The transports by which guests can come to that port. */
			readonly transports?: readonly TransportName[];
	  }
	/** The ways in have changed. */
	| { readonly kind: "reachability"; readonly ways: readonly WayIn[]; readonly invite?: string }
	/** Tor is starting, for a room that is opened or joined through it. */
	| ({ readonly kind: "tor" } & RouteProgress)
	| { readonly kind: "passwordRequired"; readonly attemptsLeft: number }
	| { readonly kind: "joined"; readonly self: boolean; readonly member: Person }
	| { readonly kind: "left"; readonly member: Person; readonly reason: LeaveReason }
	| ContentEvent
	| FileEvent
	| GateEvent
	| LanEvent
	| BuddyEvent
	| PostEvent
	/** Something is dialled on the way into a room, or it has become known what came of it. */
	| ({ readonly kind: "attempt" } & Attempt)
	/** Somebody who is here, or has just come in, has a name that another key had before. A `notice` with the code `keyChanged` comes before. */
	| { readonly kind: "keyChanged"; readonly member: Person }
	/** The room lasts from now on, or its host has changed for how long. What is said waits so many days, and so many MiB of it, for who is away. */
	| ({ readonly kind: "roomKept" } & KeptView)
	/** What was missed has been told. `messages` says how many messages there were, and up to `lost` of them cannot be had any more. */
	| { readonly kind: "caughtUp"; readonly messages: number; readonly lost: number }
	/** The connection to the host broke; we try to come back · we are back. */
	| { readonly kind: "reconnecting" }
	| { readonly kind: "reconnected" }
	| { readonly kind: "notice"; readonly tone: Tone; readonly notice: Notice }
	/** The room is over for us. */
	| {
			readonly kind: "closed";
			readonly code: EndCode;
			readonly clockGapSeconds?: number;
			/** The kind of room it was, where it was one that stays. */
			readonly roomKind?: KeptSummary["kind"];
			/** It is there with "room_closed" when others had sent us files in the room, and all that we wanted came whole. */
			readonly haveFilesCome?: true;
	  }
	/** Tells before `closed` what exactly went wrong. `detail`: technical, for logs and bug reports; clean. */
	| { readonly kind: "error"; readonly code: EndCode; readonly detail: string };

/**
 * An event says what has just happened. Each is one notification of JSON-RPC (`rt help rpc`). `room` says in which room it happened; it is absent
 * where it happened in none.
 */
export type Event = Happening & { readonly room?: RoomKey };
