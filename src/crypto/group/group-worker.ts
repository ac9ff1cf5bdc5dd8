// The worker thread of the groups.
import { parentPort } from "node:worker_threads";
import { serveGroups } from "./worker-sessions.ts";

if (parentPort === null) throw new Error("group-worker.ts only runs as a worker thread.");
serveGroups(parentPort);
