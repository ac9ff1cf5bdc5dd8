// Tests Tab in the message box.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { complete } from "../../../src/ui/composer/complete.ts";
import { pressComposer } from "../../../src/ui/composer/composer.ts";
import { composerWith } from "../../../src/ui/composer/composer-state.ts";
import { applyEdit, editOf } from "../../../src/ui/screen/edit.ts";
import { keyPress } from "../../../src/ui/terminal/key-press.ts";
import { personNamed } from "../../support/views/fake-engine.ts";
import { fileView } from "../../support/views/file-scenes.ts";

const names = ["Grace", "Greta Müller", "bob"];
const context = { draftWidth: 70, isHost: true, names };

// Returns the text after `count` presses of Tab.
function tabbed(text: string, count = 1, key = "tab"): string {
	let composer = composerWith(text);
	for (let press = 0; press < count; press++) [composer] = pressComposer(composer, keyPress(key), context);
	return composer.edit.text;
}

test("A name is completed with a colon at the start of a message, and with a space elsewhere.", () => {
	assert.equal(tabbed("bo"), "bob: ");
	assert.equal(tabbed("hello bo"), "hello bob ");
	assert.equal(tabbed("look @bo"), "look @bob ");
	assert.equal(tabbed("/kick gre"), "/kick Greta Müller ");
	assert.equal(tabbed("/kick greta m"), "/kick Greta Müller ");
});

test("Tab again goes on to the next that fits, Shift-Tab back, round and round.", () => {
	assert.equal(tabbed("gr"), "Grace: ");
	assert.equal(tabbed("gr", 2), "Greta Müller: ");
	assert.equal(tabbed("gr", 3), "Grace: ");
	assert.equal(tabbed("gr", 1, "shift+tab"), "Greta Müller: ");
});

test("A command is completed, with a space when it takes something.", () => {
	assert.equal(tabbed("/kic"), "/kick ");
	assert.equal(tabbed("/adm"), "/admin");
});

test("Behind a command for files the names of those are completed with which it can be done.", () => {
	const bob = personNamed("bob");
	const files = [
		fileView("mine.txt", bob, { kind: "done", path: "/mine.txt", sha256: "" }),
		fileView("my film.mkv", bob, { kind: "offered" }),
		fileView("my song.ogg", bob, { kind: "offered" }),
	];
	const offersFor = (text: string) =>
		pressComposer(composerWith(text), keyPress("tab"), { ...context, files })[0].completion?.offers.map(
			({ shown }) => shown,
		);
	assert.deepEqual(offersFor("/accept m"), ["my song.ogg", "my film.mkv"]);
	assert.deepEqual(offersFor("/decline "), ["my song.ogg", "my film.mkv", "all"]);
	assert.equal(offersFor("/hold m"), undefined);
});

test("A guest is not offered what only a host can do.", () => {
	const guest = { ...context, isHost: false };
	assert.equal(pressComposer(composerWith("/adm"), keyPress("tab"), guest)[0].edit.text, "/adm");
	const [offered] = pressComposer(composerWith("/re"), keyPress("tab"), guest);
	assert.deepEqual(
		offered.completion?.offers.map(({ shown }) => shown),
		["/reply", "/react", "/retry", "/renew"],
	);
});

test("Tab changes nothing when nothing fits.", () => {
	for (const text of ["", " ", "xyz", "/xyz", "hello "]) assert.equal(tabbed(text), text);
});

test("After another key the next Tab begins a new completion.", () => {
	let composer = composerWith("gr");
	for (const press of [keyPress("tab"), { kind: "text", text: "bo" } as const, keyPress("tab")]) {
		[composer] = pressComposer(composer, press, context);
	}
	assert.equal(composer.edit.text, "Grace: bob ");
});

test("Text behind the cursor stays, and the cursor stands behind the completed word.", () => {
	fc.assert(
		fc.property(fc.string(), fc.string({ unit: "grapheme" }), (before, after) => {
			const edit = applyEdit(editOf(`${before} gr${after}`), { kind: "moveTo", cursor: before.length + 3 });
			const found = complete(edit, undefined, { names }, 1);
			if (found === undefined) return;
			const [next] = found;
			assert.equal(next.text.slice(next.cursor), edit.text.slice(edit.cursor));
		}),
	);
});
