// The stream that remembers its first bytes: whatever is done to one side is seen at the other.
import assert from "node:assert/strict";
import { once } from "node:events";
import { type Duplex, duplexPair } from "node:stream";
import { buffer } from "node:stream/consumers";
import { test } from "node:test";
import { FirstBytes } from "../../../src/crypto/opening/first-bytes.ts";

/** The stream, the one below it, and what is at the far end. */
function overAPair(): { readonly stream: FirstBytes; readonly below: Duplex; readonly far: Duplex } {
	const [below, far] = duplexPair();
	far.on("error", () => {});
	return { stream: new FirstBytes(below), below, far };
}

test("the first bytes are remembered and stay the first, and all bytes are passed on", async () => {
	const { stream, far } = overAPair();
	assert.equal(stream.first, undefined);
	far.write(Uint8Array.of(0, 1));
	await once(stream, "readable");
	far.end(Uint8Array.of(22, 3));
	assert.deepEqual(await buffer(stream), Buffer.from([0, 1, 22, 3]));
	assert.equal(stream.first, "0001");
});

test("what is written goes to the stream below, and ending it ends the stream below", async () => {
	const { stream, far } = overAPair();
	stream.write("one, ");
	stream.end("two");
	assert.equal((await buffer(far)).toString(), "one, two");
});

test("an end of the stream below is an end and not a break: what is still to be written is written", async () => {
	const { stream, far } = overAPair();
	far.end();
	await once(stream.resume(), "end");
	assert.equal(stream.destroyed, false);
	stream.end("good-bye");
	assert.equal((await buffer(far)).toString(), "good-bye");
});

test("when either of the two streams is destroyed the other one is too, and an error is told", async () => {
	const one = overAPair();
	one.stream.destroy();
	await once(one.below, "close");
	const other = overAPair();
	other.below.destroy();
	await once(other.stream, "close");
	const third = overAPair();
	const told = once(third.stream, "error");
	third.below.destroy(new Error("the cable was cut"));
	assert.match(String(await told), /the cable was cut/);
	assert.equal(third.stream.destroyed, true);
});

test("attack: whoever sends without end fills no memory while nobody reads", async () => {
	const { stream, below, far } = overAPair();
	far.write(Buffer.alloc(10 * stream.readableHighWaterMark));
	await once(below, "pause");
	assert.ok(stream.readableLength >= stream.readableHighWaterMark);
	far.write("more");
	await new Promise((resolve) => setImmediate(resolve));
	assert.equal(below.readableFlowing, false);
	far.end();
	assert.equal((await buffer(stream)).length, 10 * stream.readableHighWaterMark + 4);
});
