// The worker thread of a PieceThread: carries out tasks in order and gives each buffer back.
import { parentPort } from "node:worker_threads";
import { type PieceTask, PieceTasks } from "./piece-tasks.ts";

const port = parentPort;
if (port === null) throw new Error("piece-worker.ts only runs as a worker thread.");
const tasks = new PieceTasks();
port.on("message", ({ task, slot }: { readonly task: PieceTask; readonly slot: ArrayBuffer }) => {
	port.postMessage({ result: tasks.carryOut(task, slot), slot }, [slot]);
});
