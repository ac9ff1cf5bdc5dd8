// A room that is opened on this computer, with Links in memory: what it is opened by, and when it is not opened.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, test } from "node:test";
import { Group } from "../../../src/crypto/group/group.ts";
import { LEAF_SIGNATURE_CONTEXT } from "../../../src/crypto/group/leaf-credential.ts";
import { makeKnock, tagKeys } from "../../../src/crypto/opening/knock.ts";
import { Vault } from "../../../src/crypto/vault/vault.ts";
import type { Self } from "../../../src/engine/account/self.ts";
import type { Knock } from "../../../src/engine/gate/access-rules.ts";
import { Gatekeeper } from "../../../src/engine/gate/guesses/gatekeeper.ts";
import { openRoom } from "../../../src/engine/host/hosting.ts";
import { KeptRoom } from "../../../src/engine/kept/kept-room.ts";
import { usualPolicy } from "../../../src/engine/kept/records.ts";
import type { FeedDoor } from "../../../src/engine/posts/feed-doors.ts";
import { frameType } from "../../../src/engine/wire/frame.ts";
import { uptime } from "../../../src/net/link/clock.ts";
import { memoryLinkPair, memoryTransport } from "../../../src/net/link/memory-transport.ts";
import { openMemoryStore } from "../../../src/store/db.ts";
import { keptRoomsIn } from "../../../src/store/kept-rooms.ts";
import { expectFrame, guess, knockEmpty, prsOf, readGreeting } from "../../support/attackers/cheap-guest.ts";
import { callerAt } from "../../support/net/caller-at.ts";
import { newSelf, openMemoryRoom, openToAll, roomPassword } from "../../support/rooms/memory-room.ts";

const [host, gus] = await Promise.all([newSelf("Hana"), newSelf("Gus")]);

/** What the tests about opening a room itself do not look at. */
const nobodyHears = { emit: () => {}, onCaller: () => {}, onAway: () => {}, now: Date.now, uptime } as const;

test("a new password comes with a new salt, and the old one is wrong from then on", async () => {
	const room = await openMemoryRoom({ after });
	const before = await readGreeting(room.link());
	await room.hosted.changePassword("three loud red verbs");
	const greeting = await knockEmpty(room.link());
	assert.notDeepEqual(greeting.hello.salt, before.hello.salt);
	assert.deepEqual(await guess(greeting, await prsOf(roomPassword, greeting.hello), 1), { kind: "wrong", left: 2 });
	assert.deepEqual(await guess(greeting, await prsOf("three loud red verbs", greeting.hello), 2), { kind: "right" });
});

test("a room that stays has its newest password on the disk, and the invite that it had", async (t) => {
	const room = await openMemoryRoom({ after });
	const store = openMemoryStore();
	t.after(() => store.close());
	const rooms = keptRoomsIn(store, new Vault(randomBytes(32)));
	const kept = await room.hosted.keep(rooms, "a room", { name: "Friends", policy: usualPolicy });
	assert.ok(kept);
	const onDisk = () => {
		const record = KeptRoom.open(rooms, "a room", Date.now).record();
		assert.ok(record?.role === "host");
		return record;
	};
	const first = onDisk();
	assert.deepEqual(Buffer.from(first.inviteSecret), Buffer.from(room.hosted.inviteSecret));
	const password = "three loud red verbs";
	await room.hosted.changePassword(password);
	const { hello } = await knockEmpty(room.link());
	assert.notDeepEqual(Buffer.from(first.salt), Buffer.from(hello.salt));
	assert.deepEqual(
		[Buffer.from(onDisk().salt), Buffer.from(onDisk().prs)],
		[Buffer.from(hello.salt), Buffer.from(await prsOf(password, hello))],
	);
});

test("where the host's key does not certify the room's, no room is opened, and no port is taken", async (t) => {
	const store = openMemoryStore();
	t.after(() => store.close());
	const { certificate, fingerprint } = host.signer;
	const sign: Self["signer"]["sign"] = async (context, ...fields) => {
		if (context !== LEAF_SIGNATURE_CONTEXT) throw new Error("the card was pulled out");
		return host.signer.sign(context, ...fields);
	};
	const listens = t.mock.fn(memoryTransport().listen);
	const opened = await openRoom({
		self: { name: "Hana", signer: { certificate, fingerprint, sign } as Self["signer"] },
		password: roomPassword,
		wish: {},
		transport: { ...memoryTransport(), listen: listens },
		gatekeeper: new Gatekeeper({ store, onAlert: () => {} }),
		...nobodyHears,
	});
	assert.deepEqual([opened, listens.mock.callCount()], [{ kind: "failed", why: "cannotSign" }, 0]);
});

test("attack: a stranger who is to be cut is cut by the listener, and in the log like everybody else", async (t) => {
	const store = openMemoryStore();
	t.after(() => store.close());
	const limits = { pendingInAll: 1, crowdedOut: { perSecond: 1, burst: 0 } };
	const knocks: Knock[] = [];
	const listens = t.mock.fn(memoryTransport().listen);
	const opened = await openRoom({
		self: host,
		password: roomPassword,
		wish: {},
		transport: { ...memoryTransport(), listen: listens },
		gatekeeper: new Gatekeeper({ store, onAlert: () => {}, limits, clock: { now: () => 0, after: () => () => {} } }),
		rules: { ...openToAll, onKnock: (knock) => knocks.push(knock) },
		...nobodyHears,
	});
	assert.ok(opened.kind === "open");
	t.after(() => opened.close());
	void opened.member.run();
	const [near, far] = memoryLinkPair(["203.0.113.1", "host"]);
	t.after(() => void near.stream.destroy());
	const mayCome = listens.mock.calls[0]?.arguments[0].mayCome;
	const caller = callerAt("203.0.113.2");
	assert.equal(mayCome?.(caller), true);
	opened.server.take(far);
	assert.equal(mayCome?.(caller), false);
	assert.deepEqual(knocks, [{ caller, outcome: "busy", guesses: 0 }]);
});

test("where the password can't be stretched, the group that was founded meanwhile is closed", async (t) => {
	const store = openMemoryStore();
	t.after(() => store.close());
	const opening = t.mock.method(Group, "open");
	const closing = t.mock.method(Group.prototype, "close");
	const failing = {
		trim: () => ({
			normalize() {
				throw new Error("no memory");
			},
		}),
	};
	const opened = openRoom({
		self: { name: "Hana", signer: host.signer },
		password: failing as unknown as string,
		wish: {},
		transport: memoryTransport(),
		gatekeeper: new Gatekeeper({ store, onAlert: () => {} }),
		...nobodyHears,
	});
	await assert.rejects(opened, /no memory/);
	assert.deepEqual([opening.mock.callCount(), closing.mock.callCount()], [1, 1]);
});

test("a room off the record gives no posts to whoever has the link to them: the host would prove itself there", async () => {
	const secret = randomBytes(32);
	const keys = tagKeys({ kind: "feed", secret }, host.signer.fingerprint);
	const door: FeedDoor = { keys, secret, begin: () => undefined, read: () => undefined };
	const feeds = { feedDoors: () => [door] };
	const offRecord = { host, with: gus.signer.fingerprint };
	for (const [room, isGiven] of [
		[await openMemoryRoom({ after }, {}, {}, () => {}, undefined, { self: host, ...feeds }), true],
		[await openMemoryRoom({ after }, {}, {}, () => {}, offRecord, feeds), false],
	] as const) {
		const { frames, channel } = await readGreeting(room.link());
		frames.send(frameType.knock, makeKnock({ invite: keys }, channel));
		assert.equal((await expectFrame(frames, frameType.hostProof)).length > 0, isGiven);
	}
});
