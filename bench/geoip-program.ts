// Loads the data the program came with, asks it for many addresses, and lets it be unloaded; twice, so that what stays for good is told from what grows.
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { GeoIp } from "../src/net/geoip/geoip.ts";
import type { Place } from "../src/net/geoip/place.ts";
import { type KnownPlace, knownPlaces } from "./known-places.ts";
import { type Figure, report, timed } from "./report.ts";

/** An alert waits 3 s for its place. */
const firstAnswerLimitMs = 2000;
/** Two blocks of the data are unpacked at a time; the rest is the thread itself and the names of countries and regions. */
const loadedLimitMb = 80;
/** The allocator (glibc) keeps small blocks for the next time, once a thread has had them. */
const unloadedLimitMb = 60;
/** Loading again and letting go again takes next to nothing more. */
const growthLimitMb = 20;
/** A thousand knocks a second, each from another network, keep one core busy, in a thread of its own; more are answered "busy". */
const thousandLimitMs = 1000;
/** So many random addresses, most of them in a network of their own. */
const lookUps = 5_000;
/** Fewer than may wait at the same time. */
const together = 200;
/** The end of a thread is not the moment the system has its memory back. */
const settleMs = 500;

const home = mkdtempSync(join(tmpdir(), "rt-bench-"));
process.on("exit", () => rmSync(home, { recursive: true, force: true }));
// Bundled, this program lies elsewhere than the product; it is started in the project's folder.
const dataFolders = [home, resolve("data/geoip")];
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

const beforeMb = residentMb();

async function round(name: string): Promise<{ readonly figures: readonly Figure[]; readonly leftMb: number }> {
	const geoIp = new GeoIp({ dataFolders, idleMs: 200 });
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

/** What geoip-lite says with the data it comes with, which is of August 2019. */
const lite = createRequire(resolve("package.json"))("geoip-lite") as {
	lookup: (address: string) => { readonly country: string; readonly city: string } | null;
};
const plain = (text: string) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const isCountry = (found: { readonly country?: string } | null, known: KnownPlace) => found?.country === known.country;
const isTown = (found: { readonly city?: string } | null, { towns }: KnownPlace) =>
	towns.some((town) => `${plain(found?.city ?? "")} `.startsWith(`${plain(town)} `));

async function accuracy(): Promise<readonly Figure[]> {
	const geoIp = new GeoIp({ dataFolders });
	const found = await Promise.all(
		knownPlaces.map(async (known) => ({
			known,
			ours: asFound(await geoIp.lookUp(known.address)),
			theirs: lite.lookup(known.address),
		})),
	);
	await geoIp.close();
	const share = (is: (one: (typeof found)[number]) => boolean) => (100 * found.filter(is).length) / found.length;
	return [
		{
			name: `right country, of ${found.length} known addresses`,
			value: share(({ ours, known }) => isCountry(ours, known)),
			unit: "%",
			peer: "geoip-lite, data of 2019",
			peerValue: share(({ theirs, known }) => isCountry(theirs, known)),
		},
		{
			name: "right town",
			value: share(({ ours, known }) => isTown(ours, known)),
			unit: "%",
			peer: "geoip-lite, data of 2019",
			peerValue: share(({ theirs, known }) => isTown(theirs, known)),
		},
	];
}

function asFound(place: Place) {
	return place.kind === "place" ? place : null;
}

report("Where known addresses are", await accuracy());
