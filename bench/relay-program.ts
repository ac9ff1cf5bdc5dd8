// The relay of its bench, in a process of its own, without the limits of speed and of rooms that the bench goes beyond.
import { startRelay } from "../src/net/relay/server.ts";

const relay = await startRelay({
	port: 0,
	bind: "127.0.0.1",
	names: [],
	page: "",
	limits: { bytesPerSecond: 4 * 1024 ** 3 },
});
if (relay.kind === "failed") throw new Error(relay.detail);
console.log(JSON.stringify({ params: { port: relay.port } }));
