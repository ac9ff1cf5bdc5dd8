// A room's Links through `rt relay` beside a bare splice of WebSockets: what naming, signing, limits and pings cost, and what idle pairs hold.
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import type { Duplex } from "node:stream";
import { fileURLToPath } from "node:url";
import { WebSocket } from "ws";
import type { Link } from "../src/net/link/link.ts";
import { dialsRelays } from "../src/net/relay/dial-socket.ts";
import { relayKeyPair } from "../src/net/relay/keys.ts";
import { relayTransport } from "../src/net/relay/relay-transport.ts";
import { RelayStream } from "../src/net/relay/stream.ts";
import { tcpTransport } from "../src/net/tcp/tcp.ts";
import { report, timedByTurns } from "./report.ts";

const host = "127.0.0.1";
const megabytes = 100;
const roundTrips = 2_000;
const lineBytes = 300;
const idlePairs = 1_000;
const pairsOfRoom = 50;
const limitMb = 300;

async function portOf(program: ChildProcess): Promise<number> {
	if (!program.stdout) throw new Error("the program says nothing");
	const [line] = (await once(createInterface({ input: program.stdout }), "line")) as [string];
	return (JSON.parse(line) as { params: { port: number } }).params.port;
}

const start = (words: readonly string[]): ChildProcess =>
	spawn(process.execPath, [...process.execArgv, ...words], { stdio: ["ignore", "pipe", "inherit"] });

const residentMb = (pid: number): number =>
	Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;

interface Pair {
	readonly one: Duplex;
	readonly other: Duplex;
}

/** Makes pairs of a room at a relay. */
async function roomAt(port: number): Promise<() => Promise<Pair>> {
	const key = relayKeyPair(randomBytes(32));
	const room = relayTransport({
		relay: new URL(`ws://${host}:${port}`),
		secret: randomBytes(16),
		hostKey: key.publicKey,
		host: { key },
		open: dialsRelays(tcpTransport()),
	});
	let arrived = (_link: Link): void => {};
	const listening = await room.listen((link) => arrived(link));
	if (listening.kind === "failed") throw new Error(listening.detail);
	return async () => {
		const arrival = new Promise<Link>((resolve) => {
			arrived = resolve;
		});
		const dialled = await room.dial({ signal: new AbortController().signal, timeoutMs: 60_000 });
		if (dialled.kind === "failed") throw new Error(dialled.detail);
		return { one: dialled.link.stream, other: (await arrival).stream };
	};
}

async function barePair(port: number): Promise<Pair> {
	const open = async (): Promise<Duplex> => {
		const socket = new WebSocket(`ws://${host}:${port}`, { perMessageDeflate: false });
		await once(socket, "open");
		return new RelayStream(socket, []);
	};
	return { one: await open(), other: await open() };
}

async function pass({ one, other }: Pair): Promise<void> {
	const chunk = Buffer.alloc(1024 * 1024);
	let heardBytes = 0;
	const all = new Promise<void>((resolve) => {
		const hear = (piece: Buffer): void => {
			heardBytes += piece.length;
			if (heardBytes < megabytes * chunk.length) return;
			other.removeListener("data", hear);
			resolve();
		};
		other.on("data", hear);
	});
	for (let sent = 0; sent < megabytes; sent += 1) if (!one.write(chunk)) await once(one, "drain");
	await all;
}

async function goAndReturn({ one, other }: Pair): Promise<void> {
	const line = Buffer.alloc(lineBytes);
	const echo = (piece: Buffer): void => void other.write(piece);
	other.on("data", echo);
	for (let trip = 0; trip < roundTrips; trip += 1) {
		one.write(line);
		await once(one, "data");
	}
	other.removeListener("data", echo);
}

const relay = fileURLToPath(new URL("./relay-program.ts", import.meta.url));
const programs = [start([relay]), start([fileURLToPath(new URL("./bare-splice.ts", import.meta.url))])] as const;
const [relayPort, barePort] = await Promise.all(programs.map(portOf));
if (relayPort === undefined || barePort === undefined) throw new Error("a program said no port");
const newPair = await roomAt(relayPort);
const pairs = { relay: await newPair(), bare: await barePair(barePort) };
const bulk = await timedByTurns(3, { relay: () => pass(pairs.relay), bare: () => pass(pairs.bare) });
const trips = await timedByTurns(3, { relay: () => goAndReturn(pairs.relay), bare: () => goAndReturn(pairs.bare) });
const dials = await timedByTurns(30, { relay: newPair, bare: () => barePair(barePort) });
const speed = (ms: number): number => (megabytes / ms) * 1_000;
const peer = "a bare splice";
report("Through a relay on loopback", [
	{ name: `${megabytes} MB one way`, value: speed(bulk.relay), unit: "MB/s", peer, peerValue: speed(bulk.bare) },
	{
		name: `${lineBytes} bytes there and back, mean`,
		value: trips.relay / roundTrips,
		unit: "ms",
		peer,
		peerValue: trips.bare / roundTrips,
	},
	{ name: "dial, median", value: dials.relay, unit: "ms", peer, peerValue: dials.bare },
]);
const [program] = programs;
const rooms = await Promise.all(Array.from({ length: idlePairs / pairsOfRoom }, () => roomAt(relayPort)));
for (const pair of rooms) for (let number = 0; number < pairsOfRoom; number += 1) await pair();
report("Memory", [
	{
		name: `the relay with ${idlePairs} idle pairs`,
		value: residentMb(program.pid ?? 0),
		unit: "MB",
		peer: "limit",
		peerValue: limitMb,
	},
]);
for (const one of programs) one.kill();
process.exit(0);
