// The methods a JSON-RPC client says things with, changes what it said, and verifies people.
import * as v from "valibot";
import type { Command } from "../../engine/api/api.ts";
import type { RpcServer } from "./server.ts";

const id = v.string();

/** `perform` answers as the contract says: `{}`, `{ id }`, `{ words }` or an error. */
export function addTalkMethods(server: RpcServer, perform: (command: Command) => Promise<object>): void {
	server.add("send", {
		params: v.object({ text: v.string(), replyTo: v.exactOptional(id), isAction: v.exactOptional(v.boolean()) }),
		call: (said) => perform({ kind: "send", ...said }),
	});
	server.add("edit", {
		params: v.object({ id, text: v.string() }),
		call: (change) => perform({ kind: "edit", ...change }),
	});
	server.add("delete", { params: v.object({ id }), call: (line) => perform({ kind: "delete", ...line }) });
	server.add("react", {
		params: v.object({ id, emoji: v.string() }),
		call: (reaction) => perform({ kind: "react", ...reaction }),
	});
	server.add("retry", { params: v.object({ id }), call: (line) => perform({ kind: "retry", ...line }) });
	server.add("typing", {
		params: v.object({ isTyping: v.boolean() }),
		call: ({ isTyping }) => perform({ kind: "typing", isTyping }),
	});
	server.add("setTellTyping", {
		params: v.object({ isOn: v.boolean() }),
		call: ({ isOn }) => perform({ kind: "setTellTyping", isOn }),
	});
	server.add("setDisappearing", {
		params: v.object({ seconds: v.union([v.number(), v.literal("off")]) }),
		call: ({ seconds }) => perform({ kind: "setDisappearing", seconds }),
	});
	addVerifyMethods(server, perform);
}

function addVerifyMethods(server: RpcServer, perform: (command: Command) => Promise<object>): void {
	server.add("verifyWords", {
		params: v.object({ fingerprint: v.string() }),
		call: ({ fingerprint }) => perform({ kind: "verifyWords", fingerprint }),
	});
	server.add("verifyAsk", {
		params: v.object({ fingerprint: v.string(), secret: v.string(), question: v.exactOptional(v.string()) }),
		call: (asked) => perform({ kind: "verifyAsk", ...asked }),
	});
	server.add("verifyAnswer", {
		params: v.object({ secret: v.string() }),
		call: ({ secret }) => perform({ kind: "verifyAnswer", secret }),
	});
	server.add("verifyAbort", { params: v.object({}), call: () => perform({ kind: "verifyAbort" }) });
}
