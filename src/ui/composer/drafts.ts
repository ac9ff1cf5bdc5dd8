// Keeps what was being written in each room, so that the person can go on with it when they are back. It is in memory only, and bounded. Pure.

/** The draft of each room, by the room as it was dialled ("" is the person's own). The one that was written last stands last. */
export type Drafts = ReadonlyMap<string, string>;

const maxRooms = 50;

/** The drafts of somebody who has written nothing. */
export const noDrafts: Drafts = new Map();

/** Keeps what is being written in a room now, and forgets the draft when the text is empty. */
export function withDraft(drafts: Drafts, room: string, text: string): Drafts {
	if ((drafts.get(room) ?? "") === text) return drafts;
	const others = [...drafts].filter(([name]) => name !== room);
	return new Map(text === "" ? others : [...others.slice(1 - maxRooms), [room, text]]);
}

/** Returns the draft of a room, "" when there is none. */
export const draftOf = (drafts: Drafts, room: string): string => drafts.get(room) ?? "";
