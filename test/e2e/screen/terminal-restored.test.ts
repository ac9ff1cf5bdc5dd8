// However the program ends, the terminal is as it was, and the exit code says what happened.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { openRt, type RtTerminal } from "../../support/program/rt.ts";
import { hostRoom } from "../../support/program/rt-rpc.ts";
import { hostInChat } from "../../support/program/two-screens.ts";
import { keys } from "../../support/terminal/terminal.ts";
import { afterwards, assertTerminalRestored, modesGivenBack } from "../../support/terminal/terminal-state.ts";

/** A host in the chat of a room of their own, with the mouse, bracketed paste and all. */
async function hostWithAll(t: TestContext, env: Readonly<Record<string, string>> = {}): Promise<RtTerminal> {
	const host = await hostInChat(t, { script: afterwards, env });
	const isTakenOver = () => Object.values(host.modes()).every((isOn) => isOn);
	await host.waitFor(isTakenOver, "the mouse and bracketed paste being on");
	return host;
}

/** The shell in between has written it down. */
const pidOf = ({ home }: RtTerminal): number => Number(readFileSync(join(home, "pid"), "utf8"));

for (const signal of ["SIGTERM", "SIGHUP", "SIGINT", "SIGQUIT"] as const) {
	test(`${signal} closes the room and gives the terminal back.`, async (t) => {
		const host = await hostWithAll(t);
		process.kill(pidOf(host), signal);
		assert.deepEqual(await host.exit, { code: 0, signal: undefined });
		assertTerminalRestored(host);
	});
}

test("A signal at the very first screen gives the terminal back.", async (t) => {
	const host = openRt(t, [], { script: afterwards });
	await host.waitFor("What should others call you?");
	process.kill(pidOf(host), "SIGTERM");
	assert.deepEqual(await host.exit, { code: 0, signal: undefined });
	assertTerminalRestored(host);
});

test("A crash gives the terminal back, says what happened, and ends with a code of its own.", async (t) => {
	// Node's own way to bring code into any program: a fault that waits for a signal.
	const fault = "data:text/javascript,process.on('SIGUSR2',()=>{throw(new(Error)('made%20to%20crash'))})";
	const host = await hostWithAll(t, { NODE_OPTIONS: `--import ${fault}` });
	process.kill(pidOf(host), "SIGUSR2");
	assert.deepEqual(await host.exit, { code: 1, signal: undefined });
	assert.deepEqual(host.modes(), modesGivenBack);
	assert.match(host.text(), /the line before .*made to crash.* settings as before code 1, the line after/);
});

async function guestInChat(
	t: TestContext,
	room: { readonly port: number; readonly password: string },
): Promise<RtTerminal> {
	const guest = openRt(t, ["127.0.0.1", String(room.port), "--name", "Gabi"], { script: afterwards });
	await guest.waitFor("What should others call you?");
	guest.type(keys.enter);
	await guest.waitFor("Please enter the password of this room");
	guest.type(`${room.password}${keys.enter}`);
	await guest.waitFor("2 people · connected");
	return guest;
}

test("A guest whose host is told to stop reads that the room is closed, and has the terminal back after leaving.", async (t) => {
	const { host, ...room } = await hostRoom(t);
	const guest = await guestInChat(t, room);
	host.kill("SIGTERM");
	await guest.waitFor("The host closed the room. Ask them to start it again, then join again.");
	guest.type(keys.ctrlC);
	assert.deepEqual(await guest.exit, { code: 30, signal: undefined });
	assertTerminalRestored(guest, "The host closed the room. Ask them to start it again, then join again.");
});

test("A guest whose host is killed is told so, may write and leave meanwhile, and has the terminal back.", async (t) => {
	const { host, ...room } = await hostRoom(t);
	const guest = await guestInChat(t, room);
	host.kill("SIGKILL");
	await host.exit;
	await guest.waitFor("2 people · reconnecting…");
	await guest.waitFor("The connection broke; reconnecting …");
	guest.type(`Are you there?${keys.enter}`);
	await guest.waitFor("Gabi › Are you there? …");
	guest.type(keys.ctrlC);
	await guest.waitFor("Press Ctrl-C again to leave the room.");
	guest.type(keys.ctrlC);
	assert.deepEqual(await guest.exit, { code: 0, signal: undefined });
	assertTerminalRestored(guest);
});

test("A window that is closed ends the program, and everybody hears who has left.", async (t) => {
	const { host, ...room } = await hostRoom(t);
	const guest = await guestInChat(t, room);
	guest.hangUp();
	const { member, reason } = await host.waitFor("left");
	assert.deepEqual([member.name, reason], ["Gabi", "left"]);
	await guest.exit;
});
