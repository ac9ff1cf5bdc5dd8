// `rt demo` as it runs: the bots come, talk, answer and ask; what is tried is ticked off; somebody guesses wrong, somebody comes with another's name; nothing stays behind.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { type TestContext, test } from "node:test";
import type { Command } from "../../../src/engine/api/api.ts";
import type { Event } from "../../../src/engine/api/events.ts";
import type { DemoTask, Notice } from "../../../src/engine/api/notices.ts";
import { openDemo } from "../../../src/engine/demo/demo.ts";
import { demoSecret, freshGuide, proposal, ticked } from "../../../src/engine/demo/guide.ts";
import { noticeWords } from "../../../src/ui/words/notices.ts";
import { temporaryHome } from "../../support/temporary-home.ts";
import { Watch } from "../../support/until.ts";

async function openWatched(t: TestContext, parent: string) {
	const demo = await openDemo({ name: "Tess", beatMs: 20, parent });
	assert.ok(demo.kind === "open");
	t.after(() => demo.close());
	const { engine } = demo;
	const events: Event[] = [];
	const watch = new Watch(() =>
		events
			.slice(-12)
			.map((event) => JSON.stringify(event).slice(0, 200))
			.join("\n"),
	);
	engine.onEvent((event) => {
		events.push(event);
		watch.changed();
	});
	engine.subscribe(watch.changed);
	const until = (fact: () => boolean) => watch.until(fact);
	const has = (fits: (event: Event) => boolean) => until(() => events.some(fits));
	const told = (words: string) => has((event) => event.kind === "notice" && noticeWords(event.notice).includes(words));
	const does = async (command: Command) => {
		const outcome = await engine.perform(command);
		assert.ok(outcome.kind === "done", JSON.stringify(outcome));
		return outcome;
	};
	const open = async () => {
		const password = readFileSync(demo.passwordFile, "utf8").trim();
		await does({ kind: "host", password, wish: { bind: "127.0.0.1" } });
	};
	const person = (name: string) => engine.snapshot().people.find((one) => one.name === name);
	return { demo, engine, events, until, has, told, does, open, person };
}

test("everything the demo proposes can be done one after another, and is ticked off; afterwards nothing is left", async (t) => {
	const parent = temporaryHome(t);
	const { demo, events, has, told, does, open, person } = await openWatched(t, parent);
	assert.equal(statSync(demo.passwordFile).mode & 0o077, 0);
	await open();
	await has((event) => event.kind === "message" && event.from.name === "Ada" && event.mentionsMe === true);
	await has((event) => event.kind === "messageEdited" && event.from.name === "Ada");
	await has((event) => event.kind === "reaction" && event.by.name === "Bob");
	await told("Try (1 of 8)");
	const said = await does({ kind: "send", text: "are you there?" });
	await told("✓ Ada and Bob have it.");
	const isAnswer = (event: Event) =>
		event.kind === "message" && event.from.name === "Ada" && event.replyTo?.id === said.id;
	await has(isAnswer);
	await has((event) => event.kind === "reaction" && event.id === said.id && event.by.name === "Bob");
	const answer = events.find(isAnswer);
	assert.ok(answer?.kind === "message");
	const answered = `${answer.from.fingerprint} ${answer.id}`;
	await does({ kind: "react", id: answered, emoji: "👍" });
	await told("Try (3 of 8)");
	await does({ kind: "send", text: "I see", replyTo: answered });
	await told("Try (4 of 8)");
	await does({ kind: "edit", id: said.id ?? "", text: "Are you there?" });
	await told("Try (5 of 8)");

	await has((event) => event.kind === "strike" && event.attempts === 1 && !event.disconnected);
	await told("Somebody has guessed a wrong password.");
	await has((event) => event.kind === "message" && event.text.startsWith("My words for you and me:"));
	const ada = person("Ada")?.fingerprint ?? "";
	const { words = [] } = await does({ kind: "verifyWords", fingerprint: ada });
	await has((event) => event.kind === "message" && event.text.endsWith(words.join(" ")));
	await does({ kind: "verify", fingerprint: ada });
	await told("Try (6 of 8)");

	await has((event) => event.kind === "verification" && event.state === "asked" && event.member.name === "Bob");
	await does({ kind: "verifyAnswer", secret: demoSecret });
	await has((event) => event.kind === "verification" && event.state === "matched" && event.member.name === "Bob");
	await told("Try (7 of 8)");
	await has((event) => event.kind === "joined" && event.member.name === "Cleo" && event.member.trust === "new");
	await does({ kind: "setDisappearing", seconds: 60 });
	await told("Try (8 of 8)");
	await does({ kind: "send", text: "Show me the double." });
	await has((event) => event.kind === "keyChanged" && event.member.name === "Bob");
	await told("That was everything.");
	await does({ kind: "leave" });
	await demo.close();
	assert.equal(existsSync(demo.folder), false);
	assert.deepEqual(readdirSync(parent), []);
});

test("a second room of the same demo has its bots too, also behind another password", async (t) => {
	const { events, has, does, open } = await openWatched(t, temporaryHome(t));
	await open();
	await has((event) => event.kind === "joined" && event.member.name === "Ada");
	await does({ kind: "leave" });
	events.length = 0;
	await does({ kind: "host", password: "another one", wish: { bind: "127.0.0.1" } });
	await has((event) => event.kind === "message" && event.from.name === "Ada");
});

test("a demo that is closed before anything happens leaves nothing either", async (t) => {
	const parent = temporaryHome(t);
	const demo = await openDemo({ parent });
	assert.ok(demo.kind === "open");
	await demo.close();
	await demo.close();
	assert.deepEqual(readdirSync(parent), []);
});

test("a step of the demo that is done out of its turn gets its tick, and the proposal stands", () => {
	let guide = freshGuide;
	const told: Notice[] = [];
	for (const id of ["react", "react", "say", "reply"] as const satisfies readonly DemoTask[]) {
		const [next, notices] = ticked(guide, id);
		guide = next;
		told.push(...notices);
	}
	const lines = told.map(noticeWords);
	assert.match(lines[0] ?? "", /^✓ Everybody sees your reaction/);
	assert.match(lines[1] ?? "", /^✓ Ada and Bob/);
	assert.match(lines[2] ?? "", /^Try \(3 of 8\)/);
	assert.equal(lines.length, 5);
	assert.deepEqual(told.at(-1), proposal(guide));
});
