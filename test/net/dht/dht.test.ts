// DHT links: the shared suite over a private DHT on loopback (no public node is ever contacted), then what strangers and liars can do.
import assert from "node:assert/strict";
import { once } from "node:events";
import { buffer } from "node:stream/consumers";
import { after, test } from "node:test";
import HyperDHT, { type DhtHandshakePayload } from "hyperdht";
import NoiseWrap from "hyperdht/lib/noise-wrap.js";
import { dhtTransport } from "../../../src/net/dht/dht.ts";
import { dhtSeeds } from "../../../src/net/dht/keys.ts";
import { loadDht } from "../../../src/net/dht/library.ts";
import type { Link, RoomTransport } from "../../../src/net/link/link.ts";
import { newDhtSecret } from "../../support/net/dht-secret.ts";
import { privateDht } from "../../support/net/private-dht.ts";
import { asTransport } from "../../support/net/room-as-transport.ts";
import { take } from "../../support/net/take.ts";
import { until } from "../../support/until.ts";
import { dialled, linkConformance, linked, listening, patiently } from "../link/conformance.ts";

const dht = await privateDht();
after(() => dht.close());
const bind = "127.0.0.1";

function transportWith(secret: Uint8Array) {
	return dhtTransport({ secret, bootstrap: dht.bootstrap, bind });
}

/** A node that plays by its own rules. */
function ownNode(t: { after(work: () => Promise<void>): void }): HyperDHT {
	const node = new HyperDHT({ bootstrap: dht.bootstrap, ephemeral: true, port: [0, 0], anyPort: true, host: bind });
	t.after(() => node.destroy({ force: true }));
	return node;
}

/** A room that is dialled and listened for by the helpers of the suite. */
const subject = (room: RoomTransport) => ({ transport: asTransport(room), host: bind, hasNoPort: true }) as const;

linkConformance("dht", () => subject(transportWith(newDhtSecret())));

test("another secret leads to another room, which is not there", async (t) => {
	await listening(t, asTransport(transportWith(newDhtSecret())), (link) => link.stream.destroy());
	const outcome = await transportWith(newDhtSecret()).dial(patiently());
	assert.equal(outcome.kind === "failed" && outcome.failure, "refused");
	assert.match(outcome.kind === "failed" ? outcome.detail : "", /closed, or its host is not online/);
});

test("a host is found by two guests of two computers", async (t) => {
	const secret = newDhtSecret();
	const arrived: Link[] = [];
	await listening(t, asTransport(transportWith(secret)), (link) => {
		arrived.push(link);
		link.stream.pipe(link.stream);
	});
	for (const words of ["first", "second"]) {
		const { stream } = await dialled(t, subject(transportWith(secret)), 1);
		stream.end(words);
		assert.equal((await buffer(stream)).toString(), words);
	}
	assert.deepEqual(
		arrived.map(({ far }) => [far.transport, far.address]),
		[
			["dht", bind],
			["dht", bind],
		],
	);
});

test("a host that is announced again for other invites is found by a new one and not by one that was taken back, and whoever is in stays", async (t) => {
	const [shared, forBob, forEve] = [newDhtSecret(), newDhtSecret(), newDhtSecret()];
	let good: readonly Uint8Array[] = [shared, forEve];
	const host = dhtTransport({ secret: shared, secrets: () => good, bootstrap: dht.bootstrap, bind });
	await listening(t, asTransport(host), ({ stream }) => void stream.pipe(stream));
	const { stream: inside } = await dialled(t, subject(transportWith(forEve)), 1);
	const failed = async (secret: Uint8Array): Promise<void> => {
		const room = transportWith(secret);
		t.after(() => room.close());
		assert.equal((await room.dial(patiently())).kind, "failed");
	};
	await failed(forBob);
	good = [shared, forBob];
	await host.announceAgain?.();
	for (const secret of [forBob, shared]) {
		const { stream } = await dialled(t, subject(transportWith(secret)), 1);
		stream.end("found");
		assert.equal((await buffer(stream)).toString(), "found");
	}
	await failed(forEve);
	inside.write("still here");
	assert.equal(String((await once(inside, "data"))[0]), "still here");
});

test("a reader who lets a whole window pile up and takes it in one go is sent the rest", async (t) => {
	const { guest, host } = await linked(t, subject(transportWith(newDhtSecret())));
	// The window, but for what proved the address.
	const windowBytes = 256 * 1024 - 32;
	const sentBytes = 3 * windowBytes;
	guest.stream.end(Buffer.alloc(sentBytes, "x"));
	host.stream.read(0);
	let takenBytes = 0;
	while (takenBytes < sentBytes) {
		const expectedBytes = Math.min(windowBytes, sentBytes - takenBytes);
		await until(() => host.stream.readableLength >= expectedBytes, `${expectedBytes} bytes more are there`);
		takenBytes += host.stream.read().length;
	}
	assert.equal(takenBytes, sentBytes);
});

test("more may wait for a reader who has read much", async (t) => {
	const { guest, host } = await linked(t, subject(transportWith(newDhtSecret())));
	const megabyte = 1024 * 1024;
	guest.stream.end(Buffer.alloc(8 * megabyte, "x"));
	const takenBytes = await take(host.stream, 3 * megabyte);
	await until(() => host.stream.readableLength > megabyte, "more waits than at first would have");
	assert.equal((await buffer(host.stream)).length, 8 * megabyte - takenBytes);
});

test("attack: a node that has seen the announcement, and so the room's key, gets no answer without the invite", async (t) => {
	const secret = newDhtSecret();
	await listening(t, asTransport(transportWith(secret)), () => assert.fail("a stranger was let through"));
	const { publicKey } = HyperDHT.keyPair(dhtSeeds(secret).host);
	const socket = ownNode(t).connect(publicKey, { localConnection: false });
	const [error] = await once(socket, "error");
	assert.ok(error instanceof Error);
});

test("attack: whoever does not receive what is sent to the address counts as nobody, so nobody else can be blamed", async (t) => {
	const secret = newDhtSecret();
	const arrival = Promise.withResolvers<Link>();
	const arrived: Link[] = [];
	const transport = transportWith(secret);
	await listening(t, asTransport(transport), (link) => {
		arrived.push(link);
		arrival.resolve(link);
	});
	const { host, guest } = dhtSeeds(secret);
	const liar = ownNode(t).connect(HyperDHT.keyPair(host).publicKey, {
		localConnection: false,
		keyPair: HyperDHT.keyPair(guest),
	});
	liar.on("error", () => {});
	await once(liar, "connect");
	// As long as the challenge, but not it.
	liar.write(Buffer.alloc(33));
	liar.resume();
	await new Promise((resolve) => liar.once("close", resolve));
	await dialled(t, subject(transport), 1);
	await arrival.promise;
	assert.equal(arrived.length, 1);
});

test("attack: whoever sends more than there is room for is cut off, and costs no more memory", async (t) => {
	const secret = newDhtSecret();
	const arrival = Promise.withResolvers<Link>();
	await listening(t, asTransport(transportWith(secret)), arrival.resolve);
	const { host, guest } = dhtSeeds(secret);
	const socket = ownNode(t).connect(HyperDHT.keyPair(host).publicKey, {
		localConnection: false,
		keyPair: HyperDHT.keyPair(guest),
	});
	const end = new Promise((resolve) => socket.on("error", () => {}).once("close", resolve));
	const [challenge] = await once(socket, "data");
	socket.write(challenge);
	const { stream } = await arrival.promise;
	// Nobody reads it.
	for (let sent = 0; sent < 64 && !socket.destroyed; sent += 1) socket.write(Buffer.alloc(16 * 1024 + 1));
	await end;
	assert.ok(stream.destroyed);
	assert.ok(stream.readableLength <= 256 * 1024);
});

test("attack: a host that names an impossible address does not end the guest's program", async (t) => {
	const secret = newDhtSecret();
	const open = 1;
	class Liar extends NoiseWrap {
		override send(payload: DhtHandshakePayload): Buffer {
			return super.send({ ...payload, firewall: open, holepunch: null, addresses4: [{ host: "44.1.1.1", port: 0 }] });
		}
	}
	const server = ownNode(t).createServer({ createHandshake: (...keys) => new Liar(...keys) }, () => {});
	await server.listen(HyperDHT.keyPair(dhtSeeds(secret).host));
	const outcome = await transportWith(secret).dial(patiently());
	assert.equal(outcome.kind, "failed");
	await server.close();
});

test("where the native part does not load, that is said", async () => {
	const load = () =>
		loadDht(async () => {
			throw new Error("Cannot find addon '.'\nat somewhere");
		});
	const transport = dhtTransport({ secret: newDhtSecret(), bootstrap: dht.bootstrap, load });
	const dialling = await transport.dial(patiently());
	const listen = await transport.listen(() => {});
	for (const outcome of [dialling, listen]) {
		assert.match(outcome.kind === "failed" ? outcome.detail : "", /native part does not load.*glibc.*works without it/);
	}
});

test("a DHT of which nobody answers is named, and what may be the reason", async () => {
	const transport = dhtTransport({ secret: newDhtSecret(), bootstrap: [{ host: bind, port: 9 }], bind });
	const [dialling, listen] = await Promise.all([transport.dial(patiently()), transport.listen(() => {})]);
	assert.equal(dialling.kind === "failed" && dialling.failure, "unreachable");
	for (const outcome of [dialling, listen]) {
		assert.match(
			outcome.kind === "failed" ? outcome.detail : "",
			/127\.0\.0\.1:9\) answers: this network may block UDP/,
		);
	}
});

test("a transport that is closed ends its links", async (t) => {
	const transport = transportWith(newDhtSecret());
	const { guest, host } = await linked(t, subject(transport));
	await transport.close();
	for (const { stream } of [guest, host]) if (!stream.closed) await once(stream, "close");
	assert.ok(guest.stream.destroyed && host.stream.destroyed);
});

test("an IPv6 address to listen on is refused in words", async () => {
	const transport = dhtTransport({ secret: newDhtSecret(), bootstrap: dht.bootstrap, bind: "::1" });
	const outcome = await transport.listen(() => {});
	assert.match(outcome.kind === "failed" ? outcome.detail : "", /IPv4/);
});
