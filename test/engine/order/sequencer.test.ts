// When a line gets its place: at once where nobody has a turn, and otherwise behind whoever came first, in the epoch that is then.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Certificate } from "../../../src/crypto/identity/certificate.ts";
import type { Fingerprint } from "../../../src/crypto/identity/fingerprint.ts";
import { type Keeper, newStart, Sequencer } from "../../../src/engine/order/sequencer.ts";
import { type Frame, frameType, maxSecureBodyBytes, takeFrame } from "../../../src/engine/wire/frame.ts";
import { entryOf, lineOf, PlayedAuthority } from "../host/played-authority.ts";
import { turns } from "../host/stopped-time.ts";

const ann = "a".repeat(40) as Fingerprint;
const bob = "b".repeat(40) as Fingerprint;
const carol = "c".repeat(40) as Fingerprint;

/** A member who remembers the frames it was told. */
function hears(fingerprint: Fingerprint) {
	const bytes: Uint8Array[] = [];
	const heard = (): readonly Frame["type"][] => {
		const all = Buffer.concat(bytes);
		const types: Frame["type"][] = [];
		for (let at = 0; at < all.length; ) {
			const taken = takeFrame(all.subarray(at), maxSecureBodyBytes);
			assert.ok(taken.kind === "frame");
			at += taken.usedBytes;
			if (taken.frame.type !== frameType.padding) types.push(taken.frame.type);
		}
		return types;
	};
	return {
		fingerprint,
		heard,
		deliver: (frame: Uint8Array) => void bytes.push(Buffer.from(frame)),
		judge: async () => undefined,
		giveSeat: () => new Uint8Array(32),
	};
}

function opensRoom() {
	const sequencer = new Sequencer(newStart(Buffer.alloc(32, 1), 0), new PlayedAuthority());
	const [speaker, other] = [hears(ann), hears(bob)];
	sequencer.addFounder(speaker);
	sequencer.addFounder(other);
	return { sequencer, speaker, other };
}

test("a line has its place at once where nobody has a turn, and each hears of it once", async () => {
	const { sequencer, speaker, other } = opensRoom();
	void sequencer.line(speaker, 1, lineOf(0));
	void sequencer.line(speaker, 2, lineOf(0));
	assert.equal(sequencer.seq, 2);
	await turns(2);
	assert.deepEqual(speaker.heard(), [frameType.echo, frameType.echo]);
	assert.deepEqual(other.heard(), [frameType.line, frameType.line]);
});

test("a line that comes in somebody's turn waits for its own, and is dropped if its epoch is over by then", async () => {
	const { sequencer, speaker, other } = opensRoom();
	const held = Promise.withResolvers<void>();
	const turn = sequencer.inLongTurn(() => held.promise);
	const renewed = sequencer.renewal();
	const [stale, fresh] = [sequencer.line(speaker, 1, lineOf(0)), sequencer.line(speaker, 2, lineOf(1))];
	await turns(2);
	assert.equal(sequencer.seq, 0);
	held.resolve();
	await Promise.all([turn, renewed, stale, fresh]);
	assert.equal(sequencer.seq, 2);
	await turns(2);
	assert.deepEqual(other.heard(), [frameType.commit, frameType.line]);
	assert.deepEqual(speaker.heard(), [frameType.commit, frameType.echo]);
});

test("a room that is kept has each line on disk before anybody hears of it, and nothing has a place when the disk fails", async () => {
	const { sequencer, speaker, other } = opensRoom();
	const kept: number[] = [];
	const written = Promise.withResolvers<void>();
	let fails = false;
	const keeper: Keeper = {
		async keep({ seq }) {
			if (fails) throw new Error("the disk is full");
			await written.promise;
			kept.push(seq);
		},
		pageAfter: () => "gone",
	};
	let failures = 0;
	await sequencer.inLongTurn(async () => sequencer.keepBy(keeper, () => (failures += 1)));
	const first = sequencer.line(speaker, 1, lineOf(0));
	await turns(2);
	assert.deepEqual([sequencer.seq, other.heard()], [0, []]);
	written.resolve();
	await first;
	await turns(2);
	assert.deepEqual([kept, other.heard()], [[1], [frameType.line]]);
	fails = true;
	await sequencer.line(speaker, 2, lineOf(0));
	fails = false;
	await sequencer.line(speaker, 3, lineOf(0));
	await turns(2);
	assert.deepEqual([sequencer.seq, failures, kept, other.heard()], [1, 1, [1], [frameType.line]]);
});

test("a guest who comes back in the moment in which a line is placed hears it once, after hearing that they are back", async () => {
	const { sequencer, speaker } = opensRoom();
	const certificate = { fingerprint: carol, bytes: Buffer.of(1) } as unknown as Certificate;
	const guest = hears(carol);
	assert.equal((await sequencer.entry(guest, certificate, entryOf(0))).kind, "accepted");
	const read = { seq: sequencer.seq, head: sequencer.head };
	await sequencer.leaveOpen(guest);
	const back = hears(carol);
	void sequencer.line(speaker, 1, lineOf(1));
	assert.equal((await sequencer.resume(back, read)).kind, "resumed");
	void sequencer.line(speaker, 2, lineOf(1));
	await turns(2);
	assert.deepEqual(guest.heard(), [frameType.entered]);
	assert.deepEqual(back.heard(), [frameType.resumed, frameType.line, frameType.line]);
});
