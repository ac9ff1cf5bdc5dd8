// What can be changed about the look while the program runs, and that no information is in colour, motion or position alone.
import assert from "node:assert/strict";
import { test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import type { Style } from "../../../src/ui/look/palettes.ts";
import { themeFor } from "../../../src/ui/look/theme.ts";
import { keys } from "../../support/terminal/terminal.ts";
import { until } from "../../support/until.ts";
import { openApp } from "../../support/views/app-screen.tsx";
import { FakeEngine, lineFrom, noon, personNamed, self } from "../../support/views/fake-engine.ts";
import { gateView } from "../../support/views/gate-view.ts";
import { hosting, openScene, roomScenes, type Scene, scenes } from "../../support/views/scenes.ts";

const titleIn = (wish: "dark" | "light"): string =>
	themeFor({ TERM: "xterm-256color" }, wish).paint("title", " Your room");

test("/theme changes the colours of everything at once, and says so.", async () => {
	const screen = openApp(new FakeEngine(hosting), { background: "dark" });
	await screen.type(keys.enter);
	assert.ok(screen.frame()?.rows[0]?.includes(titleIn("dark")));
	await screen.type(`/theme light${keys.enter}`);
	await screen.shows("Theme light, until you leave Real Talk.");
	// On a busy computer the words can be there a frame before the colours.
	const top = (): string => screen.frame()?.rows[0] ?? "";
	await until(() => top().includes(titleIn("light")), "the colours of the light theme", top);
	await screen.type(`/theme none${keys.enter}`);
	await screen.shows("Theme none");
	const isColoured = (row: string): boolean => /\u001B\[[34]8/.test(row);
	await until(() => screen.frame()?.rows.some(isColoured) === false, "no row has a colour", top);
	await screen.type(`/theme auto${keys.enter}`);
	await screen.shows("The colours go by the terminal's background.");
	await until(() => top().includes(titleIn("dark")), "the colours of the dark theme again", top);
	screen.close();
});

test("The bell rings for a host who wants it, and not where settings or /bell off silence it.", async () => {
	const gate = gateView();
	const joined = { kind: "joined", self: false, member: personNamed("grace", "new") } as const;
	for (const [settings, typed, isRung] of [
		[{}, "", true],
		[{ bell: false }, "", false],
		[{}, "/bell off\r", false],
	] as const) {
		const engine = new FakeEngine({ ...hosting, gate });
		const screen = openApp(engine, { settings });
		await screen.typeEach(keys.enter, ...(typed === "" ? [] : [typed]));
		if (typed !== "") await screen.shows("The bell is silent");
		engine.emit(joined);
		engine.add(lineFrom(self, "after the bell"));
		await screen.shows("after the bell");
		assert.equal(screen.raw().includes("\u0007"), isRung, JSON.stringify(settings) + typed);
		screen.close();
	}
});

// DECSCUSR: a block that does not blink, and the cursor as the person has set it.
const steadyCursor = "\u001B[2 q";
const usualCursor = "\u001B[0 q";

test("Without motion the cursor does not blink, until motion is allowed again.", async () => {
	const screen = openApp(new FakeEngine(hosting), { settings: { motion: false } });
	await screen.type(keys.enter);
	assert.ok(screen.raw().includes(steadyCursor));
	assert.ok(!screen.raw().includes(usualCursor));
	await screen.type(`/motion on${keys.enter}`);
	await screen.shows("Things may move again.");
	assert.ok(screen.raw().includes(usualCursor));
	await screen.type(`/motion off${keys.enter}`);
	await screen.shows("Nothing moves by itself any more.");
	assert.ok(screen.raw().lastIndexOf(steadyCursor) > screen.raw().lastIndexOf(usualCursor));
	screen.close();
	assert.ok(screen.raw().lastIndexOf(usualCursor) > screen.raw().lastIndexOf(steadyCursor), "given back at the end");
});

const dark = themeFor({ TERM: "xterm-256color" }, "dark");

/** Text painted in a style in a frame of the dark theme. */
function paintedIn(style: Style, row: string): readonly string[] {
	const [open = "", close = ""] = dark.paint(style, "\u0000").split("\u0000");
	return row
		.split(open)
		.slice(1)
		.map((part) => part.split(close)[0] ?? "");
}

const allScenes: readonly Scene[] = [...scenes, ...roomScenes];

/** Runs of rows with an alarm in them, each as one text without any painting. */
function alarmsOf(rows: readonly string[]): readonly string[] {
	const marked = rows.map((row) => (paintedIn("alarm", row).length > 0 ? stripVTControlCharacters(row) : ""));
	return marked
		.join("\n")
		.split(/\n\n+/)
		.filter((text) => text.trim() !== "");
}

test("An alarm says that it is one without its colour: by words or by exclamation marks.", async () => {
	let count = 0;
	for (const scene of allScenes) {
		// So high that no alarm is cut at the top.
		const screen = await openScene(scene, { background: "dark", size: { columns: 80, rows: 40 } });
		const rows = screen.frame()?.rows ?? [];
		for (const alarm of alarmsOf(rows)) {
			count++;
			assert.match(`${rows[0]}\n${alarm}`, /!!|CHANGED|blocked/, scene.name);
		}
		screen.close();
	}
	assert.ok(count > 0, "there are alarms");
});

/** Where a choice can be moved, and by which key. */
const choices: readonly (readonly [scene: string, key: string])[] = [
	["home with rooms", keys.up],
	["join form", keys.down],
	["palette", keys.down],
	["admin people", keys.down],
	["admin knocks", keys.down],
	["admin settings", keys.down],
	["admin people", keys.tab],
];

for (const [name, key] of choices) {
	test(`The chosen item has a sign, not only a colour or the cursor: ${name}, ${JSON.stringify(key)}.`, async () => {
		const scene = allScenes.find((one) => one.name === name);
		assert.ok(scene !== undefined);
		const screen = await openScene(scene, { background: "dark", size: { columns: 100, rows: 40 } });
		const text = () => (screen.frame()?.rows ?? []).map((row) => stripVTControlCharacters(row)).join("\n");
		const before = text();
		await screen.type(key);
		await screen.eventually(() => assert.notEqual(text(), before));
		screen.close();
	});
}

test("Without any SGR a line says from whom it is, whether it is on its way, and how well the person is known.", async () => {
	const engine = new FakeEngine({ phase: { kind: "inRoom", role: "guest" }, people: [self] });
	engine.add(
		lineFrom(personNamed("grace", "verified"), "one", { at: noon }),
		lineFrom(personNamed("henry", "known"), "two", { at: noon }),
		lineFrom(personNamed("ivy", "new"), "three", { at: noon }),
		lineFrom(personNamed("judy", "changed"), "four", { at: noon }),
		lineFrom(self, "five", { at: noon, delivery: "sending" }),
	);
	const screen = openApp(engine, { settings: { theme: "none" } });
	const text = await screen.text();
	for (const words of ["grace ● one", "henry ○ two", "ivy ◌ three", "judy KEY CHANGED", "ada › five …"]) {
		assert.ok(text.includes(words), `${words} in ${text}`);
	}
	screen.close();
});
