// Keys that arrive together, as over a slow line or from a script: each finds what the one before has done.
import assert from "node:assert/strict";
import { test } from "node:test";

// React for production draws later than React for development does, and that is when keys can get lost.
Object.assign(process.env, { NODE_ENV: "production" });
const { openApp } = await import("../support/views/app-screen.tsx");
const { FakeEngine } = await import("../support/views/fake-engine.ts");

test("a name typed over the offered one and Enter, all in one chunk, is taken whole", async () => {
	const engine = new FakeEngine({ identity: { kind: "none" } });
	engine.answer = () => new Promise(() => {});
	const screen = openApp(engine, { suggestedName: "somebody" });
	await screen.shows("somebody");
	await screen.type("\u0015Gabi\r");
	await screen.shows("Making your key");
	assert.deepEqual(engine.commands, [{ kind: "createIdentity", name: "Gabi" }]);
	screen.close();
});

test("two hundred backspaces and a new word in one chunk leave the new word", async () => {
	const engine = new FakeEngine({ identity: { kind: "none" } });
	engine.answer = () => new Promise(() => {});
	const screen = openApp(engine);
	await screen.shows("your name");
	await screen.type("x".repeat(100));
	await screen.type(`${"\u007F".repeat(200)}Ann\r`);
	await screen.shows("Making your key");
	assert.deepEqual(engine.commands, [{ kind: "createIdentity", name: "Ann" }]);
	screen.close();
});
