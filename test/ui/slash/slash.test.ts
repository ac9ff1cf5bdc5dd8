// Tests what a typed line means.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isAloneEnough, slashCommands } from "../../../src/ui/actions/slash-commands.ts";
import { parseLine } from "../../../src/ui/slash/slash.ts";

const said = (text: string) => ({ kind: "command", command: { kind: "send", text } });

test("Every command of the table means something, with and without words behind it.", () => {
	for (const { name } of slashCommands) {
		for (const line of [`/${name}`, `/${name} on`]) assert.notDeepEqual(parseLine(line), said(line), line);
	}
});

test("Every line has a meaning, and a line without a slash is said as it is.", () => {
	fc.assert(
		fc.property(fc.string({ unit: "grapheme" }), (line) => {
			const meaning = parseLine(line);
			if (!line.trimEnd().startsWith("/")) assert.deepEqual(meaning, said(line.trimEnd()));
		}),
	);
});

test("A text that begins with two slashes is sent with one, whatever follows.", () => {
	fc.assert(
		fc.property(fc.string(), (rest) => {
			assert.deepEqual(parseLine(`//${rest}`), said(`/${rest}`.trimEnd()));
		}),
	);
});

test("Each command is understood, in any case of letters.", () => {
	assert.deepEqual(parseLine("/HELP"), { kind: "local", action: "help" });
	assert.deepEqual(parseLine("/who "), { kind: "local", action: "people" });
	assert.deepEqual(parseLine("/quit"), { kind: "local", action: "quit" });
	assert.deepEqual(parseLine("/me waves  twice"), {
		kind: "command",
		command: { kind: "send", text: "waves  twice", isAction: true },
	});
	assert.deepEqual(parseLine("/name Ada Lovelace"), {
		kind: "command",
		command: { kind: "rename", name: "Ada Lovelace" },
	});
	assert.deepEqual(parseLine("/block 203.0.113.9"), {
		kind: "command",
		command: { kind: "block", address: "203.0.113.9" },
	});
	assert.deepEqual(parseLine("/unblock 203.0.113.9"), {
		kind: "command",
		command: { kind: "unblock", address: "203.0.113.9" },
	});
	assert.deepEqual(parseLine("/kick Ada Lovelace"), { kind: "kick", who: "Ada Lovelace" });
});

test("A theme is understood in any spelling, and a wrong name is answered with all names.", () => {
	assert.deepEqual(parseLine("/theme Light"), { kind: "theme", wish: "light" });
	assert.deepEqual(parseLine("/theme 16"), { kind: "theme", wish: "16-colours" });
	const wrong = parseLine("/theme blue");
	assert.match(wrong.kind === "wrong" ? wrong.message : "", /auto, dark, light, high-contrast, 16-colours, none/);
});

test("A command that lacks its argument is answered with what is missing.", () => {
	for (const { name, takes } of slashCommands.filter((command) => !isAloneEnough(command))) {
		const meaning = parseLine(`/${name}`);
		assert.equal(meaning.kind, "wrong");
		if (meaning.kind === "wrong") assert.ok(meaning.message.includes(`/${name} ${takes}`), name);
	}
});

test("An unknown command is answered with the nearest one and with how to say the line as it is.", () => {
	const near = parseLine("/hlep");
	assert.equal(near.kind, "wrong");
	if (near.kind === "wrong") assert.match(near.message, /Did you mean \/help\?.*\/\/hlep/);
	const path = parseLine("/usr/bin/node");
	if (path.kind === "wrong") assert.match(path.message, /\/\/usr\/bin\/node/);
	assert.equal(path.kind, "wrong");
});

test("/visible on shows the room to the network, and /visible off hides it.", () => {
	assert.deepEqual(parseLine("/visible on"), { kind: "command", command: { kind: "settings", visibleOnLan: true } });
	assert.deepEqual(parseLine("/visible off"), { kind: "command", command: { kind: "settings", visibleOnLan: false } });
	assert.equal(parseLine("/visible perhaps").kind, "wrong");
});
