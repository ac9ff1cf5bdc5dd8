// Looks addresses up, as a worker thread. Reads files and answers; it never opens a connection.
import { parentPort, workerData } from "node:worker_threads";
import { openLocations, openOwners, placeOf, type Source } from "./finders.ts";
import type { FromWorker, WorkerTask } from "./messages.ts";
import { openSet, type SetOutcome } from "./sets.ts";

function send(message: FromWorker): void {
	parentPort?.postMessage(message);
}

function sourceOf<Found>(outcome: SetOutcome<(address: string) => Found | undefined>): Source<Found> {
	return outcome.kind === "open" ? { kind: "open", find: outcome.opened } : outcome;
}

const { dataFolders } = workerData as WorkerTask;
const locations = sourceOf(await openSet({ dataset: "location", dataFolders, open: openLocations }));
const owners = sourceOf(await openSet({ dataset: "owner", dataFolders, open: openOwners }));
parentPort?.on("message", (address: string) => {
	try {
		send({ kind: "answer", place: placeOf(address, locations, owners) });
	} catch {
		// A file made to confuse its reader: this address is not known, others may be.
		send({ kind: "answer", place: { kind: "unknown", why: "damaged" } });
	}
});
send({ kind: "ready" });
