// One engine in several rooms at once: hosting two, joining two, and what belongs to one room stays there.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { joinLive, livePassword, livePerson, openLiveRoom, publicAddress } from "../support/rooms/live-room.ts";
import type { TestEngine } from "../support/rooms/real-engine.ts";

async function openBeside(host: TestEngine): Promise<{ readonly room: string; readonly port: number }> {
	const outcome = await host.engine.perform({ kind: "host", password: livePassword, beside: true });
	assert.ok(outcome.kind === "done" && outcome.room !== undefined, JSON.stringify(outcome));
	const { room } = outcome;
	return { room, port: (await host.told("listening", (event) => event.room === room)).port };
}

/** Two rooms of Hana's; Ann is in the first, Bob in the second. */
async function twoRooms(t: TestContext) {
	const host = await livePerson(t, "Hana", 1);
	const firstPort = await openLiveRoom(host);
	const [first = ""] = host.engine.snapshot().rooms.map(({ room }) => room);
	const second = await openBeside(host);
	const [ann, bob] = [await livePerson(t, "Ann", 7), await livePerson(t, "Bob", 8)];
	await joinLive(ann, firstPort);
	await joinLive(bob, second.port);
	await host.told("joined", ({ room, member }) => room === first && member.name === "Ann");
	await host.told("joined", ({ room, member }) => room === second.room && member.name === "Bob");
	for (const guest of [ann, bob]) await guest.told("joined", ({ self }) => self);
	return { host, ann, bob, first, second: second.room, ports: [firstPort, second.port] as const };
}

const codeOf = async (one: TestEngine, command: Parameters<TestEngine["engine"]["perform"]>[0]): Promise<string> => {
	const outcome = await one.engine.perform(command);
	return outcome.kind === "refused" ? outcome.code : outcome.kind;
};

test("whoever hosts two rooms says each line in the room that is named, and without a name is asked which", async (t) => {
	const { host, ann, bob, first, second } = await twoRooms(t);
	assert.equal(await codeOf(host, { kind: "host", password: livePassword }), "already_in_room");
	assert.equal(await codeOf(host, { kind: "send", text: "where?" }), "which_room");
	assert.equal(await codeOf(host, { kind: "send", text: "where?", room: "nowhere" }), "no_such_room");
	await host.does({ kind: "send", text: "to Ann", room: first });
	await host.does({ kind: "send", text: "to Bob", room: second });
	assert.equal((await ann.told("message")).text, "to Ann");
	assert.equal((await bob.told("message")).text, "to Bob");
	await host.told("message", ({ room, text }) => room === second && text === "to Bob");
	const said = (room: string): readonly string[] =>
		host.events.flatMap((event) => (event.kind === "message" && event.room === room ? [event.text] : []));
	assert.deepEqual([said(first), said(second)], [["to Ann"], ["to Bob"]]);
	const peopleIn = (room: string) => host.engine.snapshot(room).people.map(({ name }) => name);
	assert.deepEqual(
		[peopleIn(first), peopleIn(second)],
		[
			["Hana", "Ann"],
			["Hana", "Bob"],
		],
	);
});

test("a line of others is unread in its own room until it is read there", async (t) => {
	const { host, ann, first } = await twoRooms(t);
	await ann.does({ kind: "send", text: "one for Hana" });
	await ann.does({ kind: "send", text: "two" });
	await host.told("message", ({ text }) => text === "two");
	const unread = () => host.engine.snapshot().rooms.map((room) => [room.unread, room.mentions]);
	assert.deepEqual(unread(), [
		[2, 1],
		[0, 0],
	]);
	await host.does({ kind: "read", room: first });
	assert.deepEqual(unread(), [
		[0, 0],
		[0, 0],
	]);
});

test("leaving one room closes that one and no other, and then the other needs no name again", async (t) => {
	const { host, ann, bob, first } = await twoRooms(t);
	await host.does({ kind: "leave", room: first });
	assert.equal((await ann.told("closed")).code, "room_closed");
	assert.equal((await host.told("closed")).room, first);
	assert.equal(host.engine.snapshot().rooms.length, 1);
	await host.does({ kind: "send", text: "still here" });
	assert.equal((await bob.told("message")).text, "still here");
});

test("pausing one room lets people into the other", async (t) => {
	const { host, first, ports } = await twoRooms(t);
	await host.does({ kind: "settings", isPaused: true, room: first });
	const cem = await livePerson(t, "Cem", 9);
	await cem.does({ kind: "join", target: `127.0.0.1 ${ports[0]}` });
	assert.equal((await cem.told("closed")).code, "paused");
	await cem.does({ kind: "leave" });
	await joinLive(cem, ports[1]);
	await cem.told("joined", ({ self }) => self);
});

test("attack: whoever is blocked in one room is removed from the host's other rooms too, and comes into none", async (t) => {
	const { host, bob, first, second, ports } = await twoRooms(t);
	await host.does({ kind: "block", address: publicAddress(8), isRemoving: true, room: first });
	assert.equal((await bob.told("closed")).code, "kicked");
	await host.told("left", ({ room, member }) => room === second && member.name === "Bob");
	await bob.does({ kind: "leave" });
	for (const [index, port] of ports.entries()) {
		await bob.does({ kind: "join", target: `127.0.0.1 ${port}` });
		await bob.until(() => bob.events.filter(({ kind }) => kind === "closed").length === index + 2, "turned away");
		const { phase } = bob.engine.snapshot();
		assert.equal(phase.kind === "ended" && phase.code, "blocked");
	}
});

test("a guest is in two rooms of two hosts, and when one is over the other goes on", async (t) => {
	const hosts = [await livePerson(t, "Hana", 1), await livePerson(t, "Ivo", 2)];
	const ports = [];
	for (const host of hosts) ports.push(await openLiveRoom(host));
	const gus = await livePerson(t, "Gus", 7);
	const rooms: string[] = [];
	for (const port of ports) {
		const outcome = await gus.engine.perform({ kind: "join", target: `127.0.0.1 ${port}`, beside: true });
		assert.ok(outcome.kind === "done" && outcome.room !== undefined);
		const { room } = outcome;
		rooms.push(room);
		await gus.told("passwordRequired", (event) => event.room === room);
		await gus.does({ kind: "password", password: livePassword, room });
		await gus.told("joined", (event) => event.self && event.room === room);
	}
	const listed = () => gus.engine.snapshot().rooms.map(({ name, role, state }) => [name, role, state]);
	assert.deepEqual(listed(), [
		["Hana", "guest", "inRoom"],
		["Ivo", "guest", "inRoom"],
	]);
	await hosts[0]?.does({ kind: "leave" });
	assert.equal((await gus.told("closed")).room, rooms[0]);
	assert.deepEqual(listed()[0], ["Hana", "guest", "ended"]);
	await gus.does({ kind: "send", text: "to Ivo" });
	assert.equal((await hosts[1]?.told("message"))?.text, "to Ivo");
	await gus.does({ kind: "leave", room: rooms[0] ?? "" });
	assert.deepEqual(listed(), [["Ivo", "guest", "inRoom"]]);
});

test("a view that hears that a room is over sees it over, also if it looked just before", async (t) => {
	const host = await livePerson(t, "Hana", 1);
	const port = await openLiveRoom(host);
	const ann = await livePerson(t, "Ann", 7);
	await joinLive(ann, port);
	await ann.told("joined", ({ self }) => self);
	const seen: string[] = [];
	ann.engine.onEvent(({ kind }) => {
		const { phase, rooms } = ann.engine.snapshot();
		if (kind === "closed") seen.push(phase.kind, ...rooms.map(({ state }) => state));
	});
	assert.equal(ann.engine.snapshot().phase.kind, "inRoom");
	await host.does({ kind: "leave" });
	await ann.told("closed");
	assert.deepEqual(seen, ["ended", "ended"]);
});
