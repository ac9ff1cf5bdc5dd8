// Tests the keymap, the settings file that changes it, and the palette that lists it.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { slashCommands } from "../../../src/ui/actions/slash-commands.ts";
import { fitting, freshPalette, paletteItems, pressPalette } from "../../../src/ui/chat/palette/palette-state.ts";
import { readKeyName, shownKeyName } from "../../../src/ui/settings/key-names.ts";
import { standardKeymap } from "../../../src/ui/settings/keymap.ts";
import { barOf, bindingsOf } from "../../../src/ui/settings/keys.ts";
import { readSettings, standardSettings } from "../../../src/ui/settings/settings.ts";
import { keyPress, type Press } from "../../../src/ui/terminal/key-press.ts";
import { keys } from "../../support/terminal/terminal.ts";
import { openApp } from "../../support/views/app-screen.tsx";
import { FakeEngine, lineFrom, personNamed, self } from "../../support/views/fake-engine.ts";

const grace = personNamed("grace", "verified");
const asGuest = { phase: { kind: "inRoom", role: "guest" }, people: [self, grace] } as const;

function settingsOf(text: string) {
	const outcome = readSettings(text);
	assert.equal(outcome.kind, "settings", outcome.kind === "refused" ? outcome.message : "");
	return outcome.settings;
}

function refusal(text: string): string {
	const outcome = readSettings(text);
	assert.equal(outcome.kind, "refused");
	return outcome.message;
}

test("No two actions share a key, and each key leads to its action.", () => {
	const all = standardKeymap.bindings.flatMap(({ keys }) => keys);
	assert.equal(new Set(all).size, all.length);
	for (const { action, keys } of standardKeymap.bindings) {
		for (const key of keys) assert.equal(standardKeymap.actionOf(key), action);
		for (const key of keys) assert.equal(readKeyName(key), key);
	}
});

test("attack: a settings file that somebody else wrote gives no orders to the terminal by what is told of its faults", () => {
	const order = "\\u001b]0;owned\\u0007\\u202e";
	for (const text of [
		`"${order}" = 1`,
		`theme = "${order}"`,
		`[keys]\n"${order}" = "F5"`,
		`[keys]\nhelp = "${order}"`,
		`[keys]\nhelp = { "${order}" = 1 }`,
	]) {
		assert.doesNotMatch(refusal(text), /\p{C}/u);
	}
});

test("A person's own key does what they say, and no longer what it did.", () => {
	const { keymap } = settingsOf('[keys]\npalette = "F5"\nhelp = ["Ctrl-K", "alt+h"]\ninvite = []');
	assert.equal(keymap.actionOf("f5"), "palette");
	assert.equal(keymap.actionOf("ctrl+k"), "help");
	assert.equal(keymap.actionOf("alt+h"), "help");
	assert.equal(keymap.actionOf("f1"), undefined);
	assert.equal(keymap.actionOf("f2"), undefined);
	assert.equal(keymap.wordsOf("help"), "Ctrl-K Alt-H");
});

test("The help and the status bar show the keys a person has chosen, and leave out actions without a key.", () => {
	const { keymap } = settingsOf('[keys]\npalette = "F5"\ninvite = []');
	assert.ok(barOf("chat", [], keymap).some(({ keys, words }) => keys === "F5" && words === "commands"));
	assert.ok(!bindingsOf("chat", keymap).some(({ does }) => does.startsWith("what to tell friends")));
});

test("A settings file with a mistake is refused, and the message says what is wrong and where.", () => {
	assert.match(refusal("theme = dark\n"), /^line 1 is not TOML/);
	assert.match(refusal('theme = "pink"'), /theme must be .*"dark".*not "pink"/);
	assert.match(refusal("colour = 3"), /no setting "colour"/);
	assert.match(refusal('[keys]\nfly = "F5"'), /no action "fly"/);
	assert.match(refusal('[keys]\nhelp = "x"'), /"x" is no key/);
	assert.match(refusal('[keys]\nhelp = "Ctrl-C"'), /is no key/);
	assert.match(refusal('[keys]\nhelp = "F5"\npalette = "F5"'), /F5 stands at help and at palette/);
});

test("An empty settings file changes nothing, and what a file sets is taken over.", () => {
	const { keymap, ...rest } = settingsOf("");
	const { keymap: standard, ...expected } = standardSettings;
	assert.deepEqual(rest, expected);
	assert.deepEqual(keymap.bindings, standard.bindings);
	const read = settingsOf('theme = "light"\nediting = "vi"\nbell = false\nscreen-reader = true');
	assert.deepEqual(
		[read.theme, read.editing, read.bell, read.mouse, read.screenReader],
		["light", "vi", false, true, true],
	);
});

test("Whatever stands in a settings file, it is read or refused in words.", () => {
	fc.assert(
		fc.property(
			fc.oneof(
				fc.string(),
				fc.string({ unit: "grapheme" }).map((text) => `[keys]\nhelp = "${text}"`),
			),
			(text) => {
				const outcome = readSettings(text);
				if (outcome.kind === "refused") assert.ok(outcome.message.length > 0 && outcome.message.length < 1_000);
			},
		),
	);
});

test("Every key name that is read can be shown and read again.", () => {
	for (const written of ["Ctrl-K", "ALT+UP", "PgUp", "f12", "Alt-/", "ctrl-alt-x"]) {
		const name = readKeyName(written);
		assert.ok(name !== undefined, written);
		assert.equal(readKeyName(shownKeyName(name)) ?? name, name);
	}
});

test("The palette lists every action and every slash command, and leaves out for a guest what only a host can do.", () => {
	const titles = (isHost: boolean) => paletteItems(standardKeymap, isHost).map(({ title }) => title);
	for (const { name, takes } of slashCommands)
		assert.ok(titles(true).includes(takes === "" ? `/${name}` : `/${name} ${takes}`));
	assert.ok(titles(true).includes("Invite"));
	assert.ok(!titles(false).includes("Invite"));
	assert.ok(!titles(false).some((title) => title.startsWith("/kick")));
});

test("What is typed narrows the palette, and nothing typed breaks it.", () => {
	const items = paletteItems(standardKeymap, true);
	assert.equal(fitting(items, "kick")[0]?.title, "/kick NAME");
	assert.equal(fitting(items, "zzzz").length, 0);
	const press = fc.oneof(
		fc.constantFrom("up", "down", "pageUp", "pageDown", "backspace", "ctrl+k", "left", "enter").map(keyPress),
		fc.string().map((text): Press => ({ kind: "text", text })),
	);
	fc.assert(
		fc.property(fc.array(press), (presses) => {
			let palette = freshPalette;
			for (const one of presses) {
				const fit = fitting(items, palette.edit.text);
				[palette] = pressPalette(palette, one, fit, () => false);
				assert.ok(palette.chosen >= 0 && palette.chosen <= Math.max(0, fitting(items, palette.edit.text).length - 1));
			}
		}),
	);
});

for (const size of [
	{ columns: 80, rows: 24 },
	{ columns: 40, rows: 12 },
]) {
	test(`Ctrl-K opens the palette at ${size.columns}×${size.rows}; typing, arrows and Enter choose; Esc goes back with the draft kept.`, async () => {
		const engine = new FakeEngine(asGuest);
		const screen = openApp(engine, { size });
		await screen.shows("Say something");
		await screen.type("my draft");
		await screen.shows("my draft");
		await screen.type("\u000B");
		await screen.shows("Commands");
		await screen.type("who is here");
		await screen.shows("People");
		await screen.type(keys.escape);
		await screen.shows("my draft");
		await screen.type("\u000B");
		await screen.shows("Commands");
		await screen.type("/leave");
		await screen.shows("/leave");
		await screen.type(keys.enter);
		await screen.eventually(() => assert.deepEqual(engine.commands.at(-1), { kind: "leave" }));
		screen.close();
	});
}

test("Ctrl-K in the middle of what is written erases to the end of the line, as readline does.", async () => {
	const screen = openApp(new FakeEngine(asGuest));
	await screen.type("hello world");
	await screen.typeEach("\u0001", "\u000B");
	await screen.shows("Say something");
	assert.ok(!(await screen.text()).includes("Commands"));
	screen.close();
});

test("A command of the palette that needs an argument is put into the message box.", async () => {
	const screen = openApp(new FakeEngine(asGuest));
	await screen.shows("Say something");
	await screen.type("\u000B");
	await screen.shows("Commands");
	await screen.type("/me");
	await screen.type(keys.enter);
	await screen.shows("› /me");
	screen.close();
});

test("An action chosen in the palette is done: scrolling to the oldest line.", async () => {
	const engine = new FakeEngine(asGuest);
	for (let index = 0; index < 200; index++) engine.entries.push(lineFrom(grace, `message ${index}`));
	const screen = openApp(engine, { settings: settingsOf('[keys]\npalette = "Ctrl-T"') });
	await screen.shows("message 199");
	await screen.type("\u0014");
	await screen.shows("Commands");
	await screen.type("oldest");
	await screen.type(keys.enter);
	await screen.shows("message 0");
	screen.close();
});
