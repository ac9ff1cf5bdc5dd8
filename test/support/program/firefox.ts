// Debian's Firefox, driven by WebDriver BiDi (W3C) over its own WebSocket: as much of it as opening a page and running a script there takes.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { TestContext } from "node:test";
import { WebSocket } from "ws";
import { until } from "../until.ts";

export const FIREFOX = "firefox-esr";

/** Nothing but this computer is reached: everything else is sent to a proxy that is not there. */
const preferences = {
	"network.proxy.type": 1,
	"network.proxy.http": "127.0.0.1",
	"network.proxy.http_port": 9,
	"network.proxy.ssl": "127.0.0.1",
	"network.proxy.ssl_port": 9,
	"network.proxy.no_proxies_on": "127.0.0.1",
	"browser.shell.checkDefaultBrowser": false,
	"datareporting.policy.dataSubmissionEnabled": false,
	"app.update.disabledForTesting": true,
};

const tellsOfPolicy = `() => addEventListener("securitypolicyviolation", (event) => console.error("policy: " + event.violatedDirective))`;

/** Sets the clock of a page ahead by so many milliseconds: a room has another name at its relay every day, so both ends need the same one. */
const setsAhead = (aheadMs: number): string => `() => {
	const { now } = Date;
	globalThis.Date = class extends Date {
		constructor(...given) {
			super(...(given.length === 0 ? [now() + ${aheadMs}] : given));
		}
		static now() {
			return now() + ${aheadMs};
		}
	};
}`;

interface Answer {
	readonly id?: number;
	readonly error?: string;
	readonly message?: string;
	readonly result?: unknown;
	readonly method?: string;
	readonly params?: { readonly level?: string; readonly text?: string };
}

/** A page in Firefox. */
export interface FirefoxPage {
	/** What went wrong in the page, or was refused by its policy. */
	readonly complaints: readonly string[];
	/** The folder in which the browser saves what is downloaded. */
	readonly downloads: string;
	/** Runs an expression in the page, and returns a string, a number or a truth value. */
	run(expression: string): Promise<unknown>;
	/** Waits until the page shows this text. */
	shows(text: string): Promise<void>;
}

/** Starts Firefox and opens a page. It is ended after the test. */
export async function openInFirefox(t: TestContext, url: string): Promise<FirefoxPage> {
	const profile = mkdtempSync(join(tmpdir(), "rt-firefox-"));
	const downloads = join(profile, "saved");
	const folders = { "browser.download.folderList": 2, "browser.download.dir": downloads };
	const lines = Object.entries({ ...preferences, ...folders }).map(
		([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});`,
	);
	writeFileSync(join(profile, "user.js"), lines.join("\n"));
	const args = ["--headless", "--no-remote", "--remote-debugging-port", "0", "--profile", profile];
	// A clock that is set ahead (libfaketime) asks for memory before Firefox's own allocator can give any, and both wait for ever: only its page has that clock.
	const { LD_PRELOAD: _, ...env } = process.env;
	const browser = spawn(FIREFOX, args, { stdio: ["ignore", "ignore", "pipe"], env: { ...env, HOME: profile } });
	const exited = once(browser, "exit");
	t.after(async () => {
		browser.kill("SIGKILL");
		await exited;
		rmSync(profile, { recursive: true, force: true, maxRetries: 20 });
	});
	const { promise: listening, resolve } = Promise.withResolvers<string>();
	createInterface(browser.stderr).on("line", (line) => {
		const at = /WebDriver BiDi listening on (ws:\S+)/.exec(line)?.[1];
		if (at !== undefined) resolve(at);
	});
	const socket = new WebSocket(`${await listening}/session`);
	await once(socket, "open");
	t.after(() => socket.terminate());
	const session = sessionOver(socket);
	await session.ask("session.new", { capabilities: {} });
	await session.ask("session.subscribe", { events: ["log.entryAdded"] });
	const { contexts } = (await session.ask("browsingContext.getTree", {})) as { contexts: { context: string }[] };
	const context = contexts[0]?.context;
	await session.ask("script.addPreloadScript", { functionDeclaration: tellsOfPolicy });
	const run = async (expression: string): Promise<unknown> => {
		const what = { expression, target: { context }, awaitPromise: true };
		const { result, exceptionDetails } = (await session.ask("script.evaluate", what)) as {
			readonly result?: { readonly value?: unknown };
			readonly exceptionDetails?: { readonly text: string };
		};
		if (exceptionDetails) throw new Error(exceptionDetails.text);
		return result?.value;
	};
	const { FAKETIME } = process.env;
	if (FAKETIME !== undefined) {
		const functionDeclaration = setsAhead(Date.now() - Number(await run("Date.now()")));
		await session.ask("script.addPreloadScript", { functionDeclaration });
	}
	await session.ask("browsingContext.navigate", { context, url, wait: "complete" });
	return {
		complaints: session.complaints,
		downloads,
		run,
		shows: (text) =>
			until(
				async () => (await run(`document.body.innerText.includes(${JSON.stringify(text)})`)) === true,
				`Firefox shows “${text}”`,
			),
	};
}

function sessionOver(socket: WebSocket) {
	const complaints: string[] = [];
	const waiting = new Map<number, (answer: Answer) => void>();
	let asked = 0;
	socket.on("message", (data) => {
		const answer = JSON.parse(String(data)) as Answer;
		if (answer.id !== undefined) waiting.get(answer.id)?.(answer);
		else if (answer.params?.level === "error") complaints.push(answer.params.text ?? "");
	});
	const ask = (method: string, params: object): Promise<unknown> => {
		const { promise, resolve, reject } = Promise.withResolvers<unknown>();
		const id = ++asked;
		waiting.set(id, ({ error, message, result }) => {
			if (error === undefined) resolve(result);
			else reject(new Error(`${method}: ${error}: ${message}`));
		});
		socket.send(JSON.stringify({ id, method, params }));
		return promise;
	};
	return { complaints, ask };
}
