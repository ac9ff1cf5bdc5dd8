// The view in a real pty: the terminal is given back however it ends.
import assert from "node:assert/strict";
import { resolve } from "node:path";
import { type TestContext, test } from "node:test";
import { openPty, type Pty } from "../../support/pty.ts";
import { until } from "../../support/until.ts";

const root = resolve(import.meta.dirname, "../../..");

/** Starts the view where `where` says, in a terminal of its own. */
function start(t: TestContext, where: string): Pty {
	const loader = resolve(root, "test/support/tsx-loader.ts");
	const { PATH = "" } = process.env;
	const program = openPty({
		command: process.execPath,
		args: ["--import", loader, resolve(import.meta.dirname, "ui-program.ts"), where],
		cwd: root,
		env: { PATH, CI: "true", NODE_ENV: "production" },
	});
	t.after(program.close);
	return program;
}

const exitCode = async (program: Pty): Promise<number> => (await program.exit).code;

function assertRestored(program: Pty): void {
	const raw = program.raw();
	assert.ok(!program.modes().isAlternateScreen, "the normal screen is back");
	for (const [on, off] of [
		["\u001B[?1049h", "\u001B[?1049l"],
		["\u001B[?25l", "\u001B[?25h"],
		["\u001B[?2004h", "\u001B[?2004l"],
		["\u001B[?1000h", "\u001B[?1000l"],
		["\u001B[?7l", "\u001B[?7h"],
	] as const) {
		assert.ok(
			raw.lastIndexOf(off) > raw.lastIndexOf(on),
			`${JSON.stringify(off)} after the last ${JSON.stringify(on)}`,
		);
	}
}

test("SIGTERM closes the engine and gives the terminal back.", async (t) => {
	const program = start(t, "room");
	await program.waitFor("Say something");
	process.kill(program.pid, "SIGTERM");
	assert.equal(await exitCode(program), 0);
	assertRestored(program);
	assert.match(program.text(), /engine closed/);
});

test("A crash gives the terminal back before the error is printed, so that it can be read.", async (t) => {
	const program = start(t, "room");
	await program.waitFor("Say something");
	program.type("crash\r");
	assert.notEqual(await exitCode(program), 0);
	assertRestored(program);
	assert.match(program.text(), /made to crash/);
});

test("Leaving after the host closed the room prints why, once, on the normal screen.", async (t) => {
	const program = start(t, "room");
	await program.waitFor("Say something");
	program.type("close\r");
	await program.waitFor("Ask them to start it again");
	program.type("\u0003");
	assert.equal(await exitCode(program), 0);
	assertRestored(program);
	assert.equal(
		program.text().trim(),
		"The host closed the room. Ask them to start it again, then join again. engine closed",
	);
});

test("Ctrl-Z gives the terminal away; where nothing can stop the program it goes on, with its draft and the mouse.", async (t) => {
	const program = start(t, "room");
	await program.waitFor("Say something");
	program.type("half a thought");
	await program.waitFor("half a thought");
	const before = program.raw().length;
	program.type("\u001A");
	await program.waitFor("half a thought");
	await until(() => program.raw().slice(before).includes("\u001B[?1000h"), "the mouse is asked for again");
	const paused = program.raw().slice(before);
	assert.ok(paused.indexOf("\u001B[?1049l") < paused.indexOf("Real Talk is paused"));
	assert.ok(paused.indexOf("Real Talk is paused") < paused.indexOf("\u001B[?1049h"));
	await program.waitFor("half a thought");
	process.kill(program.pid, "SIGHUP");
	assert.equal(await exitCode(program), 0);
	assertRestored(program);
});

test("A host who pauses reads that the room is paused for everyone; a guest, that it is the connection.", async (t) => {
	for (const [where, words] of [
		["ownRoom", "your room is paused for everyone"],
		["room", "so is your connection"],
	] as const) {
		const program = start(t, where);
		await program.waitFor("Say something");
		program.type("\u001A");
		await until(() => program.raw().includes(words), words);
		await program.waitFor("Say something");
		process.kill(program.pid, "SIGTERM");
		assert.equal(await exitCode(program), 0);
	}
});
