// Who is answered that asks for what goes with a post, and when.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Fingerprint, parseFingerprint } from "../../../src/crypto/identity/fingerprint.ts";
import { Wants } from "../../../src/engine/posts/wants.ts";
import { manualClock } from "../../support/manual-clock.ts";

const keyOf = (number: number) => parseFingerprint(number.toString(16).toUpperCase().padStart(40, "0")) as Fingerprint;
const bob = keyOf(1);

function wanted(random = 0) {
	const clock = manualClock();
	const wants = new Wants(clock, () => random);
	const answers: string[] = [];
	const ask = (id: string, from: Fingerprint, isAuthor = true) =>
		wants.heard(id, from, isAuthor, () => void answers.push(`${id} ${clock.now()}`));
	return { clock, wants, answers, ask };
}

test("The author answers a wish for a file after a moment, others who have it later, and not at all where somebody gives it by then", () => {
	const { clock, wants, answers, ask } = wanted(0.5);
	ask("own", bob);
	ask("other", bob, false);
	ask("given", bob, false);
	clock.advance(50);
	assert.deepEqual(answers, ["own 50"]);
	wants.answered("given");
	clock.advance(10_000);
	assert.deepEqual(answers, ["own 50", "other 600"]);
});

test("attack: whoever asks a thousand times for one file is answered ever more seldom, and others are answered meanwhile", () => {
	const { clock, answers, ask } = wanted();
	for (let second = 0; second < 1_000; second += 1) {
		ask("file", bob);
		clock.advance(1_000);
	}
	assert.ok(answers.length >= 5 && answers.length <= 9, `${answers.length} answers in 1,000 s`);
	ask("file", keyOf(2));
	clock.advance(50);
	assert.equal(answers.at(-1), `file ${clock.now()}`);
});

test("attack: a thousand people who ask at once are answered by one answer, and a thousand files wait in no endless row", () => {
	const { clock, answers, ask } = wanted();
	for (let index = 0; index < 1_000; index += 1) ask("file", keyOf(index + 10));
	for (let index = 0; index < 1_000; index += 1) ask(`photo ${index}`, bob);
	clock.advance(10_000);
	assert.equal(answers.filter((one) => one.startsWith("file 50")).length, 1);
	assert.equal(answers.length, 64);
});

test("No wish for a file is answered when the stay is over", () => {
	const { clock, wants, answers, ask } = wanted();
	ask("file", bob);
	wants.close();
	clock.advance(10_000);
	assert.deepEqual(answers, []);
});
