// The worker thread of the groups.
import { parentPort } from "node:worker_threads";
import { GarbageAtRest } from "../garbage-at-rest.ts";
import type { ToWorker } from "./messages.ts";
import { HostRehearsal, rehearse } from "./rehearsal.ts";
import { systemHpke } from "./suite/hpke.ts";
import { serveGroups } from "./worker-sessions.ts";

if (parentPort === null) throw new Error("group-worker.ts only runs as a worker thread.");
serveGroups(parentPort, { hpke: systemHpke, rehearse });
const garbage = new GarbageAtRest();
const hostRehearsal = new HostRehearsal();
parentPort.on("message", (message: ToWorker) => {
	if (message.kind === "open") garbage.worked();
	hostRehearsal.hears(message);
});
