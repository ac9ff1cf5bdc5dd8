// Two people become buddies at their terminals, end their programs, and find each other again: what was said meanwhile is there, both ways, and nobody types a password.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ownPort } from "../../support/net/own-port.ts";
import { openRt, type RtTerminal, runRt } from "../../support/program/rt.ts";
import { hostOnScreen, joinOnScreen } from "../../support/program/two-screens.ts";
import { keys } from "../../support/terminal/terminal.ts";

/** Types a line, once the message box is there. */
async function say(terminal: RtTerminal, line: string): Promise<void> {
	await terminal.waitFor(/Say something/);
	terminal.type(`${line}${keys.enter}`);
}

async function leave(terminal: RtTerminal): Promise<void> {
	terminal.type(keys.ctrlC);
	await terminal.waitFor(/Ctrl-C again/);
	terminal.type(keys.ctrlC);
	await terminal.exit;
}

test("/buddy is asked in the other one's room, /buddy accepts, and after both have ended their programs what was said waits both ways", async (t) => {
	const port = await ownPort();
	const ann = await hostOnScreen(t, { name: "Ann", port, columns: 80, rows: 24 });
	const bob = await joinOnScreen(t, { name: "Bob", port, columns: 80, rows: 24 });
	await ann.waitFor(/"Bob" joined/);
	await say(ann, "/buddy Bob");
	await ann.waitFor(/They are asked/);
	await bob.waitFor(/Ann wants to be your buddy/);
	await say(bob, "/buddy");
	await bob.waitFor(/You are buddies/);
	bob.type("\u001B2");
	await bob.waitFor(/Ann and you +is there/);
	ann.type("\u001B2");
	await ann.waitFor(/Bob and you +is there/);
	await leave(bob);
	await ann.waitFor(/Bob and you +is away/);
	await say(ann, "said while Bob is away");
	await ann.waitFor(/said while Bob is away +✓/);
	await leave(ann);

	const bobAgain = openRt(t, ["join", "Ann"], { home: bob.home });
	await bobAgain.waitFor(/Ann is away/);
	await say(bobAgain, "said while Ann is away");
	await bobAgain.waitFor(/waits on your computer until Ann is online/);
	const annAgain = openRt(t, [], { home: ann.home });
	await annAgain.waitFor(/Your rooms and buddies[\s\S]*Bob \(buddy/);
	annAgain.type(`${keys.down}${keys.enter}`);
	await annAgain.waitFor(/said while Ann is away/);
	await bobAgain.waitFor(/said while Bob is away/);
	await bobAgain.waitFor(/said while Ann is away +✓/);
	await leave(annAgain);
	await leave(bobAgain);

	const listed = await runRt(t, ["buddies"], { home: bob.home });
	assert.match(listed.output, /^"Ann" \(known, key [0-9A-F ]{19}\): is away\n$/);
	const json = JSON.parse((await runRt(t, ["buddies", "--json"], { home: ann.home })).output);
	assert.deepEqual([json.self.name, json.buddies[0].name, json.buddies[0].state], ["Ann", "Bob", "accepted"]);
	const wholeKeys = await runRt(t, ["buddies", "--fingerprint"], { home: ann.home });
	assert.equal(
		wholeKeys.output,
		`${json.self.fingerprint} "Ann" (you)\n${json.buddies[0].fingerprint} "Bob" (known)\n`,
	);
});
