// Files through whole programs, as they are built: host to guest, guest to host to guest, one to three, with a chat beside them, against bare TLS copies and magic-wormhole that go the same ways in the same run; memory while gigabytes pass; and over long and slow lines.
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { copyByTls } from "./bare-tls.ts";
import { bundled } from "./bundled.ts";
import { overLines } from "./files-lines.ts";
import { Person } from "./files-person.ts";
import { type Figure, percentile, report, timed } from "./report.ts";
import { byWormhole } from "./wormhole.ts";

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

/** What opening a room takes for a moment has gone after this time, in ms: else what files take would seem less. */
const settleMs = 5_000;

/** Returns by how much the memory of each grows while gigabytes pass from the sender to the taker, at the most, in MB. */
async function memoryMore(each: readonly Person[], sender: Person, taker: Person): Promise<readonly number[]> {
	// The first answer is the most of what was before; the next the most from then on.
	for (const one of each) await one.ask({ kind: "memory" });
	const before = await Promise.all(each.map((one) => one.ask<number>({ kind: "memory" })));
	for (let round = 0; round < rounds; round += 1) await pass(sender, [taker]);
	const most = await Promise.all(each.map((one) => one.ask<number>({ kind: "memory" })));
	return most.map((bytes, index) => (bytes - (before[index] ?? 0)) / 1e6);
}

/** What is measured of one of the peers: how long it took, and the seconds of a processor that it took. */
interface Peer {
	readonly ms: number;
	readonly processorS: number;
}

/** Copies the file by TLS and nothing else. */
async function bareCopy(takers: number, isThrough = false): Promise<Peer> {
	const to = Array.from({ length: takers }, (_, index) => join(folder, `bare-${index}.bin`));
	const before = process.cpuUsage();
	const ms = await copyByTls(file, to, isThrough);
	const { user, system } = process.cpuUsage(before);
	for (const one of to) rmSync(one);
	return { ms, processorS: (user + system) / 1e6 };
}

makeFile();
const bare = await bareCopy(1);
const bareThrough = await bareCopy(1, true);
const bareToThree = await bareCopy(3);
const people = await Promise.all(
	["host", "a", "b", "c", "chat"].map((name) => Person.begin(program, join(folder, name))),
);
const [host, a, b, c, chatter] = people as [Person, Person, Person, Person, Person];
const port = await host.ask<number>({ kind: "host", bind: "127.0.0.1", password });
for (const guest of [a, b, c, chatter]) await guest.ask({ kind: "join", address: "127.0.0.1", port, password });
const chatAlone = await chatter.chatDuring(chatEveryMs, () => sleep(settleMs));
const [hostGives = 0, guestTakes = 0] = await memoryMore([host, a], host, a);
const [hostPassesOn = 0] = await memoryMore([host], a, b);
const quietly = await pass(host, [a]);
const quietlyOn = await pass(a, [b]);
const fromHost = await pass(host, [a], chatter);
const fromGuest = await pass(a, [b], chatter);
const toThree = await pass(host, [a, b, c], chatter);
for (const one of [...people].reverse()) await one.close();
const hole = await byWormhole(file, folder, false);
const holeThrough = await byWormhole(file, folder, true);
rmSync(folder, { recursive: true, force: true });

const direct = [
	{ peer: "a bare TLS copy", ms: bare.ms },
	{ peer: "magic-wormhole, whole command", ms: hole },
];
/** Peers whose bytes go through a third as well; the direct ones stand beside them. */
const throughThird = [
	{ peer: "a bare TLS copy through a third", ms: bareThrough.ms },
	{ peer: "magic-wormhole through its relay", ms: holeThrough },
];
const toThreePeers = [{ peer: "a bare TLS copy to three at once", ms: bareToThree.ms }];

/** Compares how fast a file came, to so many, with peers that came to as many; a peer that could not be run is left out. */
const against = (
	name: string,
	ms: number,
	peers: readonly { readonly peer: string; readonly ms: number | undefined }[],
	takers = 1,
): readonly Figure[] =>
	peers.flatMap(({ peer, ms: peerMs }, index) =>
		peerMs === undefined
			? []
			: [
					{
						name: index === 0 ? name : "",
						value: takers * rate(ms),
						unit: "MB/s" as const,
						peer,
						peerValue: takers * rate(peerMs),
					},
				],
	);
const processorOf = (name: string, seconds: number, peer: string, peerSeconds: number): Figure => ({
	name,
	value: (1000 * seconds) / megabytes,
	unit: "ms",
	peer,
	peerValue: (1000 * peerSeconds) / megabytes,
});
const beside = (name: string, chat: readonly number[]): Figure => ({
	name,
	value: percentile(chat, 0.99),
	unit: "ms",
	peer: "the same with no file",
	peerValue: percentile(chatAlone, 0.99),
});
report(`A file of ${megabytes} MB on loopback`, [
	...against("host to guest, from accepting, no line beside", quietly.passedMs, direct),
	...against("host to guest, with reading before the offer", quietly.passedMs + quietly.readMs, direct),
	...against("guest to host to guest, no line beside", quietlyOn.passedMs, [...throughThird, ...direct]),
	...against("host to guest, with a talk beside", fromHost.passedMs, direct),
	...against("guest to host to guest, with a talk beside", fromGuest.passedMs, [...throughThird, ...direct]),
	...against("host to three, in all, with a talk beside", toThree.passedMs, toThreePeers, 3),
	processorOf(
		"processor time for a MB, with no line beside: host to guest",
		quietly.processorS,
		"a bare TLS copy",
		bare.processorS,
	),
	processorOf(
		"guest to host to guest",
		quietlyOn.processorS,
		"a bare TLS copy through a third",
		bareThrough.processorS,
	),
	beside("a line there and back meanwhile, p99: host to guest", fromHost.chat),
	beside("guest to host to guest", fromGuest.chat),
	beside("host to three", toThree.chat),
	...(
		[
			["host to guest: the host", hostGives],
			["the guest", guestTakes],
			["guest to host to guest, after that: the host", hostPassesOn],
		] as const
	).map(
		([whose, value]): Figure => ({
			name: `more memory while ${(rounds * megabytes) / 1000} GB pass, ${whose}`,
			value,
			unit: "MB",
			peer: "limit",
			peerValue: mostMoreMb,
		}),
	),
]);
const lines = await overLines(program);
if (lines.length > 0) report("Files over a line of 20 ms there and back, and over one of 1 MB/s", lines);
