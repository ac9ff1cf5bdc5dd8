// Every screen at every size: nothing overlaps, nothing is taller than the terminal, what matters is in sight.
import assert from "node:assert/strict";
import { test } from "node:test";
import { widthOf } from "../../src/ui/text/width.ts";
import { keys } from "../support/terminal/terminal.ts";
import { openApp, sizes } from "../support/views/app-screen.tsx";
import { exampleHosting, FakeEngine } from "../support/views/fake-engine.ts";
import { busyEngine, hosting, scenes } from "../support/views/scenes.ts";

for (const size of sizes) {
	const label = `${size.columns}×${size.rows}`;
	for (const scene of scenes) {
		test(`The ${scene.name} screen is whole at ${label}.`, async () => {
			const screen = openApp(new FakeEngine(scene.snapshot), {
				size,
				intent: scene.intent ?? { kind: "home", wish: {} },
			});
			await screen.typeEach(...scene.keys);
			for (const wanted of scene.shows) await screen.shows(wanted);
			const lines = await screen.lines();
			assert.notEqual(lines[0], "", "the title is in the first row");
			assert.notEqual(lines.at(-1), "", "the status bar is in the last row");
			assert.equal(screen.overflow(), 0);
			screen.close();
		});
	}

	test(`The chat is whole at ${label}.`, async () => {
		const screen = openApp(busyEngine(), { size });
		await screen.type(keys.enter);
		const lines = await screen.lines();
		assert.match(lines[0]!, /^ Your room .*4 people · connected$/);
		assert.match(lines.at(-1)!, /^ Enter send {3}Ctrl-K commands {3}F1 help/);
		assert.match(lines.at(-2)!, /^ › Say something/);
		assert.match(lines.at(-3)!, /^─+$/);
		assert.match(lines.at(-4)!, /the newest line/);
		for (const line of lines) assert.ok(widthOf(line) <= size.columns);
		assert.equal(screen.overflow(), 0);
		const hasSidebar = lines.some((line) => line.includes("│ People"));
		assert.equal(hasSidebar, size.columns >= 90);
		screen.close();
	});
}

test("All of the owner's sentences are on the host screen, word for word, and can be scrolled to on a small terminal.", async () => {
	const sentences = [
		"Server has been started.",
		"The password is: correct-horse-battery-staple",
		"All users will be prompted for the password upon connecting.",
		"They have 3 password attempts. If they fail the first 3, they will get disconnected and you will be notified. They can reconnect a second time and enter 3 more passwords, but if those fail, they will be automatically blocked, and you will have to unblock them. You will be notified.",
		"For people on the same computer network (WiFi, cable, etc.), if they want to join, have them type",
		"./rt 192.168.1.5 40213",
		"For people outside of your computer network (remote locations on the Internet), if they want to join, have them type",
		"./rt 2001:db8::5 40213",
	];
	const large = openApp(new FakeEngine(hosting), { size: { columns: 80, rows: 30 } });
	const text = await large.text();
	for (const sentence of sentences) assert.ok(text.includes(sentence), sentence);
	large.close();
	const small = openApp(new FakeEngine(hosting), { size: { columns: 40, rows: 12 } });
	const seen = new Set<string>();
	for (let step = 0; step < 30; step++) {
		for (const line of (await small.lines()).slice(1, -1)) seen.add(line.trim());
		await small.type(keys.down);
	}
	const words = [...seen].join(" ").replace(/\s+/g, " ");
	for (const sentence of sentences) assert.ok(words.includes(sentence), `${sentence} in ${words}`);
	small.close();
});

test("Without an address on the Internet the host is told plainly what to do.", async () => {
	const local = { ...exampleHosting, joinLines: exampleHosting.joinLines.slice(0, 1) };
	const screen = openApp(new FakeEngine({ ...hosting, hosting: local }), { size: { columns: 80, rows: 30 } });
	const text = await screen.text();
	assert.match(text, /friends elsewhere can't come in like this.*forward TCP port 40213 to this computer/s);
	assert.match(text, /\.\/rt YOUR-PUBLIC-ADDRESS 40213/);
	screen.close();
});

test("With NO_COLOR no colour reaches the terminal, on any screen.", async () => {
	for (const scene of scenes) {
		const screen = openApp(new FakeEngine(scene.snapshot), { env: { NO_COLOR: "1", TERM: "xterm-256color" } });
		await screen.typeEach(...scene.keys);
		await screen.lines();
		assert.doesNotMatch(screen.raw(), /\u001B\[(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])[;m]/, scene.name);
		screen.close();
	}
});

test("A terminal that changes its size again and again always shows one whole frame.", async () => {
	const screen = openApp(busyEngine());
	await screen.typeEach(keys.enter, "a draft");
	for (const [columns, rows] of [
		[40, 12],
		[200, 60],
		[61, 13],
		[90, 24],
		[80, 24],
	] as const) {
		await screen.resize(columns, rows);
		const lines = await screen.lines();
		assert.match(lines[0]!, /^ Your room/, `${columns}×${rows}`);
		assert.match(lines.at(-2)!, /^ › a draft$/, `${columns}×${rows}`);
		assert.match(lines.at(-1)!, /^ Enter send/, `${columns}×${rows}`);
		assert.deepEqual(screen.cursor(), { x: 10, y: rows - 2 });
		assert.equal(screen.overflow(), 0);
	}
	screen.close();
});
