// Tests Tab on a path: what is asked of the file system, and what becomes of the answer.

import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { pressComposer } from "../../../src/ui/composer/composer.ts";
import { type Composer, composerWith } from "../../../src/ui/composer/composer-state.ts";
import { begunPath, listPaths } from "../../../src/ui/composer/paths.ts";
import { composerListed } from "../../../src/ui/composer/tab.ts";
import { keyPress } from "../../../src/ui/terminal/key-press.ts";
import { quotedPath } from "../../../src/ui/text/typed-paths.ts";
import { temporaryHome } from "../../support/temporary-home.ts";

const context = { draftWidth: 70, isHost: true, names: ["Grace", "Paula"] };
const names = [
	{ name: "papers", isFolder: true },
	{ name: "party plan.txt", isFolder: false },
	{ name: ".secret", isFolder: false },
	{ name: "odd\u001B[2J", isFolder: false },
	{ name: "turned\u202Etxt", isFolder: false },
];

/** Presses Tab, and answers with `names` when it asks for a folder. */
function tabbed(start: Composer): Composer {
	const [next, outputs] = pressComposer(start, keyPress("tab"), context);
	const asked = outputs.find((output) => output.kind === "listPaths");
	return asked === undefined ? next : composerListed(next, asked.folder, names);
}

const after = (text: string, times = 1): string => {
	let composer = composerWith(text);
	for (let time = 0; time < times; time++) composer = tabbed(composer);
	return composer.edit.text;
};

test("A path is completed where one begins: ~/, ./, ../ or, behind a blank, /.", () => {
	assert.equal(after("look at ~/pa"), "look at ~/papers/");
	assert.equal(after("~/papers/../pa"), "~/papers/../papers/");
	assert.equal(after("./par"), "./party plan.txt");
	assert.equal(after("see /pa", 2), "see /party plan.txt");
	assert.equal(after("/accept to ~/party p"), "/accept to ~/party plan.txt");
});

test("Behind /send every word is a path, with its blanks behind backslashes, and what Tab puts in is read as that path.", () => {
	assert.equal(after("/send ~/par"), "/send ~/party\\ plan.txt");
	assert.equal(after("/send ~/papers/ ~/party\\ p"), "/send ~/papers/ ~/party\\ plan.txt");
	assert.equal(after('/send "~/party p'), "/send ~/party\\ plan.txt");
	assert.equal(after("/send par"), "/send ./party\\ plan.txt");
	assert.equal(after("/send /x/pa", 2), "/send /x/party\\ plan.txt");
	fc.assert(
		fc.property(fc.string({ unit: "grapheme", minLength: 1, maxLength: 30 }), (name) => {
			const path = begunPath(`/send ~/a ~/${quotedPath(name)}`);
			assert.equal(path && path.folder + path.start, `~/${name}`);
		}),
	);
});

test("A slash at the start is a command, and names of people come before paths in what is said.", () => {
	assert.deepEqual(begunPath("/pa"), undefined);
	assert.equal(after("/kick Pau"), "/kick Paula ");
	assert.equal(after("~/x Pau"), "~/x Paula ");
});

test("Hidden names are offered when the dot was typed; those with control characters never.", () => {
	assert.equal(after("~/", 3), "~/papers/");
	assert.equal(after("~/."), "~/.secret");
	assert.equal(after("~/odd"), "~/odd");
	assert.equal(after("~/turn"), "~/turn");
});

test("A folder that was the only offer is entered by the next Tab.", () => {
	const [, outputs] = pressComposer(tabbed(composerWith("~/pape")), keyPress("tab"), context);
	assert.deepEqual(outputs, [{ kind: "listPaths", folder: "~/papers/" }]);
});

test("An answer that comes after another key, or for another folder, changes nothing.", () => {
	const [asked] = pressComposer(composerWith("~/pa"), keyPress("tab"), context);
	const [typed] = pressComposer(asked, { kind: "text", text: "x" }, context);
	assert.equal(composerListed(typed, "~/", names), typed);
	assert.equal(composerListed(asked, "~/papers/", names), asked);
});

test("Undo takes back the completion of a path.", () => {
	const [undone] = pressComposer(tabbed(composerWith("~/pa")), keyPress("ctrl+_"), context);
	assert.equal(undone.edit.text, "~/pa");
});

test("No text makes the search for a path fail, or begin beyond the cursor.", () => {
	fc.assert(
		fc.property(fc.string({ unit: fc.constantFrom("~", ".", "/", " ", "a", "\n", "é"), maxLength: 40 }), (text) => {
			const path = begunPath(text);
			if (path !== undefined) assert.equal(text.slice(path.from), path.folder + path.start);
		}),
	);
});

test("A real folder is listed, with links to folders as folders; a folder that can't be read counts as empty.", async (t) => {
	const home = temporaryHome(t);
	mkdirSync(join(home, "inner"));
	writeFileSync(join(home, "file"), "");
	symlinkSync(join(home, "inner"), join(home, "link"));
	symlinkSync("nowhere", join(home, "broken"));
	const found = await listPaths("~/", home);
	assert.deepEqual(
		found.toSorted((one, other) => one.name.localeCompare(other.name)),
		[
			{ name: "broken", isFolder: false },
			{ name: "file", isFolder: false },
			{ name: "inner", isFolder: true },
			{ name: "link", isFolder: true },
		],
	);
	assert.deepEqual(await listPaths("~/nosuch/", home), []);
	assert.deepEqual(await listPaths("~/file/", home), []);
	assert.deepEqual(await listPaths("/root/\u0000/", home), []);
});

test("At most 2,000 names of a folder are read.", async (t) => {
	const home = temporaryHome(t);
	for (let file = 0; file < 2_050; file++) writeFileSync(join(home, `f${file}`), "");
	assert.equal((await listPaths("~/", home)).length, 2_000);
});
