// People at full screens: one hosts on loopback, another joins, at sizes where nothing can be read off the host's screen.
import type { TestContext } from "node:test";
import { keys, type TerminalSize } from "../terminal/terminal.ts";
import { until } from "../until.ts";
import { openRt, type RtTerminal } from "./rt.ts";

/** A common size, and one where little fits. */
export const terminalSizes: readonly TerminalSize[] = [
	{ columns: 80, rows: 24 },
	{ columns: 40, rows: 12 },
];

const roomPassword = "quiet morning rain 42";

interface Who extends TerminalSize {
	readonly name: string;
	readonly port: number;
	/** Where somebody who was here before has their key. */
	readonly home?: string;
}

/** A host alone in the chat of a room of their own, by Enter alone. */
export async function hostInChat(t: TestContext, options: Parameters<typeof openRt>[2] = {}): Promise<RtTerminal> {
	const host = openRt(t, ["host", "--bind", "127.0.0.1"], options);
	for (const words of ["What should others call you?", "Please enter a password", "Server has been started."]) {
		await host.waitFor(words);
		host.type(keys.enter);
	}
	await host.waitFor("Say something");
	return host;
}

/** Hosts at a port with the password all know, and is in the chat. */
export async function hostOnScreen(t: TestContext, { name, port, home, ...size }: Who): Promise<RtTerminal> {
	const options = home === undefined ? size : { ...size, home };
	const host = openRt(t, ["host", "--bind", "127.0.0.1", "--port", String(port), "--name", name], options);
	if (home === undefined) {
		await host.waitFor("What should others call you?");
		host.type(keys.enter);
	}
	await host.waitFor("Start a room");
	host.type(`${roomPassword}${keys.enter}`);
	await host.waitFor("Server has been started.");
	host.type(keys.enter);
	await host.waitFor("only you here");
	return host;
}

/** Joins; resolves when the password was taken. */
export async function joinOnScreen(t: TestContext, { name, port, home, ...size }: Who): Promise<RtTerminal> {
	const options = home === undefined ? size : { ...size, home };
	const guest = openRt(t, ["127.0.0.1", String(port), "--name", name], options);
	if (home === undefined) {
		await guest.waitFor("What should others call you?");
		guest.type(keys.enter);
	}
	await guest.waitFor("Please enter the password of this room");
	guest.type(`${roomPassword}${keys.enter}`);
	await guest.waitFor(/connected|A KEY HAS CHANGED|A KEY HA…/);
	return guest;
}

/** Out of Real Talk by Ctrl-C, as often as it is asked for; the exit code. */
export async function leaveByCtrlC(one: RtTerminal): Promise<number> {
	one.type(keys.ctrlC);
	await one.waitFor("Press Ctrl-C again");
	one.type(keys.ctrlC);
	return (await one.exit).code;
}

/** Scrolls until the words are on the screen. What is shown grows meanwhile: behind its last row it is gone through again from the first. */
export async function leafTo(terminal: RtTerminal, words: string): Promise<void> {
	let presses = 0;
	const isThere = (): boolean => {
		if (terminal.text().includes(words)) return true;
		terminal.type(presses % 60 === 0 ? "\u001B[H" : keys.down);
		presses += 1;
		return false;
	};
	await until(isThere, `the row with ${words}`, () => terminal.text());
}
