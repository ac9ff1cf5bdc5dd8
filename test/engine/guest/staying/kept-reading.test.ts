// What a guest of a kept room has on disk while it reads what it missed, page by page, with groups that are played: so far as a page has come, so far need nothing be read again.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { type TestContext, test } from "node:test";
import type { Group } from "../../../../src/crypto/group/group.ts";
import { createLocalIdentity } from "../../../../src/crypto/identity/local.ts";
import { sha256 } from "../../../../src/crypto/sha256.ts";
import { Vault } from "../../../../src/crypto/vault/vault.ts";
import { GuestKeeping } from "../../../../src/engine/guest/guest-keeping.ts";
import { KeptRoom } from "../../../../src/engine/kept/kept-room.ts";
import { usualPolicy } from "../../../../src/engine/kept/records.ts";
import type { MemberEvent } from "../../../../src/engine/member/events.ts";
import { emptyOutbox } from "../../../../src/engine/member/outbox.ts";
import { WaitingLines } from "../../../../src/engine/member/own-lines.ts";
import { encodeContent } from "../../../../src/engine/wire/content.ts";
import { encodeCommit, encodePage } from "../../../../src/engine/wire/entering-frames.ts";
import { frameType, maxSecureBodyBytes } from "../../../../src/engine/wire/frame.ts";
import { FrameStream } from "../../../../src/engine/wire/frame-stream.ts";
import { startOrder } from "../../../../src/engine/wire/transcript.ts";
import { memoryLinkPair } from "../../../../src/net/link/memory-transport.ts";
import { openMemoryStore } from "../../../../src/store/db.ts";
import { keptRoomsIn } from "../../../../src/store/kept-rooms.ts";
import { expectFrame } from "../../../support/attackers/cheap-guest.ts";

async function someone(name: string) {
	const { fingerprint, certificate } = (await createLocalIdentity({ name })).signer;
	return { name, fingerprint, certificate: Uint8Array.from(certificate.bytes), entry: 0, leafIndex: 0 };
}
const [hana, gus] = await Promise.all([someone("Hana"), someone("Gus")]);
const bytes = (byte: number, size = 32) => new Uint8Array(size).fill(byte);
const { fingerprint: self } = gus;
/** The commit from which the group of our entry reads. */
const entry = Buffer.from("our entry");

/** A group that reads every line as one of Hana's, and whose image is this byte. */
function playsGroup(image: number): Group {
	return {
		receive: async ({ message }: { readonly message: Uint8Array }) => ({
			kind: "line",
			from: hana,
			plaintext: encodeContent(
				{ id: bytes(1, 16), at: 0, seen: { seq: 0, head: bytes(2) } },
				{ kind: "text", text: `${message}` },
			),
		}),
		snapshot: async () => ({ kind: "snapshot", bytes: bytes(image, 9) }),
		members: () => [hana, gus],
		close: async () => {},
	} as unknown as Group;
}

/** A guest that was shown the room up to 6 and has its group on disk as of 5, with an entry that was on its way. */
function reads(t: TestContext) {
	const store = openMemoryStore();
	t.after(() => store.close());
	const rooms = keptRoomsIn(store, new Vault(randomBytes(32)));
	const record = {
		role: "guest",
		...{ room: bytes(9), host: hana.fingerprint, seat: bytes(3), name: "Friends" },
		...{ policy: usualPolicy, target: "nowhere 1" },
	} as const;
	const state = { snapshot: bytes(4, 9), seq: 5, head: bytes(6) };
	const room = KeptRoom.add(rooms, "a room", record, state, () => 0);
	const entering = { snapshot: bytes(7, 9), commitHash: bytes(8) };
	room.setState({ ...state, entering });
	for (const one of [hana, gus]) room.setMember(one);
	room.setShown(6);
	const events: MemberEvent[] = [];
	const emit = (event: MemberEvent): void => void events.push(event);
	const common = { rooms, key: "a room", self, isOffRecord: false, emit, now: () => 0 };
	const keeping = new GuestKeeping({ ...common, room: { room, record } });
	t.after(() => keeping.close());
	for (const { certificate } of [hana, gus]) keeping.met([certificate]);
	const [near, far] = memoryLinkPair();
	t.after(() => far.stream.destroy());
	const limits = { maxBodyBytes: maxSecureBodyBytes, maxWaitingBytes: 1024 * 1024 };
	const played = new FrameStream(far.stream, limits);
	const sends = (upTo: number, newest: number, seqs: readonly number[]): void => {
		played.send(frameType.page, encodePage({ upTo, newest }));
		for (const seq of seqs) {
			const place = Buffer.alloc(8);
			place.writeBigUInt64BE(BigInt(seq));
			played.send(frameType.line, Buffer.concat([place, Buffer.from(`line ${seq}`)]));
		}
	};
	const frames = new FrameStream(near.stream, limits);
	return { keeping, room, events, frames, played, sends, entering };
}

const own = new WaitingLines(emptyOutbox);
const never = new AbortController().signal;

test("after each page the disk has the group as it is then, and the one of an entry on its way stays beside it; what was shown before is not shown again", async (t) => {
	const { keeping, room, events, frames, played, sends, entering } = reads(t);
	const reading = keeping.reading(startOrder(5, bytes(6)), playsGroup(10), own);
	const outcome = reading.catchUp(frames, never);
	await expectFrame(played, frameType.readOn);
	sends(6, 8, [6]);
	await expectFrame(played, frameType.readOn);
	const { seq, snapshot, entering: beside } = room.state() ?? {};
	assert.deepEqual([seq, snapshot, beside], [6, bytes(10, 9), entering]);
	assert.equal(events.length, 0, "line 6 was on the screen before");
	sends(8, 8, [7, 8]);
	assert.deepEqual(await outcome, { kind: "caughtUp" });
	assert.deepEqual(
		events.map((event) => [event.kind, "seq" in event && event.seq]),
		[
			["line", 7],
			["line", 8],
		],
	);
	assert.deepEqual([room.state()?.seq, room.state()?.entering, room.shown()], [8, entering, 8]);
	assert.equal(room.members().values.length, 2);
});

test("once the group of the entry reads, the disk has that one, and nothing beside it", async (t) => {
	const { keeping, room, events, frames, played } = reads(t);
	const next = { commitHash: sha256(entry), group: playsGroup(11), self: gus };
	const reading = keeping.reading(startOrder(5, bytes(6)), playsGroup(10), own, next);
	const outcome = reading.catchUp(frames, never);
	await expectFrame(played, frameType.readOn);
	played.send(frameType.page, encodePage({ upTo: 6, newest: 6 }));
	played.send(frameType.commit, encodeCommit({ seq: 6, message: entry }));
	assert.deepEqual(await outcome, { kind: "caughtUp" });
	assert.deepEqual([room.state()?.snapshot, room.state()?.entering], [bytes(11, 9), undefined]);
	assert.deepEqual(
		events.map(({ kind }) => kind),
		["membership"],
		"what has no place of its own is told",
	);
});
