// JSON-RPC with clients that are broken, greedy, slow or gone.
import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import fc from "fast-check";
import { StuckOutput } from "../../support/terminal/streams.ts";
import { type Message, rpcInRoom, startRpc } from "../../support/views/rpc-session.ts";
import { ScriptedEngine } from "../../support/views/scripted-engine.ts";

test("Bytes that are no UTF-8 or no JSON are parse errors; JSON that is no request is an invalid request", async () => {
	const { raw, call, exit } = await rpcInRoom();
	for (const line of [Buffer.from([0x22, 0xff, 0x22]), "{", "nonsense", '{"jsonrpc":"2.0"']) {
		assert.deepEqual(await raw(line), {
			jsonrpc: "2.0",
			id: null,
			error: { code: -32_700, message: "Parse error", data: { code: "parse_error" } },
		});
	}
	for (const line of [
		"null",
		"0",
		"false",
		'""',
		"{}",
		'{"jsonrpc":"2.0","method":5}',
		'{"jsonrpc":"2.0","method":"a","params":1}',
	]) {
		assert.equal(((await raw(line)) as Message).error?.data.code, "invalid_request", line);
	}
	assert.equal(((await raw('{"id":7}')) as Message).id, 7);
	for (const id of ["9007199254740993", "-1764422400123456789", "1e999", "0.5"]) {
		const answer = (await raw(`{"jsonrpc":"2.0","id":${id},"method":"status"}`)) as Message;
		assert.deepEqual(
			[answer.id, answer.error?.data.code],
			[null, "invalid_request"],
			"no other id than was asked with",
		);
	}
	await call("quit");
	await exit;
});

test("A batch is answered by a batch, also a lone answer, and a broken member spoils nothing", async () => {
	const { raw, call, exit } = await rpcInRoom();
	const batch = [{ jsonrpc: "2.0", id: 1, method: "status" }, null, { jsonrpc: "2.0", method: "status" }];
	const answers = (await raw(JSON.stringify(batch))) as Message[];
	assert.deepEqual(
		answers.map((answer) => answer.error?.code ?? "ok"),
		["ok", -32_600],
	);
	const request = { jsonrpc: "2.0", id: 1, method: "block", params: { address: "192.0.2.9" } };
	const lone = await raw(JSON.stringify([request]));
	assert.deepEqual(lone, [{ jsonrpc: "2.0", id: 1, result: {} }]);
	assert.equal(((await raw("[]")) as Message).error?.data.code, "invalid_request");
	const long = JSON.stringify(Array.from({ length: 1001 }, () => 0));
	assert.equal(((await raw(long)) as Message).error?.data.code, "batch_too_long");
	await call("quit");
	await exit;
});

test("A line of more than 1 MiB is refused and skipped up to its end, and the next one is served", async () => {
	const { raw, call, exit } = await rpcInRoom();
	const answer = (await raw(`"${"x".repeat(1024 * 1024)}"`)) as Message;
	assert.equal(answer.error?.data.code, "line_too_long");
	assert.deepEqual((await call("block", { address: "192.0.2.9" })).result, {});
	await call("quit");
	await exit;
});

test("A client that stops reading is left with an error on stderr instead of filling the memory", async () => {
	const engine = new ScriptedEngine();
	const output = new StuckOutput();
	const { errors, exit } = startRpc(engine, {
		output,
		flushTimeoutMs: 50,
		outputLimits: { lines: 10, bytes: 1_000_000 },
	});
	for (let count = 0; count < 20; count += 1)
		engine.emit({ kind: "notice", tone: "info", notice: { code: "passwordChanged" } });
	assert.equal(await exit, 1);
	assert.match(errors.text, /does not read/);
	assert.ok(engine.closeCount > 0);
});

test("While the client does not read, its requests wait unread", async () => {
	const engine = new ScriptedEngine();
	const input = new PassThrough();
	const { exit, stop } = startRpc(engine, { input, output: new StuckOutput(), flushTimeoutMs: 50 });
	engine.emit({ kind: "notice", tone: "info", notice: { code: "passwordChanged" } });
	const request = `${JSON.stringify({ jsonrpc: "2.0", method: "block", params: { address: "192.0.2.1" } })}\n`;
	for (let count = 0; count < 5000; count += 1) input.write(request);
	await new Promise((resolve) => setImmediate(resolve));
	assert.ok(input.writableNeedDrain, "the sender is made to wait");
	assert.ok(engine.commands.filter((command) => command.kind === "block").length < 5000);
	stop.abort();
	await exit;
});

test("A client that goes away ends the run", async () => {
	const { output, engine, exit } = await rpcInRoom();
	output.destroy(new Error("EPIPE"));
	assert.equal(await exit, 0);
	assert.ok(engine.closeCount > 0);
});

test("Whatever lines come in, every line out is a JSON-RPC message and the session still answers", async () => {
	const line = fc.oneof(
		fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
		fc.json().map((text) => Buffer.from(text)),
		fc
			.record(
				{ jsonrpc: fc.constant("2.0"), id: fc.jsonValue(), method: fc.string(), params: fc.jsonValue() },
				{ requiredKeys: [] },
			)
			.map((request) => Buffer.from(JSON.stringify(request))),
		fc
			.record({
				jsonrpc: fc.constant("2.0"),
				id: fc.integer(),
				method: fc.constantFrom(
					"password",
					"send",
					"members",
					"blocks",
					"block",
					"unblock",
					"kick",
					"status",
					"unlock",
				),
				params: fc.jsonValue(),
			})
			.map((request) => Buffer.from(JSON.stringify(request))),
	);
	await fc.assert(
		fc.asyncProperty(fc.array(line, { maxLength: 20 }), async (lines) => {
			const { input, messages, call, exit, errors } = startRpc(new ScriptedEngine(), {
				intent: { kind: "host", wish: {} },
			});
			for (const bytes of lines) {
				input.write(bytes);
				input.write("\n");
			}
			assert.ok(Array.isArray((await call("members")).result));
			await call("quit");
			assert.equal(await exit, 0);
			for (const message of messages().flat()) assert.equal(message.jsonrpc, "2.0");
			assert.equal(errors.text, "");
		}),
		{ numRuns: 150 },
	);
});
