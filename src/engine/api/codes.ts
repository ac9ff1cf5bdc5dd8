// Codes that clients and exit codes depend on: why a room is over, why a command was refused.
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import type { FeedFetched } from "./posts/posts.ts";
import type { Refusal } from "./refusals.ts";
import type { RoomKey } from "./room-key.ts";

export type LeaveReason = "left" | "connectionLost" | "kicked" | "replaced";

/** Says why a room is over for us. Clients and exit codes depend on these codes, so they stay as they are. */
export type EndCode =
	| "left"
	| "room_closed"
	| "kicked"
	| "replaced"
	| "connection_lost"
	| "refused"
	| "unreachable"
	| "timed_out"
	| "name_not_found"
	| "wrong_version"
	| "wrong_password"
	| "blocked"
	| "busy"
	| "paused"
	| "password_changed"
	| "not_real_talk"
	| "wrong_host"
	| "another_room"
	| "other_kind"
	| "not_for_you"
	| "own_room"
	| "clocks_differ"
	| "host_misbehaved"
	| "identity_refused"
	| "background_gone"
	| "internal";

/** Stable string codes of what a Command can be refused for. */
export type ErrorCode = Refusal["code"];

/** An outcome is the answer to a Command. */
export type Outcome =
	| {
			readonly kind: "done";
			/** The id of the line that was sent. */
			readonly id?: string;
			/** The name and the size in bytes of the file that `sendFile` offers, whose id is `id`. */
			readonly name?: string;
			readonly size?: number;
			/** The name of the host who is away: the line waits on this computer's disk until they are back. */
			readonly waitsFor?: string;
			/** The room that was opened, or is being joined. */
			readonly room?: RoomKey;
			/** These are the six words that `verifyWords` asked for. */
			readonly words?: readonly string[];
			/** The personal invite that `invite` asked for: "rt://…". */
			readonly invite?: string;
			/** The feed link that `postLink` asked for: "rt-posts:…". */
			readonly link?: string;
			/** The link leads to nobody by itself: no room of ours is open by which we could be dialled. */
			readonly isWithoutPlace?: true;
			/** The person whose posts were asked for, and what came of it. */
			readonly author?: Fingerprint;
			readonly fetched?: FeedFetched;
	  }
	| ({ readonly kind: "refused" } & Refusal);
