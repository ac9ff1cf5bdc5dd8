// How bootstrap nodes are written, and what an invite's secret becomes.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { dhtSeeds } from "../../../src/net/dht/keys.ts";
import { dhtNodesText, parseDhtNodes, publicDhtNodes } from "../../../src/net/dht/nodes.ts";

test("names and IPv4 addresses with their ports are taken, with commas between", () => {
	assert.deepEqual(parseDhtNodes("44.128.0.7:49737, DHT.Example.org:1"), {
		kind: "nodes",
		nodes: [
			{ host: "44.128.0.7", port: 49_737 },
			{ host: "dht.example.org", port: 1 },
		],
	});
	assert.equal(parseDhtNodes(dhtNodesText(publicDhtNodes)).kind, "nodes");
});

test("whatever is no bootstrap node is refused, without repeating it", () => {
	for (const text of [
		"",
		"host",
		"host:0",
		"host:70000",
		"[::1]:5",
		"0.0.0.0:5",
		"224.0.0.1:5",
		"a b:5",
		"1.2.3:5",
		"-x:5",
	]) {
		const outcome = parseDhtNodes(text);
		assert.match(outcome.kind === "refused" ? outcome.detail : "", /HOST:PORT/, text);
	}
	assert.equal(parseDhtNodes("a:1,b:1,c:1,d:1,e:1").kind, "refused");
});

test("reading never throws, and what it gives reads the same again", () => {
	fc.assert(
		fc.property(fc.string(), (text) => {
			const outcome = parseDhtNodes(text);
			if (outcome.kind === "nodes") assert.deepEqual(parseDhtNodes(dhtNodesText(outcome.nodes)), outcome);
		}),
	);
});

test("a secret gives three seeds that have nothing in common", () => {
	const { host, relayedHost, guest } = dhtSeeds(new Uint8Array(16).fill(7));
	assert.equal(new Set([host, relayedHost, guest].map((seed) => Buffer.from(seed).toString("hex"))).size, 3);
	assert.notDeepEqual(dhtSeeds(new Uint8Array(16).fill(8)).host, host);
});
