// What happens around the talk: alerts that call the host, a connection that breaks, a room that ends over a draft, a line to copy, a password from a file.

import assert from "node:assert/strict";
import { test } from "node:test";
import { attributions as dataAttributions } from "../../src/net/geoip/sources.ts";
import { standardCalls } from "../../src/ui/actions/calls.ts";
import { attributions } from "../../src/ui/help/about.tsx";
import { keys } from "../support/terminal/terminal.ts";
import { openApp, sizes } from "../support/views/app-screen.tsx";
import { everyWish } from "../support/views/every-wish.ts";
import { exampleHosting, FakeEngine, lineFrom, personNamed, self } from "../support/views/fake-engine.ts";
import { gateView } from "../support/views/gate-view.ts";

const grace = personNamed("grace", "known", { isHost: true });
const inRoom = { phase: { kind: "inRoom", role: "guest" }, people: [self, grace] } as const;
const target = "192.168.1.5 40213";
const location = { label: "London, United Kingdom", isSameNetwork: false };

function hosting(): FakeEngine {
	return new FakeEngine({
		phase: { kind: "inRoom", role: "host" },
		people: [{ ...self, isHost: true }],
		hosting: exampleHosting,
		gate: gateView(),
	});
}

const mallory = personNamed("mallory\u0007\u001B]52;c;eA==\u0007", "new", { location });

test("Bell and desktop notification call the host when they are on, and no name gets out of them.", async () => {
	const engine = hosting();
	const calls = { ...standardCalls, alerts: "both", names: true } as const;
	const screen = openApp(engine, { env: { VTE_VERSION: "7000", TERM: "xterm-256color" }, settings: { calls } });
	await screen.type(keys.enter);
	const before = screen.raw().length;
	engine.emit({ kind: "joined", self: false, member: mallory });
	for (let count = 0; count < 1_000; count++) {
		engine.emit({ kind: "strike", address: "81.2.69.160", location, attempts: 1, disconnected: false });
	}
	await screen.shows("Say something");
	const written = screen.raw().slice(before);
	assert.equal(written.split("\u001B]777;notify;Real Talk;").length, 2, "one, however many there were");
	assert.ok(written.includes('\u0007\u001B]777;notify;Real Talk;"mallory'));
	assert.ok(!written.includes("\u001B]52"));
	screen.close();
	const after = screen.raw().length;
	engine.emit({ kind: "blocked", about: "address", address: "81.2.69.160", location });
	assert.equal(screen.raw().length, after, "nothing after the end");
});

test("With alerts switched off nothing rings, and nobody is called for a join who has not asked for it.", async () => {
	for (const engine of [hosting(), new FakeEngine(inRoom)]) {
		const screen = openApp(engine, { settings: { calls: { ...standardCalls, alerts: "off" } } });
		await screen.type(keys.enter);
		engine.emit({ kind: "joined", self: false, member: mallory });
		await screen.shows("Say something");
		assert.ok(!screen.raw().includes("\u0007"));
		screen.close();
	}
});

for (const size of sizes) {
	test(`At ${size.columns}×${size.rows} a guest whose connection broke is told, and goes on writing.`, async () => {
		const engine = new FakeEngine({ ...inRoom, phase: { kind: "inRoom", role: "guest", isReconnecting: true } });
		engine.entries.push(lineFrom(self, "is anybody there?", { delivery: "sending" }));
		const screen = openApp(engine, { size });
		await screen.shows("2 people · reconnecting…");
		await screen.shows("You can go on writing: it is sent when you are back.");
		await screen.shows("is anybody there? …");
		await screen.type("hello\r");
		await screen.eventually(() => assert.deepEqual(engine.commands, [{ kind: "send", text: "hello" }]));
		engine.set({ phase: { kind: "inRoom", role: "guest" } });
		await screen.shows("2 people · connected");
		assert.ok(!(await screen.text()).includes("go on writing"));
		assert.equal(screen.overflow(), 0);
		screen.close();
	});
}

test("A host sees beside the talk whose connection broke.", async () => {
	const engine = hosting();
	engine.set({ people: [{ ...self, isHost: true }, personNamed("bob", "known", { isAway: true })] });
	const screen = openApp(engine, { size: sizes[2] });
	await screen.type(keys.enter);
	await screen.shows("○ bob reconnecting");
	screen.close();
});

test("A draft from when a room ended is shown, and is there again when the same room is joined again.", async () => {
	const engine = new FakeEngine();
	const screen = openApp(engine, { intent: { kind: "join", target } });
	engine.set({ phase: { kind: "connecting", target, step: "dialling" } });
	await screen.shows(`Joining ${target}`);
	engine.set(inRoom);
	await screen.shows("Say something");
	await screen.type("half a thought");
	engine.set({ phase: { kind: "ended", code: "connection_lost" } });
	await screen.shows("Not sent: half a thought");
	await screen.type(keys.enter);
	engine.set({ phase: { kind: "connecting", target, step: "dialling" } });
	await screen.shows(`Joining ${target}`);
	engine.set(inRoom);
	await screen.shows("› half a thought");
	screen.close();
});

test("A draft for one room is never offered in another.", async () => {
	const engine = new FakeEngine({ phase: { kind: "connecting", target, step: "dialling" } });
	const screen = openApp(engine);
	engine.set(inRoom);
	await screen.shows("Say something");
	await screen.type("only for grace");
	engine.set({ phase: { kind: "ended", code: "kicked" } });
	await screen.shows("Not sent: only for grace");
	engine.set({ phase: { kind: "connecting", target: "10.0.0.1 5000", step: "dialling" } });
	await screen.shows("Joining 10.0.0.1 5000");
	engine.set(inRoom);
	await screen.shows("Say something");
	assert.ok(!(await screen.text()).includes("only for grace"));
	screen.close();
});

test("The number before a join line copies that line, and nothing but the line.", async () => {
	const screen = openApp(hosting(), { size: sizes[1] });
	await screen.type("2");
	await screen.shows("To the clipboard: ./rt 2001:db8::5 40213".slice(0, 36));
	const copied = Buffer.from("./rt 2001:db8::5 40213").toString("base64");
	assert.ok(screen.raw().includes(`\u001B]52;c;${copied}\u0007`));
	await screen.typeEach("3", "x");
	assert.equal(screen.raw().split("\u001B]52;").length, 2);
	screen.close();
});

test("The invite is shown and copied with i, and q turns it into a QR code and back.", async () => {
	const invite = `rt://${"2".repeat(60)}`;
	const engine = hosting();
	engine.set({ hosting: { ...exampleHosting, invite } });
	const screen = openApp(engine, { size: { columns: 90, rows: 50 } });
	await screen.shows(`i ./rt ${invite}`);
	await screen.type("i");
	await screen.shows("To the clipboard: ./rt rt://2");
	const copied = Buffer.from(`./rt ${invite}`).toString("base64");
	assert.ok(screen.raw().includes(`\u001B]52;c;${copied}\u0007`));
	await screen.type("q");
	await screen.shows("Tell the password in another way");
	assert.match(await screen.text(), /[█▀▄]{3}/);
	assert.ok(!(await screen.text()).includes("./rt 192.168.1.5"));
	await screen.type("q");
	await screen.shows("./rt 192.168.1.5 40213");
	screen.close();
});

test("Without a way in there is no invite, and its keys do nothing.", async () => {
	const screen = openApp(hosting(), { size: { columns: 90, rows: 50 } });
	await screen.shows("./rt 192.168.1.5 40213");
	await screen.typeEach("q", "i");
	assert.ok(!(await screen.text()).includes("QR"));
	assert.ok(!screen.raw().includes("\u001B]52;"));
	screen.close();
});

test("A password from a file opens the host's room by itself, once.", async () => {
	const engine = new FakeEngine();
	const screen = openApp(engine, { intent: { kind: "host", wish: everyWish }, password: "correct-horse" });
	await screen.eventually(() =>
		assert.deepEqual(engine.commands, [{ kind: "host", password: "correct-horse", wish: everyWish }]),
	);
	assert.ok(!(await screen.text()).includes("correct-horse"));
	screen.close();
});

test("A password from a file that the engine refuses is told at home, where another can be typed.", async () => {
	const engine = new FakeEngine();
	engine.answer = () => ({ kind: "refused", code: "bad_password", why: "tooLong", maxBytes: 1024 });
	const screen = openApp(engine, { intent: { kind: "host", wish: {} }, password: "x" });
	await screen.shows("The password is too long (1024 bytes at most).");
	screen.close();
});

test("A password from a file answers the first question of its own room; then the person is asked.", async () => {
	const engine = new FakeEngine();
	const screen = openApp(engine, { intent: { kind: "join", target }, password: "correct-horse" });
	engine.set({ phase: { kind: "passwordNeeded", target, attemptsLeft: 3, wasWrong: false } });
	await screen.eventually(() =>
		assert.deepEqual(engine.commands, [
			{ kind: "join", target },
			{ kind: "password", password: "correct-horse" },
		]),
	);
	engine.set({ phase: { kind: "connecting", target, step: "checkingPassword" } });
	engine.set({ phase: { kind: "passwordNeeded", target, attemptsLeft: 2, wasWrong: true } });
	await screen.shows("That was not the password. 2 tries left.");
	assert.equal(engine.commands.length, 2);
	screen.close();
});

test("A password from a file is never given to another room.", async () => {
	const engine = new FakeEngine();
	const screen = openApp(engine, { intent: { kind: "join", target }, password: "correct-horse" });
	engine.set({ phase: { kind: "passwordNeeded", target: "10.0.0.1 5000", attemptsLeft: 3, wasWrong: false } });
	await screen.shows("3 tries left.");
	engine.set({ phase: { kind: "passwordNeeded", target, attemptsLeft: 3, wasWrong: false } });
	await screen.shows(target);
	assert.deepEqual(engine.commands, [{ kind: "join", target }]);
	screen.close();
});

test("About is reached from the help, and names whose data is used as their licences ask.", async () => {
	assert.deepEqual(attributions, dataAttributions);
	const screen = openApp(new FakeEngine(), { size: { columns: 100, rows: 40 } });
	await screen.typeEach(keys.f1, "a");
	const text = await screen.text();
	for (const words of attributions) assert.ok(text.includes(words), words);
	await screen.type(keys.escape);
	await screen.shows("Keys");
	await screen.type(keys.escape);
	await screen.shows("Start a room");
	screen.close();
});

test("A guest whose host comes back with another password keeps the chat and the draft in sight while it is asked for.", async () => {
	for (const size of sizes) {
		const engine = new FakeEngine(inRoom);
		engine.add(lineFrom(grace, "before the power went"));
		const screen = openApp(engine, { size, intent: { kind: "join", target } });
		await screen.shows("Say something");
		await screen.type("half a thought");
		const asked = { kind: "passwordNeeded", target, attemptsLeft: 2, isComingBack: true } as const;
		engine.set({ phase: { ...asked, wasWrong: false } });
		await screen.shows("wants the password");
		assert.match(await screen.text(), /before the power went[\s\S]*Waits: half a thought/);
		await screen.type("wrong");
		assert.ok(!(await screen.text()).includes("wrong"), "nothing of it is shown");
		await screen.type(keys.enter);
		await screen.eventually(() => assert.deepEqual(engine.commands.at(-1), { kind: "password", password: "wrong" }));
		engine.set({ phase: { ...asked, attemptsLeft: 1, wasWrong: true } });
		await screen.shows("That was not the password. 1 try left.");
		engine.set({ phase: inRoom.phase });
		await screen.shows("› half a thought");
		screen.close();
	}
});
