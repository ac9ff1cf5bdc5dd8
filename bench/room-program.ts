// Fills a real host's room with fifty guests over TCP, lets ten of them speak, and does the same with a server that only passes bytes on.
import { spawn } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import { encodeFrame, frameType } from "../src/engine/wire/frame.ts";
import { BareGuest, type BareServer, type BareTalk, openBareServer } from "./bare-guest.ts";
import { CountingGuest } from "./counting-guest.ts";
import { saidLine } from "./passing-line.ts";
import { median, report } from "./report.ts";
import { mainThreadMs, openHost, residentMb } from "./room-host.ts";

const guests = 50;
/** The last to come: nobody after them changes the keys of the room any more. */
const speakers = 10;
/** Of each speaker: below what a member may say in one burst (guest-session.ts). */
const linesEach = 200;
const text = "A line of chat as people write it, neither very short nor very long, some eighty characters.";
/** Until a program that has just started, or just worked, holds only what it needs. */
const settleMs = 2_000;
const arrivingAtOnce = 2;
/** Of the passing on by itself; the first are slower, because nothing is compiled yet. */
const passingRounds = 9;

interface Outcome {
	readonly linesPerSecond: number;
	/** Is what the main thread works for one line: it passes it on to everybody. The keys of the room are worked with in another thread. */
	readonly msPerLine: number;
	readonly idleMb: number;
	readonly mbPerGuest: number;
}

/** A guest of either kind: counts what it is sent, and can send what it has prepared. */
interface Hearer {
	readonly heard: number;
	speak(): void;
}

async function seconds(hearers: readonly Hearer[]): Promise<number> {
	const expected = hearers.map(({ heard }) => heard + speakers * linesEach);
	const begun = performance.now();
	for (const speaker of hearers.slice(-speakers)) speaker.speak();
	while (hearers.some(({ heard }, index) => heard < expected[index]!)) await pause(1);
	return (performance.now() - begun) / 1000;
}

async function measured(pid: number, fill: () => Promise<readonly Hearer[]>): Promise<Outcome> {
	await pause(settleMs);
	const idleMb = residentMb(pid);
	const hearers = await fill();
	await pause(settleMs);
	const mbPerGuest = (residentMb(pid) - idleMb) / guests;
	const begun = mainThreadMs(pid);
	const lines = speakers * linesEach;
	const linesPerSecond = lines / (await seconds(hearers));
	return { linesPerSecond, msPerLine: (mainThreadMs(pid) - begun) / lines, idleMb, mbPerGuest };
}

let frameBytes = 0;

async function realRoom(): Promise<Outcome> {
	const host = await openHost();
	const outcome = await measured(host.rpc.pid, async () => {
		const inside: CountingGuest[] = [];
		const arrive = async (last: number) => {
			while (inside.length < last) inside.push(await CountingGuest.enter(host, inside.length >= guests - speakers));
		};
		// Those who only listen come side by side.
		await Promise.all(Array.from({ length: arrivingAtOnce }, () => arrive(guests - speakers - 1)));
		await arrive(guests);
		for (const speaker of inside.slice(-speakers)) frameBytes = await speaker.prepare(text, linesEach);
		return inside;
	});
	await host.close();
	return outcome;
}

async function bareFanOut(server: BareServer): Promise<Outcome> {
	const outcome = await measured(server.pid, async () => {
		const all: BareGuest[] = [];
		while (all.length < guests) all.push(await BareGuest.connect(server.port, bareTalk()));
		return all;
	});
	server.close();
	return outcome;
}

const bareTalk = (): BareTalk => {
	const said = Buffer.alloc(frameBytes);
	return { said, lines: linesEach, recordBytes: frameBytes, echoBytes: frameBytes };
};

interface Passing {
	readonly linesPerSecond: number;
	readonly msPerLine: number;
}

/** Two servers that pass on what fifty guests of each say, by turns, so that what else the computer does meets both alike. Medians of each. */
async function sideBySide(programs: readonly string[], talks: readonly BareTalk[]): Promise<readonly Passing[]> {
	const sides = [];
	for (const [index, program] of programs.entries()) {
		const server = await openBareServer(program, frameBytes);
		const all: BareGuest[] = [];
		while (all.length < guests) all.push(await BareGuest.connect(server.port, talks[index]!));
		sides.push({ server, all, rounds: [] as Passing[] });
	}
	const lines = speakers * linesEach;
	for (let round = 0; round < passingRounds; round += 1) {
		for (const { server, all, rounds } of sides) {
			for (const one of all) one.sayStillHere();
			await pause(settleMs);
			const begun = mainThreadMs(server.pid);
			const linesPerSecond = lines / (await seconds(all));
			rounds.push({ linesPerSecond, msPerLine: (mainThreadMs(server.pid) - begun) / lines });
		}
	}
	for (const { server } of sides) server.close();
	return sides.map(({ rounds }) => ({
		linesPerSecond: median(rounds.map((one) => one.linesPerSecond)),
		msPerLine: median(rounds.map((one) => one.msPerLine)),
	}));
}

/** A program of the same Node that does nothing. */
async function idleNodeMb(): Promise<number> {
	const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1e9)"], { stdio: "ignore" });
	await pause(settleMs);
	const mb = residentMb(child.pid ?? 0);
	child.kill();
	return mb;
}

const [bareProgram = "", passingProgram = ""] = process.argv.slice(2);
const nodeMb = await idleNodeMb();
const room = await realRoom();
const bare = await bareFanOut(await openBareServer(bareProgram, frameBytes));
const { said, echoBytes } = saidLine(frameBytes);
const stillHere = encodeFrame(frameType.ping);
const passed = { said, lines: linesEach, recordBytes: frameBytes, echoBytes, stillHere };
const [passing, warm] = await sideBySide([passingProgram, bareProgram], [passed, bareTalk()]);
report(`One host, ${guests} guests on the same computer`, [
	{
		name: `lines of ${frameBytes} bytes on the wire, to all ${guests}`,
		value: room.linesPerSecond,
		unit: "lines/s",
		peer: "bare TLS 1.3 fan-out",
		peerValue: bare.linesPerSecond,
	},
	{
		name: `main thread for a line to all ${guests}`,
		value: room.msPerLine,
		unit: "ms",
		peer: "bare TLS 1.3 fan-out",
		peerValue: bare.msPerLine,
	},
	{
		name: "passing on alone: no group, no member of the host's",
		value: passing!.linesPerSecond,
		unit: "lines/s",
		peer: "bare TLS 1.3 fan-out, by turns (goal: 0.8)",
		peerValue: warm!.linesPerSecond,
	},
	{
		name: "· main thread for a line",
		value: passing!.msPerLine,
		unit: "ms",
		peer: "bare TLS 1.3 fan-out, by turns",
		peerValue: warm!.msPerLine,
	},
	{ name: "memory of the idle host", value: room.idleMb, unit: "MB", peer: "an idle node", peerValue: nodeMb },
	{
		name: "memory of the host for each guest",
		value: room.mbPerGuest,
		unit: "MB",
		peer: "bare TLS 1.3 connection",
		peerValue: bare.mbPerGuest,
	},
]);
process.exit();
