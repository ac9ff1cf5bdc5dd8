// The npm package geoip-lite as a reader of its own data files: used for what a person brings along, where the package is installed.
import { createRequire } from "node:module";

/** The part of geoip-lite that is used here; see its lib/geoip.js. */
interface GeoIpLite {
	readonly lookup: (address: string) => { country: string; region: string; city: string } | null;
}

const require = createRequire(import.meta.url);

/** Says whether the package can be loaded. A release comes without it, because its own data of 2019 makes it 111 MB large. */
export function isGeoIpLiteHere(): boolean {
	try {
		require.resolve("geoip-lite");
		return true;
	} catch {
		return false;
	}
}

/** Loads the package, which reads all data in `folder` (absolute) at once. Only the first folder counts in a process or worker: the package keeps its data for good. */
export function loadGeoIpLite(folder: string): GeoIpLite {
	Object.assign(globalThis, { geodatadir: folder });
	return require("geoip-lite") as GeoIpLite;
}
