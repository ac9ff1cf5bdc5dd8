// The worker thread of a PieceThread: carries out tasks in order and gives each buffer back.
import { parentPort } from "node:worker_threads";
import { type PieceTask, PieceTasks } from "./piece-tasks.ts";
import { youngGarbage } from "./young-garbage.ts";

/** What is encrypted and decrypted comes in a new buffer each time: with those of two pieces collected it takes a third less time than with fifty. */
const collectEveryBytes = 2 * 1024 * 1024;

const port = parentPort;
if (port === null) throw new Error("piece-worker.ts only runs as a worker thread.");
const tasks = new PieceTasks();
const passed = youngGarbage(collectEveryBytes);
port.on("message", ({ task, slot }: { readonly task: PieceTask; readonly slot: ArrayBuffer }) => {
	port.postMessage({ result: tasks.carryOut(task, slot), slot }, [slot]);
	if (task.kind === "seal" || task.kind === "open") passed(task.bytes);
});
