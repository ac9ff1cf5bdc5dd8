// Passwords, looks, and when the shown snapshot changes.
import assert from "node:assert/strict";
import { test } from "node:test";
import { wordlist } from "@scure/bip39/wordlists/english.js";
import fc from "fast-check";
import { themeFor } from "../../src/ui/look/theme.ts";
import { showSnapshots } from "../../src/ui/screen/use-engine.ts";
import { barOf, bindingsOf, type ScreenName } from "../../src/ui/settings/keys.ts";
import type { After } from "../../src/ui/terminal/after.ts";
import { strengthOf } from "../../src/ui/words/password-strength.ts";
import { offerPassword } from "../../src/ui/words/password-words.ts";
import { anyCharacter } from "../support/any-character.ts";
import { FakeEngine, lineFrom, personNamed, self } from "../support/views/fake-engine.ts";

test("An offered password is four words of a list of 2,048, each drawn from all of them.", () => {
	const drawnBelow: number[] = [];
	const words = offerPassword((below) => {
		drawnBelow.push(below);
		return below - 1;
	});
	assert.deepEqual(drawnBelow, [2048, 2048, 2048, 2048]);
	assert.equal(words, "zoo-zoo-zoo-zoo");
	for (const word of offerPassword().split("-")) assert.ok(wordlist.includes(word));
});

test("An offered password is judged strong, well-known and short ones are not.", () => {
	assert.equal(strengthOf(offerPassword()).kind, "strong");
	assert.equal(strengthOf("dragon-lecture-ostrich-velvet").kind, "strong");
	assert.equal(strengthOf("short").kind, "refused");
	assert.match(strengthOf("1234567").words, /1 more character,/);
	for (const weak of ["password123", "12345678", "aaaaaaaaaaaa", "qwertzuiop"])
		assert.equal(strengthOf(weak).kind, "weak");
	assert.equal(strengthOf("Tr0ub4dor&3").kind, "strong");
});

test("Fewer than eight characters are always refused, counted as people count.", () => {
	fc.assert(
		fc.property(fc.string({ unit: anyCharacter }), (password) => {
			const isShort = [...password.trim().normalize("NFC")].length < 8;
			assert.equal(strengthOf(password).kind === "refused", isShort);
		}),
	);
});

test("Without colour no colour code is painted; the same person always has the same colour.", () => {
	const { fingerprint } = personNamed("grace");
	const colour = /\u001B\[(?:3|4|9|10)\d/;
	const bare = themeFor({ NO_COLOR: "1", TERM: "xterm-256color" });
	for (const style of ["plain", "strong", "faint", "title", "accent", "good", "warning", "alarm"] as const) {
		assert.doesNotMatch(bare.paint(style, "x"), colour);
	}
	assert.doesNotMatch(bare.paintName(fingerprint, "x"), colour);
	const env = { TERM: "xterm-256color", NO_COLOR: "" };
	assert.match(themeFor(env).paintName(fingerprint, "x"), colour);
	assert.equal(themeFor(env).paintName(fingerprint, "x"), themeFor(env).paintName(fingerprint, "x"));
	const dark = themeFor({ TERM: "xterm-256color", COLORFGBG: "15;0" }).paintName(fingerprint, "x");
	assert.notEqual(dark, themeFor({ TERM: "xterm-256color", COLORFGBG: "0;15" }).paintName(fingerprint, "x"));
});

test("Each place has a status bar made of bindings that its help explains.", () => {
	const places: readonly ScreenName[] = [
		"home",
		"firstName",
		"unlock",
		"join",
		"password",
		"host",
		"chat",
		"people",
		"help",
	];
	for (const place of places) {
		const explained = bindingsOf(place).map((binding) => binding.keys);
		assert.ok(barOf(place).length > 0, place);
		for (const item of barOf(place)) assert.ok(explained.includes(item.keys));
	}
});

function byHand() {
	const waiting: (() => void)[] = [];
	const after: After = (_delayMs, run) => {
		waiting.push(run);
		return () => void waiting.splice(waiting.indexOf(run), 1);
	};
	return { after, waiting };
}

test("Lines of others are shown together when the time is up; one's own commands and a new phase at once.", async () => {
	const engine = new FakeEngine();
	const { after, waiting } = byHand();
	const shown = showSnapshots(engine, after);
	let draws = 0;
	shown.subscribe(() => draws++);
	for (let count = 0; count < 50; count++) engine.add(lineFrom(personNamed("grace"), "hi"));
	assert.equal(draws, 0);
	assert.equal(waiting.length, 1);
	waiting.shift()?.();
	assert.equal(draws, 1);
	engine.answer = () => {
		engine.add(lineFrom(self, "mine"));
		return { kind: "done" };
	};
	await shown.perform({ kind: "send", text: "mine" });
	assert.equal(draws, 2);
	engine.set({ phase: { kind: "openingRoom" } });
	assert.equal(draws, 3);
	assert.equal(shown.current(), engine.snapshot());
	engine.add(lineFrom(self, "late"));
	shown.stop();
	engine.set({ phase: { kind: "idle" } });
	assert.equal(draws, 3);
});
