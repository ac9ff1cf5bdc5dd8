// `rt demo` as somebody meets it who has never seen the program: bots, things to try, a warning; and nothing of it stays.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { openRt, rtPath, runRt } from "../../support/program/rt.ts";
import { leaveByCtrlC, terminalSizes } from "../../support/program/two-screens.ts";
import { temporaryHome } from "../../support/temporary-home.ts";
import { keys } from "../../support/terminal/terminal.ts";

for (const size of terminalSizes) {
	test(`At ${size.columns}×${size.rows}, the demo can be played from its first screen to its end, and leaves nothing.`, async (t) => {
		const folder = temporaryHome(t);
		const demo = openRt(t, [], { ...size, env: { TMPDIR: folder }, script: `exec '${rtPath}' demo --name Tess` });
		await demo.waitFor("Server has been started.");
		assert.equal(readdirSync(folder).filter((name) => name.startsWith("rt-demo-")).length, 1);
		demo.type(keys.enter);
		await demo.waitFor("3 people");
		assert.match(demo.screen()[0] ?? "", /demo/i, "the title says that it is one");
		await demo.waitFor("Try (1 of 8): Type something");
		await demo.waitFor("one of us answers.");
		demo.type(`hello${keys.enter}`);
		await demo.waitFor("✓ Ada and Bob have it.");
		await demo.waitFor("Try (2 of 8): /react");
		await demo.waitFor(/Tell me more!/);
		demo.type(`/react 👍${keys.enter}`);
		await demo.waitFor("Try (3 of 8): /reply");
		demo.type(`double${keys.enter}`);
		await demo.waitFor("Bob comes with another key than before.");
		demo.type(keys.down.repeat(2));
		await demo.waitFor("› 2 Remove Bob from the room");
		demo.type(keys.enter);
		await demo.waitFor("Say something");
		assert.equal(await leaveByCtrlC(demo), 0);
		assert.deepEqual(
			readdirSync(folder).filter((name) => name.startsWith("rt-demo-")),
			[],
		);
	});
}

test("In line mode the demo names no way in from elsewhere, talks, and leaves nothing.", async (t) => {
	const folder = temporaryHome(t);
	const { code, output, errors } = await runRt(t, ["demo", "--name", "Tess"], {
		env: { TMPDIR: folder, RT_HOME: "" },
		input: "hello\n",
	});
	assert.deepEqual([code, errors], [0, ""]);
	assert.match(output, /Only this computer itself can join/);
	assert.match(output, /^\.\/rt 127\.0\.0\.1 \d+$/m);
	assert.doesNotMatch(output, /remote locations|same computer network|Y\.Y\.Y\.Y/);
	assert.match(output, /^\d\d:\d\d Tess: hello$/m);
	assert.deepEqual(
		readdirSync(folder).filter((name) => name.startsWith("rt-demo-")),
		[],
	);
});
