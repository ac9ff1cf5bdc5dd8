// The worker thread of one Group: takes requests in order, one at a time, and answers in the same order.
import { parentPort, workerData } from "node:worker_threads";
import { type FromWorker, ownedBuffers, type Request, type WorkerStart } from "./messages.ts";
import { GroupSession } from "./session.ts";

const port = parentPort;
if (port === null) throw new Error("group-worker.ts only runs as a worker thread.");
const { roomId, isOffRecord } = workerData as WorkerStart;

function send(message: FromWorker, moved: ArrayBuffer[] = []): void {
	port?.postMessage(message, moved);
}

const session = await GroupSession.make(roomId, isOffRecord);

async function answer(request: Request): Promise<void> {
	const reply = await session.handle(request);
	send({ kind: "reply", reply }, ownedBuffers(reply));
}

// One request at a time: two at once would start from the same state and use a key twice.
let last: Promise<void> = Promise.resolve();
port.on("message", (request: Request) => {
	last = last.then(() => answer(request)).catch((error: unknown) => send({ kind: "broken", detail: String(error) }));
});
send({ kind: "started" });
