// Posts as two people see them, from the first one that is written to its being read, at the sizes of small windows.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ownPort } from "../../support/net/own-port.ts";
import type { RtTerminal } from "../../support/program/rt.ts";
import { hostOnScreen, joinOnScreen, leaveByCtrlC, terminalSizes } from "../../support/program/two-screens.ts";
import { temporaryHome } from "../../support/temporary-home.ts";
import { keys } from "../../support/terminal/terminal.ts";
import { until } from "../../support/until.ts";

test("Ann posts, says that Bob may read it, and Bob reads it, in real terminals", async (t) => {
	const [large, small] = terminalSizes as [(typeof terminalSizes)[number], (typeof terminalSizes)[number]];
	const port = await ownPort();
	const ann = await hostOnScreen(t, { name: "Ann", port, ...large });
	const bob = await joinOnScreen(t, { name: "Bob", port, ...small });
	await ann.waitFor('"Bob" joined');
	ann.type(`/post The tulips are out${keys.enter}`);
	await ann.waitFor("It can't be unsaid.");
	ann.type(keys.enter);
	await ann.waitFor("Posted: whoever may read it");
	ann.type(`/posts allow Bob${keys.enter}`);
	await ann.waitFor("Changed: /posts says who may read");
	bob.type(`/posts${keys.enter}`);
	await bob.waitFor("Ann +1");
	bob.type(keys.enter);
	await bob.waitFor("The tulips are out");
	await bob.waitFor("(new)");
});

test("Three homes pass a post and its file on: what Cat has taken comes to Bob from her while Ann is away", async (t) => {
	const [large, small] = terminalSizes as [(typeof terminalSizes)[number], (typeof terminalSizes)[number]];
	const port = await ownPort();
	const folder = temporaryHome(t);
	const places = ["cat", "bob"].map((name) => join(folder, name)) as [string, string];
	for (const place of places) mkdirSync(place);
	const file = join(folder, "tulips.txt");
	writeFileSync(file, "red, yellow, white");
	const bob = await hostOnScreen(t, { name: "Bob", port, ...large });
	const ann = await joinOnScreen(t, { name: "Ann", port, ...large });
	const cat = await joinOnScreen(t, { name: "Cat", port, ...small });
	await ann.waitFor('"Cat" joined');
	ann.type(`/post --file ${file} The tulips${keys.enter}`);
	await ann.waitFor("It can't be unsaid.");
	ann.type(keys.enter);
	await ann.waitFor("Posted: whoever may read it");
	for (const friend of ["Bob", "Cat"]) {
		ann.type(`/posts allow ${friend}${keys.enter}`);
		await ann.waitFor("Changed: /posts says who may read");
	}
	for (const one of [cat, bob]) {
		one.type(`/posts${keys.enter}`);
		await one.waitFor("Ann +1");
		one.type(keys.enter);
		await one.waitFor("File: tulips.txt (18 bytes)");
		one.type(keys.escape);
		await one.waitFor("Enter read");
		one.type(keys.escape);
		await one.waitFor("Say something");
	}
	const takes = async (one: RtTerminal, to: string): Promise<void> => {
		one.type(`/accept tulips.txt to ${to}${keys.enter}`);
		const path = join(to, "tulips.txt");
		await until(() => existsSync(path), "the file is there");
		assert.equal(readFileSync(path, "utf8"), "red, yellow, white");
	};
	await takes(cat, places[0]);
	assert.equal(await leaveByCtrlC(ann), 0);
	await bob.waitFor('"Ann" left');
	await takes(bob, places[1]);
});
