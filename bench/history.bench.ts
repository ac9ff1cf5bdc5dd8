// What a history costs with 100,000 lines in it: keeping a line, the first page of a room when it is opened, a search, and a line that is deleted.
import { randomBytes } from "node:crypto";
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { folded } from "../src/store/history/full-text.ts";
import { historyPath, openHistoryFile } from "../src/store/history/history-file.ts";
import { HistoryRows } from "../src/store/history/history-rows.ts";
import { percentile, report } from "./report.ts";

const lines = 100_000;
const searches = 50;
/** A person who opens a room waits no longer without noticing. */
const firstPageMs = 250;
const searchMs = 20;
/** A key that is answered within this many ms is answered at once; keeping a line must leave nearly all of it. */
const keptMs = 2;

/** Returns how long it takes, in ms. */
function timed(work: () => unknown): number {
	const start = performance.now();
	work();
	return performance.now() - start;
}

const key = randomBytes(32);
const home = mkdtempSync(join(tmpdir(), "rt-bench-"));
/** Five letters each, as many different ones as a talk of that length has. */
const vocabulary = Array.from({ length: 8_000 }, (_, index) => (index * 7_919 + 1_000_003).toString(36).slice(-5));
const textOf = (number: number): string =>
	Array.from({ length: 12 }, (_, place) => vocabulary[(number * 31 + place * place * 977) % vocabulary.length]).join(
		" ",
	);
const author = "A".repeat(40);

function opened(): HistoryRows {
	const outcome = openHistoryFile(home, key);
	if (outcome.kind === "refused") throw new Error(outcome.trouble.detail);
	return new HistoryRows(outcome.database);
}

const rows = opened();
const log = join(home, "plain.log");
const [kept, plain]: [number[], number[]] = [[], []];
for (let number = 0; number < lines; number += 1) {
	const text = number === 50 ? "a needle in the hay" : textOf(number);
	const line = { room: "friends1", author, content: randomBytes(16), name: "Ann", at: number, text, rest: "{}" };
	kept.push(timed(() => rows.put(line, number)));
	// What a logger of plain text does, as WeeChat's: a line more in a file.
	plain.push(timed(() => appendFileSync(log, `2026-11-30 12:00:00\tAnn\t${text}\n`)));
}
// By the processor's time: the index is made while nothing is said, and a busy computer makes it late and no dearer.
const before = process.cpuUsage();
while (rows.index(200));
const { user, system } = process.cpuUsage(before);
const indexing = (user + system) / 1000;
rows.settle();
rows.close();

let again: HistoryRows | undefined;
const firstPage = timed(() => {
	again = opened();
	again.before("friends1", undefined, 100);
});
const found: number[] = [];
for (let count = 0; count < searches; count += 1) {
	const words = folded(count === 0 ? "NEEDLE" : (vocabulary[count * 97] ?? ""));
	found.push(timed(() => again?.search("friends1", words, Number.MAX_SAFE_INTEGER, 50)));
}
const page = timed(() => again?.before("friends1", 50_000, 200));
again?.close();
// How a plain log is searched: it is read and gone through, as grep does, and WeeChat through the lines that it has in memory.
const through = timed(() =>
	readFileSync(log, "utf8")
		.split("\n")
		.filter((line) => line.includes("needle")),
);

const limit = (value: number) => ({ unit: "ms", peer: "the limit", peerValue: value }) as const;
const logged = percentile(plain, 0.5);
const sizes = { value: statSync(historyPath(home)).size / 1e6, peerValue: statSync(log).size / 1e6 };
report(`A history of ${lines} lines`, [
	{ name: "a line kept by itself, p50", value: percentile(kept, 0.5), ...limit(keptMs) },
	{
		name: "a line kept, p50",
		value: percentile(kept, 0.5),
		unit: "ms",
		peer: "a plain log, as WeeChat's",
		peerValue: logged,
	},
	{ name: "a line kept, p99", value: percentile(kept, 0.99), unit: "ms", peer: "a frame", peerValue: 1000 / 60 },
	{ name: "opened, and the newest page", value: firstPage, ...limit(firstPageMs) },
	{ name: "a search, p50", value: percentile(found, 0.5), ...limit(searchMs) },
	{
		name: "a search, p50",
		value: percentile(found, 0.5),
		unit: "ms",
		peer: "going through the plain log",
		peerValue: through,
	},
	{ name: "a search, p99", value: percentile(found, 0.99), ...limit(searchMs) },
	{ name: "a page from the middle", value: page, ...limit(searchMs) },
	{ name: "the index of all words, processor", value: indexing, ...limit(10_000) },
	{ name: "size", unit: "MB", peer: "the plain log", ...sizes },
]);
rmSync(home, { recursive: true });
