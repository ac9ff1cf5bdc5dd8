// How a member reads what it missed, with groups that say what a test wants: which message goes where, when reading is over, and that nothing out of order is read.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { type TestContext, test } from "node:test";
import type { Group } from "../../../src/crypto/group/group.ts";
import { type Fingerprint, parseFingerprint } from "../../../src/crypto/identity/fingerprint.ts";
import { ReadingOn, type ReadingOnOptions } from "../../../src/engine/guest/reading-on.ts";
import { maxInFlight } from "../../../src/engine/member/reader.ts";
import { encodeCommit, encodePage, encodePosition } from "../../../src/engine/wire/entering-frames.ts";
import { type FrameType, frameType, maxSecureBodyBytes } from "../../../src/engine/wire/frame.ts";
import { FrameStream } from "../../../src/engine/wire/frame-stream.ts";
import { nextHead, startOrder } from "../../../src/engine/wire/transcript.ts";
import { memoryLinkPair } from "../../../src/net/link/memory-transport.ts";
import { expectFrame } from "../../support/attackers/cheap-guest.ts";

const [gus, ann] = ["A", "B"].map((digit) => parseFingerprint(digit.repeat(40))) as [Fingerprint, Fingerprint];
const member = (fingerprint: Fingerprint) => ({ fingerprint, name: "" });
const head = new Uint8Array(32).fill(1);
const message = (byte: number) => new Uint8Array(40).fill(byte);

/** A message and what the host puts before it: its place, and for an echo the number under which it was submitted. */
function numbered(number: number, bytes: number, rest: Uint8Array): Buffer {
	const start = Buffer.alloc(bytes);
	start.writeBigUInt64BE(BigInt(number));
	return Buffer.concat([start, rest]);
}
const line = (seq: number) => [frameType.line, numbered(seq, 8, message(seq))] as const;
const echo = (seq: number, submitted: number) => {
	const number = Buffer.alloc(4);
	number.writeUInt32BE(submitted);
	return [frameType.echo, numbered(seq, 8, number)] as const;
};
const commit = (seq: number) => [frameType.commit, encodeCommit({ seq, message: message(seq) })] as const;

/** A member who reads on from place 5; the group can't read lines, and commits lead to `joined` and `left`. */
function readsOn(
	t: TestContext,
	more: Partial<ReadingOnOptions> = {},
	change: object = { joined: [member(ann)], left: [] },
) {
	const told: string[] = [];
	const closed: string[] = [];
	const groupOf = (name: string) =>
		({
			receive: async ({ message: [first] }: { message: Uint8Array }) => {
				told.push(`${name} gets ${first}`);
				return "certificates" in change || first === 0
					? { kind: "failed" }
					: { kind: "membership", epoch: 1, ...change };
			},
			close: async () => void closed.push(name),
		}) as unknown as Group;
	const submitted = { submitted: { number: 3, epoch: 1, message: message(8) } };
	const own = {
		submittedAs: (number: number) => (number === 3 ? submitted : undefined),
		placed: () => ({ id: "mine" }),
	};
	const [near, far] = memoryLinkPair();
	t.after(() => far.stream.destroy());
	const limits = { maxBodyBytes: maxSecureBodyBytes, maxWaitingBytes: 1024 * 1024 };
	const frames = new FrameStream(near.stream, limits);
	const played = new FrameStream(far.stream, limits);
	const reading = new ReadingOn({
		...{ group: groupOf("group"), self: gus, order: startOrder(5, head), own: own as never },
		emit: (event) => told.push(event.kind === "placed" ? `placed ${event.item.id} at ${event.seq}` : event.kind),
		...more,
	});
	const sends = (...all: readonly (readonly [FrameType, Uint8Array])[]) => {
		for (const [type, body] of all) played.send(type, body);
	};
	const page = (upTo: number, newest: number) => [frameType.page, encodePage({ upTo, newest })] as const;
	return { reading, frames, played, told, closed, sends, page, groupOf };
}

test("pages are read one after the other to the newest place: lines, our own ones and commits, each in its place", async (t) => {
	const pages: number[] = [];
	const { reading, frames, played, told, sends, page } = readsOn(t, {
		onPage: async ({ order }) => void pages.push(order.seq),
	});
	const outcome = reading.catchUp(frames, new AbortController().signal);
	await expectFrame(played, frameType.readOn);
	sends(page(7, 8), line(6), commit(7));
	const place = nextHead(nextHead(head, 6, message(6)), 7, message(7));
	assert.deepEqual(
		Buffer.from(await expectFrame(played, frameType.readOn)),
		Buffer.from(encodePosition({ seq: 7, head: place })),
	);
	sends(page(8, 8), echo(8, 3));
	assert.deepEqual(await outcome, { kind: "caughtUp" });
	assert.deepEqual([pages, reading.order.seq, reading.end], [[7, 8], 8, undefined]);
	assert.deepEqual(told, ["group gets 6", "group gets 7", "problem", "membership", "placed mine at 8"]);
});

test("a guest who finds that they were removed, or that their group does not fit, reads no further and is told why", async (t) => {
	for (const [change, end] of [
		[
			{ joined: [], left: [member(gus)] },
			{ kind: "closed", reason: "kicked" },
		],
		[{ certificates: "can't be read" }, { kind: "outOfStep" }],
	] as const) {
		const pages: number[] = [];
		const onPage = async () => void pages.push(1);
		const { reading, frames, played, sends, page } = readsOn(t, { onPage }, change);
		const outcome = reading.catchUp(frames, new AbortController().signal);
		await expectFrame(played, frameType.readOn);
		sends(page(7, 7), commit(6), commit(7));
		assert.deepEqual(await outcome, { kind: "over", end });
		assert.deepEqual([reading.end, pages], [end, []], "what can't be read is not kept");
	}
});

test("attack: a message at another place than its own, an echo of what was never said, and bytes that are no message are complained of", async (t) => {
	const { reading, told } = readsOn(t);
	const take = ([type, body]: readonly [FrameType, Uint8Array]) => reading.take({ type, body: Buffer.from(body) });
	for (const wrong of [
		...[line(7), commit(7), echo(7, 3), echo(6, 4), commit(5)],
		...[frameType.line, frameType.echo, frameType.commit].map((type) => [type, Uint8Array.of(1)] as const),
		[frameType.page, encodePage({ upTo: 6, newest: 6 })] as const,
	]) {
		const complaint = take(wrong);
		assert.equal(typeof complaint === "string" && complaint.length > 0, true, `${wrong[0]}`);
	}
	assert.deepEqual([reading.order.seq, told], [5, []]);
	assert.equal(take(line(6)), undefined);
	assert.equal(take(commit(7)), undefined);
	assert.equal(take(echo(8, 3)), undefined);
	await reading.settled();
	assert.equal(told.at(-1), "placed mine at 8");
});

test("from our own entry on the new group reads, and with the reading all groups are closed", async (t) => {
	const closed: string[] = [];
	const group = { close: async () => void closed.push("new group") } as unknown as Group;
	const commitHash = createHash("sha256").update(message(6)).digest();
	const entries = [{ commitHash, group, self: member(gus) }];
	const one = readsOn(t, { entries: entries as ReadingOnOptions["entries"] & object });
	const [type, body] = commit(6);
	assert.equal(one.reading.take({ type, body: Buffer.from(body) }), undefined);
	await one.reading.settled();
	assert.equal(one.reading.group, group);
	assert.deepEqual(one.told, ["membership"], "we are still in by it");
	await one.reading.close();
	assert.deepEqual([one.closed, closed], [["group"], ["new group"]]);
	const alone = readsOn(t);
	await alone.reading.close();
	assert.deepEqual(alone.closed, ["group"]);
});

test("a long page is not taken in faster than the group reads it", async (t) => {
	let waiting = 0;
	let most = 0;
	const reads: (() => void)[] = [];
	const group = {
		receive: () => {
			waiting += 1;
			most = Math.max(most, waiting);
			return new Promise((resolve) => {
				reads.push(() => {
					waiting -= 1;
					resolve({ kind: "refused", code: "unreadable" });
				});
			});
		},
	} as unknown as Group;
	const { reading, frames, played, sends, page } = readsOn(t, { group });
	const outcome = reading.catchUp(frames, new AbortController().signal);
	await expectFrame(played, frameType.readOn);
	const last = 5 + maxInFlight + 10;
	sends(page(last, last), ...Array.from({ length: maxInFlight + 10 }, (_, at) => line(6 + at)));
	while (reads.length < maxInFlight) await new Promise((resolve) => setImmediate(resolve));
	for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
	assert.equal(reads.length, maxInFlight);
	let isOver = false;
	void outcome.then(() => {
		isOver = true;
	});
	while (!isOver) {
		for (const read of reads.splice(0)) read();
		await new Promise((resolve) => setImmediate(resolve));
	}
	assert.deepEqual([await outcome, most], [{ kind: "caughtUp" }, maxInFlight]);
});
