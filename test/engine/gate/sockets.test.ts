// Attacks on the gate over real sockets from many addresses (127.x.y.z, each a knocker of its own): parallel guesses, idle and slow connections, garbage.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { type TestContext, test } from "node:test";
import { encodeFrame, frameType } from "../../../src/engine/wire/frame.ts";
import { stepTimeoutMs } from "../../../src/engine/wire/handshake.ts";
import { type Guessed, guess, knockEmpty } from "../../support/attackers/cheap-guest.ts";
import { hostRoom, openTestEngine, type TestEngine } from "../../support/rooms/real-engine.ts";
import { patienceMs } from "../../support/until.ts";

const password = "four calm green words";

/** A connected socket from this address. */
async function knockFrom(localAddress: string, port: number): Promise<Socket> {
	const socket = connect({ host: "127.0.0.1", port, localAddress, noDelay: true });
	socket.on("error", () => {});
	await Promise.race([once(socket, "connect"), once(socket, "close")]);
	return socket;
}

/** Guesses until the host hangs up. */
async function hammer(address: string, port: number): Promise<readonly Guessed[]> {
	const stream = await knockFrom(address, port);
	const verdicts: Guessed[] = [];
	const greeting = await knockEmpty({ stream }).catch(() => undefined);
	for (let attempt = 1; greeting && attempt <= 3; attempt++) {
		const verdict = await guess(greeting, randomBytes(32), attempt);
		verdicts.push(verdict);
		if (verdict.kind === "ended") break;
	}
	stream.destroy();
	return verdicts;
}

test("attack: two hundred parallel connections from one address get six guesses in all, and more only after an unblock", async (t) => {
	const host = await openTestEngine(t, "Hana");
	const port = await hostRoom(host, password);
	const address = "127.9.9.9";
	// Most are turned away while the first ones guess, so they come again until they are blocked.
	const verdicts: Guessed[] = [];
	while ((await host.engine.blocks()).length === 0) {
		verdicts.push(...(await Promise.all(Array.from({ length: 200 }, () => hammer(address, port)))).flat());
	}
	verdicts.push(...(await hammer(address, port)));
	assert.equal(verdicts.filter(({ kind }) => kind === "wrong").length, 6);
	assert.equal(host.events.filter(({ kind }) => kind === "strike").length, 6);
	assert.equal(host.events.filter(({ kind }) => kind === "blocked").length, 1);
	assert.equal((await host.engine.perform({ kind: "unblock", address })).kind, "done");
	assert.equal((await hammer(address, port)).filter(({ kind }) => kind === "wrong").length, 3);
});

/** Keeps a connection from this address all the time, doing what `behave` does, until `over` fires. Counts how many were opened. */
async function besiege(
	address: string,
	port: number,
	behave: (socket: Socket) => void,
	over: AbortSignal,
): Promise<number> {
	let opened = 0;
	while (!over.aborted) {
		const socket = await knockFrom(address, port);
		const end = () => socket.destroy();
		if (over.aborted) end();
		over.addEventListener("abort", end, { once: true });
		socket.resume();
		behave(socket);
		opened += 1;
		// Whoever is cut off before the channel may find the connection reset.
		if (!socket.destroyed) await once(socket, "close").catch(() => socket.destroy());
		over.removeEventListener("abort", end);
	}
	return opened;
}

const shareHead = encodeFrame(frameType.shareA, new Uint8Array(32)).subarray(0, 4);

function dripped(socket: Socket): void {
	const drops = setInterval(() => socket.write("."), 200);
	socket.write(shareHead.subarray(0, 2));
	socket.on("close", () => clearInterval(drops));
}

const sieges: Readonly<Record<string, (socket: Socket) => void>> = {
	"connections that say nothing": () => {},
	"connections that send a byte now and then": dripped,
	"connections that begin to guess and go silent": (socket) => {
		socket.write(encodeFrame(frameType.shareA, randomBytes(32)));
	},
	"connections that send garbage": (socket) => {
		socket.write(randomBytes(600));
	},
};

/** Dials until the password is asked for. A computer that is busy with the siege may not answer within a step's ten seconds: then people dial again. */
async function reaches(friend: TestEngine, port: number): Promise<void> {
	const isAsked = () => friend.events.some(({ kind }) => kind === "passwordRequired");
	for (let tries = 1; !isAsked(); tries += 1) {
		assert.ok(tries * stepTimeoutMs <= patienceMs, "the friend was let in by none of so many tries");
		await friend.does({ kind: "join", target: `127.0.0.1 ${port}` });
		const ends = () => friend.events.flatMap((event) => (event.kind === "closed" ? [event.code] : []));
		await friend.until(() => isAsked() || ends().length === tries, "the host answers, or time is up");
		assert.deepEqual(
			ends().filter((code) => code !== "timed_out"),
			[],
		);
	}
}

async function assertFriendGetsIn(t: TestContext, behave: (socket: Socket) => void): Promise<void> {
	const host = await openTestEngine(t, "Hana");
	const port = await hostRoom(host, password);
	const over = new AbortController();
	const addresses = Array.from({ length: 200 }, (_, i) => `127.7.7.${i + 1}`);
	const siege = addresses.map((address) => besiege(address, port, behave, over.signal));
	try {
		const friend = await openTestEngine(t, "Gabi");
		await reaches(friend, port);
		await friend.does({ kind: "password", password });
		await host.told("joined", ({ self, member }) => !self && member.name === "Gabi");
	} finally {
		over.abort();
	}
	const opened = (await Promise.all(siege)).reduce((sum, one) => sum + one, 0);
	assert.ok(opened >= addresses.length);
	assert.deepEqual(await host.engine.blocks(), []);
}

for (const [what, behave] of Object.entries(sieges)) {
	test(`attack: ${what}, from two hundred addresses of one owner, keep nobody out who knows the password`, (t) =>
		assertFriendGetsIn(t, behave));
}
