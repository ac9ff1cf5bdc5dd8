// From typing `./rt` to the first frame, from Enter on it to the open room, and the cost of starting at all: beside the same Node doing nothing.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout as wait } from "node:timers/promises";
import { cleanEnvironment, root, rtPath } from "../test/support/program/rt.ts";
import { openPty } from "../test/support/terminal/pty.ts";
import { keys } from "../test/support/terminal/terminal.ts";
import { median, report, timedByTurns } from "./report.ts";

const rounds = 12;
/** What somebody needs at least to read the first screen and type a password, in ms. */
const readingMs = 1_500;

const home = mkdtempSync(join(tmpdir(), "rt-bench-"));
process.on("exit", () => rmSync(home, { recursive: true, force: true }));
const env = cleanEnvironment(home);

/** Runs a program to its end, without a terminal. */
function run(command: string, args: readonly string[]): Promise<void> {
	return new Promise((resolve, reject) => {
		const child = spawn(command, args, { cwd: root, env, stdio: "ignore" });
		child.on("exit", (code) => (code === 0 ? resolve() : reject(new Error(`${command} ${args.join(" ")}: ${code}`))));
	});
}

/** Starts a program in a terminal and ends it when the screen shows `words`. */
async function firstFrame(command: string, args: readonly string[], words: string): Promise<void> {
	const terminal = openPty({ command, args, env, cwd: root });
	await terminal.waitFor(words);
	terminal.close();
}

/** Starts rt in a terminal, and ends it when the first screen has answered a key that was typed as soon as it stood there. */
async function firstKey(): Promise<void> {
	const terminal = openPty({ command: rtPath, args: ["--home", home], env, cwd: root });
	await terminal.waitFor("Start a room");
	terminal.type("x");
	await terminal.waitFor("› x");
	terminal.close();
}

/** How long it takes, in ms, from the Enter that opens a room on the first screen until the screen says that it is open. */
async function roomOpen(): Promise<number> {
	const terminal = openPty({ command: rtPath, args: ["--home", home], env, cwd: root });
	await terminal.waitFor("Start a room");
	await wait(readingMs);
	terminal.type("pioneer-earn-chest-kingdom");
	await terminal.waitFor("chest-kingdom");
	const begun = performance.now();
	terminal.type(keys.enter);
	await terminal.waitFor("Your room is open");
	const tookMs = performance.now() - begun;
	terminal.hangUp();
	await terminal.exit;
	return tookMs;
}

/** The first start makes the identity, and the compiled code is kept when it ends as people end it; from the second on both are there, as in daily life. */
async function firstDay(): Promise<void> {
	const terminal = openPty({ command: rtPath, args: ["--home", home], env, cwd: root });
	await terminal.waitFor("What should others call you?");
	terminal.type(keys.enter);
	await terminal.waitFor("Start a room");
	terminal.hangUp();
	await terminal.exit;
}

await firstDay();
const ms = await timedByTurns(rounds, {
	node: () => run(process.execPath, ["-e", "0"]),
	version: () => run(rtPath, ["--version"]),
	nodeInPty: () => firstFrame(process.execPath, ["-e", "console.log('ready');setInterval(()=>{},1e6)"], "ready"),
	frame: () => firstFrame(rtPath, ["--home", home], "Start a room"),
	key: firstKey,
});
const opened: number[] = [];
for (let round = 0; round < rounds; round += 1) opened.push(await roomOpen());
report("Starting", [
	{ name: "./rt --version", value: ms.version, unit: "ms", peer: "node -e 0", peerValue: ms.node },
	{
		name: "./rt to the first frame",
		value: ms.frame,
		unit: "ms",
		peer: "node to its first line, in a pty",
		peerValue: ms.nodeInPty,
	},
	{ name: "./rt to the first frame", value: ms.frame, unit: "ms", peer: "the goal", peerValue: 120 },
	{
		name: "./rt to the answer to the first key",
		value: ms.key,
		unit: "ms",
		peer: "node to its first line, in a pty",
		peerValue: ms.nodeInPty,
	},
	{
		name: "Enter on the first screen to the open room",
		value: median(opened),
		unit: "ms",
		peer: "the goal",
		peerValue: 300,
	},
]);
