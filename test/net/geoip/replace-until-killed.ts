// Replaces the data in a data folder over and over until it is killed. Argument: the data folder.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { putInDataFolder } from "../../../src/net/geoip/data-folder.ts";

const [dataFolder = ""] = process.argv.slice(2);

for (let round = 0; ; round += 1) {
	const about = { origin: "import", source: "test", sourceVersion: String(round), licence: "" } as const;
	await putInDataFolder(dataFolder, { ...about, dataset: "owner", format: "range-table", now: round }, (folder) => {
		for (const name of ["a", "b", "c"]) writeFileSync(join(folder, name), `${round} `.repeat(1000));
	});
}
