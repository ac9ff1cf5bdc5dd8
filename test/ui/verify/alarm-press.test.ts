// Presses in the warning of a changed key: arrows and numbers choose, and nothing that was meant for a message does.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { keyPress, type Press } from "../../../src/ui/terminal/key-press.ts";
import { type AlarmState, freshAlarm, pressAlarm } from "../../../src/ui/verify/alarm-press.ts";
import { type AlarmChoice, alarmChoices } from "../../../src/ui/verify/choices.ts";
import { personNamed } from "../../support/views/fake-engine.ts";

const choices = alarmChoices(personNamed("bob", "changed"), true);
const typed = (text: string): readonly Press[] => Array.from(text, (one) => ({ kind: "text", text: one }));
const enter = keyPress("enter");

function press(...presses: readonly Press[]): { readonly state: AlarmState; readonly taken: readonly AlarmChoice[] } {
	let state = freshAlarm;
	const taken: AlarmChoice[] = [];
	for (const one of presses) {
		const step = pressAlarm(state, choices, one);
		state = step.state;
		if (step.taken !== undefined) taken.push(step.taken);
	}
	return { state, taken };
}

test("Arrows mark a line and Enter takes it; Enter and Escape alone take nothing.", () => {
	assert.deepEqual(press(keyPress("down"), keyPress("down"), enter).taken, ["remove"]);
	assert.deepEqual(press(enter, keyPress("escape"), enter).taken, []);
	assert.match(press(enter).state.message, /not closed/);
});

test("A number marks its line, and the second Enter takes it.", () => {
	const once = press(...typed("3"), enter);
	assert.deepEqual(once.taken, []);
	assert.match(once.state.message, /once more/);
	assert.deepEqual(press(...typed("3"), enter, enter).taken, ["block"]);
	assert.deepEqual(press(...typed("3"), keyPress("up"), enter).taken, ["remove"], "the arrows go on from it");
	assert.deepEqual(press(...typed("13"), enter, enter).taken, ["block"], "another number marks another line");
});

test("attack: no line of a message chooses anything, whatever digits it has, also when several are sent in a row", () => {
	const line = fc.string({ unit: fc.constantFrom("1", "2", "3", "4", "a", " ", "é"), minLength: 1 });
	fc.assert(
		fc.property(fc.array(line, { minLength: 1 }), (lines) => {
			assert.deepEqual(press(...lines.flatMap((one) => [...typed(one), enter])).taken, []);
		}),
	);
	assert.deepEqual(press(...typed("see you at 2"), enter, enter).taken, []);
	assert.deepEqual(press({ kind: "paste", text: "2" }, enter, enter).taken, []);
	assert.deepEqual(press({ kind: "text", text: "2 of us" }, enter, enter).taken, []);
});
