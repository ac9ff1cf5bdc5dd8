// Searching, jumping, copying and clicking in a long room, on a real terminal emulator.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { RoomTimeline } from "../../../src/engine/room/timeline.ts";
import { keys } from "../../support/terminal/terminal.ts";
import { type AppScreen, openApp } from "../../support/views/app-screen.tsx";
import { FakeEngine, lineFrom, noon, personNamed, self } from "../../support/views/fake-engine.ts";

const grace = personNamed("grace", "verified");
const ann = personNamed("Ann Béla");
const inRoom = { phase: { kind: "inRoom", role: "guest" }, people: [self, grace, ann] } as const;
const alt = (key: string) => `\u001B${key}`;
const click = (x: number, y: number) => `\u001B[<0;${x + 1};${y + 1}M\u001B[<0;${x + 1};${y + 1}m`;

/** Every seventh line is of Ann and about a café, one an hour. */
function roomWith(count: number): FakeEngine {
	const engine = new FakeEngine(inRoom);
	for (let index = 0; index < count; index++) {
		const at = noon + index * 3_600_000;
		const text = index % 7 === 0 ? `at the Café number ${index}` : `message ${index}`;
		engine.entries.push(lineFrom(index % 7 === 0 ? ann : grace, text, { at }));
	}
	return engine;
}

const list = async (screen: AppScreen) => (await screen.lines()).slice(1, -3);
const rowOf = async (screen: AppScreen, text: string) => (await screen.lines()).findIndex((row) => row.includes(text));

test("Search as you type finds the newest first, counts, goes older and newer, and Escape leads back to where one was.", async () => {
	const screen = openApp(roomWith(100));
	await screen.shows("at the Café number 98");
	await screen.typeEach("half a draft", keys.pageUp);
	await screen.shows("message 80");
	const before = await screen.lines();
	await screen.typeEach(keys.ctrlR, "c", "a", "f", "e");
	await screen.shows("1 of 15");
	await screen.shows("number 98");
	await screen.type(keys.up);
	await screen.shows("2 of 15");
	await screen.type(keys.up);
	await screen.shows("3 of 15");
	await screen.shows("number 84");
	await screen.type(keys.down);
	await screen.shows("2 of 15");
	assert.match((await screen.lines()).at(-2) ?? "", /^ search › cafe/);
	await screen.type(keys.escape);
	await screen.shows("half a draft");
	assert.deepEqual(await screen.lines(), before);
	screen.close();
});

test("Enter stays at the match, and the key for it goes back to where the search began.", async () => {
	const screen = openApp(roomWith(100));
	await screen.typeEach(keys.ctrlR, "number 14");
	await screen.shows("1 of 1");
	await screen.type(keys.enter);
	await screen.shows("Say something");
	await screen.shows("number 14");
	assert.ok(!(await screen.text()).includes("number 98"));
	await screen.type(alt("j"));
	await screen.shows("number 98");
	await screen.type(alt("j"));
	await screen.shows("There was no jump to come back from.");
	screen.close();
});

test("A search that finds nothing says so and goes back to where it was; from: finds what somebody said.", async () => {
	const screen = openApp(roomWith(100));
	await screen.typeEach(keys.ctrlR, "message 3x");
	await screen.shows("nothing found");
	await screen.shows("number 98");
	await screen.typeEach("\u0015", "from:ann bela");
	await screen.shows("nothing found");
	await screen.typeEach("\u0015", 'from:"ann bela"');
	await screen.shows("1 of 15");
	screen.close();
});

test("While a search is open new lines do not move what is found, and are searched too.", async () => {
	const engine = roomWith(50);
	const screen = openApp(engine);
	await screen.typeEach(keys.ctrlR, "cafe");
	await screen.shows("1 of 8");
	const before = await list(screen);
	engine.add(lineFrom(grace, "another café"), lineFrom(grace, "and more"));
	await screen.shows("2 of 9");
	assert.deepEqual(await list(screen), before);
	await screen.type(keys.down);
	await screen.shows("1 of 9");
	await screen.shows("another café");
	screen.close();
});

test("100,000 lines are searched without losing a key that is typed meanwhile.", async () => {
	const timeline = new RoomTimeline();
	for (let index = 0; index < 100_000; index++) timeline.add(lineFrom(grace, `message ${index} with some more words`));
	const screen = openApp(new FakeEngine({ ...inRoom, timeline }));
	await screen.shows("message 99999");
	await screen.type(keys.ctrlR);
	await Promise.all([..."message 123"].map((letter) => screen.type(letter)));
	await screen.shows("search › message 123");
	await screen.shows("1 of 111");
	await screen.shows("message 12399");
	screen.close();
});

test("/date and its key go to a day or a time; /unread says when there is nothing new.", async () => {
	const screen = openApp(roomWith(100));
	await screen.type("/date 2025-11-23\r");
	await screen.shows("Sunday, 23 November 2025");
	assert.equal(await rowOf(screen, "── Sunday"), 7, "at a third of the list");
	await screen.type(alt("g"));
	await screen.shows("/date");
	await screen.type("2025-11-22 14:00\r");
	await screen.shows("message 26");
	await screen.type("/unread\r");
	await screen.shows("There is nothing here that you have not seen.");
	await screen.type("/date soon\r");
	await screen.shows("/date yesterday");
	screen.close();
});

test("Lines that came while a person read older ones, or looked at another window, are marked and jumped to.", async () => {
	const engine = roomWith(60);
	const screen = openApp(engine);
	await screen.shows("message 59");
	await screen.type("\u001B[O");
	for (let index = 0; index < 40; index++) engine.add(lineFrom(grace, `new ${index}`));
	await screen.shows("new 39");
	await screen.type("\u001B[I");
	await screen.type(alt("n"));
	await screen.shows("new 0");
	const rows = await screen.lines();
	const first = rows.findIndex((row) => row.includes("new 0"));
	assert.match(rows[first - 1] ?? "", /new|unread/i, "a row says where the new begins");
	await screen.typeEach(keys.escape, keys.escape, alt("n"));
	await screen.shows("There is nothing here that you have not seen.");
	screen.close();
});

test("The match on screen is copied by OSC 52.", async () => {
	const screen = openApp(roomWith(30));
	await screen.typeEach(keys.ctrlR, "number 14");
	await screen.shows("1 of 1");
	await screen.type(alt("c"));
	await screen.shows("Copied what Ann Béla said");
	const copied = Buffer.from("at the Café number 14").toString("base64");
	assert.ok(screen.raw().includes(`\u001B]52;c;${copied}\u0007`));
	screen.close();
});

test("A click on a quote goes to what it answers, one on the divider to the newest line, one on the status bar is its key.", async () => {
	const engine = roomWith(60);
	const [, , third] = engine.entries;
	const answer = lineFrom(grace, "my answer", { at: noon + 61 * 3_600_000 });
	const reply = { id: third?.id ?? "", name: "grace", text: "message 2" };
	engine.entries.push(answer.kind === "line" ? { ...answer, reply } : answer);
	const screen = openApp(engine, { size: { columns: 100, rows: 24 } });
	await screen.shows("my answer");
	await screen.type(click(40, (await rowOf(screen, "my answer")) - 1));
	await screen.shows("message 3");
	await screen.type(click(10, await rowOf(screen, "Esc")));
	await screen.shows("my answer");
	const bar = (await screen.lines()).at(-1) ?? "";
	await screen.type(click(bar.indexOf("help"), 23));
	await screen.shows("send what you wrote");
	screen.close();
});

test("With /mouse off the mouse selects text; with /mouse on it scrolls again.", async () => {
	const screen = openApp(roomWith(60));
	await screen.type("/mouse off\r");
	await screen.shows("The mouse selects text now");
	const isOn = () => screen.raw().lastIndexOf("\u001B[?1000h") > screen.raw().lastIndexOf("\u001B[?1000l");
	await screen.eventually(() => assert.ok(!isOn()));
	await screen.type("/mouse on\r");
	await screen.eventually(() => assert.ok(isOn()));
	screen.close();
});

test("In a storm of sizes every frame fills the terminal and no more, and what was read is where it was when the storm is over.", async () => {
	const screen = openApp(roomWith(300));
	await screen.type("/date 2025-11-26 12:00\r");
	await screen.shows("message 120");
	// The mark of the jump stays until a key; this one does nothing else.
	await screen.type("\u0005");
	assert.ok(!(await screen.text()).includes("▸"));
	const before = await screen.lines();
	const size = fc.tuple(fc.integer({ min: 40, max: 300 }), fc.integer({ min: 12, max: 100 }));
	const storms = fc.sample(size, { numRuns: 40, seed: 5 });
	for (const [columns, rows] of storms) {
		await screen.resize(columns, rows);
		const lines = await screen.lines();
		assert.equal(lines.length, rows);
		assert.match(lines[0] ?? "", /Real Talk|Room/, `${columns}×${rows}`);
		assert.notEqual(lines.at(-1), "", `${columns}×${rows}`);
		assert.ok(
			lines.some((row) => row.includes("message 120")),
			`${columns}×${rows}\n${lines.join("\n")}`,
		);
		assert.equal(screen.overflow(), 0);
	}
	await screen.resize(80, 24);
	assert.deepEqual(await screen.lines(), before);
	screen.close();
});

test("The line jumped to stays marked until the next key: no clock changes the screen.", async (t) => {
	// What is to happen later waits here; what draws the screen goes on.
	const later: (() => void)[] = [];
	const { setTimeout: soon } = globalThis;
	t.mock.method(globalThis, "setTimeout", (work: () => void, delayMs = 0) => {
		if (delayMs < 200) return soon(work, delayMs);
		later.push(work);
		return soon(() => {}, 0);
	});
	const screen = openApp(roomWith(100));
	await screen.typeEach(keys.ctrlR, "number 14");
	await screen.shows("1 of 1");
	await screen.type(keys.enter);
	await screen.shows("Say something");
	const marked = () => screen.text().then((text) => text.includes("▸"));
	for (const work of later) work();
	assert.equal(await marked(), true);
	await screen.type("h");
	assert.equal(await marked(), false);
	screen.close();
});

test("A match deep in a long message is on screen, in the search and after Enter; the note of it goes with the next key.", async () => {
	const engine = roomWith(20);
	engine.entries.push(lineFrom(grace, `${"word ".repeat(1_500)}needle${" tail".repeat(900)}`));
	const screen = openApp(engine);
	await screen.typeEach(keys.ctrlR, "needle");
	await screen.shows("word needle tail");
	await screen.type(keys.enter);
	await screen.shows("Say something");
	await screen.shows("word needle tail");
	await screen.typeEach(alt("j"), alt("j"));
	await screen.shows("There was no jump");
	await screen.type(keys.pageUp);
	await screen.eventually(async () => assert.ok(!(await screen.text()).includes("There was no jump")));
	screen.close();
});
