// What is said of the background process: how it is, why it can't be reached, what to do. Pure.
import { commandName } from "../../text/command-name.ts";
import { unreadPostsWords } from "../rooms/unread-posts.ts";

/** Says by its code why the socket cannot be used. */
const socketProblems = {
	pathTooLong:
		"The path of the home is too long for a socket (103 bytes with rt.sock). Choose a shorter one with --home.",
	notSafe:
		"The socket or its folder is not yours alone, so it is not used. Look at who owns the home, and at its mode (0700).",
	notPossible: "The socket could not be opened.",
} as const;

/** Returns why the socket cannot be used. `detail` is what the system says, "" for nothing. */
export function socketWords(why: keyof typeof socketProblems, detail: string): string {
	return detail === "" ? socketProblems[why] : `${socketProblems[why]} (${detail})`;
}

export const notRunning = `No background process runs. Start one: ${commandName} daemon.`;
export const noAnswer = `The background process does not answer. If that stays so, end it by its process number and start it again: ${commandName} daemon.`;

/** Returns what is said where another process has the home. */
export function heldWords(owner: { readonly pid: number } | undefined): string {
	const who = owner === undefined ? "" : ` (process ${owner.pid})`;
	return `This home has a background process already${who}. ${commandName} daemon status tells about it.`;
}

/** Returns what is said where the background process is another program than this one. */
export function otherBuildWords(theirs: string, ours: string): string {
	return `The background process is another build of Real Talk (${theirs}, this is ${ours}), and the two cannot work together. Restart it: ${commandName} daemon stop, then ${commandName} daemon.`;
}

/** Holds what `daemonStatus` answers, as far as people are told. */
export interface DaemonStatus {
	readonly pid: number;
	readonly build: string;
	readonly since: number;
	readonly clients: number;
	readonly identity: "none" | "locked" | "ready";
	readonly rooms: readonly { readonly unread: number }[];
	/** Counts the posts of others that are unread; absent where there are none. */
	readonly unreadPosts?: number | undefined;
}

/** Returns what `rt daemon status` prints, a line each. */
export function statusLines({
	pid,
	build,
	since,
	clients,
	identity,
	rooms,
	unreadPosts = 0,
}: DaemonStatus): readonly string[] {
	const unread = rooms.reduce((sum, room) => sum + room.unread, 0);
	const locked = identity === "locked" ? [`The key is locked: ${commandName} unlock gives it the passphrase.`] : [];
	const posts = unreadPosts > 0 ? [`${unreadPostsWords(unreadPosts)}: ${commandName} posts reads them.`] : [];
	return [
		`The background process runs (process ${pid}, ${build}) since ${new Date(since).toISOString()}.`,
		`Rooms: ${rooms.length}, unread messages: ${unread}, windows and programs: ${clients - 1}.`,
		...posts,
		...locked,
	];
}

/** Is asked once, of whoever leaves with rooms that stay. */
export const backgroundQuestion = `You have rooms that stay. Shall they go on in the background when no window is open, so that messages come and friends find you? Press Enter for yes, or type no. (${commandName} daemon stop ends it.)`;

/** This is said when they do. */
export const backgroundStarts = `Your rooms that stay go on in the background. ${commandName} shows them, ${commandName} daemon stop ends it.`;
