// The background process goes back to the rooms that are kept, when it starts and after the unlocking.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openKeptRooms } from "../../../src/ui/daemon/kept-rooms.ts";
import { openSession } from "../../support/rooms/attached-window.ts";
import { hostRoom, joinRoom, openAgain, openTestEngine } from "../../support/rooms/real-engine.ts";
import { FakeEngine, personNamed } from "../../support/views/fake-engine.ts";

const password = "four calm green words";
const kept = [
	{ room: "aaaaaaaa", name: "Friends", kind: "standing", role: "guest" },
	{ room: "bbbbbbbb", name: "Mine", kind: "standing", role: "host" },
	{ room: "cccccccc", name: "Bob", kind: "buddy", role: "host", fingerprint: personNamed("Bob").fingerprint },
] as const;

test("Kept rooms are opened once the identity is ready, each once, one's own with the password that it has", () => {
	const locked = { kind: "locked", name: "Gus", shortFingerprint: "0000" } as const;
	const ready = new FakeEngine().snapshot().identity;
	const engine = new FakeEngine({ identity: locked, keptRooms: kept });
	const lines: string[] = [];
	const stop = openKeptRooms(engine, (line) => lines.push(line));
	assert.deepEqual(engine.commands, []);
	engine.set({ identity: ready });
	engine.set({});
	assert.deepEqual(engine.commands, [
		{ kind: "join", target: "Friends", beside: true },
		{ kind: "host", password: "", wish: { keep: "Mine" }, beside: true },
		{ kind: "join", target: personNamed("Bob").fingerprint, beside: true },
	]);
	assert.deepEqual(lines, []);
	stop();
});

test("A kept room that was open already, and is then left, is not joined again", () => {
	const summary = { room: "aaaaaaaa", name: "Friends", kind: "standing", role: "guest", state: "inRoom" } as const;
	const open = { ...summary, people: 2, unread: 0, mentions: 0 };
	const engine = new FakeEngine({ keptRooms: kept.slice(0, 1), rooms: [open] });
	openKeptRooms(engine, () => {});
	engine.set({ rooms: [] });
	assert.deepEqual(engine.commands, []);
});

test("After a restart the background process is in the kept room again without the password, and it outlasts its windows", async (t) => {
	const host = await openTestEngine(t, "Hanna");
	const port = await hostRoom(host, password);
	const guest = await openTestEngine(t, "Gus");
	await joinRoom(guest, port, password);
	await host.does({ kind: "keep", name: "Friends" });
	await guest.until(() => guest.engine.snapshot().keptRooms?.length === 1, "it is kept");
	await guest.engine.close();
	const again = await openAgain(t, guest);
	openKeptRooms(again.engine, () => {});
	await again.until(
		() => again.engine.snapshot().phase.kind === "inRoom" && again.engine.snapshot().people.length === 2,
		"in",
	);
	assert.deepEqual(
		again.events.filter(({ kind }) => kind === "passwordRequired"),
		[],
	);
	const { session, client } = openSession(again.engine);
	client.destroy();
	await session.ended;
	assert.deepEqual(
		again.engine.snapshot().rooms.map(({ kind, state }) => [kind, state]),
		[["standing", "inRoom"]],
	);
	await host.does({ kind: "send", text: "still here?" });
	await again.told("message", ({ text }) => text === "still here?");
});
