// Plays the message box on the screen: the row of offers, vi's mode, keys shared with the room, and drafts that nothing loses.
import assert from "node:assert/strict";
import { test } from "node:test";
import { keys } from "../../support/terminal/terminal.ts";
import { openApp } from "../../support/views/app-screen.tsx";
import { FakeEngine, personNamed, self } from "../../support/views/fake-engine.ts";

const people = [self, personNamed("grace"), personNamed("greta"), personNamed("gina")];
const inRoom = { phase: { kind: "inRoom", role: "guest" }, people } as const;
const sizes = [
	{ columns: 80, rows: 24 },
	{ columns: 40, rows: 12 },
];
const box = (lines: readonly string[]): string => lines.at(-2) ?? "";

for (const size of sizes) {
	const name = `${size.columns}×${size.rows}`;

	test(`The offers of Tab stand above the message box with the chosen one marked, and Escape takes them back (${name}).`, async () => {
		const screen = openApp(new FakeEngine(inRoom), { size });
		await screen.shows("Say something");
		await screen.typeEach("hello g", keys.tab);
		await screen.shows("[grace] greta gina");
		await screen.type(keys.tab);
		await screen.shows("grace [greta] gina");
		await screen.eventually(async () => assert.equal(box(await screen.lines()), " › hello greta"));
		await screen.type(keys.escape);
		await screen.eventually(async () => assert.equal(box(await screen.lines()), " › hello g"));
		assert.ok(!(await screen.text()).includes("[greta]"));
		screen.close();
	});

	test(`vi's mode is a word above the message box, from the settings or by /vi (${name}).`, async () => {
		const screen = openApp(new FakeEngine(inRoom), { size });
		await screen.shows("Say something");
		assert.ok(!(await screen.text()).includes("-- "));
		await screen.type("/vi on\r");
		await screen.shows("-- INSERT --");
		await screen.typeEach("one two", keys.escape);
		await screen.shows("-- NORMAL --");
		await screen.type("bD");
		await screen.eventually(async () => assert.equal(box(await screen.lines()), " › one"));
		await screen.type("u");
		await screen.eventually(async () => assert.equal(box(await screen.lines()), " › one two"));
		await screen.typeEach("u", keys.ctrlR);
		await screen.eventually(async () => assert.equal(box(await screen.lines()), " › one two"));
		screen.close();
		const wished = openApp(new FakeEngine(inRoom), { size, settings: { editing: "vi" } });
		await wished.shows("-- INSERT --");
		wished.close();
	});
}

test("Ctrl-K erases to the end of the line, and opens the commands where nothing stands behind the cursor.", async () => {
	const screen = openApp(new FakeEngine(inRoom));
	await screen.shows("Say something");
	await screen.typeEach("one two", "\u001Bb", "\u000B");
	await screen.eventually(async () => assert.equal(box(await screen.lines()), " › one"));
	await screen.type("\u000B");
	await screen.shows("Commands");
	await screen.type(keys.escape);
	await screen.eventually(async () => assert.equal(box(await screen.lines()), " › one"));
	screen.close();
});

test("A draft waits for its room while others are visited, and nobody else's room shows it.", async () => {
	const engine = new FakeEngine({ recentRooms: [] });
	const screen = openApp(engine);
	const enter = async (target: string) => {
		engine.set({ phase: { kind: "connecting", target, step: "dialling" }, people: [] });
		await screen.shows(target);
		engine.set(inRoom);
		await screen.shows("connected");
	};
	const leave = async () => {
		engine.set({ phase: { kind: "ended", code: "left" }, people: [] });
		await screen.shows("Start a room");
	};
	await enter("192.0.2.1 4000");
	await screen.type("for the first");
	await leave();
	await enter("192.0.2.2 5000");
	await screen.shows("Say something");
	await screen.type("for the second");
	await leave();
	await enter("192.0.2.1 4000");
	await screen.eventually(async () => assert.equal(box(await screen.lines()), " › for the first"));
	await screen.type(keys.f1);
	await screen.shows("send what you wrote");
	await screen.type(keys.escape);
	engine.set({ phase: { kind: "inRoom", role: "guest", isReconnecting: true } });
	await screen.shows("reconnecting");
	engine.set({ phase: { kind: "inRoom", role: "guest" } });
	await screen.eventually(async () => assert.equal(box(await screen.lines()), " › for the first"));
	await leave();
	await enter("192.0.2.2 5000");
	await screen.eventually(async () => assert.equal(box(await screen.lines()), " › for the second"));
	screen.close();
});

test("Enter that was typed before the program could read keys, and comes as a line feed, is Enter outside the message box.", async () => {
	const engine = new FakeEngine({ identity: { kind: "none" } });
	const screen = openApp(engine);
	await screen.shows("What should others call you?");
	await screen.type("Ada\n");
	await screen.eventually(() => assert.deepEqual(engine.commands, [{ kind: "createIdentity", name: "Ada" }]));
	screen.close();
});

test("In the message box a line feed begins a line.", async () => {
	const engine = new FakeEngine(inRoom);
	const screen = openApp(engine);
	await screen.shows("Say something");
	await screen.typeEach("one", "\n", "two");
	await screen.eventually(async () => assert.deepEqual((await screen.lines()).slice(-3, -1), [" › one", "   two"]));
	assert.deepEqual(
		engine.commands.filter(({ kind }) => kind === "send"),
		[],
	);
	screen.close();
});
