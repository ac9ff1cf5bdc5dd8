// The rooms that are kept, each by a key of its own: what they are, the state of their group, who has a place in them, what waits. All of it sealed.
import { dirname, join } from "node:path";
import type { Store } from "./db.ts";
import { takeLock } from "./home-lock.ts";
import type { Sealer } from "./sealer.ts";

/** The file by whose lock one process has the kept rooms of a home. */
const LOCK_FILE = "rooms.lock";

/** A value that was kept: its bytes, `undefined` where it can't be opened, because it was altered, moved or sealed under another vault. */
type Opened = Uint8Array | undefined;

/** One row as it is found. `key` names it within its room. */
export interface KeptRow {
	readonly key: string;
	readonly bytes: Opened;
}

/** One message of the log. `seq`: its place. `at`: ms since the epoch, when it got it. */
export interface KeptMessage {
	readonly seq: number;
	readonly at: number;
	readonly bytes: Uint8Array;
}

/** Says how much there is in a log. `oldest`, `newest`: places; 0 when the log is empty. */
export interface LogExtent {
	readonly oldest: number;
	readonly newest: number;
	readonly sizeBytes: number;
}

/** The rows of one room. Each call is on disk (safe from a killed process) when it returns. */
export interface KeptRows {
	/** Does several things at once: all of them, or none when `work` throws. */
	together<T>(work: () => T): T;
	record(): Opened;
	setRecord(bytes: Uint8Array): void;
	state(): Opened;
	setState(bytes: Uint8Array): void;
	/** Returns the place up to which the person was shown what was said. */
	shown(): number;
	setShown(seq: number): void;
	/** Returns the rows of one part. `member`: who has a place in the group; `seat`: by what somebody comes back. `name` is not kept in clear. */
	people(part: "member" | "seat"): readonly KeptRow[];
	setPerson(part: "member" | "seat", name: string, bytes: Uint8Array): void;
	forgetPerson(part: "member" | "seat", name: string): void;
	addMessage(message: KeptMessage): void;
	/** Returns the messages after a place, oldest first, as many as fit into `maxBytes` and at least one; `bytes` is `undefined` where one can't be opened. */
	messagesAfter(seq: number, maxBytes: number): readonly (Omit<KeptMessage, "bytes"> & { readonly bytes: Opened })[];
	logExtent(): LogExtent;
	/** Drops what got its place before `at`, and the oldest beyond `maxBytes`. */
	trimLog(at: number, maxBytes: number): void;
	/** Forgets the log, and who has a place in the group. */
	empty(): void;
	/** Returns what waits to be sent, in the order in which it was said. */
	outgoing(): readonly KeptRow[];
	/** Puts something among what waits to be sent. What is there already keeps its turn. */
	setOutgoing(id: string, bytes: Uint8Array): void;
	forgetOutgoing(id: string): void;
}

/** The kept rooms of one database. */
export interface KeptRooms {
	/** Does several things at once: all of them, or none when `work` throws. */
	together<T>(work: () => T): T;
	/** Makes this process the only one that may have kept rooms open, until it ends or calls `release`. `false`: another one is. */
	claim(): boolean;
	release(): void;
	/** Returns the keys of all rooms. */
	keys(): readonly string[];
	/** Makes a room. `record` and `state` may be replaced later. */
	add(room: string, record: Uint8Array, state: Uint8Array): KeptRows;
	/** Opens the rows of a room that there is. */
	rows(room: string): KeptRows;
	/** Forgets a room and everything of it; freed pages are overwritten. */
	remove(room: string): void;
}

interface LogRow {
	readonly seq: number;
	readonly at: number;
	readonly size: number;
	readonly sealed: Uint8Array;
}

/** Opens the rooms kept in `store`. */
export function keptRoomsIn(store: Store, sealer: Sealer): KeptRooms {
	const { database } = store;
	const keys = database.prepare<[], string>("SELECT room FROM kept_rooms ORDER BY room").pluck();
	const insert = database.prepare<[string, Uint8Array, Uint8Array]>("INSERT INTO kept_rooms VALUES (?, ?, ?, 0)");
	const remove = database.prepare<[string]>("DELETE FROM kept_rooms WHERE room = ?");
	const rows = (room: string): KeptRows => ({
		...whatItIs(store, sealer, room),
		...whoHasAPlace(store, sealer, room),
		...log(store, sealer, room),
		...outgoing(store, sealer, room),
	});
	let release: (() => void) | undefined;
	return {
		together: (work) => store.transact(work),
		claim() {
			const { memory, name } = database;
			release ??= memory ? () => {} : takeLock(join(dirname(name), LOCK_FILE));
			return release !== undefined;
		},
		release() {
			release?.();
			release = undefined;
		},
		keys: () => keys.all(),
		add(room, record, state) {
			insert.run(
				room,
				sealer.seal("kept_rooms", "record", room, record),
				sealer.seal("kept_rooms", "state", room, state),
			);
			return rows(room);
		},
		rows,
		remove: (room) => void remove.run(room),
	};
}

type WhatItIs = Pick<KeptRows, "together" | "record" | "setRecord" | "state" | "setState" | "shown" | "setShown">;

function whatItIs(store: Store, sealer: Sealer, room: string): WhatItIs {
	const { database } = store;
	const column = (name: "record" | "state") => {
		const select = database.prepare<[string], Uint8Array>(`SELECT ${name} FROM kept_rooms WHERE room = ?`).pluck();
		const update = database.prepare<[Uint8Array, string]>(`UPDATE kept_rooms SET ${name} = ? WHERE room = ?`);
		return {
			read: () => {
				const sealed = select.get(room);
				return sealed && sealer.open("kept_rooms", name, room, sealed);
			},
			write: (bytes: Uint8Array) => void update.run(sealer.seal("kept_rooms", name, room, bytes), room),
		};
	};
	const [record, state] = [column("record"), column("state")];
	const selectShown = database.prepare<[string], number>("SELECT shown FROM kept_rooms WHERE room = ?").pluck();
	const updateShown = database.prepare<[number, string]>("UPDATE kept_rooms SET shown = ? WHERE room = ?");
	return {
		together: (work) => store.transact(work),
		record: record.read,
		setRecord: record.write,
		state: state.read,
		setState: state.write,
		shown: () => selectShown.get(room) ?? 0,
		setShown: (seq) => void updateShown.run(seq, room),
	};
}

function whoHasAPlace(
	store: Store,
	sealer: Sealer,
	room: string,
): Pick<KeptRows, "people" | "setPerson" | "forgetPerson"> {
	const { database } = store;
	const select = database.prepare<[string, string], { person: string; sealed: Uint8Array }>(
		"SELECT person, sealed FROM kept_people WHERE room = ? AND part = ? ORDER BY person",
	);
	const upsert = database.prepare<[string, string, string, Uint8Array]>(
		"INSERT INTO kept_people VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET sealed = excluded.sealed",
	);
	const remove = database.prepare<[string, string, string]>(
		"DELETE FROM kept_people WHERE room = ? AND part = ? AND person = ?",
	);
	const idOf = (name: string) => sealer.blind("kept_people", "person", `${room} ${name}`);
	const rowId = (part: string, person: string) => `${room} ${part} ${person}`;
	return {
		people: (part) =>
			select.all(room, part).map(({ person, sealed }) => ({
				key: person,
				bytes: sealer.open("kept_people", "sealed", rowId(part, person), sealed),
			})),
		setPerson(part, name, bytes) {
			const person = idOf(name);
			upsert.run(room, part, person, sealer.seal("kept_people", "sealed", rowId(part, person), bytes));
		},
		forgetPerson: (part, name) => void remove.run(room, part, idOf(name)),
	};
}

type Log = Pick<KeptRows, "addMessage" | "messagesAfter" | "logExtent" | "trimLog" | "empty">;

function log(store: Store, sealer: Sealer, room: string): Log {
	const { database } = store;
	const insert = database.prepare<[string, number, number, number, Uint8Array]>(
		"INSERT INTO kept_messages VALUES (?, ?, ?, ?, ?)",
	);
	const select = database.prepare<[string, number], LogRow>(
		"SELECT seq, at, size, sealed FROM kept_messages WHERE room = ? AND seq > ? ORDER BY seq",
	);
	const extent = database.prepare<[string], LogExtent>(
		`SELECT coalesce(min(seq), 0) AS oldest, coalesce(max(seq), 0) AS newest, coalesce(sum(size), 0) AS sizeBytes
		FROM kept_messages WHERE room = ?`,
	);
	const dropOld = database.prepare<{ room: string; at: number }>(
		// The log is cut behind its newest message that is too old, so that a clock that was set back in between leaves no hole.
		`DELETE FROM kept_messages WHERE room = @room
		AND seq <= (SELECT max(seq) FROM kept_messages WHERE room = @room AND at < @at)`,
	);
	const sizes = database.prepare<[string], { seq: number; size: number }>(
		"SELECT seq, size FROM kept_messages WHERE room = ? ORDER BY seq DESC",
	);
	const dropUpTo = database.prepare<[string, number]>("DELETE FROM kept_messages WHERE room = ? AND seq <= ?");
	const dropMembers = database.prepare<[string]>("DELETE FROM kept_people WHERE room = ? AND part = 'member'");
	const rowId = (seq: number) => `${room} ${seq}`;
	return {
		addMessage({ seq, at, bytes }) {
			const sealed = sealer.seal("kept_messages", "sealed", rowId(seq), bytes);
			insert.run(room, seq, at, bytes.length, sealed);
		},
		messagesAfter(after, maxBytes) {
			const found: (Omit<KeptMessage, "bytes"> & { readonly bytes: Opened })[] = [];
			let size = 0;
			for (const row of select.iterate(room, after)) {
				size += row.size;
				if (size > maxBytes && found.length > 0) break;
				const { seq, at, sealed } = row;
				found.push({ seq, at, bytes: sealer.open("kept_messages", "sealed", rowId(seq), sealed) });
			}
			return found;
		},
		empty() {
			store.transact(() => {
				dropUpTo.run(room, Number.MAX_SAFE_INTEGER);
				dropMembers.run(room);
			});
		},
		logExtent: () => extent.get(room) ?? { oldest: 0, newest: 0, sizeBytes: 0 },
		trimLog(at, maxBytes) {
			store.transact(() => {
				dropOld.run({ room, at });
				let size = 0;
				for (const row of sizes.all(room)) {
					size += row.size;
					if (size <= maxBytes) continue;
					dropUpTo.run(room, row.seq);
					break;
				}
			});
		},
	};
}

function outgoing(
	store: Store,
	sealer: Sealer,
	room: string,
): Pick<KeptRows, "outgoing" | "setOutgoing" | "forgetOutgoing"> {
	const { database } = store;
	const select = database.prepare<[string], { id: string; sealed: Uint8Array }>(
		"SELECT id, sealed FROM kept_outgoing WHERE room = ? ORDER BY turn, id",
	);
	const upsert = database.prepare<{ room: string; id: string; sealed: Uint8Array }>(
		`INSERT INTO kept_outgoing
		SELECT @room, @id, (SELECT coalesce(max(turn), 0) + 1 FROM kept_outgoing WHERE room = @room), @sealed WHERE true
		ON CONFLICT DO UPDATE SET sealed = excluded.sealed`,
	);
	const remove = database.prepare<[string, string]>("DELETE FROM kept_outgoing WHERE room = ? AND id = ?");
	const rowId = (id: string) => `${room} ${id}`;
	return {
		outgoing: () =>
			select
				.all(room)
				.map(({ id, sealed }) => ({ key: id, bytes: sealer.open("kept_outgoing", "sealed", rowId(id), sealed) })),
		setOutgoing: (id, bytes) =>
			void upsert.run({ room, id, sealed: sealer.seal("kept_outgoing", "sealed", rowId(id), bytes) }),
		forgetOutgoing: (id) => void remove.run(room, id),
	};
}
