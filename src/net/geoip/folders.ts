// Where data for looking up addresses lies on this computer.
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { GeoIpFolders } from "./messages.ts";

const programFolder = fileURLToPath(new URL(import.meta.url.endsWith(".ts") ? "../../../" : "../", import.meta.url));

/** The person's own data in `home`, then the program's, which is made of its packages. */
export function geoIpFolders(home: string): GeoIpFolders {
	return {
		shelves: [ownShelf(home), join(programFolder, "data", "geoip", "cache")],
		packages: {
			...folderOf("location", () => import.meta.resolve("geoip-lite/package.json")),
			...folderOf("owner", () => import.meta.resolve("@ip-location-db/asn/package.json")),
		},
	};
}

/** Where updates and imports go. Absolute: geoip-lite would look for a relative path beside its own files. */
export function ownShelf(home: string): string {
	return resolve(home, "geoip");
}

/** A package that is not there is left out. */
function folderOf(dataset: "location" | "owner", find: () => string): GeoIpFolders["packages"] {
	try {
		return { [dataset]: dirname(fileURLToPath(find())) };
	} catch {
		return {};
	}
}
