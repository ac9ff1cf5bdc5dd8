// What is said of files: how far they are, who has them, what would be sent.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { sharesWords, stateWords, timeLeft } from "../../../src/ui/words/files/file-state.ts";
import { previewLines } from "../../../src/ui/words/files/preview-words.ts";
import { personNamed } from "../../support/views/fake-engine.ts";
import { exampleFiles, fileView } from "../../support/views/file-scenes.ts";

const bob = personNamed("bob");
const look = { bar: 8, hasMotion: true };

test("A file on its way says how much, how fast and how long, beside its bar.", () => {
	const file = fileView(
		"a",
		bob,
		{ kind: "running", doneBytes: 750_000, bytesPerSecond: 100_000 },
		{ sizeBytes: 1_500_000 },
	);
	assert.equal(stateWords(file, look).text, "████░░░░ 50 % · 750 KB of 1.5 MB · 100 KB/s · 8 s left");
	assert.equal(stateWords(file, { bar: 0, hasMotion: false }).text, "on its way, 50 %");
});

test("Nothing is called whole before it is, and the bar is never longer than its place.", () => {
	fc.assert(
		fc.property(fc.nat(2 ** 42), fc.nat(2 ** 42), fc.nat(), fc.boolean(), (one, other, bytesPerSecond, hasMotion) => {
			const [doneBytes = 0, sizeBytes = 0] = [one, other].toSorted((a, b) => a - b);
			const file = fileView("a", bob, { kind: "running", doneBytes, bytesPerSecond }, { sizeBytes });
			const { text } = stateWords(file, { bar: 8, hasMotion });
			assert.equal(text.includes("100 %"), doneBytes === sizeBytes, text);
			assert.doesNotMatch(text, /NaN|Infinity|undefined/);
			if (hasMotion) assert.equal(/^[█░]*/.exec(text)?.[0].length, 8);
			else assert.match(text, /\d*0 %$/);
		}),
	);
});

test("The time that a file still takes is told in one unit or two, and not where nobody can know it.", () => {
	assert.equal(timeLeft(100, 50), "2 s left");
	assert.equal(timeLeft(1, 1_000_000), "1 s left");
	assert.equal(timeLeft(200, 1), "4 min left");
	assert.equal(timeLeft(7_500, 1), "2 h 5 min left");
	assert.equal(timeLeft(100, 0), "");
	assert.equal(timeLeft(2 ** 42, 1), "");
});

test("Each state has a sign or a word of its own: none is told by colour alone.", () => {
	const words = exampleFiles.map((file) => stateWords(file, look).text);
	assert.equal(new Set(words).size, words.length);
	for (const text of words) assert.match(text, /\p{L}/u);
});

test("Whoever has all of an own file comes first, then who has how much.", () => {
	const own = exampleFiles.find(({ isOwn }) => isOwn);
	assert.ok(own);
	assert.equal(sharesWords(own, look), "✓ grace has it · mallory ███░░░░░ 40 %, 280 KB/s, 3 s left");
	assert.equal(sharesWords(own, { bar: 0, hasMotion: false }), "✓ grace has it · mallory 40 %");
	assert.equal(sharesWords({ ...own, shares: [] }, look), "nobody has taken it yet");
});

test("Before something is sent it is said what, how much, to how many, and what is left out or renamed.", () => {
	const leftOut = { links: 0, hidden: 0, special: 0 };
	const file = { path: "/a/.env", name: "env", isRenamed: true, sizeBytes: 12, leftOut };
	assert.deepEqual(previewLines([file], 1), [
		'Send "env" (12 bytes) to the one other person here? It goes as "env", a name that every computer takes.',
	]);
	const folder = {
		path: "/a",
		name: "a",
		isRenamed: false,
		sizeBytes: 3e9,
		files: 12,
		leftOut: { links: 1, hidden: 2, special: 0 },
	};
	assert.deepEqual(previewLines([folder], 2), [
		'Send "a" (folder, 12 files, 3.0 GB) to the 2 others here? Not sent: 2 hidden files, 1 link.',
	]);
	const many = Array.from({ length: 9 }, () => ({ ...file, isRenamed: false }));
	assert.equal(previewLines(many, 0).length, 5);
	assert.equal(previewLines(many, 0).at(-1), "… and 6 more.");
});
