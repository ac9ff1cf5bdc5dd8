// The list of one's rooms and buddies, as /rooms tells it. Pure.
import type { RoomSummary, Snapshot } from "../../../engine/api/api.ts";
import type { RoomKey } from "../../../engine/api/room-key.ts";
import { buddyLines } from "./buddy-words.ts";
import { unreadPostsWords } from "./unread-posts.ts";

const kindWords: Readonly<Record<RoomSummary["kind"], string>> = {
	passing: "leaves nothing behind",
	standing: "stays",
	buddy: "of you two",
	offRecord: "of you two, off the record",
};

const stateWords: Readonly<Record<RoomSummary["state"], string>> = {
	idle: "over",
	openingRoom: "opening",
	connecting: "on the way in",
	passwordNeeded: "the password is asked for",
	inRoom: "",
	ended: "over",
};

const peopleWords = (count: number): string => (count === 1 ? "nobody but you" : `${count} people`);

const unreadWords = ({ unread, mentions }: RoomSummary): string => {
	if (unread === 0) return "";
	const named = mentions > 0 ? `, your name in ${mentions === 1 ? "one" : mentions}` : "";
	return `${unread} unread${named}`;
};

function roomLine(room: RoomSummary): string {
	const { name, kind, role, people, state } = room;
	const facts = [
		kind === "buddy" || kind === "offRecord" ? "" : role === "host" ? "yours" : "",
		kindWords[kind],
		stateWords[state],
		peopleWords(people),
		unreadWords(room),
	];
	return `"${name}" (${facts.filter((fact) => fact !== "").join(", ")})`;
}

/** Returns the rooms that are open, the kept ones that are not, and the buddies, a line each. */
export function roomLines({
	rooms,
	keptRooms = [],
	buddies = [],
	unreadPosts = 0,
	unreadableRooms = 0,
}: Snapshot): readonly string[] {
	const closed = keptRooms.filter(({ room, kind }) => kind === "standing" && rooms.every((one) => one.room !== room));
	const posts = unreadPosts > 0 ? [`${unreadPostsWords(unreadPosts)}: /posts`] : [];
	const lost = unreadableRooms > 0 ? [unreadableRoomsWords(unreadableRooms)] : [];
	if (rooms.length + keptRooms.length + buddies.length === 0)
		return [lost.length > 0 ? "" : "You have no rooms and no buddies yet.", ...lost, ...posts].filter(
			(line) => line !== "",
		);
	return [
		...rooms.map(roomLine),
		...closed.map(({ name, role }) => `"${name}" (${role === "host" ? "yours, " : ""}stays, not open here)`),
		...(buddies.length > 0 ? ["Buddies:", ...buddyLines(buddies)] : []),
		...lost,
		...posts,
	];
}

/** Says that rooms are kept of which nothing can be read, and what can be done. */
export function unreadableRoomsWords(count: number): string {
	const [what, it] = count === 1 ? ["A room that stays", "it"] : [`${count} rooms that stay`, "them"];
	return `${what} can't be read on this computer: what is kept of ${it} is damaged, of another version or of another vault.key. It is left as it is. As a guest you join again with the password.`;
}

/** Returns what a room is called where lines of several rooms stand together. */
export function nameOfRoom({ rooms, keptRooms = [] }: Pick<Snapshot, "rooms" | "keptRooms">, key: RoomKey): string {
	const kept = keptRooms.find(({ room }) => room === key);
	const open = rooms.find(({ room }) => room === key);
	if (kept === undefined && open?.role === "host") return "your room";
	const name = kept?.name ?? open?.name;
	return name === undefined ? "a room that is gone" : `"${name}"`;
}
