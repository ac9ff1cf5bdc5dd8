// What a host gets when a room is opened, new or kept: where it listens, what it says of itself, and that everything is closed with it, or where it could not be opened.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, type TestContext, test } from "node:test";
import { Group } from "../../../src/crypto/group/group.ts";
import { Vault } from "../../../src/crypto/vault/vault.ts";
import { Gatekeeper } from "../../../src/engine/gate/guesses/gatekeeper.ts";
import { HostKeeping } from "../../../src/engine/host/host-keeping.ts";
import { type HostOptions, openRoom } from "../../../src/engine/host/hosting.ts";
import { RoomServer } from "../../../src/engine/host/server.ts";
import { KeptRoom } from "../../../src/engine/kept/kept-room.ts";
import { usualPolicy } from "../../../src/engine/kept/records.ts";
import type { MemberEvent } from "../../../src/engine/member/events.ts";
import { uptime } from "../../../src/net/link/clock.ts";
import type { ListenOutcome, Transport } from "../../../src/net/link/link.ts";
import { memoryLinkPair } from "../../../src/net/link/memory-transport.ts";
import { openMemoryStore } from "../../../src/store/db.ts";
import { keptRoomsIn } from "../../../src/store/kept-rooms.ts";
import { readGreeting } from "../../support/attackers/cheap-guest.ts";
import {
	assertStillWorks,
	Ears,
	joinMemoryRoom,
	newSelf,
	roomPassword,
	transportOf,
} from "../../support/rooms/memory-room.ts";

const [host, gus] = await Promise.all([newSelf("Hana"), newSelf("Gus")]);
const store = openMemoryStore();
after(() => store.close());

/** Where a room is to listen; whatever else is asked of it is an answer of the test's. */
function network(answer: Partial<ListenOutcome> = {}, parts?: readonly string[]) {
	const told: string[] = [];
	const asked: Parameters<Transport["listen"]>[0][] = [];
	const listener = { port: 4711, close: async () => void told.push("listens no longer") };
	const listen = async (options: Parameters<Transport["listen"]>[0]) => {
		asked.push(options);
		return { kind: "listening", listener, ...answer };
	};
	const named = parts?.map((name) => ({ name }));
	return {
		told,
		asked,
		listener,
		transport: { name: "memory", ...(named && { parts: named }), listen } as unknown as Transport,
	};
}

async function opens(t: TestContext, transport: Transport, more: Partial<HostOptions> = {}) {
	const ears = new Ears();
	const hosted = await openRoom({
		...{ self: host, password: roomPassword, wish: {}, transport, emit: ears.emit, now: Date.now, uptime },
		...{ gatekeeper: new Gatekeeper({ store, onAlert: () => {} }), onCaller: () => {}, onAway: () => {} },
		...more,
	});
	if (hosted.kind !== "open") return { why: hosted.why, hosted: undefined };
	void hosted.member.run();
	t.after(() => hosted.close());
	const link = () => {
		const [near, far] = memoryLinkPair();
		hosted.server.take(far);
		return near;
	};
	return { why: undefined, hosted, ears, link, transport: () => transportOf(link) };
}

async function isOpen(t: TestContext, ...how: [Transport, Partial<HostOptions>?]) {
	const opened = await opens(t, ...how);
	assert.ok(opened.hosted, opened.why);
	return opened;
}

test("a new room listens where its host wishes, and says by what guests can come and that nobody has been in it", async (t) => {
	const { asked, told, listener, transport } = network({}, ["tcp", "udp"]);
	const without = [{ transport: "udp", detail: "taken" }] as const;
	Object.assign(listener, { without });
	const { hosted, link } = await isOpen(t, transport, { wish: { port: 4000, bind: "192.0.2.9" } });
	const [{ port, bind, onLink } = assert.fail()] = asked;
	assert.deepEqual([port, bind], [4000, "192.0.2.9"]);
	assert.deepEqual([hosted.port, hosted.transports], [4711, ["tcp"]]);
	assert.deepEqual([hosted.missed, hosted.certificates, hosted.away, hosted.isFoundedAnew], [[], [], [], false]);
	assert.deepEqual([hosted.offRecordWith, hosted.changeRecord((record) => record)], [undefined, undefined]);
	const [near, far] = memoryLinkPair();
	onLink(far);
	assert.deepEqual(Buffer.from((await readGreeting(near)).hello.room), Buffer.from(hosted.roomId));
	near.stream.destroy();
	assert.ok((await readGreeting(link())).hello.salt.length > 0);
	const closing = t.mock.method(Group.prototype, "close");
	await hosted.close();
	assert.deepEqual([told, closing.mock.callCount()], [["listens no longer"], 1]);
	const usual = network();
	const open = await isOpen(t, usual.transport);
	assert.deepEqual([usual.asked[0]?.port, Object.hasOwn(usual.asked[0] ?? {}, "bind")], [0, false]);
	assert.deepEqual(open.hosted.transports, ["memory"]);
});

test("a room that is reached by routes alone takes no port, and has no transport of its own", async (t) => {
	const { asked, transport } = network();
	const { hosted } = await isOpen(t, transport, { wish: { isOnlyByRoutes: true } });
	assert.deepEqual([hosted.port, hosted.transports, asked], [0, [], []]);
	await hosted.close();
});

test("where nothing can listen, or encryption does not start, no room is opened and its group is closed", async (t) => {
	const closing = t.mock.method(Group.prototype, "close");
	const taken = await opens(t, network({ kind: "failed", failure: "portTaken" } as ListenOutcome).transport);
	assert.deepEqual([taken.why, closing.mock.callCount()], ["portTaken", 1]);
	t.mock.method(Group.prototype, "newLeaf", async () => ({ kind: "failed" }));
	const { asked, transport } = network();
	assert.equal((await opens(t, transport)).why, "noWorker");
	assert.deepEqual([closing.mock.callCount(), asked], [2, []]);
});

test("off the record the host signs nothing, also no key of the moment, and its group is off the record", async (t) => {
	const opening = t.mock.method(Group, "open");
	const signs = t.mock.method(host.signer, "sign");
	const off = await isOpen(t, network().transport, { offRecordWith: gus.signer.fingerprint });
	assert.deepEqual([off.hosted.offRecordWith, signs.mock.callCount()], [gus.signer.fingerprint, 0]);
	assert.equal(opening.mock.calls[0]?.arguments[0].isOffRecord, true);
	await isOpen(t, network().transport);
	assert.equal(opening.mock.calls[1]?.arguments[0].isOffRecord, false);
	assert.ok(signs.mock.callCount() > 0);
});

test("in a room that is open its host hears and is heard", async (t) => {
	const { hosted, ears, transport } = await isOpen(t, network().transport);
	hosted.member.say("is anybody here?", 0);
	await ears.until(() => ears.has("placed"));
	const room = { hosted, ears, transport } as unknown as Parameters<typeof assertStillWorks>[0];
	await assertStillWorks(room);
});

test("a room that was kept goes on with what it had: its id, its password, who is away, what was chosen, and the newest proof of its host", async (t) => {
	const rooms = keptRoomsIn(store, new Vault(randomBytes(32)));
	const first = await isOpen(t, network().transport);
	const guest = await joinMemoryRoom(first, gus);
	await first.hosted.keep(rooms, "a room", { name: "Friends", policy: usualPolicy });
	assert.equal(first.hosted.changeRecord((record) => ({ ...record, name: "Club" }))?.name, "Club");
	const closing = t.mock.method(RoomServer.prototype, "close");
	guest.leave();
	await guest.ended;
	const late = await joinMemoryRoom(first, await newSelf("Lea"));
	await first.hosted.close();
	late.leave();
	assert.deepEqual(closing.mock.calls.at(-1)?.arguments, ["hostAway"]);
	const room = KeptRoom.open(rooms, "a room", Date.now);
	const record = room.record();
	assert.ok(record?.role === "host");
	assert.deepEqual([Buffer.from(record.room), record.name], [Buffer.from(first.hosted.roomId), "Club"]);
	room.setRecord({ ...record, provenFrom: 1 });
	const again = await isOpen(t, network().transport, { kept: { room, record: { ...record, provenFrom: 1 } } });
	const { hosted, link } = again;
	assert.equal(hosted.changeRecord((one) => one)?.name, "Club", "it goes on being kept");
	assert.deepEqual([hosted.isFoundedAnew, hosted.away], [false, [late.self.signer.fingerprint]]);
	assert.deepEqual([Buffer.from(hosted.roomId), hosted.certificates.length], [Buffer.from(record.room), 2]);
	assert.ok(hosted.certificates.every((one) => one instanceof Uint8Array));
	const greeted = await readGreeting(link());
	assert.deepEqual(Buffer.from(greeted.hello.salt), Buffer.from(record.salt));
	const now = room.record();
	assert.ok(now?.role === "host" && (now.provenFrom ?? 0) > 1 && now.name === "Club");
	const shown = t.mock.method(HostKeeping.prototype, "hasShown", () => {});
	const settling = t.mock.method(HostKeeping.prototype, "settle");
	const event = { kind: "problem", problem: "unreadableLine" } as MemberEvent;
	hosted.hasShown(event);
	hosted.allShown();
	assert.deepEqual([shown.mock.calls[0]?.arguments, settling.mock.callCount()], [[event], 1]);
	const back = await joinMemoryRoom(again, await newSelf("Ida"));
	assert.equal(back.hasEntered(), true);
	back.leave();
	await back.ended;
	await hosted.close(true);
	assert.deepEqual(closing.mock.calls.at(-1)?.arguments, ["roomClosed"]);
});
