// What all kinds of channel share: the key that everybody knows, and waiting for something to be read.
import assert from "node:assert/strict";
import { hkdfSync } from "node:crypto";
import { type Duplex, duplexPair } from "node:stream";
import { test } from "node:test";
import {
	EXPORTER_BYTES,
	failed,
	PSK_IDENTITY,
	PUBLIC_PSK,
	readable,
} from "../../../src/crypto/opening/channel-outcome.ts";

test("the public key follows from the documented formula, and names itself in TLS", () => {
	assert.equal(PSK_IDENTITY, "real-talk/2");
	assert.deepEqual(Buffer.from(PUBLIC_PSK), Buffer.from(hkdfSync("sha256", "real-talk/2", "", "real-talk/2 open", 32)));
	assert.equal(EXPORTER_BYTES, 32);
});

test("a failure without a kind of its own counts as one of any other kind", () => {
	assert.deepEqual(failed("why"), { kind: "failed", failure: "other", detail: "why" });
	assert.equal(failed("why", "silent").failure, "silent");
});

const events = ["readable", "end", "close"] as const;
const listenersOf = (stream: Duplex): readonly number[] => events.map((event) => stream.listenerCount(event));

test("whoever waits on a stream hears of something to read, of an end and of a break; a signal ends the wait, and nothing stays behind", async () => {
	// The other end of the pair waits for the "end" that it has caused.
	const ways: readonly (readonly [act: (peer: Duplex, stream: Duplex) => void, left: readonly number[]])[] = [
		[(peer) => void peer.write("x"), [0, 0, 0]],
		[(peer) => void peer.end(), [0, 1, 0]],
		[(_, stream) => void stream.destroy(), [0, 0, 0]],
	];
	for (const [act, left] of ways) {
		const [stream, peer] = duplexPair();
		const { signal } = new AbortController();
		const heard = readable(stream, signal);
		act(peer, stream);
		assert.equal(await heard, true);
		assert.deepEqual(listenersOf(stream), left);
	}
	const [stream] = duplexPair();
	const stop = new AbortController();
	const heard = readable(stream, stop.signal);
	stop.abort();
	assert.equal(await heard, false);
	assert.equal(await readable(stream, stop.signal), false, "a signal that was given before");
	assert.deepEqual(listenersOf(stream), [0, 0, 0]);
});
