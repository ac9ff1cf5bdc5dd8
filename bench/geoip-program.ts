// Loads the data the program came with, asks it for many addresses, and lets it be unloaded; twice, so that what stays for good is told from what grows.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { geoIpFolders } from "../src/net/geoip/folders.ts";
import { GeoIp } from "../src/net/geoip/geoip.ts";
import { type Figure, report, timed } from "./report.ts";

/** An alert waits 3 s for its place. */
const firstAnswerLimitMs = 2000;
/** The data is 85 MB; the thread that has it needs some for itself. */
const loadedLimitMb = 150;
/** The allocator (glibc) keeps blocks below 32 MB for the next time, once a thread has had them. */
const unloadedLimitMb = 60;
/** Loading again and letting go again takes nothing more. */
const growthLimitMb = 10;
/** A thousand knocks a second, each looked up, are a tenth of one core. */
const thousandLimitMs = 100;
const lookUps = 50_000;
/** Fewer than may wait at the same time. */
const together = 200;
/** The end of a thread is not the moment the system has its memory back. */
const settleMs = 500;

const home = mkdtempSync(join(tmpdir(), "rt-bench-"));
process.on("exit", () => rmSync(home, { recursive: true, force: true }));
// Bundled, this program lies elsewhere than the product; it is started in the project's folder.
const folders = { ...geoIpFolders(home), shelves: [home, resolve("data/geoip/cache")] };
const residentMb = () => process.memoryUsage().rss / 1_000_000;

function randomAddress(): string {
	const part = () => Math.floor(Math.random() * 256);
	return Math.random() < 0.7
		? `${11 + Math.floor(Math.random() * 80)}.${part()}.${part()}.${part()}`
		: `2a0${Math.floor(Math.random() * 8)}:${(part() * 256 + part()).toString(16)}::1`;
}

async function askMany(geoIp: GeoIp): Promise<void> {
	for (let done = 0; done < lookUps; done += together) {
		await Promise.all(Array.from({ length: together }, () => geoIp.lookUp(randomAddress())));
	}
}

function figure(name: string, value: number, unit: "ms" | "MB", limit: number): Figure {
	return { name, value, unit, peer: "limit", peerValue: limit };
}

const madeReadyMs = await timed(() => new GeoIp({ folders }).prepare());
const beforeMb = residentMb();

async function round(name: string): Promise<{ readonly figures: readonly Figure[]; readonly leftMb: number }> {
	const geoIp = new GeoIp({ folders, idleMs: 200 });
	const firstMs = await timed(() => geoIp.lookUp("8.8.8.8"));
	const loadedMb = residentMb() - beforeMb;
	const manyMs = await timed(() => askMany(geoIp));
	while (geoIp.isLoaded) await pause(50);
	await pause(settleMs);
	const figures = [
		figure(`${name}: first answer, with loading`, firstMs, "ms", firstAnswerLimitMs),
		figure(`${name}: memory while loaded`, loadedMb, "MB", loadedLimitMb),
		figure(`${name}: a thousand look-ups`, (manyMs * 1000) / lookUps, "ms", thousandLimitMs),
	];
	return { figures, leftMb: residentMb() - beforeMb };
}

const first = await round("first time");
const second = await round("second time");
report("Looking addresses up", [
	...first.figures,
	figure("memory after unloading", first.leftMb, "MB", unloadedLimitMb),
	...second.figures,
	figure("memory grown since", Math.max(0, second.leftMb - first.leftMb), "MB", growthLimitMb),
]);
console.log(
	`Making the data ready took ${(madeReadyMs / 1000).toFixed(1)} s (some seconds after an installation, else only a check).`,
);
