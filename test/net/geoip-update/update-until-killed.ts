// Updates the network owners over and over until it is killed, and tells each step to its parent. Arguments: the data folder, the address of a server, and the time of day there, in ms since the epoch.
import { offerOfDbIp } from "../../../src/net/geoip-update/offers.ts";
import { carryOut } from "../../../src/net/geoip-update/update.ts";

const [dataFolder = "", server = "", now = ""] = process.argv.slice(2);
const { signal } = new AbortController();

for (;;) {
	const outcome = await offerOfDbIp("owner", new URL(server), Number(now), signal);
	if (outcome.kind !== "offer") throw new Error(outcome.detail);
	await carryOut(outcome.offer, { dataFolder, signal, now: Number(now), onStep: ({ kind }) => process.send?.(kind) });
}
