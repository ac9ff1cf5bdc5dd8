// What a background process costs that has kept rooms open and nothing to do: memory, wake-ups and processor time, with none, one and ten rooms.
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as wait } from "node:timers/promises";
import { cleanEnvironment, root, rtPath } from "../test/support/program/rt.ts";
import { until } from "../test/support/until.ts";
import { report } from "./report.ts";

const rooms = 10;
/** Until what was needed to open the rooms has been let go. */
const settleMs = 15_000;
const watchMs = 30_000;
/** The limits. */
const withTenMb = 150;
const eachFurtherMb = 6;
/** Twice a second: what is looked at is looked at once a second, for all rooms together. */
const wakesAMinute = 120;
/** A thousandth of a processor. */
const processorMs = 60;

const home = mkdtempSync(join(tmpdir(), "rt-bench-"));
const args = ["daemon", "--name", "Hanna", "--home", home];
const daemon = spawn(rtPath, args, { cwd: root, env: cleanEnvironment(home), stdio: ["ignore", "pipe", "inherit"] });
process.on("exit", () => {
	daemon.kill("SIGKILL");
	rmSync(home, { recursive: true, force: true });
});
const pid = daemon.pid ?? 0;
await new Promise((resolve) => createInterface({ input: daemon.stdout }).once("line", resolve));

/** Calls a method by the socket; each session begins a room of its own. */
async function call(method: string, params: object): Promise<void> {
	const socket = connect(join(home, "rt.sock"));
	socket.write(`${JSON.stringify({ jsonrpc: "2.0", id: 1, method, params })}\n`);
	await new Promise<void>((resolve, reject) => {
		createInterface({ input: socket }).on("line", (line) => {
			const answer = JSON.parse(line);
			if (answer.error) reject(new Error(line));
			else if (answer.id === 1) resolve();
		});
	});
	socket.destroy();
}

/** Returns what Linux says of the process: memory in MB (shared pages counted in part), how often its threads woke up, and its processor time in s. */
function state() {
	const memory = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
	const mb = (name: string) => Number(new RegExp(`^${name}:\\s*(\\d+)`, "m").exec(memory)?.[1]) / 1000;
	const threads = readdirSync(`/proc/${pid}/task`);
	const wakesOf = (thread: string | number): number =>
		Number(/^voluntary_ctxt_switches:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/task/${thread}/status`, "utf8"))?.[1]);
	const [user, system] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ").slice(11, 13) ?? [];
	return {
		memory: mb("Pss"),
		resident: mb("Rss"),
		threads: threads.length,
		wakes: threads.reduce((sum, thread) => sum + wakesOf(thread), 0),
		mainWakes: wakesOf(pid),
		processor: (Number(user) + Number(system)) / 100,
	};
}

async function measured() {
	await wait(settleMs);
	const before = state();
	await wait(watchMs);
	const after = state();
	const minutes = watchMs / 60_000;
	return {
		memory: after.memory,
		resident: after.resident,
		threads: after.threads,
		wakes: (after.wakes - before.wakes) / minutes,
		mainWakes: (after.mainWakes - before.mainWakes) / minutes,
		processor: (1000 * (after.processor - before.processor)) / minutes,
	};
}

async function openRooms(from: number, to: number): Promise<void> {
	for (let number = from; number < to; number += 1)
		await call("host", {
			password: "four calm green words",
			beside: true,
			bind: "127.0.0.1",
			keep: `friends-${String.fromCharCode(97 + number)}`,
		});
}

const none = await measured();
await openRooms(0, 1);
const one = await measured();
await openRooms(1, rooms);
const ten = await measured();
const mb = (name: string, value: number, peer: string, peerValue: number) =>
	({ name, value, unit: "MB", peer, peerValue }) as const;
report(`An idle background process (threads: ${none.threads}, ${one.threads}, ${ten.threads})`, [
	mb("memory, no room", none.memory, "ten rooms", ten.memory),
	mb("memory, one room", one.memory, "none", none.memory),
	mb("memory, ten rooms", ten.memory, "the limit", withTenMb),
	mb("the same, with all that is shared with other programs", ten.resident, "the limit", withTenMb),
	mb("each further room", (ten.memory - one.memory) / (rooms - 1), "the limit", eachFurtherMb),
	{ name: "wake-ups with no room", value: none.wakes, unit: "a minute", peer: "the limit", peerValue: wakesAMinute },
	{ name: "wake-ups with ten rooms", value: ten.wakes, unit: "a minute", peer: "the limit", peerValue: wakesAMinute },
	{
		name: "of them the program's own thread",
		value: ten.mainWakes,
		unit: "a minute",
		peer: "the limit",
		peerValue: wakesAMinute,
	},
	{ name: "processor a minute, no room", value: none.processor, unit: "ms", peer: "the limit", peerValue: processorMs },
	{
		name: "processor a minute, ten rooms",
		value: ten.processor,
		unit: "ms",
		peer: "the limit",
		peerValue: processorMs,
	},
]);
daemon.kill();
await until(() => daemon.exitCode !== null || daemon.signalCode !== null);
process.exit();
