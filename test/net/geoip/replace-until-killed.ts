// Replaces the data on a shelf over and over until it is killed. Arguments: the shelf, and how: "shelf" (only the swap) or the address of a registry.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { offerOfNpm } from "../../../src/net/geoip/offers.ts";
import { putOnShelf } from "../../../src/net/geoip/shelf.ts";
import { carryOut } from "../../../src/net/geoip/update.ts";

const [shelf = "", how = ""] = process.argv.slice(2);
const { signal } = new AbortController();

async function replaceOnce(round: number): Promise<void> {
	if (how !== "shelf") {
		const outcome = await offerOfNpm("owner", new URL(how), signal);
		if (outcome.kind !== "offer") throw new Error(outcome.detail);
		await carryOut(outcome.offer, { shelf, signal, now: Date.now(), onStep: ({ kind }) => process.send?.(kind) });
		return;
	}
	const about = { origin: "import", source: "test", sourceVersion: String(round), licence: "" } as const;
	await putOnShelf(shelf, { ...about, dataset: "owner", format: "mmdb", now: Date.now() }, (folder) => {
		for (const name of ["a", "b", "c"]) writeFileSync(join(folder, name), `${round} `.repeat(1000));
	});
}

for (let round = 0; ; round += 1) await replaceOnce(round);
