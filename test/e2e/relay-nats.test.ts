// Relays with names of their own and no web server before them, joined by NATS (Debian's nats-server): a guest who comes to another relay than its host is let in,
// nothing that is said goes that way, and people talk on when one relay is killed.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";
import { createInterface } from "node:readline";
import { type TestContext, test } from "node:test";
import fc from "fast-check";
import { relayRoute } from "../../src/engine/routes/relay/relay-route.ts";
import { encodeInvite, parseInvite } from "../../src/engine/wire/invite.ts";
import type { DialOutcome, Link, Transport } from "../../src/net/link/link.ts";
import { dialsRelays } from "../../src/net/relay/dial-socket.ts";
import { type Exchange, isRelayName, packForwardedRing, readForwardedRing } from "../../src/net/relay/exchange.ts";
import { guestClaim, relayGuestSeed, relayKeyPair, relayRoom } from "../../src/net/relay/keys.ts";
import { relayTransport } from "../../src/net/relay/relay-transport.ts";
import { startRelay } from "../../src/net/relay/server.ts";
import { tcpTransport } from "../../src/net/tcp/tcp.ts";
import { needs } from "../support/needs.ts";
import { ownPort } from "../support/net/own-port.ts";
import { cleanEnvironment, rtPath } from "../support/program/rt.ts";
import { openEngineOn } from "../support/rooms/real-engine.ts";
import { temporaryHome } from "../support/temporary-home.ts";
import { until } from "../support/until.ts";
import { ring } from "./ringing-relay.ts";

const bind = "127.0.0.1";
const password = "open the door";
const common = new URL("ws://relay.test");

/** Starts a NATS; `seen` has every byte that has passed through it. */
async function startNats(t: TestContext) {
	const port = await ownPort();
	const server = spawn("nats-server", ["-a", bind, "-p", String(port), "-DV"]);
	let log = "";
	for (const output of [server.stdout, server.stderr]) {
		output.on("data", (bytes: Buffer) => {
			log += bytes.toString("latin1");
		});
	}
	t.after(() => void server.kill("SIGKILL"));
	await until(
		() => log.includes("Server is ready"),
		"NATS listens",
		() => log,
	);
	return { url: `nats://${bind}:${port}`, log: () => log };
}

async function startNode(t: TestContext, nats: string, name: string) {
	const names = ["--public-name", common.host, "--own-name", `${name}.${common.host}`];
	const words = ["relay", "--port", "0", "--nats", nats, ...names, "--json"];
	const program = spawn(rtPath, words, {
		env: cleanEnvironment(temporaryHome(t)),
		stdio: ["ignore", "pipe", "inherit"],
	});
	t.after(() => void program.kill("SIGKILL"));
	const ended = once(program, "exit").then(([code]) => assert.fail(`the relay ended with ${code}`));
	const [line] = (await Promise.race([once(createInterface({ input: program.stdout }), "line"), ended])) as [string];
	ended.catch(() => {});
	return { program, name, port: (JSON.parse(line) as { params: { port: number } }).params.port };
}

type Node = Awaited<ReturnType<typeof startNode>>;

/** Dials as a computer does for which the common name has several addresses, in this order; each relay has a name of its own besides. */
function dialling(nodes: readonly Node[]): Transport {
	const tcp = tcpTransport();
	return {
		...tcp,
		async dial({ host }, options): Promise<DialOutcome> {
			const meant = host === common.hostname ? nodes : nodes.filter(({ name }) => host === `${name}.${common.host}`);
			let outcome: DialOutcome = { kind: "failed", failure: "nameNotFound", detail: host };
			for (const { port } of meant) {
				outcome = await tcp.dial({ host: bind, port }, options);
				if (outcome.kind === "linked") break;
			}
			return outcome;
		},
	};
}

async function street(t: TestContext) {
	const nats = await startNats(t);
	const [one, two] = [await startNode(t, nats.url, "one"), await startNode(t, nats.url, "two")];
	return { nats, one, two };
}

test("A guest at one relay is let in by a host at another, who talk on when the guest's relay is killed; NATS has seen no word of it", async (t) => {
	if (!needs(t, "nats-server")) return;
	const { nats, one, two } = await street(t);
	const person = (name: string, nodes: readonly Node[]) => {
		const transport = dialling(nodes);
		return openEngineOn(t, name, {
			transport,
			routes: [relayRoute({ relays: [common], open: dialsRelays(transport) })],
		});
	};
	const host = await person("Hana", [one, two]);
	await host.does({ kind: "host", password, wish: { bind, routes: ["relay"] } });
	await host.until(
		() => host.engine.snapshot().hosting?.ways.some(({ way, state }) => way === "relay" && state === "open") === true,
		"the room is at the relay",
	);
	const read = parseInvite(host.engine.snapshot().hosting?.invite ?? "");
	assert.ok(read.kind === "invite");
	const guest = await person("Gustav", [two, one]);
	await guest.does({ kind: "join", target: encodeInvite({ ...read.invite, endpoints: [] }) });
	await guest.told("passwordRequired");
	await guest.does({ kind: "password", password });
	await guest.told("joined", ({ self }) => self);
	await guest.does({ kind: "send", text: "a word for Hana alone" });
	await host.told("message", ({ text }) => text === "a word for Hana alone");
	const killedAt = performance.now();
	two.program.kill("SIGKILL");
	await guest.told("reconnecting");
	await guest.does({ kind: "send", text: "said in between" });
	await host.told("message", ({ text }) => text === "said in between");
	t.diagnostic(`back after ${Math.round(performance.now() - killedAt)} ms`);
	const log = nats.log();
	assert.match(log, /rt\.relay\.room\.[0-9a-f]{32}/, "the ring went by NATS");
	for (const word of ["a word", "Hana", "Gustav", password, "said in"]) assert.ok(!log.includes(word), word);
});

test("attack: whoever has no invite rings nobody by way of another relay, and learns what they learn of a room that is not there", async (t) => {
	if (!needs(t, "nats-server")) return;
	const { one, two } = await street(t);
	const key = relayKeyPair(randomBytes(32));
	const secret = randomBytes(16);
	const room = (nodes: readonly Node[], own: Uint8Array, isHost = false) => {
		const options = { relay: common, secret: own, hostKey: key.publicKey, open: dialsRelays(dialling(nodes)) };
		const made = relayTransport({ ...options, ...(isHost ? { host: { key } } : {}) });
		t.after(() => made.close());
		return made;
	};
	const arrived: Link[] = [];
	const host = room([one, two], secret, true);
	assert.equal((await host.listen((link) => void arrived.push(link))).kind, "listening");
	const dial = (own: Uint8Array) => room([two], own).dial({ signal: new AbortController().signal, timeoutMs: 30_000 });
	const stranger = await dial(randomBytes(16));
	assert.ok(stranger.kind === "failed" && /not at the relay/.test(stranger.detail), JSON.stringify(stranger));
	assert.equal(arrived.length, 0);
	const invited = await dial(secret);
	assert.equal(invited.kind, "linked", JSON.stringify(invited));
});

test("attack: a relay cannot send a host anywhere but to a name below its own", async (t) => {
	const asked: string[] = [];
	const transport = dialling([]);
	const watched: Transport = {
		...transport,
		dial: (target, options) => {
			asked.push(target.host);
			return transport.dial(target, options);
		},
	};
	for (const node of [
		"10.0.0.1",
		"evil.test",
		"notrelay.test",
		"relay.test.evil.test",
		"a.relay.test:22",
		"a@relay.test",
		"one.relay.test",
	]) {
		await ring(t, watched, node);
	}
	await until(() => asked.includes("one.relay.test"), "the one that is below its name is dialled");
	assert.deepEqual(
		asked.filter((host) => host !== "one.relay.test"),
		[],
	);
});

test("attack: a ring that was signed for another relay's name, by another key, or for another nonce rings nobody", async (t) => {
	const served = new Map<string, (message: Uint8Array) => boolean>();
	const exchange: Exchange = {
		ownName: "one.relay.test",
		serve(room, ring) {
			served.set(room, ring);
			return () => served.delete(room);
		},
		ring: async () => false,
		close: async () => {},
	};
	const relay = await startRelay({ port: 0, bind, names: [common.host], page: "", exchange });
	assert.ok(relay.kind === "running");
	t.after(() => relay.close());
	const tcp = tcpTransport();
	const transport: Transport = { ...tcp, dial: (_, options) => tcp.dial({ host: bind, port: relay.port }, options) };
	const [key, secret] = [relayKeyPair(randomBytes(32)), randomBytes(16)];
	const host = relayTransport({
		relay: common,
		secret,
		hostKey: key.publicKey,
		host: { key },
		open: dialsRelays(transport),
	});
	t.after(() => host.close());
	assert.equal((await host.listen(() => {})).kind, "listening");
	const room = relayRoom(key.publicKey);
	const ring = served.get(Buffer.from(room).toString("hex"));
	assert.ok(ring, "the room is served");
	const guest = relayKeyPair(relayGuestSeed(secret));
	const nonce = randomBytes(32);
	const rings = (authority: string, signed: Uint8Array, shown: Uint8Array = nonce): boolean =>
		ring(
			packForwardedRing({
				...{ authority, nonce: shown, signature: signed, node: "two.relay.test" },
				...{ ticket: randomBytes(16), caller: randomBytes(8) },
			}),
		);
	const claim = (authority: string): Uint8Array => guestClaim({ authority, room, nonce });
	assert.equal(rings("evil.test", guest.sign(claim("evil.test"))), false);
	assert.equal(rings(common.host, guest.sign(claim("evil.test"))), false);
	assert.equal(rings(common.host, relayKeyPair(randomBytes(32)).sign(claim(common.host))), false);
	assert.equal(rings(common.host, guest.sign(claim(common.host)), randomBytes(32)), false);
	assert.equal(rings(common.host, guest.sign(claim(common.host))), true);
});

test("Messages between relays are read whole or not at all, whatever comes", () => {
	const ring = {
		authority: "relay.test",
		nonce: randomBytes(32),
		signature: randomBytes(64),
		ticket: randomBytes(16),
		caller: randomBytes(8),
		node: "one.relay.test:8443",
	};
	const packed = packForwardedRing(ring);
	const read = readForwardedRing(packed);
	assert.deepEqual(read && Buffer.from(read.ticket), ring.ticket);
	assert.deepEqual([read?.authority, read?.node], [ring.authority, ring.node]);
	for (let length = 0; length < packed.length; length += 1) {
		assert.equal(readForwardedRing(packed.subarray(0, length)), undefined);
	}
	assert.equal(readForwardedRing(Buffer.concat([packed, Uint8Array.of(0)])), undefined);
	fc.assert(
		fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
			const found = readForwardedRing(bytes);
			assert.ok(found === undefined || isRelayName(found.node));
		}),
	);
});

test("A relay whose NATS cannot be reached says so and does not run", async (t) => {
	const port = await ownPort();
	await assert.rejects(once(connect(port, bind), "connect"));
	const words = [
		"relay",
		"--port",
		"0",
		"--nats",
		`nats://${bind}:${port}`,
		"--public-name",
		"relay.test",
		"--own-name",
		"a.relay.test",
	];
	const program = spawn(rtPath, words, { env: cleanEnvironment(temporaryHome(t)) });
	let errors = "";
	program.stderr.on("data", (bytes: Buffer) => {
		errors += String(bytes);
	});
	const [code] = (await once(program, "close")) as [number];
	assert.equal(code, 2);
	assert.match(errors, /NATS/);
});
