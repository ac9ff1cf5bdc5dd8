// Which commands are about a room, and so need one.
import type { Command } from "./api/api.ts";
import type { PostCommand } from "./api/posts/posts.ts";
import type { BuddyCommand } from "./api/room-key.ts";

/** Is every command that is about a room. */
export type RoomCommand = Exclude<
	Command,
	{
		kind:
			| "createIdentity"
			| "unlockIdentity"
			| "rename"
			| "host"
			| "join"
			| "verify"
			| "browseLan"
			| "purgeHistory"
			| BuddyCommand["kind"]
			| PostCommand["kind"];
	}
>;
