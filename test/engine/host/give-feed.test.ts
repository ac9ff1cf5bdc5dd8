// Posts are given to whoever has shown a feed link: one question, one answer, and the place that a reader takes is free afterwards, however it ends.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { giveFeed, readerWithoutAddress } from "../../../src/engine/host/give-feed.ts";
import type { Opening } from "../../../src/engine/host/greeting.ts";
import type { FeedDoor } from "../../../src/engine/posts/feed-doors.ts";
import { decodeFeedPart, encodeGetFeed } from "../../../src/engine/wire/feed-frames.ts";
import { feedPartBytes } from "../../../src/engine/wire/feed-note.ts";
import { frameType } from "../../../src/engine/wire/frame.ts";
import { FrameStream } from "../../../src/engine/wire/frame-stream.ts";
import { stepTimeoutMs } from "../../../src/engine/wire/handshake.ts";
import type { Caller } from "../../../src/net/address/caller.ts";
import { memoryLinkPair } from "../../../src/net/link/memory-transport.ts";
import { callerAt } from "../../support/net/caller-at.ts";
import { stopTime, turns } from "./stopped-time.ts";

const limits = { maxBodyBytes: 256 * 1024, maxWaitingBytes: 16 * 1024 * 1024 };
const hash = new Uint8Array(32).fill(7);
const posts = { rev: 3, hash, bytes: new Uint8Array(feedPartBytes + 10).fill(1) };
const reader = callerAt("192.0.2.7");

/** Somebody who has shown the link, and what they are given. */
function readsFeed(t: TestContext, door: Partial<FeedDoor> = {}, caller: Caller = reader, patience?: number) {
	const [near, far] = memoryLinkPair();
	const told: unknown[] = [];
	const stop = new AbortController();
	const opening = {
		...{ frames: new FrameStream(far.stream, limits), stream: far.stream, signal: stop.signal },
		greeting: { greeter: { visit: () => ({ caller }) }, patience },
	} as unknown as Opening;
	const outcome = giveFeed(opening, {
		...{ keys: {} as FeedDoor["keys"], secret: new Uint8Array(16) },
		begin: (who) => {
			told.push(["begins", who]);
			return () => told.push("over");
		},
		read: () => posts,
		...door,
	});
	const frames = new FrameStream(near.stream, limits);
	t.after(() => near.stream.destroy());
	/** What comes until the Link ends: how many parts follow each, and its size. */
	const hears = async () => {
		const parts: unknown[] = [];
		for (;;) {
			const next = await frames.next(new AbortController().signal);
			if (next.kind !== "frame") break;
			const part = decodeFeedPart(next.frame.body);
			parts.push(part.kind === "value" ? [part.value.left, part.value.bytes.length] : next.frame.type);
		}
		near.stream.destroy();
		return parts;
	};
	const asks = (rev = 0, have: Uint8Array = new Uint8Array(0)) =>
		frames.send(frameType.getFeed, encodeGetFeed({ rev, hash: have }));
	return { frames, outcome, told, asks, hears, near, far, stop };
}

test("whoever asks is given the whole of it in parts, and nothing where they have this very version", async (t) => {
	for (const [rev, have, parts] of [
		[
			0,
			new Uint8Array(0),
			[
				[1, feedPartBytes],
				[0, 10],
			],
		],
		[3, hash, [[0, 0]]],
		[
			3,
			new Uint8Array(32),
			[
				[1, feedPartBytes],
				[0, 10],
			],
		],
		[
			2,
			hash,
			[
				[1, feedPartBytes],
				[0, 10],
			],
		],
	] as const) {
		const { asks, hears, outcome, told, far } = readsFeed(t);
		asks(rev, have);
		assert.deepEqual(await hears(), parts);
		assert.equal((await outcome).hasRead, true);
		assert.deepEqual([told, far.stream.destroyed], [[["begins", reader.key], "over"], true]);
	}
});

test("whoever has no address is counted without a name", async (t) => {
	const { asks, hears, told, outcome } = readsFeed(t, {}, readerWithoutAddress);
	asks();
	await hears();
	await outcome;
	assert.deepEqual(told, [["begins", undefined], "over"]);
});

test("attack: where as many as may be are given to, another is told so; a link that was taken back gives nothing, and keeps no place", async (t) => {
	const full = readsFeed(t, { begin: () => undefined, read: () => assert.fail("nothing is read for them") });
	full.asks();
	const { refused, hasRead } = await full.outcome;
	assert.deepEqual([refused, hasRead], ["busy", undefined]);
	const old = readsFeed(t, { read: () => undefined });
	old.asks();
	assert.equal((await old.outcome).hasRead, undefined);
	assert.deepEqual(old.told, [["begins", reader.key], "over"]);
});

test("attack: whoever asks in another form, for something else, or not within ten seconds, takes no place at all", async (t) => {
	stopTime(t);
	const garbled = readsFeed(t);
	garbled.frames.send(frameType.getFeed, new Uint8Array(3));
	const other = readsFeed(t);
	other.frames.send(frameType.admitMe);
	const silent = readsFeed(t);
	await turns(5);
	t.mock.timers.tick(stepTimeoutMs);
	for (const { outcome, told } of [garbled, other, silent]) {
		const { kind, hasRead } = await outcome;
		assert.deepEqual([kind, hasRead, told], ["gone", undefined, []]);
	}
});

test("attack: whoever never takes what is sent keeps the place for thirty seconds, or as many times as long as their way is slow", async (t) => {
	stopTime(t);
	for (const [patience, forMs] of [
		[undefined, 30_000],
		[4, 120_000],
	] as const) {
		const { asks, told } = readsFeed(t, {}, reader, patience);
		asks();
		await turns(5);
		t.mock.timers.tick(forMs - 1);
		await turns(5);
		assert.deepEqual(told, [["begins", reader.key]]);
		t.mock.timers.tick(1);
		await turns(5);
		assert.deepEqual(told, [["begins", reader.key], "over"]);
	}
});

test("a room that closes ends what is being given at once", async (t) => {
	const { asks, told, stop, far, outcome } = readsFeed(t);
	asks();
	await turns(5);
	assert.deepEqual(told, [["begins", reader.key]]);
	stop.abort();
	await outcome;
	assert.deepEqual([told, far.stream.destroyed], [[["begins", reader.key], "over"], true]);
});
