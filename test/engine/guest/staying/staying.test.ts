// From the proven host on, with real groups and a host whose frames a test makes: what a guest says of its seat, how it gives up, and what it tells of a host with two stories.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, type TestContext, test } from "node:test";
import { Group } from "../../../../src/crypto/group/group.ts";
import { Vault } from "../../../../src/crypto/vault/vault.ts";
import { GuestKeeping } from "../../../../src/engine/guest/guest-keeping.ts";
import type { JoinOptions } from "../../../../src/engine/guest/join-options.ts";
import { ReadingOn } from "../../../../src/engine/guest/reading-on.ts";
import { ResumeState } from "../../../../src/engine/guest/resume-state.ts";
import { goingAway, stayWith } from "../../../../src/engine/guest/staying.ts";
import { HostAuthority } from "../../../../src/engine/host/authority.ts";
import { KeptRoom } from "../../../../src/engine/kept/kept-room.ts";
import { usualPolicy } from "../../../../src/engine/kept/records.ts";
import type { MemberEvent } from "../../../../src/engine/member/events.ts";
import { emptyOutbox } from "../../../../src/engine/member/outbox.ts";
import { WaitingLines } from "../../../../src/engine/member/own-lines.ts";
import { foundGroup } from "../../../../src/engine/order/reopening.ts";
import { decodeClose, encodeCommit, encodeEntered, encodePage } from "../../../../src/engine/wire/entering-frames.ts";
import { type FrameType, frameType, maxAdmissionBytes } from "../../../../src/engine/wire/frame.ts";
import { FrameStream } from "../../../../src/engine/wire/frame-stream.ts";
import { startOrder } from "../../../../src/engine/wire/transcript.ts";
import { uptime } from "../../../../src/net/link/clock.ts";
import type { Link } from "../../../../src/net/link/link.ts";
import { memoryLinkPair } from "../../../../src/net/link/memory-transport.ts";
import { openMemoryStore, type Store } from "../../../../src/store/db.ts";
import { keptRoomsIn } from "../../../../src/store/kept-rooms.ts";
import { nextFrame } from "../../../support/attackers/man-in-the-middle.ts";
import { joinMemoryRoom, newSelf, openMemoryRoom, transportOf } from "../../../support/rooms/memory-room.ts";

const roomId = randomBytes(32);
const [host, gus] = await Promise.all([newSelf("Hana"), newSelf("Gus")]);
const founded = await foundGroup(roomId, host, false);
assert.ok(founded);
const authority = new HostAuthority({ roomId, signer: host.signer, group: founded.group, onGroupReplaced: () => {} });
after(() => authority.close());

/** A guest whose host has proven itself, and the host's end of the Link. */
function stays(t: TestContext, more: Partial<JoinOptions> = {}, state = new ResumeState()) {
	const [near, far] = memoryLinkPair();
	const limits = { maxBodyBytes: maxAdmissionBytes, maxWaitingBytes: 1024 * 1024 };
	const frames = new FrameStream(near.stream, limits);
	const played = new FrameStream(far.stream, limits);
	const stop = new AbortController();
	const told: string[] = [];
	const events: MemberEvent[] = [];
	const options: JoinOptions = {
		self: gus,
		target: { endpoints: [] },
		transport: transportOf(() => near),
		askPassword: async () => undefined,
		onStep: (step) => void told.push(step),
		onEntered: () => void told.push("entered"),
		onCaughtUp: ({ lost, isOtherHistory }) =>
			void told.push(`lost ${lost}${isOtherHistory ? ", another history" : ""}`),
		onReconnecting: () => {},
		onResumed: () => {},
		onOutOfStep: () => void told.push("out of step"),
		emit: (event) => void events.push(event),
		signal: stop.signal,
		uptime,
		...more,
	};
	const proven = {
		kind: "proven",
		frames,
		stream: near.stream,
		roomId,
		certificate: host.signer.certificate,
		name: "Hana",
	} as const;
	const outcome = stayWith(proven, options, state);
	t.after(async () => {
		far.stream.destroy();
		near.stream.destroy();
		await outcome;
		await state.close();
	});
	return { played, stop, told, events, outcome };
}

/** The next frame that is no ping, which must be of this type. */
async function hears(played: FrameStream, type: FrameType): Promise<Uint8Array> {
	for (;;) {
		const frame = await nextFrame(played);
		if (frame?.type === frameType.ping) continue;
		assert.equal(frame?.type, type);
		return Uint8Array.from(frame?.body ?? []);
	}
}

/** Lets the guest in at this place. */
async function letsIn(played: FrameStream, seq = 1, head = randomBytes(32)): Promise<void> {
	await hears(played, frameType.admitMe);
	const admission = await authority.admit(gus.signer.certificate);
	assert.ok(admission);
	played.send(frameType.admission, admission);
	const commit = await hears(played, frameType.enter);
	const judged = await authority.judge(commit, gus.signer.certificate, 0);
	assert.equal(judged.kind, "accepted");
	played.send(frameType.entered, encodeEntered({ seq, head, seat: randomBytes(32) }));
}

const stores: Store[] = [];
after(() => {
	for (const store of stores) store.close();
});

/** What a guest keeps, on a disk in memory that outlives the test's Links. */
function keepingOf(Keeping = GuestKeeping) {
	const store = openMemoryStore();
	stores.push(store);
	const rooms = keptRoomsIn(store, new Vault(randomBytes(32)));
	const common = { rooms, key: "a room", self: gus.signer.fingerprint, isOffRecord: false };
	return { rooms, keeping: new Keeping({ ...common, emit: () => {}, now: Date.now }), common };
}

test("a guest says that its seat is safe once it is on its disk, and not where the disk fails", async (t) => {
	class FullDisk extends GuestKeeping {
		override seatTaken(): void {
			throw Object.assign(new Error("the disk is full"), { name: "SqliteError" });
		}
	}
	for (const Keeping of [GuestKeeping, FullDisk]) {
		const { keeping } = keepingOf(Keeping);
		const { played, outcome, stop, told } = stays(t, { keeping });
		await letsIn(played);
		if (Keeping === GuestKeeping) assert.equal((await hears(played, frameType.kept)).length, 0);
		while (!told.includes("entered")) await new Promise((resolve) => setImmediate(resolve));
		stop.abort();
		assert.equal(decodeClose(await hears(played, frameType.close)), "left");
		played.stream.end();
		assert.equal((await outcome).code, "left");
		assert.deepEqual(told, ["entering", "entered"]);
	}
});

test("a guest who gives up while entering says goodbye, but not whose place is kept for later", async (t) => {
	for (const reason of [undefined, goingAway]) {
		const { played, outcome, stop } = stays(t);
		await hears(played, frameType.admitMe);
		stop.abort(reason);
		assert.equal((await outcome).code, "left");
		if (reason === undefined) assert.equal(decodeClose(await hears(played, frameType.close)), "left");
		assert.equal(played.stream.readableLength, 0);
	}
});

test("attack: a host that brings the group out of step again and again is given up after five times", async (t) => {
	const { played, outcome, told } = stays(t);
	for (let times = 0; times < 6; times += 1) {
		await letsIn(played);
		await hears(played, frameType.kept);
		played.send(frameType.commit, encodeCommit({ seq: 2, message: randomBytes(99) }));
	}
	assert.equal((await outcome).code, "host_misbehaved");
	assert.equal(told.filter((one) => one === "out of step").length, 6);
});

/** Comes back to a kept room, having read up to place 5 with this transcript. */
async function comesBack(t: TestContext, head: Uint8Array) {
	const { rooms, common } = keepingOf();
	const group = await Group.open({ roomId });
	const seat = randomBytes(32);
	const record = {
		role: "guest",
		room: roomId,
		host: host.signer.fingerprint,
		seat,
		name: "Friends",
		policy: usualPolicy,
		target: "nowhere 1",
	} as const;
	const kept = KeptRoom.add(rooms, common.key, record, { snapshot: randomBytes(9), seq: 5, head }, Date.now);
	kept.setShown(5);
	const events: MemberEvent[] = [];
	const emit = (event: MemberEvent): void => void events.push(event);
	const keeping = new GuestKeeping({ ...common, emit, now: Date.now, room: { room: kept, record } });
	const state = new ResumeState(keeping.known());
	const waiting = new WaitingLines(emptyOutbox, keeping);
	state.readsOn(
		new ReadingOn({ group, self: gus.signer.fingerprint, order: startOrder(5, head), own: waiting, emit }),
		waiting,
	);
	return {
		...stays(t, { keeping, emit }, state),
		problems: () => events.filter(({ kind }) => kind === "problem"),
		kept,
	};
}

test("attack: a host that has told a returning guest another story than the room has is found out", async (t) => {
	const head = randomBytes(32);
	for (const isHonest of [true, false]) {
		const { played, told, problems } = await comesBack(t, head);
		await hears(played, frameType.readOn);
		played.send(frameType.page, encodePage({ upTo: 5, newest: 5 }));
		await letsIn(played, 6, isHonest ? head : randomBytes(32));
		await hears(played, frameType.kept);
		while (!told.includes("lost 0")) await new Promise((resolve) => setImmediate(resolve));
		assert.deepEqual(problems(), isHonest ? [] : [{ kind: "problem", problem: "differentConversations" }]);
	}
});

test("a guest who comes back and can't read what was missed is told how much that is, and what came before is not shown again", async (t) => {
	const { played, told, kept } = await comesBack(t, randomBytes(32));
	await hears(played, frameType.readOn);
	played.send(frameType.tooLate);
	await letsIn(played, 9);
	await hears(played, frameType.kept);
	while (!told.includes("lost 3")) await new Promise((resolve) => setImmediate(resolve));
	while (kept.shown() !== 8) await new Promise((resolve) => setImmediate(resolve));
});

const room = await openMemoryRoom({ after });

test("a guest whose host is gone tries again and again and in the end gives up, but not while the room is kept", async () => {
	for (const isKept of [false, true]) {
		const { keeping } = keepingOf();
		let tries = 0;
		let first: Link | undefined;
		let uptimeMs = 0;
		const transport = transportOf(() => {
			const link = room.link();
			tries += 1;
			first ??= link;
			if (tries > 1) link.stream.destroy();
			if (tries > 20) guest.leave();
			return link;
		});
		const guest = await joinMemoryRoom(room, await newSelf("Gero"), {
			transport,
			options: {
				keeping,
				// A try takes twenty seconds, and another network calls for the next.
				uptime: () => (uptimeMs += 10_000),
				watchNetwork: (signal, onChange) => {
					const timer = setImmediate(onChange);
					signal.addEventListener("abort", () => clearImmediate(timer));
				},
			},
		});
		if (isKept) await keeping.begin({ name: "Friends", policy: usualPolicy, target: "nowhere 1" });
		first?.stream.destroy();
		assert.equal((await guest.ended).code, isKept ? "left" : "connection_lost");
		assert.equal(tries > 20, isKept);
	}
});
