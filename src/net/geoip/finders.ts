// Looks addresses up in data sets that are open: the part of the worker that answers.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { isIPv4 } from "node:net";
import { join } from "node:path";
import { iso31662 } from "iso-3166";
import { canonicalAddress } from "../address/address.ts";
import { type FoundLocation, locationIn, openMmdb, ownerIn } from "./mmdb.ts";
import { type Owner, OwnerTable } from "./owners.ts";
import { boundedName, type Place } from "./place.ts";
import { isIntact, type Manifest, UnusableData } from "./shelf.ts";

/** What a data set says of a canonical address. */
type Find<Found> = (address: string) => Found | undefined;

/** An open data set, or why there is none. */
export type Source<Found> =
	| { readonly kind: "open"; readonly find: Find<Found> }
	| { readonly kind: "missing"; readonly why: "noData" | "damaged" };

/** Opens the locations of a shelf. Every file is checked first. Throws UnusableData. Can be called once in a process or worker: geoip-lite keeps its data for good. */
export async function openLocations(shelf: string, manifest: Manifest): Promise<Find<FoundLocation>> {
	checkFiles(shelf, manifest);
	const folder = join(shelf, manifest.folder);
	if (manifest.format === "mmdb") {
		const { get } = await openMmdb(join(folder, "data.mmdb"));
		return (address) => locationIn(get(address));
	}
	if (manifest.format !== "geoip-lite") throw new UnusableData("These are no locations.");
	const { lookup } = loadGeoIpLite(folder);
	return (address) => geoIpLiteLocation(lookup(isIPv4(address) ? address : writtenOut(networkOf6(address))));
}

/** Opens the network owners of a shelf. Every file is checked first. Throws UnusableData. */
export async function openOwners(shelf: string, manifest: Manifest): Promise<Find<Owner>> {
	checkFiles(shelf, manifest);
	const folder = join(shelf, manifest.folder);
	if (manifest.format === "mmdb") {
		const { get } = await openMmdb(join(folder, "data.mmdb"));
		return (address) => ownerIn(get(address));
	}
	if (manifest.format !== "owner-table") throw new UnusableData("These are no network owners.");
	const table = new OwnerTable(await readFile(join(folder, "owners.bin")));
	return (address) => (isIPv4(address) ? table.find4(bitsOf4(address)) : table.find6(networkOf6(address)));
}

function checkFiles(shelf: string, manifest: Manifest): void {
	if (!isIntact(shelf, manifest)) throw new UnusableData("The data is not what was put there.");
}

/** The part of geoip-lite that is used here; see its lib/geoip.js. */
interface GeoIpLite {
	readonly lookup: (address: string) => { country: string; region: string; city: string } | null;
}

/** Reads all of its data at once, from the folder `geodatadir` names. Not bundled: it looks for files beside itself. */
function loadGeoIpLite(folder: string): GeoIpLite {
	Object.assign(globalThis, { geodatadir: folder });
	return createRequire(import.meta.url)("geoip-lite") as GeoIpLite;
}

/** A /64 in the only spelling geoip-lite cannot misread. */
function writtenOut(network: bigint): string {
	const groups = network.toString(16).padStart(16, "0").match(/.{4}/g) ?? [];
	return `${groups.join(":")}:0:0:0:0`;
}

function geoIpLiteLocation(found: ReturnType<GeoIpLite["lookup"]>): FoundLocation | undefined {
	if (found === null || !/^[A-Z]{2}$/.test(found.country)) return undefined;
	const [regionCode, city] = [boundedName(found.region), boundedName(found.city)];
	return {
		country: found.country,
		...(regionCode === undefined ? {} : { regionCode }),
		...(city === undefined ? {} : { city }),
	};
}

/** Answers for one address from both data sets. */
export function placeOf(address: string, locations: Source<FoundLocation>, owners: Source<Owner>): Place {
	const canonical = canonicalAddress(address);
	if (canonical === undefined) return { kind: "unknown", why: "notGlobal" };
	const location = locations.kind === "open" ? locations.find(canonical) : undefined;
	const owner = owners.kind === "open" ? owners.find(canonical) : undefined;
	if (location === undefined && owner === undefined) {
		const missing = [locations, owners].flatMap((source) => (source.kind === "missing" ? [source.why] : []));
		// One data set alone can say that it has nothing; without the locations the other must not pretend so.
		if (locations.kind === "open") return { kind: "unknown", why: "notFound" };
		return { kind: "unknown", why: missing.includes("damaged") ? "damaged" : "noData" };
	}
	return {
		kind: "place",
		...(location === undefined ? {} : shown(location)),
		...owner,
		...(locations.kind === "missing" ? { lacksLocation: locations.why } : {}),
	};
}

const countryNames = new Intl.DisplayNames(["en"], { type: "region", fallback: "none" });
const regionNames = new Map(iso31662.map(({ code, name }) => [code, name] as const));

function shown({ country, countryName, regionCode, regionName, city }: FoundLocation) {
	const region = regionName ?? regionNames.get(`${country}-${regionCode}`) ?? regionCode;
	const name = countryNames.of(country) ?? countryName;
	return {
		country,
		...(name === undefined ? {} : { countryName: name }),
		...(region === undefined ? {} : { region }),
		...(city === undefined ? {} : { city }),
	};
}

function bitsOf4(address: string): number {
	return address.split(".").reduce((bits, part) => bits * 256 + Number(part), 0);
}

/** The first 64 bits of a canonical IPv6 address. */
function networkOf6(address: string): bigint {
	const [head = "", tail] = address.split("::");
	const before = head === "" ? [] : head.split(":");
	const after = tail === undefined || tail === "" ? [] : tail.split(":");
	const zeros = Array<string>(8 - before.length - after.length).fill("0");
	const groups = [...before, ...zeros, ...after].slice(0, 4);
	return groups.reduce((bits, group) => (bits << 16n) | BigInt(`0x${group}`), 0n);
}
