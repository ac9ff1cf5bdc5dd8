// A page's WebSocket behind the manners of `ws`, on the WebSocket that Node has as browsers do: order, pauses, their bound, and what is refused.
import assert from "node:assert/strict";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { type WebSocket, WebSocketServer } from "ws";
import { browserSocket } from "../../src/web/session/browser-socket.ts";
import { until } from "../support/until.ts";

async function pair(t: TestContext) {
	const server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
	await once(server, "listening");
	t.after(() => {
		for (const client of server.clients) client.terminate();
		server.close();
	});
	const arriving = once(server, "connection") as Promise<[WebSocket]>;
	const url = new URL(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
	const near = await browserSocket(url, { signal: new AbortController().signal });
	const [far] = await arriving;
	return { near, far };
}

test("messages come in their order, also those that came while nobody read", async (t) => {
	const { near, far } = await pair(t);
	for (let count = 0; count < 50; count++) far.send(Uint8Array.of(count));
	const got: number[] = [];
	while (got.length < 50) got.push((await near.next())[0]!);
	assert.deepEqual(
		got,
		Array.from({ length: 50 }, (_, index) => index),
	);
	near.send(Uint8Array.of(1, 2, 3));
	const [answer] = (await once(far, "message")) as [Buffer];
	assert.deepEqual([...answer], [1, 2, 3]);
});

test("attack: a relay that sends without end to a page that does not read is given up, with 16 MiB waiting and no more", async (t) => {
	const { near, far } = await pair(t);
	let isClosed = false;
	far.on("close", () => {
		isClosed = true;
	});
	const megabyte = new Uint8Array(1024 * 1024);
	let sent = 0;
	await until(() => {
		if (!isClosed && sent < 64) {
			far.send(megabyte);
			sent += 1;
		}
		return isClosed;
	}, "the page hangs up");
	await assert.rejects(async () => {
		for (;;) await near.next();
	});
});

test("text, which no relay sends, ends the socket", async (t) => {
	const { near, far } = await pair(t);
	far.send("text");
	await assert.rejects(near.next(), /sends what it may not/);
	await until(() => far.readyState === far.CLOSED, "the socket is closed");
});

test("a relay that goes away is heard, and one that is not there is an error", async (t) => {
	const { near, far } = await pair(t);
	far.close(4004);
	await assert.rejects(near.next(), /the room is closed|The room is closed/);
	const nowhere = new URL("ws://127.0.0.1:1");
	await assert.rejects(browserSocket(nowhere, { signal: new AbortController().signal }));
});
