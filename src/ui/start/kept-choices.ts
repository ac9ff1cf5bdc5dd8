// The rooms that the start screen leads to beside those one was in: other tabs, kept rooms and buddies. Pure.
import type { Snapshot } from "../../engine/api/api.ts";
import type { BuddyView, KeptSummary } from "../../engine/api/room-key.ts";
import { trustWords } from "../words/rooms/trust-words.ts";

/** A KeptChoice is one row of the list of rooms that stay, buddies and other tabs. */
export interface KeptChoice {
	readonly words: string;
	readonly go: () => void;
}

/** At most this many rows are shown; /rooms lists the others too. */
const mostChoices = 8;

function wordsOf({ name, role, fingerprint }: KeptSummary, buddies: readonly BuddyView[]): string {
	const buddy = buddies.find((one) => one.fingerprint === fingerprint);
	if (buddy === undefined) return role === "host" ? `${name} (yours, stays)` : `${name} (stays)`;
	const waits = buddy.state === "proposed" ? ", has not answered yet" : "";
	return `${name} (buddy, ${trustWords[buddy.trust]}${waits})`;
}

/** Returns the rows: the rooms that are open in other tabs with what is unread in them, then the kept ones that are not. `join` goes to a room by its name or key. */
export function keptChoices(
	{ keptRooms = [], buddies = [], rooms }: Pick<Snapshot, "keptRooms" | "buddies" | "rooms">,
	others: readonly KeptChoice[],
	join: (target: string) => void,
): readonly KeptChoice[] {
	const closed = keptRooms.filter(({ room }) => rooms.every((one) => one.room !== room || one.state === "ended"));
	const kept = closed.map((one): KeptChoice => {
		return { words: wordsOf(one, buddies), go: () => join(one.fingerprint ?? one.name) };
	});
	return [...others, ...kept].slice(0, mostChoices);
}
