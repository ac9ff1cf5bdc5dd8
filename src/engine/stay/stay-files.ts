// The files of one stay, as either kind of stay makes them.
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import type { Self } from "../account/self.ts";
import type { Person } from "../api/people.ts";
import { FilesLink } from "../files/files-link.ts";
import type { Carrier } from "../files/pieces/carrier.ts";
import { RoomFiles } from "../files/room-files.ts";
import type { RoomPosts } from "../posts/room-posts.ts";
import type { RoomOptions } from "../room/room.ts";
import { TalkCommands } from "../room/talk-commands.ts";
import type { BodyOf } from "../wire/content-kinds.ts";
import type { StayContext, WhoStays } from "./stay.ts";

/** Returns what is said of posts in the room. */
export interface WhoPosts {
	readonly posts: () => RoomPosts | undefined;
}

/** Makes the files of a room, while we stay. */
export function newFiles(
	{ files, posts, now, uptime, emit, changed }: StayContext,
	self: Fingerprint,
	carrier: Carrier,
	stay: WhoStays & WhoPosts,
): RoomFiles {
	return new RoomFiles({
		self,
		carrier,
		disk: files.disk,
		wishes: files.wishes,
		limits: [files.giving, files.taking],
		kept: files.kept,
		isKept: () => stay.room()?.terms.kept !== undefined,
		isHost: stay.room()?.host === self,
		say: (body, id) => stay.member()?.say(body, now(), id),
		person: (fingerprint) => stay.room()?.person(fingerprint),
		receivers: () => (stay.room()?.people() ?? []).map(({ fingerprint }) => fingerprint),
		posts: posts && {
			find: (id) => posts.findFile(id),
			want: (line, except) => stay.posts()?.files.want(line, except),
			came: (line, path) => posts.fileCame(line, path),
		},
		onUnseen: () => stay.room()?.problem("offersUnseen"),
		now,
		uptime,
		emit,
		changed,
	});
}

/** GuestEnds has what a guest takes part by: what is said, the files, and the Link for these. */
export interface GuestEnds {
	readonly talk: TalkCommands;
	readonly files: RoomFiles;
	readonly link: FilesLink;
}

/** Makes what a guest has in a room, while they stay. */
export function guestEnds(context: StayContext, self: Self, stay: WhoStays): GuestEnds {
	const link = new FilesLink(context.files, context.uptime);
	const whose = { ...stay, posts: () => talk.posts, files: (): RoomFiles => files };
	const talk: TalkCommands = new TalkCommands({ self, context, isHost: false, ...whose, onLetter: context.onLetter });
	const files = newFiles(context, self.signer.fingerprint, link, whose);
	return { talk, files, link };
}

/** Takes in that somebody gives what goes with a post: it is taken by who wants it, and nobody else needs to give it. */
export function heardLend(
	files: RoomFiles,
	posts: RoomPosts | undefined,
	{ fingerprint }: Person,
	body: BodyOf<"quiet-lend">,
): void {
	files.posted.lent(fingerprint, body);
	posts?.files.heardLend(fingerprint, body);
}

/** Says where a room goes with what is said of files. `files` returns nothing before the stay has begun. */
export const hearsOfFiles = (
	files: () => RoomFiles | undefined,
): Pick<RoomOptions, "onFile" | "onFileNews" | "onFileWanted"> => ({
	onFile: (from, id, file) => files()?.heard(from, id, file) ?? false,
	onFileNews: (from, news) => files()?.told(from, news),
	onFileWanted: (from, of) => files()?.wanted(from, of),
});
