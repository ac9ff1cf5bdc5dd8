// `rt dht-node`: runs until it is told to stop.
import { once } from "node:events";
import type { Writable } from "node:stream";
import type { RunningDhtNode } from "../../../engine/api/own-servers.ts";
import { type ExitCode, exitOk } from "../../words/exit-codes.ts";
import { dhtNodeLines } from "../../words/tools/dht-node-words.ts";

/** Says what to type, waits for `stop`, then ends the nodes. */
export async function runDhtNodeCommand(node: RunningDhtNode, output: Writable, stop: AbortSignal): Promise<ExitCode> {
	for (const line of dhtNodeLines(node.facts)) output.write(`${line}\n`);
	if (!stop.aborted) await once(stop, "abort");
	await node.close();
	return exitOk;
}
