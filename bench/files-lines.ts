// The rows of the bench of files over lines that are not loopback: 20 ms there and back, with and without loss, by TCP and UDP; and the talk beside a file where the line has 1 MB/s.
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
	type LongLine,
	type LongLineOptions,
	lineEnds,
	openLongLine,
	whyNoLongLine,
} from "../test/netlab/lab/long-line.ts";
import { Person } from "./files-person.ts";
import { type Figure, percentile, timed } from "./report.ts";

const password = "correct horse battery";
const delayMs = 10;
const longMegabytes = 32;
const slowBytesPerSecond = 1_000_000;
/** Takes at least so many seconds on the slow line: as long as is talked without it. */
const slowSeconds = 12;
const chatEveryMs = 50;
/** The most by which the talk may be later beside a file on the slow line. */
const mostLaterMs = 100;

interface Two {
	readonly host: Person;
	readonly guest: Person;
	readonly folder: string;
}

async function withTwo<T>(
	program: string,
	options: LongLineOptions,
	transport: "tcp" | "udp",
	work: (two: Two) => Promise<T>,
): Promise<T> {
	const folder = mkdtempSync(join(tmpdir(), "rt-bench-lines-"));
	const line: LongLine = await openLongLine(options);
	try {
		const begin = (name: string): Promise<Person> => {
			const words = [process.execPath, program, join(folder, name), transport];
			return new Person(line.start(words, { stdio: ["ignore", "inherit", "inherit", "ipc"] })).ready();
		};
		const [host, guest] = await Promise.all([begin("host"), begin("guest")]);
		const port = await host.ask<number>({ kind: "host", bind: lineEnds.far, password });
		await guest.ask({ kind: "join", address: lineEnds.far, port, password });
		const found = await work({ host, guest, folder });
		for (const one of [guest, host]) await one.close();
		return found;
	} finally {
		await line.close();
		rmSync(folder, { recursive: true, force: true });
	}
}

async function passes({ folder }: Two, from: Person, to: Person, megabytes: number): Promise<void> {
	const path = join(folder, `${megabytes} MB.bin`);
	writeFileSync(path, randomBytes(megabytes * 1_000_000));
	const id = await from.ask<string>({ kind: "send", path });
	const into = join(folder, "in");
	mkdirSync(into, { recursive: true });
	await to.ask({ kind: "take", id, to: into });
}

async function overLongLine(program: string): Promise<readonly Figure[]> {
	const figures: Figure[] = [];
	for (const lossPercent of [0, 1]) {
		const rates = { tcp: 0, udp: 0 };
		for (const transport of ["tcp", "udp"] as const) {
			const ms = await withTwo(program, { delayMs, lossPercent }, transport, (two) =>
				timed(() => passes(two, two.host, two.guest, longMegabytes)),
			);
			rates[transport] = longMegabytes / (ms / 1000);
		}
		const name = `${longMegabytes} MB over 20 ms, ${lossPercent} % lost each way, with reading: UDP`;
		figures.push({ name, value: rates.udp, unit: "MB/s", peer: "TCP", peerValue: rates.tcp });
	}
	return figures;
}

/** How much later the talk is while a file passes, for 95 of 100 lines. */
async function besideOnSlowLine(program: string): Promise<readonly Figure[]> {
	const line = { delayMs, lossPercent: 0, bytesPerSecond: slowBytesPerSecond };
	return withTwo(program, line, "tcp", async (two) => {
		const { host, guest } = two;
		const figures: Figure[] = [];
		for (const [name, from, to] of [
			["host to guest", host, guest],
			["guest to host", guest, host],
		] as const) {
			const alone = await guest.chatDuring(chatEveryMs, () => sleep(slowSeconds * 1_000));
			const beside = await guest.chatDuring(chatEveryMs, () => passes(two, from, to, slowSeconds));
			const later = percentile(beside, 0.95) - percentile(alone, 0.95);
			figures.push({
				name: `a line there and back on 1 MB/s, p95, by so much later beside a file: ${name}`,
				value: later,
				unit: "ms",
				peer: "limit",
				peerValue: mostLaterMs,
			});
		}
		return figures;
	});
}

/** Returns the rows, or none where this computer can't have such lines: then it says why. */
export async function overLines(program: string): Promise<readonly Figure[]> {
	const why = whyNoLongLine();
	if (why !== undefined) {
		console.log(`\nThe figures over lines need root and Linux with perl and iproute2: ${why}.`);
		return [];
	}
	return [...(await overLongLine(program)), ...(await besideOnSlowLine(program))];
}
