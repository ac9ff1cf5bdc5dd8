// People whose rooms are kept: each with a database of their own, and programs that end and are started again.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import type { Fingerprint } from "../../../src/crypto/identity/fingerprint.ts";
import { Vault } from "../../../src/crypto/vault/vault.ts";
import type { Self } from "../../../src/engine/account/self.ts";
import { Gatekeeper } from "../../../src/engine/gate/guesses/gatekeeper.ts";
import { GuestKeeping } from "../../../src/engine/guest/guest-keeping.ts";
import type { CaughtUp, JoinOptions } from "../../../src/engine/guest/join-options.ts";
import { joinRoom } from "../../../src/engine/guest/joining.ts";
import { goingAway } from "../../../src/engine/guest/staying.ts";
import { type HostedRoom, openRoom } from "../../../src/engine/host/hosting.ts";
import { KeptRoom } from "../../../src/engine/kept/kept-room.ts";
import { type RoomPolicy, usualPolicy } from "../../../src/engine/kept/records.ts";
import type { MemberEnd } from "../../../src/engine/member/events.ts";
import type { Member } from "../../../src/engine/member/member.ts";
import type { Mouth } from "../../../src/engine/member/own-lines.ts";
import type { GuestEnd } from "../../../src/engine/room/end.ts";
import { uptime } from "../../../src/net/link/clock.ts";
import { memoryLinkPair, memoryTransport } from "../../../src/net/link/memory-transport.ts";
import { openMemoryStore, type Store } from "../../../src/store/db.ts";
import { type KeptRooms, keptRoomsIn } from "../../../src/store/kept-rooms.ts";
import { keepGroupThread } from "../../support/rooms/kept-thread.ts";
import {
	Ears,
	type Ending,
	freshAddress,
	newSelf,
	roomPassword,
	transportOf,
} from "../../support/rooms/memory-room.ts";
import { Watch } from "../../support/until.ts";

/** Somebody with a computer. */
export interface Resident {
	readonly self: Self;
	readonly store: Store;
	readonly vault: Vault;
	readonly rooms: KeptRooms;
	/** Returns the only room that is kept there. */
	kept(): KeptRoom;
}

function keptIn(rooms: KeptRooms): KeptRoom {
	const [key] = rooms.keys();
	assert.ok(key, "a room is kept");
	return KeptRoom.open(rooms, key, clock.now);
}

/** A person with a new key and an empty database. */
export async function newResident(name: string, store = openMemoryStore(), self?: Self): Promise<Resident> {
	const vault = new Vault(randomBytes(32));
	const rooms = keptRoomsIn(store, vault);
	return { self: self ?? (await newSelf(name)), store, vault, rooms, kept: () => keptIn(rooms) };
}

const keptTables = ["kept_rooms", "kept_people", "kept_messages", "kept_outgoing"] as const;

/** Copies what is kept: it can be put back later, on another disk. */
export function backupOf({ store: { database } }: Resident): (resident: Resident) => Resident {
	const rows = keptTables.map((table) => database.prepare(`SELECT * FROM ${table}`).raw().all() as unknown[][]);
	return (resident) => {
		const store = openMemoryStore();
		for (const [index, table] of keptTables.entries()) {
			for (const row of rows[index] ?? []) {
				store.database.prepare(`INSERT INTO ${table} VALUES (${row.map(() => "?").join()})`).run(...row);
			}
		}
		const rooms = keptRoomsIn(store, resident.vault);
		return { ...resident, store, rooms, kept: () => keptIn(rooms) };
	};
}

/** The time by which all of them live. */
export const clock = { ms: Date.now(), now: () => clock.ms };
export const dayMs = 24 * 60 * 60 * 1000;

export interface Hosting {
	readonly hosted: HostedRoom;
	readonly ears: Ears;
	/** Why the host's own part is over. */
	readonly running: Promise<MemberEnd>;
	/** The program ends in good order. */
	stop(): Promise<void>;
}

/** Opens a new room, or the one that is kept. `offRecordWith`: a new one is off the record with this person. */
export async function host(t: Ending, { self, store, rooms }: Resident, offRecordWith?: Fingerprint): Promise<Hosting> {
	keepGroupThread();
	const ears = new Ears();
	const [key] = rooms.keys();
	const room = key === undefined ? undefined : KeptRoom.open(rooms, key, clock.now);
	const record = room?.record();
	const hosted = await openRoom({
		self,
		password: roomPassword,
		wish: {},
		offRecordWith,
		transport: memoryTransport(),
		gatekeeper: new Gatekeeper({ store, onAlert: () => {} }),
		...(room && record?.role === "host" ? { kept: { room, record } } : {}),
		emit: ears.emit,
		onCaller: () => {},
		onAway: () => {},
		now: clock.now,
		uptime,
	});
	assert.ok(hosted.kind === "open", JSON.stringify(hosted));
	hosted.allShown();
	const running = hosted.member.run();
	let isStopped = false;
	const stop = async () => {
		if (isStopped) return;
		isStopped = true;
		await hosted.close();
		await running;
	};
	t.after(stop);
	return { hosted, ears, running, stop };
}

export interface Visit {
	readonly ears: Ears;
	readonly ended: Promise<GuestEnd>;
	readonly keeping: GuestKeeping;
	/** What was told after what was missed. */
	readonly caughtUp: readonly CaughtUp[];
	/** How often the password was asked for. */
	asked(): number;
	/** Through which to speak. */
	mouth(): Mouth;
	isIn(): boolean;
	/** Resolves when the room is shown as it was kept. */
	untilShown(): Promise<void>;
	/** Resolves when the guest is in. */
	untilIn(): Promise<void>;
	/** From now on the room is kept on the guest's disk. */
	keep(policy?: RoomPolicy): Promise<void>;
	/** The program ends in good order. */
	stop(): Promise<GuestEnd>;
	/** Says goodbye. */
	leave(): Promise<GuestEnd>;
}

/** What the invite to a room off the record says. */
export interface OffRecordInvite {
	readonly pin: Fingerprint;
	readonly inviteSecret: Uint8Array;
}

/** Joins the room that `hosting` gives at the moment; comes back by what is kept, if anything is. `others` stand in place of what is usual. */
export function visit(
	t: Ending,
	{ self, rooms }: Resident,
	hosting: () => Hosting | undefined,
	first?: OffRecordInvite,
	others: Partial<Pick<JoinOptions, "transport" | "lookNearby" | "watchNetwork">> = {},
): Visit {
	const ears = new Ears();
	const [key] = rooms.keys();
	const room = key === undefined ? undefined : KeptRoom.open(rooms, key, clock.now);
	const record = room?.record();
	const kept = room && record?.role === "guest" ? { room: { room, record } } : {};
	const isOffRecord = first !== undefined || (record?.role === "guest" && record.isOffRecord === true);
	const keeping = new GuestKeeping({
		isOffRecord,
		rooms,
		key: "guest234",
		self: self.signer.fingerprint,
		emit: ears.emit,
		now: clock.now,
		...kept,
	});
	const stop = new AbortController();
	const caughtUp: CaughtUp[] = [];
	const watch = new Watch();
	let asked = 0;
	let member: Member | undefined;
	let mouth: Mouth | undefined;
	let isIn = false;
	const ended = joinRoom({
		self,
		target: { endpoints: [{ host: "host", port: 1 }], isOffRecord, ...first },
		transport: transportOf(() => {
			const [near, far] = memoryLinkPair([freshAddress(), "host"]);
			const now = hosting();
			if (now) now.hosted.server.take(far);
			else far.stream.destroy();
			return near;
		}),
		keeping,
		askPassword: async () => {
			asked += 1;
			return roomPassword;
		},
		onStep: () => {},
		onEntered: (entered) => {
			member = entered;
			mouth = entered;
			isIn = true;
			watch.changed();
		},
		onKept: (_, waiting) => {
			mouth = waiting;
			watch.changed();
		},
		onCaughtUp: (one) => {
			caughtUp.push(one);
			watch.changed();
		},
		onReconnecting: () => {
			isIn = false;
		},
		onResumed: (resumed) => {
			member = resumed;
			mouth = resumed;
			isIn = true;
			watch.changed();
		},
		onOutOfStep: () => {},
		emit: ears.emit,
		signal: stop.signal,
		now: clock.now,
		uptime,
		...others,
	});
	const end = (reason?: string) => {
		stop.abort(reason);
		return ended;
	};
	t.after(async () => void (await end(goingAway)));
	return {
		ears,
		ended,
		keeping,
		caughtUp,
		asked: () => asked,
		isIn: () => isIn,
		untilShown: () => watch.until(() => mouth !== undefined, "the room is shown"),
		untilIn: () => watch.until(() => isIn, "the guest is in"),
		mouth() {
			assert.ok(mouth);
			return mouth;
		},
		async keep(policy = usualPolicy) {
			assert.ok(member);
			await keeping.begin({ name: "Room", policy, target: "host 1" });
		},
		stop: () => end(goingAway),
		leave: () => end(),
	};
}
