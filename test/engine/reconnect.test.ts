// A guest whose connection breaks: is the same member again, and every line is there once and in order.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import net from "node:net";
import { type TestContext, test } from "node:test";
import { openFrames } from "../../src/engine/host/handshake-host.ts";
import { frameType } from "../../src/engine/wire/frame.ts";
import { encodeHello } from "../../src/engine/wire/handshake.ts";
import { hostRoom, joinRoom, openTestEngine, type TestEngine } from "../support/rooms/real-engine.ts";
import { textsOf } from "../support/rooms/what-was-said.ts";
import { patienceMs } from "../support/until.ts";
import { openWire } from "./cuttable-wire.ts";

const password = "four calm green words";

const texts = ({ events }: TestEngine, own: boolean): readonly string[] =>
	events.flatMap((event) => (event.kind === "message" && event.own === own ? [event.text] : []));

async function roomOverWire(t: TestContext) {
	const host = await openTestEngine(t, "Ann");
	const guest = await openTestEngine(t, "Bob");
	const wire = await openWire(await hostRoom(host, password));
	t.after(() => wire.close());
	await joinRoom(guest, wire.port, password);
	return { host, guest, wire };
}

const isReconnecting = ({ engine }: TestEngine): boolean => {
	const { phase } = engine.snapshot();
	return phase.kind === "inRoom" && phase.isReconnecting === true;
};

test("lines said on both sides while the connection breaks again and again arrive once and in order", async (t) => {
	const { host, guest, wire } = await roomOverWire(t);
	const count = 300;
	const expected = Array.from({ length: count }, (_, index) => `line ${index}`);
	for (const [index, text] of expected.entries()) {
		await guest.engine.perform({ kind: "send", text });
		await host.engine.perform({ kind: "send", text });
		if (index % 100 === 50) {
			wire.cut();
			await guest.until(() => isReconnecting(guest));
			wire.mend();
		}
		if (index % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
	}
	await host.until(() => texts(host, false).length >= count && texts(host, true).length >= count);
	await guest.until(() => texts(guest, false).length >= count && texts(guest, true).length >= count);
	for (const engine of [host, guest]) {
		assert.deepEqual(texts(engine, false), expected);
		assert.deepEqual(texts(engine, true), expected);
	}
});

test("a broken connection that comes back is no leaving and no joining for anybody", async (t) => {
	const { host, guest, wire } = await roomOverWire(t);
	wire.cut();
	await guest.until(() => isReconnecting(guest));
	await host.until(() => host.engine.snapshot().people.some(({ isAway }) => isAway));
	await host.engine.perform({ kind: "send", text: "while you were away" });
	await guest.engine.perform({ kind: "send", text: "typed in the dark" });
	wire.mend();
	await guest.told("message", ({ text }) => text === "while you were away");
	await host.told("message", ({ text }) => text === "typed in the dark");
	assert.equal(isReconnecting(guest), false);
	assert.ok(host.engine.snapshot().people.every(({ isAway }) => !isAway));
	for (const { events } of [host, guest]) {
		assert.equal(events.filter(({ kind }) => kind === "left").length, 0);
	}
	assert.equal(host.events.filter((event) => event.kind === "joined" && !event.self).length, 1);
	assert.equal(guest.events.filter(({ kind }) => kind === "passwordRequired").length, 1);
	const told = guest.events.flatMap(({ kind }) => (kind === "reconnecting" || kind === "reconnected" ? [kind] : []));
	assert.deepEqual(told, ["reconnecting", "reconnected"]);
});

test("a guest that was removed while away is told so when it comes back", async (t) => {
	const { host, guest, wire } = await roomOverWire(t);
	wire.cut();
	await host.until(() => host.engine.snapshot().people.some(({ isAway }) => isAway));
	const away = host.engine.snapshot().people.find(({ isAway }) => isAway);
	assert.ok(away);
	await host.engine.perform({ kind: "kick", fingerprint: away.fingerprint });
	await host.told("left", ({ reason }) => reason === "kicked");
	wire.mend();
	assert.equal((await guest.told("closed")).code, "kicked");
	assert.equal(host.engine.snapshot().people.length, 1);
});

test("somebody else at the host's address gets neither the password nor a place", async (t) => {
	const { host, guest, wire } = await roomOverWire(t);
	const port = host.engine.snapshot().hosting?.port ?? 0;
	wire.cut();
	await guest.until(() => isReconnecting(guest));
	await host.engine.close();
	const other = await openTestEngine(t, "Mallory");
	await other.engine.perform({ kind: "host", password, wish: { port, bind: "127.0.0.1" } });
	wire.mend();
	assert.equal((await guest.told("closed")).code, "another_room");
	assert.equal(guest.events.filter(({ kind }) => kind === "passwordRequired").length, 1);
	assert.equal(other.engine.snapshot().people.length, 1);
});

test("attack: a false host that waits for a guest to come back is not even asked for a share, and the guest ends its stay", async (t) => {
	const { guest, wire } = await roomOverWire(t);
	let shares = 0;
	const falseHost = net.createServer(async (socket) => {
		socket.on("error", () => {});
		const opened = await openFrames(socket, AbortSignal.timeout(patienceMs));
		if (opened.kind === "gone") return;
		const { frames } = opened;
		frames.send(frameType.hello, encodeHello({ room: randomBytes(32), salt: randomBytes(16) }));
		await frames.next(AbortSignal.timeout(patienceMs));
		frames.send(frameType.hostProof);
		const share = await frames.next(AbortSignal.timeout(patienceMs));
		if (share.kind === "frame") shares += 1;
		socket.destroy();
	});
	await new Promise<void>((resolve) => falseHost.listen(0, "127.0.0.1", resolve));
	t.after(() => falseHost.close());
	wire.cut();
	await guest.until(() => isReconnecting(guest));
	wire.mend((falseHost.address() as net.AddressInfo).port);
	assert.equal((await guest.told("closed")).code, "another_room");
	assert.equal(shares, 0);
});

test("a guest whose host comes back with another room and password keeps what was said in sight while they are asked for it", async (t) => {
	const { host, guest, wire } = await roomOverWire(t);
	await host.does({ kind: "send", text: "before the power went" });
	await guest.until(() => texts(guest, false).includes("before the power went"));
	const seesIt = () => textsOf(guest).includes("before the power went");
	wire.cut();
	await host.does({ kind: "leave" });
	wire.mend(await hostRoom(host, "five other words of now"));
	assert.equal((await guest.told("closed")).code, "another_room");
	await guest.does({ kind: "join", target: `127.0.0.1 ${wire.port}` });
	await guest.until(() => guest.engine.snapshot().phase.kind === "passwordNeeded");
	const { phase } = guest.engine.snapshot();
	assert.ok(phase.kind === "passwordNeeded" && phase.isComingBack === true && seesIt());
	await guest.does({ kind: "password", password: "five other words of now" });
	await guest.until(() => guest.engine.snapshot().phase.kind === "inRoom" && !isReconnecting(guest));
	assert.ok(!seesIt(), "the new room begins with nothing");
	await guest.does({ kind: "leave" });
	await guest.does({ kind: "join", target: `127.0.0.1 ${host.engine.snapshot().hosting?.port}` });
	await guest.until(() => guest.engine.snapshot().phase.kind === "passwordNeeded");
	const elsewhere = guest.engine.snapshot().phase;
	assert.ok(
		elsewhere.kind === "passwordNeeded" && elsewhere.isComingBack === undefined,
		"another target is another room",
	);
});
