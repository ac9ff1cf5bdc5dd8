// A guest in a browser beside a guest with the program, in one room over one relay: how large the page is, how soon one is in, how long a line takes, how fast files are.
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { gzipSync } from "node:zlib";
import { bundlePage } from "../scripts/page.ts";
import { wholeStretching } from "../test/support/program/rt.ts";
import { type RtRpc, startRpc } from "../test/support/program/rt-rpc.ts";
import { asked, type Guest, launch, openMeeting, openPage, password, typePassword } from "../test/web/browser.ts";
import { type Figure, median, report, timed } from "./report.ts";

const pageLimitKb = 350;
const joinLimitMs = 1_500;
const lineLimitMs = 15;
const joins = 5;
const lines = 100;
const fileMb = 64;

const endings: (() => unknown)[] = [];
const t = { after: (work: () => unknown) => void endings.push(work) } as unknown as TestContext;
const { html } = await bundlePage(process.cwd());
const sizeKb = gzipSync(html, { level: 9 }).length / 1024;

// Files are to show what an end does, not the relay's limit of 4 MB/s.
const { host, invite, file } = await openMeeting(t, { bytesPerSecond: 1024 ** 3 });
const browser = await launch(t);

/** From the right password to the message box; what is before it is waited for by people. */
async function joinByPage(count: number) {
	const guest = await openPage(browser, `${file}#${invite}`);
	const reached = await timed(() => asked(guest, `Page ${count}`));
	const entered = await timed(async () => {
		await typePassword(guest, password);
		await guest.page.getByRole("textbox", { name: "Message" }).waitFor();
	});
	return { guest, reached, entered };
}

async function joinByProgram(count: number) {
	const guest = startRpc(t, ["join", invite, "--name", `Program ${count}`], { env: wholeStretching });
	await guest.waitFor("passwordRequired");
	const entered = await timed(async () => {
		await guest.call("password", { password });
		await guest.waitFor("joined", ({ self }) => self === true);
	});
	return { guest, entered };
}

const byPage = [];
const byProgram = [];
for (let count = 1; count <= joins; count++) {
	byPage.push(await joinByPage(count));
	byProgram.push(await joinByProgram(count));
}
const [page, program] = [byPage[0]?.guest, byProgram[0]?.guest];
if (!page || !program) throw new Error("nobody joined");
// Two cores would else be busy with reading for the others.
for (const { guest } of byPage.slice(1)) await guest.page.close();
for (const { guest } of byProgram.slice(1)) guest.kill("SIGKILL");
const pageJoin = median(byPage.map(({ entered }) => entered));
const programJoin = median(byProgram.map(({ entered }) => entered));

/** From Enter to "reached": there and back, encrypted and drawn. In the page it is measured by the page. */
const pageLines: number[] = [];
const programLines: number[] = [];
for (let count = 1; count <= lines; count++) {
	await page.page.getByRole("textbox", { name: "Message" }).fill(`from the page ${count}`);
	pageLines.push(
		(await page.page.evaluate(`new Promise((resolve) => {
			const start = performance.now();
			const placed = document.querySelector("#log > div");
			const watch = new MutationObserver(() => {
				if (!placed.textContent.includes("from the page ${count}")) return;
				watch.disconnect();
				resolve(performance.now() - start);
			});
			watch.observe(placed, { childList: true, subtree: true });
			document.querySelector("#composer").requestSubmit();
		})`)) as number,
	);
	programLines.push(
		await timed(async () => {
			const text = `from the program ${count}`;
			await program.call("send", { text });
			await program.waitFor("message", (message) => message.text === text);
		}),
	);
}
const folder = mkdtempSync(join(tmpdir(), "rt-bench-page-"));
endings.push(() => rmSync(folder, { recursive: true }));
const content = randomBytes(fileMb * 1024 * 1024);
/** Returns the path of the content under a name. */
function kept(name: string): string {
	const path = join(folder, name);
	writeFileSync(path, content);
	return path;
}

/** Throws where something else came than was sent. */
function compare(where: string): void {
	if (!readFileSync(where).equals(content)) throw new Error("the file is not what it was");
}

/** From "accept" to the whole file, in ms. */
async function fileTo(page: Guest, program: RtRpc) {
	await host.call("sendFile", { path: kept("film.mkv") });
	const { id } = await program.waitFor("fileOffered", ({ own }) => !own);
	let arrived = "";
	const toProgram = await timed(async () => {
		await program.call("acceptFile", { id, to: folder });
		arrived = (await program.waitFor("fileDone")).path;
	});
	compare(arrived);
	const save = page.page.getByRole("button", { name: "Save: film.mkv" });
	await save.waitFor();
	let saved = "";
	const toPage = await timed(async () => {
		const [download] = await Promise.all([page.page.waitForEvent("download"), save.click()]);
		saved = await download.path();
	});
	compare(saved);
	return { toPage, toProgram };
}

/** Returns how long a guest reads a file before it is offered, and from "accept" to the whole file at the host, in ms. */
async function fileFrom(name: string, send: (path: string) => Promise<unknown>) {
	const path = kept(name);
	let id = "";
	const read = await timed(async () => {
		await send(path);
		id = (await host.waitFor("fileOffered", (offered) => offered.name === name)).id;
	});
	let arrived = "";
	const given = await timed(async () => {
		await host.call("acceptFile", { id, to: folder });
		arrived = (await host.waitFor("fileDone", (done) => done.id === id)).path;
	});
	compare(arrived);
	return { read, given };
}

const toGuests = await fileTo(page, program);
const fromProgram = await fileFrom("of the program.mkv", (path) => program.call("sendFile", { path }));
const fromPage = await fileFrom("of the page.mkv", async (path) => {
	await page.page.locator("input[type=file]").setInputFiles(path);
	await page.page.getByRole("button", { name: "Send the file" }).click();
});
const fileFigure = (name: string, pageMs: number, programMs: number): Figure => ({
	name: `a file of ${fileMb} MiB ${name}`,
	value: (fileMb * 1000) / pageMs,
	unit: "MB/s",
	peer: "the program",
	peerValue: (fileMb * 1000) / programMs,
});
const reached = median(byPage.map((one) => one.reached));
report("A guest in a browser, and one with the program, over one relay", [
	{ name: "the page, packed", value: sizeKb * 1024, unit: "B", peer: "limit", peerValue: pageLimitKb * 1024 },
	{
		name: "from Join to the question for the password",
		value: reached,
		unit: "ms",
		peer: "limit",
		peerValue: joinLimitMs,
	},
	{ name: "from the password to the room", value: pageJoin, unit: "ms", peer: "limit", peerValue: joinLimitMs },
	{ name: "from the password to the room", value: pageJoin, unit: "ms", peer: "the program", peerValue: programJoin },
	{ name: "a line to its place", value: median(pageLines), unit: "ms", peer: "limit", peerValue: lineLimitMs },
	{
		name: "a line to its place",
		value: median(pageLines),
		unit: "ms",
		peer: "the program",
		peerValue: median(programLines),
	},
	fileFigure("to a guest", toGuests.toPage, toGuests.toProgram),
	fileFigure("read by a guest, before it is offered", fromPage.read, fromProgram.read),
	fileFigure("from a guest", fromPage.given, fromProgram.given),
]);
for (const end of endings.toReversed()) await end();
process.exit();
