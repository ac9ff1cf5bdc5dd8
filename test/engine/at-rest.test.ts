// What is shown before the engine is loaded: it is what the engine then shows, or nothing where only the engine can tell.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { type TestContext, test } from "node:test";
import { openAtRest } from "../../src/engine/at-rest.ts";
import { type EngineOptions, openEngine } from "../../src/engine/open-engine.ts";
import { hostRoom, joinRoom, openTestEngine } from "../support/rooms/real-engine.ts";
import { storeIn, temporaryHome } from "../support/temporary-home.ts";

const password = "four calm green words";

/** The view at rest and that of the engine which then goes on with the same home. */
async function bothViews(t: TestContext, options: EngineOptions) {
	const rest = await openAtRest(options);
	assert.ok(rest.kind === "rest");
	const opened = await openEngine(options, rest.home);
	assert.ok(opened.kind === "open");
	t.after(() => opened.engine.close());
	const { version: _, phase, people, timeline, ...view } = opened.engine.snapshot();
	assert.deepEqual([phase, people, timeline.length], [{ kind: "idle" }, [], 0]);
	return { rest: rest.view, view };
}

test("A person at rest sees before the engine is loaded what it shows: name, key, rooms of before, and the ways to be found.", async (t) => {
	const [host, guest] = [await openTestEngine(t, "Hanna"), await openTestEngine(t, "Bob")];
	await joinRoom(guest, await hostRoom(host, password), password);
	await guest.engine.close();
	const { rest, view } = await bothViews(t, { home: guest.home });
	assert.deepEqual(rest, view);
	assert.equal(view.identity.kind === "ready" && view.identity.name, "Bob");
	assert.equal(view.recentRooms.length, 1);
	assert.ok(view.routeTerms.dht);
});

test("The view at rest has what the person allows of the DHT, too.", async (t) => {
	const { home, engine } = await openTestEngine(t, "Hanna");
	await engine.close();
	const { rest, view } = await bothViews(t, { home, dht: { isAllowed: false } });
	assert.deepEqual(rest, view);
	assert.equal(view.routeTerms.dht, undefined);
});

test("The view at rest has a proxy, relays and the one interface that is used, as far as each is to be seen.", async (t) => {
	const { home, engine } = await openTestEngine(t, "Hanna");
	await engine.close();
	const seen: Partial<EngineOptions>[] = [
		{ proxy: "socks5://user:secret@127.0.0.1:9050" },
		{ relay: { relays: "wss://relay.example, wss://other.example" } },
		{ only: { bind: "127.0.0.1" } },
		{ proxy: "http://127.0.0.1:8080", only: { bind: "127.0.0.1" }, relay: { relays: "ws://relay.example:81" } },
	];
	for (const wish of seen) {
		const { rest, view } = await bothViews(t, { home, ...wish });
		assert.deepEqual(rest, view);
		assert.equal(view.proxy === undefined, wish.proxy === undefined);
		assert.equal(view.routeTerms.relay === undefined, wish.relay === undefined);
		assert.equal(view.routeTerms.dht === undefined, wish.proxy !== undefined || wish.only !== undefined);
	}
});

test("Without an identity only the engine can tell, and it goes on with the home that is open.", async (t) => {
	const { rest, view } = await bothViews(t, { home: temporaryHome(t) });
	assert.equal(rest, undefined);
	assert.deepEqual(view.identity, { kind: "none" });
});

test("Kept rooms, buddies and a room that can't be read are in the view at rest too.", async (t) => {
	const [host, guest] = [await openTestEngine(t, "Hanna"), await openTestEngine(t, "Bob")];
	await host.does({ kind: "host", password, wish: { bind: "127.0.0.1", keep: "Friends" } });
	await joinRoom(guest, host.engine.snapshot().hosting?.port ?? 0, password);
	await guest.told("roomKept");
	await guest.does({ kind: "buddy", fingerprint: guest.person("Hanna").fingerprint });
	await host.told("buddyProposed");
	await guest.engine.close();
	await host.engine.close();
	const damaged = storeIn(t, guest.home);
	damaged.database.exec("INSERT INTO kept_rooms VALUES ('zzzzzzzz', x'00', x'00', 0)");
	damaged.close();
	const ofGuest = await bothViews(t, { home: guest.home });
	assert.deepEqual(ofGuest.rest, ofGuest.view);
	assert.equal(ofGuest.view.unreadableRooms, 1);
	assert.deepEqual(
		ofGuest.view.buddies?.map(({ name, state }) => [name, state]),
		[["Hanna", "proposed"]],
	);
	assert.ok(ofGuest.view.recentRooms.some(({ isKept }) => isKept));
	const ofHost = await bothViews(t, { home: host.home });
	assert.deepEqual(ofHost.rest, ofHost.view);
	assert.deepEqual(
		[ofHost.view.keptRooms?.map(({ name }) => name), ofHost.view.buddies?.map(({ state }) => state)],
		[["Friends"], ["asked"]],
	);
});

test("Whoever has posted or follows somebody is told by the engine alone.", async (t) => {
	const { engine, home, does } = await openTestEngine(t, "Hanna");
	await does({ kind: "setPostReaders", who: "known" });
	await does({ kind: "post", text: "Good morning", understood: true });
	await engine.close();
	assert.equal((await bothViews(t, { home })).rest, undefined);
});

test("Where the engine may refuse what was asked for, nothing is opened or made before.", async (t) => {
	const home = temporaryHome(t);
	const wishes: readonly Partial<EngineOptions>[] = [
		{ proxy: "socks6://127.0.0.1:9050" },
		{ only: { interface: "nothing0" } },
		{ relay: { relays: "https://relay.example" } },
		{ relay: { relays: "ws://a,ws://b,ws://c,ws://d,ws://e" } },
		{ relay: { tokenFile: "/nowhere" } },
		{ dht: { bootstrap: "no address" } },
		{ tor: { control: "9051" } },
	];
	for (const wish of wishes) assert.deepEqual(await openAtRest({ home, ...wish }), { kind: "engineFirst" });
	assert.deepEqual(readdirSync(home), []);
});
