// Verifying in line mode: words, a secret asked for and answered, and a changed key that nobody can miss.
import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { runPlain } from "../../../src/ui/plain/plain.ts";
import { lineOf } from "../../../src/ui/plain/words.ts";
import { Collected } from "../../support/terminal/streams.ts";
import { person, ScriptedEngine } from "../../support/views/scripted-engine.ts";

const now = Date.UTC(2026, 0, 2, 10, 32);
const bob = person("Bob", "B");

async function inRoom() {
	const engine = new ScriptedEngine();
	engine.override = (command) =>
		command.kind === "verifyWords" ? { kind: "done", words: ["ocean", "velvet", "tiger"] } : undefined;
	const input = new PassThrough();
	const output = new Collected();
	const intent = { kind: "host", wish: {} } as const;
	const stop = new AbortController().signal;
	const exit = runPlain({ engine, intent, input, output, takesCommands: true, stop, now: () => now });
	input.write("long enough\n");
	await output.until("You joined");
	engine.set({ people: [...engine.snapshot().people, bob] });
	return { engine, input, output, exit };
}

const asked = (engine: ScriptedEngine) => {
	const verification = { person: bob, state: "asked", question: "Where did we meet?" } as const;
	engine.set({ talk: { typing: [], isTellingTyping: true, verification } });
	engine.emit({ kind: "verification", member: bob, state: "asked", question: "Where did we meet?" });
};

const verifications = ({ commands }: ScriptedEngine) => commands.filter(({ kind }) => kind.startsWith("verify"));

test("/verify tells the words, what to do with them, and what it means when they differ", async () => {
	const { engine, input, output, exit } = await inRoom();
	input.end("/verify bob\n/verified bob\n");
	assert.equal(await exit, 0);
	assert.match(output.text, /ocean velvet tiger/);
	assert.match(output.text, /Read them to each other by phone or in person/);
	assert.match(output.text, /If they differ, somebody may be in between/);
	assert.deepEqual(verifications(engine), [
		{ kind: "verifyWords", fingerprint: bob.fingerprint },
		{ kind: "verify", fingerprint: bob.fingerprint },
	]);
});

test("/secret asks for the question and the secret, which are not said in the room", async () => {
	const { engine, input, output, exit } = await inRoom();
	input.end("/secret bob\nWhere did we meet?\nAt the lake\nhello\n");
	assert.equal(await exit, 0);
	assert.deepEqual(verifications(engine), [
		{ kind: "verifyAsk", fingerprint: bob.fingerprint, secret: "At the lake", question: "Where did we meet?" },
	]);
	assert.deepEqual(
		engine.commands.flatMap((command) => (command.kind === "send" ? [command.text] : [])),
		["hello"],
	);
	assert.doesNotMatch(output.text, /At the lake/);
});

test("Whoever is asked reads the question, and answers or declines with /answer", async () => {
	const { engine, input, output, exit } = await inRoom();
	input.write("/answer\n");
	await output.until("Nobody asks for a secret at the moment.");
	asked(engine);
	await output.until("They wrote: Where did we meet?");
	assert.match(output.text, /"Bob" wants to make sure it is you.*\/answer/);
	input.end("/answer\nAt the lake\n/answer\n\n");
	assert.equal(await exit, 0);
	assert.deepEqual(verifications(engine), [{ kind: "verifyAnswer", secret: "At the lake" }, { kind: "verifyAbort" }]);
});

test("A changed key is told, and stands at every line of that person until they are verified", () => {
	const impostor = person("Bob", "C", { trust: "changed" });
	const message = { kind: "message", id: "1", at: now, text: "it is me", own: false } as const;
	assert.match(lineOf({ kind: "keyChanged", member: impostor }, now) ?? "", /KEY CHANGED stands at all they say/);
	assert.match(lineOf({ ...message, from: impostor }, now) ?? "", /Bob \(KEY CHANGED\): it is me$/);
	assert.match(lineOf({ ...message, from: impostor, isAction: true }, now) ?? "", /\* "Bob" \(KEY CHANGED\) it is me$/);
	assert.match(lineOf({ ...message, from: bob }, now) ?? "", /Bob: it is me$/);
});
