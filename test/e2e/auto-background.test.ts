// The background process that starts by itself: asked once, when somebody leaves with a room that stays, and started again by the next window.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { openRt, type RtTerminal, runRt } from "../support/program/rt.ts";
import { keys } from "../support/terminal/terminal.ts";

/** A person's terminal, at which the background process may start. */
const env = { RT_NO_BACKGROUND: "" };

async function statusOf(t: TestContext, home: string): Promise<{ readonly running: boolean; readonly pid: number }> {
	const { output } = await runRt(t, ["daemon", "status", "--json"], { home });
	return JSON.parse(output);
}

/** Opens a room that stays; leaves it in the chat. */
async function keepRoom(t: TestContext): Promise<RtTerminal> {
	const terminal = openRt(t, ["host", "--keep", "Friends", "--bind", "127.0.0.1"], { env });
	t.after(() => runRt(t, ["daemon", "stop"], { home: terminal.home }));
	for (const words of ["What should others call you?", "Please enter a password", "Server has been started."]) {
		await terminal.waitFor(words);
		terminal.type(keys.enter);
	}
	await terminal.waitFor("Say something");
	return terminal;
}

async function leave(terminal: RtTerminal): Promise<void> {
	terminal.type(keys.ctrlC);
	await terminal.waitFor("Press Ctrl-C again to leave. The room stays.");
	terminal.type(keys.ctrlC);
}

test("whoever leaves with a room that stays is asked once whether it goes on; after a yes it does, and the next window shows it and starts it again when it was killed", async (t) => {
	const terminal = await keepRoom(t);
	const { home } = terminal;
	await leave(terminal);
	await terminal.waitFor(/Shall they go on in the background/);
	terminal.type(keys.enter);
	await terminal.waitFor(/go on in the background\. /);
	assert.equal((await terminal.exit).code, 0);
	const second = openRt(t, [], { home, env });
	await second.waitFor(/2 Friends/, "the room is a tab of the next window");
	const { running, pid } = await statusOf(t, home);
	assert.ok(running);
	second.close();
	process.kill(pid, "SIGKILL");
	const third = openRt(t, [], { home, env });
	await third.waitFor(/2 Friends/, "it was started again");
	const again = await statusOf(t, home);
	assert.ok(again.running && again.pid !== pid);
	third.close();
	await runRt(t, ["daemon", "stop"], { home });
	const fourth = openRt(t, [], { home, env });
	await fourth.waitFor(/Friends \(yours, stays\)/, "who has ended it gets a window without it");
	assert.equal((await statusOf(t, home)).running, false);
});

test("after a no the room does not go on in the background, and nobody is asked again", async (t) => {
	const terminal = await keepRoom(t);
	const { home } = terminal;
	await leave(terminal);
	await terminal.waitFor(/Shall they go on in the background/);
	terminal.type(`no${keys.enter}`);
	assert.equal((await terminal.exit).code, 0);
	const second = openRt(t, [], { home, env });
	await second.waitFor(/Friends \(yours, stays\)/);
	second.type(keys.ctrlC);
	assert.equal((await second.exit).code, 0);
	assert.doesNotMatch(second.raw(), /Shall they go on/);
	assert.equal((await statusOf(t, home)).running, false);
});
