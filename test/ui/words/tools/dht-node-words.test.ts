// What `rt dht-node` prints.
import assert from "node:assert/strict";
import { test } from "node:test";
import { dhtNodeLines, dhtNodeProblemWords } from "../../../../src/ui/words/tools/dht-node-words.ts";

const facts = { host: "203.0.113.7", port: 49_001, ports: 3, isGlobal: true } as const;

test("Whoever runs a DHT of their own reads which ports must be open and what hosts type.", () => {
	const text = dhtNodeLines(facts).join("\n");
	assert.match(text, /UDP ports 49001 to 49003 must be open/);
	assert.match(text, /\.\/rt host --dht --dht-bootstrap 203\.0\.113\.7:49001$/m);
	assert.doesNotMatch(text, /relay/);
	assert.match(dhtNodeLines({ ...facts, isGlobal: false }).join("\n"), /people elsewhere cannot use it/);
	assert.match(dhtNodeLines({ ...facts, relayKey: "ab12" }).join("\n"), /--dht-relay ab12$/m);
});

test("Where a DHT of one's own does not run, the reason is said with what to do.", () => {
	assert.match(dhtNodeProblemWords({ why: "noIpv4" }), /--bind ADDRESS/);
	assert.match(
		dhtNodeProblemWords({ why: "nodes", detail: "That is no node." }),
		/^--dht-bootstrap: That is no node\.$/,
	);
	assert.match(
		dhtNodeProblemWords({ why: "keyDamaged", file: "/home/a/dht-relay.key" }),
		/^\/home\/a\/dht-relay\.key is damaged/,
	);
});
