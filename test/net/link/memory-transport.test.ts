// In-memory links: the shared suite, and the pair that is made without dialling.
import assert from "node:assert/strict";
import { buffer } from "node:stream/consumers";
import { test } from "node:test";
import { thisComputer } from "../../../src/net/address/caller.ts";
import { memoryLinkPair, memoryTransport } from "../../../src/net/link/memory-transport.ts";
import { linkConformance, listening, patiently } from "./conformance.ts";

linkConformance("memory", () => ({ transport: memoryTransport(), host: "host" }));

test("a pair is two ends of one link, each named to the other", async () => {
	const [host, guest] = memoryLinkPair(["host", "guest"]);
	assert.deepEqual(host.far, { transport: "memory", caller: thisComputer, address: "guest", port: 0 });
	assert.deepEqual(guest.far, { transport: "memory", caller: thisComputer, address: "host", port: 0 });
	host.stream.end("hello");
	guest.stream.end("hello yourself");
	assert.equal((await buffer(guest.stream)).toString(), "hello");
	assert.equal((await buffer(host.stream)).toString(), "hello yourself");
});

test("two memory transports are two networks", async (t) => {
	const here = memoryTransport();
	const listener = await listening(t, here, () => {});
	const outcome = await memoryTransport().dial({ host: "host", port: listener.port }, patiently());
	assert.equal(outcome.kind === "failed" && outcome.failure, "refused");
});

test("a second close does not stop whoever took the port since", async (t) => {
	const transport = memoryTransport();
	const first = await listening(t, transport, () => {});
	await first.close();
	const second = await listening(t, transport, (link) => link.stream.destroy(), { port: first.port });
	await first.close();
	const outcome = await transport.dial({ host: "host", port: second.port }, patiently());
	assert.equal(outcome.kind, "linked");
});
