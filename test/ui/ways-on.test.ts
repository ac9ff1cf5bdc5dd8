// Every screen at the usual and at the smallest size: its last row says how to go on, and everything that can be chosen is in sight.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openScene, roomScenes, scenes } from "../support/views/scenes.ts";

for (const size of [
	{ columns: 80, rows: 24 },
	{ columns: 40, rows: 12 },
]) {
	test(`At ${size.columns}×${size.rows} every screen says in its last row how to go on.`, async () => {
		for (const scene of [...scenes, ...roomScenes]) {
			const screen = await openScene(scene, { size });
			const bar = (await screen.lines()).at(-1) ?? "";
			for (const way of scene.waysOn) assert.ok(bar.includes(way), `${scene.name}: “${way}” is not in “${bar}”`);
			screen.close();
		}
	});
}
