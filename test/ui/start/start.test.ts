// The view in a real pty: the terminal is given back however it ends.
import assert from "node:assert/strict";
import { resolve } from "node:path";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import pty from "@lydell/node-pty";
import xterm from "@xterm/headless";

const root = resolve(import.meta.dirname, "../../..");

interface Program {
	readonly pid: number;
	write(keys: string): void;
	/** Waits until the text is on screen, or fails after ten seconds. */
	shows(text: string): Promise<void>;
	text(): string;
	/** The exit code; fails when the program still runs after ten seconds. */
	end(): Promise<number>;
	raw(): string;
	isAlternate(): boolean;
}

function start(where: string): Program {
	const term = new xterm.Terminal({ cols: 80, rows: 24, allowProposedApi: true });
	const loader = resolve(root, "test/support/tsx-loader.ts");
	const child = pty.spawn(process.execPath, ["--import", loader, resolve(root, "test/ui/start/ui-program.ts"), where], {
		name: "xterm-256color",
		cols: 80,
		rows: 24,
		cwd: root,
		env: { ...process.env, CI: "true", NODE_ENV: "production" },
	});
	let raw = "";
	child.onData((data) => {
		raw += data;
		term.write(data);
	});
	const ended = new Promise<number>((done) => child.onExit(({ exitCode }) => term.write("", () => done(exitCode))));
	const text = () =>
		Array.from({ length: 24 }, (_, y) =>
			term.buffer.active.getLine(term.buffer.active.baseY + y)?.translateToString(true),
		).join("\n");
	const shows = async (wanted: string) => {
		for (const begun = Date.now(); Date.now() - begun < 10_000; ) {
			if (text().includes(wanted)) return;
			await setTimeout(20);
		}
		throw new Error(`"${wanted}" is not on screen:\n${text()}`);
	};
	return {
		pid: child.pid,
		write: (keys) => child.write(keys),
		shows,
		text,
		async end() {
			const code = await Promise.race([ended, setTimeout(10_000, undefined, { ref: false })]);
			if (code !== undefined) return code;
			child.kill("SIGKILL");
			throw new Error(`still running:\n${text()}`);
		},
		raw: () => raw,
		isAlternate: () => term.buffer.active.type === "alternate",
	};
}

function assertRestored(program: Program): void {
	const raw = program.raw();
	assert.ok(!program.isAlternate(), "the normal screen is back");
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

test("SIGTERM closes the engine and gives the terminal back.", async () => {
	const program = start("room");
	await program.shows("Say something");
	process.kill(program.pid, "SIGTERM");
	assert.equal(await program.end(), 0);
	assertRestored(program);
	assert.match(program.text(), /engine closed/);
});

test("A crash gives the terminal back before the error is printed, so that it can be read.", async () => {
	const program = start("room");
	await program.shows("Say something");
	program.write("crash\r");
	assert.notEqual(await program.end(), 0);
	assertRestored(program);
	assert.match(program.text(), /made to crash/);
});

test("Leaving after the host closed the room prints why, once, on the normal screen.", async () => {
	const program = start("room");
	await program.shows("Say something");
	program.write("close\r");
	await program.shows("Ask them to start it again");
	program.write("\u0003");
	assert.equal(await program.end(), 0);
	assertRestored(program);
	assert.equal(
		program.text().trim(),
		"The host closed the room. Ask them to start it again, then join again.\nengine closed",
	);
});

test("Ctrl-Z gives the terminal away; where nothing can stop the program it goes on, with its draft and the mouse.", async () => {
	const program = start("room");
	await program.shows("Say something");
	program.write("half a thought");
	await program.shows("half a thought");
	const before = program.raw().length;
	program.write("\u001A");
	await program.shows("half a thought");
	for (
		const begun = Date.now();
		Date.now() - begun < 5_000 && !program.raw().slice(before).includes("\u001B[?1000h");
	) {
		await setTimeout(20);
	}
	const paused = program.raw().slice(before);
	assert.ok(paused.indexOf("\u001B[?1049l") < paused.indexOf("Real Talk is paused"));
	assert.ok(paused.indexOf("Real Talk is paused") < paused.indexOf("\u001B[?1049h"));
	await program.shows("half a thought");
	process.kill(program.pid, "SIGHUP");
	assert.equal(await program.end(), 0);
	assertRestored(program);
});

test("A host who pauses reads that the room is paused for everyone; a guest, that it is the connection.", async () => {
	for (const [where, words] of [
		["ownRoom", "your room is paused for everyone"],
		["room", "so is your connection"],
	] as const) {
		const program = start(where);
		await program.shows("Say something");
		program.write("\u001A");
		for (const begun = Date.now(); Date.now() - begun < 5_000 && !program.raw().includes(words); ) await setTimeout(20);
		assert.ok(program.raw().includes(words), words);
		await program.shows("Say something");
		process.kill(program.pid, "SIGTERM");
		assert.equal(await program.end(), 0);
	}
});
