// Files through whole programs, as they are built: host to guest, guest to host to guest, one to three, with a chat beside them, against a bare TLS copy and magic-wormhole in the same run; memory while gigabytes pass; and over long and slow lines.
import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ownPort } from "../test/support/net/own-port.ts";
import { copyByTls } from "./bare-tls.ts";
import { bundled } from "./bundled.ts";
import { overLines } from "./files-lines.ts";
import { Person } from "./files-person.ts";
import { type Figure, percentile, report, timed } from "./report.ts";

const { RT_BENCH_MB: chosenSize = "512", RT_BENCH_GB: chosenGigabytes = "4", RT_BENCH_DIR: chosenPlace } = process.env;
/** Said in thousands, as the wires are sold. `RT_BENCH_MB` for another size. */
const megabytes = Number(chosenSize);
/** Where there is enough memory for it the disk is left out. */
const place = chosenPlace ?? (spawnSync("test", ["-w", "/dev/shm"]).status === 0 ? "/dev/shm" : tmpdir());
/** So much passes in all while memory is measured, in files of the size above: what is kept of one would grow with their number. */
const rounds = Math.max(1, Math.round((Number(chosenGigabytes) * 1000) / megabytes));
/** The most by which memory may grow meanwhile. */
const mostMoreMb = 64;
const program = await bundled(new URL("./files-program.ts", import.meta.url));
const password = "correct horse battery";
const chatEveryMs = 20;

const folder = mkdtempSync(join(place, "rt-bench-files-"));
const file = join(folder, "file.bin");

function makeFile(): void {
	const handle = openSync(file, "w");
	for (let mb = 0; mb < megabytes; mb += 1) writeSync(handle, randomBytes(1_000_000));
	closeSync(handle);
}

const rate = (ms: number): number => megabytes / (ms / 1000);

/** Counts the seconds of a processor that everybody has taken so far. */
const processor = async (): Promise<number> =>
	(await Promise.all(people.map((one) => one.ask<number>({ kind: "processor" })))).reduce((sum, one) => sum + one);

/** A file from one to several, and what the chat of another guest felt meanwhile, if there is one. */
async function pass(sender: Person, takers: readonly Person[], chatter?: Person) {
	const begun = performance.now();
	const id = await sender.ask<string>({ kind: "send", path: file });
	const readMs = performance.now() - begun;
	const processorBefore = await processor();
	let passedMs = 0;
	const take = async (): Promise<void> => {
		passedMs = await timed(() =>
			Promise.all(
				takers.map((taker, index) => {
					const to = join(folder, `to-${index}`);
					mkdirSync(to, { recursive: true });
					return taker.ask({ kind: "take", id, to });
				}),
			),
		);
	};
	const chat = chatter === undefined ? [] : await chatter.chatDuring(chatEveryMs, take);
	if (chatter === undefined) await take();
	const processorS = (await processor()) - processorBefore;
	return { readMs, passedMs, processorS, chat };
}

/** Returns by how much the memory of both grows while gigabytes pass, at the most, in MB. */
async function memoryMore(sender: Person, taker: Person): Promise<{ readonly sender: number; readonly taker: number }> {
	const both = [sender, taker];
	// The first answer is the most of what was before; the next the most from then on.
	for (const one of both) await one.ask({ kind: "memory" });
	const before = await Promise.all(both.map((one) => one.ask<number>({ kind: "memory" })));
	for (let round = 0; round < rounds; round += 1) await pass(sender, [taker]);
	const most = await Promise.all(both.map((one) => one.ask<number>({ kind: "memory" })));
	const [ofSender = 0, ofTaker = 0] = most.map((bytes, index) => (bytes - (before[index] ?? 0)) / 1e6);
	return { sender: ofSender, taker: ofTaker };
}

/** magic-wormhole of Debian with its own mailbox server on loopback: from the command to the file. */
async function wormhole(): Promise<number | undefined> {
	if (spawnSync("wormhole", ["--version"]).status !== 0) return undefined;
	const port = await ownPort();
	const mailbox = spawn(
		"twist3",
		["wormhole-mailbox", "--port", `tcp:${port}:interface=127.0.0.1`, "--channel-db", ":memory:"],
		{ stdio: "ignore", cwd: folder },
	);
	try {
		await sleep(3_000);
		const relay = ["--relay-url", `ws://127.0.0.1:${port}/v1`, "--transit-helper", ""];
		const code = `${100 + Math.floor(Math.random() * 800)}-bench-file`;
		const to = join(folder, "wormhole");
		mkdirSync(to, { recursive: true });
		const ms = await timed(async () => {
			const sending = spawn("wormhole", [...relay, "send", "--hide-progress", "--code", code, file], {
				stdio: "ignore",
			});
			const taking = spawn("wormhole", [...relay, "receive", "--hide-progress", "--accept-file", code], {
				stdio: "ignore",
				cwd: to,
			});
			const [ended] = await once(taking, "exit");
			if (ended !== 0) throw new Error("wormhole did not work");
			sending.kill();
		});
		rmSync(to, { recursive: true });
		return ms;
	} catch (error) {
		console.log(`magic-wormhole: ${String(error)}`);
		return undefined;
	} finally {
		mailbox.kill();
	}
}

makeFile();
const processorBefore = process.cpuUsage();
const bare = await copyByTls(file, join(folder, "bare.bin"));
const { user, system } = process.cpuUsage(processorBefore);
const bareProcessorS = (user + system) / 1e6;
rmSync(join(folder, "bare.bin"));
const people = await Promise.all(
	["host", "a", "b", "c", "chat"].map((name) => Person.begin(program, join(folder, name))),
);
const [host, a, b, c, chatter] = people as [Person, Person, Person, Person, Person];
const port = await host.ask<number>({ kind: "host", bind: "127.0.0.1", password });
for (const guest of [a, b, c, chatter]) await guest.ask({ kind: "join", address: "127.0.0.1", port, password });
const more = await memoryMore(host, a);
const chatAlone = await chatter.chatDuring(chatEveryMs, () => sleep(3_000));
const quietly = await pass(host, [a]);
const quietlyOn = await pass(a, [b]);
const fromHost = await pass(host, [a], chatter);
const fromGuest = await pass(a, [b], chatter);
const toThree = await pass(host, [a, b, c], chatter);
for (const one of [...people].reverse()) await one.close();
const hole = await wormhole();
rmSync(folder, { recursive: true, force: true });

const against = (name: string, ms: number): readonly Figure[] => [
	{ name, value: rate(ms), unit: "MB/s", peer: "a bare TLS copy", peerValue: rate(bare) },
	...(hole === undefined
		? []
		: [
				{
					name: "",
					value: rate(ms),
					unit: "MB/s",
					peer: "magic-wormhole, whole command",
					peerValue: rate(hole),
				} as const,
			]),
];
const beside = (name: string, chat: readonly number[]): Figure => ({
	name,
	value: percentile(chat, 0.99),
	unit: "ms",
	peer: "the same with no file",
	peerValue: percentile(chatAlone, 0.99),
});
report(`A file of ${megabytes} MB on loopback`, [
	...against("host to guest, from accepting, no line beside", quietly.passedMs),
	...against("host to guest, with reading before the offer", quietly.passedMs + quietly.readMs),
	...against("guest to host to guest, no line beside", quietlyOn.passedMs),
	...against("host to guest, with a talk beside", fromHost.passedMs),
	...against("guest to host to guest, with a talk beside", fromGuest.passedMs),
	{
		name: "host to three, in all",
		value: 3 * rate(toThree.passedMs),
		unit: "MB/s",
		peer: "host to one",
		peerValue: rate(fromHost.passedMs),
	},
	{
		name: "processor time for a MB, host to guest, with no line beside",
		value: (1000 * quietly.processorS) / megabytes,
		unit: "ms",
		peer: "a bare TLS copy",
		peerValue: (1000 * bareProcessorS) / megabytes,
	},
	beside("a line there and back meanwhile, p99: host to guest", fromHost.chat),
	beside("guest to host to guest", fromGuest.chat),
	beside("host to three", toThree.chat),
	...(["sender", "taker"] as const).map(
		(whose): Figure => ({
			name: `more memory while ${(rounds * megabytes) / 1000} GB pass: ${whose === "sender" ? "host" : "guest"}`,
			value: more[whose],
			unit: "MB",
			peer: "limit",
			peerValue: mostMoreMb,
		}),
	),
]);
const lines = await overLines(program);
if (lines.length > 0) report("Files over a line of 20 ms there and back, and over one of 1 MB/s", lines);
