// Plays the chat screen on a real terminal emulator.
import assert from "node:assert/strict";
import { test } from "node:test";
import { grouped } from "../../../src/ui/look/person-words.ts";
import { keys } from "../../support/terminal/terminal.ts";
import { openApp } from "../../support/views/app-screen.tsx";
import { FakeEngine, lineFrom, personNamed, self } from "../../support/views/fake-engine.ts";

const grace = personNamed("grace", "verified");
const inRoom = { phase: { kind: "inRoom", role: "guest" }, people: [self, grace] } as const;
const prompt = (lines: readonly string[]): string => lines.at(-2) ?? "";

function roomWith(count: number): FakeEngine {
	const engine = new FakeEngine(inRoom);
	for (let index = 0; index < count; index++) engine.entries.push(lineFrom(grace, `message ${index}`));
	return engine;
}

test("The real cursor stands behind emoji, wide and combined characters, and in the middle of them.", async () => {
	const screen = openApp(new FakeEngine(inRoom));
	for (const [text, column] of [
		["a", 4],
		["漢字", 8],
		["e\u0301", 9],
		["👍", 11],
	] as const) {
		await screen.type(text);
		await screen.eventually(() => assert.deepEqual(screen.cursor(), { x: column, y: 22 }, text));
	}
	await screen.typeEach(keys.left, keys.left);
	await screen.eventually(() => assert.equal(screen.cursor().x, 8));
	await screen.type(keys.backspace);
	await screen.eventually(() => assert.equal(screen.cursor().x, 6));
	await screen.eventually(async () => assert.equal(prompt(await screen.lines()), " › a漢e\u0301👍"));
	screen.close();
});

test("Text, a held backspace and Enter that arrive in one chunk are handled one after the other.", async () => {
	const engine = new FakeEngine(inRoom);
	const screen = openApp(engine);
	await screen.type(`hello world${keys.backspace.repeat(6)}\u0015hi\r`);
	await screen.shows("Say something");
	await screen.eventually(() => assert.deepEqual(engine.commands, [{ kind: "send", text: "hi" }]));
	screen.close();
});

test("A burst of keys, one chunk each, loses none.", async () => {
	const engine = new FakeEngine(inRoom);
	const screen = openApp(engine);
	const text = "the quick brown fox jumps over the lazy dog";
	await Promise.all([...text].map((letter) => screen.type(letter)));
	await screen.type(keys.enter);
	await screen.shows("Say something");
	await screen.eventually(() => assert.deepEqual(engine.commands, [{ kind: "send", text }]));
	screen.close();
});

test("After scrolling up the lines on screen stay while new ones arrive and are counted, and Escape goes down.", async () => {
	const engine = roomWith(100);
	const screen = openApp(engine);
	await screen.shows("message 99");
	await screen.type(keys.wheelUp);
	await screen.shows("message 96");
	const before = (await screen.lines()).slice(1, -3);
	engine.add(lineFrom(grace, "new one"), lineFrom(grace, "another"));
	await screen.shows("2 new lines below");
	assert.deepEqual((await screen.lines()).slice(1, -3), before);
	await screen.type(keys.escape);
	await screen.shows("another");
	assert.ok(!(await screen.text()).includes("new lines below"));
	screen.close();
});

test("A timeline of 100,000 entries is walked from end to start and back.", async () => {
	const screen = openApp(roomWith(100_000));
	await screen.shows("message 99999");
	await screen.type(keys.pageUp);
	await screen.shows("message 99970");
	await screen.type("\u001B[1;5H");
	await screen.shows("message 0");
	assert.match((await screen.lines())[1] ?? "", /message 0$/);
	await screen.type(keys.pageDown);
	await screen.type("\u001B[1;5F");
	await screen.shows("message 99999");
	screen.close();
});

test("A paste of 10,000 lines asks first and never reaches the message box whole.", async () => {
	const engine = new FakeEngine(inRoom);
	const screen = openApp(engine);
	const lines = Array.from({ length: 10_000 }, (_, index) => `pasted line ${index}`).join("\n");
	await screen.type(keys.paste(lines));
	await screen.shows("You pasted 10,000 lines");
	await screen.type(keys.escape);
	await screen.shows("Not pasted.");
	assert.deepEqual(engine.commands, []);
	await screen.type(keys.paste("two\nlines"));
	await screen.eventually(async () => {
		assert.deepEqual((await screen.lines()).slice(-3, -1), [" › two", "   lines"]);
	});
	screen.close();
});

test("A long draft grows to a third of the screen, shows its end, and still sends whole.", async () => {
	const engine = new FakeEngine(inRoom);
	const screen = openApp(engine, { size: { columns: 40, rows: 12 } });
	const text = `${"word ".repeat(200)}end`;
	await screen.type(text);
	const lines = await screen.lines();
	assert.match(lines[0]!, /^ Room|^ Real Talk/);
	assert.match(lines.at(-2)!, /end$/);
	assert.match(lines[lines.length - 6]!, /^─/);
	await screen.type(keys.enter);
	await screen.eventually(() => assert.deepEqual(engine.commands, [{ kind: "send", text }]));
	screen.close();
});

test("A line the engine refuses comes back into the message box, with the reason.", async () => {
	const engine = new FakeEngine(inRoom);
	engine.answer = () => ({ kind: "refused", code: "too_many_pending" });
	const screen = openApp(engine);
	await screen.type("hello\r");
	await screen.shows("Too many lines wait to be sent already.");
	await screen.eventually(async () => assert.equal(prompt(await screen.lines()), " › hello"));
	screen.close();
});

test("An unknown command is explained and stays in the message box to be corrected.", async () => {
	const engine = new FakeEngine(inRoom);
	const screen = openApp(engine);
	await screen.type("/hlep\r");
	await screen.shows("Did you mean /help?");
	await screen.eventually(async () => assert.equal(prompt(await screen.lines()), " › /hlep"));
	assert.deepEqual(engine.commands, []);
	screen.close();
});

for (const size of [
	{ columns: 80, rows: 24 },
	{ columns: 40, rows: 12 },
]) {
	test(`At ${size.columns}×${size.rows} the list of people shows each key as six words and digits by one key, and hides them by it again.`, async () => {
		const engine = new FakeEngine(inRoom);
		const screen = openApp(engine, { size });
		await screen.typeEach(keys.f3, "f");
		const [first = "", , , , , last = ""] = await engine.keyWords(grace.fingerprint);
		await screen.shows(first);
		await screen.shows(last);
		await screen.shows(grouped(grace.fingerprint).slice(0, 24));
		await screen.type("f");
		await screen.eventually(async () => assert.ok(!(await screen.text()).includes(last)));
		screen.close();
	});
}

test("After the help and the list of people the draft and the scroll position are as before.", async () => {
	const screen = openApp(roomWith(100));
	await screen.shows("message 99");
	await screen.typeEach("half a thought", keys.pageUp);
	await screen.shows("message 78");
	const before = await screen.lines();
	await screen.type(keys.f1);
	await screen.shows("send what you wrote");
	await screen.type(keys.escape);
	assert.deepEqual(await screen.lines(), before);
	screen.close();
});

test("Shift-Enter of terminals that tell it from Enter begins a new line and sends nothing.", async () => {
	const engine = new FakeEngine(inRoom);
	const screen = openApp(engine);
	await screen.typeEach("first", "\u001B[13;2u", "second", "\u001B[27;2;13~", "third");
	await screen.shows("first second third");
	assert.deepEqual(engine.commands, []);
	await screen.type(keys.enter);
	await screen.eventually(() => assert.deepEqual(engine.commands, [{ kind: "send", text: "first\nsecond\nthird" }]));
	screen.close();
});

test("Ctrl-C clears the draft, then asks, then leaves.", async () => {
	const screen = openApp(new FakeEngine(inRoom));
	await screen.typeEach("draft", keys.ctrlC);
	await screen.shows("Cleared.");
	await screen.type(keys.ctrlC);
	await screen.shows("Press Ctrl-C again to leave the room.");
	assert.equal(screen.lastWords(), undefined);
	await screen.type(keys.ctrlC);
	await screen.eventually(() => assert.equal(screen.lastWords(), ""));
	screen.close();
});

test("/kick finds the person; /leave goes home; /quit leaves.", async () => {
	const engine = new FakeEngine(inRoom);
	const screen = openApp(engine);
	await screen.type("/kick gra\r");
	await screen.shows("Removed.");
	await screen.eventually(() => assert.deepEqual(engine.commands, [{ kind: "kick", fingerprint: grace.fingerprint }]));
	engine.answer = (command) => {
		if (command.kind === "leave") engine.set({ phase: { kind: "ended", code: "left" } });
		return { kind: "done" };
	};
	await screen.type("/leave\r");
	await screen.shows("Start a room");
	engine.set({ phase: { kind: "inRoom", role: "guest" } });
	await screen.shows("Say something");
	await screen.type("/quit\r");
	await screen.eventually(() => assert.equal(screen.lastWords(), ""));
	screen.close();
});

test("Mouse reports are on in the chat only: elsewhere the mouse selects text to copy.", async () => {
	const engine = new FakeEngine();
	const screen = openApp(engine);
	await screen.lines();
	assert.ok(!screen.raw().includes("\u001B[?1000h"));
	engine.set(inRoom);
	await screen.shows("Say something");
	assert.ok(screen.raw().includes("\u001B[?1000h"));
	await screen.type(keys.f1);
	assert.ok(screen.raw().lastIndexOf("\u001B[?1000l") > screen.raw().lastIndexOf("\u001B[?1000h"));
	screen.close();
});

test("The list of people beside the room says how many do not fit into it.", async () => {
	const others = Array.from({ length: 30 }, (_, index) => personNamed(`guest ${index}`));
	const screen = openApp(new FakeEngine({ ...inRoom, people: [self, ...others] }), {
		size: { columns: 100, rows: 24 },
	});
	await screen.shows("guest 14");
	await screen.shows("… 13 more: /who");
	assert.ok(!(await screen.text()).includes("guest 18"));
	screen.close();
});

test("/block with the name of somebody who is here removes them and blocks their key.", async () => {
	const engine = new FakeEngine({ ...inRoom, phase: { kind: "inRoom", role: "host" } });
	const screen = openApp(engine);
	await screen.type("/block Grace for 2d too loud\r");
	await screen.eventually(() => {
		const command = engine.commands.find(({ kind }) => kind === "block");
		assert.ok(command?.kind === "block");
		assert.equal(command.address, grace.fingerprint);
		assert.equal(command.note, "too loud");
		assert.equal(command.isRemoving, true);
	});
	screen.close();
});

test("A note above the message box tells what somebody else has done about being buddies, and what one did oneself is not told twice.", async () => {
	const engine = new FakeEngine(inRoom);
	const screen = openApp(engine);
	await screen.shows("Say something");
	const { fingerprint, shortFingerprint, name, trust } = grace;
	const buddy = {
		room: "rrrrrrrr",
		kind: "buddy",
		fingerprint,
		shortFingerprint,
		name,
		trust,
		state: "accepted",
	} as const;
	engine.emit({ kind: "buddyAnswered", buddy: { ...buddy, role: "guest" }, answer: "accepted" });
	engine.emit({ kind: "buddyEnded", buddy: { ...buddy, role: "host" }, isOurs: true });
	engine.emit({ kind: "buddyAnswered", buddy: { ...buddy, role: "host" }, answer: "accepted" });
	await screen.shows('"grace" has accepted: you are buddies.');
	engine.emit({ kind: "buddyEnded", buddy: { ...buddy, role: "guest" }, isOurs: false });
	await screen.shows("the room of you two is over");
	assert.doesNotMatch(await screen.text(), /no buddy of yours/);
	screen.close();
});

test("The header of a room that is kept says what it is called, one's own and another's.", async () => {
	const kept = { name: "Friends", days: 14, megabytes: 64, history: false };
	for (const role of ["guest", "host"] as const) {
		const ivo = personNamed("Ivo", "known", { isHost: true });
		const engine = new FakeEngine({ phase: { kind: "inRoom", role }, people: [self, ivo], kept });
		const screen = openApp(engine);
		await screen.shows(role === "host" ? "Friends, your room" : "Friends, room of Ivo");
		screen.close();
	}
});
