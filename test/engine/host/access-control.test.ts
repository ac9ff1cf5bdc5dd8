// Access control over real sockets: crowds, silence and garbage are bounded, and never keep out somebody who knows the password.
import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { frameType } from "../../../src/engine/wire/frame.ts";
import type { Link } from "../../../src/net/link/link.ts";
import { guess, knockEmpty } from "../../support/attackers/cheap-guest.ts";
import { joinLive, linkFrom, livePerson, openLiveRoom } from "../../support/rooms/live-room.ts";

const wrongPrs = new Uint8Array(32).fill(7);

/** Guesses wrong until the host hangs up or says that enough is enough; how many guesses were answered. */
async function guessOn(link: Link): Promise<number> {
	let answered = 0;
	try {
		const greeting = await knockEmpty(link);
		for (let attempt = 1; attempt <= 3; attempt++) {
			const guessed = await guess(greeting, wrongPrs, attempt);
			if (guessed.kind !== "wrong") break;
			answered += 1;
			if (guessed.left === 0) break;
		}
	} catch {
		// Turned away before the greeting.
	}
	link.stream.destroy();
	return answered;
}

test("attack: two hundred parallel connections from one address get six answers in all, and the log is a few lines", async (t) => {
	const host = await livePerson(t, "Hana", 1);
	const port = await openLiveRoom(host);
	const links = await Promise.all(Array.from({ length: 200 }, () => linkFrom(66, port)));
	const answers = await Promise.all(links.map(guessOn));
	assert.equal(
		answers.reduce((sum, count) => sum + count, 0),
		6,
	);
	assert.equal((await host.engine.blocks()).length, 1);
	const logged = () => host.engine.snapshot().gate?.knocks ?? [];
	await host.until(() => logged().reduce((sum, { count }) => sum + count, 0) === 200, "200 knocks are counted");
	const knocks = await host.engine.knocks();
	assert.ok(knocks.length <= 8, `${knocks.length} lines`);
	assert.equal(
		knocks.reduce((sum, { guesses }) => sum + guesses, 0),
		6,
	);
	const guest = await livePerson(t, "Gus", 7);
	await joinLive(guest, port);
	await guest.told("joined", ({ self }) => self);
});

test("attack: a hundred connections from as many addresses that say nothing do not keep out who comes with the password", async (t) => {
	const host = await livePerson(t, "Hana", 1);
	const port = await openLiveRoom(host);
	const silent = await Promise.all(Array.from({ length: 100 }, (_, i) => linkFrom(100 + i, port)));
	const guest = await livePerson(t, "Gus", 7);
	await joinLive(guest, port);
	await guest.told("joined", ({ self }) => self);
	for (const { stream } of silent) stream.destroy();
	assert.equal((await host.engine.blocks()).length, 0);
});

test("attack: garbage, endless frames and a byte at a time end the connection, count nothing and harm nobody", async (t) => {
	const host = await livePerson(t, "Hana", 1);
	const port = await openLiveRoom(host);
	const garbage = [
		Buffer.alloc(64 * 1024, 0xff),
		Buffer.from("GET / HTTP/1.1\r\nHost: example.org\r\n\r\n"),
		Buffer.from([0, 0, 32, frameType.confirmA, ...new Uint8Array(32)]),
		Buffer.from([0, 0x10, 0, frameType.shareA]),
		Buffer.from([0, 0, 32, frameType.shareA, ...new Uint8Array(32).fill(0xff)]),
	];
	for (const bytes of garbage) {
		const { stream } = await linkFrom(66, port);
		stream.resume();
		stream.write(bytes);
		stream.end();
		await once(stream, "close");
	}
	const slow = await linkFrom(66, port);
	for (const byte of Buffer.from([0, 0, 32])) slow.stream.write(Uint8Array.of(byte));
	const guest = await livePerson(t, "Gus", 66);
	await joinLive(guest, port);
	await guest.told("joined", ({ self }) => self);
	slow.stream.destroy();
	assert.equal(host.events.filter(({ kind }) => kind === "strike").length, 0);
});
