// The other peer of the relay bench: a DHT on loopback with hyperdht's blind relay, in a process of its own, as `rt dht-node --relay` runs them.
import { randomBytes } from "node:crypto";
import { DHT_GROUP_PORTS, startDhtGroup } from "../src/net/dht/group.ts";

/** Below those the system hands out. */
const port = 20_000 + (process.pid % 1_000) * DHT_GROUP_PORTS;
const group = await startDhtGroup({ port, host: "127.0.0.1", relaySeed: randomBytes(32) });
if (group.kind === "failed") throw new Error(group.detail);
console.log(JSON.stringify({ params: { port, relayKey: group.relayKey } }));
