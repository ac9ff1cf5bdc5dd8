// What the onion of a room answers to browsers, without Tor before it: the page, a Link for each WebSocket, and nothing else.
import assert from "node:assert/strict";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { type TestContext, test } from "node:test";
import { WebSocket } from "ws";
import { browserLink, onionPageServer } from "../../../src/net/tor/onion-page.ts";
import { until } from "../../support/until.ts";

async function served(t: TestContext) {
	const came: Duplex[] = [];
	const server = onionPageServer("<!doctype html><title>the page</title>", (stream) => came.push(stream));
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	t.after(() => {
		for (const stream of came) stream.destroy();
		server.close();
		server.closeAllConnections();
	});
	return { came, at: `127.0.0.1:${(server.address() as AddressInfo).port}` };
}

test("the onion answers browsers with the page at its root and takes WebSockets at one path: anything else is refused, and a channel by Noise is taken from there alone", async (t) => {
	const { came, at } = await served(t);
	const answered = await fetch(`http://${at}/`);
	assert.match(await answered.text(), /the page/);
	assert.match(answered.headers.get("content-security-policy") ?? "", /default-src 'none'/);
	assert.equal((await fetch(`http://${at}/v1/room`)).status, 404);
	assert.equal((await fetch(`http://${at}/`, { method: "POST", body: "x" })).status, 404);
	const other = new WebSocket(`ws://${at}/v1/host/00`);
	const [error] = await once(other, "error");
	assert.ok(error instanceof Error);
	const socket = new WebSocket(`ws://${at}/v1/room`);
	await once(socket, "open");
	const [stream] = came;
	assert.ok(stream && came.length === 1);
	assert.deepEqual(browserLink(stream).far, { transport: "tor", isWebSocket: true });
	socket.send(Uint8Array.of(0, 1, 2, 3));
	const [bytes] = await once(stream, "data");
	assert.deepEqual([...(bytes as Buffer)], [1, 2, 3]);
	stream.write(Uint8Array.of(9));
	const [message] = await once(socket, "message");
	assert.deepEqual([...(message as Buffer)], [0, 9]);
	socket.close();
});

test("attack: whoever opens ever more connections to the onion's page gets 128 of them, and there is room again as soon as one ends", async (t) => {
	const { came, at } = await served(t);
	const sockets = Array.from({ length: 128 }, () => new WebSocket(`ws://${at}/v1/room`));
	await Promise.all(sockets.map((socket) => once(socket, "open")));
	assert.equal(came.length, 128);
	await assert.rejects(fetch(`http://${at}/`));
	const next = new WebSocket(`ws://${at}/v1/room`);
	await once(next, "error");
	assert.equal(came.length, 128);
	sockets[0]?.terminate();
	const isAnswered = () =>
		fetch(`http://${at}/`).then(
			({ ok }) => ok,
			() => false,
		);
	await until(isAnswered, "the page is answered again");
});
