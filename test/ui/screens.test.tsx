// Every screen at every size: nothing overlaps, nothing is taller than the terminal, what matters is in sight.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Snapshot } from "../../src/engine/api.ts";
import type { Intent } from "../../src/ui/intent.ts";
import { widthOf } from "../../src/ui/width.ts";
import { openApp, sizes } from "../support/app-screen.tsx";
import { exampleHosting, FakeEngine, lineFrom, noon, personNamed, self } from "../support/fake-engine.ts";
import { keys } from "../support/screen.ts";

const people = [
	{ ...self, isHost: true },
	personNamed("grace", "verified"),
	personNamed("mallory", "changed"),
	personNamed("a person with a very long name indeed", "new"),
];

const hosting = { phase: { kind: "inRoom", role: "host" }, people, hosting: exampleHosting } as const;

function busyEngine(): FakeEngine {
	const engine = new FakeEngine(hosting);
	engine.add({ kind: "youJoined", id: "y", at: noon });
	for (const person of people) engine.add({ kind: "joined", id: `j${person.name}`, at: noon, person });
	engine.add(lineFrom(people[1]!, "hello 👩‍💻 漢字 ".repeat(20)), lineFrom(people[2]!, "x".repeat(300)));
	engine.add({
		kind: "notice",
		id: "n",
		at: noon,
		tone: "alarm",
		text: "203.0.113.9 is blocked after six wrong passwords.",
	});
	engine.add(
		{ kind: "left", id: "l", at: noon, person: people[1]!, reason: "left" },
		lineFrom(self, "the newest line"),
	);
	return engine;
}

interface Scene {
	readonly name: string;
	readonly snapshot: Partial<Snapshot>;
	readonly intent?: Intent;
	readonly keys: readonly string[];
	/** Must be readable at every size. */
	readonly shows: readonly string[];
}

const recentRooms = Array.from({ length: 7 }, (_, index) => ({
	target: `room${index}.example.org 40213`,
	lastJoinedAt: noon,
}));
const target = "192.168.1.5 40213";

const scenes: readonly Scene[] = [
	{
		name: "first name",
		snapshot: { identity: { kind: "none" } },
		keys: [],
		shows: [
			"What should others call you?",
			"A key is made for you",
			"(0600)",
			"without a passphrase",
			"rt key passphrase",
		],
	},
	{
		name: "unlock",
		snapshot: { identity: { kind: "locked", name: "ada", shortFingerprint: "89AB CDEF 0123 4567" } },
		keys: ["secret"],
		shows: ["Welcome back, ada", "89AB CDEF 0123 4567", "passphrase", "••••••"],
	},
	{
		name: "home",
		snapshot: {},
		keys: [],
		shows: [
			"Please enter a password that will be required to join this chat",
			"Tab",
			"Enter start the room",
			"You are ada",
		],
	},
	{ name: "home with rooms", snapshot: { recentRooms }, keys: [keys.down, keys.down], shows: ["› room1.example.org"] },
	{
		name: "join form",
		snapshot: { recentRooms },
		keys: [keys.tab],
		shows: ["Where is the room?", "Your name there", "Enter join"],
	},
	{
		name: "dialling",
		snapshot: { phase: { kind: "connecting", target, step: "checkingPassword" } },
		keys: [],
		shows: [target, "Checking the password: this takes a moment", "Esc give up"],
	},
	{
		name: "password",
		snapshot: { phase: { kind: "passwordNeeded", target, attemptsLeft: 1, wasWrong: true } },
		keys: ["secret"],
		shows: ["••••••", "That was not the password. 1 try left."],
	},
	{
		name: "refused",
		snapshot: { phase: { kind: "ended", code: "refused", message: "" } },
		intent: { kind: "join", target },
		keys: [],
		shows: ["There is no room open at this address.", "Check the port", "Enter try again", "Esc back"],
	},
	{
		name: "host",
		snapshot: hosting,
		keys: [],
		shows: ["Server has been started.", "The password is: correct-horse-battery-staple"],
	},
	{ name: "help", snapshot: hosting, keys: [keys.enter, keys.f1], shows: ["Help", "Esc back"] },
	{ name: "people", snapshot: hosting, keys: [keys.enter, "/who\r"], shows: ["People (4)", "ada (you, host)"] },
];

for (const size of sizes) {
	const label = `${size.columns}×${size.rows}`;
	for (const scene of scenes) {
		test(`The ${scene.name} screen is whole at ${label}.`, async () => {
			const screen = openApp(new FakeEngine(scene.snapshot), { size, intent: scene.intent ?? { kind: "home" } });
			await screen.typeEach(...scene.keys);
			for (const wanted of scene.shows) await screen.shows(wanted);
			const lines = await screen.lines();
			assert.notEqual(lines[0], "", "the title is in the first row");
			assert.notEqual(lines.at(-1), "", "the status bar is in the last row");
			assert.equal(screen.overflow(), 0);
			screen.close();
		});
	}

	test(`The chat is whole at ${label}.`, async () => {
		const screen = openApp(busyEngine(), { size });
		await screen.type(keys.enter);
		const lines = await screen.lines();
		assert.match(lines[0]!, /^ Your room .*4 people · connected$/);
		assert.match(lines.at(-1)!, /^ Enter send {3}Ctrl-K commands {3}F1 help/);
		assert.match(lines.at(-2)!, /^ › Say something/);
		assert.match(lines.at(-3)!, /^─+$/);
		assert.match(lines.at(-4)!, /the newest line/);
		for (const line of lines) assert.ok(widthOf(line) <= size.columns);
		assert.equal(screen.overflow(), 0);
		const hasSidebar = lines.some((line) => line.includes("│ People"));
		assert.equal(hasSidebar, size.columns >= 90);
		screen.close();
	});
}

test("All of the owner's sentences are on the host screen, word for word, and can be scrolled to on a small terminal.", async () => {
	const sentences = [
		"Server has been started.",
		"The password is: correct-horse-battery-staple",
		"All users will be prompted for the password upon connecting.",
		"They have 3 password attempts. If they fail the first 3, they will get disconnected and you will be notified. They can reconnect a second time and enter 3 more passwords, but if those fail, they will be automatically blocked, and you will have to unblock them. You will be notified.",
		"For people on the same computer network (WiFi, cable, etc.), if they want to join, have them type",
		"./rt 192.168.1.5 40213",
		"For people outside of your computer network (remote locations on the Internet), if they want to join, have them type",
		"./rt 2001:db8::5 40213",
	];
	const large = openApp(new FakeEngine(hosting), { size: { columns: 80, rows: 30 } });
	const text = await large.text();
	for (const sentence of sentences) assert.ok(text.includes(sentence), sentence);
	large.close();
	const small = openApp(new FakeEngine(hosting), { size: { columns: 40, rows: 12 } });
	const seen = new Set<string>();
	for (let step = 0; step < 30; step++) {
		for (const line of (await small.lines()).slice(1, -1)) seen.add(line.trim());
		await small.type(keys.down);
	}
	const words = [...seen].join(" ").replace(/\s+/g, " ");
	for (const sentence of sentences) assert.ok(words.includes(sentence), `${sentence} in ${words}`);
	small.close();
});

test("Without an address on the Internet the host is told plainly what to do.", async () => {
	const local = { ...exampleHosting, joinLines: exampleHosting.joinLines.slice(0, 1) };
	const screen = openApp(new FakeEngine({ ...hosting, hosting: local }), { size: { columns: 80, rows: 30 } });
	const text = await screen.text();
	assert.match(text, /no address of its own on the Internet.*forward TCP port 40213 to this computer/s);
	assert.match(text, /\.\/rt YOUR-PUBLIC-ADDRESS 40213/);
	screen.close();
});

test("With NO_COLOR no colour reaches the terminal, on any screen.", async () => {
	for (const scene of scenes) {
		const screen = openApp(new FakeEngine(scene.snapshot), { env: { NO_COLOR: "1", TERM: "xterm-256color" } });
		await screen.typeEach(...scene.keys);
		await screen.lines();
		assert.doesNotMatch(screen.raw(), /\u001B\[(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])[;m]/, scene.name);
		screen.close();
	}
});

test("On Windows the last row of the terminal stays free, because there a full frame is repainted whole.", async () => {
	const screen = openApp(busyEngine(), { platform: "win32" });
	await screen.type(keys.enter);
	const lines = await screen.lines();
	assert.equal(lines.at(-1), "");
	assert.match(lines.at(-2)!, /^ Enter send/);
	assert.deepEqual(screen.cursor(), { x: 3, y: 21 });
	screen.close();
});

test("A terminal that changes its size again and again always shows one whole frame.", async () => {
	const screen = openApp(busyEngine());
	await screen.typeEach(keys.enter, "a draft");
	for (const [columns, rows] of [
		[40, 12],
		[200, 60],
		[61, 13],
		[90, 24],
		[20, 6],
		[80, 24],
	] as const) {
		await screen.resize(columns, rows);
		const lines = await screen.lines();
		assert.match(lines[0]!, /^ Your room/, `${columns}×${rows}`);
		assert.match(lines.at(-2)!, /^ › a draft$/, `${columns}×${rows}`);
		assert.match(lines.at(-1)!, /^ Enter send/, `${columns}×${rows}`);
		assert.deepEqual(screen.cursor(), { x: 10, y: rows - 2 });
		assert.equal(screen.overflow(), 0);
	}
	screen.close();
});
