// A JSON-RPC client at the other end of in-process pipes.
import { PassThrough } from "node:stream";
import { type RpcOptions, runRpc } from "../../../src/ui/rpc/rpc.ts";
import { Collected } from "../terminal/streams.ts";
import { rightPassword, ScriptedEngine } from "./scripted-engine.ts";

/** A line the client got. */
export interface Message {
	readonly jsonrpc: string;
	readonly id?: unknown;
	readonly method?: string;
	readonly params?: {
		readonly code?: unknown;
		readonly self?: unknown;
		readonly choosing?: unknown;
		readonly attemptsLeft?: unknown;
	};
	readonly result?: unknown;
	readonly error?: { readonly code: number; readonly message: string; readonly data: { code: string; field?: string } };
}

/** A place for addresses in tests. */
export const location = { label: "Berlin, Germany", isSameNetwork: false };

/** A running session and its client's hands. */
export function startRpc(engine: ScriptedEngine, more: Partial<RpcOptions> = {}) {
	const input = new PassThrough();
	const output = new Collected();
	const errors = new Collected();
	const stop = new AbortController();
	const intent = { kind: "join", target: "192.0.2.1 4000" } as const;
	const exit = runRpc({ engine, intent, input, output, errors, stop: stop.signal, ...more });
	const messages = () => output.lines.map((line) => JSON.parse(line) as Message | Message[]);
	const told = (method: string) =>
		messages().filter((one) => !Array.isArray(one) && one.method === method) as Message[];
	let lastId = 0;
	const call = async (method: string, params?: unknown): Promise<Message> => {
		lastId += 1;
		const id = `call${lastId}`;
		input.write(`${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`);
		await output.until(`"id":"${id}"`);
		return messages().find((one) => !Array.isArray(one) && one.id === id) as Message;
	};
	const raw = async (line: string | Buffer): Promise<Message | Message[]> => {
		const before = output.text.length;
		input.write(line);
		input.write("\n");
		await output.until("\n", before);
		return JSON.parse(output.text.slice(before).split("\n")[0]!) as Message | Message[];
	};
	return { input, output, errors, stop, exit, messages, told, call, raw };
}

/** The same, with the right password given. */
export async function rpcInRoom(more: Partial<RpcOptions> = {}) {
	const engine = new ScriptedEngine();
	const session = startRpc(engine, more);
	await session.output.until("passwordRequired");
	await session.call("password", { password: rightPassword });
	return { engine, ...session };
}
