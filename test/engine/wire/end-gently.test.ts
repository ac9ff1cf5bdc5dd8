// Last words over real TCP: they arrive although the other side is still talking, and nobody waits long for somebody who does not listen.
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { Duplex } from "node:stream";
import { type TestContext, test } from "node:test";
import { endGently } from "../../../src/engine/wire/end-gently.ts";
import { memoryLinkPair } from "../../../src/net/link/memory-transport.ts";

async function socketPair(t: TestContext): Promise<readonly [Socket, Socket]> {
	const server = createServer({ allowHalfOpen: true });
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	const address = server.address();
	assert.ok(typeof address === "object" && address !== null);
	const near = connect({ port: address.port, host: "127.0.0.1", allowHalfOpen: true });
	const [far] = (await once(server, "connection")) as [Socket];
	t.after(() => {
		near.destroy();
		far.destroy();
		server.close();
	});
	return [near, far];
}

test("Last words arrive although the other side has sent much that is not read any more, and goes on sending.", async (t) => {
	const [near, far] = await socketPair(t);
	const broken = once(far, "error").then(([error]) => Promise.reject(error));
	far.write(Buffer.alloc(64 * 1024));
	await once(near, "readable");
	// More than is read ahead, so that the last words still wait in the system when the other side writes again.
	near.write(Buffer.alloc(256 * 1024, "."));
	near.write("goodbye");
	const ended = endGently(near);
	// The far side is in the middle of telling something and looks at what came only afterwards.
	for (let turn = 0; turn < 20; turn += 1)
		await new Promise<void>((written) => far.write(Buffer.alloc(1024), () => written()));
	const heard: Buffer[] = [];
	far.on("data", (chunk) => heard.push(chunk));
	await Promise.race([once(far, "end"), broken]);
	assert.equal(Buffer.concat(heard).toString().replaceAll(".", ""), "goodbye");
	far.end();
	await ended;
	assert.ok(near.destroyed);
});

test("Somebody who never answers is not waited for beyond the limit.", async (t) => {
	const [near, far] = await socketPair(t);
	near.write("goodbye");
	await endGently(near, 50);
	assert.ok(near.destroyed);
	assert.ok(!far.destroyed);
});

test("A stream that has ended at the other side already is closed without waiting.", async (t) => {
	const [near, far] = await socketPair(t);
	far.end("you too");
	await once(near.resume(), "end");
	await endGently(near, 60_000);
	assert.ok(near.destroyed);
});

test("A stream that is destroyed already is left alone, and so is one that breaks or is closed while we wait.", async () => {
	const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
	const before = timers();
	for (const [isEarly, error] of [
		[true, undefined],
		[false, undefined],
		[false, new Error("broken")],
	] as const) {
		const [{ stream }] = memoryLinkPair();
		if (isEarly) stream.destroy();
		const ended = endGently(stream, 60_000);
		if (!isEarly) stream.destroy(error);
		await ended;
		assert.ok(stream.destroyed);
	}
	assert.equal(timers(), before, "no timer is left");
});

test("A stream that does not close by itself is closed once both sides have ended.", async () => {
	for (const isFarFirst of [true, false]) {
		const stream = new Duplex({ autoDestroy: false, read() {}, write: (_chunk, _encoding, done) => done() });
		if (isFarFirst) stream.push(null);
		const ended = endGently(stream, 60_000);
		if (!isFarFirst) stream.once("finish", () => stream.push(null));
		await ended;
		assert.ok(stream.destroyed && stream.writableFinished && stream.readableEnded);
	}
});

test("Bytes that the other side still sends are read and dropped, so that it can say its own last words and end.", async () => {
	const [near, far] = memoryLinkPair();
	// More than is kept for whoever does not read: without somebody who reads, the other side could never end.
	far.stream.end(Buffer.alloc(1024 * 1024));
	await endGently(near.stream, 60_000);
	assert.ok(near.stream.destroyed && near.stream.readableEnded);
});
