// The host's way through the DHT as it is shown, and what the person may choose of it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { dhtWayOf } from "../../../src/engine/guest/dht-dialler.ts";
import { DhtDoor } from "../../../src/engine/host/dht-listener.ts";
import { dhtTerms, hostNodes, readDhtChoice, usualDhtPolicy } from "../../../src/engine/stay/dht-policy.ts";
import type { DhtOptions, DhtTransport } from "../../../src/net/dht/dht.ts";
import { newDhtSecret } from "../../../src/net/dht/keys.ts";
import type { ListenOutcome } from "../../../src/net/link/link.ts";
import { openTroubleWords } from "../../../src/ui/words/opening-words.ts";

/** A DHT that answers so, one after the other. */
function answering(...outcomes: readonly ListenOutcome[]) {
	const left = [...outcomes];
	const given: DhtOptions[] = [];
	let isClosed = false;
	const newTransport = (options: DhtOptions): DhtTransport => {
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

const silent: ListenOutcome = { kind: "failed", failure: "other", detail: "Nobody answers." };
const open: ListenOutcome = { kind: "listening", listener: { port: 1, close: async () => {} } };

test("a DHT that does not answer is tried again, and the screen says how it stands", async () => {
	const dht = answering(silent, open);
	const changed = Promise.withResolvers<void>();
	let changes = 0;
	const door = new DhtDoor({
		policy: usualDhtPolicy,
		onLink: () => {},
		onChange: () => {
			changes += 1;
			if (changes === 2) changed.resolve();
		},
		newTransport: dht.newTransport,
		retryAfterMs: 1,
	});
	assert.equal(door.view().state, "checking");
	// The timer does not keep the program; the test has to.
	const keep = setInterval(() => {}, 1_000);
	await door.start();
	assert.deepEqual(door.view(), {
		way: "dht",
		state: "blocked",
		why: "Nobody answers.",
		advice: "It is tried again every minute.",
	});
	await changed.promise;
	clearInterval(keep);
	assert.equal(door.view().state, "open");
	assert.deepEqual(dht.given[0]?.secret, door.invite().secret, "one secret as long as the room is open");
	await door.close();
	assert.ok(dht.isClosed());
});

test("only the nodes that were chosen are used, and they stand in the invite; the usual ones need not", () => {
	const read = readDhtChoice({ bootstrap: "44.1.1.1:5", relay: "ab".repeat(32) });
	assert.ok(read.kind === "policy");
	const dht = answering();
	const door = new DhtDoor({
		policy: read.policy,
		onLink: () => {},
		onChange: () => {},
		newTransport: dht.newTransport,
	});
	assert.deepEqual(dht.given[0]?.bootstrap, [{ host: "44.1.1.1", port: 5 }]);
	assert.deepEqual(door.invite().nodes, [{ host: "44.1.1.1", port: 5 }]);
	assert.equal(Buffer.from(door.invite().relay ?? []).toString("hex"), "ab".repeat(32));
	const usual = answering();
	const plain = new DhtDoor({
		policy: usualDhtPolicy,
		onLink: () => {},
		onChange: () => {},
		newTransport: usual.newTransport,
	});
	assert.deepEqual(plain.invite().nodes, []);
	assert.deepEqual(usual.given[0]?.bootstrap, hostNodes(usualDhtPolicy));
});

test("what is told before names every node", () => {
	for (const { host, port } of hostNodes(usualDhtPolicy))
		assert.ok(dhtTerms(usualDhtPolicy).includes(`${host}:${port}`));
});

test("choices that make no sense are refused in words", () => {
	for (const choice of [{ bootstrap: "nonsense" }, { relay: "ab" }, { relay: "z".repeat(64) }]) {
		const outcome = readDhtChoice(choice);
		assert.match(outcome.kind === "refused" ? openTroubleWords(outcome.trouble) : "", /^--dht-/);
	}
});

test("a guest uses the DHT only if the invite has it and nothing forbids it", () => {
	const dht = { secret: newDhtSecret(), nodes: [{ host: "44.1.1.1", port: 5 }] };
	assert.equal(dhtWayOf({}, usualDhtPolicy, undefined), undefined);
	assert.equal(dhtWayOf({ dht }, { ...usualDhtPolicy, isAllowed: false }, undefined), undefined);
	assert.equal(dhtWayOf({ dht }, usualDhtPolicy, { interface: "wlan0" }), undefined);
	assert.equal(dhtWayOf({ dht }, usualDhtPolicy, undefined)?.target.host, "44.1.1.1:5");
	const own = { ...usualDhtPolicy, nodes: [{ host: "own.example", port: 6 }] };
	assert.equal(
		dhtWayOf({ dht }, own, undefined)?.target.host,
		"own.example:6",
		"the person's own choice goes before the invite's",
	);
});
