// What strangers can do to a UDP port of ours, each named after the attack. Over real sockets on loopback.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { buffer } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import fc from "fast-check";
import type { Caller } from "../../../src/net/address/caller.ts";
import type { Link } from "../../../src/net/link/link.ts";
import { COOKIE_PERIOD_MS, CookieJar } from "../../../src/net/udp/cookie.ts";
import { DATA_HEAD_BYTES, encodeDatagram, type LinkId, linkIdOf, writeHead } from "../../../src/net/udp/datagram.ts";
import { MAX_LINKS, MAX_OPENING, type UdpHost } from "../../../src/net/udp/host-socket.ts";
import { udpTransport } from "../../../src/net/udp/udp.ts";
import { dialled, listening } from "../link/conformance.ts";
import { type RawUdp, rawUdp } from "./raw-udp.ts";

async function openHost(t: TestContext, now: () => number = Date.now, mayCome?: (caller: Caller) => boolean) {
	const opened: UdpHost[] = [];
	const links: Link[] = [];
	const transport = udpTransport({ onHost: (one) => opened.push(one), now });
	const { port } = await listening(t, transport, (link) => links.push(link), { mayCome });
	const [host] = opened;
	assert.ok(host);
	t.after(() => {
		for (const { stream } of links) stream.destroy(new Error("the test is over"));
	});
	return { transport, host, links, port };
}

const freshId = (): LinkId => linkIdOf(randomBytes(8));

async function cookieFor(stranger: RawUdp, guest: LinkId): Promise<Buffer> {
	await stranger.send(encodeDatagram({ kind: "hello", guest }));
	const answer = await stranger.next();
	assert.ok(answer.kind === "cookie" && answer.guest === guest);
	return answer.cookie;
}

function dataFor(to: LinkId): Buffer {
	const bytes = Buffer.alloc(DATA_HEAD_BYTES);
	writeHead(bytes, "data", to);
	return bytes;
}

test("attack: a flood of hellos and made-up cookies from many addresses makes the host keep nothing", async (t) => {
	const { host, links, port } = await openHost(t);
	for (let from = 1; from <= 20; from += 1) {
		const stranger = await rawUdp(t, port, `127.0.1.${from}`);
		for (let n = 0; n < 100; n += 1) {
			const guest = freshId();
			await stranger.send(encodeDatagram({ kind: "hello", guest }));
			await stranger.send(encodeDatagram({ kind: "open", guest, cookie: randomBytes(16) }));
			if (n % 20 === 0) await stranger.roundTrip();
		}
		await stranger.roundTrip();
		assert.deepEqual(host.sizes, { guests: 0, lastWords: 0 });
	}
	assert.equal(links.length, 0);
});

test("attack: an address that is not proven gets no more bytes than it sent, whatever it sends", async (t) => {
	const { port } = await openHost(t);
	const stranger = await rawUdp(t, port);
	const bytes = fc.oneof(
		fc.uint8Array({ maxLength: 1500 }),
		fc.tuple(fc.nat(9), fc.uint8Array({ maxLength: 100 })).map(([kind, rest]) => Uint8Array.of(0x52, kind, ...rest)),
		fc.constantFrom(
			encodeDatagram({ kind: "hello", guest: freshId() }),
			encodeDatagram({ kind: "open", guest: freshId(), cookie: randomBytes(16) }),
			dataFor(freshId()),
			encodeDatagram({ kind: "unknown", to: freshId() }),
		),
	);
	await fc.assert(
		fc.asyncProperty(bytes, async (one) => {
			const before = { sent: stranger.sentBytes(), got: stranger.gotBytes() };
			await stranger.send(one);
			await stranger.roundTrip();
			assert.ok(stranger.gotBytes() - before.got <= stranger.sentBytes() - before.sent);
		}),
		{ numRuns: 300 },
	);
	assert.ok(stranger.gotBytes() > 0, "some of it was answered");
});

test("attack: garbage does not disturb those who are in", async (t) => {
	const { transport, links, port } = await openHost(t);
	const guest = await dialled(t, { transport, host: "127.0.0.1" }, port);
	const stranger = await rawUdp(t, port);
	for (let n = 0; n < 500; n += 1) await stranger.send(randomBytes(n));
	await stranger.roundTrip();
	const [host] = links;
	assert.ok(host);
	guest.stream.end("still here");
	assert.equal((await buffer(host.stream)).toString(), "still here");
});

test("attack: a cookie is worth nothing from another address, another port, for another link, or too late", async (t) => {
	let time = 1_000_000;
	const { host, port } = await openHost(t, () => time);
	const owner = await rawUdp(t, port);
	const guest = freshId();
	const cookie = await cookieFor(owner, guest);
	const otherPort = await rawUdp(t, port);
	const otherAddress = await rawUdp(t, port, "127.0.0.2");
	for (const thief of [otherPort, otherAddress]) {
		await thief.send(encodeDatagram({ kind: "open", guest, cookie }));
		await thief.roundTrip();
	}
	await owner.send(encodeDatagram({ kind: "open", guest: freshId(), cookie }));
	time += 2 * COOKIE_PERIOD_MS;
	await owner.send(encodeDatagram({ kind: "open", guest, cookie }));
	await owner.roundTrip();
	assert.equal(host.sizes.guests, 0);
});

test("attack: one cookie sent a hundred times opens one link", async (t) => {
	const { host, links, port } = await openHost(t);
	const owner = await rawUdp(t, port);
	const guest = freshId();
	const cookie = await cookieFor(owner, guest);
	for (let n = 0; n < 100; n += 1) await owner.send(encodeDatagram({ kind: "open", guest, cookie }));
	await owner.roundTrip();
	assert.equal(host.sizes.guests, 1);
	assert.equal(links.length, 1);
	const answers = await Promise.all(Array.from({ length: 100 }, () => owner.next()));
	const names = new Set(answers.map((one) => (one.kind === "opened" ? one.host : one.kind)));
	assert.equal(names.size, 1, "and always the same one");
});

test("attack: proven addresses that say nothing more are let in up to a limit, and refused beyond it", async (t) => {
	const { host, port } = await openHost(t);
	let refused = 0;
	for (let from = 1; from <= 3; from += 1) {
		const crowd = await rawUdp(t, port, `127.0.2.${from}`);
		for (let n = 0; n < 60; n += 1) {
			const guest = freshId();
			await crowd.send(encodeDatagram({ kind: "open", guest, cookie: await cookieFor(crowd, guest) }));
			if ((await crowd.next()).kind === "refused") refused += 1;
		}
	}
	assert.equal(host.sizes.guests, MAX_OPENING);
	assert.equal(refused, 180 - MAX_OPENING);
	assert.ok(MAX_OPENING < MAX_LINKS);
});

test("attack: no link is made for whoever may not come: they are refused, and whoever may come gets in", async (t) => {
	const asked: string[] = [];
	const mayCome = ({ key }: Caller): boolean => asked.push(key) > 0 && key !== "127.0.0.66";
	const { host, links, port } = await openHost(t, Date.now, mayCome);
	const stranger = await rawUdp(t, port, "127.0.0.66");
	for (let count = 0; count < 5; count += 1) {
		const guest = freshId();
		await stranger.send(encodeDatagram({ kind: "open", guest, cookie: await cookieFor(stranger, guest) }));
		assert.equal((await stranger.next()).kind, "refused");
	}
	assert.deepEqual([asked.length, host.sizes.guests, links.length], [5, 0, 0]);
	const guest = freshId();
	const friend = await rawUdp(t, port);
	await friend.send(encodeDatagram({ kind: "open", guest, cookie: await cookieFor(friend, guest) }));
	assert.equal((await friend.next()).kind, "opened");
	assert.deepEqual([host.sizes.guests, links.length], [1, 1]);
});

test("attack: packets and resets for a link are taken from its guest's address only", async (t) => {
	const { host, links, port } = await openHost(t);
	const owner = await rawUdp(t, port);
	const guest = freshId();
	await owner.send(encodeDatagram({ kind: "open", guest, cookie: await cookieFor(owner, guest) }));
	const opened = await owner.next();
	assert.ok(opened.kind === "opened");
	const [link] = links;
	assert.ok(link);
	const stranger = await rawUdp(t, port);
	const destroy = dataFor(opened.host);
	destroy[DATA_HEAD_BYTES - 13] = 16;
	const hi = Buffer.concat([dataFor(opened.host), Buffer.from("hi")]);
	hi[DATA_HEAD_BYTES - 13] = 1;
	await stranger.send(destroy);
	await stranger.send(hi);
	await stranger.send(encodeDatagram({ kind: "unknown", to: guest }));
	await stranger.roundTrip();
	assert.equal(stranger.gotBytes(), 0, "and it learns nothing");
	await owner.send(hi);
	const [heard] = await once(link.stream, "data");
	assert.equal(String(heard), "hi");
	await owner.send(encodeDatagram({ kind: "unknown", to: guest }));
	await once(link.stream, "end");
	const closed = new Promise((resolve) => link.stream.once("close", resolve));
	link.stream.end("anyone?");
	await closed;
	assert.ok(link.stream.errored, "who writes to it is told");
	await owner.roundTrip();
	assert.equal(host.sizes.guests, 0);
});

test("a host that does not know a link says so, once for each packet, and to nobody's reset", async (t) => {
	const { port } = await openHost(t);
	const stranger = await rawUdp(t, port);
	const to = freshId();
	await stranger.send(dataFor(to));
	assert.deepEqual(await stranger.next(), { kind: "unknown", to });
	await stranger.send(encodeDatagram({ kind: "unknown", to }));
	await stranger.roundTrip();
	assert.equal(stranger.gotBytes(), 10);
});

test("a cookie is good in its period and in the next, and another host's is none", () => {
	const start = 5 * COOKIE_PERIOD_MS;
	let time = start;
	const [ours, theirs] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)].map((secret) => new CookieJar(secret, () => time));
	assert.ok(ours && theirs);
	const asker = { address: "192.0.2.1", port: 1234, guest: freshId() };
	const cookie = ours.bake(asker);
	assert.equal(theirs.isOurs(cookie, asker), false);
	for (const [at, isGood] of [
		[0, true],
		[COOKIE_PERIOD_MS - 1, true],
		[2 * COOKIE_PERIOD_MS - 1, true],
		[2 * COOKIE_PERIOD_MS, false],
	] as const) {
		time = start + at;
		assert.equal(ours.isOurs(cookie, asker), isGood, `after ${at} ms`);
	}
	time = start;
	assert.equal(ours.isOurs(cookie.subarray(1), asker), false);
	// Each thing by itself: on sockets another address comes with another port.
	for (const other of [{ address: "192.0.2.2" }, { address: "2001:db8::1" }, { port: 1235 }, { guest: freshId() }])
		assert.equal(ours.isOurs(cookie, { ...asker, ...other }), false, JSON.stringify(other));
	assert.equal(ours.isOurs(cookie, asker), true);
});
