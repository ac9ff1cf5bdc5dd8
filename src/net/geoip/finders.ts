// Looks addresses up in data sets that are open: the part of the worker that answers.
import { isIPv4 } from "node:net";
import { join } from "node:path";
import { iso31662 } from "iso-3166";
import { canonicalAddress } from "../address/address.ts";
import { isIntact, type Manifest, UnusableData } from "./data-folder.ts";
import { defined, type FoundLocation, type Owner, readLocation, readOwner } from "./entries.ts";
import { loadGeoIpLite } from "./geoip-lite.ts";
import { boundedName, type Place } from "./place.ts";
import { RangeTable } from "./range-table.ts";

/** Returns what a data set says of a canonical address. It throws UnusableData for data that turns out to be damaged. */
type Find<Found> = (address: string) => Found | undefined;

/** A Source is an open data set, or says why there is none. */
export type Source<Found> =
	| { readonly kind: "open"; readonly find: Find<Found> }
	| { readonly kind: "missing"; readonly why: "noData" | "damaged" };

/** Opens the locations of a data folder. Every file is checked first. It throws UnusableData. Data of geoip-lite can be opened once in a process or worker. */
export async function openLocations(dataFolder: string, manifest: Manifest): Promise<Find<FoundLocation>> {
	checkFiles(dataFolder, manifest);
	const folder = join(dataFolder, manifest.folder);
	if (manifest.format === "range-table") return inTable(folder, readLocation);
	const { lookup } = loadGeoIpLite(folder);
	return (address) => geoIpLiteLocation(lookup(isIPv4(address) ? address : writtenOut(networkOf6(address))));
}

/** Opens the network owners of a data folder. Every file is checked first. It throws UnusableData. */
export async function openOwners(dataFolder: string, manifest: Manifest): Promise<Find<Owner>> {
	checkFiles(dataFolder, manifest);
	if (manifest.format !== "range-table") throw new UnusableData("These are no network owners.");
	return inTable(join(dataFolder, manifest.folder), readOwner);
}

function checkFiles(dataFolder: string, manifest: Manifest): void {
	if (!isIntact(dataFolder, manifest)) throw new UnusableData("The data is not what was put there.");
}

function inTable<Found>(folder: string, read: (line: string) => Found | undefined): Find<Found> {
	const table = new RangeTable(join(folder, "ranges.bin"));
	return (address) => {
		const line = isIPv4(address) ? table.find4(bitsOf4(address)) : table.find6(networkOf6(address));
		return line === undefined ? undefined : read(line);
	};
}

/** Writes a /64 in the only spelling that geoip-lite cannot misread. */
function writtenOut(network: bigint): string {
	const groups = network.toString(16).padStart(16, "0").match(/.{4}/g) ?? [];
	return `${groups.join(":")}:0:0:0:0`;
}

function geoIpLiteLocation(found: ReturnType<ReturnType<typeof loadGeoIpLite>["lookup"]>): FoundLocation | undefined {
	if (found === null || !/^[A-Z]{2}$/.test(found.country)) return undefined;
	return {
		country: found.country,
		...defined("regionCode", boundedName(found.region)),
		...defined("city", boundedName(found.city)),
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

function shown({ country, regionCode, regionName, city }: FoundLocation) {
	const region = regionName ?? regionNames.get(`${country}-${regionCode}`) ?? regionCode;
	return {
		country,
		...defined("countryName", countryNames.of(country)),
		...defined("region", region),
		...defined("city", city),
	};
}

function bitsOf4(address: string): bigint {
	return BigInt(address.split(".").reduce((bits, part) => bits * 256 + Number(part), 0));
}

/** Returns the first 64 bits of a canonical IPv6 address. */
function networkOf6(address: string): bigint {
	const [head = "", tail] = address.split("::");
	const before = head === "" ? [] : head.split(":");
	const after = tail === undefined || tail === "" ? [] : tail.split(":");
	const zeros = Array<string>(8 - before.length - after.length).fill("0");
	const groups = [...before, ...zeros, ...after].slice(0, 4);
	return groups.reduce((bits, group) => (bits << 16n) | BigInt(`0x${group}`), 0n);
}
