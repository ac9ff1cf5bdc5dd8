// What a guest of a room that stays has on disk, without a room: its group and its member are played.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { type TestContext, test } from "node:test";
import { Group } from "../../../src/crypto/group/group.ts";
import { createLocalIdentity } from "../../../src/crypto/identity/local.ts";
import { sha256 } from "../../../src/crypto/sha256.ts";
import { Vault } from "../../../src/crypto/vault/vault.ts";
import { GuestKeeping, type GuestKeepingOptions, NotKept } from "../../../src/engine/guest/guest-keeping.ts";
import { KeptRoom } from "../../../src/engine/kept/kept-room.ts";
import { type GuestRecord, usualPolicy } from "../../../src/engine/kept/records.ts";
import type { MemberEvent } from "../../../src/engine/member/events.ts";
import type { Member } from "../../../src/engine/member/member.ts";
import { openMemoryStore } from "../../../src/store/db.ts";
import { keptRoomsIn } from "../../../src/store/kept-rooms.ts";

async function someone(name: string) {
	const { fingerprint, certificate } = (await createLocalIdentity({ name })).signer;
	return { name, fingerprint, certificate: Uint8Array.from(certificate.bytes), entry: 0 };
}
const [hana, gus, ann] = await Promise.all([someone("Hana"), someone("Gus"), someone("Ann")]);
const { fingerprint: self } = gus;
const bytes = (byte: number, size = 32) => new Uint8Array(size).fill(byte);
const known = () => ({ host: hana.fingerprint, roomId: bytes(9), newestSeat: bytes(1), previousSeat: bytes(2) });
const wish = { name: "Friends", policy: usualPolicy, target: "192.0.2.7 4000" };
const failed = { kind: "failed" };

/** A guest's stay; its group gives images for the disk alone, and none where it is broken. */
function keeps(t: TestContext, more: Partial<GuestKeepingOptions> = {}, isBroken = false) {
	const store = openMemoryStore();
	t.after(() => store.close());
	const rooms = keptRoomsIn(store, new Vault(randomBytes(32)));
	const people = [hana, gus];
	const images: Uint8Array[] = [];
	const group = {
		async snapshot({ isForDisk = false } = {}) {
			if (!isForDisk || isBroken) return failed;
			const image = bytes(5, 9);
			images.push(image);
			return { kind: "snapshot", bytes: image };
		},
		members: () => people,
	} as unknown as Group;
	const items = [{ text: "later" }, { on: true }].map((said, index) => ({
		...{ id: `${index}`.repeat(32), at: 0 },
		body: { kind: index === 0 ? "text" : "typing", ...said },
	}));
	const order = { seq: 7, head: bytes(6) };
	const caughtUp: number[] = [];
	const member = {
		...{ order, outbox: { items } },
		caughtUp: async (seq: number) => void caughtUp.push(seq),
	} as unknown as Member;
	const heard: MemberEvent[] = [];
	const emit = (event: MemberEvent): void => void heard.push(event);
	const common = { rooms, key: "a room", self, isOffRecord: false, emit, now: () => 0 };
	const keeping = new GuestKeeping({ ...common, ...more });
	t.after(() => keeping.close());
	const onDisk = () => {
		const kept = KeptRoom.open(rooms, "a room", () => 0);
		const record = kept.record();
		assert.ok(record?.role === "guest");
		return { kept, record };
	};
	/** Comes in, and is kept if the test wants it. */
	const enters = async () => {
		keeping.met([hana, gus].map(({ certificate }) => certificate));
		keeping.seatTaken(known());
		await keeping.entered(member, group);
	};
	return { keeping, rooms, group, member, order, people, caughtUp, common, onDisk, enters, images, heard };
}

test("a guest that begins to keep a room has on the disk how it comes back, the group, who is in it, what waits, and how far they have read", async (t) => {
	const { keeping, onDisk, enters, caughtUp, images } = keeps(t);
	keeping.proven(77);
	await enters();
	assert.deepEqual(
		[keeping.isKept, keeping.hasBeenIn, keeping.written, keeping.known(), images],
		[false, false, undefined, undefined, []],
	);
	assert.deepEqual([keeping.waiting().outbox.items, keeping.shown(), keeping.unreadableLines().count], [[], 0, 0]);
	keeping.startsAt(3);
	await keeping.begin(wish);
	const { kept, record } = onDisk();
	const { host, roomId: room, newestSeat: seat, previousSeat } = known();
	assert.deepEqual(record, {
		...{ v: 1, role: "guest", room, host, seat, previousSeat, provenFrom: 77, areTermsUntold: true, ...wish },
	});
	assert.deepEqual([kept.state()?.seq, kept.state()?.head, kept.shown()], [7, bytes(6), 7]);
	assert.deepEqual(
		kept
			.members()
			.values.map(({ name, certificate }) => [name, certificate])
			.toSorted(),
		[
			["Gus", gus.certificate],
			["Hana", hana.certificate],
		],
	);
	assert.deepEqual(
		kept.outgoing().values.map(({ body }) => body.kind),
		["text"],
	);
	assert.deepEqual([keeping.isKept, keeping.hasBeenIn, caughtUp], [true, true, [7, 7]]);
	assert.deepEqual([kept.state()?.snapshot, images], [bytes(5, 9), [new Uint8Array(9), new Uint8Array(9)]]);
	keeping.termsTold();
	assert.equal(onDisk().record.areTermsUntold, undefined);
	await keeping.begin({ ...wish, name: "Club", target: "elsewhere 1" });
	const { name, target, areTermsUntold } = onDisk().record;
	assert.deepEqual([name, target, areTermsUntold], ["Club", wish.target, true], "as its host has changed it");
});

test("a guest is told why a room can't be kept: no connection, no encryption, or another program that keeps", async (t) => {
	const early = keeps(t);
	await assert.rejects(early.keeping.begin(wish), NotKept);
	early.keeping.seatTaken(known());
	await assert.rejects(early.keeping.begin(wish), /no connection/);
	const broken = keeps(t, {}, true);
	await broken.enters();
	await assert.rejects(broken.keeping.begin(wish), /encryption/);
	const second = keeps(t);
	t.mock.method(second.rooms, "claim", () => false);
	await second.enters();
	await assert.rejects(second.keeping.begin(wish), /another Real Talk/);
	for (const { keeping, rooms } of [early, broken, second])
		assert.deepEqual([keeping.isKept, rooms.keys()], [false, []]);
});

test("changes in a kept room are on the disk, and the seats there stay when those in memory are wiped", async (t) => {
	const { keeping, onDisk, enters } = keeps(t, { isOffRecord: true });
	keeping.moved("nowhere 1");
	await enters();
	await keeping.begin(wish);
	assert.equal(onDisk().record.isOffRecord, true);
	const { previousSeat: _, ...seats } = { ...known(), newestSeat: bytes(3) };
	keeping.seatTaken(seats);
	seats.newestSeat.fill(0);
	keeping.keepOwn(5);
	keeping.proven(99);
	keeping.moved("192.0.2.8 1");
	const { record } = onDisk();
	assert.deepEqual(
		[record.seat, record.previousSeat, record.ownHistoryDays, record.provenFrom, record.target],
		[bytes(3), undefined, 5, 99, "192.0.2.8 1"],
	);
	const back = keeping.known();
	assert.deepEqual(back, {
		host: hana.fingerprint,
		roomId: bytes(9),
		newestSeat: bytes(3),
		previousSeat: undefined,
		provenFrom: 99,
	});
	back.newestSeat.fill(0);
	assert.deepEqual(keeping.known()?.newestSeat, bytes(3));
	keeping.seatTaken(known());
	keeping.known()?.previousSeat?.fill(0);
	assert.deepEqual(keeping.known()?.previousSeat, bytes(2));
	assert.deepEqual([keeping.isPair, keeping.shown(), keeping.unreadableLines().count], [false, 7, 0]);
	keeping.startsAt(12);
	assert.deepEqual([keeping.shown(), onDisk().kept.shown()], [12, 12]);
});

test("the group is on the disk as it was last, once for each place; who has left is forgotten, and a full disk ends nothing", async (t) => {
	const { keeping, onDisk, enters, member, group, order, people, images, heard, rooms } = keeps(t);
	await enters();
	await keeping.begin(wish);
	const before = images.length;
	await keeping.save(member, group);
	assert.equal(images.length, before, "nothing has come since");
	order.seq = 8;
	people.shift();
	people.push(ann);
	for (const event of [
		{ kind: "problem" },
		{ kind: "membership" },
		{ kind: "membership", certificate: ann.certificate },
	])
		keeping.heard(event as MemberEvent);
	assert.equal(heard.length, 3);
	await keeping.save(member, group);
	const { kept } = onDisk();
	const names = kept.members().values.map(({ name }) => name);
	assert.deepEqual([kept.state()?.seq, names.toSorted()], [8, ["Ann", "Gus"]]);
	assert.deepEqual(images.at(-1), new Uint8Array(9));
	const failure = t.mock.method(group, "snapshot", async () => failed);
	order.seq = 9;
	await keeping.save(member, group);
	assert.equal(onDisk().kept.state()?.seq, 8);
	for (const [name, isBug] of [
		["SqliteError", false],
		["TypeError", true],
	] as const) {
		failure.mock.mockImplementation(() => Promise.reject(Object.assign(new Error("no"), { name })));
		if (isBug) await assert.rejects(keeping.save(member, group), /no/);
		else await keeping.save(member, group);
	}
	keeping.forget();
	assert.deepEqual([keeping.isKept, keeping.written, rooms.keys()], [false, undefined, []]);
	keeping.forget();
	order.seq = 10;
	await keeping.save(member, group);
});

test("before the host gets the commit of an entry, the group that it makes is on the disk beside the one there was", async (t) => {
	const passing = keeps(t);
	await passing.keeping.entering(randomBytes(9), passing.group);
	assert.deepEqual(passing.images, []);
	const { keeping, onDisk, enters, group, people } = keeps(t);
	await enters();
	await keeping.begin(wish);
	people.push(ann);
	keeping.met([ann.certificate]);
	const commit = randomBytes(9);
	const taken = bytes(4, 9);
	const snapshot = t.mock.method(group, "snapshot", async () => failed);
	await keeping.entering(commit, group);
	assert.equal(onDisk().kept.state()?.entering, undefined);
	snapshot.mock.mockImplementation(async () => ({ kind: "snapshot", bytes: taken }) as never);
	await keeping.entering(commit, group);
	const { kept } = onDisk();
	assert.deepEqual(kept.state()?.entering, { snapshot: bytes(4, 9), commitHash: sha256(commit) });
	assert.deepEqual([kept.state()?.seq, taken, kept.members().values.length], [7, new Uint8Array(9), 3]);
	assert.deepEqual(snapshot.mock.calls.at(-1)?.arguments, [{ isForDisk: true }]);
});

test("after a restart a guest reads on with the group that was kept, and with the one of an entry that was on its way; where neither can be read it enters anew", async (t) => {
	const first = keeps(t);
	assert.equal(await first.keeping.restore(), undefined);
	await first.enters();
	await first.keeping.begin(wish);
	await first.keeping.entering(randomBytes(9), first.group);
	const { kept: room, record } = first.onDisk();
	/** What is read with beside the former group. */
	const read: unknown[] = [];
	class Watched extends GuestKeeping {
		override reading(...[order, group, own, entering]: Parameters<GuestKeeping["reading"]>) {
			read.push([own, entering]);
			return super.reading(order, group, own, entering);
		}
	}
	const again = new Watched({ ...first.common, room: { room, record } });
	t.after(() => again.close());
	assert.deepEqual([again.isKept, again.hasBeenIn, again.written], [true, true, record]);
	const asked: object[] = [];
	const outcomes: object[] = [];
	t.mock.method(Group, "restore", async (how: object) => {
		asked.push(how);
		return outcomes.shift();
	});
	outcomes.push(failed);
	assert.equal(await again.restore(), undefined);
	const {
		snapshot: _,
		certificates,
		...how
	} = asked[0] as { snapshot: Uint8Array; certificates: readonly Uint8Array[] };
	assert.deepEqual(how, {
		roomId: bytes(9),
		isOffRecord: false,
		hostFingerprint: hana.fingerprint,
		isForReading: true,
	});
	assert.equal(certificates.length, 2);
	const { entering } = room.state() ?? {};
	assert.ok(entering);
	const ours = { commitHash: entering.commitHash, group: first.group, self: gus };
	const own = again.waiting();
	const withoutUs = { members: () => [hana] } as unknown as Group;
	for (const [next, readWith] of [
		[failed, undefined],
		[{ kind: "restored", group: withoutUs }, undefined],
		[{ kind: "restored", group: first.group }, ours],
	] as const) {
		outcomes.push({ kind: "restored", group: first.group }, next);
		const restored = await again.restore(readWith && own);
		assert.ok(restored);
		assert.deepEqual(restored.members, [hana, gus]);
		assert.deepEqual([restored.reading.order.seq, restored.reading.group], [7, first.group]);
		assert.deepEqual(
			restored.waiting.outbox.items.map(({ body }) => body.kind),
			["text"],
		);
		assert.deepEqual(read.pop(), [readWith ? own : restored.waiting, readWith]);
	}
	const last = asked.at(-1) as { readonly snapshot: Uint8Array };
	assert.deepEqual([asked.length, last], [7, { ...how, certificates, snapshot: bytes(5, 9) }]);
	// Those who were kept are known again.
	first.order.seq = 8;
	await again.save(first.member, first.group);
	assert.equal(room.members().values.length, 2);
});

test("whoever was only given a seat in a room, as in a room of two that was proposed, has not been in it", (t) => {
	for (const [shown, state, hasBeenIn] of [
		[0, undefined, false],
		[1, undefined, true],
		[0, {}, true],
	] as const) {
		const room = { shown: () => shown, state: () => state } as unknown as KeptRoom;
		const { keeping } = keeps(t, { room: { room, record: { pair: {} } as GuestRecord } });
		assert.deepEqual([keeping.hasBeenIn, keeping.isPair], [hasBeenIn, true]);
	}
	assert.equal(keeps(t).keeping.isPair, false);
});
