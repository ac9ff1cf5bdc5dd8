// A DHT of one's own as `rt dht-node` runs it, on loopback.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { type TestContext, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { Client } from "blind-relay";
import HyperDHT, { type DhtHandshakePayload } from "hyperdht";
import NoiseWrap from "hyperdht/lib/noise-wrap.js";
import { dhtTransport } from "../../../src/net/dht/dht.ts";
import { DHT_GROUP_PORTS, startDhtGroup } from "../../../src/net/dht/group.ts";
import { newDhtSecret } from "../../support/net/dht-secret.ts";
import { asTransport } from "../../support/net/room-as-transport.ts";
import { dialled, listening } from "../link/conformance.ts";

const host = "127.0.0.1";
/** Below those the system hands out. */
const port = 20_000 + (process.pid % 1_000) * DHT_GROUP_PORTS;

test("rooms are found through a DHT of one's own, and its ports are free again when it ends", async (t) => {
	const relaySeed = new Uint8Array(32).fill(7);
	const group = await startDhtGroup({ port, host, relaySeed });
	assert.ok(group.kind === "running", group.kind === "failed" ? group.detail : "");
	assert.match(group.relayKey ?? "", /^[0-9a-f]{64}$/);
	const transport = dhtTransport({ secret: newDhtSecret(), bootstrap: [{ host, port }], bind: host });
	await listening(t, asTransport(transport), (link) => link.stream.destroy());
	await dialled(t, { transport: asTransport(transport), host }, 1);
	const second = await startDhtGroup({ port: port + DHT_GROUP_PORTS - 1, host });
	assert.match(second.kind === "failed" ? second.detail : "", /in use by another program/);
	await transport.close();
	await group.close();
	const again = await startDhtGroup({ port, host });
	assert.equal(again.kind, "running");
	if (again.kind === "running") await again.close();
});

test("an address of another computer is refused in words", async () => {
	const group = await startDhtGroup({ port, host: "192.0.2.77" });
	assert.match(group.kind === "failed" ? group.detail : "", /not an address of this computer/);
});

async function relayOf(t: TestContext) {
	const group = await startDhtGroup({ port, host, relaySeed: new Uint8Array(32).fill(8) });
	assert.ok(group.kind === "running" && group.relayKey !== undefined);
	const stranger = new HyperDHT({
		bootstrap: [{ host, port }],
		ephemeral: true,
		port: [0, 0],
		anyPort: true,
		host,
	});
	t.after(async () => {
		await stranger.destroy({ force: true });
		await group.close();
	});
	return { stranger, key: Buffer.from(group.relayKey, "hex") };
}

test("attack: whoever names another relay to the relay does not make it go there", async (t) => {
	const { stranger, key } = await relayOf(t);
	const victim = HyperDHT.keyPair(randomBytes(32));
	let visits = 0;
	const server = stranger.createServer({}, (socket) => {
		visits += 1;
		socket.on("error", () => {}).destroy();
	});
	await server.listen(victim);
	class Sender extends NoiseWrap {
		override send(payload: DhtHandshakePayload): Buffer {
			const relayThrough = { version: 1, publicKey: victim.publicKey, token: randomBytes(32) };
			return super.send({ ...payload, relayThrough });
		}
	}
	const socket = stranger.connect(key, {
		localConnection: false,
		createHandshake: (...keys) => new Sender(...keys),
	});
	const settled = new Promise((resolve) => socket.on("error", resolve).once("close", resolve).once("connect", resolve));
	await settled;
	// What the relay would do, it would begin before it answers; a connection takes a fraction of this.
	await wait(1_500);
	assert.equal(visits, 0);
	socket.destroy();
	await server.close();
});

test("attack: whoever asks the relay for ever more pairs is cut off", async (t) => {
	const { stranger, key } = await relayOf(t);
	const socket = stranger.connect(key, { localConnection: false });
	const end = new Promise((resolve) => socket.on("error", () => {}).once("close", resolve));
	await new Promise((resolve) => socket.once("connect", resolve));
	const client = Client.from(socket, { id: socket.publicKey });
	for (let asked = 0; asked < 1_000 && !socket.destroyed; asked += 1) {
		client
			.pair(true, randomBytes(32), stranger.createRawStream({}))
			.on("error", () => {})
			.resume();
	}
	await end;
});
