// Every screen in windows of any size, from the smallest on: whole rows, nothing wider than the window, the cursor inside it; below that kind words.
import assert from "node:assert/strict";
import { test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import { widthOf } from "../../src/ui/text/width.ts";
import { keys } from "../support/terminal/terminal.ts";
import type { AppScreen } from "../support/views/app-screen.tsx";
import { openApp } from "../support/views/app-screen.tsx";
import { busyEngine, openScene, roomScenes, type Scene, scenes } from "../support/views/scenes.ts";

interface AppSize {
	readonly columns: number;
	readonly rows: number;
}

function assertWhole(screen: AppScreen, { columns, rows }: AppSize, name: string): void {
	const frame = screen.frame();
	assert.ok(frame !== undefined, name);
	const label = `${name} at ${columns}×${rows}`;
	assert.equal(frame.rows.length, rows, label);
	for (const row of frame.rows) {
		assert.ok(!/[\n\t]/.test(row), `${label}: ${JSON.stringify(row)}`);
		assert.ok(widthOf(row) <= columns, `${label}: ${stripVTControlCharacters(row)}`);
	}
	assert.notEqual(frame.rows[0]?.trim(), "", `${label}: the title stands in the first row`);
	assert.notEqual(frame.rows.at(-1)?.trim(), "", `${label}: the keys stand in the last row`);
	const { cursor } = frame;
	if (cursor === undefined) return;
	assert.ok(
		cursor.x >= 0 && cursor.x < columns && cursor.y > 0 && cursor.y < rows - 1,
		`${label}: ${JSON.stringify(cursor)}`,
	);
}

/** What stands in the terminal is the frame and nothing else. */
async function assertShown(screen: AppScreen): Promise<void> {
	const rows = (screen.frame()?.rows ?? []).map((row) => stripVTControlCharacters(row).trimEnd());
	assert.deepEqual(await screen.lines(), rows);
}

const corners: readonly AppSize[] = [
	{ columns: 40, rows: 12 },
	{ columns: 300, rows: 100 },
	{ columns: 40, rows: 100 },
	{ columns: 300, rows: 12 },
	{ columns: 80, rows: 24 },
];
const anySize = fc.record({ columns: fc.integer({ min: 40, max: 300 }), rows: fc.integer({ min: 12, max: 100 }) });

async function holdsEverywhere(scene: Scene): Promise<void> {
	const screen = await openScene(scene);
	const look = async (size: AppSize) => {
		await screen.resize(size.columns, size.rows);
		assertWhole(screen, size, scene.name);
		await assertShown(screen);
		assert.equal(screen.overflow(), 0, scene.name);
	};
	for (const size of corners) await look(size);
	await fc.assert(fc.asyncProperty(anySize, look), { numRuns: 12 });
	screen.close();
}

for (const scene of [...scenes, ...roomScenes]) {
	test(`The ${scene.name} screen holds in windows from 40×12 to 300×100.`, () => holdsEverywhere(scene));
}

test("In a window too small for any screen there are kind words, and everything comes back as it was.", async () => {
	const screen = openApp(busyEngine());
	await screen.typeEach(keys.enter, "a draft");
	const before = await screen.lines();
	const cursor = screen.cursor();
	for (const [columns, rows] of [
		[39, 24],
		[80, 11],
		[20, 6],
		[5, 2],
		[1, 1],
	] as const) {
		await screen.resize(columns, rows);
		const frame = screen.frame();
		assert.equal(frame?.rows.length, rows);
		for (const row of frame?.rows ?? []) assert.ok(widthOf(row) <= Math.max(2, columns));
		assert.equal(frame?.cursor, undefined);
		assert.equal(screen.overflow(), 0);
		if (columns >= 20) assert.match(await screen.text(), /^Please make the window larger \(40×12 or more\)\./);
	}
	await screen.resize(120, 40);
	await assertShown(screen);
	await screen.resize(80, 24);
	assert.deepEqual(await screen.lines(), before);
	assert.deepEqual(screen.cursor(), cursor);
	screen.close();
});

test("In a window that is too small keys do nothing unseen, but Ctrl-C twice leaves.", async () => {
	const engine = busyEngine();
	const screen = openApp(engine);
	await screen.type(keys.enter);
	await screen.resize(30, 8);
	await screen.typeEach("sent by mistake", keys.enter, keys.escape, keys.ctrlC);
	await screen.shows("Ctrl-C again leaves.");
	assert.equal(screen.lastWords(), undefined);
	assert.deepEqual(engine.commands, []);
	await screen.resize(80, 24);
	await screen.shows("Say something");
	await screen.resize(30, 8);
	await screen.shows("Ctrl-C twice leaves.");
	await screen.typeEach(keys.ctrlC, keys.ctrlC);
	await screen.eventually(() => assert.equal(screen.lastWords(), ""));
	screen.close();
});
