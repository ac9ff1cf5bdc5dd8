// The host's way through the DHT as it is shown, and what the person may choose of it.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { type Fingerprint, fingerprintBytes, parseFingerprint } from "../../../../src/crypto/identity/fingerprint.ts";
import { readJoinTarget } from "../../../../src/engine/guest/join-target.ts";
import { dhtRoute } from "../../../../src/engine/routes/dht/dht-route.ts";
import { DhtHost } from "../../../../src/engine/routes/dht/host.ts";
import { dhtPartKey, packDhtPart, readDhtPart } from "../../../../src/engine/routes/dht/part.ts";
import { hostNodes, readDhtChoice, usualDhtPolicy } from "../../../../src/engine/routes/dht/policy.ts";
import { base32Of } from "../../../../src/engine/wire/base32.ts";
import { encodeBody } from "../../../../src/engine/wire/codec.ts";
import { encodeInvite, parseInvite } from "../../../../src/engine/wire/invite.ts";
import type { DhtOptions } from "../../../../src/net/dht/dht.ts";
import type { ListenOutcome, RoomListener, RoomTransport } from "../../../../src/net/link/link.ts";
import { openTroubleWords } from "../../../../src/ui/words/opening-words.ts";
import { newDhtSecret } from "../../../support/net/dht-secret.ts";

type RoomListenOutcome = ListenOutcome<RoomListener>;

/** A DHT that answers so, one after the other. */
function answering(...outcomes: readonly RoomListenOutcome[]) {
	const left = [...outcomes];
	const given: DhtOptions[] = [];
	let isClosed = false;
	const newTransport = (options: DhtOptions): RoomTransport => {
		given.push(options);
		return {
			name: "dht",
			dial: () => assert.fail("a host does not dial"),
			listen: async () => left.shift() ?? assert.fail("asked too often"),
			close: async () => {
				isClosed = true;
			},
		};
	};
	return { newTransport, given, isClosed: () => isClosed };
}

const silent: RoomListenOutcome = { kind: "failed", failure: "other", detail: "Nobody answers." };
const open: RoomListenOutcome = { kind: "listening", listener: { close: async () => {} } };

test("a DHT that does not answer is tried again, and the screen says how it stands", async () => {
	const dht = answering(silent, open);
	const changed = Promise.withResolvers<void>();
	let changes = 0;
	const host = new DhtHost({
		secret: new Uint8Array(16),
		policy: usualDhtPolicy,
		onLink: () => {},
		onContact: () => {},
		onChange: () => {
			changes += 1;
			if (changes === 2) changed.resolve();
		},
		newTransport: dht.newTransport,
		retryAfterMs: 1,
	});
	assert.equal(host.view().state, "checking");
	// The timer does not keep the program; the test has to.
	const keep = setInterval(() => {}, 1_000);
	await host.start();
	assert.deepEqual(host.view(), {
		way: "dht",
		state: "blocked",
		facts: { kind: "notAnnounced", detail: "Nobody answers." },
	});
	await changed.promise;
	clearInterval(keep);
	assert.equal(host.view().state, "open");
	await host.close();
	assert.ok(dht.isClosed());
});

test("only the nodes that were chosen are used, and they stand in the invite; the usual ones need not", () => {
	const read = readDhtChoice({ bootstrap: "44.1.1.1:5", relay: "ab".repeat(32) });
	assert.ok(read.kind === "policy");
	const dht = answering();
	const host = new DhtHost({
		secret: new Uint8Array(16),
		policy: read.policy,
		onLink: () => {},
		onContact: () => {},
		onChange: () => {},
		newTransport: dht.newTransport,
	});
	assert.deepEqual(dht.given[0]?.bootstrap, [{ host: "44.1.1.1", port: 5 }]);
	const relay = Buffer.from("ab".repeat(32), "hex");
	assert.deepEqual(readDhtPart(host.invitePart()), { nodes: [{ host: "44.1.1.1", port: 5 }], relay });
	const usual = answering();
	const plain = new DhtHost({
		secret: new Uint8Array(16),
		policy: usualDhtPolicy,
		onLink: () => {},
		onContact: () => {},
		onChange: () => {},
		newTransport: usual.newTransport,
	});
	assert.deepEqual(readDhtPart(plain.invitePart()), { nodes: [] });
	assert.deepEqual(usual.given[0]?.bootstrap, hostNodes(usualDhtPolicy));
});

test("the note before the DHT is contacted names every node", () => {
	const { nodes } = dhtRoute(usualDhtPolicy).terms();
	for (const { host, port } of hostNodes(usualDhtPolicy)) assert.ok(nodes.includes(`${host}:${port}`));
});

test("choices that make no sense are refused in words", () => {
	for (const choice of [{ bootstrap: "nonsense" }, { relay: "ab" }, { relay: "z".repeat(64) }]) {
		const outcome = readDhtChoice(choice);
		assert.match(outcome.kind === "refused" ? openTroubleWords(outcome.trouble) : "", /^--dht-/);
	}
});

test("a guest uses the DHT only if nothing forbids it, by the person's own nodes, the invite's, or the public ones", () => {
	const secret = newDhtSecret();
	const usual = dhtRoute(usualDhtPolicy);
	assert.equal(usual.refusal(undefined), undefined);
	const refused = [
		dhtRoute({ ...usualDhtPolicy, isAllowed: false }).refusal(undefined),
		usual.refusal({ interface: "wlan0" }),
		usual.refusal({ bind: "192.0.2.1" }),
	];
	for (const one of refused) assert.equal(one?.kind === "refused" && one.code, "dht_off");
	const named = packDhtPart({ nodes: [{ host: "44.1.1.1", port: 5 }] });
	assert.equal(usual.readInvite(named, secret)?.(() => {}).via, "44.1.1.1:5");
	assert.match(usual.readInvite(packDhtPart({ nodes: [] }), secret)?.(() => {}).via ?? "", /node1\.hyperdht\.org/);
	const own = dhtRoute({ ...usualDhtPolicy, nodes: [{ host: "own.example", port: 6 }] });
	assert.equal(
		own.readInvite(named, secret)?.(() => {}).via,
		"own.example:6",
		"the person's own choice goes before the invite's",
	);
	assert.equal(usual.readInvite(named, undefined), undefined, "without a secret nobody is found");
});

const fingerprint = parseFingerprint("0123456789ABCDEF0123456789ABCDEF01234567") as Fingerprint;

test("the invite's part is read back as it was written", () => {
	const host = fc.constantFrom("dht.example.org", "44.1.1.1", `${"a".repeat(56)}.org`);
	const node = fc.record({ host, port: fc.integer({ min: 1, max: 65_535 }) }, { noNullPrototype: true });
	const part = fc.record(
		{ nodes: fc.array(node, { maxLength: 4 }), relay: fc.uint8Array({ minLength: 32, maxLength: 32 }) },
		{ requiredKeys: ["nodes"], noNullPrototype: true },
	);
	const endpoints = Array.from({ length: 12 }, (_, at) => ({ address: `2a0e:9999:a::${at + 1}`, port: 40_000 + at }));
	fc.assert(
		fc.property(part, (one) => {
			const parts = new Map([[dhtPartKey, packDhtPart(one)]]);
			const text = encodeInvite({ fingerprint, endpoints, secret: new Uint8Array(16), parts });
			assert.match(text, /^rt:\/\/[a-z2-7]{1,1019}$/, "it fits with as many addresses as there may be");
			const read = parseInvite(text);
			assert.ok(read.kind === "invite");
			assert.deepEqual(readDhtPart(read.invite.parts.get(dhtPartKey)), one);
		}),
	);
});

const forgedParts: Readonly<Record<string, unknown>> = {
	"five nodes": [Array.from({ length: 5 }, () => ["a", 1])],
	"a node that is no name": [[["a b", 1]]],
	"a node with a terminal sequence": [[["a\u001b[31m", 1]]],
	"a node with port 0": [[["a", 0]]],
	"half a relay key": [[], new Uint8Array(31)],
	"more behind the relay": [[], new Uint8Array(32), 1],
	"no list at all": "nodes",
};
for (const [what, part] of Object.entries(forgedParts)) {
	test(`attack: an invite whose DHT has ${what} is refused`, () => {
		const secret = new Uint8Array(16);
		const text = encodeInvite({ fingerprint, endpoints: [], secret, parts: new Map([[dhtPartKey, part]]) });
		const read = readJoinTarget(text, [dhtRoute(usualDhtPolicy)]);
		assert.deepEqual(read, { kind: "refused", why: "inviteDamaged" });
	});
}

test("an invite that leads through the DHT alone is refused where it has no secret, and where this program has no DHT", () => {
	const parts = new Map([[dhtPartKey, packDhtPart({ nodes: [] })]]);
	const withoutSecret = encodeInvite({ fingerprint, endpoints: [], parts });
	const target = readJoinTarget(withoutSecret, [dhtRoute(usualDhtPolicy)]);
	assert.deepEqual(target, { kind: "refused", why: "inviteDamaged" });
	const good = encodeInvite({ fingerprint, endpoints: [], secret: new Uint8Array(16), parts });
	assert.equal(readJoinTarget(good, [dhtRoute(usualDhtPolicy)]).kind, "target");
	assert.deepEqual(readJoinTarget(good, []), { kind: "refused", why: "inviteWithoutWay" });
});

test("an invite of version 1 leads through the DHT by the secret that it has for that alone", () => {
	const content = [1, fingerprintBytes(fingerprint), 1, [], [new Uint8Array(16), [["44.1.1.1", 5]]]];
	const bytes = encodeBody(content);
	const checksum = createHash("sha256").update(bytes).digest().subarray(0, 4);
	const text = `rt://${base32Of(Buffer.concat([bytes, checksum]))}`;
	const read = readJoinTarget(text, [dhtRoute(usualDhtPolicy)]);
	assert.ok(read.kind === "target");
	assert.equal(read.inviteSecret, undefined);
	assert.deepEqual(
		read.routes.map(({ open }) => open(() => {}, 0).via),
		["44.1.1.1:5"],
	);
});
