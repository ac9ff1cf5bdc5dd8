// `rt dht-node`: runs until it is told to stop.
import { once } from "node:events";
import type { Writable } from "node:stream";
import { EXIT_OK, type ExitCode } from "../words/exit-codes.ts";

/** What runs; `main` hands it in. Lines are fit to print. */
export interface RunningDhtNode {
	readonly lines: readonly string[];
	close(): Promise<void>;
}

/** Says what to type, waits for `stop`, ends the nodes. */
export async function runDhtNodeCommand(node: RunningDhtNode, output: Writable, stop: AbortSignal): Promise<ExitCode> {
	for (const line of node.lines) output.write(`${line}\n`);
	if (!stop.aborted) await once(stop, "abort");
	await node.close();
	return EXIT_OK;
}
