// A room's Links through `rt relay` beside a bare splice of WebSockets and hyperdht's blind relay: what naming, signing, limits and pings cost, and what idle pairs hold.
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { type EventEmitter, once } from "node:events";
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
import { blindPairsAt } from "./blind-pairs.ts";
import { report, timedByTurns } from "./report.ts";

const host = "127.0.0.1";
const megabytes = 100;
const roundTrips = 2_000;
const lineBytes = 300;
const idlePairs = 1_000;
const pairsOfRoom = 50;
const limitMb = 300;
/** The blind relay of `rt dht-node` takes 64 pairs at once, and 31 are there before these. */
const comparedPairs = 30;
const chunkBytes = 1024 * 1024;
/** hyperdht makes one message of what is written at once, and is fastest with these. */
const blindChunkBytes = 64 * 1024;

interface Said {
	readonly port: number;
	readonly relayKey?: string;
}

async function saidBy(program: ChildProcess): Promise<Said> {
	if (!program.stdout) throw new Error("the program says nothing");
	const [line] = (await once(createInterface({ input: program.stdout }), "line")) as [string];
	return (JSON.parse(line) as { params: Said }).params;
}

const start = (file: URL): ChildProcess =>
	spawn(process.execPath, [...process.execArgv, fileURLToPath(file)], { stdio: ["ignore", "pipe", "inherit"] });

const residentMb = ({ pid }: ChildProcess): number =>
	Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;

/** What streams of Node and those of hyperdht have in common. */
interface End extends EventEmitter {
	write(bytes: Uint8Array): boolean;
}

interface Pair {
	readonly one: End;
	readonly other: End;
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

async function pass({ one, other }: Pair, sizeBytes = chunkBytes): Promise<void> {
	const chunk = Buffer.alloc(sizeBytes);
	const allBytes = megabytes * 1024 * 1024;
	let heardBytes = 0;
	const all = new Promise<void>((resolve) => {
		const hear = (piece: Buffer): void => {
			heardBytes += piece.length;
			if (heardBytes < allBytes) return;
			other.removeListener("data", hear);
			resolve();
		};
		other.on("data", hear);
	});
	for (let sent = 0; sent < allBytes; sent += sizeBytes) if (!one.write(chunk)) await once(one, "drain");
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

/** Returns what a relay's memory grew by for each idle pair, in bytes. The pairs stay. */
async function bytesOfPair(relay: ChildProcess, newPair: () => Promise<Pair>): Promise<number> {
	const before = residentMb(relay);
	for (let made = 0; made < comparedPairs; made += 1) await newPair();
	return ((residentMb(relay) - before) * 1024 * 1024) / comparedPairs;
}

const relay = start(new URL("./relay-program.ts", import.meta.url));
const bareSplice = start(new URL("./bare-splice.ts", import.meta.url));
const blindRelay = start(new URL("./blind-relay-program.ts", import.meta.url));
const programs = [relay, bareSplice, blindRelay];
process.on("exit", () => {
	for (const one of programs) one.kill();
});
const [ours, splice, blind] = await Promise.all([saidBy(relay), saidBy(bareSplice), saidBy(blindRelay)]);
const newPair = await roomAt(ours.port);
const newBlindPair = await blindPairsAt(blind.port, blind.relayKey ?? "");
const pairs = { relay: await newPair(), bare: await barePair(splice.port), blind: await newBlindPair() };
// Before anything else: afterwards there is room in the heap from what was copied.
const comparedMemory = {
	ours: await bytesOfPair(relay, newPair),
	blind: await bytesOfPair(blindRelay, newBlindPair),
};
const bulk = await timedByTurns(3, {
	relay: () => pass(pairs.relay),
	bare: () => pass(pairs.bare),
	blind: () => pass(pairs.blind, blindChunkBytes),
});
const trips = await timedByTurns(3, {
	relay: () => goAndReturn(pairs.relay),
	bare: () => goAndReturn(pairs.bare),
	blind: () => goAndReturn(pairs.blind),
});
const dials = await timedByTurns(30, { relay: newPair, bare: () => barePair(splice.port), blind: newBlindPair });
const speed = (ms: number): number => (megabytes / ms) * 1_000;
const peers = [
	["bare", "a bare splice"],
	["blind", "hyperdht's blind relay"],
] as const;
report("Through a relay on loopback", [
	...peers.map(([name, peer]) => ({
		name: `${megabytes} MB one way`,
		value: speed(bulk.relay),
		unit: "MB/s" as const,
		peer,
		peerValue: speed(bulk[name]),
	})),
	...peers.map(([name, peer]) => ({
		name: `${lineBytes} bytes there and back, mean`,
		value: trips.relay / roundTrips,
		unit: "ms" as const,
		peer,
		peerValue: trips[name] / roundTrips,
	})),
	...peers.map(([name, peer]) => ({
		name: "dial, median",
		value: dials.relay,
		unit: "ms" as const,
		peer,
		peerValue: dials[name],
	})),
]);
const rooms = await Promise.all(Array.from({ length: idlePairs / pairsOfRoom }, () => roomAt(ours.port)));
for (const pair of rooms) for (let number = 0; number < pairsOfRoom; number += 1) await pair();
report("Memory", [
	{
		name: `an idle pair, of ${comparedPairs}`,
		value: comparedMemory.ours,
		unit: "B",
		peer: "hyperdht's blind relay",
		peerValue: comparedMemory.blind,
	},
	{
		name: `the relay with ${idlePairs} idle pairs`,
		value: residentMb(relay),
		unit: "MB",
		peer: "limit",
		peerValue: limitMb,
	},
]);
process.exit(0);
