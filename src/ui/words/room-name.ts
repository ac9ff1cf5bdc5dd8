// How a room one was in is called in lists. Pure.
import type { RecentRoom } from "../../engine/api/api.ts";

/** The host's name as it was then, and where: an invite names so much that its beginning must do. */
export function roomWords({ target, hostName }: RecentRoom): string {
	return hostName === undefined ? target : `${hostName}  ${target}`;
}
