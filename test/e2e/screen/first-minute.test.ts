// The first minute of new people: by Enter alone, with slips of the hand, with a room that is gone; and what must never leave the program.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ownPort } from "../../support/net/own-port.ts";
import { openRt, type RtTerminal, runRt } from "../../support/program/rt.ts";
import { hostRoom } from "../../support/program/rt-rpc.ts";
import { leaveByCtrlC, terminalSizes } from "../../support/program/two-screens.ts";
import { keys } from "../../support/terminal/terminal.ts";

function assertFits(terminal: RtTerminal, columns: number): void {
	const rows = terminal.screen();
	for (const row of rows) assert.ok(row.length <= columns, row);
	assert.notEqual(rows[0], "", "the title stands in the first row");
	assert.notEqual(rows.at(-1), "", "the keys stand in the last row");
}

for (const [columns, rows] of [
	[80, 24],
	[40, 12],
] as const) {
	test(`At ${columns}×${rows}, Enter alone leads from nothing to a room of one's own.`, async (t) => {
		const host = openRt(t, [], { columns, rows });
		for (const words of ["What should others call you?", "Start a room", "Server has been started.", "only you here"]) {
			await host.waitFor(words);
			assertFits(host, columns);
			if (words !== "only you here") host.type(keys.enter);
		}
		host.type(`Is anybody here?${keys.enter}`);
		await host.waitFor("tester › Is anybody here?");
		host.type(keys.ctrlC);
		await host.waitFor("Press Ctrl-C again");
		host.type(keys.ctrlC);
		assert.equal((await host.exit).code, 0);
	});
}

for (const { columns, rows } of terminalSizes) {
	test(`At ${columns}×${rows}, whoever is alone is told what to do next wherever they look, and one Escape leads back.`, async (t) => {
		const port = await ownPort();
		const host = openRt(t, ["host", "--bind", "127.0.0.1", "--port", String(port)], { columns, rows });
		await host.waitFor("What should others call you?");
		host.type(keys.enter);
		await host.waitFor("Start a room");
		host.type(keys.tab);
		await host.waitFor("Where is the room?");
		host.type(keys.escape);
		await host.waitFor("Start a room");
		host.type(keys.enter);
		await host.waitFor("Server has been started.");
		host.type(keys.escape);
		await host.waitFor("Nobody else is here. F2 shows what to tell friends.");
		for (const [key, words] of [
			["1", "Nobody else is here. F2 shows what to tell friends."],
			["2", "Nobody has tried to come in"],
			["3", "Nobody is blocked. After six wrong passwords"],
		] as const) {
			host.type("\u001BOR");
			await host.waitFor(/\[.*People/);
			host.type(key);
			await host.waitFor(words);
			assertFits(host, columns);
			host.type(keys.escape);
			await host.waitFor("Say something");
		}
		host.type("\u001BOQ");
		await host.waitFor("Server has been started.");
		host.type(keys.escape);
		await host.waitFor("Say something");
		assert.equal(await leaveByCtrlC(host), 0);
	});
}

test("What the host reads aloud is enough for a friend: the line, and the password.", async (t) => {
	const host = openRt(t, ["host", "--bind", "127.0.0.1"], { rows: 40 });
	await host.waitFor("What should others call you?");
	host.type(keys.enter);
	await host.waitFor("Start a room");
	host.type(keys.enter);
	await host.waitFor("Friends need Real Talk on their own computer too.");
	const screen = host.text();
	const password = /The password is: (\S+)/.exec(screen)?.[1];
	const line = /(\.\/rt [\d.]+ \d+)/.exec(screen)?.[1];
	assert.ok(password && line, screen);
	host.type(keys.enter);
	// Typed into the dialog as it was read aloud, the beginning of the line included.
	const guest = openRt(t, []);
	await guest.waitFor("What should others call you?");
	guest.type(`${keys.ctrlU}Gabi${keys.enter}`);
	await guest.waitFor("Start a room");
	guest.type(keys.tab);
	await guest.waitFor("Where is the room?");
	guest.type(`${line}${keys.enter}`);
	await guest.waitFor("Please enter the password of this room");
	guest.type(`${password}${keys.enter}`);
	await guest.waitFor("2 people · connected");
	await host.waitFor('"Gabi" joined');
});

test("An address that cannot be is explained in the field, and can be mended there.", async (t) => {
	const port = await ownPort();
	const guest = openRt(t, []);
	await guest.waitFor("What should others call you?");
	guest.type(keys.enter);
	await guest.waitFor("Start a room");
	guest.type(keys.tab);
	await guest.waitFor("Where is the room?");
	for (const [typed, answer] of [
		["my friend's", "The port must be a number"],
		["192.0.2.999 40213", '"192.0.2.999" is not an IPv4 address'],
		["127.0.0.1", "The port is missing"],
		["127.0.0.1 70000", "The port must be a number from 1 to 65535"],
	] as const) {
		guest.type(`${keys.ctrlU}${typed}${keys.enter}`);
		await guest.waitFor(answer);
		assert.ok(guest.text().includes(typed), "what was typed is still there");
	}
	// The whole line from the host's screen is as good.
	guest.type(`${keys.ctrlU}./rt 127.0.0.1 ${port}${keys.enter}`);
	await guest.waitFor("There is no room open at this address.");
	await guest.waitFor("Check the port, and ask whether the room is open.");
	guest.type(keys.escape);
	await guest.waitFor("Start a room");
});

test("A room that is gone is told as gone, and found again among the recent rooms when it is back.", async (t) => {
	const { host, port, password } = await hostRoom(t);
	const guest = openRt(t, ["127.0.0.1", String(port)]);
	await guest.waitFor("What should others call you?");
	guest.type(keys.enter);
	await guest.waitFor("Please enter the password of this room");
	guest.type(`${password}${keys.enter}`);
	await guest.waitFor("2 people · connected");
	await host.call("quit");
	assert.equal((await host.exit).code, 0);
	await guest.waitFor("The host closed the room.");
	guest.type(keys.enter);
	await guest.waitFor("There is no room open at this address.");
	guest.type(keys.escape);
	await guest.waitFor("Rooms you were in");
	const again = await hostRoom(t, { home: host.home, port, password });
	guest.type(`${keys.down}${keys.enter}`);
	await guest.waitFor("The host is there again and wants the password of the room.");
	guest.type(`${password}${keys.enter}`);
	await guest.waitFor("2 people · connected");
	await again.host.call("quit");
});

const secret = "Sesam-öffne-dich-4711";
const said = "only for your ears 8147";

/** Everything below a folder, as bytes. */
function filesBelow(folder: string): readonly (readonly [path: string, bytes: Buffer])[] {
	return readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name))
		.map((path) => [path, readFileSync(path)] as const);
}

/** The ways text is usually written down. */
function formsOf(text: string): readonly Buffer[] {
	const bytes = Buffer.from(text);
	return [
		bytes,
		Buffer.from(text, "utf16le"),
		Buffer.from(bytes.toString("hex")),
		Buffer.from(bytes.toString("base64")),
	];
}

function assertNotBelow(folder: string, text: string): void {
	const files = filesBelow(folder);
	assert.ok(files.length > 0, "there is a home");
	for (const [path, bytes] of files) {
		for (const form of formsOf(text)) assert.ok(!bytes.includes(form), `"${text}" stands in ${path}`);
	}
}

/** What other programs on the computer can see of a process. */
function assertNotInProcess(pid: number, text: string): void {
	for (const name of ["cmdline", "environ", "comm"]) {
		const shown = readFileSync(`/proc/${pid}/${name}`);
		assert.ok(!shown.includes(text), `"${text}" stands in /proc/${pid}/${name}`);
	}
}

test("The password is in no argument, environment, title or file, and what is said is in no file.", {
	skip: process.platform === "linux" ? false : "needs /proc",
}, async (t) => {
	const host = openRt(t, ["host", "--bind", "127.0.0.1", "--name", "Hana"], { rows: 40 });
	await host.waitFor("What should others call you?");
	host.type(keys.enter);
	await host.waitFor("Start a room");
	host.type(`${secret}${keys.enter}`);
	await host.waitFor(`The password is: ${secret}`);
	const port = /\.\/rt 127\.0\.0\.1 (\d+)/.exec(host.text())?.[1];
	assert.ok(port, host.text());
	host.type(keys.enter);
	const guest = openRt(t, ["127.0.0.1", port, "--name", "Gabi"]);
	await guest.waitFor("What should others call you?");
	guest.type(keys.enter);
	await guest.waitFor("Please enter the password of this room");
	guest.type(`${secret}${keys.enter}`);
	await guest.waitFor("2 people · connected");
	guest.type(`${said}${keys.enter}`);
	await host.waitFor(`Gabi ◌ ${said}`);
	for (const { pid } of [host, guest]) assertNotInProcess(pid, secret);
	assert.ok(!guest.raw().includes(secret), "the guest's screen has never shown it");
	assert.ok(!titlesOf(host).some((title) => title.includes(secret)), "nor the host's title");
	for (const { home } of [host, guest]) for (const text of [secret, said]) assertNotBelow(home, text);
	for (const one of [guest, host]) {
		one.type(keys.ctrlC);
		await one.waitFor("Press Ctrl-C again");
		one.type(keys.ctrlC);
		assert.equal((await one.exit).code, 0);
	}
	for (const { home } of [host, guest]) for (const text of [secret, said]) assertNotBelow(home, text);
});

/** Window titles set so far (OSC 0, 1 and 2). */
function titlesOf(terminal: RtTerminal): readonly string[] {
	return [...terminal.raw().matchAll(/\u001B\][012];([^\u0007\u001B]*)/g)].map(([, title = ""]) => title);
}

test("A password on the command line is refused, because others on the computer can read it.", async (t) => {
	const { code, output, errors } = await runRt(t, ["127.0.0.1", "40213", "--password", secret]);
	assert.equal(code, 2);
	assert.equal(output, "");
	assert.match(errors, /--password is not taken/);
	assert.ok(!errors.includes(secret));
});
