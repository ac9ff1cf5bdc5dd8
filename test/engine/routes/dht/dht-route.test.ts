// The host's way through the DHT as it is shown, and what the person may choose of it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { dhtRoute } from "../../../../src/engine/routes/dht/dht-route.ts";
import { DhtHost } from "../../../../src/engine/routes/dht/host.ts";
import { hostNodes, readDhtChoice, usualDhtPolicy } from "../../../../src/engine/routes/dht/policy.ts";
import type { DhtOptions } from "../../../../src/net/dht/dht.ts";
import { newDhtSecret } from "../../../../src/net/dht/keys.ts";
import type { ListenOutcome, RoomListener, RoomTransport } from "../../../../src/net/link/link.ts";
import { openTroubleWords } from "../../../../src/ui/words/opening-words.ts";

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
	assert.deepEqual(dht.given[0]?.secret, host.invitePart().dht?.secret, "one secret as long as the room is open");
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
		onChange: () => {},
		newTransport: dht.newTransport,
	});
	assert.deepEqual(dht.given[0]?.bootstrap, [{ host: "44.1.1.1", port: 5 }]);
	assert.deepEqual(host.invitePart().dht?.nodes, [{ host: "44.1.1.1", port: 5 }]);
	assert.equal(Buffer.from(host.invitePart().dht?.relay ?? []).toString("hex"), "ab".repeat(32));
	const usual = answering();
	const plain = new DhtHost({
		secret: new Uint8Array(16),
		policy: usualDhtPolicy,
		onLink: () => {},
		onChange: () => {},
		newTransport: usual.newTransport,
	});
	assert.deepEqual(plain.invitePart().dht?.nodes, []);
	assert.deepEqual(usual.given[0]?.bootstrap, hostNodes(usualDhtPolicy));
});

test("what is told before names every node", () => {
	const { nodes } = dhtRoute(usualDhtPolicy).terms();
	for (const { host, port } of hostNodes(usualDhtPolicy)) assert.ok(nodes.includes(`${host}:${port}`));
});

test("choices that make no sense are refused in words", () => {
	for (const choice of [{ bootstrap: "nonsense" }, { relay: "ab" }, { relay: "z".repeat(64) }]) {
		const outcome = readDhtChoice(choice);
		assert.match(outcome.kind === "refused" ? openTroubleWords(outcome.trouble) : "", /^--dht-/);
	}
});

test("a guest uses the DHT only if the invite has it and nothing forbids it", () => {
	const dht = { secret: newDhtSecret(), nodes: [{ host: "44.1.1.1", port: 5 }] };
	const usual = dhtRoute(usualDhtPolicy);
	assert.equal(usual.guest({}), undefined);
	assert.equal(usual.refusal(undefined), undefined);
	const refused = [
		dhtRoute({ ...usualDhtPolicy, isAllowed: false }).refusal(undefined),
		usual.refusal({ interface: "wlan0" }),
		usual.refusal({ bind: "192.0.2.1" }),
	];
	for (const one of refused) assert.equal(one?.kind === "refused" && one.code, "dht_off");
	assert.equal(usual.guest({ dht })?.via, "44.1.1.1:5");
	const own = dhtRoute({ ...usualDhtPolicy, nodes: [{ host: "own.example", port: 6 }] });
	assert.equal(own.guest({ dht })?.via, "own.example:6", "the person's own choice goes before the invite's");
});
