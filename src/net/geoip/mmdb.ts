// Databases in MaxMind's .mmdb format, hostile: which kind one is, and what it says of an address.
import { statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { Reader, type Response } from "mmdb-lib";
import { boundedName } from "./place.ts";
import { type DatasetKind, UnusableData } from "./shelf.ts";

export const MMDB_LIMIT_BYTES = 512 * 1024 * 1024;

/** What the location data says of an address. */
export interface FoundLocation {
	readonly country: string;
	/** In English, if the data has names of countries. */
	readonly countryName?: string;
	/** ISO 3166-2 without the country, e.g. "BE". */
	readonly regionCode?: string;
	readonly regionName?: string;
	readonly city?: string;
}

export interface Mmdb {
	readonly dataset: DatasetKind;
	/** As the file calls itself, e.g. "GeoLite2-City"; bounded. */
	readonly databaseType: string;
	/** YYYY-MM-DD */
	readonly builtOn: string;
	/** May take for ever, or throw anything, for a file made to do so: only in a worker that is watched. */
	readonly get: (address: string) => unknown;
}

/** Throws UnusableData for a file that is none, or of a kind that is of no use here. */
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
	const { databaseType, buildEpoch, nodeCount, searchTreeSize } = reader.metadata;
	if (searchTreeSize > bytes.length || nodeCount < 1) throw new UnusableData("The .mmdb database is cut off.");
	const type = boundedName(databaseType) ?? "";
	const builtAt = buildEpoch instanceof Date && Number.isFinite(buildEpoch.getTime()) ? buildEpoch : new Date(0);
	return {
		dataset: datasetOf(type),
		databaseType: type,
		builtOn: builtAt
			.toISOString()
			.replace(/^\+\d+/, "9999")
			.slice(0, 10),
		get: (address) => reader.get(address),
	};
}

/** MaxMind: GeoLite2-City, GeoIP2-Country, GeoLite2-ASN, GeoIP2-ISP … · DB-IP: DBIP-City-Lite, DBIP-ASN-Lite … */
function datasetOf(databaseType: string): DatasetKind {
	if (/\b(?:asn|isp)\b/i.test(databaseType)) return "owner";
	if (/\b(?:city|country|location|enterprise)\b/i.test(databaseType)) return "location";
	throw new UnusableData(
		"The .mmdb database has neither locations nor network owners (a City, Country or ASN database has).",
	);
}

/** `undefined` unless there is a country. */
export function locationIn(record: unknown): FoundLocation | undefined {
	const country = at(record, "country", "iso_code");
	if (typeof country !== "string" || !/^[A-Z]{2}$/.test(country)) return undefined;
	const regions = at(record, "subdivisions");
	const region: unknown = Array.isArray(regions) ? regions[0] : undefined;
	return {
		country,
		...defined("countryName", boundedName(at(record, "country", "names", "en"))),
		...defined("regionCode", boundedName(at(region, "iso_code"))),
		...defined("regionName", boundedName(at(region, "names", "en"))),
		...defined("city", boundedName(at(record, "city", "names", "en"))),
	};
}

/** `undefined` unless there is a number. */
export function ownerIn(record: unknown): { readonly asn: number; readonly networkOwner?: string } | undefined {
	const asn = at(record, "autonomous_system_number");
	if (typeof asn !== "number" || !Number.isInteger(asn) || asn < 1 || asn > 0xffff_ffff) return undefined;
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

/** A field that is left out when there is nothing to say. */
function defined<Key extends string>(key: Key, value: string | undefined): { readonly [Name in Key]?: string } {
	return value === undefined ? {} : ({ [key]: value } as { readonly [Name in Key]: string });
}
