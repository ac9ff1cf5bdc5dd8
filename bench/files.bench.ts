// Files through whole programs on loopback: host to guest, guest to host to guest, one to three, with a chat beside them; against a bare TLS copy and magic-wormhole in the same run.
import { type ChildProcess, fork, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ownPort } from "../test/support/net/own-port.ts";
import { copyByTls } from "./bare-tls.ts";
import type { FilesWish } from "./files-program.ts";
import { type Figure, percentile, report, timed } from "./report.ts";

const { RT_BENCH_MB: chosenSize = "512", RT_BENCH_DIR: chosenPlace } = process.env;
/** Said in thousands, as the wires are sold. `RT_BENCH_MB` for another size. */
const megabytes = Number(chosenSize);
/** Where there is enough memory for it the disk is left out. */
const place = chosenPlace ?? (spawnSync("test", ["-w", "/dev/shm"]).status === 0 ? "/dev/shm" : tmpdir());
const program = fileURLToPath(new URL("./files-program.ts", import.meta.url));
const password = "correct horse battery";
const chatEveryMs = 20;

/** One engine in a process of its own. */
class Person {
	readonly #child: ChildProcess;
	readonly #answers = new Map<number, (answer: { readonly value?: unknown; readonly error?: string }) => void>();
	#number = 0;

	constructor(home: string) {
		this.#child = fork(program, [home], { execArgv: process.execArgv });
		this.#child.on(
			"message",
			(answer: { readonly number: number; readonly value?: unknown; readonly error?: string }) =>
				this.#answers.get(answer.number)?.(answer),
		);
	}

	async ready(): Promise<this> {
		await once(this.#child, "message");
		return this;
	}

	ask<Value>(wish: FilesWish): Promise<Value> {
		const number = ++this.#number;
		const { promise, resolve, reject } = Promise.withResolvers<Value>();
		this.#answers.set(number, ({ value, error }) =>
			error === undefined ? resolve(value as Value) : reject(new Error(error)),
		);
		this.#child.send({ number, wish });
		return promise;
	}

	async close(): Promise<void> {
		const gone = once(this.#child, "exit");
		void this.ask({ kind: "close" }).catch(() => undefined);
		await gone;
	}
}

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
	for (const one of [sender, ...takers]) await one.ask({ kind: "memory" });
	const processorBefore = await processor();
	const chatting = chatter?.ask<number[]>({ kind: "chat", everyMs: chatEveryMs, until: "stopped" });
	const passedMs = await timed(() =>
		Promise.all(
			takers.map((taker, index) => {
				const to = join(folder, `to-${index}`);
				mkdirSync(to, { recursive: true });
				return taker.ask({ kind: "take", id, to });
			}),
		),
	);
	await chatter?.ask({ kind: "stopChat" });
	const chat = (await chatting) ?? [];
	const processorS = (await processor()) - processorBefore;
	const memory = await Promise.all([sender, ...takers].map((one) => one.ask<number>({ kind: "memory" })));
	return { readMs, passedMs, processorS, chat, memory: Math.max(...memory) / 1e6 };
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
		await new Promise((resolve) => setTimeout(resolve, 3_000));
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
const people = await Promise.all(["host", "a", "b", "c", "chat"].map((name) => new Person(join(folder, name)).ready()));
const [host, a, b, c, chatter] = people as [Person, Person, Person, Person, Person];
const port = await host.ask<number>({ kind: "host", password });
for (const guest of [a, b, c, chatter]) await guest.ask({ kind: "join", port, password });
const quiet = chatter.ask<number[]>({ kind: "chat", everyMs: chatEveryMs, until: "stopped" });
await new Promise((resolve) => setTimeout(resolve, 3_000));
await chatter.ask({ kind: "stopChat" });
const chatAlone = await quiet;
const quietly = await pass(host, [a]);
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
	...against("host to guest, from accepting", fromHost.passedMs),
	...against("host to guest, with reading before the offer", fromHost.passedMs + fromHost.readMs),
	...against("guest to host to guest", fromGuest.passedMs),
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
	{
		name: "most memory, sender or receiver",
		value: Math.max(fromHost.memory, fromGuest.memory, toThree.memory),
		unit: "MB",
		peer: "the file",
		peerValue: megabytes,
	},
]);
