// One question to the background process, and its answer.
import type { Duplex } from "node:stream";
import { JSONRPCClient } from "json-rpc-2.0";
import { JsonLines } from "./json-lines.ts";

/** A background process that takes longer hangs. Unlocking computes for a second or two on a slow computer. */
const answerTimeoutMs = 20_000;

export type Answer =
	| { readonly kind: "answer"; readonly result: unknown }
	/** The background process refuses. `message` is a sentence for the person. */
	| { readonly kind: "refused"; readonly message: string }
	| { readonly kind: "noAnswer" };

/** Asks by `stream`, and ends it. */
export async function ask(stream: Duplex, method: string, params: object): Promise<Answer> {
	const gone = "gone";
	let timer: NodeJS.Timeout | undefined;
	const client: JSONRPCClient = new JSONRPCClient((request) => lines.write(request));
	const end = () => client.rejectAllPendingRequests(gone);
	const lines = new JsonLines(stream, {
		onMessage: (message) => {
			if (!("method" in message)) client.receive(message as Parameters<JSONRPCClient["receive"]>[0]);
		},
		onEnd: end,
	});
	try {
		timer = setTimeout(end, answerTimeoutMs);
		return { kind: "answer", result: await client.request(method, params) };
	} catch (error) {
		const message = error instanceof Error ? error.message : String(error);
		return message === gone ? { kind: "noAnswer" } : { kind: "refused", message };
	} finally {
		clearTimeout(timer);
		lines.end();
	}
}
