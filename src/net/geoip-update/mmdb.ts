// Databases in MaxMind's .mmdb format, hostile: which kind one is, and what it says of an address.
import { statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { Reader, type Response } from "mmdb-lib";
import { type DatasetKind, UnusableData } from "../geoip/data-folder.ts";
import { defined, type FoundLocation, LARGEST_ASN, type Owner } from "../geoip/entries.ts";
import { boundedName } from "../geoip/place.ts";
import type { SearchTree } from "./mmdb-walk.ts";

export const MMDB_LIMIT_BYTES = 512 * 1024 * 1024;

export interface Mmdb {
	readonly dataset: DatasetKind;
	/** Is what the file calls itself, such as "GeoLite2-City"; it is bounded. */
	readonly databaseType: string;
	/** The day on which it was built, as YYYY-MM-DD. */
	readonly builtOn: string;
	readonly tree: SearchTree;
	/** Looks an address up. For a file that was made to do harm it may take for ever or throw anything, so it is called only in a process that is watched. */
	readonly get: (address: string) => unknown;
}

/** Opens a database. It throws UnusableData for a file that is none, or of a kind that is of no use here. */
export async function openMmdb(file: string): Promise<Mmdb> {
	const status = statSync(file);
	if (!status.isFile()) throw new UnusableData("This is no file.");
	if (status.size > MMDB_LIMIT_BYTES) throw new UnusableData("The file is too large.");
	const bytes = await readFile(file);
	let reader: Reader<Response>;
	try {
		reader = new Reader<Response>(bytes);
	} catch {
		throw new UnusableData("The file is no .mmdb database, or it is damaged.");
	}
	const { databaseType, buildEpoch, nodeCount, searchTreeSize, recordSize, nodeByteSize, ipVersion } = reader.metadata;
	if (!(searchTreeSize <= bytes.length) || !(nodeCount >= 1) || ![24, 28, 32].includes(recordSize))
		throw new UnusableData("The .mmdb database is cut off.");
	const type = boundedName(databaseType) ?? "";
	const builtAt = buildEpoch instanceof Date && Number.isFinite(buildEpoch.getTime()) ? buildEpoch : new Date(0);
	return {
		dataset: datasetOf(type),
		databaseType: type,
		builtOn: builtAt
			.toISOString()
			.replace(/^\+\d+/, "9999")
			.slice(0, 10),
		tree: { bytes, nodeCount, recordSize, nodeByteSize, ipVersion },
		get: (address) => reader.get(address),
	};
}

/**
 * Returns what a database is about. MaxMind has GeoLite2-City, GeoIP2-Country, GeoLite2-ASN, GeoIP2-ISP and others; DB-IP has DBIP-City-Lite, DBIP-ASN-Lite and
 * others.
 */
function datasetOf(databaseType: string): DatasetKind {
	if (/\b(?:asn|isp)\b/i.test(databaseType)) return "owner";
	if (/\b(?:city|country|location|enterprise)\b/i.test(databaseType)) return "location";
	throw new UnusableData(
		"The .mmdb database has neither locations nor network owners (a City, Country or ASN database has).",
	);
}

/**
 * Says what a record has of a place. Two forms are known: the nested one of GeoLite2 and DB-IP, and the flat one of the npm packages of
 * ip-location-db. It is `undefined` unless there is a country. What DB-IP adds to a city in brackets, a part of the town, is left out.
 */
export function locationIn(record: unknown): FoundLocation | undefined {
	const country = at(record, "country", "iso_code") ?? at(record, "country_code");
	if (typeof country !== "string" || !/^[A-Z]{2}$/.test(country)) return undefined;
	const regions = at(record, "subdivisions");
	const region: unknown = Array.isArray(regions) ? regions[0] : undefined;
	const city = at(record, "city", "names", "en") ?? at(record, "city");
	return {
		country,
		...defined("regionCode", boundedName(at(region, "iso_code"))),
		...defined("regionName", boundedName(at(region, "names", "en") ?? at(record, "state1"))),
		...defined("city", boundedName(typeof city === "string" ? city.replace(/ \([^()]*\)$/, "") : undefined)),
	};
}

/** Says what a record has of a network owner. It is `undefined` unless there is a number. */
export function ownerIn(record: unknown): Owner | undefined {
	const asn = at(record, "autonomous_system_number");
	if (typeof asn !== "number" || !Number.isInteger(asn) || asn < 1 || asn > LARGEST_ASN) return undefined;
	return { asn, ...defined("networkOwner", boundedName(at(record, "autonomous_system_organization"))) };
}

function at(value: unknown, ...path: readonly string[]): unknown {
	let found: unknown = value;
	for (const key of path) {
		if (typeof found !== "object" || found === null || !Object.hasOwn(found, key)) return undefined;
		found = (found as Readonly<Record<string, unknown>>)[key];
	}
	return found;
}
