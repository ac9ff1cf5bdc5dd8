// Where data for looking up addresses lies on this computer.
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const programFolder = fileURLToPath(new URL(import.meta.url.endsWith(".ts") ? "../../../" : "../", import.meta.url));

/** Names the data folders: the person's own in `home`, then the program's. */
export function geoIpDataFolders(home: string): readonly string[] {
	return [ownDataFolder(home), join(programFolder, "data", "geoip")];
}

/** Names the data folder that updates and imports go to. It is absolute, because geoip-lite would look for a relative path beside its own files. */
export function ownDataFolder(home: string): string {
	return resolve(home, "geoip");
}
