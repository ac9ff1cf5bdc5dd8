// A dead Link is told from a quiet one: a ping every ten seconds, and after three silent ones the other side is gone.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { frameType } from "../../../src/engine/wire/frame.ts";
import { FrameStream } from "../../../src/engine/wire/frame-stream.ts";
import { deadAfterMs, KeepAlive, pingEveryMs } from "../../../src/engine/wire/keep-alive.ts";
import { memoryLinkPair } from "../../../src/net/link/memory-transport.ts";
import { manualClock } from "../../support/manual-clock.ts";

function quietLink(t: TestContext, { patience, isInside }: { patience?: number; isInside?: true } = {}) {
	const clock = manualClock();
	const [near, far] = memoryLinkPair();
	const options = {
		maxBodyBytes: 100,
		maxWaitingBytes: 10_000,
		...(patience && { patience }),
		...(isInside && { isInside }),
	};
	const frames = new FrameStream(near.stream, options);
	const alive = new KeepAlive(frames, clock);
	t.after(() => {
		alive.stop();
		near.stream.destroy();
	});
	return { alive, heard: new FrameStream(far.stream, options), pass: clock.advance, clock };
}

test("a ping is sent every ten seconds, and none after the end", async (t) => {
	const { alive, heard, pass } = quietLink(t);
	pass(pingEveryMs - 1);
	assert.deepEqual(await heard.next(AbortSignal.abort()), { kind: "aborted" });
	pass(1);
	const next = await heard.next(new AbortController().signal);
	assert.equal(next.kind === "frame" && next.frame.type, frameType.ping);
	alive.stop();
	pass(10 * deadAfterMs);
	assert.equal(alive.dead.aborted, false);
});

test("whoever is silent for three steps is gone, and whoever says something before the third is not", (t) => {
	const { alive, pass } = quietLink(t);
	for (let round = 0; round < 5; round += 1) {
		pass(2 * pingEveryMs);
		alive.heard();
	}
	assert.equal(alive.dead.aborted, false);
	pass(deadAfterMs - 1);
	assert.equal(alive.dead.aborted, false);
	pass(1);
	assert.equal(alive.dead.aborted, true);
});

test("on a Link where everything takes three times as long, so does giving up", (t) => {
	const { alive, pass } = quietLink(t, { patience: 3 });
	pass(3 * deadAfterMs - 1);
	assert.equal(alive.dead.aborted, false);
	pass(1);
	assert.equal(alive.dead.aborted, true);
});

test("inside one program nobody asks whether the other side is still there, and an idle room wakes nothing", (t) => {
	const { alive, pass, clock } = quietLink(t, { isInside: true });
	assert.equal(clock.waiting, 0);
	pass(10 * deadAfterMs);
	assert.equal(alive.dead.aborted, false);
});
