// Two people at two full screens: one hosts on loopback, the other joins, at sizes where nothing can be read off the host's screen.
import { createServer } from "node:net";
import type { TestContext } from "node:test";
import { keys } from "./pty.ts";
import { openRt, type RtTerminal } from "./rt.ts";

export interface Size {
	readonly columns: number;
	readonly rows: number;
}

/** A common size, and one where little fits. */
export const terminalSizes: readonly Size[] = [
	{ columns: 80, rows: 24 },
	{ columns: 40, rows: 12 },
];

const roomPassword = "quiet morning rain 42";

/** F4, as terminals send it. */
export const f4 = "\u001BOS";

/** A port on loopback where nobody listens: one that was free a moment ago. */
export function freePort(): Promise<number> {
	return new Promise((resolve, reject) => {
		const server = createServer();
		server.on("error", reject);
		server.listen(0, "127.0.0.1", () => {
			const address = server.address();
			server.close(() =>
				typeof address === "object" && address ? resolve(address.port) : reject(new Error("no port")),
			);
		});
	});
}

interface Who extends Size {
	readonly name: string;
	readonly port: number;
	/** Where somebody who was here before has their key. */
	readonly home?: string;
}

/** Hosts, and is in the chat. */
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
