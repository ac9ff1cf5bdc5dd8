// What a person goes through: first name, hosting, joining with a wrong password, and leaving.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Command } from "../../src/engine/api/api.ts";
import type { Outcome } from "../../src/engine/api/codes.ts";
import { suggestedNameOf } from "../../src/ui/start/root.tsx";
import { keys } from "../support/terminal/terminal.ts";
import { openApp } from "../support/views/app-screen.tsx";
import { everyWish } from "../support/views/every-wish.ts";
import { exampleHosting, FakeEngine, personNamed, self } from "../support/views/fake-engine.ts";
import { readsTargets } from "../support/views/reads-targets.ts";

const kinds = (engine: FakeEngine): readonly string[] => engine.commands.map((command) => command.kind);
const target = "192.168.1.5 40213";

test("A new person gives a name and is at home.", async () => {
	const engine = new FakeEngine({ identity: { kind: "none" } });
	const { identity } = new FakeEngine().snapshot();
	engine.answer = (): Outcome => {
		engine.set({ identity });
		return { kind: "done" };
	};
	const screen = openApp(engine, { suggestedName: "ada" });
	await screen.type("grace\r");
	await screen.shows("Start a room");
	await screen.eventually(() => assert.deepEqual(engine.commands, [{ kind: "createIdentity", name: "grace" }]));
	screen.close();
});

test("The user name is offered as a name when it says something.", () => {
	assert.equal(suggestedNameOf({ USER: "ada" }), "ada");
	assert.equal(suggestedNameOf({ USERNAME: "Zoë" }), "Zoë");
	for (const odd of ["root", "Administrator", "a b", "\u001B[31m", ""])
		assert.equal(suggestedNameOf({ USER: odd }), "");
});

test("A refused name is told in the engine's words and can be mended.", async () => {
	const engine = new FakeEngine({ identity: { kind: "none" } });
	engine.answer = () => ({ kind: "refused", code: "bad_name", why: "empty" });
	const screen = openApp(engine, { suggestedName: "ada" });
	await screen.type(keys.enter);
	await screen.shows("Please type a name with at least one visible character");
	await screen.shows("› ada");
	screen.close();
});

test("A wrong passphrase is told, and nothing of it stays on screen.", async () => {
	const engine = new FakeEngine({ identity: { kind: "locked", name: "ada", shortFingerprint: "89AB" } });
	engine.answer = () => ({ kind: "refused", code: "wrong_passphrase" });
	const screen = openApp(engine);
	await screen.type("secret");
	assert.ok(!(await screen.text()).includes("secret"));
	await screen.type(keys.ctrlR);
	await screen.shows("› secret");
	await screen.type(keys.enter);
	await screen.shows("That is not the passphrase.");
	assert.ok(!screen.raw().includes("\u0007"));
	assert.ok(!(await screen.text()).includes("secret"));
	screen.close();
});

test("One Enter starts a room with the offered password, and the host sees what to tell friends, then the chat.", async () => {
	const engine = new FakeEngine();
	engine.answer = (command: Command): Outcome => {
		if (command.kind === "host") {
			const hosting = { ...exampleHosting, password: command.password };
			engine.set({ phase: { kind: "inRoom", role: "host" }, people: [{ ...self, isHost: true }], hosting });
		}
		return { kind: "done" };
	};
	const screen = openApp(engine);
	const offered = /› (\w+(?:-\w+){3})/.exec(await screen.text())?.[1];
	assert.ok(offered !== undefined);
	await screen.type(keys.enter);
	await screen.shows(`The password is: ${offered}`);
	await screen.eventually(() =>
		assert.deepEqual(engine.commands, [{ kind: "host", password: offered, wish: { routes: [] } }]),
	);
	await screen.type(keys.escape);
	await screen.shows("Say something");
	await screen.type(keys.f2);
	await screen.shows("Server has been started.");
	screen.close();
});

test("A room that came to an unexpected end is explained at home, where another can be opened.", async () => {
	const engine = new FakeEngine();
	const screen = openApp(engine);
	engine.set({ phase: { kind: "openingRoom" } });
	await screen.shows("Opening the room");
	engine.set({ phase: { kind: "ended", code: "internal" } });
	await screen.shows("Something went wrong inside Real Talk. Sorry. Start it again");
	await screen.type(keys.enter);
	await screen.eventually(() => assert.deepEqual(kinds(engine), ["host"]));
	screen.close();
});

test("A short password is refused kindly, a weak one is told, and everything wished for on the command line is kept.", async () => {
	const engine = new FakeEngine({ routeTerms: { dht: { nodes: "node1.example:49737", hasRelay: false } } });
	const screen = openApp(engine, { intent: { kind: "host", wish: everyWish } });
	await screen.type("short\r");
	await screen.shows("3 more characters, please");
	assert.deepEqual(engine.commands, []);
	await screen.type("12");
	await screen.shows("1 more character, please");
	await screen.type("3");
	await screen.shows("Weak");
	await screen.type(keys.enter);
	await screen.eventually(() =>
		assert.deepEqual(engine.commands, [{ kind: "host", password: "short123", wish: everyWish }]),
	);
	screen.close();
});

test("A guest goes through dialling, two wrong passwords, the right one, and is in the chat.", async () => {
	const engine = new FakeEngine();
	const screen = openApp(engine, { intent: { kind: "join", target } });
	await screen.lines();
	await screen.eventually(() => assert.deepEqual(engine.commands, [{ kind: "join", target }]));
	engine.set({ phase: { kind: "connecting", target, step: "dialling" } });
	await screen.shows(`Joining ${target} as ada`);
	engine.set({ phase: { kind: "passwordNeeded", target, attemptsLeft: 3, wasWrong: false } });
	await screen.shows("3 tries left.");
	await screen.type("wrong\r");
	await screen.eventually(() => assert.deepEqual(engine.commands.at(-1), { kind: "password", password: "wrong" }));
	engine.set({ phase: { kind: "connecting", target, step: "checkingPassword" } });
	await screen.shows("this takes a moment");
	engine.set({ phase: { kind: "passwordNeeded", target, attemptsLeft: 2, wasWrong: true } });
	await screen.shows("That was not the password. 2 tries left.");
	assert.ok((await screen.lines()).includes("   ›"), "the field is empty again");
	engine.set({ phase: { kind: "passwordNeeded", target, attemptsLeft: 1, wasWrong: true } });
	await screen.shows("That was not the password. 1 try left.");
	engine.set({
		phase: { kind: "inRoom", role: "guest" },
		people: [self, personNamed("grace", "known", { isHost: true })],
	});
	await screen.shows("Room of grace");
	screen.close();
});

test("When joining did not work, the reason and the advice are shown; Enter tries again, Escape goes home.", async () => {
	const engine = new FakeEngine();
	const screen = openApp(engine, { intent: { kind: "join", target } });
	engine.set({ phase: { kind: "connecting", target, step: "dialling" } });
	engine.set({ phase: { kind: "ended", code: "wrong_password" } });
	await screen.shows("no tries are left");
	await screen.type(keys.enter);
	await screen.eventually(() => assert.deepEqual(kinds(engine), ["join", "join"]));
	await screen.type(keys.escape);
	await screen.shows("Start a room");
	screen.close();
});

test("A line pasted whole from the host's screen is understood; a bad target is told at once.", async () => {
	const engine = new FakeEngine();
	engine.answer = readsTargets;
	const screen = openApp(engine);
	await screen.typeEach(keys.tab, "nonsense", keys.enter);
	await screen.shows("The port is missing");
	await screen.typeEach("\u0015", keys.paste("./rt 192.168.1.5 40213\n"), keys.enter);
	await screen.eventually(() => assert.deepEqual(engine.commands.at(-1), { kind: "join", target }));
	screen.close();
});

test("What the engine says about a bad target is shown in the dialog.", async () => {
	const engine = new FakeEngine();
	engine.answer = () => ({ kind: "refused", code: "bad_target", why: "notIpv4", word: "999.1.1.1" });
	const screen = openApp(engine, { intent: { kind: "join", target: "999.1.1.1 5" } });
	await screen.shows('"999.1.1.1" is not an IPv4 address');
	await screen.shows("› 999.1.1.1 5");
	screen.close();
});

test("The name given in the dialog is set before joining.", async () => {
	const engine = new FakeEngine();
	const screen = openApp(engine);
	await screen.typeEach(keys.tab, "host.example 5555", keys.tab, " lovelace", keys.enter);
	await screen.eventually(() =>
		assert.deepEqual(engine.commands, [
			{ kind: "browseLan", isOn: true },
			{ kind: "rename", name: "ada lovelace" },
			{ kind: "join", target: "host.example 5555" },
		]),
	);
	screen.close();
});

test("A recent room is joined with two keys.", async () => {
	const engine = new FakeEngine({ recentRooms: [{ target, lastJoinedAt: 0 }] });
	const screen = openApp(engine);
	await screen.typeEach(keys.down, keys.enter);
	await screen.eventually(() => assert.deepEqual(engine.commands, [{ kind: "join", target }]));
	screen.close();
});

test("When the host closes the room, the reason is shown over what was said, and leaving takes it along.", async () => {
	const engine = new FakeEngine({ phase: { kind: "inRoom", role: "guest" }, people: [self] });
	engine.add({ kind: "notice", id: "n", at: 0, tone: "info", notice: { code: "passwordChanged" } });
	const screen = openApp(engine);
	await screen.shows("The password is another one from now on.");
	engine.set({ phase: { kind: "ended", code: "room_closed" } });
	await screen.shows("The host closed the room.");
	await screen.shows("The password is another one from now on.");
	await screen.type(keys.ctrlC);
	await screen.eventually(() =>
		assert.equal(screen.lastWords(), "The host closed the room. Ask them to start it again, then join again."),
	);
	screen.close();
});

test("Escape on the home screen leaves, without last words.", async () => {
	const screen = openApp(new FakeEngine());
	await screen.type(keys.escape);
	await screen.eventually(() => assert.equal(screen.lastWords(), ""));
	screen.close();
});

test("A room that listens on this computer only says so, and nothing of networks or routers.", async () => {
	const command = "./rt 127.0.0.1 40213";
	const joinLines = [{ address: "127.0.0.1", port: 40213, scope: "loopback", interface: "lo" }] as const;
	const hosting = { ...exampleHosting, joinLines, isOnlyHere: true } as const;
	const engine = new FakeEngine({ phase: { kind: "inRoom", role: "host" }, people: [self], hosting });
	const screen = openApp(engine);
	await screen.shows("Only this computer itself can join");
	await screen.shows(command);
	assert.doesNotMatch(await screen.text(), /network|router/);
	screen.close();
});

test("Whoever pastes a friend's line into the start screen is offered to join, and may say that it is the password.", async () => {
	for (const [key, wanted] of [
		["", "join"],
		["\u000F", "host"],
	] as const) {
		const engine = new FakeEngine();
		const screen = openApp(engine);
		await screen.type("\u001B[200~Come in:\n  ./rt 192.0.2.2 47003\n\u001B[201~");
		await screen.shows("Enter joins 192.0.2.2 47003");
		if (key !== "") await screen.type(key);
		await screen.type(keys.enter);
		await screen.eventually(() => assert.ok(kinds(engine).includes(wanted)));
		screen.close();
	}
});

test("One key copies a message for a friend that says how to come in, and never the password; a room of before is shown by its host and words.", async () => {
	const invite = "rt://quavqihq4hjmhnffs2dxq2k2jm6c2hq";
	const hosting = { ...exampleHosting, invite };
	const phase = { kind: "inRoom", role: "host" } as const;
	const engine = new FakeEngine({ phase, people: [{ ...self, isHost: true }], hosting });
	const screen = openApp(engine);
	await screen.type("m");
	await screen.shows("To the clipboard: a message for your friend");
	const [, encoded = ""] = /\u001B\]52;c;([^\u0007]*)\u0007/.exec(screen.raw()) ?? [];
	const message = Buffer.from(encoded, "base64").toString();
	assert.match(message, new RegExp(`\n\\./rt ${invite}\n`));
	assert.ok(!message.includes(hosting.password) && /password\. I tell you that in another way/.test(message));
	screen.close();
	const words = ["calm", "green", "river", "stone", "cloud", "lamp"];
	const home = openApp(new FakeEngine({ recentRooms: [{ target: invite, lastJoinedAt: 0, hostName: "Hana", words }] }));
	await home.shows("Hana calm green river stone cloud lamp");
	assert.ok(!(await home.text()).includes("rt://qu"));
	home.close();
});

test("the first screen shows a room that stays once: not also among the rooms one was in, by the address where it was entered", async () => {
	const target = "192.0.2.7 47003";
	const keptRooms = [{ room: "guest234", name: "Friends", kind: "standing", role: "guest" }] as const;
	const screen = openApp(new FakeEngine({ keptRooms, recentRooms: [{ target, lastJoinedAt: 0, isKept: true }] }));
	await screen.shows("Friends (stays)");
	assert.ok(!(await screen.text()).includes("Rooms you were in"));
	screen.close();
});
