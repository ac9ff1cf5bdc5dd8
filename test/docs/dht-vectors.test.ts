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

test("the secret of a day is a hash over the secret that lasts and the day, and the invite with it is for no room in particular", () => {
	const { later } = vectors;
	const day = Buffer.alloc(8);
	day.writeBigUInt64BE(BigInt(Math.floor(later.atMs / 86_400_000)));
	const hash = createHash("sha256")
		.update("real-talk later rooms 1\0")
		.update(Buffer.from(later.secret, "hex"))
		.update(day);
	assert.equal(hash.digest("hex").slice(0, 32), later.secretOfDay);
	const read = parseInvite(later.invite);
	assert.ok(read.kind === "invite" && read.invite.isForLater && read.invite.room === undefined);
	assert.equal(Buffer.from(read.invite.routeSecret ?? []).toString("hex"), later.secret);
});
