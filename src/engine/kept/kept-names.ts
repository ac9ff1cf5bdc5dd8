// The names under which rooms are kept, and how a room is found by what was typed.
import { shortFingerprint } from "../../crypto/identity/fingerprint.ts";
import { roomName } from "../../crypto/opening/binding.ts";
import type { KeptRooms } from "../../store/kept-rooms.ts";
import { type Refused, refuse } from "../api/outcome.ts";
import type { KeptSummary, RoomKey } from "../api/room-key.ts";
import { cleanLine, cleanName } from "../text/clean.ts";
import { KeptRoom } from "./kept-room.ts";
import type { GuestRecord, HostRecord, Pair, RoomRecord } from "./records.ts";

/** A name has at most this many characters, so that lists can show it. */
const longestName = 40;

/** Holds a room that is kept, with its record. */
export interface Found<Kind extends RoomRecord = RoomRecord> {
	readonly room: KeptRoom;
	readonly record: Kind;
}

/** Returns the rooms that can be read and are not over. `now` returns ms since the epoch. */
export function keptRoomsOf(rooms: KeptRooms | undefined, now: () => number): readonly Found[] {
	const rows = allRowsOf(rooms, now);
	const isOver = ({ record }: Found): boolean => record.pair?.state === "ended";
	const over = new Set(rows.filter(isOver).map(({ record }) => idOf(record)));
	// A program that was killed while it ended a room has left its rows.
	return rows.filter(({ record }) => !over.has(idOf(record)));
}

const idOf = ({ room }: RoomRecord): string => Buffer.from(room).toString("hex");

/** Returns the rooms of two that are over, while the other one has not heard it. */
export function untoldEnds(rooms: KeptRooms | undefined, now: () => number): readonly Found[] {
	return allRowsOf(rooms, now).filter(({ record }) => record.pair?.state === "ended");
}

/** Returns all that can be read, of rooms that are over too. */
export function allRowsOf(rooms: KeptRooms | undefined, now: () => number): readonly Found[] {
	return (rooms?.keys() ?? []).flatMap((key) => {
		const room = rooms && KeptRoom.open(rooms, key, now);
		const record = room?.record();
		return room && record ? [{ room, record }] : [];
	});
}

/** Counts the rooms of which nothing can be read. */
export function unreadableIn(rooms: KeptRooms | undefined): number {
	return (rooms?.keys().length ?? 0) - allRowsOf(rooms, () => 0).length;
}

/** Returns what somebody is called who may not be here: their name as it was last. */
export function nameOfPair({ name, with: fingerprint }: Pair): string {
	return cleanName(name) ?? shortFingerprint(fingerprint);
}

/** Lists what is kept, for views. */
export function keptSummaries(found: readonly Found[]): readonly KeptSummary[] {
	return found.flatMap(({ room, record }): readonly KeptSummary[] => {
		const { role, name, pair } = record;
		const off = isOffRecord(record) ? ({ isOffRecord: true } as const) : {};
		if (!pair) return [{ room: room.key, name: cleanLine(name), kind: "standing", role, ...off }];
		// What nobody has agreed to is no room yet.
		if (pair.state === "asked" || pair.state === "later") return [];
		return [{ room: room.key, name: nameOfPair(pair), kind: pair.kind, role, fingerprint: pair.with, ...off }];
	});
}

/** Tells whether a room is off the record. It stays what it is for as long as it is kept. */
const isOffRecord = (record: RoomRecord): boolean =>
	record.role === "host" ? record.offRecordWith !== undefined : record.isOffRecord === true;

/** Finds the room that the host has kept under this name. */
function hostedAs(found: readonly Found[], name: string): Found<HostRecord> | undefined {
	return found.find((one): one is Found<HostRecord> => one.record.role === "host" && one.record.name === name);
}

/** Finds the room that a guest means who typed its name, what was typed the first time, or an invite to it. */
export function visitedAs(
	found: readonly Found[],
	typed: string,
	invite?: { readonly pin?: string | undefined; readonly roomName?: Uint8Array | undefined },
): Found<GuestRecord> | undefined {
	const guests = found.filter((one): one is Found<GuestRecord> => one.record.role === "guest" && !one.record.pair);
	const isInvited = ({ record }: Found<GuestRecord>): boolean =>
		invite?.roomName !== undefined &&
		record.host === invite.pin &&
		Buffer.compare(roomName(record.room), invite.roomName) === 0;
	return (
		guests.find(({ record }) => record.name === typed) ??
		guests.find(({ record }) => record.target === typed) ??
		guests.find(isInvited)
	);
}

/** Returns the name cleaned, or why a room can't be kept under it. A name must not be taken for an address. */
export function readRoomName(typed: string, found: readonly Found[]): string | Refused {
	const name = cleanLine(typed).trim();
	if (name === "") return refuse({ code: "bad_room_name", why: "empty" });
	if ([...name].length > longestName) return refuse({ code: "bad_room_name", why: "tooLong" });
	if (/:|\s\d+$|^\d/.test(name)) return refuse({ code: "bad_room_name", why: "readAsAddress" });
	return found.some(({ record }) => record.name === name) ? refuse({ code: "bad_room_name", why: "taken" }) : name;
}

/** Says what there is to choose from. */
export interface KnownRooms {
	/** Returns the rooms that are kept on this computer. */
	readonly kept: () => readonly Found[];
	/** Tells whether another program has the kept rooms of this home. */
	readonly isElsewhere: () => boolean;
	/** Tells whether a room is open. */
	readonly isLive: (room: RoomKey) => boolean;
}

/** Finds the room that a host wishes to go on with, or makes sure that the name is free. */
export function roomToGoOn(
	typed: string | undefined,
	{ kept, isElsewhere, isLive }: KnownRooms,
): { readonly kind: "named"; readonly found?: Found<HostRecord> } | Refused {
	if (typed === undefined) return { kind: "named" };
	if (isElsewhere()) return refuse({ code: "kept_elsewhere" });
	const found = hostedAs(kept(), typed);
	if (found) {
		return isLive(found.room.key) ? refuse({ code: "bad_room_name", why: "taken" }) : { kind: "named", found };
	}
	const name = readRoomName(typed, kept());
	return typeof name === "string" ? { kind: "named" } : name;
}
