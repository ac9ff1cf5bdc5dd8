// Starts the making of a data set in a process of its own: it takes several times the memory that is needed afterwards, and only the end of a process gives all of it back.
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Manifest } from "../geoip/data-folder.ts";
import type { Material } from "./make.ts";

/** Making a table may take this long: ten times what DB-IP's City Lite takes on an ordinary machine. */
const MAKE_TIMEOUT_MS = 300_000;
const MAXIMUM_HEAP_MB = 1024;

/** Names the file that makes a data set. */
const makeWorkerFile = new URL(
	import.meta.url.endsWith(".ts") ? "./make-worker.ts" : "./make-worker.js",
	import.meta.url,
);

/** Says what the process is asked to do. */
export interface MakeTask {
	readonly material: Material;
	readonly dataFolder: string;
}

/** `detail` is fit to print. */
export type MakeOutcome =
	| { readonly kind: "made"; readonly manifest: Manifest }
	| { readonly kind: "refused"; readonly detail: string };

/** Puts what `material` has into `dataFolder`, in the place of what is there. It never rejects; material made to keep us busy is given up. */
export function makeApart(
	material: Material,
	dataFolder: string,
	signal: AbortSignal,
	timeoutMs = MAKE_TIMEOUT_MS,
): Promise<MakeOutcome> {
	const task: MakeTask = { material, dataFolder };
	const { promise, resolve } = Promise.withResolvers<MakeOutcome>();
	const child = fork(fileURLToPath(makeWorkerFile), {
		execArgv: [`--max-old-space-size=${MAXIMUM_HEAP_MB}`],
		// Nothing a library prints may reach the screen.
		stdio: ["ignore", "ignore", "ignore", "ipc"],
	});
	const giveUp = (detail: string) => {
		resolve({ kind: "refused", detail });
		child.kill("SIGKILL");
	};
	const clock = setTimeout(() => giveUp("It took too long."), timeoutMs);
	const onAbort = () => giveUp("It was broken off.");
	signal.addEventListener("abort", onAbort);
	child.on("message", (outcome: MakeOutcome) => resolve(outcome));
	child.on("error", (error) => giveUp(`It could not be started: ${error.message}`));
	// "exit" would be too early: the outcome may be read only after that.
	child.on("close", () => {
		clearTimeout(clock);
		signal.removeEventListener("abort", onAbort);
		resolve({ kind: "refused", detail: "It ended before it was done." });
	});
	child.send(task, () => {});
	if (signal.aborted) onAbort();
	return promise;
}
