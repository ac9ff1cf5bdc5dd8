// A Tor that says what no real one can be made to say here: one that hangs, is old, lies or talks without end; and a control socket that somebody else holds.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { TorProgress } from "../../../src/net/tor/bootstrap.ts";
import { OnionGuest } from "../../../src/net/tor/onion-guest.ts";
import { OnionHost } from "../../../src/net/tor/onion-host.ts";
import { onionAddress, onionKey } from "../../../src/net/tor/onion-key.ts";
import { startOwnTor } from "../../../src/net/tor/own-tor.ts";
import { Tor, type TorReady } from "../../../src/net/tor/tor.ts";
import { torProgressWords } from "../../../src/ui/words/ways/tor-words.ts";
import { needs } from "../../support/needs.ts";
import { controlPort, protocolInfo } from "../../support/net/tor-control-double.ts";
import { temporaryHome } from "../../support/temporary-home.ts";
import { patienceMs, until } from "../../support/until.ts";

const bootstrap = (percent: number, summary: string) =>
	`NOTICE BOOTSTRAP PROGRESS=${percent} TAG=any SUMMARY="${summary}"`;
const key = onionKey(randomBytes(32));
const address = onionAddress(key.publicKey);

interface Lies {
	readonly percent?: number;
	readonly serviceId?: string;
	readonly knowsPow?: boolean;
	/** What it does after it was asked how far it is. */
	readonly onEvents?: (socket: Socket) => void;
	readonly socks?: string;
}

/** A Tor whose control port is a double. */
async function lyingTor(t: TestContext, lies: Lies = {}, stuckAfterMs?: number) {
	const { percent = 100, serviceId = address, knowsPow = true, onEvents = () => {}, socks = "/nowhere/socks" } = lies;
	const asked: string[] = [];
	const control = await controlPort(t, (line, socket) => {
		asked.push(line);
		if (line.startsWith("PROTOCOLINFO")) return protocolInfo("METHODS=NULL");
		if (line.startsWith("GETINFO")) {
			setImmediate(onEvents, socket);
			return `250-status/bootstrap-phase=${bootstrap(percent, "Asking for relays")}\r\n250 OK`;
		}
		if (!line.startsWith("ADD_ONION")) return "250 OK";
		if (line.includes("PoW") && !knowsPow) return "512 Unrecognized keyword argument";
		return `250-ServiceID=${serviceId}\r\n250 OK\r\n650 HS_DESC UPLOADED ${address} UNKNOWN $${"A".repeat(40)}`;
	});
	const tor = new Tor({ kind: "running", control, socks: { path: socks } }, stuckAfterMs);
	return { tor, asked };
}

function hostAt(t: TestContext, tor: Tor): OnionHost {
	const host = new OnionHost({ tor, key, secrets: () => [randomBytes(16)], onLost: () => {} });
	t.after(() => host.close());
	return host;
}

test("A Tor that hangs at 45 % is said to hang, with what it waits for, and no longer when it goes on", async (t) => {
	const lines: Socket[] = [];
	const { tor } = await lyingTor(t, { percent: 45, onEvents: (socket) => void lines.push(socket) }, 200);
	const use = tor.use();
	t.after(() => use.release());
	const ready = use.ready(new AbortController().signal);
	const told: TorProgress[] = [];
	tor.watch((progress) => told.push(progress));
	// On a busy computer it hangs at the beginning before that, and at 80 % after that.
	await until(() => tor.progress.hindrance?.kind === "stuck" && tor.progress.percent === 45);
	const words = torProgressWords(tor.progress);
	assert.match(words, /45 % \(Asking for relays\)\. It has come no further/);
	lines[0]?.write(`650 STATUS_CLIENT ${bootstrap(80, "Connecting")}\r\n`);
	await until(() => told.some(({ percent }) => percent === 80));
	assert.equal(told.find(({ percent }) => percent === 80)?.hindrance, undefined);
	lines[0]?.write(`650 STATUS_CLIENT ${bootstrap(100, "Done")}\r\n`);
	assert.equal((await ready).kind, "ready");
});

test("A Tor that is too old for proof of work publishes the room without, and that is known", async (t) => {
	const old = hostAt(t, (await lyingTor(t, { knowsPow: false })).tor);
	assert.equal((await old.listen(() => {})).kind, "listening");
	assert.equal(old.hasProofOfWork, false);
	const now = hostAt(t, (await lyingTor(t)).tor);
	assert.equal((await now.listen(() => {})).kind, "listening");
	assert.equal(now.hasProofOfWork, true);
});

test("attack: a control port that opens an onion of another key than the room's is no way in", async (t) => {
	const { tor, asked } = await lyingTor(t, { serviceId: onionAddress(onionKey(randomBytes(32)).publicKey) });
	const outcome = await hostAt(t, tor).listen(() => {});
	assert.ok(outcome.kind === "failed");
	assert.match(outcome.detail, /another key/);
	assert.ok(asked.some((line) => line === `DEL_ONION ${address}`));
});

test("attack: a Tor that talks without end keeps nobody busy: what is told of it is the newest, and seldom", async (t) => {
	const all = 20_000;
	const onEvents = (socket: Socket): void => {
		const lines = Array.from(
			{ length: all },
			(_, index) => `650 STATUS_CLIENT ${bootstrap(index % 99, `Step ${index}`)}`,
		);
		socket.write(`${[...lines, `650 STATUS_CLIENT ${bootstrap(99, "The last step")}`].join("\r\n")}\r\n`);
	};
	const { tor } = await lyingTor(t, { percent: 1, onEvents });
	const told: string[] = [];
	tor.watch(({ summary }) => void told.push(summary));
	const use = tor.use();
	t.after(() => use.release());
	const stop = new AbortController();
	const ready: Promise<TorReady> = use.ready(stop.signal);
	await until(() => told.at(-1) === "The last step");
	assert.ok(told.length < all / 20, `${told.length} of ${all} were told`);
	stop.abort();
	await ready;
});

test("attack: a Tor that says it is ready and whose SOCKS port is somebody else's reaches nobody, and the guest is told", async (t) => {
	const socks = join(temporaryHome(t), "socks");
	const heard: Buffer[] = [];
	const server = createServer((socket) => {
		socket.on("error", () => {});
		socket.on("data", (bytes) => void heard.push(bytes));
		socket.write("HTTP/1.1 400 Bad Request\r\n\r\n");
		t.after(() => socket.destroy());
	});
	await new Promise<void>((resolve) => void server.listen(socks, resolve));
	t.after(() => server.close());
	const { tor } = await lyingTor(t, { socks });
	const secret = randomBytes(16);
	const guest = new OnionGuest({ tor, publicKey: key.publicKey, secret });
	t.after(() => guest.close());
	const outcome = await guest.dial({ signal: new AbortController().signal, timeoutMs: 30_000 });
	assert.ok(outcome.kind === "failed" && outcome.proxy === "notAProxy", JSON.stringify(outcome));
	assert.ok(!Buffer.concat(heard).includes(Buffer.from(secret)));
});

test("A key that does not open the room is said to be wrong, though later tries do not get as far as that", async (t) => {
	const socks = join(temporaryHome(t), "socks");
	/** What Tor says to each try (socks-extensions.txt): the key is wrong, nothing was found of the room, it can't be reached. */
	const replies = [0xf5, 0xf0, 4];
	const server = createServer((socket) => {
		const answers = [
			[5, 2],
			[1, 0],
			[5, replies.shift() ?? 1, 0, 1, 0, 0, 0, 0, 0, 0],
		];
		socket.on("error", () => {}).on("data", () => socket.write(Uint8Array.from(answers.shift() ?? [])));
	});
	await new Promise<void>((resolve) => void server.listen(socks, resolve));
	t.after(() => server.close());
	const { tor } = await lyingTor(t, { socks });
	const guest = new OnionGuest({ tor, publicKey: key.publicKey, secret: randomBytes(16) });
	t.after(() => guest.close());
	const outcome = await guest.dial({ signal: new AbortController().signal, timeoutMs: patienceMs });
	assert.ok(outcome.kind === "failed" && outcome.proxy === "onionWrongKey", JSON.stringify(outcome));
	assert.deepEqual(replies, [], "it was tried three times");
});

test("A control socket that somebody else holds is left alone: Tor is started beside it; with all places held one sentence says so", async (t) => {
	if (!needs(t, "tor")) return;
	const folder = join(temporaryHome(t), "tor");
	const hold = async (slot: number): Promise<void> => {
		const own = join(folder, String(slot));
		mkdirSync(join(own, "data"), { recursive: true, mode: 0o700 });
		const server = createServer((socket) => void socket.destroy());
		await new Promise<void>((resolve) => void server.listen(join(own, "control"), resolve));
		t.after(() => server.close());
	};
	await hold(1);
	const started = await startOwnTor(folder, {});
	assert.ok(started.kind === "running", JSON.stringify(started));
	assert.ok("path" in started.tor.socks && started.tor.socks.path.includes("/2/"));
	await started.tor.close();
	for (let slot = 2; slot <= 8; slot += 1) await hold(slot);
	assert.deepEqual(await startOwnTor(folder, {}), { kind: "failed", trouble: { why: "tooMany" } });
});
