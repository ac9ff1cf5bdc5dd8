// How much memory a host and a guest hold who sit in a room and say nothing, each in a terminal: beside the same Node doing nothing.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { cleanEnvironment, root, rtPath } from "../test/support/program/rt.ts";
import { openPty, type Pty } from "../test/support/terminal/pty.ts";
import { keys } from "../test/support/terminal/terminal.ts";
import { report } from "./report.ts";

/** Until what was needed to come in has been let go: a thread at rest collects it after five to ten seconds, and a busy computer takes longer. */
const settleMs = 25_000;
/** The goal. */
const goalMb = 90;

const folder = mkdtempSync(join(tmpdir(), "rt-bench-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
const passwordFile = join(folder, "password");
writeFileSync(passwordFile, "pioneer-earn-chest-kingdom\n", { mode: 0o600 });

/** What Linux says of a process, in MB: all that it has in memory, and what no other process shares with it. */
function memoryOf(pid: number): { readonly resident: number; readonly own: number } {
	const text = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
	const kB = (name: string) => Number(new RegExp(`^${name}:\\s*(\\d+)`, "m").exec(text)?.[1]);
	return { resident: kB("Rss") / 1000, own: (kB("Private_Clean") + kB("Private_Dirty")) / 1000 };
}

/** Starts rt in a terminal for somebody new. */
async function person(name: string, ...args: readonly string[]): Promise<Pty> {
	const home = join(folder, name);
	const all = [...args, "--name", name, "--password-file", passwordFile, "--home", home];
	const terminal = openPty({ command: rtPath, args: all, env: cleanEnvironment(home), cwd: root });
	await terminal.waitFor("What should others call you?");
	terminal.type(keys.enter);
	return terminal;
}

const idle = openPty({
	command: process.execPath,
	args: ["-e", "console.log('ready');setInterval(()=>{},1e6)"],
	env: cleanEnvironment(folder),
	cwd: root,
});
await idle.waitFor("ready");
const host = await person("Ann", "host");
await host.waitFor("Your room is open");
const port = /\.\/rt [\d.]+ (\d+)/.exec(host.text())?.[1] ?? "";
const guest = await person("Bob", "127.0.0.1", port);
await guest.waitFor("2 people");
await wait(settleMs);
const peer = memoryOf(idle.pid);
const figures = Object.entries({ host, guest }).flatMap(([name, { pid }]) => {
	const { resident, own } = memoryOf(pid);
	const against = { unit: "MB", peer: "node doing nothing" } as const;
	return [
		{ name: `${name}, resident`, value: resident, ...against, peerValue: peer.resident },
		{ name: `${name}, resident`, value: resident, unit: "MB", peer: "the goal", peerValue: goalMb } as const,
		{ name: `${name}, its own`, value: own, ...against, peerValue: peer.own },
	];
});
report("Memory of an idle room of two", figures);
for (const terminal of [idle, host, guest]) terminal.close();
process.exit();
