// The whole story in real terminals: one person opens a room, others join by the line on the screen, they talk, and it ends in words.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { openRt, type RtTerminal, runRt, wholeStretching } from "../support/program/rt.ts";
import { keys } from "../support/terminal/terminal.ts";
import { afterwards, assertTerminalRestored } from "../support/terminal/terminal-state.ts";

/** Latin, Cyrillic, Japanese; emoji of one and of several code points. */
const hostLines = ["Good morning 👋", "Как дела?", "Вторая строка 🚀", "日本語もできます", "👍🏽 and 👩‍👩‍👧 too"];
const guestLines = ["Hello!", "Хорошо, спасибо 😀", "三行目です", "Ελληνικά και 🇬🇷", "last one ❤️"];

interface Room {
	readonly host: RtTerminal;
	readonly password: string;
	/** What the host's screen tells friends to type behind ./rt. */
	readonly address: string;
	readonly port: string;
}

/** Opens a room as a new person does: a name, then Enter for the offered password. */
async function openRoom(t: TestContext): Promise<Room> {
	const host = openRt(t, [], { rows: 40, script: afterwards, env: wholeStretching });
	await host.waitFor("What should others call you?");
	host.type(`Hana${keys.enter}`);
	await host.waitFor("Please enter a password that will be required to join this chat");
	const password = /› (\w+-\w+-\w+-\w+)/.exec(host.text())?.[1];
	assert.ok(password, "a password is offered");
	host.type(keys.enter);
	await host.waitFor("Server has been started.");
	await host.waitFor(`The password is: ${password}`);
	const [, address, port] = /\.\/rt ([\d.]+) (\d+)/.exec(host.text()) ?? [];
	assert.ok(address && port, `a line to join by is on the screen:\n${host.screen().join("\n")}`);
	host.type(keys.enter);
	await host.waitFor("only you here");
	return { host, password, address, port };
}

/** A new person runs the line the host told them. Stops where the password is asked for. */
async function arrive(t: TestContext, { address, port }: Room, name: string): Promise<RtTerminal> {
	const guest = openRt(t, [address, port], { script: afterwards, env: wholeStretching });
	await guest.waitFor("What should others call you?");
	guest.type(`${keys.ctrlU}${name}${keys.enter}`);
	await guest.waitFor("Please enter the password of this room");
	return guest;
}

/** What `rt key show` says in another window, in groups of four as the screens show it. */
async function fingerprintOf(t: TestContext, { home }: RtTerminal): Promise<string> {
	const { output } = await runRt(t, ["key", "show"], { home });
	const digits = /Fingerprint: ([0-9A-F ]+)/.exec(output)?.[1];
	assert.ok(digits, output);
	return digits;
}

async function say(from: RtTerminal, lines: readonly string[], name: string, to: readonly RtTerminal[]): Promise<void> {
	for (const line of lines) {
		from.type(`${line}${keys.enter}`);
		for (const one of to) await one.waitFor(`${name} ◌ ${line}`);
		const isPlaced = () => from.text().includes(`${name} › ${line}`) && !from.text().includes(`${line} …`);
		await from.waitFor(isPlaced, `${line}, sent`);
	}
}

/** The host and a first guest, after one wrong password. */
async function twoPeople(t: TestContext): Promise<Room & { readonly guest: RtTerminal }> {
	const room = await openRoom(t);
	const { host, password } = room;
	const guest = await arrive(t, room, "Gabi");
	guest.type(`not the password${keys.enter}`);
	await guest.waitFor("That was not the password. 2 tries left.");
	await host.waitFor(/Wrong password from [\d.]+ \([^)]+\), 1 of 6/);
	guest.type(`${password}${keys.enter}`);
	await guest.waitFor("2 people · connected");
	await guest.waitFor("you joined here; what was said before is not shown");
	assert.ok(!guest.raw().includes(password), "the password is masked");
	return { ...room, guest };
}

async function talkThroughResizes({ host, guest }: { host: RtTerminal; guest: RtTerminal }): Promise<void> {
	await say(host, hostLines.slice(0, 3), "Hana", [guest]);
	guest.resize(50, 16);
	await guest.waitFor(
		(rows) => rows[15]?.startsWith(" Enter send") === true && rows[13]?.length === 50,
		"a small frame",
	);
	await say(guest, guestLines.slice(0, 3), "Gabi", [host]);
	guest.resize(110, 30);
	await guest.waitFor("│ People");
	await say(host, hostLines.slice(3), "Hana", [guest]);
	await say(guest, guestLines.slice(3), "Gabi", [host]);
	for (const screen of [host.text(), guest.text()]) {
		for (const line of [...hostLines, ...guestLines])
			assert.equal(screen.split(line).length, 2, `"${line}" is there once`);
	}
	assert.equal(guest.cursor().y, 28, "the cursor stands in the message box");
}

type ThreePeople = Room & { readonly guest: RtTerminal; readonly third: RtTerminal };

/** Somebody comes late, sees nothing of before, and is seen by both. */
async function comeLate(t: TestContext, room: Room & { readonly guest: RtTerminal }): Promise<RtTerminal> {
	const { host, guest, password } = room;
	const third = await arrive(t, room, "Théo");
	third.type(`${password}${keys.enter}`);
	await third.waitFor("3 people · connected");
	for (const one of [host, guest]) await one.waitFor('"Théo" joined · first time: never met before');
	await say(host, ["Welcome, Théo"], "Hana", [guest, third]);
	await say(third, ["Bonjour à tous"], "Théo", [host, guest]);
	for (const line of [...hostLines, ...guestLines]) assert.ok(!third.raw().includes(line), "nothing of before is seen");
	return third;
}

/** /who lists everybody with trust, and with the whole fingerprint behind a key. */
async function lookWhoIsHere(t: TestContext, { host, guest, third }: ThreePeople): Promise<void> {
	third.type(`/who${keys.enter}`);
	await third.waitFor("People (3)");
	assert.doesNotMatch(third.text(), /[0-9A-F]{4} [0-9A-F]{4} [0-9A-F]{4}/);
	third.type("f");
	// The six words of each key stand before it as soon as they are made.
	for (const [who, one] of [
		["Hana \\(host\\) first time: never met before", host],
		["Gabi first time: never met before", guest],
		["Théo \\(you\\)", third],
	] as const) {
		await third.waitFor(new RegExp(`${who} (?:[a-z]+ ){6}${await fingerprintOf(t, one)}`));
	}
	third.type(keys.escape);
	await third.waitFor("Say something");
}

async function kickThird({ host, guest, third }: ThreePeople): Promise<void> {
	host.type(`/kick théo${keys.enter}`);
	await host.waitFor("Removed.");
	await third.waitFor("The host removed you from the room.");
	for (const one of [host, guest]) await one.waitFor('"Théo" was removed by the host');
	third.type(keys.ctrlC);
	assert.deepEqual(await third.exit, { code: 31, signal: undefined });
	assertTerminalRestored(third, "The host removed you from the room. If that was a mistake, ask them.");
}

/** Ctrl-C as often as the screen asks for it: the room is closed, and the guest is told in words. */
async function closeRoom({ host, guest }: ThreePeople): Promise<void> {
	host.type(keys.ctrlC);
	await host.waitFor("Press Ctrl-C again to close the room for everyone.");
	host.type(keys.ctrlC);
	await guest.waitFor("The host closed the room.");
	await guest.waitFor("Ask them to start it again");
	assert.deepEqual(await host.exit, { code: 0, signal: undefined });
	assertTerminalRestored(host);
	assert.ok(guest.text().includes("Bonjour à tous"), "what was said stays readable");
	guest.type(keys.ctrlC);
	assert.deepEqual(await guest.exit, { code: 30, signal: undefined });
	assertTerminalRestored(guest, "The host closed the room. Ask them to start it again, then join again.");
}

test("Two people find each other, talk, are joined by a third, and all are told when the host closes the room.", async (t) => {
	const room = await twoPeople(t);
	await room.host.waitFor('"Gabi" joined · first time: never met before · from ');
	await talkThroughResizes(room);
	const everybody = { ...room, third: await comeLate(t, room) };
	await lookWhoIsHere(t, everybody);
	await kickThird(everybody);
	await closeRoom(everybody);
});
