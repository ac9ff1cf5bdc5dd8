// Where data for looking up addresses comes from, under which licence, and what must be said about it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import type { DatasetKind, Manifest, Provenance } from "./shelf.ts";

/** An npm package with data. */
export interface PackageSource {
	readonly name: string;
	readonly dataset: DatasetKind;
	readonly format: Manifest["format"];
	readonly licence: string;
	/** The files of the package that are needed, relative to it. */
	readonly files: readonly string[];
	/** Largest size of one of them. */
	readonly fileLimitBytes: number;
	/** A note for the person who thinks of downloading it. */
	readonly caution: string;
}

const megabyte = 1024 * 1024;

export const packageSources = {
	location: {
		name: "geoip-lite",
		dataset: "location",
		format: "geoip-lite",
		licence: "CC BY-SA 4.0 (GeoLite2 data created by MaxMind)",
		files: ["data/geoip-city.dat", "data/geoip-city6.dat", "data/geoip-city-names.dat"],
		fileLimitBytes: 256 * megabyte,
		caution:
			"The locations in geoip-lite are from August 2019, the last that may be passed on freely. For newer ones use a MaxMind licence key or import an .mmdb file.",
	},
	owner: {
		name: "@ip-location-db/asn",
		dataset: "owner",
		format: "owner-table",
		licence: "CC BY 4.0 (RouteViews, DB-IP, NRO)",
		files: ["asn-ipv4-num.csv", "asn-ipv6-num.csv"],
		fileLimitBytes: 128 * megabyte,
		caution:
			"Its publisher warns that the npm edition has gaps and wrong entries and that no more will follow. For better ones use a MaxMind licence key or import an .mmdb file.",
	},
} as const satisfies Readonly<Record<DatasetKind, PackageSource>>;

/** What the licences of all data that can be in use ask us to say; one paragraph each. */
export const attributions: readonly string[] = [
	"This product includes GeoLite2 data created by MaxMind, available from https://www.maxmind.com (the data that comes with it: CC BY-SA 4.0).",
	"Network owners: routeviews.org and the Number Resource Organization (nro.net), and IP Geolocation by DB-IP (https://db-ip.com), merged by ip-location-db; CC BY 4.0.",
];

/** The licence of an .mmdb file, as far as its type tells. */
export function mmdbLicence(databaseType: string): string {
	if (/^GeoLite2/i.test(databaseType)) return "GeoLite2 end user licence (created by MaxMind, https://www.maxmind.com)";
	if (/^DBIP/i.test(databaseType)) return "CC BY 4.0 (IP Geolocation by DB-IP, https://db-ip.com)";
	return "the terms of whoever you have it from";
}

const packageSchema = v.object({ name: v.string(), version: v.pipe(v.string(), v.maxLength(64)) });

/** The version of a package that lies in `folder`; `undefined` when there is none or it is another package. */
export function packageVersion(folder: string, name: string): string | undefined {
	try {
		const json = readFileSync(join(folder, "package.json"), "utf8");
		const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), packageSchema), json);
		return parsed.success && parsed.output.name === name ? parsed.output.version : undefined;
	} catch {
		return undefined;
	}
}

/** What is known of one version of a package with data. */
export function provenanceOf(dataset: DatasetKind, version: string, origin: Manifest["origin"]): Provenance {
	const { name, licence } = packageSources[dataset];
	const dataDate = dataset === "location" ? locationDate(version) : ownerDate(version);
	return { origin, source: name, sourceVersion: version, licence, ...(dataDate === undefined ? {} : { dataDate }) };
}

/** Every release of geoip-lite up to 2.x has the same data: https://github.com/geoip-lite/node-geoip/issues/251 */
function locationDate(version: string): string | undefined {
	return /^[12]\./.test(version) ? "2019-08-28" : undefined;
}

/** Its versions end in the date and the hour they were made: 2.3.2026061719. */
function ownerDate(version: string): string | undefined {
	return /\.(\d{4}-\d\d-\d\d)$/.exec(version.replace(/\.(\d{4})(\d\d)(\d\d)\d\d$/, ".$1-$2-$3"))?.[1];
}
