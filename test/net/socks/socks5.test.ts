// SOCKS5 byte by byte: what is written for what, what each reply means, and what a hostile proxy can do.
import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import fc from "fast-check";
import { memoryLinkPair } from "../../../src/net/link/memory-transport.ts";
import { type ProxyRequest, socksConnect } from "../../../src/net/socks/socks5.ts";

const never = new AbortController().signal;

/** Speaks with a proxy that answers each message with the next of `answers`, each byte by itself; the rest comes behind the last answer. */
async function talk(request: ProxyRequest, answers: readonly (readonly number[])[]) {
	const [near, far] = memoryLinkPair();
	const heard: number[][] = [];
	const waiting = [...answers];
	far.stream.on("data", (piece: Buffer) => {
		heard.push([...piece]);
		const answer = waiting.shift();
		if (answer === undefined) far.stream.destroy();
		else for (const byte of answer) far.stream.write(Uint8Array.of(byte));
		if (waiting.length === 0 && answers.length < 2) far.stream.end();
	});
	const outcome = await socksConnect(near.stream, request, never);
	return { outcome, heard, near: near.stream, far: far.stream };
}

const connected = [5, 0, 0, 1, 127, 0, 0, 1, 0, 80];

test("an address is asked for as bytes and a name as a name, so the proxy looks it up", async () => {
	const asked = async (host: string) => (await talk({ host, port: 40213 }, [[5, 0], connected])).heard[1];
	assert.deepEqual(await asked("81.2.69.7"), [5, 1, 0, 1, 81, 2, 69, 7, 0x9d, 0x15]);
	const v6 = [0x20, 1, 0xd, 0xb8, ...Array(11).fill(0), 1];
	assert.deepEqual(await asked("2001:db8::1"), [5, 1, 0, 4, ...v6, 0x9d, 0x15]);
	assert.deepEqual(await asked("ann.example"), [5, 1, 0, 3, 11, ...Buffer.from("ann.example"), 0x9d, 0x15]);
});

test("without a login none is offered; with one it is given as RFC 1929 says", async () => {
	assert.deepEqual((await talk({ host: "a", port: 1 }, [[5, 0], connected])).heard[0], [5, 1, 0]);
	const login = { user: "ann", password: "p:w" };
	const { heard, outcome } = await talk({ host: "a", port: 1, login }, [[5, 2], [1, 0], connected]);
	assert.deepEqual(heard[0], [5, 2, 0, 2]);
	assert.deepEqual(heard[1], [1, 3, ...Buffer.from("ann"), 3, ...Buffer.from("p:w")]);
	assert.equal(outcome.kind, "connected");
});

test("the far end's first bytes are not lost, wherever the proxy's answer ends", async () => {
	for (const bound of [
		[1, 127, 0, 0, 1],
		[3, 4, 97, 98, 99, 100],
		[4, ...Array(16).fill(0)],
	]) {
		const reply = [5, 0, 0, ...bound, 0, 80];
		const { outcome, near } = await talk({ host: "a", port: 1 }, [
			[5, 0],
			[...reply, ...Buffer.from("hello")],
		]);
		assert.equal(outcome.kind, "connected");
		let text = "";
		near.on("data", (piece: Buffer) => {
			text += piece;
		});
		while (text.length < 5) await once(near, "data");
		assert.equal(text, "hello");
	}
});

test("each reply has its own code, Tor's own among them", async () => {
	const codeOf = async (reply: number) => {
		const { outcome } = await talk({ host: "a", port: 1 }, [
			[5, 0],
			[5, reply, 0, 1, 0, 0, 0, 0, 0, 0],
		]);
		return outcome.kind === "failed" ? outcome.code : outcome.kind;
	};
	const codes = await Promise.all([2, 3, 5, 0xf0, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 99].map(codeOf));
	assert.deepEqual(codes, [
		"notAllowed",
		"unreachable",
		"refused",
		"onionNotFound",
		"onionInvalid",
		"onionNotIntroduced",
		"onionNotMet",
		"onionNeedsKey",
		"onionWrongKey",
		"onionBadAddress",
		"onionTimedOut",
		"failed",
	]);
});

test("a proxy that wants a login, refuses one, speaks otherwise or goes away is told apart", async () => {
	const codeOf = async (answers: readonly (readonly number[])[], login?: ProxyRequest["login"]) => {
		const { outcome } = await talk({ host: "a", port: 1, ...(login && { login }) }, answers);
		return outcome.kind === "failed" ? outcome.code : outcome.kind;
	};
	const login = { user: "ann", password: "secret" };
	assert.equal(await codeOf([[5, 0xff], []]), "needsLogin");
	assert.equal(await codeOf([[5, 2], []]), "notAProxy", "a login nobody offered");
	assert.equal(await codeOf([[5, 0xff], []], login), "loginRefused");
	assert.equal(await codeOf([[5, 2], [1, 1], []], login), "loginRefused");
	assert.equal(await codeOf([[...Buffer.from("HTTP/1.1 400")], []]), "notAProxy");
	assert.equal(await codeOf([[5, 0], [...Buffer.from("SSH-2.0-x")]]), "notAProxy");
	assert.equal(
		await codeOf([
			[5, 0],
			[5, 0, 0, 9, 0, 0],
		]),
		"notAProxy",
		"an address of no kind",
	);
	assert.equal(await codeOf([[5]]), "closed");
	assert.equal(await codeOf([[5, 0]]), "closed");
});

test("a name or login longer than a byte can count is refused before anything is written of it", async () => {
	const long = await talk({ host: "a".repeat(256), port: 1 }, []);
	assert.deepEqual(long.outcome, { kind: "failed", code: "nameNotFound" });
	assert.deepEqual(long.heard, []);
	const login = { user: "u".repeat(256), password: "" };
	const { outcome, heard } = await talk({ host: "a", port: 1, login }, [[5, 2], []]);
	assert.deepEqual(outcome, { kind: "failed", code: "loginRefused" });
	assert.equal(heard.length, 1);
});

test("a proxy that never answers is given up when the signal fires", async () => {
	const [near] = memoryLinkPair();
	const stop = new AbortController();
	const asking = socksConnect(near.stream, { host: "a", port: 1 }, stop.signal);
	stop.abort();
	assert.deepEqual(await asking, { kind: "failed", code: "aborted" });
});

test("whatever a proxy answers, there is an outcome", async () => {
	const bytes = fc.array(fc.nat(255), { maxLength: 24 });
	await fc.assert(
		fc.asyncProperty(bytes, bytes, async (first, second) => {
			const [near, far] = memoryLinkPair();
			far.stream.resume();
			far.stream.end(Uint8Array.from([...first, ...second]));
			const { kind } = await socksConnect(near.stream, { host: "a", port: 1 }, never);
			assert.ok(kind === "connected" || kind === "failed");
		}),
	);
});
