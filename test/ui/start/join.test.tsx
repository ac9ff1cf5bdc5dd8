// The join dialog: rooms on the same network, what is tried on the way in, and what is said when it did not work.

import assert from "node:assert/strict";
import { test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import type { Snapshot } from "../../../src/engine/api/api.ts";
import type { Attempt } from "../../../src/engine/api/attempt.ts";
import type { LanRoom } from "../../../src/engine/api/lan.ts";
import type { Trust } from "../../../src/engine/api/people.ts";
import { widthOf } from "../../../src/ui/text/width.ts";
import { keys } from "../../support/terminal/terminal.ts";
import { openApp } from "../../support/views/app-screen.tsx";
import { exampleHosting, FakeEngine, noon, personNamed, self } from "../../support/views/fake-engine.ts";

const sizes = [
	{ columns: 80, rows: 24 },
	{ columns: 40, rows: 12 },
] as const;

const words = ["spoon", "uphold", "stick", "spice", "use", "traffic"] as const;

function roomOf(name: string, trust: Trust = "new", more: Partial<LanRoom> = {}): LanRoom {
	const { fingerprint, shortFingerprint } = personNamed(name);
	const target = `rt://${Buffer.from(name).toString("hex")}`;
	return { target, name, fingerprint, shortFingerprint, words, trust, address: "192.168.1.5", port: 40_213, ...more };
}

const rooms = [roomOf("stranger"), roomOf("grace", "verified"), roomOf("mallory", "changed")];
const recentRooms = [{ target: "room0.example.org 40213", hostName: "Olga", lastJoinedAt: noon }];

const at = (address: string) => ({ kind: "address", address, port: 40_213 }) as const;

const attempts: readonly Attempt[] = [
	{
		transport: "tcp",
		target: at("192.168.1.5"),
		state: "failed",
		why: { kind: "dial", failure: "timedOut", detail: "192.168.1.5 port 40213 did not answer." },
	},
	{ transport: "udp", target: at("192.168.1.5"), state: "calledOff" },
	{ transport: "tcp", target: at("203.0.113.7"), state: "answered" },
	{ transport: "tcp", target: at("2001:db8::7"), state: "trying" },
];

/** The join dialog, open. */
async function openDialog(snapshot: Partial<Snapshot>, size: (typeof sizes)[number] = sizes[0]) {
	const engine = new FakeEngine(snapshot);
	const screen = openApp(engine, { size });
	await screen.type(keys.tab);
	await screen.shows("Where is the room?");
	return { engine, screen };
}

for (const size of sizes) {
	const label = `${size.columns}×${size.rows}`;

	test(`Rooms on this network can all be read and chosen at ${label}, those who are known first.`, async () => {
		const { screen } = await openDialog({ lanRooms: rooms, recentRooms }, size);
		const seen: string[] = [];
		await screen.type(keys.down);
		for (const name of ["grace", "stranger", "mallory", "Olga"]) {
			await screen.type(keys.down);
			const lines = await screen.lines();
			const chosen = lines.findIndex((line) => line.trim().startsWith(`› ${name}`));
			assert.ok(chosen > 0, `${name} is chosen in\n${lines.join("\n")}`);
			for (const line of lines) assert.ok(widthOf(line) <= size.columns);
			assert.match(lines.at(-1) ?? "", /Enter join/);
			assert.equal(screen.overflow(), 0);
			seen.push(lines.slice(chosen, chosen + 3).join(" "));
		}
		assert.match(seen[0] ?? "", /grace +● +192\.168\.1\.5 40213 +spoon uphold/);
		assert.match(seen[2] ?? "", /mallory +KEY CHANGED/);
		screen.close();
	});

	test(`Each try on the way in is shown while it is made, at ${label}.`, async () => {
		const target = "rt://abc…";
		const phase = { kind: "connecting", target, step: "dialling", attempts } as const;
		const screen = openApp(new FakeEngine({ phase }), { size });
		await screen.shows("203.0.113.7 40213 (TCP): somebody answers");
		await screen.shows("… 2001:db8::7 40213 (TCP): trying …");
		assert.match((await screen.lines()).at(-1) ?? "", /Esc give up/);
		if (size.rows > 12) await screen.shows("✗ TCP: 192.168.1.5 port 40213 did not answer.");
		if (size.rows > 12) await screen.shows("– 192.168.1.5 40213 (UDP): not needed any more");
		screen.close();
	});

	test(`The reason of each failure can be read at the end, at ${label}.`, async () => {
		const tried = ["192.168.1.5", "203.0.113.7", "198.51.100.9"].map((address): Attempt => {
			const why = { kind: "dial", failure: "timedOut", detail: `${address} is silent.` } as const;
			return { transport: "tcp", target: at(address), state: "failed", why };
		});
		const phase = { kind: "ended", code: "unreachable", attempts: tried } as const;
		const screen = openApp(new FakeEngine({ phase }), { size, intent: { kind: "join", target: "rt://abc" } });
		await screen.shows("This address could not be reached.");
		const seen = new Set<string>();
		for (let step = 0; step < 20; step += 1) {
			for (const line of (await screen.lines()).slice(1, -1)) seen.add(line.trim());
			await screen.type(keys.down);
		}
		const text = [...seen].join(" ").replace(/\s+/g, " ");
		for (const { why } of tried) assert.ok(why?.kind === "dial" && text.includes(`✗ TCP: ${why.detail}`), text);
		assert.ok(text.includes("Check the address and your network."));
		screen.close();
	});

	test(`Where no room is shown the dialog says what to do, at ${label}.`, async () => {
		const { engine, screen } = await openDialog({ lanRooms: [] }, size);
		await screen.shows("None shows itself so far.");
		engine.set({ hasNoLan: true });
		await screen.shows("This computer is on no network");
		screen.close();
	});
}

test("The network is asked while the dialog is open, and not before or after.", async () => {
	const engine = new FakeEngine();
	const screen = openApp(engine);
	await screen.lines();
	assert.deepEqual(engine.commands, []);
	await screen.type(keys.tab);
	await screen.eventually(() => assert.deepEqual(engine.commands, [{ kind: "browseLan", isOn: true }]));
	await screen.type(keys.escape);
	await screen.eventually(() => assert.deepEqual(engine.commands.at(-1), { kind: "browseLan", isOn: false }));
	screen.close();
});

test("The dialog opens at once where the command line names no room.", async () => {
	const engine = new FakeEngine({ lanRooms: rooms });
	const screen = openApp(engine, { intent: { kind: "join" } });
	await screen.shows("stranger");
	assert.deepEqual(engine.commands, [{ kind: "browseLan", isOn: true }]);
	screen.close();
});

test("A room on this network is joined by its own target, and again after it did not work.", async () => {
	const { engine, screen } = await openDialog({ lanRooms: rooms });
	await screen.typeEach(keys.down, keys.down, keys.enter);
	const join = { kind: "join", target: rooms[1]?.target };
	await screen.eventually(() => assert.deepEqual(engine.commands.at(-1), join));
	const named = { target: "grace, 192.168.1.5 40213", typed: rooms[1]?.target ?? "" };
	engine.set({ phase: { kind: "connecting", ...named, step: "dialling" }, lanRooms: [] });
	await screen.shows("Joining grace, 192.168.1.5 40213 as ada");
	engine.set({ phase: { kind: "ended", code: "timed_out" } });
	await screen.shows("Nobody answered in time.");
	const before = engine.commands.length;
	await screen.type(keys.enter);
	await screen.eventually(() => assert.deepEqual(engine.commands.slice(before), [join]));
	screen.close();
});

test("A room that leaves the list while it is chosen is not joined, nor another one in its place.", async () => {
	const { engine, screen } = await openDialog({ lanRooms: rooms });
	await screen.typeEach(keys.down, keys.down, keys.down);
	await screen.shows("› stranger");
	engine.set({ lanRooms: rooms.slice(1) });
	await screen.eventually(async () => assert.ok(!(await screen.text()).includes("stranger")));
	await screen.type(keys.enter);
	assert.ok(!engine.commands.some(({ kind }) => kind === "join"));
	screen.close();
});

test("A room that comes while another is chosen changes nothing of the choice.", async () => {
	const { engine, screen } = await openDialog({ lanRooms: rooms.slice(0, 1) });
	await screen.typeEach(keys.down, keys.down);
	await screen.shows("› stranger");
	engine.set({ lanRooms: rooms });
	await screen.shows("grace");
	await screen.type(keys.enter);
	await screen.eventually(() => assert.deepEqual(engine.commands.at(-1), { kind: "join", target: rooms[0]?.target }));
	screen.close();
});

test("Fifty rooms, some with the widest names there can be, leave the screen whole.", async () => {
	const many = Array.from({ length: 50 }, (_, index) =>
		roomOf(index % 2 === 0 ? "漢".repeat(32) : `room ${index}`, "new", { target: `rt://${index}`, port: 1000 + index }),
	);
	for (const size of sizes) {
		const { screen } = await openDialog({ lanRooms: many }, size);
		for (let step = 0; step < 52; step += 1) {
			await screen.type(keys.down);
			for (const line of await screen.lines()) assert.ok(widthOf(line) <= size.columns);
			assert.equal(screen.overflow(), 0);
		}
		screen.close();
	}
});

test("The host screen says when everyone on the network sees the room, and the words for friends.", async () => {
	const hosting = { ...exampleHosting, lan: { interfaces: [{ name: "wlan0", kind: "wifi" } as const], words } };
	const phase = { kind: "inRoom", role: "host" } as const;
	const engine = new FakeEngine({ phase, hosting, people: [{ ...self, isHost: true }] });
	const screen = openApp(engine, { size: { columns: 80, rows: 40 } });
	await screen.shows("Everyone on this network (Wi-Fi) sees your name and this room");
	await screen.shows(words.join(" "));
	engine.set({ hosting: { ...exampleHosting, lan: { interfaces: [] } } });
	await screen.shows("is not just now: there is no network");
	engine.set({ hosting: exampleHosting });
	await screen.eventually(async () => assert.doesNotMatch(await screen.text(), /to be shown on this|Everyone on this/));
	screen.close();
});

for (const size of sizes) {
	test(`At ${size.columns}×${size.rows}, a host who has moved is found by the key on this network, once that is wished, and joined as nobody else.`, async () => {
		const grace = personNamed("grace");
		const target = "192.168.1.9 40213";
		const known = { target, hostName: "grace", fingerprint: grace.fingerprint, lastJoinedAt: noon };
		const engine = new FakeEngine({ recentRooms: [known], phase: { kind: "ended", code: "refused" } });
		const screen = openApp(engine, { size, intent: { kind: "join", target } });
		await screen.shows("f find it");
		assert.ok(!engine.commands.some(({ kind }) => kind === "browseLan"), "nobody is asked before");
		await screen.type("f");
		await screen.eventually(() => assert.deepEqual(engine.commands.at(-1), { kind: "browseLan", isOn: true }));
		// Somebody else's key is no find, whatever the name.
		engine.set({ lanRooms: [roomOf("mallory", "changed", { name: "grace" })] });
		await screen.shows("Looking for the room of grace");
		engine.set({ lanRooms: [roomOf("mallory", "changed", { name: "grace" }), roomOf("grace", "known")] });
		await screen.shows("Enter join it there");
		await screen.shows("192.168.1.5");
		await screen.type(keys.enter);
		const joined = { kind: "join", target: roomOf("grace").target };
		await screen.eventually(() => assert.ok(engine.commands.some((one) => isDeepStrictEqual(one, joined))));
		engine.set({ phase: { kind: "connecting", target, step: "dialling" } });
		await screen.eventually(() =>
			assert.ok(
				engine.commands.some((one) => one.kind === "browseLan" && !one.isOn),
				"looking ends with it",
			),
		);
		screen.close();
	});
}

for (const size of sizes) {
	test(`At ${size.columns}×${size.rows}, a host who can be found through the DHT is looked for there, once that is wished, and only where it is allowed.`, async () => {
		const { fingerprint } = personNamed("grace");
		const target = "192.168.1.9 40213";
		const later = "rt://later";
		const known = { target, hostName: "grace", fingerprint, later, lastJoinedAt: noon };
		const engine = new FakeEngine({ recentRooms: [known], phase: { kind: "ended", code: "refused" } });
		const screen = openApp(engine, { size, intent: { kind: "join", target } });
		await screen.shows("f find it");
		const ask = { kind: "join", target: later };
		await screen.type("d");
		assert.ok(!engine.commands.some((one) => isDeepStrictEqual(one, ask)), "the DHT is turned off here");
		engine.set({ routeTerms: { dht: { nodes: "node1.hyperdht.org:49737", hasRelay: false } } });
		await screen.shows("d looks for a room of grace");
		await screen.type("d");
		await screen.eventually(() => assert.ok(engine.commands.some((one) => isDeepStrictEqual(one, ask))));
		screen.close();
	});
}

test("Where the host's key is not known, or the host was there, nothing is looked for.", async () => {
	const target = "192.168.1.9 40213";
	const { fingerprint } = personNamed("grace");
	for (const [recent, code] of [
		[{ target, lastJoinedAt: noon }, "refused"],
		[{ target, fingerprint, lastJoinedAt: noon }, "wrong_password"],
	] as const) {
		const engine = new FakeEngine({ recentRooms: [recent], phase: { kind: "ended", code } });
		const screen = openApp(engine, { intent: { kind: "join", target } });
		await screen.shows("Enter try again");
		await screen.type("f");
		assert.ok(!(await screen.text()).includes("find it"));
		assert.ok(!engine.commands.some(({ kind }) => kind === "browseLan"));
		screen.close();
	}
});
