// What was being written in each room, to go on with when the person is back. In memory only, and bounded. Pure.

/** Room as it was dialled ("" for one's own) → text. The one written last stands last. */
export type Drafts = ReadonlyMap<string, string>;

const maxRooms = 50;

/** No room has a draft. */
export const noDrafts: Drafts = new Map();

/** What is being written in a room now; an empty text is none. */
export function withDraft(drafts: Drafts, room: string, text: string): Drafts {
	if ((drafts.get(room) ?? "") === text) return drafts;
	const others = [...drafts].filter(([name]) => name !== room);
	return new Map(text === "" ? others : [...others.slice(1 - maxRooms), [room, text]]);
}

/** What there is to go on with in a room; "" when nothing. */
export const draftOf = (drafts: Drafts, room: string): string => drafts.get(room) ?? "";
