// What can be clicked, and what a click means.
import assert from "node:assert/strict";
import { test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { themeFor } from "../../../src/ui/look/theme.ts";
import { pressOf, targetAt } from "../../../src/ui/screen/mouse.ts";
import { layBar } from "../../../src/ui/screen/page.ts";
import { barOf } from "../../../src/ui/settings/keys.ts";
import { keyPress } from "../../../src/ui/terminal/key-press.ts";

test("The words of a bar stand for the press of the first key they name.", () => {
	const press = (keys: string) => pressOf({ keys, words: "" });
	assert.deepEqual(press("Ctrl-K"), keyPress("ctrl+k"));
	assert.deepEqual(press("Esc"), keyPress("escape"));
	assert.deepEqual(press("Enter"), keyPress("enter"));
	assert.deepEqual(press("PgUp PgDn"), keyPress("pageUp"));
	assert.deepEqual(press("Alt-↑ Ctrl-G"), keyPress("alt+up"));
	assert.deepEqual(press("F1"), keyPress("f1"));
	assert.deepEqual(press("q"), { kind: "text", text: "q" });
});

test("A click anywhere on an item of a bar is its key; beside it, nothing.", () => {
	const theme = themeFor({ NO_COLOR: "1" });
	fc.assert(
		fc.property(
			fc.constantFrom("home", "chat", "adminPeople", "help"),
			fc.integer({ min: 20, max: 200 }),
			fc.constantFrom("", "↓ more"),
			(place, columns, note) => {
				const items = barOf(place);
				const { row: painted, areas } = layBar(theme, items, { columns, rows: 24 }, note);
				const row = painted.replace(/\u001B\[\d+m/g, "");
				assert.ok(row.trimEnd().endsWith(note));
				for (const item of items) {
					const from = row.indexOf(`${item.keys} ${item.words}`);
					if (from < 0) {
						assert.ok(!areas.some(({ target }) => isDeepStrictEqual(target, { kind: "press", press: pressOf(item) })));
						continue;
					}
					const to = from + `${item.keys} ${item.words}`.length;
					assert.deepEqual(targetAt(areas, from, 23), { kind: "press", press: pressOf(item) });
					assert.deepEqual(targetAt(areas, to - 1, 23), { kind: "press", press: pressOf(item) });
					assert.equal(targetAt(areas, to, 23), undefined);
					assert.equal(targetAt(areas, from, 22), undefined);
				}
			},
		),
	);
});

test("Of areas that lie over each other the first counts.", () => {
	const target = (name: string) => ({ kind: "press", press: keyPress(name) }) as const;
	const areas = [
		{ y: 1, fromX: 2, toX: 4, target: target("f1") },
		{ y: 1, fromX: 0, toX: 9, target: target("f2") },
	];
	assert.deepEqual(
		[1, 2, 3, 4, 9].map((x) => targetAt(areas, x, 1)),
		[target("f2"), target("f1"), target("f1"), target("f2"), undefined],
	);
});
