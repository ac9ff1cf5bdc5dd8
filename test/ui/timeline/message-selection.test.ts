// Choosing a message with the keyboard.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Entry, Timeline } from "../../../src/engine/api/api.ts";
import type { LineEntry } from "../../../src/engine/api/content.ts";
import { keyPress, type Press } from "../../../src/ui/terminal/key-press.ts";
import {
	pressSelection,
	type Selection,
	type SelectOutput,
	selectBar,
	selectedLine,
	selectFrom,
	settled,
} from "../../../src/ui/timeline/message-selection.ts";
import { lineOf, noon, personNamed, self } from "../../support/views/fake-engine.ts";

const ann = personNamed("Ann");
const timelineOf = (entries: readonly Entry[]): Timeline => ({ length: entries.length, at: (index) => entries[index] });
const typed = (text: string): Press => ({ kind: "text", text });
const emoji = new Map([
	["tada", "🎉"],
	["thumbsup", "👍"],
]);

const hello = lineOf(ann, "hello");
const joined: Entry = { kind: "joined", id: "j", at: noon, person: ann };
const mine = lineOf(self, "mine", { reply: { id: hello.id, name: "Ann", text: "hello" } });
const failed = lineOf(self, "lost", { delivery: { kind: "failed" } });
const gone = lineOf(ann, "", { gone: "deleted" });
const entries: readonly Entry[] = [hello, joined, gone, mine, failed];
const timeline = timelineOf(entries);

const at = (line: LineEntry): Selection => ({ id: line.id, index: entries.indexOf(line) });
const press = (selection: Selection, ...presses: readonly Press[]) => {
	let now: Selection | undefined = selection;
	const outputs: SelectOutput[] = [];
	for (const one of presses) {
		if (now === undefined) break;
		const [next, done] = pressSelection(now, one, { timeline, page: 2, emoji });
		now = next;
		outputs.push(...done);
	}
	return { now, outputs };
};

test("Choosing begins at the lowest line, moves over lines only, and stops at both ends.", () => {
	assert.equal(selectFrom(timeline, 4)?.id, failed.id);
	assert.equal(selectFrom(timeline, 1)?.id, hello.id);
	assert.equal(selectFrom(timelineOf([joined]), 0), undefined);
	assert.equal(press(at(mine), keyPress("up"), keyPress("up")).now?.id, hello.id);
	assert.equal(press(at(hello), keyPress("up")).now?.id, hello.id);
	assert.equal(press(at(hello), typed("j")).now?.id, gone.id);
	assert.equal(press(at(hello), keyPress("pageDown")).now?.id, mine.id);
	assert.equal(press(at(hello), keyPress("end")).now?.id, failed.id);
	assert.equal(press(at(failed), keyPress("home")).now?.id, hello.id);
	assert.deepEqual(press(at(mine), keyPress("up")).outputs, [{ kind: "reveal", id: gone.id }]);
});

test("A letter does with the chosen message what the bar says.", () => {
	assert.deepEqual(press(at(hello), typed("r")).outputs, [{ kind: "reply", line: hello }, { kind: "close" }]);
	assert.deepEqual(press(at(mine), typed("e")).outputs, [{ kind: "edit", line: mine }, { kind: "close" }]);
	assert.deepEqual(press(at(hello), typed("c")).outputs, [{ kind: "copy", text: "hello" }, { kind: "close" }]);
	assert.deepEqual(press(at(hello), typed("v")).outputs, [{ kind: "verify", person: ann }, { kind: "close" }]);
	const retry: SelectOutput = { kind: "perform", command: { kind: "retry", id: failed.id } };
	assert.deepEqual(press(at(failed), typed("t")).outputs, [retry, { kind: "close" }]);
	const back = press(at(hello), keyPress("escape"));
	assert.deepEqual([back.now, back.outputs], [undefined, [{ kind: "close" }]]);
});

test("The bar offers only what can be done with the line, the way out first.", () => {
	const keysOf = (line: LineEntry) => selectBar(at(line), line).map(({ keys }) => keys);
	assert.deepEqual(keysOf(hello), ["Esc", "r", "+", "c", "v"]);
	assert.deepEqual(keysOf(mine), ["Esc", "r", "+", "e", "d", "c", "Enter"]);
	assert.deepEqual(keysOf(failed), ["Esc", "t", "d", "c"]);
	assert.deepEqual(keysOf(gone), ["Esc", "v"]);
});

test("What can't be done with the chosen message says why, and does nothing.", () => {
	for (const [line, key] of [
		[hello, "e"],
		[hello, "d"],
		[hello, "t"],
		[gone, "r"],
		[gone, "c"],
		[failed, "+"],
		[hello, "q"],
		[mine, "v"],
	] as const) {
		const { now, outputs } = press(at(line), typed(key));
		assert.deepEqual(outputs, [], key);
		assert.ok((now?.note ?? "").length > 10, key);
	}
});

test("Taking back asks once; anything but a yes leaves the message.", () => {
	const done: SelectOutput = { kind: "perform", command: { kind: "delete", id: mine.id } };
	assert.deepEqual(press(at(mine), typed("d")).outputs, []);
	assert.deepEqual(press(at(mine), typed("d"), keyPress("enter")).outputs, [done, { kind: "close" }]);
	for (const other of [keyPress("escape"), typed("n"), keyPress("up"), typed("x")]) {
		const { now, outputs } = press(at(mine), typed("d"), other);
		assert.deepEqual(outputs, []);
		assert.deepEqual(now, at(mine));
	}
});

test("A reaction is a digit, an emoji, a name or the beginning of one.", () => {
	const reacted = (...presses: readonly Press[]) =>
		press(at(hello), typed("+"), ...presses).outputs.flatMap((one) =>
			one.kind === "perform" && one.command.kind === "react" ? [one.command.emoji] : [],
		);
	assert.deepEqual(reacted(typed("1")), ["👍"]);
	assert.deepEqual(reacted(typed("🦊"), keyPress("enter")), ["🦊"]);
	assert.deepEqual(reacted(typed(":tada:"), keyPress("enter")), ["🎉"]);
	assert.deepEqual(reacted(typed(":thu"), keyPress("enter")), ["👍"]);
	assert.deepEqual(reacted(keyPress("enter")), []);
	const unknown = press(at(hello), typed("+"), typed(":nope:"), keyPress("enter")).now;
	assert.match(unknown?.note ?? "", /no emoji called :nope:/);
	assert.equal(press(at(hello), typed("+"), typed("x"), keyPress("escape")).now?.ask, undefined);
});

test("Enter goes to what the message answers, and chooses that.", () => {
	const { now, outputs } = press(at(mine), keyPress("enter"));
	assert.deepEqual(outputs, [{ kind: "jump", id: hello.id }]);
	assert.equal(now?.id, hello.id);
	const lone = timelineOf([mine]);
	const [kept, none] = pressSelection({ id: mine.id, index: 0 }, keyPress("enter"), { timeline: lone, page: 2 });
	assert.deepEqual(none, []);
	assert.match(kept?.note ?? "", /nothing that is here/);
});

test("The choice keeps its message while others come and are let go; when that message goes itself, a neighbour is chosen and no question is answered for it.", () => {
	const later = timelineOf([joined, lineOf(ann, "x"), ...entries, lineOf(ann, "y")]);
	assert.deepEqual(settled(at(mine), later), { id: mine.id, index: 5 });
	const without = timelineOf(entries.filter((entry) => entry !== mine));
	const asking: Selection = { ...at(mine), ask: { kind: "delete" } };
	const [next, outputs] = pressSelection(asking, keyPress("enter"), { timeline: without, page: 2 });
	assert.ok(outputs.every((one) => one.kind !== "perform"));
	assert.notEqual(next?.ask?.kind, "delete");
	assert.equal(settled(at(mine), timelineOf([joined])), undefined);
	assert.deepEqual(pressSelection(at(mine), typed("d"), { timeline: timelineOf([]), page: 2 }), [
		undefined,
		[{ kind: "close" }],
	]);
});

test("Whatever is pressed while whatever happens, a line is chosen or it is over; and one's own command never names another's line.", () => {
	const someLine = fc.constantFrom(hello, mine, failed, gone);
	const step = fc.oneof(
		fc.constantFrom("up", "down", "pageUp", "pageDown", "home", "end", "enter", "backspace", "tab").map(keyPress),
		fc.constantFrom("r", "e", "d", "+", "c", "q", "v", "t", "1", "x", ":tada:").map(typed),
		fc.array(someLine, { maxLength: 6 }),
	);
	fc.assert(
		fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
			let now: Selection | undefined = at(mine);
			let room: readonly Entry[] = entries;
			for (const one of steps) {
				if (Array.isArray(one)) {
					room = [...new Set(one)];
					continue;
				}
				if (now === undefined) return;
				const [next, outputs] = pressSelection(now, one as Press, { timeline: timelineOf(room), page: 2, emoji });
				for (const output of outputs) {
					const command = output.kind === "perform" ? output.command : undefined;
					if (command?.kind === "delete") assert.ok([mine.id, failed.id].includes(command.id));
				}
				if (next !== undefined) assert.ok(selectedLine(next, timelineOf(room)), JSON.stringify(next));
				now = next;
			}
		}),
	);
});
