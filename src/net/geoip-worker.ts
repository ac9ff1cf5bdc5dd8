// The worker thread that looks addresses up, or makes the data for that. Reads files and answers; it never opens a connection.
import { parentPort, Worker, workerData } from "node:worker_threads";
import { openLocations, openOwners, placeOf, type Source } from "./geoip-finders.ts";
import { type Material, make } from "./geoip-make.ts";
import type { FromWorker, GeoIpFolders, WorkerTask } from "./geoip-messages.ts";
import { onlyCheck, openSet, type SetOutcome } from "./geoip-sets.ts";
import { type DatasetKind, datasetKinds, type Manifest, UnusableData } from "./geoip-shelf.ts";

const port = parentPort;
if (port === null) throw new Error("geoip-worker.ts only runs as a worker thread.");

function send(message: FromWorker): void {
	port?.postMessage(message);
}

function sourceOf<Found>(outcome: SetOutcome<(address: string) => Found | undefined>): Source<Found> {
	return outcome.kind === "open" ? { kind: "open", find: outcome.opened } : outcome;
}

/** In a worker of its own: making takes several times the memory that is needed afterwards, and only the end of a worker gives it back. */
function makeApart(material: Material, shelf: string): Promise<Manifest> {
	const task: WorkerTask = { kind: "make", material, shelf };
	const worker = new Worker(new URL(import.meta.url), { workerData: task, execArgv: [] });
	return new Promise((resolve, reject) => {
		worker.on("message", (message: FromWorker) => {
			if (message.kind === "made") resolve(message.manifest);
			else reject(new UnusableData(message.kind === "refused" ? message.detail : ""));
		});
		worker.on("error", reject);
		worker.on("exit", () => reject(new UnusableData("The data was not made.")));
	});
}

/** What is the same for every data set that is opened or checked here. */
function options(dataset: DatasetKind, folders: GeoIpFolders) {
	return { dataset, folders, make: makeApart, now: Date.now };
}

async function serve(folders: GeoIpFolders): Promise<void> {
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

await work(workerData as WorkerTask);
