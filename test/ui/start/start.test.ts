// The view in a real terminal: it is given back however it ends, nothing of others stands in the picture, and nobody waits for a terminal that takes nothing.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { exitCodeOf } from "../../../src/ui/words/exit-codes.ts";
import { modesGivenBack } from "../../support/terminal/terminal-state.ts";
import { until } from "../../support/until.ts";
import { openUi, type UiPty } from "./ui-pty.ts";

function assertRestored(program: UiPty): void {
	assert.deepEqual(program.modes(), modesGivenBack);
	for (const [on, off] of [
		["\u001B[?1049h", "\u001B[?1049l"],
		["\u001B[?25l", "\u001B[?25h"],
		["\u001B[?2004h", "\u001B[?2004l"],
		["\u001B[?1000h", "\u001B[?1000l"],
		["\u001B[?7l", "\u001B[?7h"],
		["\u001B[=5u", "\u001B[=0u"],
		["\u001B[>4;1m", "\u001B[>4m"],
	] as const) {
		const raw = program.raw();
		assert.ok(raw.lastIndexOf(off) > raw.lastIndexOf(on), `${JSON.stringify(off)} after the last of its opposite`);
	}
}

test("SIGTERM closes the engine and gives the terminal back.", async (t) => {
	const program = openUi(t, "room");
	await program.waitFor("Say something");
	process.kill(program.pid, "SIGTERM");
	assert.equal((await program.exit).code, 0);
	assertRestored(program);
	assert.equal(program.text().trim(), "");
});

test("A crash gives the terminal back before the error is printed, so that it can be read.", async (t) => {
	const program = openUi(t, "room");
	await program.waitFor("Say something");
	program.type("crash\r");
	assert.notEqual((await program.exit).code, 0);
	assertRestored(program);
	assert.match(program.text(), /made to crash/);
});

test("Leaving after the host closed the room prints why, once, on the normal screen.", async (t) => {
	const program = openUi(t, "room");
	await program.waitFor("Say something");
	program.type("close\r");
	await program.waitFor("Ask them to start it again");
	program.type("\u0003");
	assert.equal((await program.exit).code, exitCodeOf("room_closed"));
	assertRestored(program);
	assert.equal(program.text().trim(), "The host closed the room. Ask them to start it again, then join again.");
});

test("Node's warnings and what others print stand nowhere in the picture, and are said after leaving.", async (t) => {
	const program = openUi(t, "room");
	await program.waitFor("Say something");
	program.type("warn");
	await program.waitFor("› warn");
	program.type("\r");
	await program.waitFor("Say something");
	program.type("afterwards");
	await program.waitFor("afterwards");
	assert.doesNotMatch(program.raw(), /made to warn|made to chat/);
	process.kill(program.pid, "SIGTERM");
	assert.equal((await program.exit).code, 0);
	assertRestored(program);
	assert.match(program.text(), /made to chat .*Warning: made to warn /);
});

test("A terminal that takes nothing holds up neither the room nor the end of the program.", async (t) => {
	const program = openUi(t, "room");
	await program.waitFor("Say something");
	program.freeze();
	// A window that is dragged: each size is a whole picture, far more than any system keeps for a terminal.
	for (let round = 1; round <= 60; round++) {
		program.resize(60 + (round % 40), 20 + (round % 20));
		process.kill(program.pid, "SIGUSR2");
		const beats = () => existsSync(program.pulse) && readFileSync(program.pulse, "utf8").length >= round;
		await until(beats, `the program going on in round ${round}`);
	}
	process.kill(program.pid, "SIGTERM");
	await until(() => !isRunning(program.pid), "the end of the program");
	program.thaw();
	await program.exit;
});

test("Pictures that were written while a terminal took nothing are dropped, and the newest one stands there whole.", async (t) => {
	const program = openUi(t, "room");
	await program.waitFor("Say something");
	program.freeze();
	for (let round = 1; round <= 40; round++) {
		program.resize(60 + round, 20 + (round % 20));
		process.kill(program.pid, "SIGUSR2");
		await until(() => existsSync(program.pulse) && readFileSync(program.pulse, "utf8").length >= round);
	}
	program.resize(80, 24);
	program.type("still here");
	program.thaw();
	await program.waitFor(
		(rows) => rows.at(-2)?.endsWith("› still here") === true && rows.at(0)?.startsWith(" Real Talk") === true,
	);
});

function isRunning(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		return false;
	}
}
