// What a member's end of the room tells, and why it is over.
import type { GroupMember } from "../../crypto/group/messages.ts";
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import type { LeaveReason } from "../api/codes.ts";
import type { Content } from "../wire/content.ts";
import type { CloseReason } from "../wire/entering-frames.ts";
import type { Outgoing } from "./outbox.ts";

/** Tells what happened in the room, in its order. */
export type MemberEvent =
	/** Somebody else has said something. `seq` is its place in the order. */
	| { readonly kind: "line"; readonly from: GroupMember; readonly content: Content; readonly seq: number }
	/** An own line was given its place. */
	| { readonly kind: "placed"; readonly item: Outgoing; readonly seq: number }
	| {
			readonly kind: "membership";
			readonly joined: readonly GroupMember[];
			readonly left: readonly GroupMember[];
			readonly reason: LeaveReason;
			/** Names whoever made the commit; by it their own leaf has new keys. */
			readonly by?: Fingerprint;
			/** The certificate of whoever came in, as the host passed it on. */
			readonly certificate?: Uint8Array;
	  }
	/** Something arrived that could not be shown or trusted. */
	| { readonly kind: "problem"; readonly problem: "unreadableLine" | "differentConversations" };

/** Says why a member's part is over. `outOfStep`: the group state does not fit any more; entering again mends it · `renews`: it enters again for a new leaf. */
export type MemberEnd =
	| { readonly kind: "closed"; readonly reason: CloseReason }
	| { readonly kind: "linkLost" }
	| { readonly kind: "outOfStep" }
	| { readonly kind: "renews" }
	| { readonly kind: "hostMisbehaved"; readonly detail: string };
