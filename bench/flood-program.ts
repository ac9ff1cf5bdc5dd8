// Measures how long lines take to reach the other members of a real host's room, in peace and in a flood, and what the flood takes of the host's memory.
import { spawn } from "node:child_process";
import { setPriority } from "node:os";
import { text as readAll } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import { CountingGuest } from "./counting-guest.ts";
import { median, percentile, report, timed } from "./report.ts";
import { type BenchHost, openHost, residentMb } from "./room-host.ts";

const members = 20;
const speakers = 4;
const knocks = 10_000;
const addresses = 1_000;
/** A line each time, by turns: a lively conversation. */
const everyMs = 50;
const quietLines = 200;
/** In each half of the flood; it lasts less long. */
const linesPerFlood = 1_200;
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

interface Flood {
	readonly delays: readonly number[];
	readonly mostMb: number;
	readonly seconds: number;
	readonly counts: string;
}

/** Lets strangers knock; `isOver` says whether they have. */
function flood(host: BenchHost, flooder: string, count: number) {
	const words = [flooder, String(host.port), String(count), String(addresses)];
	const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "inherit"] });
	// Strangers do not knock from the host's own processor: what they compute must not count.
	setPriority(child.pid ?? 0, 19);
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

async function flooded(host: BenchHost, inside: readonly CountingGuest[], flooder: string): Promise<Flood> {
	const begun = performance.now();
	const { counts, isOver } = flood(host, flooder, knocks / 2);
	let mostMb = 0;
	const watch = setInterval(() => {
		mostMb = Math.max(mostMb, residentMb(host.rpc.pid));
	}, sampleMs);
	const delays = await talk(inside, (said) => !isOver() && said < linesPerFlood);
	const told = await counts;
	clearInterval(watch);
	return { delays, mostMb, seconds: (performance.now() - begun) / 1000, counts: told.trim() };
}

const host = await openHost();
const inside: CountingGuest[] = [];
while (inside.length < members) inside.push(await CountingGuest.enter(host, inside.length >= members - speakers));
for (const speaker of inside.slice(-speakers)) await speaker.prepare(text, preparedLines);
await pause(settleMs);
await talk(inside, (said) => said < quietLines / 4);
const before = residentMb(host.rpc.pid);
const halves: Flood[] = [];
const quiet: number[] = [];
// By turns, so that what else the machine does meets both alike.
for (const _ of [1, 2]) {
	quiet.push(...(await talk(inside, (said) => said < quietLines / 2)));
	halves.push(await flooded(host, inside, process.argv[2] ?? ""));
}
const friendsInPeace = await friends(host, (come) => come < friendsAtRest);
const third = flood(host, process.argv[2] ?? "", knocks / 4);
const friendsInFlood = await friends(host, () => !third.isOver());
const delays = halves.flatMap((half) => half.delays);
const [first = 0, second = 0] = halves.map(({ mostMb }) => mostMb);
for (const { seconds, counts } of halves) console.log(`${knocks / 2} knocks in ${seconds.toFixed(1)} s: ${counts}`);
report(`${members} members talking, ${knocks} wrong passwords from ${addresses} addresses`, [
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
	{ name: "memory of the host, most in the flood", value: second, unit: "MB", peer: "before", peerValue: before },
	{ name: "of it, in the second half", value: second, unit: "MB", peer: "in the first half", peerValue: first },
]);
process.exit();
