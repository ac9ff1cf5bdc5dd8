// A monkey at the keyboard: random keys, pastes, resizes and doings of others. The screen must never break, hang or grow taller than the terminal.
import assert from "node:assert/strict";
import { test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import { keys } from "../support/terminal/terminal.ts";
import { type AppScreen, openApp } from "../support/views/app-screen.tsx";
import { type Chance, chanceFrom, MonkeyEngine, oddTexts } from "./monkey-engine.ts";

// A quick run (npm run test:quick) has a tenth of them.
const { RT_QUICK_TESTS: isQuick } = process.env;
const stepsInAll = isQuick === undefined ? 20_000 : 2_000;
const runs = 10;
/** A screen that hangs is told as such. */
const limitMs = 300_000;
const plainRow = /^[ -~─│…›·○●↑↓✓▸]*$/;
/** A look at the screen costs more than a step. */
const lookEvery = 50;

const { paste, ...keySequences } = keys;
const controls = Array.from({ length: 26 }, (_, index) => String.fromCharCode(index + 1)).filter(
	(key) => key !== "\u001A",
);
const altKeys = [..."abcdefghijklmnopqrstuvwxyz<>_.0123456789", "\r", "\u007F", "\u001B[A", "\u001B[B"].map(
	(key) => `\u001B${key}`,
);
const others = [
	"\u001B[1;5A",
	"\u001B[1;5B",
	"\u001B[1;5C",
	"\u001B[1;5D",
	"\u001B[1;3A",
	"\u001B[1;3B",
	"\u001B[1;5H",
	"\u001B[1;5F",
	"\u001BOS",
	"\u001F",
	"\u001B[Z",
	"\u001B[3~",
	"\u001B[H",
	"\u001B[F",
];
const commands = [
	"/help",
	"/who",
	"/admin",
	"/invite",
	"/kick grace",
	"/verify grace",
	"/me waves",
	"/leave",
	"/nonsense",
	"//x",
	"/search a",
	"/react :+1:",
	"/edit",
	"/reply hi",
];

// A monkey that opens an editor has a quick one.
Object.assign(process.env, { VISUAL: "true" });

function press(chance: Chance): string {
	const kind = chance.below(20);
	if (kind < 7) return chance.of([..."abcdefghij jklmnopqrstuvwxyz/@:?1234"]);
	if (kind < 11) return chance.of(Object.values(keySequences));
	if (kind < 13) return chance.of(controls);
	if (kind < 14) return chance.of(altKeys);
	if (kind < 15) return chance.of(others);
	if (kind < 16) return `${chance.of(commands)}\r`;
	if (kind < 17) return `\u001B[<0;${1 + chance.below(120)};${1 + chance.below(50)}${chance.of(["M", "m"])}`;
	if (kind < 18) return paste(`${chance.of(oddTexts)}\n`.repeat(chance.of([1, 2, 30])));
	return chance.of(oddTexts);
}

// Mostly what people have, sometimes the extremes.
function someSize(chance: Chance): { readonly columns: number; readonly rows: number } {
	if (chance.once(8))
		return chance.of([
			{ columns: 40, rows: 12 },
			{ columns: 300, rows: 100 },
			{ columns: 300, rows: 12 },
			{ columns: 40, rows: 100 },
		]);
	return { columns: 40 + chance.below(80), rows: 12 + chance.below(30) };
}

async function look(screen: AppScreen, size: { readonly columns: number; readonly rows: number }, played: string) {
	const lines = await screen.lines();
	assert.equal(screen.overflow(), 0, `a frame was taller than ${size.columns}×${size.rows} ${played}`);
	assert.equal(lines.length, size.rows, played);
	// A new size empties the terminal for a moment, until the picture is drawn anew.
	await screen.eventually(async () =>
		assert.ok(
			(await screen.lines()).some((line) => line !== ""),
			`an empty screen ${played}`,
		),
	);
	// Ink draws " ERROR " and the stack of an exception.
	const drawn = lines.join("\n");
	assert.ok(!/^ *ERROR /m.test(drawn), `an exception on screen ${played}:\n${drawn}`);
	// What was sent without waiting may still be drawn.
	await screen.eventually(() => assertPicture(screen, played));
}

// What the terminal shows is the frame that was laid out, in the rows whose characters all terminals take for equally wide.
async function assertPicture(screen: AppScreen, played: string) {
	const lines = await screen.lines();
	for (const [y, painted] of (screen.frame()?.rows ?? []).entries()) {
		const row = stripVTControlCharacters(painted).trimEnd();
		if (plainRow.test(row)) assert.equal(lines[y], row, `row ${y} ${played}:\n${lines.join("\n")}`);
	}
}

// Alive: one of these changes the picture, from wherever the monkey has got to (a changed key is left by the arrows only).
async function assertAlive(screen: AppScreen, played: string) {
	const before = (await screen.lines()).join("\n");
	// On a busy computer keys that came before these may still wait for their turn.
	await screen.eventually(async () => {
		for (const key of [keys.escape, keys.escape, keys.f1, keys.down, "z", keys.escape, "q", keys.escape, "y"]) {
			await screen.type(key);
			if ((await screen.lines()).join("\n") !== before) return;
		}
		assert.fail(`nothing changes any more ${played}:\n${before}`);
	});
}

for (let run = 0; run < runs; run++) {
	test(`A monkey's ${stepsInAll / runs} steps from seed ${run} break nothing.`, { timeout: limitMs }, async () => {
		const chance = chanceFrom(run);
		let engine = new MonkeyEngine(chance);
		const size = { columns: 80, rows: 24 };
		const open = () => openApp(engine, { size: { ...size }, suggestedName: "ada" });
		let screen = open();
		for (let step = 0; step < stepsInAll / runs; step++) {
			const played = `(seed ${run}, step ${step})`;
			const kind = chance.below(36);
			if (kind === 0) {
				Object.assign(size, someSize(chance));
				await screen.resize(size.columns, size.rows);
			} else if (kind < 12) engine.remote();
			// Some keys come faster than the screen is drawn.
			else if (kind < 20) await screen.type(press(chance));
			else screen.send(press(chance));
			if (step % lookEvery === 0) await look(screen, size, played);
			// Left by Ctrl-C or /quit: somebody else comes.
			if (screen.lastWords() === undefined) continue;
			screen.close();
			engine = new MonkeyEngine(chance);
			screen = open();
		}
		await look(screen, size, `(seed ${run}, at the end)`);
		await assertAlive(screen, `(seed ${run}, at the end)`);
		screen.close();
	});
}
