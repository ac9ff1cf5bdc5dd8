// Comparing keys as a machine: nothing is verified by a stray key, Escape always leads out, and secrets do not stay.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Outcome } from "../../../src/engine/api/codes.ts";
import type { VerificationView } from "../../../src/engine/api/content.ts";
import type { Person } from "../../../src/engine/api/people.ts";
import { keyPress, type Press } from "../../../src/ui/terminal/key-press.ts";
import {
	openAnswer,
	openWords,
	pressVerify,
	shownPage,
	type VerifyFacts,
	type VerifyOutput,
	type VerifyState,
	verifyAsked,
	verifyTold,
	wordsRequest,
} from "../../../src/ui/verify/state.ts";
import { personNamed } from "../../support/views/fake-engine.ts";

const ann = personNamed("Ann", "known");
const words = ["ocean", "velvet", "tiger", "maple", "orbit", "candle"];
const done: Outcome = { kind: "done" };

const factsAbout = (
	person: Person,
	state?: VerificationView["state"],
	more: Partial<VerifyFacts> = {},
): VerifyFacts => ({
	person,
	verification: state === undefined ? undefined : { person, state },
	isHost: false,
	answerKey: "F4",
	...more,
});

const text = (typed: string): Press => ({ kind: "text", text: typed });

/** The state after these keys ("enter", "down" …) and texts ("=text"), and all outputs on the way. */
function after(
	start: VerifyState,
	facts: VerifyFacts,
	...typed: readonly string[]
): { readonly state: VerifyState; readonly outputs: readonly VerifyOutput[] } {
	let state = start;
	const outputs: VerifyOutput[] = [];
	for (const one of typed) {
		const [next, more] = pressVerify(state, one.startsWith("=") ? text(one.slice(1)) : keyPress(one), facts);
		state = next;
		outputs.push(...more);
	}
	return { state, outputs };
}

const [withWords] = verifyTold(openWords, "words", { kind: "done", words });
const commandsOf = (outputs: readonly VerifyOutput[]): readonly unknown[] =>
	outputs.map((output) => (output.kind === "perform" ? output.command : output.kind));

test("The words are asked of the engine, and shown when they come.", () => {
	assert.deepEqual(wordsRequest(ann).command, { kind: "verifyWords", fingerprint: ann.fingerprint });
	assert.ok(withWords.page.kind === "words");
	assert.deepEqual(withWords.page.words, words);
});

test("Saying that the words are the same is marked, then confirmed, then remembered.", () => {
	const { state, outputs } = after(withWords, factsAbout(ann), "down", "enter");
	assert.deepEqual(commandsOf(outputs), [{ kind: "verify", fingerprint: ann.fingerprint, isVerified: true }]);
	assert.equal(state.isBusy, true);
	assert.deepEqual(after(state, factsAbout(ann), "enter").outputs, [], "a second Enter does nothing meanwhile");
	const [remembered] = verifyTold(state, "same", done);
	assert.equal(remembered.page.kind, "remembered");
	assert.deepEqual(after(remembered, factsAbout(ann), "enter").outputs, [{ kind: "close" }]);
});

test("A stray Enter, letter or paste says nothing about the words.", () => {
	assert.deepEqual(after(withWords, factsAbout(ann), "enter", "=y", "=hello", "enter").outputs, []);
	assert.deepEqual(after(withWords, factsAbout(ann), "=1").outputs, [], "a number only marks");
	const [state, outputs] = pressVerify(withWords, { kind: "paste", text: "1\r" }, factsAbout(ann));
	assert.deepEqual([state, outputs], [withWords, []]);
});

test("Before the words are there, nothing can be said of them.", () => {
	assert.deepEqual(after(openWords, factsAbout(ann), "=1", "enter", "=2", "enter").outputs, []);
	assert.equal(after(openWords, factsAbout(ann), "=3", "enter").state.page.kind, "secret");
});

test("Words that differ say what to do; Escape goes back to them, and whoever counted as verified does so no more.", () => {
	const { state, outputs } = after(withWords, factsAbout(ann), "=2", "enter");
	assert.deepEqual([state.page.kind, outputs], ["differ", []]);
	assert.equal(after(state, factsAbout(ann), "escape").state.page.kind, "words");
	const { outputs: leaving } = after(state, factsAbout(ann), "=2", "enter");
	assert.deepEqual(leaving, [{ kind: "leaveRoom" }]);
	const host = factsAbout(ann, undefined, { isHost: true });
	assert.deepEqual(commandsOf(after(state, host, "=2", "enter").outputs), [
		{ kind: "kick", fingerprint: ann.fingerprint },
	]);
	assert.deepEqual(commandsOf(after(state, host, "=3", "enter").outputs), [
		{ kind: "block", address: ann.fingerprint, isRemoving: true },
	]);
	const verified = factsAbout(personNamed("Ann", "verified"));
	assert.deepEqual(commandsOf(after(withWords, verified, "=2", "enter").outputs), [
		{ kind: "verify", fingerprint: ann.fingerprint, isVerified: false },
	]);
});

test("A secret is asked for with a question, waits, and is told how it ended.", () => {
	const asking = after(withWords, factsAbout(ann), "=3", "enter", "=Where?", "enter", "=Lisbon", "enter");
	const command = { kind: "verifyAsk", fingerprint: ann.fingerprint, secret: "Lisbon", question: "Where?" };
	assert.deepEqual(commandsOf(asking.outputs), [command]);
	const [waiting] = verifyTold(asking.state, "ask", done);
	assert.equal(waiting.page.kind, "run");
	assert.ok(!JSON.stringify(waiting).includes("Lisbon"), "the secret does not stay");
	assert.deepEqual(after(waiting, factsAbout(ann, "asking"), "enter", "=a").outputs, []);
	const given = after(waiting, factsAbout(ann, "asking"), "escape");
	assert.deepEqual(commandsOf(given.outputs), [{ kind: "verifyAbort" }]);
	assert.equal(given.state.page.kind, "words");
	assert.deepEqual(after(waiting, factsAbout(ann, "matched"), "enter").outputs, [{ kind: "close" }]);
	assert.equal(after(waiting, factsAbout(ann, "mismatched"), "=a").state.page.kind, "secret");
	assert.equal(after(waiting, factsAbout(ann, "matched"), "=a").state.page.kind, "run");
});

test("Text that the engine refuses stays in the field, with the reason.", () => {
	const asking = after(withWords, factsAbout(ann), "=3", "enter", "tab", "=Lisbon", "enter");
	const refused: Outcome = { kind: "refused", code: "verification_busy", why: "tooSoon" };
	const [state] = verifyTold(asking.state, "ask", refused);
	assert.ok(state.page.kind === "secret");
	assert.equal(state.page.secret.edit.text, "Lisbon");
	assert.deepEqual([state.message, state.isBusy], ["You have just tried that with this person. Wait a moment.", false]);
});

test("Whoever is asked answers, declines, or leaves it for later; when it is over meanwhile, that is told.", () => {
	const asked = factsAbout(ann, "asked");
	assert.deepEqual(commandsOf(after(openAnswer, asked, "=Lisbon", "enter").outputs), [
		{ kind: "verifyAnswer", secret: "Lisbon" },
	]);
	assert.deepEqual(commandsOf(after(openAnswer, asked, "tab", "enter").outputs), [{ kind: "verifyAbort" }, "close"]);
	assert.deepEqual(commandsOf(after(openAnswer, asked, "=Lis", "escape").outputs), ["close"]);
	assert.deepEqual(after(openAnswer, asked, "enter").outputs, [], "nothing typed is no answer");
	assert.equal(shownPage(openAnswer, factsAbout(ann, "timedOut")).kind, "run");
	assert.equal(verifyAsked(withWords).page.kind, "answer");
});

const anyPress = fc.oneof(
	fc
		.constantFrom("enter", "escape", "up", "down", "tab", "shift+tab", "ctrl+r", "ctrl+c", "f4", "left", "backspace")
		.map(keyPress),
	fc.constantFrom("1", "2", "3", "4", "a", "q", "é", "👍🏽").map(text),
	fc.string({ maxLength: 30 }).map((pasted): Press => ({ kind: "paste", text: pasted })),
);
const states = ["asking", "asked", "checking", "matched", "mismatched", "declined", "timedOut", "left"] as const;

test("Whatever is pressed, two Escapes lead out, and never more than one command is under way.", () => {
	const anyFacts = fc.record({
		state: fc.option(fc.constantFrom(...states), { nil: undefined }),
		trust: fc.constantFrom("new", "known", "verified", "changed"),
		isHost: fc.boolean(),
	});
	fc.assert(
		fc.property(
			fc.boolean(),
			anyFacts,
			fc.array(anyPress, { maxLength: 40 }),
			(isAsked, { state, trust, isHost }, presses) => {
				const facts = factsAbout(personNamed("Ann", trust), state, { isHost });
				let now = isAsked ? openAnswer : withWords;
				for (const press of presses) {
					const [next, outputs] = pressVerify(now, press, facts);
					const asked = outputs.filter(({ kind }) => kind === "perform");
					assert.ok(asked.length <= 1);
					now = next;
				}
				const { outputs } = after(now, facts, "escape", "escape");
				assert.ok(outputs.some(({ kind }) => kind === "close"));
			},
		),
	);
});
