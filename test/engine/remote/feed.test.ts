// What an attached window is told: enough to have the same picture, however slowly it reads, and nothing twice.
import assert from "node:assert/strict";
import { duplexPair } from "node:stream";
import { test } from "node:test";
import fc from "fast-check";
import type { FeedStep } from "../../../src/engine/api/changes.ts";
import { openFeed } from "../../../src/engine/remote/feed.ts";
import { Mirror, MirrorTimeline } from "../../../src/engine/remote/mirror.ts";
import { attach } from "../../../src/engine/remote/remote-engine.ts";
import { RoomTimeline } from "../../../src/engine/room/timeline.ts";
import { testBuild } from "../../support/rooms/attached-window.ts";
import { entriesIn } from "../../support/rooms/what-was-said.ts";
import { until } from "../../support/until.ts";
import { FakeEngine, lineOf, personNamed } from "../../support/views/fake-engine.ts";

const bob = personNamed("bob");

/** As it comes out of a stream. */
const sent = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value));

test("A copy of a timeline that takes in what has changed, whenever it looks, is the same as the timeline", () => {
	const operation = fc.oneof(
		fc.record({ kind: fc.constant("add" as const), text: fc.string({ maxLength: 5 }) }),
		fc.record({ kind: fc.constant("wait" as const), text: fc.string({ maxLength: 5 }) }),
		fc.record({
			kind: fc.constantFrom("replace" as const, "place" as const, "take" as const),
			at: fc.nat(),
			text: fc.string({ maxLength: 5 }),
		}),
		fc.record({ kind: fc.constant("look" as const) }),
	);
	fc.assert(
		fc.property(fc.array(operation, { maxLength: 60 }), (operations) => {
			const timeline = new RoomTimeline();
			const copy = new MirrorTimeline();
			let cursor: Parameters<RoomTimeline["changesSince"]>[0];
			const look = (): void => {
				const changes = sent(timeline.changesSince(cursor, 1_000));
				cursor = changes.cursor;
				copy.follow(changes);
				assert.deepEqual(entriesIn(copy), sent(entriesIn(timeline)));
			};
			for (const one of operations) {
				if (one.kind === "look") look();
				else if (one.kind === "add") timeline.add(lineOf(bob, one.text));
				else if (one.kind === "wait") timeline.addWaiting(lineOf(bob, one.text, { delivery: { kind: "sending" } }));
				else {
					const entry = timeline.length === 0 ? undefined : timeline.at(one.at % timeline.length);
					if (entry?.kind !== "line") continue;
					if (one.kind === "replace") timeline.replace({ ...entry, text: one.text });
					else if (one.kind === "place") timeline.placeWaiting(entry.id);
					else timeline.takeWaiting(entry.id);
				}
			}
			look();
			for (const [index, { id }] of entriesIn(timeline).entries()) assert.equal(copy.indexOf(id), index);
		}),
	);
});

test("A copy that was far behind, or lost, begins anew with the newest entries and gets the older ones by pages", () => {
	const timeline = new RoomTimeline();
	for (let n = 0; n < 50; n += 1) timeline.add(lineOf(bob, `line ${n}`));
	const copy = new MirrorTimeline();
	copy.follow(timeline.changesSince(undefined, 10));
	assert.deepEqual([copy.length, copy.hasOlder], [10, true]);
	copy.prepend(entriesIn(timeline).slice(0, 40));
	assert.deepEqual([entriesIn(copy), copy.hasOlder], [entriesIn(timeline), false]);
	timeline.add(lineOf(bob, "one more"));
	copy.follow(timeline.changesSince({ next: 50, revision: 0 }, 10));
	assert.deepEqual(entriesIn(copy), entriesIn(timeline));
});

function slowWindow() {
	const engine = new FakeEngine();
	const timeline = new RoomTimeline();
	const rooms = [
		{
			room: "abcdefgh",
			name: "bob",
			kind: "passing",
			role: "guest",
			state: "inRoom",
			people: 2,
			unread: 0,
			mentions: 0,
		},
	] as const;
	engine.set({ room: "abcdefgh", rooms, timeline, phase: { kind: "inRoom", role: "guest" } });
	const told: FeedStep[] = [];
	let isReady = true;
	const feed = openFeed({ engine, tell: (step) => told.push(sent(step)), isReady: () => isReady });
	return {
		engine,
		timeline,
		told,
		feed,
		setReady(value: boolean) {
			isReady = value;
			if (value) feed.drained();
		},
	};
}

test("attack: a window that stops reading is told nothing, makes nothing pile up, and has the whole picture when it reads again", () => {
	const { engine, timeline, told, setReady } = slowWindow();
	const mirror = new Mirror();
	for (const step of told.splice(0)) assert.ok(mirror.follow(step));
	setReady(false);
	for (let n = 0; n < 3_000; n += 1) {
		timeline.add(lineOf(bob, `line ${n}`));
		engine.set({});
		engine.emit({ kind: "message", id: `${n}`, from: bob, at: 0, text: `line ${n}`, own: false, room: "abcdefgh" });
	}
	assert.equal(told.length, 0);
	setReady(true);
	const [state, ...events] = told;
	assert.equal(state?.kind, "state");
	assert.equal(events.length, 1_000);
	assert.ok(events[0]?.kind === "event" && events[0].missed === 2_000, "how many are missing is told");
	for (const step of told) assert.ok(mirror.follow(step));
	assert.deepEqual(entriesIn(mirror.snapshot("abcdefgh").timeline), sent(entriesIn(timeline)));
});

test("A window is not told again what has not changed, and what is gone is taken away from it", () => {
	const { engine, told, feed } = slowWindow();
	const mirror = new Mirror();
	engine.set({ talk: { typing: [bob], isTellingTyping: true } });
	feed.flush();
	engine.set({});
	feed.flush();
	assert.equal(told.length, 2);
	const { talk: _, ...without } = engine.snapshot();
	for (const step of told) mirror.follow(step);
	assert.deepEqual(
		mirror.snapshot("abcdefgh").talk?.typing.map(({ name }) => name),
		["bob"],
	);
	Object.assign(engine, { snapshot: () => without });
	feed.flush();
	for (const step of told.slice(2)) mirror.follow(step);
	assert.equal(mirror.snapshot("abcdefgh").talk, undefined);
});

test("A window has every field of home and room that the engine has, and none that is absent", () => {
	const { engine, told, feed } = slowWindow();
	const mirror = new Mirror();
	engine.set({
		proxy: "socks5://127.0.0.1:9050",
		hasNoLan: true,
		lanRooms: [],
		talk: { typing: [], isTellingTyping: true },
	});
	feed.flush();
	for (const step of told) mirror.follow(step);
	const { version: _, timeline: __, ...seen } = mirror.snapshot("abcdefgh");
	const { version: ___, timeline: ____, ...had } = engine.snapshot();
	assert.deepEqual(seen, sent(had));
});

test("A window that misses a step asks for everything anew, and shows no hole", async () => {
	const [server, client] = duplexPair();
	const asked: { readonly id: number; readonly method: string }[] = [];
	server.setEncoding("utf8");
	server.on("data", (text: string) =>
		asked.push(
			...text
				.split("\n")
				.filter(Boolean)
				.map((line) => JSON.parse(line)),
		),
	);
	const say = (message: object) => server.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
	const step = (params: object) =>
		say({ method: "engine.step", params: { kind: "state", home: {}, rooms: {}, gone: [], ...params } });
	const attaching = attach(client, testBuild);
	await until(() => asked.length === 1, "it asks for its place");
	step({ seq: 1, isWhole: true });
	say({ id: asked[0]?.id, result: { build: testBuild, pid: 1, allows: [] } });
	const attached = await attaching;
	assert.ok(attached.kind === "attached");
	step({ seq: 3, home: { recentRooms: [{ target: "a hole", lastJoinedAt: 0 }] } });
	await until(() => asked.length === 2, "it asks again");
	assert.equal(asked[1]?.method, "engine.restart");
	assert.deepEqual(attached.engine.snapshot().recentRooms, []);
	step({ seq: 7, isWhole: true, home: { recentRooms: [{ target: "all", lastJoinedAt: 0 }] } });
	await until(() => attached.engine.snapshot().recentRooms.length === 1, "everything is here");
	server.destroy();
	client.destroy();
});

test("When the background process is gone, every room is over with that reason, and what is asked is refused", async () => {
	const [server, client] = duplexPair();
	server.setEncoding("utf8");
	let id = 0;
	server.on("data", (text: string) => {
		id = JSON.parse(text.split("\n")[0] ?? "").id;
	});
	const say = (message: object) => server.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
	const attaching = attach(client, testBuild);
	await until(() => id > 0, "it asks for its place");
	const room = {
		room: "abcdefgh",
		name: "bob",
		kind: "passing",
		role: "guest",
		state: "inRoom",
		people: 2,
		unread: 0,
		mentions: 0,
	};
	const rooms = { abcdefgh: { view: { phase: { kind: "inRoom", role: "guest" } } } };
	say({
		method: "engine.step",
		params: { seq: 1, kind: "state", isWhole: true, home: { rooms: [room] }, rooms, gone: [] },
	});
	say({ id, result: { build: testBuild, pid: 1, allows: [] } });
	const attached = await attaching;
	assert.ok(attached.kind === "attached");
	const { engine } = attached;
	const told: string[] = [];
	engine.onEvent((event) => told.push(`${event.kind} ${event.room}`));
	server.end();
	await until(() => told.length === 1, "it is told");
	assert.deepEqual(
		[told, engine.snapshot("abcdefgh").phase],
		[["closed abcdefgh"], { kind: "ended", code: "background_gone" }],
	);
	const outcome = await engine.perform({ kind: "send", text: "to nobody", room: "abcdefgh" });
	assert.equal(outcome.kind === "refused" && outcome.code, "no_background");
	await engine.close();
});
