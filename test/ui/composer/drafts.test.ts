// Tests the drafts of each room, and the row of what Tab offers.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { complete } from "../../../src/ui/composer/complete.ts";
import { type Drafts, draftOf, noDrafts, withDraft } from "../../../src/ui/composer/drafts.ts";
import { offerRows } from "../../../src/ui/composer/offer-rows.ts";
import { themeFor } from "../../../src/ui/look/theme.ts";
import { editOf } from "../../../src/ui/screen/edit.ts";
import { widthOf } from "../../../src/ui/text/width.ts";

test("Each room has its own draft, an empty one is none, and the rooms of longest ago are forgotten.", () => {
	let drafts: Drafts = withDraft(withDraft(noDrafts, "a 1", "for a"), "b 2", "for b");
	assert.equal(draftOf(drafts, "a 1"), "for a");
	assert.equal(draftOf(drafts, ""), "");
	assert.equal(withDraft(drafts, "b 2", "for b"), drafts);
	drafts = withDraft(drafts, "b 2", "");
	assert.equal(drafts.size, 1);
	for (let room = 0; room < 60; room++) drafts = withDraft(drafts, `room ${room}`, "x");
	assert.equal(drafts.size, 50);
	assert.equal(draftOf(drafts, "a 1"), "");
	assert.equal(draftOf(drafts, "room 59"), "x");
});

const names = ["Gabi", "Gerda", "Gesine", "Gheorghe Müller-Lüdenscheidt", "Gürkan 漢字", "Gwendolyn"];

test("The row of offers shows the chosen one in brackets, says where there are more, and is never wider than the screen.", () => {
	fc.assert(
		fc.property(fc.integer({ min: 40, max: 120 }), fc.integer({ min: 1, max: 12 }), (columns, presses) => {
			const look = { theme: themeFor({ NO_COLOR: "1" }), size: { columns, rows: 24 } };
			let found = complete(editOf("G"), undefined, { names }, 1);
			for (let press = 1; press < presses; press++) found = complete(found![0], found![1], { names }, 1);
			const [row = "", ...others] = offerRows(found![1], look);
			assert.deepEqual(others, []);
			assert.ok(widthOf(row) <= columns, row);
			const chosen = names[(presses - 1) % names.length]!;
			assert.ok(row.includes(`[${chosen.slice(0, 20)}`), row);
			assert.equal(row.includes("‹"), !row.includes("Gabi"));
			assert.equal(row.trimEnd().endsWith("›"), !row.includes("Gwendolyn"));
		}),
	);
});

test("A single offer is shown in no row of its own.", () => {
	const look = { theme: themeFor({}), size: { columns: 80, rows: 24 } };
	const found = complete(editOf("Gab"), undefined, { names }, 1);
	assert.deepEqual(offerRows(found![1], look), []);
});
