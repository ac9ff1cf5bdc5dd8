// What is said of the age of keys and of stolen computers.
import assert from "node:assert/strict";
import { test } from "node:test";
import { secrecyLines, stolenWords } from "../../../src/ui/words/kept/secrecy-words.ts";

const kept = { name: "Tea", days: 14, megabytes: 64, history: false };

test("A passing room is on no disk; one that is kept can be read back to when its owner was there last; one with history as far as that goes", () => {
	assert.match(stolenWords(undefined), /on no disk/);
	assert.match(stolenWords(kept), /since its owner was last here, at most the last 14 days/);
	const history = { ...kept, history: true, historyDays: 90 };
	assert.match(stolenWords(history), /the history on it, up to 90 days back, and what was said since/);
	assert.match(stolenWords({ ...history, ownHistoryDays: 7 }), /\(yours: 7 days\)/);
	assert.match(stolenWords({ ...history, ownHistoryDays: 0 }), /\(yours: nothing\)/);
});

test("Every room is said to be post-quantum", () => {
	for (const room of [undefined, kept]) assert.ok(secrecyLines(room).some((line) => /Post-quantum: yes/.test(line)));
});
