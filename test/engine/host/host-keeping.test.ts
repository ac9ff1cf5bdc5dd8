// What the host of a room that stays has on disk, without a room: its server, its group and its member are played.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { type TestContext, test } from "node:test";
import { type Fingerprint, parseFingerprint } from "../../../src/crypto/identity/fingerprint.ts";
import { Vault } from "../../../src/crypto/vault/vault.ts";
import { HostKeeping, type HostKeepingOptions } from "../../../src/engine/host/host-keeping.ts";
import { KeptRoom } from "../../../src/engine/kept/kept-room.ts";
import { usualPolicy } from "../../../src/engine/kept/records.ts";
import type { Member } from "../../../src/engine/member/member.ts";
import type { RoomKeeper } from "../../../src/engine/order/room-keeper.ts";
import { openMemoryStore } from "../../../src/store/db.ts";
import { keptRoomsIn } from "../../../src/store/kept-rooms.ts";

const [hana, gus, ann] = ["A", "B", "C"].map((digit) => parseFingerprint(digit.repeat(40))) as [
	Fingerprint,
	Fingerprint,
	Fingerprint,
];
const bytes = (byte: number, size = 32) => new Uint8Array(size).fill(byte);
const [commit, head] = [randomBytes(9), bytes(6)];
const image = () => ({ kind: "snapshot", bytes: bytes(5, 9), groupInfo: bytes(4, 9) });

/** The host's end of a room; `taken` is what its group gives for the disk. */
function keeps(t: TestContext, taken: object | undefined, more: Partial<HostKeepingOptions> = {}) {
	const store = openMemoryStore();
	t.after(() => store.close());
	const rooms = keptRoomsIn(store, new Vault(randomBytes(32)));
	const keepers: RoomKeeper[] = [];
	const told: unknown[] = [];
	const sequencer = { seq: 7, head, entriesOf: (one: Fingerprint) => ({ entry: one === hana ? 1 : 3 }) };
	const server = {
		async keepBy(begin: (of: unknown) => Promise<RoomKeeper | undefined>) {
			const keeper = await begin(sequencer);
			if (keeper) keepers.push(keeper);
		},
		saveState: async () => void told.push("saved"),
	};
	const authority = {
		async snapshot(seq: number) {
			told.push(["taken after", seq]);
			return taken;
		},
		members: [hana, gus, ann].map((fingerprint, index) => ({ fingerprint, name: `Member ${index}` })),
		certificates: new Map([
			[hana, bytes(1)],
			[gus, bytes(2)],
		]),
	};
	const secrets = {
		roomId: bytes(9),
		salt: bytes(8, 16),
		prs: bytes(7),
		inviteSecret: bytes(3, 16),
		offRecordWith: undefined,
	};
	const keeping = new HostKeeping({
		...{ server, authority, secrets, proofKeys: { current: () => ({ delegation: { from: 77 } }) } },
		...{ emit: () => {}, onFailure: (error: unknown) => told.push(error), now: () => 0, ...more },
	} as unknown as HostKeepingOptions);
	const items = ["text", "typing"].map((kind, index) => ({
		id: `${index}`.repeat(32),
		at: 0,
		body: kind === "text" ? { kind, text: "later" } : { kind, on: true },
	}));
	const member = { outbox: { items } } as unknown as Member;
	const wish = { name: "Friends", policy: usualPolicy, port: 4000 };
	const keep = () => keeping.keep(rooms, "a room", wish, member);
	return { keeping, keep, keepers, told, rooms, secrets, onDisk: () => KeptRoom.open(rooms, "a room", () => 0) };
}

test("a room that begins to stay has on the disk by what it opens, its group, who is in it, what its host has not sent, and how far they have read", async (t) => {
	const taken = image();
	const { keep, keeping, keepers, told, secrets, onDisk } = keeps(t, taken);
	assert.equal(keeping.isKept, false);
	const room = await keep();
	assert.ok(room);
	assert.equal(keeping.isKept, true);
	const kept = onDisk();
	const { salt, prs, inviteSecret, roomId } = secrets;
	assert.deepEqual(kept.record(), {
		...{ v: 1, role: "host", name: "Friends", policy: usualPolicy, port: 4000, room: roomId },
		...{ salt, prs, inviteSecret, provenFrom: 77, areTermsUntold: true },
	});
	assert.deepEqual(kept.state(), { v: 1, snapshot: bytes(5, 9), groupInfo: bytes(4, 9), seq: 7, head });
	assert.deepEqual(
		kept
			.members()
			.values.map(({ fingerprint, name, entry }) => [fingerprint, name, entry])
			.toSorted(),
		[
			[hana, "Member 0", 1],
			[gus, "Member 1", 3],
		],
		"of Ann no certificate is known",
	);
	assert.deepEqual(
		kept.outgoing().values.map(({ body }) => body.kind),
		["text"],
	);
	assert.deepEqual([kept.shown(), taken.bytes], [7, new Uint8Array(9)]);
	assert.equal(await keep(), room);
	assert.deepEqual([told, keepers.length], [[["taken after", 7]], 1]);
	// Nothing was missed, so what comes next is on the disk at once.
	await keepers[0]?.keep({ seq: 8, type: "commit", message: commit } as never, head, {
		entered: undefined,
		left: [],
	} as never);
	assert.deepEqual(kept.state()?.seq, 8);
});

test("where the group is gone no room begins to stay, and of a room that passes nothing is changed on the disk", async (t) => {
	const { keep, keeping, keepers, rooms } = keeps(t, undefined);
	assert.equal(
		keeping.changeRecord(() => assert.fail()),
		undefined,
	);
	assert.equal(await keep(), undefined);
	assert.deepEqual([keeping.isKept, keepers.length, rooms.keys().length], [false, 0, 0]);
});

test("a room off the record stays as one, without a certified key, and with the password that was chosen last", async (t) => {
	const secrets = {
		roomId: bytes(9),
		salt: bytes(8, 16),
		prs: bytes(7),
		inviteSecret: bytes(3, 16),
		offRecordWith: gus,
	};
	const { keep, keeping, onDisk } = keeps(t, image(), { secrets, proofKeys: undefined });
	keeping.changePassword(bytes(2, 16), bytes(3));
	await keep();
	const record = () => {
		const found = onDisk().record();
		assert.ok(found?.role === "host");
		return [found.offRecordWith, found.provenFrom, found.salt, found.prs];
	};
	assert.deepEqual(record(), [gus, 0, bytes(2, 16), bytes(3)]);
	keeping.changePassword(bytes(4, 16), bytes(5));
	assert.deepEqual(record(), [gus, 0, bytes(4, 16), bytes(5)]);
	assert.equal(keeping.changeRecord((now) => ({ ...now, name: "Two" }))?.name, "Two");
	assert.equal(onDisk().record()?.name, "Two");
});

test("lines from before a restart are on the disk until they were shown; a disk that fails then is told, and a bug is not taken for one", async (t) => {
	const begun = keeps(t, image());
	const room = await begun.keep();
	assert.ok(room);
	const { keeping, keepers, told } = keeps(t, image());
	await keeping.keepIn(room, usualPolicy, []);
	assert.equal(keeping.isKept, true);
	const next = keepers[0]?.keep({ seq: 8, type: "commit", message: commit } as never, head, {
		entered: undefined,
		left: [],
	} as never);
	const full = Object.assign(new Error("the disk is full"), { name: "SqliteError" });
	keeping.settle(() => {
		throw full;
	});
	assert.deepEqual(told, [full]);
	const bug = () => {
		throw new TypeError("a bug");
	};
	assert.throws(() => keeping.settle(bug), /a bug/);
	assert.equal(room.state()?.seq, 7);
	let isDone = false;
	keeping.settle(() => {
		isDone = true;
	});
	await next;
	assert.deepEqual([isDone, room.state()?.seq], [true, 8]);
});

test("a room that stays has its group on the disk as it is in the end, and one that is over or passes has not", async (t) => {
	for (const [isKept, isForGood, saved] of [
		[true, false, ["saved"]],
		[true, true, []],
		[false, false, []],
	] as const) {
		const { keep, keeping, told } = keeps(t, image());
		if (isKept) await keep();
		await keeping.close(isForGood);
		assert.deepEqual(
			told.filter((one) => one === "saved"),
			saved,
		);
	}
});
