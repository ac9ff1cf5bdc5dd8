// Links through a relay: the shared suite over a real relay on loopback, then what strangers, rivals, slow readers and crowds can do.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { after, type TestContext, test } from "node:test";
import { WebSocket } from "ws";
import type { Link } from "../../../src/net/link/link.ts";
import { dialsRelays } from "../../../src/net/relay/dial-socket.ts";
import { hostClaim, relayGuestSeed, relayKeyPair, relayRoom } from "../../../src/net/relay/keys.ts";
import { type RelayRoomOptions, relayTransport } from "../../../src/net/relay/relay-transport.ts";
import { type RelayOptions, type RunningRelay, startRelay } from "../../../src/net/relay/server.ts";
import { CLOSED, packRegistration, relayPath } from "../../../src/net/relay/wire.ts";
import { tcpTransport } from "../../../src/net/tcp/tcp.ts";
import { asTransport } from "../../support/net/room-as-transport.ts";
import { until } from "../../support/until.ts";
import { dialled, linkConformance, listening, patiently } from "../link/conformance.ts";

const bind = "127.0.0.1";

async function start(options: Partial<RelayOptions> = {}): Promise<RunningRelay> {
	const relay = await startRelay({ port: 0, bind, names: [], page: "<p>A relay.</p>", ...options });
	assert.equal(relay.kind, "running", relay.kind === "failed" ? relay.detail : "");
	return relay;
}

async function relayFor(t: TestContext, options: Partial<RelayOptions> = {}): Promise<RunningRelay> {
	const relay = await start(options);
	t.after(() => relay.close());
	return relay;
}

const common = await start({ limits: { bytesPerSecond: 1024 * 1024 * 1024 } });
after(() => common.close());

const urlOf = (relay: RunningRelay, scheme = "ws") => new URL(`${scheme}://${bind}:${relay.port}`);

function roomAt(relay: RunningRelay, { key = relayKeyPair(randomBytes(32)), secret = randomBytes(16), ...more } = {}) {
	return transportTo({ relay: urlOf(relay), secret, hostKey: key.publicKey, host: { key }, ...more });
}

const transportTo = (options: Omit<RelayRoomOptions, "open">) =>
	relayTransport({ open: dialsRelays(tcpTransport()), ...options });

const subject = (room = roomAt(common)) =>
	({ transport: asTransport(room), host: bind, hasNoPort: true, hasNoCaller: true }) as const;

linkConformance("relay", () => subject());

test("A host that registers again with other invites is rung by a new one and not by one that was taken back, and whoever is in stays", async (t) => {
	const key = relayKeyPair(randomBytes(32));
	const [shared, forBob, forEve] = [randomBytes(16), randomBytes(16), randomBytes(16)];
	let good: readonly Uint8Array[] = [shared, forEve];
	const lost: string[] = [];
	const host = transportTo({
		relay: urlOf(common),
		hostKey: key.publicKey,
		secret: shared,
		host: { key, secrets: () => good },
		onLost: (detail: string) => void lost.push(detail),
	});
	const arrived: Link[] = [];
	const hear = (link: Link): void => {
		arrived.push(link);
		link.stream.pipe(link.stream);
	};
	t.after(() => host.close());
	assert.equal((await host.listen(hear)).kind, "listening");
	const guest = (secret: typeof shared) => {
		const room = roomAt(common, { key, secret });
		t.after(() => room.close());
		return room;
	};
	const inside = await guest(forEve).dial(patiently());
	assert.ok(inside.kind === "linked");
	assert.match(await failureOf(t, guest(forBob)), /not at the relay/);
	good = [shared, forBob];
	assert.equal((await host.listen(hear)).kind, "listening");
	assert.equal((await guest(forBob).dial(patiently())).kind, "linked");
	assert.match(await failureOf(t, guest(forEve)), /not at the relay/);
	inside.link.stream.write("still here");
	assert.equal(String((await once(inside.link.stream, "data"))[0]), "still here");
	assert.deepEqual(lost, [], "the former registration ended without a word");
});

/** What a dial that must fail says. */
async function failureOf(t: TestContext, room: ReturnType<typeof roomAt>): Promise<string> {
	const outcome = await room.dial(patiently());
	if (outcome.kind === "linked") t.after(() => outcome.link.stream.destroy());
	assert.equal(outcome.kind, "failed");
	return outcome.kind === "failed" ? outcome.detail : "";
}

/** Opens a socket as somebody with a program of their own would; resolves with it and the relay's nonce. */
async function ownSocket(t: TestContext, relay: RunningRelay, path: string, headers: Record<string, string> = {}) {
	const socket = new WebSocket(`ws://${bind}:${relay.port}${path}`, { headers });
	t.after(() => socket.terminate());
	const closed = once(socket, "close").then(([code]) => code as number);
	const [nonce] = await messageOf(socket);
	return { socket, nonce, closed };
}

/** Resolves with the next message; rejects when the socket closes instead. */
async function messageOf(socket: WebSocket): Promise<[Buffer]> {
	const ended = new AbortController();
	socket.once("close", (code) => ended.abort(new Error(`the relay closed the socket with ${code}`)));
	return (await once(socket, "message", { signal: ended.signal })) as [Buffer];
}

test("A room that nobody is registered for is not there, and neither is one for whoever lacks its invite", async (t) => {
	const key = relayKeyPair(randomBytes(32));
	assert.match(await failureOf(t, roomAt(common, { key })), /closed, or its host is not at the relay/);
	let arrivals = 0;
	await listening(t, asTransport(roomAt(common, { key })), () => (arrivals += 1));
	assert.match(await failureOf(t, roomAt(common, { key })), /closed, or its host is not at the relay/);
	assert.equal(arrivals, 0);
});

test("attack: somebody who has the invite registers as the host, and is refused; the host stays", async (t) => {
	const key = relayKeyPair(randomBytes(32));
	const secret = randomBytes(16);
	const hosts = roomAt(common, { key, secret });
	const arrived = Promise.withResolvers<Link>();
	await listening(t, asTransport(hosts), arrived.resolve);
	const room = relayRoom(key.publicKey);
	const rival = relayKeyPair(randomBytes(32));
	const guestKeys = relayKeyPair(relayGuestSeed(secret)).publicKey;
	const authority = `${bind}:${common.port}`;
	for (const hostKey of [key.publicKey, rival.publicKey]) {
		const { socket, nonce, closed } = await ownSocket(t, common, relayPath({ kind: "host", room }));
		const signature = rival.sign(hostClaim({ authority, room, nonce }, guestKeys));
		socket.send(packRegistration({ hostKey, guestKeys, signature }));
		assert.equal(await closed, CLOSED.refused);
	}
	await dialled(t, subject(hosts), 1);
	await arrived.promise;
});

test("attack: a relay uses at another one what a host has told it, and is refused", async (t) => {
	const key = relayKeyPair(randomBytes(32));
	const room = relayRoom(key.publicKey);
	const guestKeys = relayKeyPair(randomBytes(32)).publicKey;
	const path = relayPath({ kind: "host", room });
	// The host has dialled evil.example, which passes on the nonce of the relay that it wants to be found at.
	const { socket, nonce, closed } = await ownSocket(t, common, path);
	const signature = key.sign(hostClaim({ authority: "evil.example", room, nonce }, guestKeys));
	socket.send(packRegistration({ hostKey: key.publicKey, guestKeys, signature }));
	assert.equal(await closed, CLOSED.refused);
	const named = new WebSocket(`ws://${bind}:${common.port}${path}`, { headers: { host: "evil.example" } });
	assert.equal((await once(named, "close"))[0], CLOSED.refused, "nor does it answer to that name");
});

test("A registration that was seen before is good for nothing", async (t) => {
	const key = relayKeyPair(randomBytes(32));
	const room = relayRoom(key.publicKey);
	const guestKeys = relayKeyPair(randomBytes(32)).publicKey;
	const path = relayPath({ kind: "host", room });
	const first = await ownSocket(t, common, path);
	const claim = { authority: `${bind}:${common.port}`, room, nonce: first.nonce };
	const seen = packRegistration({
		hostKey: key.publicKey,
		guestKeys,
		signature: key.sign(hostClaim(claim, guestKeys)),
	});
	first.socket.send(seen);
	assert.equal((await messageOf(first.socket))[0].length, 0);
	const again = await ownSocket(t, common, path);
	again.socket.send(seen);
	assert.equal(await again.closed, CLOSED.refused);
});

test("The same host takes its place again when it comes back before the relay has noticed that it was gone", async (t) => {
	const key = relayKeyPair(randomBytes(32));
	const secret = randomBytes(16);
	const lost = Promise.withResolvers<string>();
	await listening(
		t,
		asTransport(
			transportTo({
				relay: urlOf(common),
				secret,
				hostKey: key.publicKey,
				host: { key },
				onLost: lost.resolve,
			}),
		),
		() => assert.fail("the former socket is rung no more"),
	);
	const arrived = Promise.withResolvers<Link>();
	const back = roomAt(common, { key, secret });
	await listening(t, asTransport(back), arrived.resolve);
	assert.match(await lost.promise, /opened at the relay once more/);
	await dialled(t, subject(back), 1);
	await arrived.promise;
});

test("Only somebody who shows the token may host at a private relay; guests need none", async (t) => {
	const relay = await relayFor(t, { token: "let me" });
	const key = relayKeyPair(randomBytes(32));
	const secret = randomBytes(16);
	const without = await roomAt(relay, { key, secret }).listen(() => {});
	assert.match(without.kind === "failed" ? without.detail : "", /only those host who have its token/);
	const wrong = await transportTo({
		relay: urlOf(relay),
		secret,
		hostKey: key.publicKey,
		host: { key, token: "let you" },
	}).listen(() => {});
	assert.equal(wrong.kind, "failed");
	const arrived = Promise.withResolvers<Link>();
	const hosts = transportTo({ relay: urlOf(relay), secret, hostKey: key.publicKey, host: { key, token: "let me" } });
	await listening(t, asTransport(hosts), arrived.resolve);
	await dialled(t, subject(roomAt(relay, { key, secret })), 1);
	await arrived.promise;
});

test("A guest whose host does not come is told so, and waits no longer than the relay allows", async (t) => {
	// The host has the same time to register: a slow computer must be quicker.
	const relay = await relayFor(t, { limits: { patienceMs: 3_000 } });
	const key = relayKeyPair(randomBytes(32));
	const secret = randomBytes(16);
	const room = relayRoom(key.publicKey);
	const { socket, nonce } = await ownSocket(t, relay, relayPath({ kind: "host", room }));
	const guestKeys = relayKeyPair(relayGuestSeed(secret)).publicKey;
	const claim = hostClaim({ authority: `${bind}:${relay.port}`, room, nonce }, guestKeys);
	socket.send(packRegistration({ hostKey: key.publicKey, guestKeys, signature: key.sign(claim) }));
	await messageOf(socket);
	assert.match(await failureOf(t, roomAt(relay, { key, secret })), /did not come to the relay in time/);
	await until(() => relay.counts().waiting === 0, "nothing is held for the guest");
});

/** Dials, and resolves with the status by which the relay refuses to take the socket. */
async function refusalOf(t: TestContext, relay: RunningRelay, path: string, headers: Record<string, string>) {
	const socket = new WebSocket(`ws://${bind}:${relay.port}${path}`, { headers });
	t.after(() => socket.terminate());
	socket.on("error", () => {});
	const taken = once(socket, "open").then(() => assert.fail("the relay took the socket"));
	const [, response] = await Promise.race([once(socket, "unexpected-response"), taken]);
	taken.catch(() => {});
	return response.statusCode as number;
}

test("attack: sockets that say nothing are closed, and a network holds no more of them than it may", async (t) => {
	const path = relayPath({ kind: "guest", room: randomBytes(16) });
	const from = (address: string) => ({ "x-forwarded-for": `198.51.100.1, ${address}` });
	const hasty = await relayFor(t, { isBehindProxy: true, limits: { patienceMs: 50 } });
	const silent = [await ownSocket(t, hasty, path, from("2001:db8:1:2::1")), await ownSocket(t, hasty, path)];
	assert.deepEqual(await Promise.all(silent.map(({ closed }) => closed)), [CLOSED.tooSlow, CLOSED.tooSlow]);
	await until(() => hasty.counts().sockets === 0, "nothing is held for them");
	// Nobody is given back a new one within the test, however long it takes.
	const limits = { newAtOncePerNetwork: 3, newPerMinutePerNetwork: 0.01, openPerNetwork: 2, patienceMs: 600_000 };
	const relay = await relayFor(t, { isBehindProxy: true, limits });
	const first = await ownSocket(t, relay, path, from("2001:db8:1:2::1"));
	await ownSocket(t, relay, path, from("2001:db8:1:2::2"));
	const third = await refusalOf(t, relay, path, from("2001:db8:1:2::3"));
	assert.equal(third, 429, "one network, though three addresses");
	await ownSocket(t, relay, path, from("2001:db8:1:3::1"));
	first.socket.terminate();
	await until(() => relay.counts().sockets === 2, "a place is free");
	const fourth = await ownSocket(t, relay, path, from("2001:db8:1:2::4"));
	fourth.socket.terminate();
	await until(() => relay.counts().sockets === 2, "a place is free again");
	assert.equal(await refusalOf(t, relay, path, from("2001:db8:1:2::5")), 429, "the fourth new one at once");
});

test("A message that is not binary, or longer than a message may be, ends the socket", async (t) => {
	const relay = await relayFor(t);
	const path = relayPath({ kind: "guest", room: randomBytes(16) });
	const talker = await ownSocket(t, relay, path);
	talker.socket.send("hello");
	assert.equal(await talker.closed, CLOSED.refused);
	const flooder = await ownSocket(t, relay, path);
	flooder.socket.on("error", () => {});
	flooder.socket.send(Buffer.alloc(70 * 1024));
	assert.equal(await flooder.closed, 1009);
});

test("A relay says what it is to whoever comes with a browser, and has no other page", async (t) => {
	const relay = await relayFor(t);
	const page = await fetch(`http://${bind}:${relay.port}/`);
	assert.equal(page.status, 200);
	assert.equal(await page.text(), "<p>A relay.</p>");
	assert.match(page.headers.get("content-security-policy") ?? "", /default-src 'none'/);
	for (const path of ["/v1/host/", "/v1/guest/zz", "/etc/passwd"]) {
		assert.equal((await fetch(new URL(path, `http://${bind}:${relay.port}`))).status, 404);
	}
});

test("When a relay is stopped everybody is told, and nothing of it is left", async (t) => {
	const relay = await relayFor(t);
	const lost = Promise.withResolvers<string>();
	const key = relayKeyPair(randomBytes(32));
	const hosts = transportTo({
		relay: urlOf(relay),
		secret: randomBytes(16),
		hostKey: key.publicKey,
		host: { key },
		onLost: lost.resolve,
	});
	await listening(t, asTransport(hosts), () => {});
	await relay.close();
	assert.match(await lost.promise, /relay closed the connection/);
	assert.deepEqual([relay.counts().sockets, relay.counts().rooms], [0, 0]);
});
