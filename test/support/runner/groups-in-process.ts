// Stands in the place of the worker thread of groups while changes to the sources are tried (tests-in-process.ts): the groups are served in the test's own
// process. So it is known which tests reach what is changed there, and no thread compiles the sources anew.
import { EventEmitter } from "node:events";
import { createRequire, syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { pathToFileURL } from "node:url";
import type * as NodeThreads from "node:worker_threads";
import type { ToWorker } from "../../../src/crypto/group/messages.ts";
import type * as Hpke from "../../../src/crypto/group/suite/hpke.ts";
import type * as Sessions from "../../../src/crypto/group/worker-sessions.ts";

// What others import of this module is set anew from the object that require() gives.
const threads: { Worker: unknown; MessageChannel: typeof NodeThreads.MessageChannel } = createRequire(import.meta.url)(
	"node:worker_threads",
);

/** Has what is to be started as the worker of groups run in this process, whose folder is the copy of the project; other workers stay what they are. */
export function serveGroupsHere(): void {
	const folder = join(process.cwd(), "src/crypto/group");
	const worker = pathToFileURL(join(folder, "group-worker.ts")).href;
	const RealWorker = threads.Worker as typeof NodeThreads.Worker;
	threads.Worker = new Proxy(RealWorker, {
		construct: (_target, [file, options]) =>
			new URL(file).href.startsWith(worker) ? new ServedHere(folder) : new RealWorker(file, options),
	});
	syncBuiltinESMExports();
}

/** Is a worker of groups as its owner sees it. */
class ServedHere extends EventEmitter {
	readonly stdout = new PassThrough();
	readonly stderr = new PassThrough();
	readonly #near: NodeThreads.MessagePort;

	constructor(folder: string) {
		super();
		const { port1, port2 } = new threads.MessageChannel();
		this.#near = port1.on("message", (message) => this.emit("message", message));
		void this.#serve(folder, port2);
	}

	async #serve(folder: string, port: NodeThreads.MessagePort): Promise<void> {
		const { serveGroups }: typeof Sessions = await import(join(folder, "worker-sessions.ts"));
		const { systemHpke }: typeof Hpke = await import(join(folder, "suite/hpke.ts"));
		serveGroups(port, { hpke: systemHpke });
	}

	postMessage(message: ToWorker): void {
		this.#near.postMessage(message);
	}

	async terminate(): Promise<number> {
		this.#near.close();
		return 1;
	}
}
