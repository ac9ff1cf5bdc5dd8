// Measures how long lines take to reach the other members of a real host's room, in peace and in a flood, and what the flood takes of the host's memory.
import { spawn } from "node:child_process";
import { text as readAll } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import { CountingGuest } from "./counting-guest.ts";
import { median, percentile, report, timed } from "./report.ts";
import { type BenchHost, mainThreadMs, openHost, residentMb } from "./room-host.ts";

const members = 20;
const speakers = 4;
/** Peace and flood by turns, so that what else the machine does meets both alike, and so often that no single collection of garbage decides. */
const rounds = 4;
const knocksPerFlood = 5_000;
const addresses = 1_000;
/** A line each time, by turns: a lively conversation. */
const everyMs = 50;
const linesPerPeace = 100;
/** A flood lasts less long. */
const linesPerFlood = 800;
const preparedLines = 1_000;
const friendsAtRest = 10;
const settleMs = 2_000;
const sampleMs = 500;
const text = "A line of chat as people write it, neither very short nor very long, some eighty characters.";

/** Lets the speakers say a line every 50 ms as long as `isOn`; how long each took to reach each of the others, in ms. */
async function talk(inside: readonly CountingGuest[], isOn: (said: number) => boolean): Promise<readonly number[]> {
	const delays: number[] = [];
	for (let said = 0; isOn(said); said += 1) {
		const heard = inside.map((guest) => guest.heard);
		const begun = performance.now();
		const arrivals = inside.map((guest, index) => guest.hears((heard[index] ?? 0) + 1));
		inside.at(-1 - (said % speakers))?.speakOne();
		for (const arrival of arrivals) void arrival.then((at) => delays.push(at - begun));
		await Promise.all(arrivals);
		await pause(Math.max(0, everyMs - (performance.now() - begun)));
	}
	return delays;
}

/** A time of talk: how long the lines took, and what the host's main thread worked meanwhile. */
interface Stretch {
	readonly delays: readonly number[];
	readonly seconds: number;
	readonly hostMs: number;
}

interface Flood extends Stretch {
	readonly mostMb: number;
	readonly counts: string;
}

/** Lets strangers knock; `isOver` says whether they have. */
function flood(host: BenchHost, flooder: string, count: number) {
	// Strangers do not knock from the host's own processor: what they compute must not count. At nice 19 Linux lets them go on for up to a tick while the host waits.
	const words = ["--idle", "0", process.execPath, flooder, String(host.port), String(count), String(addresses)];
	const child = spawn("chrt", words, { stdio: ["ignore", "pipe", "inherit"] });
	let isOver = false;
	const counts = readAll(child.stdout).finally(() => {
		isOver = true;
	});
	return { counts, isOver: () => isOver };
}

/** How long friends with the password take from the dial until both are proven, one after the other while `isOn`, in ms. They do not enter: that would change the keys. */
async function friends(host: BenchHost, isOn: (come: number) => boolean): Promise<readonly number[]> {
	const taken: number[] = [];
	while (isOn(taken.length)) taken.push(await timed(() => CountingGuest.knock(host)));
	return taken;
}

async function stretch(host: BenchHost, talking: () => Promise<readonly number[]>): Promise<Stretch> {
	const begun = performance.now();
	const before = mainThreadMs(host.rpc.pid);
	const delays = await talking();
	return { delays, seconds: (performance.now() - begun) / 1000, hostMs: mainThreadMs(host.rpc.pid) - before };
}

async function flooded(host: BenchHost, inside: readonly CountingGuest[], flooder: string): Promise<Flood> {
	const { counts, isOver } = flood(host, flooder, knocksPerFlood);
	let mostMb = 0;
	const watch = setInterval(() => {
		mostMb = Math.max(mostMb, residentMb(host.rpc.pid));
	}, sampleMs);
	const talked = await stretch(host, () => talk(inside, (said) => !isOver() && said < linesPerFlood));
	const told = await counts;
	clearInterval(watch);
	return { ...talked, mostMb, counts: told.trim() };
}

const host = await openHost();
const inside: CountingGuest[] = [];
while (inside.length < members) inside.push(await CountingGuest.enter(host, inside.length >= members - speakers));
for (const speaker of inside.slice(-speakers)) await speaker.prepare(text, preparedLines);
await pause(settleMs);
await talk(inside, (said) => said < linesPerPeace / 2);
const before = residentMb(host.rpc.pid);
const floods: Flood[] = [];
const peaces: Stretch[] = [];
while (floods.length < rounds) {
	peaces.push(await stretch(host, () => talk(inside, (said) => said < linesPerPeace)));
	floods.push(await flooded(host, inside, process.argv[2] ?? ""));
}
const friendsInPeace = await friends(host, (come) => come < friendsAtRest);
const last = flood(host, process.argv[2] ?? "", knocksPerFlood);
const friendsInFlood = await friends(host, () => !last.isOver());
const delays = floods.flatMap((one) => one.delays);
const quiet = peaces.flatMap((one) => one.delays);
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const linesIn = (stretches: readonly Stretch[]): number => sum(stretches.map((one) => one.delays.length / members));
const hostMs = (stretches: readonly Stretch[]): number => sum(stretches.map((one) => one.hostMs));
const msPerLine = hostMs(peaces) / linesIn(peaces);
const msPerKnock = (hostMs(floods) - msPerLine * linesIn(floods)) / (rounds * knocksPerFlood);
const mostMb = floods.map((one) => one.mostMb);
for (const { seconds, counts } of floods) console.log(`${knocksPerFlood} knocks in ${seconds.toFixed(1)} s: ${counts}`);
report(`${members} members talking, ${rounds * knocksPerFlood} wrong passwords from ${addresses} addresses`, [
	{
		name: "delivery of a line, 99th percentile, in the flood",
		value: percentile(delays, 0.99),
		unit: "ms",
		peer: "in peace (limit: 2×)",
		peerValue: percentile(quiet, 0.99),
	},
	{
		name: "delivery of a line, median, in the flood",
		value: percentile(delays, 0.5),
		unit: "ms",
		peer: "in peace",
		peerValue: percentile(quiet, 0.5),
	},
	{
		name: "a friend with the password, from the dial until proven, median, in the flood",
		value: median(friendsInFlood),
		unit: "ms",
		peer: "in peace",
		peerValue: median(friendsInPeace),
	},
	{
		name: "the slowest of them",
		value: percentile(friendsInFlood, 1),
		unit: "ms",
		peer: "in peace",
		peerValue: percentile(friendsInPeace, 1),
	},
	{
		name: "processor time of the host's main thread for a knock",
		value: msPerKnock,
		unit: "ms",
		peer: "for a line to everybody, in peace",
		peerValue: msPerLine,
	},
	{
		name: "memory of the host, most in the flood",
		value: Math.max(...mostMb),
		unit: "MB",
		peer: "before",
		peerValue: before,
	},
	{
		name: "of it, in the last flood",
		value: mostMb.at(-1) ?? 0,
		unit: "MB",
		peer: "in the first",
		peerValue: mostMb[0] ?? 0,
	},
]);
process.exit();
