// Joining by an invite: the host's key is checked before the password is asked for, and the address that is the host's is found.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { createServer, type Server } from "node:net";
import { type TestContext, test } from "node:test";
import { parseFingerprint } from "../../src/crypto/identity/fingerprint.ts";
import { keyWords } from "../../src/crypto/identity/safety-words.ts";
import { openFrames } from "../../src/engine/host/handshake-host.ts";
import { frameType } from "../../src/engine/wire/frame.ts";
import { encodeHello, encodeRefusal } from "../../src/engine/wire/handshake.ts";
import { encodeInvite } from "../../src/engine/wire/invite.ts";
import { hostRoom, openTestEngine, type TestEngine } from "../support/rooms/real-engine.ts";
import { patienceMs } from "../support/until.ts";

const password = "four calm green words";

function inviteTo(host: TestEngine, ...ports: readonly number[]): string {
	const { identity } = host.engine.snapshot();
	const fingerprint = identity.kind === "ready" ? parseFingerprint(identity.fingerprint) : undefined;
	assert.ok(fingerprint);
	return encodeInvite({ fingerprint, endpoints: ports.map((port) => ({ address: "127.0.0.1", port })) });
}

async function closedPort(t: TestContext, answer: (server: Server) => void): Promise<number> {
	const server = createServer();
	answer(server);
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	t.after(() => server.close());
	const address = server.address();
	return typeof address === "object" && address ? address.port : 0;
}

test("an invite leads to its host, also past another room and a stranger's program at the other addresses", async (t) => {
	const host = await openTestEngine(t, "Ann");
	const other = await openTestEngine(t, "Mallory");
	const guest = await openTestEngine(t, "Bob");
	const stranger = await closedPort(t, (server) => server.on("connection", (socket) => socket.end("220 hello\r\n")));
	const invite = inviteTo(host, await hostRoom(other, password), stranger, await hostRoom(host, password));
	await guest.engine.perform({ kind: "join", target: invite });
	await guest.told("passwordRequired");
	await guest.engine.perform({ kind: "password", password });
	await host.told("joined", ({ self }) => !self);
	assert.equal(other.engine.snapshot().people.length, 1);
});

test("attack: another host at the invited address is refused before the password is asked for, and learns nothing of it", async (t) => {
	const host = await openTestEngine(t, "Ann");
	const other = await openTestEngine(t, "Mallory");
	const guest = await openTestEngine(t, "Bob");
	const invite = inviteTo(host, await hostRoom(other, password));
	await guest.engine.perform({ kind: "join", target: invite });
	assert.equal((await guest.told("closed")).code, "wrong_host");
	assert.equal(guest.events.filter(({ kind }) => kind === "passwordRequired").length, 0);
	const { phase } = guest.engine.snapshot();
	const [attempt] = phase.kind === "ended" ? (phase.attempts ?? []) : [];
	assert.equal(attempt?.state, "failed");
	assert.deepEqual(attempt?.why, { kind: "answered", code: "wrong_host" });
	assert.equal(other.events.filter(({ kind }) => kind === "strike").length, 0);
});

test("each try is told with its outcome while it is made, and all are there at the end", async (t) => {
	const host = await openTestEngine(t, "Ann");
	const guest = await openTestEngine(t, "Bob");
	const hangsUp = await closedPort(t, (server) => server.on("connection", (socket) => socket.destroy()));
	const invite = inviteTo(host, hangsUp);
	await guest.engine.perform({ kind: "join", target: invite });
	await guest.told("attempt", ({ state }) => state === "trying");
	const { phase: under } = guest.engine.snapshot();
	assert.equal(under.kind === "connecting" && under.typed, invite, "what leads there again");
	await guest.told("closed");
	const { phase } = guest.engine.snapshot();
	assert.ok(phase.kind === "ended" && phase.attempts);
	const failed = phase.attempts
		.filter(({ state }) => state === "failed")
		.map(({ transport, target }) => ({ transport, target }));
	const target = { kind: "address", address: "127.0.0.1", port: hangsUp } as const;
	assert.deepEqual(failed[0], { transport: "tcp", target });
	assert.deepEqual(phase.attempts[0]?.why, { kind: "answered", code: "refused" });
});

test("a room that was joined is remembered with its host's name", async (t) => {
	const host = await openTestEngine(t, "Ann");
	const guest = await openTestEngine(t, "Bob");
	const invite = inviteTo(host, await hostRoom(host, password));
	await guest.engine.perform({ kind: "join", target: invite });
	await guest.told("passwordRequired");
	await guest.engine.perform({ kind: "password", password });
	await guest.told("joined", ({ self }) => self);
	assert.deepEqual(
		guest.engine.snapshot().recentRooms.map(({ target, hostName }) => [target, hostName]),
		[[invite, "Ann"]],
	);
});

test("without leave nothing is looked for or shown on the network", async (t) => {
	const guest = await openTestEngine(t, "Bob");
	const outcomes = [
		await guest.engine.perform({ kind: "browseLan", isOn: true }),
		await guest.engine.perform({ kind: "settings", visibleOnLan: true }),
		await guest.engine.perform({ kind: "host", password, wish: { bind: "127.0.0.1", visibleOnLan: true } }),
	];
	for (const outcome of outcomes) assert.equal(outcome.kind === "refused" && outcome.code, "lan_off");
	assert.equal(guest.engine.snapshot().lanRooms, undefined);
	assert.equal(guest.engine.snapshot().phase.kind, "idle");
});

test("a damaged invite is told so at once", async (t) => {
	const host = await openTestEngine(t, "Ann");
	const guest = await openTestEngine(t, "Bob");
	const invite = inviteTo(host, 40_213);
	const outcome = await guest.engine.perform({ kind: "join", target: `${invite.slice(0, -3)}aaa` });
	assert.equal(outcome.kind === "refused" && outcome.code, "bad_target");
});

/** What a host says of itself is no secret: whoever listens where an invite leads can say it too, before any key is shown. */
const sayBlocked = (server: Server): Server =>
	server.on("connection", async (socket) => {
		socket.on("error", () => {});
		const opened = await openFrames(socket, AbortSignal.timeout(patienceMs));
		if (opened.kind === "gone") return;
		opened.frames.send(frameType.hello, encodeHello({ room: randomBytes(32), salt: randomBytes(16) }));
		opened.frames.send(frameType.refused, encodeRefusal("blocked"));
	});

for (const [what, answer] of [
	["hangs up at once", (server: Server) => server.on("connection", (socket) => socket.destroy())],
	["says that the person is blocked", sayBlocked],
] as const) {
	test(`attack: a stranger at one of the invited addresses who ${what} keeps nobody from the host at another`, async (t) => {
		const host = await openTestEngine(t, "Ann");
		const guest = await openTestEngine(t, "Bob");
		const invite = inviteTo(host, await closedPort(t, answer), await hostRoom(host, password));
		await guest.engine.perform({ kind: "join", target: invite });
		const { kind } = await Promise.race([guest.told("passwordRequired"), guest.told("closed")]);
		assert.equal(kind, "passwordRequired");
	});
}

test("whoever was in a room by invite sees the host's name and the words of the host's key, and no letters of the invite.", async (t) => {
	const host = await openTestEngine(t, "Ann");
	const guest = await openTestEngine(t, "Bob");
	const invite = inviteTo(host, await hostRoom(host, password));
	const { identity } = host.engine.snapshot();
	assert.ok(identity.kind === "ready");
	await guest.does({ kind: "join", target: invite });
	await guest.told("passwordRequired");
	await guest.does({ kind: "password", password });
	await guest.told("joined", (event) => event.self);
	await guest.does({ kind: "leave" });
	const [room] = guest.engine.snapshot().recentRooms;
	assert.equal(room?.hostName, "Ann");
	assert.equal(room?.fingerprint, identity.fingerprint);
	assert.deepEqual(room?.words, await keyWords(identity.fingerprint));
	await guest.does({ kind: "join", target: invite });
	const { phase } = guest.engine.snapshot();
	assert.ok(phase.kind === "connecting" && phase.target === "Ann, by invite");
});
