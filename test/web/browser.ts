// The page in Debian's Chromium, with a real relay and a real host around it.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import axe from "axe-core";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import type { RelayLimits } from "../../src/net/relay/limits.ts";
import { startRelay } from "../../src/net/relay/server.ts";
import { ownPort } from "../support/net/own-port.ts";
import { root, wholeStretching } from "../support/program/rt.ts";
import { type RtRpc, startRpc } from "../support/program/rt-rpc.ts";
import { patienceMs } from "../support/until.ts";

export const CHROMIUM = "/usr/bin/chromium";
export const password = "four calm green words";
/** Chromium as root, and without looking for anything of Google's. */
export const flags = [
	"--no-sandbox",
	"--disable-gpu",
	"--disable-quic",
	"--no-first-run",
	"--disable-background-networking",
	"--disable-component-update",
	"--disable-sync",
	// A name that is no address of this computer: a page from there has no cryptography.
	"--host-resolver-rules=MAP plain.example 127.0.0.1",
];

/** The page as the program brings it; page-command.test.ts compares it with what the sources make. */
const html = readFileSync(join(root, "dist/page.html"), "utf8");

export async function launch(t: Pick<TestContext, "after">): Promise<Browser> {
	const browser = await chromium.launch({ executablePath: CHROMIUM, args: flags });
	t.after(() => browser.close());
	return browser;
}

/** A relay with the page, a host behind it, and the page as a file. */
export interface Meeting {
	readonly host: RtRpc;
	readonly invite: string;
	/** Where the relay answers with the page. */
	readonly url: string;
	readonly file: string;
	/** Ends the relay, and starts it again at its port. */
	restartRelay(): Promise<void>;
}

/** Opens them; all of it goes after the test. `limits` are other ones of the relay than the usual. */
export async function openMeeting(t: TestContext, limits: Partial<RelayLimits> = {}): Promise<Meeting> {
	const start = async (port: number) => {
		const started = await startRelay({ port, bind: "127.0.0.1", names: [], page: html, limits });
		assert.ok(started.kind === "running");
		return started;
	};
	// It is started again at its port, which the system must not have given away meanwhile.
	let relay = await start(await ownPort());
	t.after(() => relay.close());
	const where = ["--bind", "127.0.0.1", "--relay", `ws://127.0.0.1:${relay.port}`];
	const host = startRpc(t, ["host", ...where, "--name", "Hanna"], { env: wholeStretching });
	await host.waitFor("passwordRequired");
	await host.call("password", { password });
	const { invite } = await host.waitFor("reachability", ({ ways, invite: told }) => {
		return told !== undefined && ways.some(({ way, state }) => way === "relay" && state === "open");
	});
	const folder = mkdtempSync(join(tmpdir(), "rt-page-"));
	t.after(() => rmSync(folder, { recursive: true, force: true }));
	const file = join(folder, "page.html");
	writeFileSync(file, html);
	assert.ok(invite !== undefined);
	const restartRelay = async (): Promise<void> => {
		await relay.close();
		relay = await start(relay.port);
	};
	return { host, invite, url: `http://127.0.0.1:${relay.port}/`, file: `file://${file}`, restartRelay };
}

/** One guest's page, and what its browser complained about. */
export interface Guest {
	readonly page: Page;
	/** Errors of the script, and everything that the policy of the page has refused. */
	readonly complaints: string[];
}

export async function openPage(context: Browser | BrowserContext, url: string): Promise<Guest> {
	const page = await context.newPage();
	page.setDefaultTimeout(patienceMs);
	// A phone: there everything is behind a button.
	await page.setViewportSize({ width: 360, height: 640 });
	const complaints: string[] = [];
	page.on("pageerror", (error) => complaints.push(error.message));
	page.on("console", (message) => {
		if (message.type() === "error") complaints.push(message.text());
	});
	await page.addInitScript(
		`addEventListener("securitypolicyviolation", (event) => console.error("policy: " + event.violatedDirective))`,
	);
	await page.goto(url);
	return { page, complaints };
}

/** Types the name and joins as far as the password. */
export async function asked({ page }: Guest, name: string): Promise<void> {
	await page.getByLabel("Your name").fill(name);
	await page.getByRole("button", { name: "Join" }).click();
	await page.getByLabel("Password").waitFor();
}

export async function typePassword({ page }: Guest, typed: string): Promise<void> {
	await page.getByLabel("Password").fill(typed);
	await page.getByRole("button", { name: "Go in" }).click();
}

/** Joins the room that the address of the page leads to. */
export async function joined(guest: Guest, name: string): Promise<void> {
	await asked(guest, name);
	await typePassword(guest, password);
	await guest.page.getByRole("textbox", { name: "Message" }).waitFor();
}

export async function say({ page }: Guest, text: string): Promise<void> {
	const box = page.getByRole("textbox", { name: "Message" });
	await box.fill(text);
	await box.press("Enter");
}

/** Names a folder for pictures of every screen. */
const { PAGE_PICTURES } = process.env;

/** Makes sure that axe finds nothing serious on the screen, and takes its picture if somebody wants to look. */
export async function looked({ page }: Guest, name: string): Promise<void> {
	// Once for each page: it is half a megabyte of program.
	if (!(await page.evaluate(`"axe" in globalThis`))) await page.evaluate(axe.source);
	const found = await page.evaluate(`axe.run(document).then(({ violations }) => violations
		.filter(({ impact }) => impact === "serious" || impact === "critical")
		.map(({ id, nodes }) => id + " " + nodes.map(({ html }) => html).join(" ")))`);
	assert.deepEqual(found, [], name);
	if (PAGE_PICTURES === undefined) return;
	for (const colorScheme of ["light", "dark"] as const) {
		await page.emulateMedia({ colorScheme });
		for (const [width, height] of [
			[1280, 800],
			[360, 640],
		] as const) {
			await page.setViewportSize({ width, height });
			await page.screenshot({ path: `${PAGE_PICTURES}/${name}-${colorScheme}-${width}x${height}.png` });
		}
	}
	await page.emulateMedia({ colorScheme: "light" });
}
