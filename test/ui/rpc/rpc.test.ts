// The JSON-RPC contract (`rt help rpc`), as a client on the other side of the pipes sees it.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { type TestContext, test } from "node:test";
import type { Event } from "../../../src/engine/api/events.ts";
import { everyWish } from "../../support/views/every-wish.ts";
import { noon } from "../../support/views/fake-engine.ts";
import { blockView } from "../../support/views/gate-view.ts";
import { location, rpcInRoom, startRpc } from "../../support/views/rpc-session.ts";
import { person, rightPassphrase, rightPassword, ScriptedEngine } from "../../support/views/scripted-engine.ts";

function passwordFile(t: TestContext, content: string): string {
	const folder = mkdtempSync(join(tmpdir(), "rt-rpc-"));
	t.after(() => rmSync(folder, { recursive: true }));
	const file = join(folder, "password");
	writeFileSync(file, content, { mode: 0o600 });
	return file;
}

test("A client joins with a password, talks, and quits; the run ends with code 0 after one closed", async () => {
	const { told, call, exit, engine, output } = await rpcInRoom();
	const sent = await call("send", { text: "hello" });
	assert.deepEqual(sent.result, { id: "line0" });
	assert.deepEqual(told("message")[0]?.params, {
		id: "line0",
		from: { name: "Ann", fingerprint: "A".repeat(40) },
		at: noon,
		text: "hello",
		own: true,
	});
	assert.deepEqual((await call("quit")).result, {});
	assert.equal(await exit, 0);
	assert.ok(engine.closeCount > 0);
	assert.deepEqual(
		told("closed").map((one) => one.params?.code),
		["left"],
	);
	assert.match(output.lines.at(-1) ?? "", /"closed"/);
});

test("Every event becomes the notification of the contract, field by field", async () => {
	const { engine, told, input, exit } = await rpcInRoom();
	const bob = person("Bob", "B", { address: "192.0.2.9", location });
	const { fingerprint, shortFingerprint } = bob;
	const formerKey = { fingerprint, shortFingerprint, lastSeenAt: 5, isVerified: true };
	const contractMember = { name: "Bob", fingerprint: "B".repeat(40), trust: "new", address: "192.0.2.9", location };
	const cases: readonly (readonly [Event, object])[] = [
		[{ kind: "joined", self: false, member: bob }, { member: contractMember }],
		[
			{ kind: "left", member: bob, reason: "kicked" },
			{ member: contractMember, reason: "kicked" },
		],
		[
			{ kind: "messageEdited", id: "1", from: person("Bob", "C", { trust: "changed" }), text: "x" },
			{ id: "1", from: { name: "Bob", fingerprint: "C".repeat(40), trust: "changed" }, text: "x" },
		],
		[
			{ kind: "messageEdited", id: "1", from: bob, text: "x" },
			{ id: "1", from: { name: "Bob", fingerprint }, text: "x" },
		],
		[{ kind: "reconnecting" }, {}],
		[{ kind: "reconnected" }, {}],
		[
			{ kind: "keyChanged", member: person("Bob", "C", { trust: "changed", formerKeys: [formerKey] }) },
			{
				member: {
					name: "Bob",
					fingerprint: "C".repeat(40),
					trust: "changed",
					formerKeys: [{ fingerprint: bob.fingerprint, lastSeenAt: 5, isVerified: true }],
				},
			},
		],
		[
			{ kind: "strike", address: "192.0.2.9", location, attempts: 3, disconnected: true },
			{ address: "192.0.2.9", location, attempts: 3, disconnected: true },
		],
		[
			{ kind: "blocked", about: "address", address: "192.0.2.9", location },
			{ about: "address", address: "192.0.2.9", location },
		],
		[
			{ kind: "notice", tone: "warning", notice: { code: "verificationNotSaved" } },
			{
				tone: "warning",
				text: "This could not be written down: it is forgotten when Real Talk ends.",
				code: "verificationNotSaved",
			},
		],
		[
			{ kind: "error", code: "busy", detail: "a frame came too early" },
			{
				code: "busy",
				message: "Too many people are trying to come in at the moment. Wait half a minute, then try again.",
				detail: "a frame came too early",
			},
		],
		[
			{
				kind: "attempt",
				transport: "tcp",
				target: { kind: "address", address: "192.0.2.9", port: 7 },
				state: "trying",
			},
			{ transport: "tcp", address: "192.0.2.9", port: 7, state: "trying" },
		],
		[
			{ kind: "attempt", transport: "dht", target: { kind: "route", route: "dht", via: "node:1" }, state: "answered" },
			{ transport: "dht", address: "node:1", port: 0, state: "answered" },
		],
		[
			{ kind: "listening", port: 1, addresses: [{ address: "::1", port: 1, scope: "loopback" }] },
			{ port: 1, addresses: [{ address: "::1", port: 1, scope: "loopback" }] },
		],
	];
	for (const [event, params] of cases) {
		engine.emit(event);
		assert.deepEqual(told(event.kind).at(-1), { jsonrpc: "2.0", method: event.kind, params });
	}
	assert.equal(told("joined")[0]?.params?.self, true);
	input.end();
	assert.equal(await exit, 0);
});

test("everything a host wishes for reaches the engine, by password call and from a password file alike", async (t) => {
	for (const more of [{}, { passwordFile: passwordFile(t, "the room's secret\n") }]) {
		const engine = new ScriptedEngine();
		const { call, exit } = startRpc(engine, { intent: { kind: "host", wish: everyWish }, ...more });
		if (!("passwordFile" in more)) await call("password", { password: "the room's secret" });
		await call("quit");
		await exit;
		const asked = engine.commands.filter(({ kind }) => kind === "host");
		assert.deepEqual(asked, [{ kind: "host", password: "the room's secret", wish: everyWish }]);
	}
});

test("members, blocks and status answer with what the engine knows, and never with the password", async () => {
	const engine = new ScriptedEngine();
	engine.blockViews = [blockView({ address: "192.0.2.9", since: 5, reason: "strikes", location })];
	const { call, exit } = startRpc(engine, { intent: { kind: "host", wish: { port: 4000 } } });
	await call("password", { password: "the room's secret" });
	assert.deepEqual((await call("members")).result, [
		{ name: "Ann", fingerprint: "A".repeat(40), trust: "new", self: true, host: true },
	]);
	assert.deepEqual((await call("blocks", [])).result, engine.blockViews);
	assert.deepEqual((await call("keyWords", { fingerprint: "A".repeat(40) })).result, {
		words: await engine.keyWords("A".repeat(40)),
	});
	const status = JSON.stringify((await call("status", {})).result);
	assert.match(status, /"phase":\{"state":"inRoom","role":"host"\}/);
	assert.doesNotMatch(status, /secret/);
	await call("quit");
	await exit;
});

test("block, unblock and kick reach the engine with their fields", async () => {
	const { engine, call, exit } = await rpcInRoom();
	await call("block", { address: "192.0.2.9" });
	await call("unblock", { address: "192.0.2.9" });
	await call("kick", { fingerprint: "b".repeat(40) });
	assert.deepEqual(engine.commands.slice(-3), [
		{ kind: "block", address: "192.0.2.9" },
		{ kind: "unblock", address: "192.0.2.9" },
		{ kind: "kick", fingerprint: "b".repeat(40) },
	]);
	await call("quit");
	await exit;
});

test("A refusal carries its stable code, wrong params their field, an unknown method its code", async () => {
	const engine = new ScriptedEngine();
	const { call, exit } = startRpc(engine);
	const refused = await call("send", { text: "too early" });
	assert.deepEqual(refused.error, { code: -32_000, message: "You are not in a room.", data: { code: "not_in_room" } });
	for (const params of [{}, { text: 5 }, undefined]) {
		const { error } = await call("send", params);
		assert.equal(error?.code, -32_602);
		assert.deepEqual(error?.data, { code: "invalid_params", field: "text" });
		assert.match(error?.message ?? "", /params\.text/);
	}
	assert.equal((await call("send", ["positional"])).error?.data.code, "invalid_params");
	assert.equal((await call("toString")).error?.data.code, "method_not_found");
	await call("quit");
	await exit;
});

test("A bug in the engine is answered as an internal error and its words stay out of the answer", async () => {
	const { engine, call, errors, exit } = await rpcInRoom();
	engine.override = (command) => {
		if (command.kind === "send") throw new TypeError(`cannot handle ${command.text}`);
		return undefined;
	};
	const { error } = await call("send", { text: "private words" });
	assert.deepEqual(error, { code: -32_603, message: "Internal error", data: { code: "internal" } });
	assert.match(errors.text, /TypeError/);
	assert.doesNotMatch(errors.text, /private words/);
	await call("quit");
	await exit;
});

test("Blank lines and requests without id get no answer", async () => {
	const { engine, input, output, call, exit } = await rpcInRoom();
	input.write('\n  \r\n{"jsonrpc":"2.0","method":"send","params":{"text":"quiet"}}\n');
	await output.until("quiet");
	const answers = output.lines.filter((line) => !line.includes('"method"'));
	assert.equal(answers.length, 1);
	assert.deepEqual(engine.commands.at(-1), { kind: "send", text: "quiet" });
	await call("quit");
	await exit;
});

test("A first start makes an identity with the name given, or a neutral one", async () => {
	for (const [name, expected] of [
		["Builder", "Builder"],
		[undefined, "someone"],
	] as const) {
		const engine = new ScriptedEngine({ kind: "none" });
		const intent = { kind: "join", target: "192.0.2.1 4000", ...(name === undefined ? {} : { name }) } as const;
		const { output, input, exit } = startRpc(engine, { intent });
		await output.until("passwordRequired");
		assert.deepEqual(engine.commands[0], { kind: "createIdentity", name: expected });
		input.end();
		await exit;
	}
});

test("A locked identity waits for unlock, and a wrong passphrase can be followed by the right one", async () => {
	const { shortFingerprint } = person("Ann", "A");
	const { call, told, output, exit } = startRpc(new ScriptedEngine({ kind: "locked", name: "Ann", shortFingerprint }));
	await output.until("identity_locked");
	assert.equal((await call("unlock", { passphrase: "no" })).error?.data.code, "wrong_passphrase");
	assert.deepEqual((await call("unlock", { passphrase: rightPassphrase })).result, {});
	await output.until("passwordRequired");
	assert.equal(told("error").length, 1);
	await call("quit");
	await exit;
});

test("A host without a password file chooses the password by calling password until one is accepted", async () => {
	const { call, told, output, exit } = startRpc(new ScriptedEngine(), { intent: { kind: "host", wish: {} } });
	await output.until("passwordRequired");
	assert.equal(told("passwordRequired")[0]?.params?.choosing, true);
	assert.equal((await call("password", { password: "x" })).error?.data.code, "bad_password");
	assert.deepEqual((await call("password", { password: "long enough" })).result, {});
	assert.equal(told("listening").length, 1);
	assert.equal((await call("password", { password: "again" })).error?.data.code, "not_asked");
	await call("quit");
	await exit;
});

test("A password file answers the first question only, and the client is asked when it was wrong", async (t) => {
	const { output, told, call, engine, exit } = (() => {
		const engine = new ScriptedEngine();
		return { engine, ...startRpc(engine, { passwordFile: passwordFile(t, "wrong one\n") }) };
	})();
	await output.until("passwordRequired");
	assert.deepEqual(
		told("passwordRequired").map((one) => one.params),
		[{ attemptsLeft: 2 }],
	);
	assert.deepEqual(engine.commands.at(-1), { kind: "password", password: "wrong one" });
	await call("password", { password: rightPassword });
	assert.equal(told("joined").length, 1);
	await call("quit");
	await exit;
});

test("The password as the first line of the input leaves the requests behind it alone", async () => {
	const input = new PassThrough();
	input.write(`${rightPassword}\r\n{"jsonrpc":"2.0","id":1,"method":"status"}\n`);
	const engine = new ScriptedEngine();
	const { output, told, exit } = startRpc(engine, { input, passwordFile: "-" });
	await output.until('"id":1');
	await output.until('"joined"');
	assert.equal(told("passwordRequired").length, 0);
	input.end();
	assert.equal(await exit, 0);
});

test("A password file that does not exist ends the run as a usage error, with one closed", async () => {
	const { told, exit, errors } = startRpc(new ScriptedEngine(), { passwordFile: "/nonexistent/secret-path" });
	assert.equal(await exit, 2);
	assert.equal(told("closed").length, 1);
	assert.doesNotMatch(errors.text, /secret-path/);
});

test("A refused start is told as error and closed, and gives the exit code", async () => {
	const engine = new ScriptedEngine();
	engine.override = (command) =>
		command.kind === "host" ? { kind: "refused", code: "cannot_listen", why: "portTaken" } : undefined;
	const { call, told, exit } = startRpc(engine, { intent: { kind: "host", wish: { port: 1 } } });
	assert.equal((await call("password", { password: "long enough" })).error?.data.code, "cannot_listen");
	assert.equal(await exit, 40);
	assert.equal(told("error")[0]?.params?.code, "cannot_listen");
	assert.deepEqual(
		told("closed").map((one) => one.params?.code),
		["cannot_listen"],
	);
});

test("The end of the room ends the run with the code for its reason", async () => {
	const { engine, told, exit } = await rpcInRoom();
	engine.end("kicked");
	assert.equal(await exit, 31);
	assert.deepEqual(
		told("closed").map((one) => one.params),
		[{ code: "kicked", message: "The host removed you from the room. If that was a mistake, ask them." }],
	);
});

test("The end of the input answers what was asked, leaves the room and ends with code 0", async () => {
	const { engine, input, output, exit } = await rpcInRoom();
	input.end('{"jsonrpc":"2.0","id":"last","method":"send","params":{"text":"bye"}}');
	assert.equal(await exit, 0);
	assert.match(output.text, /"id":"last","result":\{"id":"line0"\}/);
	assert.ok(engine.closeCount > 0);
});

test("A stop signal leaves the room and ends with code 0", async () => {
	const { engine, stop, told, exit } = await rpcInRoom();
	stop.abort();
	assert.equal(await exit, 0);
	assert.ok(engine.closeCount > 0);
	assert.equal(told("closed").length, 1);
});
