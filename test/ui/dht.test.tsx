// The DHT on the start screen: off until it is wanted, and whom it contacts is read before it is.
import assert from "node:assert/strict";
import { test } from "node:test";
import { attemptWords } from "../../src/ui/lan-words.ts";
import { openApp } from "../support/app-screen.tsx";
import { FakeEngine } from "../support/fake-engine.ts";
import { keys } from "../support/screen.ts";

const terms = "The DHT is contacted: node1.example:49737. They learn this computer's address.";
const ctrlT = "\u0014";

test("A room is not found through the DHT unless that is turned on, and then it is said whom that contacts.", async () => {
	const engine = new FakeEngine({ dhtTerms: terms });
	const screen = openApp(engine);
	await screen.shows("DHT off (Ctrl-T: on)");
	assert.ok(!(await screen.text()).includes("node1.example"));
	await screen.type(ctrlT);
	await screen.shows("node1.example:49737");
	await screen.type(keys.enter);
	await screen.eventually(() => assert.equal(engine.commands.length, 1));
	const [command] = engine.commands;
	assert.equal(command?.kind === "host" && command.dht, true);
	screen.close();
});

test("Turned off again, or never on, nothing of it goes to the engine.", async () => {
	const engine = new FakeEngine({ dhtTerms: terms });
	const screen = openApp(engine);
	await screen.type(ctrlT);
	await screen.shows("DHT on");
	await screen.type(ctrlT);
	await screen.shows("DHT off");
	await screen.type(keys.enter);
	await screen.eventually(() => assert.equal(engine.commands.length, 1));
	assert.ok(!("dht" in (engine.commands[0] ?? {})));
	screen.close();
});

test("A guest reads whom the DHT contacts and what they learn as it is tried, and the reason when it fails.", () => {
	const attempt = { transport: "dht", address: "node1.example:49737", port: 0 } as const;
	assert.match(attemptWords({ ...attempt, state: "trying" }), /by node1\.example:49737: they learn.*not the room/);
	assert.equal(attemptWords({ ...attempt, state: "failed", why: "No way." }), "DHT: No way.");
});

test("Where it cannot be used, the start screen does not speak of it.", async () => {
	const screen = openApp(new FakeEngine());
	await screen.shows("Start a room");
	assert.ok(!(await screen.text()).includes("DHT"));
	screen.close();
});
