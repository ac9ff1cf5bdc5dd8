// A group's worker that hangs over every commit it receives, as ts-mls does over some, and dies of every removal. All else works.
import { parentPort, workerData } from "node:worker_threads";
import { messageKind } from "../../src/crypto/group/header.ts";
import { ownedBuffers, type Request } from "../../src/crypto/group/messages.ts";
import { GroupSession } from "../../src/crypto/group/session.ts";

const port = parentPort!;
const session = await GroupSession.make(workerData.roomId);

async function answer(request: Request): Promise<void> {
	if (request.kind === "receive" && messageKind(request.message)?.kind !== "line") for (;;);
	if (request.kind === "remove") process.exit(1);
	const reply = await session.handle(request);
	port.postMessage({ kind: "reply", reply }, ownedBuffers(reply));
}

let last: Promise<void> = Promise.resolve();
port.on("message", (request: Request) => {
	last = last.then(() => answer(request));
});
port.postMessage({ kind: "started" });
