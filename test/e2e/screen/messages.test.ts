// What becomes of messages between two real programs in real terminals, at the usual size and at the smallest.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { openRt, type RtTerminal } from "../../support/program/rt.ts";
import { temporaryHome } from "../../support/temporary-home.ts";
import { keys } from "../../support/terminal/terminal.ts";
import { afterwards } from "../../support/terminal/terminal-state.ts";

const password = "sesame open wide";
const sizes = [
	{ columns: 80, rows: 24 },
	{ columns: 40, rows: 12 },
] as const;
const altUp = "\u001B[1;3A";
const pageDown = "\u001B[6~";

interface Two {
	readonly host: RtTerminal;
	readonly guest: RtTerminal;
	readonly port: string;
}

async function enter(guest: RtTerminal): Promise<void> {
	// Who comes back keeps the room in sight while the password is asked for.
	await guest.waitFor(/enter the password|wants the password/);
	guest.type(`${password}${keys.enter}`);
	const isIn = (rows: readonly string[]) =>
		rows.some((row) => row.includes("2 people")) && !rows.some((row) => /reconnecting|wants the password/i.test(row));
	await guest.waitFor(isIn, "in the room");
}

// On a small screen the line for friends is further down.
async function portOn(host: RtTerminal): Promise<string> {
	for (let pages = 0; pages < 10; pages++) {
		const port = /\.\/rt 127\.0\.0\.1 (\d+)/.exec(host.text())?.[1];
		if (port !== undefined) return port;
		const before = host.text();
		host.type(pageDown);
		await host.waitFor(() => host.text() !== before, "the next page");
	}
	throw new Error(`no line for friends: ${host.text()}`);
}

/** Opens a room; a person who is new is asked for their name first. */
async function openRoom(t: TestContext, size: (typeof sizes)[number], home: string, port = "0") {
	const file = join(home, "password");
	writeFileSync(file, password, { mode: 0o600 });
	const args = ["host", "--name", "Hana", "--bind", "127.0.0.1", "--port", port, "--password-file", file];
	const host = openRt(t, args, { ...size, home, script: afterwards });
	if (port === "0") {
		await host.waitFor("What should others call you?");
		host.type(keys.enter);
	}
	await host.waitFor("Server has been started.");
	const shown = await portOn(host);
	host.type(keys.enter);
	await host.waitFor("only you here");
	return { host, port: shown };
}

async function twoPeople(t: TestContext, size: (typeof sizes)[number]): Promise<Two> {
	const { host, port } = await openRoom(t, size, temporaryHome(t));
	const guest = openRt(t, ["127.0.0.1", port, "--name", "Gabi"], size);
	await guest.waitFor("What should others call you?");
	guest.type(keys.enter);
	await enter(guest);
	return { host, guest, port };
}

// One after the other: the next press is meant for what the one before has brought up.
async function choose(terminal: RtTerminal, what: string): Promise<void> {
	terminal.type(altUp);
	await terminal.waitFor("▸ ");
	for (let tries = 0; tries < 10 && !terminal.screen().some((row) => row.startsWith(` ▸ ${what}`)); tries++) {
		const before = terminal.text();
		terminal.type(keys.up);
		await terminal.waitFor(() => terminal.text() !== before, "another message chosen");
	}
	await terminal.waitFor((rows) => rows.some((row) => row.startsWith(` ▸ ${what}`)), `${what} chosen`);
}

function assertWhole(terminal: RtTerminal, { columns, rows }: (typeof sizes)[number]): void {
	const screen = terminal.screen();
	assert.ok(screen.length <= rows);
	for (const row of screen) assert.ok(row.length <= columns, row);
}

async function answerAndChange({ host, guest }: Two, size: (typeof sizes)[number]): Promise<void> {
	guest.type(`shall we go?${keys.enter}`);
	await host.waitFor("shall we go?");
	await guest.waitFor("shall we go? ✓ 1/1");
	await choose(host, "Gabi: shall");
	assertWhole(host, size);
	host.type("r");
	await host.waitFor("Replying to Gabi");
	host.type(`yes, at none${keys.enter}`);
	await guest.waitFor("┌ Gabi: shall we go?");
	await guest.waitFor("yes, at none");
	await choose(host, "You: yes");
	host.type("e");
	await host.waitFor("Editing: ");
	host.type(`${keys.backspace.repeat(3)}on${keys.enter}`);
	await host.waitFor((rows) => !rows.join().includes("Editing"));
	await guest.waitFor("yes, at non");
	await guest.waitFor("(edited)");
	assertWhole(guest, size);
}

async function reactAndTakeBack({ host, guest }: Two): Promise<void> {
	await choose(guest, "Hana: yes");
	guest.type("+");
	await guest.waitFor("1 👍");
	guest.type("1");
	await host.waitFor("↳ 👍 1");
	await guest.waitFor("↳ 👍 1 (you)");
	guest.type(`/me waves${keys.enter}`);
	await host.waitFor(/\* Gabi ◌ waves/);
	guest.type(`oops${keys.enter}`);
	await host.waitFor("oops");
	await choose(guest, "You: oops");
	guest.type("d");
	await guest.waitFor("Delete this message");
	guest.type(keys.enter);
	await host.waitFor("(deleted)");
	await host.waitFor(() => !host.text().includes("oops"));
}

async function callTypeAndVanish({ host, guest }: Two): Promise<void> {
	host.type(`come, Gabi${keys.enter}`);
	await guest.waitFor(
		(rows) => rows.some((row) => row.startsWith("@") && row.includes("Hana")),
		"the sign of a mention",
	);
	guest.type("hm");
	await host.waitFor("Gabi is typing…");
	guest.type(keys.ctrlU);
	await host.waitFor(() => !host.text().includes("is typing"));
	host.type(`/disappear 2s${keys.enter}`);
	await guest.waitFor("disappear");
	host.type(`read this${keys.enter}`);
	await guest.waitFor("◷ until");
	for (const one of [host, guest]) await one.waitFor("(disappeared: its time was over)");
	assert.ok(!guest.text().includes("read this"));
	host.type(`/disappear off${keys.enter}`);
}

/** What was said while the host was not there is marked as not sent, and goes out when asked for. */
async function sayAgain(
	t: TestContext,
	{ host: former, guest, port }: Two,
	size: (typeof sizes)[number],
): Promise<void> {
	process.kill(Number(readFileSync(join(former.home, "pid"), "utf8")), "SIGKILL");
	await guest.waitFor(/reconnecting/i);
	guest.type(`anybody there?${keys.enter}`);
	await guest.waitFor("anybody there? …");
	guest.type(`/leave${keys.enter}`);
	await guest.waitFor("Start a room");
	const { host } = await openRoom(t, size, former.home, port);
	guest.type(keys.tab);
	await guest.waitFor("Where is the room?");
	guest.type(`${keys.ctrlU}127.0.0.1 ${port}${keys.enter}`);
	await enter(guest);
	await guest.waitFor("anybody there? ✗ not sent");
	assert.ok(!host.text().includes("anybody there?"));
	guest.type(`/retry${keys.enter}`);
	await host.waitFor("anybody there?");
	await guest.waitFor("anybody there? ✓");
	assert.ok(!guest.text().includes("✗"));
}

for (const size of sizes) {
	test(`Two people answer, change, react, take back, let disappear and send again at ${size.columns}×${size.rows}.`, async (t) => {
		const two = await twoPeople(t, size);
		await answerAndChange(two, size);
		await reactAndTakeBack(two);
		await callTypeAndVanish(two);
		await sayAgain(t, two, size);
	});
}
