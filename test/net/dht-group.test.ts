// A DHT of one's own as `rt dht-node` runs it, on loopback.
import assert from "node:assert/strict";
import { test } from "node:test";
import { dhtTransport } from "../../src/net/dht.ts";
import { DHT_GROUP_PORTS, startDhtGroup } from "../../src/net/dht-group.ts";
import { newDhtSecret } from "../../src/net/dht-keys.ts";
import { dialled, listening } from "./conformance.ts";

const host = "127.0.0.1";
/** Below those the system hands out. */
const port = 20_000 + (process.pid % 1_000) * DHT_GROUP_PORTS;

test("rooms are found through it, and its ports are free again when it ends", { timeout: 30_000 }, async (t) => {
	const relaySeed = new Uint8Array(32).fill(7);
	const group = await startDhtGroup({ port, host, relaySeed });
	assert.ok(group.kind === "running", group.kind === "failed" ? group.detail : "");
	assert.match(group.relayKey ?? "", /^[0-9a-f]{64}$/);
	const transport = dhtTransport({ secret: newDhtSecret(), bootstrap: [{ host, port }], bind: host });
	await listening(t, transport, (link) => link.stream.destroy());
	await dialled(t, { transport, host }, 1);
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
