// `rt demo` as it runs: the bots come, talk, answer, react, one leaves and comes back, and nothing stays behind.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { test } from "node:test";
import type { Event } from "../../src/engine/api.ts";
import { openDemo } from "../../src/engine/demo.ts";
import { demoSecret } from "../../src/engine/demo-bots.ts";
import { temporaryHome } from "../support/temporary-home.ts";

test("the bots of the demo greet, answer, react, verify, leave and come back; afterwards nothing is left", {
	timeout: 60_000,
}, async (t) => {
	const parent = temporaryHome(t);
	const demo = await openDemo({ name: "Tess", beatMs: 20, parent });
	assert.ok(demo.kind === "open");
	t.after(() => demo.close());
	const { engine } = demo;
	assert.equal(statSync(demo.passwordFile).mode & 0o077, 0);
	const events: Event[] = [];
	const waiting = new Set<() => void>();
	const wake = () => {
		for (const check of waiting) check();
	};
	engine.onEvent((event) => {
		events.push(event);
		wake();
	});
	engine.subscribe(wake);
	const until = (fact: () => boolean) =>
		new Promise<void>((resolve) => {
			const check = () => {
				if (!fact()) return;
				waiting.delete(check);
				resolve();
			};
			waiting.add(check);
			check();
		});
	const has = (fits: (event: Event) => boolean) => until(() => events.some(fits));
	const password = readFileSync(demo.passwordFile, "utf8").trim();
	await engine.perform({ kind: "host", password, bind: "127.0.0.1" });
	await has((event) => event.kind === "message" && event.from.name === "Ada");
	await has((event) => event.kind === "reaction" && event.by.name === "Bob");
	await has((event) => event.kind === "messageEdited" && event.from.name === "Ada");
	const said = await engine.perform({ kind: "send", text: "are you there?" });
	assert.ok(said.kind === "done");
	await has((event) => event.kind === "message" && event.from.name === "Ada" && event.replyTo?.id === said.id);
	await has((event) => event.kind === "reaction" && event.id === said.id && event.by.name === "Bob");
	const ada = engine.snapshot().people.find(({ name }) => name === "Ada");
	await engine.perform({ kind: "verifyAsk", fingerprint: ada?.fingerprint ?? "", secret: demoSecret });
	await has((event) => event.kind === "verification" && event.state === "matched" && event.member.name === "Ada");
	await has((event) => event.kind === "left" && event.member.name === "Bob");
	await until(() => events.filter((event) => event.kind === "joined" && event.member.name === "Bob").length === 2);
	await has((event) => event.kind === "message" && event.text.startsWith("Back again"));
	await engine.perform({ kind: "leave" });
	await demo.close();
	assert.equal(existsSync(demo.folder), false);
	assert.deepEqual(readdirSync(parent), []);
});

test("a demo that is closed before anything happens leaves nothing either", async (t) => {
	const parent = temporaryHome(t);
	const demo = await openDemo({ parent });
	assert.ok(demo.kind === "open");
	await demo.close();
	await demo.close();
	assert.deepEqual(readdirSync(parent), []);
});
