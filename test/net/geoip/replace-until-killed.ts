// Replaces the data on a shelf over and over until it is killed. Argument: the shelf.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { putOnShelf } from "../../../src/net/geoip/shelf.ts";

const [shelf = ""] = process.argv.slice(2);

for (let round = 0; ; round += 1) {
	const about = { origin: "import", source: "test", sourceVersion: String(round), licence: "" } as const;
	await putOnShelf(shelf, { ...about, dataset: "owner", format: "range-table", now: round }, (folder) => {
		for (const name of ["a", "b", "c"]) writeFileSync(join(folder, name), `${round} `.repeat(1000));
	});
}
