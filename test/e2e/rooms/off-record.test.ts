// Two people at full screens become buddies off the record, end their programs, and come back to what they said to each other meanwhile.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { ownPort } from "../../support/net/own-port.ts";
import { openRt, type RtTerminal } from "../../support/program/rt.ts";
import { leaveByCtrlC } from "../../support/program/two-screens.ts";
import { temporaryHome } from "../../support/temporary-home.ts";
import { keys } from "../../support/terminal/terminal.ts";

const size = { columns: 100, rows: 30 };
/** Alt-2, the second room on the screen. */
const secondTab = "\u001b2";
const password = "quiet morning rain 42";

/** Ann, for the first time on this home, in a room of hers. */
async function hostFor(t: TestContext, home: string, port: number): Promise<RtTerminal> {
	const ann = openRt(t, ["host", "--bind", "127.0.0.1", "--port", String(port), "--name", "Ann"], { home, ...size });
	await ann.waitFor("What should others call you?");
	ann.type(keys.enter);
	await ann.waitFor("Start a room");
	ann.type(`${password}${keys.enter}`);
	await ann.waitFor("Server has been started.");
	ann.type(keys.enter);
	await ann.waitFor("only you here");
	return ann;
}

/** Bob, for the first time on this home, in that room. */
async function guestFor(t: TestContext, home: string, port: number): Promise<RtTerminal> {
	const bob = openRt(t, ["127.0.0.1", String(port), "--name", "Bob"], { home, ...size });
	await bob.waitFor("What should others call you?");
	bob.type(keys.enter);
	await bob.waitFor("Please enter the password of this room");
	bob.type(`${password}${keys.enter}`);
	await bob.waitFor("connected");
	return bob;
}

test("from /buddy --off-record until both come back to the room, each screen says that it is off the record, and nobody is asked for a password", async (t) => {
	const port = await ownPort();
	const homes = { ann: temporaryHome(t), bob: temporaryHome(t) };
	const ann = await hostFor(t, homes.ann, port);
	const bob = await guestFor(t, homes.bob, port);
	await ann.waitFor("Bob");
	ann.type(`/buddy Bob --off-record${keys.enter}`);
	await bob.waitFor("wants to be your buddy, off the record");
	bob.type(`/buddy${keys.enter}`);
	await bob.waitFor("You are buddies.");
	for (const one of [ann, bob]) {
		one.type(secondTab);
		await one.waitFor("Off the record");
		await one.waitFor("is there");
	}
	assert.equal(await leaveByCtrlC(bob), 0);
	assert.equal(await leaveByCtrlC(ann), 0);
	const bobBack = openRt(t, ["join", "Ann"], { home: homes.bob, ...size });
	await bobBack.waitFor("Off the record");
	bobBack.type(`said while you were away${keys.enter}`);
	await bobBack.waitFor("said while you were away");
	const annBack = openRt(t, ["join", "Bob"], { home: homes.ann, ...size });
	await annBack.waitFor("Off the record");
	await annBack.waitFor("said while you were away");
	annBack.type(`and nobody will ever know${keys.enter}`);
	await bobBack.waitFor("and nobody will ever know");
});
