// `rt blocks` as a person sees its list, which is shown once.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { BlockView } from "../../../src/engine/api/gate.ts";
import { runBlocksCommand } from "../../../src/ui/cli/block-commands.ts";
import { FakeEngine } from "../../support/views/fake-engine.ts";

const blockAt = (label: string): BlockView => ({
	kind: "address",
	address: "81.2.69.142",
	label: "81.2.69.142",
	since: 0,
	reason: "strikes",
	location: { label, isSameNetwork: false },
	goesWith: { strikes: 0, knocks: 0, names: [], alsoBlocked: [] },
});

test("the list of blocks waits for places on a slow computer, too", async () => {
	const engine = new FakeEngine();
	const lines: string[] = [];
	engine.blockViews = [blockAt("location unknown")];
	const listed = runBlocksCommand(engine, {}, (line) => lines.push(line), 0);
	const answers = ["location unknown (location data not ready yet)", "Slough, United Kingdom"];
	for (const label of answers) {
		await new Promise((resolve) => setImmediate(resolve));
		assert.deepEqual(lines, []);
		engine.blockViews = [blockAt(label)];
		engine.set({});
	}
	assert.equal(await listed, 0);
	assert.match(lines.join("\n"), /Slough/);
});
