// Starts the making of a data set in a process of its own: it takes several times the memory that is needed afterwards, and only the end of a process gives all of it back.
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Material } from "./make.ts";
import type { FromWorker, WorkerTask } from "./messages.ts";
import type { Manifest } from "./shelf.ts";

/** Ten times what it takes on an ordinary machine. */
const MAKE_TIMEOUT_MS = 120_000;
const MAXIMUM_HEAP_MB = 1024;

/** The file that looks up and makes, as a thread or as a process. */
export const geoIpWorkerFile = new URL(
	import.meta.url.endsWith(".ts") ? "./geoip-worker.ts" : "./geoip-worker.js",
	import.meta.url,
);

/** `detail` is fit to print. */
export type MakeOutcome =
	| { readonly kind: "made"; readonly manifest: Manifest }
	| { readonly kind: "refused"; readonly detail: string };

/** Puts what `material` has onto `shelf`, in the place of what is there. Never rejects; material made to keep us busy is given up. */
export function makeApart(material: Material, shelf: string, signal?: AbortSignal): Promise<MakeOutcome> {
	const task: WorkerTask = { kind: "make", material, shelf };
	const { promise, resolve } = Promise.withResolvers<MakeOutcome>();
	const child = fork(fileURLToPath(geoIpWorkerFile), {
		execArgv: [`--max-old-space-size=${MAXIMUM_HEAP_MB}`],
		// Nothing a library prints may reach the screen.
		stdio: ["ignore", "ignore", "ignore", "ipc"],
	});
	const giveUp = (detail: string) => {
		resolve({ kind: "refused", detail });
		child.kill("SIGKILL");
	};
	const clock = setTimeout(() => giveUp("It took too long."), MAKE_TIMEOUT_MS);
	const onAbort = () => giveUp("It was broken off.");
	signal?.addEventListener("abort", onAbort);
	child.on("message", (message: FromWorker) => {
		if (message.kind === "made" || message.kind === "refused") resolve(message);
	});
	child.on("error", (error) => giveUp(`It could not be started: ${error.message}`));
	child.on("exit", () => {
		clearTimeout(clock);
		signal?.removeEventListener("abort", onAbort);
		resolve({ kind: "refused", detail: "It ended before it was done." });
	});
	child.send(task, () => {});
	if (signal?.aborted) onAbort();
	return promise;
}
