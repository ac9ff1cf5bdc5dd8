// The message box in a real terminal: editing keys, completion, vi, the person's own editor, and drafts that nothing loses.
import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { openRt, type RtTerminal } from "../support/program/rt.ts";
import { temporaryHome } from "../support/temporary-home.ts";
import { keys } from "../support/terminal/terminal.ts";

interface Size {
	readonly columns: number;
	readonly rows: number;
}

const sizes: readonly Size[] = [
	{ columns: 80, rows: 24 },
	{ columns: 40, rows: 12 },
];

/** A program that plays the person's editor: it notes how it finds the file, reads a line from the keyboard, and adds it. */
const editorScript = `#!/bin/sh
path="$2"
{ stat -c '%a' "$path"; stat -c '%a' "$(dirname "$path")"; echo "$1"; echo "$path"; cat "$path"; } > "$RT_NOTES"
echo "editor is open"
read -r line
case "$line" in
fail) exit 3 ;;
*) printf '%s\\nsecond line\\n' "$line" >> "$path" ;;
esac
`;

interface Room {
	readonly terminal: RtTerminal;
	/** What the editor noted. */
	readonly notes: string;
	/** Where its files are. */
	readonly runtime: string;
}

/** A host in their own room, with an editor of their own. */
async function openRoom(t: TestContext, { columns, rows }: Size, settings = ""): Promise<Room> {
	const home = temporaryHome(t);
	const runtime = join(home, "runtime");
	mkdirSync(runtime, { mode: 0o700 });
	mkdirSync(join(home, "papers"));
	for (const name of ["one.txt", "two.txt", ".hidden", "odd\u001B[2Jname"])
		writeFileSync(join(home, "papers", name), "");
	const editor = join(home, "my editor");
	writeFileSync(editor, editorScript);
	chmodSync(editor, 0o755);
	if (settings !== "") writeFileSync(join(home, "config.toml"), settings);
	const notes = join(home, "notes");
	const env = { VISUAL: `'${editor}' "two words; $(touch /tmp/never)"`, RT_NOTES: notes, XDG_RUNTIME_DIR: runtime };
	const terminal = openRt(t, ["host"], { home, columns, rows, env });
	await terminal.waitFor("What should others call you?");
	terminal.type(`Hana${keys.enter}`);
	await terminal.waitFor("Enter start the room");
	terminal.type(keys.enter);
	await terminal.waitFor("Enter go to the chat");
	terminal.type(keys.enter);
	await terminal.waitFor("Say something");
	return { terminal, notes, runtime };
}

/** The row of the message box. */
const box = (rows: readonly string[]): string => rows.at(-2) ?? "";
const boxShows = (terminal: RtTerminal, text: string): Promise<void> =>
	terminal.waitFor((rows) => box(rows) === ` › ${text}`, `the message box with "${text}"`);

/** What was on the screen before stands there again while an editor is open, so they are counted. */
const opened = (terminal: RtTerminal, times: number): Promise<void> =>
	terminal.waitFor((rows) => rows.filter((row) => row.endsWith("editor is open")).length === times, `editor ${times}`);

for (const size of sizes) {
	const name = `${size.columns}×${size.rows}`;

	test(`Text that was typed is undone, erased, brought back and sent (${name}).`, async (t) => {
		const { terminal } = await openRoom(t, size);
		terminal.type("one two three");
		await boxShows(terminal, "one two three");
		terminal.type("\u0017\u0017\u0019"); // Ctrl-W Ctrl-W Ctrl-Y
		await boxShows(terminal, "one two three");
		terminal.type("\u001F"); // Ctrl-_
		await boxShows(terminal, "one");
		terminal.type("\u001Br"); // Alt-R
		await boxShows(terminal, "one two three");
		terminal.type("\u001Bb\u001Bu\u001Bu"); // Alt-B Alt-U Alt-U
		await boxShows(terminal, "one two");
		terminal.type("\u0001\u000B"); // Ctrl-A Ctrl-K: something stands behind the cursor
		await terminal.waitFor("Say something");
		terminal.type(":rocke\t");
		await boxShows(terminal, "🚀");
		terminal.type(" :tada: ~/pap\t");
		await boxShows(terminal, "🚀 🎉 ~/papers/");
		terminal.type("\t");
		await terminal.waitFor("[one.txt] two.txt");
		await boxShows(terminal, "🚀 🎉 ~/papers/one.txt");
		terminal.type("\t");
		await boxShows(terminal, "🚀 🎉 ~/papers/two.txt");
		terminal.type(keys.escape);
		await boxShows(terminal, "🚀 🎉 ~/papers/");
		terminal.type(keys.enter);
		await terminal.waitFor("› 🚀 🎉 ~/papers/");
	});

	test(`vi's keys edit, and the mode is a word on the screen (${name}).`, async (t) => {
		const { terminal } = await openRoom(t, size, 'editing = "vi"\n');
		await terminal.waitFor("-- INSERT --");
		terminal.type("one two three");
		await boxShows(terminal, "one two three");
		terminal.type(keys.escape);
		await terminal.waitFor("-- NORMAL --");
		terminal.type("0dwcwzwei");
		await boxShows(terminal, "zwei three");
		terminal.type(keys.escape);
		await terminal.waitFor("-- NORMAL --");
		terminal.type("uu");
		await boxShows(terminal, "one two three");
		terminal.type(keys.enter);
		await terminal.waitFor(/Hana › one two three/);
		terminal.type(`/vi off${keys.enter}`);
		await terminal.waitFor((rows) => !rows.join(" ").includes("-- INSERT --"), "no mode");
	});

	test(`The person's own editor has the terminal, a private file in memory, and no shell; the room goes on (${name}).`, async (t) => {
		const { terminal, notes, runtime } = await openRoom(t, size);
		terminal.type("a draft");
		await boxShows(terminal, "a draft");
		terminal.type("\u0018\u0005"); // Ctrl-X Ctrl-E
		await terminal.waitFor("editor is open");
		assert.equal(terminal.modes().isAlternateScreen, false);
		assert.equal(terminal.modes().hasMouse, false);
		const [fileMode, folderMode, word, path = "", ...text] = readFileSync(notes, "utf8").split("\n");
		assert.deepEqual([fileMode, folderMode, text[0]], ["600", "700", "a draft"]);
		assert.equal(word, "two words; $(touch /tmp/never)");
		assert.ok(path.startsWith(`${runtime}/`), path);
		assert.equal(existsSync("/tmp/never"), false);
		terminal.resize(size.columns + 10, size.rows + 2);
		terminal.resize(size.columns, size.rows);
		terminal.type("every key arrives\r");
		await terminal.waitFor((rows) => box(rows) === "   second line" && rows.at(-3) === "   every key arrives");
		assert.deepEqual(readdirSync(runtime), []);
		const whileOpen = terminal.raw().split("editor is open")[1]?.split("every key arrives")[0];
		assert.equal(whileOpen, "\r\n", "nothing is drawn while the editor has the terminal");
		terminal.type("\u0003");
		await terminal.waitFor("Cleared.");
		terminal.type(`/editor${keys.enter}`);
		await opened(terminal, 2);
		terminal.type("fail\r");
		await terminal.waitFor("did not end well. It ended with 3.");
		assert.deepEqual(readdirSync(runtime), []);
	});
}

test("Ctrl-C in the editor is the editor's; a signal to leave takes the editor and its file along.", async (t) => {
	const { terminal, runtime } = await openRoom(t, { columns: 80, rows: 24 });
	terminal.type("\u001Be"); // Alt-E
	await terminal.waitFor("editor is open");
	terminal.type("\u0003");
	await terminal.waitFor("It was ended by SIGINT.");
	assert.deepEqual(readdirSync(runtime), []);
	terminal.type("still here");
	await boxShows(terminal, "still here");
	terminal.type("\u001Be");
	await opened(terminal, 2);
	assert.equal(readdirSync(runtime).length, 1);
	process.kill(terminal.pid, "SIGTERM");
	await terminal.exit;
	assert.deepEqual(readdirSync(runtime), []);
	assert.equal(terminal.modes().isCursorShown, true);
});
