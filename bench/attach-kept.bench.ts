// From a window's start to its first picture of a room that is kept by the real background process, with a long history on the disk.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Account } from "../src/engine/account/account.ts";
import { askBackground, attachTo } from "../src/engine/remote/attach-to.ts";
import { openStore } from "../src/store/db.ts";
import { openHistoryFile } from "../src/store/history/history-file.ts";
import { HistoryRows } from "../src/store/history/history-rows.ts";
import { cleanEnvironment, root, rtPath } from "../test/support/program/rt.ts";
import { until } from "../test/support/until.ts";
import { percentile, report, timed } from "./report.ts";

const lines = 100_000;
const windows = 9;
/** A person who starts a program waits no longer without noticing. */
const firstPictureMs = 250;
const searchMs = 20;

const home = mkdtempSync(join(tmpdir(), "rt-bench-"));
process.on("exit", () => rmSync(home, { recursive: true, force: true }));

/** Starts the background process of the home; the returned function ends it. */
async function daemon(): Promise<() => Promise<void>> {
	const args = ["daemon", "--name", "Hanna", "--home", home];
	const child = spawn(rtPath, args, { cwd: root, env: cleanEnvironment(home), stdio: ["ignore", "pipe", "inherit"] });
	process.on("exit", () => child.kill("SIGKILL"));
	await new Promise((resolve) => createInterface({ input: child.stdout }).once("line", resolve));
	return async () => {
		child.kill();
		await until(() => child.exitCode !== null || child.signalCode !== null);
	};
}

async function call<Result>(method: string, params: object): Promise<Result> {
	const answer = await askBackground(home, method, params);
	if (!("result" in answer)) throw new Error(`${method}: ${JSON.stringify(answer)}`);
	return answer.result as Result;
}

interface Rooms {
	readonly rooms: readonly { readonly room: string; readonly state: string }[];
}

const rooms = async () => (await call<Rooms>("rooms", {})).rooms;
const newest = async () => (await call<{ readonly messages: readonly unknown[] }>("history", { limit: 1 })).messages;

/** Puts as many lines on the disk as a talk of years has: like the one that is there, each with a name and words of its own. */
async function fill(): Promise<void> {
	const opened = openStore(home);
	if (opened.kind === "refused") throw new Error(opened.trouble.detail);
	const outcome = await Account.open(home, opened.store, Date.now);
	if (outcome.kind === "refused") throw new Error(outcome.trouble.detail);
	const key = outcome.account.historyKey();
	const file = key && openHistoryFile(home, key);
	if (file?.kind !== "open") throw new Error("no history");
	const rows = new HistoryRows(file.database);
	const [room = ""] = rows.rooms().keys();
	const [first] = rows.before(room, undefined, 1);
	if (first === undefined) throw new Error("no line is kept");
	file.database.transaction(() => {
		for (let number = 1; number < lines; number += 1) {
			const text = number === 50 ? "a needle in the hay" : `line ${number} of ordinary length about the usual things`;
			rows.put({ ...first, content: randomBytes(first.content.length), at: first.at + number, text }, first.at);
		}
	})();
	while (rows.index(1_000));
	rows.settle();
	rows.close();
	opened.store.close();
}

const keep = { password: "four calm green words", bind: "127.0.0.1", keep: "friends", historyDays: 365 };
const first = await daemon();
await call("host", keep);
await call("send", { text: "the first line" });
await until(async () => (await newest()).length === 1);
await first();
await fill();

const stop = await daemon();
await until(async () => (await rooms())[0]?.state === "inRoom");
const [{ room } = { room: "" }] = await rooms();
const greeted = await attachTo(home, "");
const program = greeted.kind === "otherBuild" ? greeted.build : "";
const pictures: number[] = [];
for (let count = 0; count < windows; count += 1) {
	pictures.push(
		await timed(async () => {
			const window = await attachTo(home, program);
			if (window.kind !== "attached") throw new Error(window.kind);
			const { engine } = window;
			await until(() => engine.snapshot(room).timeline.length > 100);
			void engine.close();
		}),
	);
}
const found: number[] = [];
for (let count = 0; count < windows; count += 1)
	found.push(await timed(() => call("history", { room, search: "needle", limit: 50 })));
const older = await timed(() => call("history", { room, limit: 200 }));
await stop();

report(`A window on a real background process, ${lines} lines of history on the disk`, [
	{
		name: "attach to the first picture, the first window",
		value: pictures[0] ?? 0,
		unit: "ms",
		peer: "the limit",
		peerValue: firstPictureMs,
	},
	{
		name: "the next windows, median",
		value: percentile(pictures, 0.5),
		unit: "ms",
		peer: "the limit",
		peerValue: firstPictureMs,
	},
	{
		name: "a search by a socket of its own, median",
		value: percentile(found, 0.5),
		unit: "ms",
		peer: "the limit",
		peerValue: searchMs,
	},
	{
		name: "the newest 200 lines by a socket of its own",
		value: older,
		unit: "ms",
		peer: "the limit",
		peerValue: firstPictureMs,
	},
]);
process.exit();
