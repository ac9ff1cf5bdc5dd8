// The DHT's part of docs/protocol.md and its vectors: hyperdht makes the same keys, and the invites are read back.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import HyperDHT from "hyperdht";
import { dhtPartKey, readDhtPart } from "../../src/engine/routes/dht/part.ts";
import { parseInvite } from "../../src/engine/wire/invite.ts";
import vectors from "../vectors/protocol.json" with { type: "json" };

const { dht } = vectors;
const secret = Buffer.from(dht.secret, "hex");

test("the seeds are SHA-256 over a label and the secret, and hyperdht makes the keys of the vectors of them", () => {
	const labels = { host: "host", relayedHost: "relayed host", guest: "guest" } as const;
	for (const name of ["host", "relayedHost", "guest"] as const) {
		const seed = createHash("sha256").update(`real-talk dht ${labels[name]} 1\0`).update(secret).digest();
		assert.equal(seed.toString("hex"), dht.keys[name].seed);
		assert.equal(HyperDHT.keyPair(seed).publicKey.toString("hex"), dht.keys[name].publicKey);
	}
});

test("the invites of the vectors are read as what they were made of", () => {
	const open = parseInvite(dht.invites.publicNodes);
	assert.ok(open.kind === "invite" && open.invite.routeSecret);
	assert.deepEqual(Buffer.from(open.invite.routeSecret), secret);
	assert.deepEqual(readDhtPart(open.invite.parts.get(dhtPartKey)), { nodes: [] });
	const own = parseInvite(dht.invites.ownNodes);
	assert.ok(own.kind === "invite");
	assert.deepEqual(own.invite.endpoints, []);
	const part = readDhtPart(own.invite.parts.get(dhtPartKey));
	assert.deepEqual(part?.nodes, [{ host: "dht.example.org", port: 48_700 }]);
	assert.equal(Buffer.from(part.relay ?? []).toString("hex"), dht.relay);
});
