// What is kept of the ways into a room that lasts, and by which of them it is opened again, without a room.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { parseFingerprint } from "../../../../src/crypto/identity/fingerprint.ts";
import type { HostWish, RouteName } from "../../../../src/engine/api/hosting.ts";
import { Invites } from "../../../../src/engine/gate/invites.ts";
import {
	KeptWays,
	type KeptWaysOptions,
	type WaysRecord,
	waysOnReturn,
} from "../../../../src/engine/host/ways/kept-ways.ts";
import type { KeptRoom } from "../../../../src/engine/kept/kept-room.ts";
import type { RouteHost } from "../../../../src/engine/routes/route.ts";

const host = parseFingerprint("A".repeat(40));
const friend = parseFingerprint("B".repeat(40));
assert.ok(host && friend);
const bytes = (byte: number, size = 32) => new Uint8Array(size).fill(byte);

/** A room on the disk, of which each state is written down. */
class PlayedRoom {
	readonly written: unknown[] = [];
	failure: Error | undefined;
	role = "host";
	record() {
		return { role: this.role, name: "Friends" };
	}
	setRecord(record: unknown): void {
		if (this.failure) throw this.failure;
		this.written.push(record);
	}
	get asRoom(): KeptRoom {
		return this as unknown as KeptRoom;
	}
}

function keepsWays(t: TestContext, more: Partial<KeptWaysOptions> = {}) {
	const invites = new Invites(host as NonNullable<typeof host>, bytes(1, 16));
	const open = new Map<RouteName, RouteHost>();
	const options = { isOnlyByRoutes: false, bind: undefined, visibleOnLan: undefined, ...more };
	const ways = new KeptWays({ invites, open: () => open, ...options });
	t.after(() => ways.close());
	return { ways, invites, open, opens: (name: RouteName, key?: Uint8Array) => open.set(name, { key } as RouteHost) };
}

const nothing = { routes: [], isOnlyByRoutes: false, isVisible: false, isPaused: false, invites: [] };

test("a route that was closed keeps its key, so that guests find the room there when it is opened again", (t) => {
	const { ways, open, opens } = keepsWays(t, { before: { routes: [{ name: "tor", isOpen: true, key: bytes(5) }] } });
	assert.deepEqual(ways.keyOf("tor"), bytes(5));
	assert.equal(ways.keyOf("dht"), undefined);
	assert.deepEqual(ways.record().routes, [{ name: "tor", isOpen: false, key: bytes(5) }]);
	const key = bytes(6);
	opens("dht", key);
	opens("relay");
	opens("tor", bytes(9));
	const routes = [
		{ name: "dht", isOpen: true, key: bytes(6) },
		{ name: "relay", isOpen: true },
		{ name: "tor", isOpen: true, key: bytes(5) },
	];
	assert.deepEqual(ways.record().routes, routes);
	open.clear();
	key.fill(0);
	assert.deepEqual(ways.record().routes, [
		{ name: "tor", isOpen: false, key: bytes(5) },
		{ name: "dht", isOpen: false, key: bytes(6) },
	]);
	const kept = ways.keyOf("dht");
	ways.close();
	assert.deepEqual(kept, bytes(0), "nothing of it is left in memory");
});

test("personal invites and what the host chooses are written as soon as the room is kept, and with each change", (t) => {
	const { ways, invites } = keepsWays(t, { bind: "127.0.0.1", isOnlyByRoutes: true, visibleOnLan: true });
	const room = new PlayedRoom();
	const made = invites.for("Mum");
	assert.ok(made);
	const base = { role: "host", name: "Friends", ...nothing, isOnlyByRoutes: true, bind: "127.0.0.1", isVisible: true };
	const invite = { label: "Mum", secret: made.secret };
	ways.keepIn(room.asRoom);
	assert.deepEqual(room.written.splice(0), [{ ...base, invites: [invite] }]);
	invites.cameIn(made, friend);
	const bound = { ...base, invites: [{ ...invite, boundTo: friend }] };
	assert.deepEqual(room.written.splice(0), [bound]);
	ways.chose({});
	assert.deepEqual(room.written, [], "nothing was chosen");
	ways.chose({ isPaused: true });
	ways.chose({ visibleOnLan: false });
	assert.deepEqual(room.written.splice(0), [
		{ ...bound, isPaused: true },
		{ ...bound, isPaused: true, isVisible: false },
	]);
	invites.takeBack("Mum");
	assert.deepEqual(room.written.splice(0), [{ ...base, invites: [], isPaused: true, isVisible: false }]);
	room.role = "guest";
	ways.changed();
	assert.deepEqual(room.written, []);
});

test("choices that were kept hold until the host chooses otherwise", (t) => {
	const before: WaysRecord = { isVisible: true, isPaused: true };
	const { ways } = keepsWays(t, { before });
	assert.deepEqual(ways.record(), { ...nothing, isVisible: true, isPaused: true });
	assert.deepEqual(keepsWays(t, { before, visibleOnLan: false }).ways.record(), { ...nothing, isPaused: true });
});

test("a room of which nothing is known but its name has no ways yet", (t) => {
	assert.deepEqual(keepsWays(t, { before: { routes: [{ name: "relay", isOpen: true }] } }).ways.record(), nothing);
	assert.deepEqual(keepsWays(t, { before: {} }).ways.record(), nothing);
});

test("a disk that fails does not end the room that is open, and a fault of the program is not hidden", (t) => {
	const { ways } = keepsWays(t);
	const room = new PlayedRoom();
	ways.keepIn(room.asRoom);
	room.failure = Object.assign(new Error("the disk is full"), { name: "SqliteError", code: "SQLITE_FULL" });
	ways.changed();
	room.failure = new Error("a fault of the program");
	assert.throws(() => ways.changed(), /a fault/);
});

const here = { route: () => true, isLanAllowed: true };
const torOnly: WaysRecord = {
	isOnlyByRoutes: true,
	routes: [
		{ name: "tor", isOpen: true },
		{ name: "dht", isOpen: false },
	],
};

test("a room is opened again by the ways it had, and those that can't be used here are told", () => {
	assert.deepEqual(waysOnReturn({ port: 5 }, undefined, here), { wish: { port: 5 }, closed: [] });
	const record: WaysRecord = { ...torOnly, isOnlyByRoutes: false, bind: "192.0.2.1", isVisible: true };
	assert.deepEqual(waysOnReturn({}, record, here), {
		wish: { routes: ["tor"], bind: "192.0.2.1", visibleOnLan: true },
		closed: [],
	});
	assert.deepEqual(waysOnReturn({ bind: "127.0.0.1" }, record, { route: () => false, isLanAllowed: false }), {
		wish: { bind: "127.0.0.1", routes: [] },
		closed: ["tor"],
	});
	assert.deepEqual(waysOnReturn({}, {}, here), { wish: { routes: [] }, closed: [] });
	const offRecord = { isVisible: true, offRecordWith: friend };
	assert.equal(waysOnReturn({}, offRecord, here).wish.visibleOnLan, undefined, "nobody could come in by what is shown");
});

test("attack: a room that was hidden behind a route opens no port when its route can't be used, unless its host asks for one", () => {
	const unusable = { route: () => false, isLanAllowed: true };
	const hidden = { wish: { routes: ["tor"], isOnlyByRoutes: true }, closed: [] };
	assert.deepEqual(waysOnReturn({}, torOnly, unusable), hidden);
	for (const wish of [{ visibleOnLan: false }, { routes: [] }] as readonly HostWish[])
		assert.deepEqual(waysOnReturn(wish, torOnly, unusable), { ...hidden, wish: { ...wish, ...hidden.wish } });
	for (const wish of [{ port: 0 }, { bind: "127.0.0.1" }, { visibleOnLan: true }]) {
		const opened = waysOnReturn(wish, torOnly, unusable);
		assert.deepEqual([opened.wish.isOnlyByRoutes, opened.closed], [undefined, ["tor"]]);
	}
	assert.deepEqual(waysOnReturn({ routes: ["dht"] }, torOnly, here), {
		wish: { visibleOnLan: false, routes: ["dht"] },
		closed: [],
	});
});
