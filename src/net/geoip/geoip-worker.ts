// Looks addresses up as a worker thread, and makes the data for that as a process. Reads files and answers; it never opens a connection.
import { parentPort, workerData } from "node:worker_threads";
import type { Source } from "./finders.ts";
import { type Material, make } from "./make.ts";
import { makeApart } from "./make-process.ts";
import type { FromWorker, GeoIpFolders, WorkerTask } from "./messages.ts";
import { onlyCheck, openSet, type SetOutcome } from "./sets.ts";
import { type DatasetKind, datasetKinds, type Manifest, UnusableData } from "./shelf.ts";

const port = parentPort;

function send(message: FromWorker): void {
	if (port === null) process.send?.(message);
	else port.postMessage(message);
}

function sourceOf<Found>(outcome: SetOutcome<(address: string) => Found | undefined>): Source<Found> {
	return outcome.kind === "open" ? { kind: "open", find: outcome.opened } : outcome;
}

async function makeForUs(material: Material, shelf: string): Promise<Manifest> {
	const outcome = await makeApart(material, shelf);
	if (outcome.kind === "refused") throw new UnusableData(outcome.detail);
	return outcome.manifest;
}

/** What is the same for every data set that is opened or checked here. */
function options(dataset: DatasetKind, folders: GeoIpFolders) {
	return { dataset, folders, make: makeForUs, now: Date.now };
}

async function serve(folders: GeoIpFolders): Promise<void> {
	// Late: it brings the names of all regions of the world, which making has no use for.
	const { openLocations, openOwners, placeOf } = await import("./finders.ts");
	const locations = sourceOf(await openSet({ ...options("location", folders), open: openLocations }));
	const owners = sourceOf(await openSet({ ...options("owner", folders), open: openOwners }));
	port?.on("message", (address: string) => {
		try {
			send({ kind: "answer", place: placeOf(address, locations, owners) });
		} catch {
			// A file made to confuse its reader: this address is not known, others may be.
			send({ kind: "answer", place: { kind: "unknown", why: "damaged" } });
		}
	});
	send({ kind: "ready" });
}

async function work(task: WorkerTask): Promise<void> {
	switch (task.kind) {
		case "serve":
			return serve(task.folders);
		case "prepare":
			for (const dataset of datasetKinds) {
				await openSet({ ...options(dataset, task.folders), open: onlyCheck });
			}
			return send({ kind: "ready" });
		case "make":
			try {
				return send({ kind: "made", manifest: await make(task.material, task.shelf, Date.now()) });
			} catch (error) {
				return send({ kind: "refused", detail: reasonOf(error) });
			}
	}
}

function reasonOf(error: unknown): string {
	if (error instanceof UnusableData) return error.message;
	const { code } = error as NodeJS.ErrnoException;
	if (code === "ENOSPC" || code === "EDQUOT") return "The disk is full.";
	if (code === "ENOENT") return "There is no such file.";
	return `The files cannot be read or written (${code ?? String(error)}).`;
}

if (port === null) {
	process.once("message", async (task: WorkerTask) => {
		await work(task);
		process.disconnect();
	});
	// Whoever asked is gone, and nobody wants what is half made.
	process.once("disconnect", () => process.exit());
} else {
	await work(workerData as WorkerTask);
}
