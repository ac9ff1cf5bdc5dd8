// Where data for looking up addresses lies on this computer.
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const programFolder = fileURLToPath(new URL(import.meta.url.endsWith(".ts") ? "../../../" : "../", import.meta.url));

/** Names the shelves with data: the person's own in `home`, then the program's. */
export function geoIpShelves(home: string): readonly string[] {
	return [ownShelf(home), join(programFolder, "data", "geoip")];
}

/** Names the shelf that updates and imports go to. It is absolute, because geoip-lite would look for a relative path beside its own files. */
export function ownShelf(home: string): string {
	return resolve(home, "geoip");
}
