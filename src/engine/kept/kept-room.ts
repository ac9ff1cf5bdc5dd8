// One kept room: its rows, read and written as what they mean. Whatever can't be read is told, and nothing that depends on it is used.
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import type { KeptRooms, KeptRow, KeptRows } from "../../store/kept-rooms.ts";
import type { Outgoing } from "../member/outbox.ts";
import type { Decoded } from "../wire/codec.ts";
import {
	decodeMember,
	decodeMessage,
	decodeOutgoing,
	decodeRecord,
	decodeSeat,
	decodeState,
	encodeMember,
	encodeMessage,
	encodeOutgoing,
	encodeRecord,
	encodeSeat,
	encodeState,
	type GroupState,
	type KeptMember,
	type KeptSeat,
	type PlacedMessage,
	type RoomPolicy,
	type RoomRecord,
} from "./records.ts";

const dayMs = 24 * 60 * 60 * 1000;
const megabyteBytes = 1024 * 1024;
/** The log is looked through for what is too much whenever it has grown by this part of what it may hold. */
const trimPart = 16;

/** A LoggedMessage is a message of the log with its place in the order. */
export interface LoggedMessage extends PlacedMessage {
	readonly seq: number;
}

/** Holds a page of the log. `isDamaged`: the message behind it can't be read, and nothing that follows is of any use. */
export interface LogPage {
	readonly messages: readonly LoggedMessage[];
	readonly isDamaged: boolean;
}

/** Holds what could be read of some rows, and says whether others could not. */
export interface ReadRows<T> {
	readonly values: readonly T[];
	readonly damaged: number;
}

/** Counts own lines that are damaged. `letGo` forgets them, once that was told. */
export interface UnreadableLines {
	readonly count: number;
	readonly letGo: () => void;
}

function read<T>(bytes: Uint8Array | undefined, decode: (bytes: Uint8Array) => Decoded<T>): T | undefined {
	const decoded = bytes && decode(bytes);
	return decoded?.kind === "value" ? decoded.value : undefined;
}

function readRows<T>(rows: readonly KeptRow[], decode: (bytes: Uint8Array) => Decoded<T>): ReadRows<T> {
	const values = rows.flatMap(({ bytes }) => read(bytes, decode) ?? []);
	return { values, damaged: rows.length - values.length };
}

/** Reads and writes what the disk has of one room. Each stay owns one; the store stays its opener's. Every call that writes is safe from a killed process when it returns. */
export class KeptRoom {
	readonly key: string;
	readonly #rows: KeptRows;
	readonly #now: () => number;
	#grownBytes = 0;

	private constructor(key: string, rows: KeptRows, now: () => number) {
		this.key = key;
		this.#rows = rows;
		this.#now = now;
	}

	/** Begins to keep a room under a key that no other has. `now` returns ms since the epoch. */
	static add(rooms: KeptRooms, key: string, record: RoomRecord, state: GroupState, now: () => number): KeptRoom {
		return new KeptRoom(key, rooms.add(key, encodeRecord(record), encodeState(state)), now);
	}

	/** Finds a room that is kept. */
	static open(rooms: KeptRooms, key: string, now: () => number): KeptRoom {
		return new KeptRoom(key, rooms.rows(key), now);
	}

	/** Does several things at once: all of them or none. */
	together<T>(work: () => T): T {
		return this.#rows.together(work);
	}

	/** Returns the record that says what the room is; `undefined` when it can't be read. */
	record(): RoomRecord | undefined {
		return read(this.#rows.record(), decodeRecord);
	}

	setRecord(record: RoomRecord): void {
		this.#rows.setRecord(encodeRecord(record));
	}

	/** Returns the state of the group as it was last; `undefined` when it can't be read. */
	state(): GroupState | undefined {
		return read(this.#rows.state(), decodeState);
	}

	setState(state: GroupState): void {
		this.#rows.setState(encodeState(state));
	}

	/** Returns the place up to which the person was shown what was said. */
	shown(): number {
		return this.#rows.shown();
	}

	setShown(seq: number): void {
		this.#rows.setShown(seq);
	}

	members(): ReadRows<KeptMember> {
		return readRows(this.#rows.people("member"), decodeMember);
	}

	setMember(member: KeptMember): void {
		this.#rows.setPerson("member", member.fingerprint, encodeMember(member));
	}

	forgetMember(fingerprint: Fingerprint): void {
		this.#rows.forgetPerson("member", fingerprint);
	}

	seats(): ReadRows<KeptSeat> {
		return readRows(this.#rows.people("seat"), decodeSeat);
	}

	setSeat(seat: KeptSeat): void {
		this.#rows.setPerson("seat", seat.fingerprint, encodeSeat(seat));
	}

	forgetSeat(fingerprint: Fingerprint): void {
		this.#rows.forgetPerson("seat", fingerprint);
	}

	/** Keeps a message that has its place, and lets go what is beyond the room's policy, if it is given. */
	log({ seq, ...message }: LoggedMessage, policy?: RoomPolicy): void {
		const bytes = encodeMessage(message);
		this.#rows.addMessage({ seq, at: this.#now(), bytes });
		this.#grownBytes += bytes.length;
		if (policy && this.#grownBytes > (policy.megabytes * megabyteBytes) / trimPart) this.trim(policy);
	}

	/** Removes from the log what has waited for longer than the policy says, and the oldest of what is too much. */
	trim({ days, megabytes }: RoomPolicy): void {
		this.#grownBytes = 0;
		this.#rows.trimLog(Math.max(0, this.#now() - days * dayMs), megabytes * megabyteBytes);
	}

	/** Returns the messages after a place that follow each other without a gap: as many as fit into `maxBytes`, and at least one if there is any. */
	logAfter(seq: number, maxBytes: number): LogPage {
		const messages: LoggedMessage[] = [];
		for (const row of this.#rows.messagesAfter(seq, maxBytes)) {
			const message = read(row.bytes, decodeMessage);
			if (!message || row.seq !== seq + messages.length + 1) return { messages, isDamaged: true };
			messages.push({ ...message, seq: row.seq });
		}
		return { messages, isDamaged: false };
	}

	/** Returns the oldest and the newest place in the log; both are 0 when it is empty. */
	logExtent(): { readonly oldest: number; readonly newest: number } {
		return this.#rows.logExtent();
	}

	/** Returns what waits to be sent, oldest first. */
	outgoing(): ReadRows<Outgoing> {
		return readRows(this.#rows.outgoing(), decodeOutgoing);
	}

	/** Counts the lines that waited to be sent and can't be read any more, and returns what forgets them. */
	unreadableLines(): UnreadableLines {
		const ids = this.#rows.outgoing().filter(({ bytes }) => read(bytes, decodeOutgoing) === undefined);
		return {
			count: ids.length,
			letGo: () => {
				for (const { key } of ids) this.#rows.forgetOutgoing(key);
			},
		};
	}

	/** Keeps what waits to be sent: what is new, or has changed since `former`. */
	keepOutgoing(items: readonly Outgoing[], former: readonly Outgoing[]): void {
		for (const item of items) if (!former.includes(item)) this.#rows.setOutgoing(item.id, encodeOutgoing(item));
	}

	/** Forgets an own line that was shown at its place, or was taken back: it waits no longer. */
	forgetOutgoing(id: string): void {
		this.#rows.forgetOutgoing(id);
	}

	/** Forgets the log, and who has a place in the group. */
	empty(): void {
		this.#rows.empty();
	}
}
