// What the engine tells of the moment it happens (Event), to whoever listens. Part of api.ts.
import type { TransportName } from "../../net/link/link.ts";
import type { Attempt } from "./attempt.ts";
import type { EndCode, LeaveReason } from "./codes.ts";
import type { ContentEvent } from "./content.ts";
import type { GateEvent } from "./gate.ts";
import type { AddressScope, WayIn } from "./hosting.ts";
import type { LanEvent } from "./lan.ts";
import type { Notice, Tone } from "./notices.ts";
import type { Person } from "./people.ts";
import type { RoomKey } from "./room-key.ts";

/** What has just happened, as whoever it happens to tells it. */
export type Happening =
	| {
			readonly kind: "listening";
			readonly port: number;
			readonly addresses: readonly { readonly address: string; readonly port: number; readonly scope: AddressScope }[];
			/** By which guests can come to that port. */
			readonly transports?: readonly TransportName[];
	  }
	/** The ways in have changed. */
	| { readonly kind: "reachability"; readonly ways: readonly WayIn[]; readonly invite?: string }
	| { readonly kind: "passwordRequired"; readonly attemptsLeft: number }
	| { readonly kind: "joined"; readonly self: boolean; readonly member: Person }
	| { readonly kind: "left"; readonly member: Person; readonly reason: LeaveReason }
	| ContentEvent
	| GateEvent
	| LanEvent
	/** On the way in something is dialled, or it is known what came of it. */
	| ({ readonly kind: "attempt" } & Attempt)
	/** Somebody who is here, or has just come in, has a name that another key had before. A `notice` with the code `keyChanged` goes before. */
	| { readonly kind: "keyChanged"; readonly member: Person }
	/** The connection to the host broke; we try to come back · we are back. */
	| { readonly kind: "reconnecting" }
	| { readonly kind: "reconnected" }
	| { readonly kind: "notice"; readonly tone: Tone; readonly notice: Notice }
	/** The room is over for us. */
	| { readonly kind: "closed"; readonly code: EndCode; readonly clockGapSeconds?: number }
	/** Tells before `closed` what exactly went wrong. `detail`: technical, for logs and bug reports; clean. */
	| { readonly kind: "error"; readonly code: EndCode; readonly detail: string };

/** What has just happened: the JSON-RPC notifications are these, one to one (docs in README, `rt help rpc`). `room`: where; absent: in none. */
export type Event = Happening & { readonly room?: RoomKey };
