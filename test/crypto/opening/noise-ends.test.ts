// How a channel by Noise fails and ends: why none was made, what a broken line below it leads to, and that it takes no more from below than somebody reads.
import assert from "node:assert/strict";
import { once } from "node:events";
import { type Duplex, duplexPair } from "node:stream";
import { test } from "node:test";
import { noiseChannel } from "../../../src/crypto/opening/noise-channel.ts";
import { hostHandshake, SECOND_MESSAGE_BYTES } from "../../../src/crypto/opening/noise-keys.ts";
import { framed, RecordWriter } from "../../../src/crypto/opening/noise-records.ts";
import { close, closed, patience, secured } from "./conformance.ts";
import { guestByHand } from "./noise-by-hand.ts";

/** A guest's channel, the stream below it at both ends, and what seals as the host. */
async function guestSide() {
	const [below, far] = duplexPair();
	const opening = noiseChannel({ stream: below, role: "guest", signal: patience() });
	const [first] = (await once(far, "data")) as [Buffer];
	const { message, keys } = await hostHandshake(first.subarray(2));
	far.write(framed(message));
	const { stream } = secured(await opening);
	return { below, far, stream, writer: new RecordWriter(keys.host) };
}

/** Resolves when what was written to the other end can be read here. */
const arrived = async (below: Duplex, sizeBytes: number): Promise<void> => {
	while (below.readableLength < sizeBytes) await new Promise((resolve) => setImmediate(resolve));
};

test("where no channel is made it is said why, by either side, and the stream is closed", async (t) => {
	for (const role of ["guest", "host"] as const) {
		const meet = async (act: (far: Duplex, near: Duplex) => void, signal = patience()) => {
			const [near, far] = duplexPair();
			far.resume();
			const opening = noiseChannel({ stream: near, role, signal });
			act(far, near);
			const outcome = await opening;
			close(far);
			assert.ok(outcome.kind === "failed" && near.destroyed);
			return outcome.detail;
		};
		assert.equal(await meet((far) => far.end()), "the other side closed");
		assert.equal(await meet((_far, near) => near.destroy(new Error("reset"))), "the other side closed");
		assert.equal(await meet((far) => far.write(Uint8Array.of(9, 9))), "the message has no possible size");
		assert.equal(await meet(() => {}, AbortSignal.abort()), "aborted");
	}
	const changed = new Uint8Array(SECOND_MESSAGE_BYTES);
	const [near, far] = duplexPair();
	const opening = noiseChannel({ stream: near, role: "guest", signal: patience() });
	far.resume();
	far.write(framed(changed));
	const outcome = await opening;
	assert.ok(outcome.kind === "failed" && outcome.detail !== "" && near.destroyed);
	// The stream below breaks at the last word of the handshake.
	const [below, guest] = duplexPair();
	t.mock.method(below, "write", () => {
		below.destroy();
		return false;
	});
	guest.write(framed(guestByHand().message));
	const broken = await noiseChannel({ stream: below, role: "host", signal: patience() });
	assert.ok(broken.kind === "failed");
	assert.equal(broken.detail, "the other side closed");
	close(far, guest);
});

test("a line that breaks breaks the channel, and leaves no error that nobody listens to", async () => {
	for (const error of [undefined, new Error("reset")]) {
		const { below, far, stream } = await guestSide();
		below.destroy(error);
		await closed(stream);
		assert.equal(stream.errored?.message, "The connection broke.");
		close(far);
	}
});

test("what was said before an orderly end is read, and the end with it, where the line is gone meanwhile", async () => {
	for (const isGone of [true, false]) {
		const { below, far, stream, writer } = await guestSide();
		far.write(Buffer.concat([writer.seal(Buffer.from("last words")), writer.end()]));
		// Takes what has come from below, and leaves it unread.
		await arrived(below, 1);
		stream.read(0);
		assert.equal(stream.readableLength, "last words".length);
		if (isGone) below.destroy();
		else far.end();
		if (isGone) await closed(below);
		else await once(below, "end");
		const ended = once(stream, "end");
		assert.equal(String(stream.read()), "last words");
		stream.resume();
		await ended;
		await closed(stream);
		assert.equal(stream.errored?.message, undefined);
		close(below, far);
	}
});

test("bytes behind the good-bye are nothing, and end nothing", async () => {
	const { below, far, stream, writer } = await guestSide();
	const heard: string[] = [];
	stream.on("data", (chunk) => heard.push(String(chunk)));
	const ended = once(stream, "end");
	far.write(Buffer.concat([writer.seal(Buffer.from("last words")), writer.end()]));
	far.write("what nobody has sealed");
	await ended;
	await closed(stream);
	assert.deepEqual([heard, stream.errored], [["last words"], null]);
	close(below, far);
});

test("nothing is taken from below before somebody reads, and no more than they read", async () => {
	const { below, far, stream, writer } = await guestSide();
	const large = writer.seal(Buffer.alloc(2 * stream.readableHighWaterMark, "a"));
	far.write(large);
	await arrived(below, 1);
	await new Promise((resolve) => setImmediate(resolve));
	assert.equal(stream.readableLength, 0, "nobody has read");
	stream.read(0);
	while (stream.readableLength < 2 * stream.readableHighWaterMark) {
		await new Promise((resolve) => setImmediate(resolve));
		stream.read(0);
	}
	const more = writer.seal(Buffer.from("more"));
	far.write(more);
	await arrived(below, more.length);
	await new Promise((resolve) => setImmediate(resolve));
	assert.equal(below.readableLength, more.length, "there is more than anybody has read");
	const read: Buffer[] = [];
	stream.on("data", (chunk: Buffer) => read.push(chunk));
	while (!Buffer.concat(read).toString().endsWith("more")) await once(stream, "data");
	close(stream, far);
});
