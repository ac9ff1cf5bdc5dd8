// `rt relay`: runs until it is told to stop.
import { once } from "node:events";
import type { Writable } from "node:stream";
import type { RunningRelayTool } from "../../../engine/api/own-servers.ts";
import { type ExitCode, exitOk } from "../../words/exit-codes.ts";
import { relayLines } from "../../words/tools/relay-words.ts";

export interface RelayCommandOptions {
	readonly relay: RunningRelayTool;
	readonly output: Writable;
	readonly stop: AbortSignal;
	/** Says where it listens as a JSON-RPC notification, for programs. */
	readonly isJson: boolean;
}

/** Says where it listens, waits for `stop`, then tells everybody that it goes away. */
export async function runRelayCommand({ relay, output, stop, isJson }: RelayCommandOptions): Promise<ExitCode> {
	const { port, metricsPort } = relay.facts;
	const params = { port, ...(metricsPort === undefined ? {} : { metricsPort }) };
	const lines = isJson ? [JSON.stringify({ jsonrpc: "2.0", method: "listening", params })] : relayLines(relay.facts);
	for (const line of lines) output.write(`${line}\n`);
	if (!stop.aborted) await once(stop, "abort");
	await relay.close();
	return exitOk;
}
