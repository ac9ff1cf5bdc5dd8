// The table of actions: its entries hold for every part of the program that reads them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { actionIds, actionOf, actionsByKey, isLocalAction } from "../../../src/ui/actions/actions.ts";
import { slashCommands } from "../../../src/ui/actions/slash-commands.ts";
import { typingNews } from "../../../src/ui/chat/typing.ts";
import { meaningOf } from "../../../src/ui/plain/commands.ts";
import { describedMethods, methodRows } from "../../../src/ui/rpc/method-texts.ts";
import { standardKeymap } from "../../../src/ui/settings/keymap.ts";
import { barOf } from "../../../src/ui/settings/keys.ts";
import { readSettings } from "../../../src/ui/settings/settings.ts";
import { parseLine } from "../../../src/ui/slash/slash.ts";
import { openApp } from "../../support/views/app-screen.tsx";
import { FakeEngine, personNamed, self } from "../../support/views/fake-engine.ts";
import { rpcInRoom } from "../../support/views/rpc-session.ts";

const grace = personNamed("grace");
const asGuest = { phase: { kind: "inRoom", role: "guest" }, people: [self, grace] } as const;

const areDistinct = (words: readonly string[]) => assert.equal(new Set(words).size, words.length, words.join(" "));

test("No two actions have the same command, or the same key with a chosen message.", () => {
	areDistinct(slashCommands.map(({ name }) => name));
	areDistinct(actionIds().flatMap((id) => actionOf(id).chosen?.keys ?? []));
});

test("The order of the keys has the same actions as the order of the commands.", () => {
	assert.deepEqual(actionIds(actionsByKey).toSorted(), actionIds().toSorted());
});

test("Every action can be reached: by a key, by a command or with a chosen message.", () => {
	for (const id of actionIds()) {
		const { keys, slash, chosen } = actionOf(id);
		assert.ok(keys !== undefined || slash !== undefined || chosen !== undefined, id);
	}
});

test("A command without a reader of its own is left to the view, under the name of its action.", () => {
	for (const { action, name } of slashCommands.filter(({ read }) => read === "view")) {
		assert.ok(isLocalAction(action), name);
		assert.deepEqual(parseLine(`/${name}`), { kind: "local", action });
	}
});

test("Line mode says of each action that only the full screen can do that it is for the full screen.", () => {
	const engine = new FakeEngine(asGuest);
	for (const { action, name } of slashCommands) {
		const { screenOnly } = actionOf(action);
		if (screenOnly === undefined) continue;
		const line = [`/${name}`, `/${name} on`, `/${name} dark`, `/${name} today`, `/${name} messages bell`].find(
			(one) => parseLine(one).kind !== "wrong",
		);
		assert.deepEqual(meaningOf(line ?? "", engine, 0), { kind: "tell", lines: [screenOnly] }, name);
	}
});

test("The status bar offers a guest nothing that only a host can do, and names the panel where there is one.", () => {
	const words = (isHost: boolean, hasPanel: boolean) =>
		barOf("chat", [], standardKeymap, { isHost, hasPanel }).map((item) => item.words);
	assert.deepEqual(words(false, false), ["send", "commands", "help", "people", "scroll", "leave"]);
	assert.deepEqual(words(true, true), ["send", "commands", "help", "admin", "invite", "scroll", "leave"]);
});

test("A guest's own key for what only a host can do belongs to the message box.", async () => {
	const read = readSettings('[keys]\ninvite = "Ctrl-W"');
	assert.ok(read.kind === "settings");
	const screen = openApp(new FakeEngine(asGuest), { settings: read.settings });
	await screen.shows("Say something");
	await screen.type("one two");
	await screen.shows("› one two");
	await screen.type("\u0017three");
	await screen.shows("› one three");
	screen.close();
});

test("The methods that actions name are described with the words of the action, and every described method is there.", async () => {
	for (const { action, name, who } of slashCommands) {
		const { method } = actionOf(action);
		if (method === undefined) continue;
		assert.ok(describedMethods.includes(method), method);
		const row = methodRows.find((one) => one.startsWith(`  ${method} `)) ?? "";
		if (row.includes(`; as /${name}`)) assert.equal(row.includes("(host)"), who === "host", row);
	}
	assert.ok(methodRows.some((row) => /^ {2}kick .*remove someone \(host\); as \/kick$/.test(row)));
	const { call, exit } = await rpcInRoom();
	assert.equal((await call("nonsense")).error?.data.code, "method_not_found");
	for (const method of describedMethods.filter((name) => name !== "quit")) {
		assert.notEqual((await call(method)).error?.data.code, "method_not_found", method);
	}
	await call("quit");
	await exit;
});

test("/shrug says what follows with a shrug behind it, shows typing, and works in line mode too.", async () => {
	const shrug = "¯\\_(ツ)_/¯";
	assert.deepEqual(parseLine("/shrug"), { kind: "command", command: { kind: "send", text: shrug } });
	const send = { kind: "send", text: `no idea ${shrug}` };
	assert.deepEqual(parseLine("/shrug no idea"), { kind: "command", command: send });
	const engine = new FakeEngine({ ...asGuest, talk: { typing: [], isTellingTyping: true } });
	assert.deepEqual(meaningOf("/shrug no idea", engine, 0), { kind: "perform", commands: [send] });
	const screen = openApp(engine);
	await screen.shows("Say something");
	await screen.type("/shrug no idea");
	await screen.eventually(() => assert.deepEqual(engine.commands.at(-1), { kind: "typing", isTyping: true }));
	await screen.type("\r");
	await screen.eventually(() => assert.deepEqual(engine.commands.at(-1), send));
	screen.close();
});

test("Whatever command says something shows typing, and no other does.", () => {
	for (const draft of ["/me wav", "/ME wav", "/shrug", "/reply grace he", "//not a command"]) {
		assert.equal(typingNews("", draft), true, draft);
	}
	for (const draft of ["/kick gr", "/me", "/name Ada", "/search he", "/nonsense he", "/"]) {
		assert.equal(typingNews("", draft), undefined, draft);
	}
});
