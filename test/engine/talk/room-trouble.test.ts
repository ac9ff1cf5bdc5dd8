// What goes wrong in a room without anybody's ill will, and some with it: the room goes on.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { type TestContext, test } from "node:test";
import { Group } from "../../../src/crypto/group/group.ts";
import { GroupThreads } from "../../../src/crypto/group/group-threads.ts";
import { makeProofKey } from "../../../src/crypto/opening/delegation.ts";
import { stretchPassword } from "../../../src/crypto/password/stretch.ts";
import { Gatekeeper } from "../../../src/engine/gate/guesses/gatekeeper.ts";
import { Invites } from "../../../src/engine/gate/invites.ts";
import { enterRoom } from "../../../src/engine/guest/entering.ts";
import { HostAuthority } from "../../../src/engine/host/authority.ts";
import { RoomServer } from "../../../src/engine/host/server.ts";
import { certifyLeaf } from "../../../src/engine/member/certify-leaf.ts";
import { Member } from "../../../src/engine/member/member.ts";
import { emptyOutbox } from "../../../src/engine/member/outbox.ts";
import { newStart } from "../../../src/engine/order/sequencer.ts";
import { frameType, maxSecureBodyBytes } from "../../../src/engine/wire/frame.ts";
import { FrameStream } from "../../../src/engine/wire/frame-stream.ts";
import { pingEveryMs } from "../../../src/engine/wire/keep-alive.ts";
import { firstHead, startOrder } from "../../../src/engine/wire/transcript.ts";
import { memoryLinkPair } from "../../../src/net/link/memory-transport.ts";
import { openMemoryStore } from "../../../src/store/db.ts";
import { expectFrame, identify, throughPassword } from "../../support/attackers/cheap-guest.ts";
import { manualClock } from "../../support/manual-clock.ts";
import {
	assertStillWorks,
	Ears,
	freshAddress,
	joinMemoryRoom,
	type MemoryRoom,
	newSelf,
	openMemoryRoom,
	openToAll,
	roomPassword,
	transportOf,
} from "../../support/rooms/memory-room.ts";
import { openMemoryEngine } from "../../support/rooms/real-engine.ts";

const secure = { maxBodyBytes: maxSecureBodyBytes, maxWaitingBytes: 1024 * 1024 };
const never = new AbortController().signal;
const hangingWorker = new URL("../../support/rooms/hanging-group-worker.ts", import.meta.url);

/** A room whose host's encryption worker hangs over the first commit it receives. */
async function openFragileRoom(
	t: TestContext,
): Promise<Pick<MemoryRoom, "ears" | "transport"> & { readonly member: Member }> {
	const host = await newSelf("Hanna");
	const roomId = randomBytes(32);
	const group = await Group.open({ roomId, threads: new GroupThreads({ workerUrl: hangingWorker, watchdogMs: 6000 }) });
	const own = await certifyLeaf(group, roomId, host.signer, host.name);
	assert.ok(own);
	const created = await group.create(own);
	assert.ok(created.kind === "created");
	const { signer } = host;
	const authority = new HostAuthority({ roomId, signer, group, onGroupReplaced: (fresh) => member.useGroup(fresh) });
	const salt = randomBytes(16);
	const proofKey = await makeProofKey(signer, roomId, Date.now());
	const gatekeeper = new Gatekeeper({ store: openMemoryStore(), onAlert: () => {} });
	const server = new RoomServer({
		host: { roomId, salt, prs: await stretchPassword(roomPassword, salt), ...host, proofKey: () => proofKey },
		invites: new Invites(signer.fingerprint, randomBytes(16)),
		gatekeeper,
		authority,
		start: newStart(roomId, created.epoch),
		uptime: () => performance.now(),
		rules: openToAll,
		onCaller: () => {},
		onAway: () => {},
	});
	const [near, far] = memoryLinkPair();
	const ears = new Ears();
	const member = new Member({
		// As a host has it: the server says nothing on this Link to show that it is still there, however long a slow computer takes for the hang.
		frames: new FrameStream(near.stream, { ...secure, isInside: true }),
		group,
		self: signer.fingerprint,
		order: startOrder(0, firstHead(roomId)),
		outbox: emptyOutbox,
		emit: ears.emit,
		isRestorable: true,
	});
	authority.bind(member);
	server.attachHost(far);
	const ended = member.run();
	t.after(async () => {
		member.leave();
		await server.close();
		await ended;
		await authority.close();
	});
	const link = () => {
		const [guestEnd, hostEnd] = memoryLinkPair([freshAddress(), "host"]);
		server.take(hostEnd);
		return guestEnd;
	};
	return { ears, member, transport: () => transportOf(link) };
}

test("attack: a commit that hangs the host's encryption worker sends its sender away; the host's own lines and the next guest get through", async (t) => {
	const room = await openFragileRoom(t);
	const evil = joinMemoryRoom(room, await newSelf("Mallory"));
	const said: (string | undefined)[] = [room.member.say("before", 0)];
	const placed = () => room.ears.heard.flatMap((event) => (event.kind === "placed" ? [event.item.id] : []));
	await room.ears.until(() => placed().length === 1);
	const talking = setInterval(() => {
		if (said.length < 4 && room.member.outbox.items.length === 0) said.push(room.member.say("meanwhile", 0));
	}, 400);
	assert.equal((await (await evil).ended).code, "host_misbehaved");
	await room.ears.until(() => placed().length === 4);
	clearInterval(talking);
	assert.deepEqual(placed(), said);
	const guest = await joinMemoryRoom(room, await newSelf("Bob"));
	room.member.say("welcome", 0);
	await guest.ears.until(() => guest.ears.texts().includes("welcome"));
	assert.deepEqual(guest.ears.texts(), ["welcome"]);
	assert.deepEqual(
		guest.members().map(({ name }) => name),
		["Hanna", "Bob"],
	);
	guest.leave();
	await guest.ended;
});

test("a person with two connections, of which one has just ended, is removed for good when the host says so", async (t) => {
	const room = await openMemoryRoom(t);
	const bob = await newSelf("Bob");
	const greeting = await throughPassword(room.link(), roomPassword);
	const { frames } = greeting;
	const tls = frames.stream;
	const host = await identify(greeting, bob);
	const roomId = greeting.hello.room;
	const group = await Group.open({ roomId });
	t.after(() => group.close());
	const entering = { frames, roomId, group, isComingBack: false, signer: bob.signer, name: bob.name, host };
	assert.equal((await enterRoom(entering, never)).kind, "entered");
	// The first connection is replaced, and does not hang up when it is told.
	const again = await joinMemoryRoom(room, bob);
	assert.equal(await room.hosted.server.kick(bob.signer.fingerprint), true);
	assert.equal((await again.ended).code, "kicked");
	tls.destroy();
	await assertStillWorks(room);
});

test("somebody who waits long for their turn to enter is heard of meanwhile, so that the host does not take them for gone", async (t) => {
	const [near, far] = memoryLinkPair();
	const roomId = randomBytes(32);
	const self = await newSelf("Bob");
	const group = await Group.open({ roomId });
	t.after(() => group.close());
	const host = new FrameStream(far.stream, secure);
	const stop = new AbortController();
	const clock = manualClock();
	const who = { signer: self.signer, name: self.name, host: self.signer.certificate };
	const frames = new FrameStream(near.stream, secure);
	const entering = enterRoom({ frames, roomId, group, isComingBack: false, clock, ...who }, stop.signal);
	await expectFrame(host, frameType.admitMe);
	for (let i = 0; i < 3; i++) {
		clock.advance(pingEveryMs);
		await expectFrame(host, frameType.ping);
	}
	stop.abort();
	assert.equal((await entering).kind, "ended");
	near.stream.destroy();
});

test("a database that breaks while somebody comes in ends no talk", async (t) => {
	const { engine, store, events, transport } = await openMemoryEngine(t, "Hanna");
	await engine.perform({ kind: "host", password: roomPassword });
	store.database.exec("DROP TABLE contacts");
	const { port } = engine.snapshot().hosting!;
	const options = { target: { endpoints: [{ host: "host", port }] } };
	const guest = await joinMemoryRoom({ transport: () => transport }, await newSelf("Bob"), { options });
	guest.member().say("hello", 0);
	await new Promise<void>((resolve) => engine.onEvent((event) => event.kind === "message" && resolve()));
	assert.deepEqual(
		events.flatMap((event) => (event.kind === "joined" ? [event.member.name] : [])),
		["Hanna", "Bob"],
	);
	guest.leave();
	await guest.ended;
});

test("whoever leaves while a room is being opened has left: nothing listens, and everything is closed", async (t) => {
	const { engine, transport } = await openMemoryEngine(t, "Hanna");
	const opening = engine.perform({ kind: "host", password: roomPassword, wish: { port: 4711 } });
	assert.equal(engine.snapshot().phase.kind, "openingRoom");
	await engine.close();
	await opening;
	assert.equal(engine.snapshot().phase.kind, "idle");
	const dialled = await transport.dial({ host: "host", port: 4711 }, { signal: never, timeoutMs: 1000 });
	assert.equal(dialled.kind, "failed");
});
