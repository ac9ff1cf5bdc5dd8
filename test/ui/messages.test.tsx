// Messages in the chat, played on a screen.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { TalkView } from "../../src/engine/api/content.ts";
import type { TestScreen } from "../support/terminal/screen.ts";
import { keys } from "../support/terminal/terminal.ts";
import { openApp } from "../support/views/app-screen.tsx";
import { FakeEngine, lineOf, personNamed, self } from "../support/views/fake-engine.ts";

const grace = personNamed("grace", "verified");
const talk: TalkView = { typing: [], isTellingTyping: true };
const inRoom = { phase: { kind: "inRoom", role: "guest" }, people: [self, grace], talk } as const;
const altUp = "\u001B[1;3A";
const both = [
	{ columns: 80, rows: 24 },
	{ columns: 40, rows: 12 },
] as const;

const said = (engine: FakeEngine) => engine.commands.filter(({ kind }) => kind !== "typing");

function room() {
	const engine = new FakeEngine(inRoom);
	const theirs = lineOf(grace, "shall we go?");
	const mine = lineOf(self, "in a minut", { delivery: { kind: "reached", count: 1, of: 1 } });
	engine.entries.push(theirs, mine);
	return { engine, theirs, mine };
}

// Every row fits, and the bar is the last.
async function isWhole(screen: TestScreen, columns: number): Promise<void> {
	for (const row of await screen.lines()) assert.ok(row.length <= columns, row);
	assert.equal(screen.overflow(), 0);
}

for (const size of both) {
	const at = `${size.columns}×${size.rows}`;

	test(`A message is chosen and answered with two keys at ${at}; Escape makes it a new message again.`, async () => {
		const { engine, theirs } = room();
		const screen = openApp(engine, { size });
		await screen.shows("in a minut");
		await screen.type(altUp);
		await screen.shows("▸");
		assert.match((await screen.lines()).join("\n"), /▸12:00.*ada/);
		await screen.type(keys.up);
		await screen.eventually(async () => assert.match((await screen.lines()).join("\n"), /▸12:00.*grace/));
		await isWhole(screen, size.columns);
		await screen.type("r");
		await screen.shows("Esc: not a reply");
		await isWhole(screen, size.columns);
		await screen.type("yes\r");
		const command = { kind: "send", text: "yes", replyTo: theirs.id };
		await screen.eventually(() => assert.deepEqual(said(engine), [command]));
		await screen.type("/reply\r");
		await screen.shows("Replying to");
		await screen.type(keys.escape);
		await screen.eventually(async () => assert.ok(!(await screen.text()).includes("Replying to")));
		await screen.type("new\r");
		await screen.eventually(() => assert.deepEqual(said(engine).at(-1), { kind: "send", text: "new" }));
		screen.close();
	});

	test(`An own message is changed in the message box at ${at}, and the draft comes back.`, async () => {
		const { engine, mine } = room();
		const screen = openApp(engine, { size });
		await screen.type("half a thought");
		await screen.typeEach(altUp, "e");
		await screen.shows("Editing: in");
		await screen.shows("› in a minut");
		await isWhole(screen, size.columns);
		await screen.type("e\r");
		const command = { kind: "edit", id: mine.id, text: "in a minute" };
		await screen.eventually(() => assert.deepEqual(said(engine), [command]));
		await screen.shows("› half a thought");
		screen.close();
	});

	test(`Taking back asks first at ${at}, reacting offers what is common.`, async () => {
		const { engine, theirs, mine } = room();
		const screen = openApp(engine, { size });
		await screen.shows("in a minut");
		await screen.typeEach(altUp, "d");
		await screen.shows("Delete this message");
		await isWhole(screen, size.columns);
		await screen.type(keys.escape);
		await screen.typeEach("d", keys.enter);
		await screen.eventually(() => assert.deepEqual(said(engine), [{ kind: "delete", id: mine.id }]));
		await screen.typeEach(altUp, keys.up, "+");
		await screen.shows("1 👍");
		await isWhole(screen, size.columns);
		await screen.type(":tada");
		await screen.shows("🎉");
		await screen.type(keys.enter);
		const command = { kind: "react", id: theirs.id, emoji: "🎉" };
		await screen.eventually(() => assert.deepEqual(said(engine).at(-1), command));
		screen.close();
	});

	test(`A quote, reactions, delivery, a mention and what is gone are seen at ${at}.`, async () => {
		const { engine, theirs } = room();
		const reactions = [{ emoji: "👍", people: [self], isMine: true }];
		engine.entries[0] = lineOf(grace, "ada, shall we go?", { mentionsMe: true, reactions });
		engine.add(
			lineOf(self, "soon", { reply: { id: theirs.id, name: "grace", text: "ada, shall we go?" }, isEdited: true }),
			lineOf(self, "lost", { delivery: { kind: "failed" } }),
			lineOf(grace, "", { gone: "deleted" }),
		);
		const screen = openApp(engine, { size });
		for (const words of [
			"↳ 👍 1 (you)",
			"┌ grace: ada, shall",
			"soon (edited) ✓",
			"✗ not sent",
			"(deleted)",
			"✓ 1/1",
		]) {
			await screen.shows(words);
		}
		assert.match((await screen.lines()).join("\n"), /^@12:00/m);
		await isWhole(screen, size.columns);
		screen.close();
	});

	test(`The line above the message box shows who types, at ${at}.`, async () => {
		const { engine } = room();
		const screen = openApp(engine, { size });
		engine.set({ talk: { ...talk, typing: [grace] } });
		await screen.shows("── grace is typing… ──");
		await isWhole(screen, size.columns);
		engine.set({ talk });
		await screen.eventually(async () => assert.ok(!(await screen.text()).includes("is typing")));
		screen.close();
	});

	test(`Lines that came while help was open stand below a mark at ${at}.`, async () => {
		const { engine } = room();
		const screen = openApp(engine, { size });
		await screen.shows("in a minut");
		await screen.type(keys.f1);
		engine.add(lineOf(grace, "while you read"));
		await screen.type(keys.escape);
		await screen.shows("── new since you looked ──");
		const lines = await screen.lines();
		const mark = lines.findIndex((row) => row.includes("new since you looked"));
		assert.match(lines[mark + 1] ?? "", /while you read/);
		screen.close();
	});
}

test("An answer that can't be sent comes back with what it answers.", async () => {
	const { engine } = room();
	const screen = openApp(engine);
	engine.answer = (command) =>
		command.kind === "send" ? { kind: "refused", code: "no_such_line", why: "gone" } : { kind: "done" };
	await screen.typeEach(altUp, keys.up, "r");
	await screen.type("yes\r");
	await screen.shows("That message is not here any more.");
	await screen.shows("Replying to grace");
	await screen.shows("› yes");
	screen.close();
});

test("Others learn of typing once the person types, and of its end; not of commands, and not when it is off.", async () => {
	const { engine } = room();
	const screen = openApp(engine);
	const told = () => engine.commands.flatMap((command) => (command.kind === "typing" ? [command.isTyping] : []));
	await screen.type("h");
	await screen.eventually(() => assert.deepEqual(told(), [true]));
	await screen.type(keys.backspace);
	await screen.eventually(() => assert.deepEqual(told(), [true, false]));
	await screen.typeEach("/", "who");
	await screen.type(keys.ctrlC);
	engine.set({ talk: { ...talk, isTellingTyping: false } });
	engine.add(lineOf(grace, "ping"));
	await screen.shows("ping");
	await screen.type("hello\r");
	await screen.eventually(() => assert.equal(said(engine).length, 1));
	assert.deepEqual(told(), [true, false]);
	screen.close();
});

test("A wrapped address leads to the whole of it on both rows, and nowhere else.", async () => {
	const engine = new FakeEngine(inRoom);
	const url = `https://example.org/${"path/".repeat(12)}`;
	engine.entries.push(lineOf(grace, `see ${url} now`));
	const screen = openApp(engine);
	await screen.shows("now");
	const targets = Array.from(screen.raw().matchAll(/\u001B\]8;[^;]*;([^\u001B\u0007]*)/g), ([, target]) => target);
	const links = targets.filter((target) => target !== "");
	assert.ok(links.length >= 2, JSON.stringify(targets));
	assert.deepEqual([...new Set(links)], [url]);
	assert.equal(targets.at(-1), "");
	screen.close();
});

test("A chosen message stays chosen while lines come, and the box gets the keyboard back when it goes.", async () => {
	const { engine, mine } = room();
	const screen = openApp(engine);
	await screen.shows("in a minut");
	await screen.type(altUp);
	engine.add(lineOf(grace, "one more"));
	await screen.shows("one more");
	assert.match((await screen.lines()).join("\n"), /▸12:00.*in a minut/);
	engine.entries.splice(engine.entries.indexOf(mine), 1);
	engine.set({});
	await screen.eventually(async () => assert.match((await screen.lines()).join("\n"), /▸12:00.*one more/));
	await screen.type(keys.escape);
	await screen.type("written");
	await screen.shows("› written");
	screen.close();
});

test("Going from one edit to another keeps what was written before the first.", async () => {
	const { engine } = room();
	engine.entries.push(lineOf(self, "second"));
	const screen = openApp(engine);
	await screen.type("draft");
	await screen.typeEach(altUp, "e");
	await screen.shows("Editing: second");
	await screen.typeEach(altUp, keys.up, "e");
	await screen.shows("Editing: in a minut");
	await screen.type(keys.escape);
	await screen.shows("› draft");
	screen.close();
});
