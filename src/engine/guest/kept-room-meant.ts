// Which of the rooms that are kept is meant by what a guest has typed.
import { type Refused, refuse } from "../api/outcome.ts";
import type { BuddyView } from "../api/room-key.ts";
import { type Found, type KnownRooms, visitedAs } from "../kept/kept-names.ts";
import { buddyMeant } from "../kept/pairs.ts";
import type { GuestRecord } from "../kept/records.ts";
import type { Route } from "../routes/route.ts";
import { readJoinTarget } from "./join-target.ts";

/** Finds the buddy's room that is meant, or the kept room of this name that is open already. */
export function roomByName(
	target: string,
	buddies: readonly BuddyView[],
	{ kept, isLive }: KnownRooms,
): { readonly kind: "found"; readonly found: Found } | Refused | undefined {
	const typed = target.trim();
	const rooms = kept();
	const standing = rooms.find(({ record }) => record.pair === undefined && record.name === typed);
	// A guest comes to it as to any room that is dialled.
	const isHere = standing?.record.role === "host" || (standing && isLive(standing.room.key));
	if (standing) return isHere ? { kind: "found", found: standing } : undefined;
	const buddy = buddyMeant(buddies, typed);
	if (buddy === "several") return refuse({ code: "no_such_buddy", why: "several" });
	const found = buddy && rooms.find(({ room }) => room.key === buddy.room);
	return found && { kind: "found", found };
}

/** Finds the kept room that is meant by what a guest typed, unless we are in it already. */
export function roomVisited(
	typed: string,
	{ kept, isLive }: KnownRooms,
	routes: readonly Route[],
): Found<GuestRecord> | undefined {
	const target = readJoinTarget(typed, routes);
	const found = visitedAs(kept(), typed.trim(), target.kind === "refused" ? undefined : target);
	return found && isLive(found.room.key) ? undefined : found;
}
