// Bad days of what is kept of what is said: a file that is damaged, an older copy, another vault's, a disk that is full. Each is told in one sentence, and the room goes on.
import assert from "node:assert/strict";
import { copyFileSync, cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { parseFingerprint, shortFingerprint } from "../../../src/crypto/identity/fingerprint.ts";
import type { LineEntry } from "../../../src/engine/api/content.ts";
import { RoomHistory } from "../../../src/engine/history/room-history.ts";
import { type HistoryTrouble, openMemoryHistory } from "../../../src/store/history/history-file.ts";
import { HistoryRows } from "../../../src/store/history/history-rows.ts";
import { openAgain, openTestEngine, type TestEngine } from "../../support/rooms/real-engine.ts";
import { linesOf, says, textsOf } from "../../support/rooms/what-was-said.ts";
import { temporaryHome } from "../../support/temporary-home.ts";

const password = "four calm green words";

async function hostKept(host: TestEngine): Promise<void> {
	await host.does({ kind: "host", password, wish: { bind: "127.0.0.1", keep: "Friends", historyDays: 30 } });
}

const path = (home: string): string => join(home, "history.db");

/** A home in whose room these lines were said. */
async function homeWith(t: TestContext, ...said: readonly string[]): Promise<string> {
	const host = await openTestEngine(t, "Hanna");
	await hostKept(host);
	for (const text of said) await says(host, text);
	await host.engine.close();
	return host.home;
}

test("a damaged file is told and left as it is, the room goes on, and when everything is forgotten lines are kept again", async (t) => {
	const home = await homeWith(t, "one");
	const bytes = readFileSync(path(home));
	bytes.fill(7, 30, 90);
	writeFileSync(path(home), bytes);
	const host = await openAgain(t, { home });
	await hostKept(host);
	const { notice } = await host.told("notice", (event) => event.notice.code === "historyTrouble");
	assert.ok(notice.code === "historyTrouble");
	assert.deepEqual([notice.trouble.why, notice.trouble.path], ["unreadable", path(home)]);
	await says(host, "two");
	assert.deepEqual(readFileSync(path(home)), bytes);
	const found = await host.engine.history({ limit: 9, words: "one" });
	assert.deepEqual([found.lines, found.trouble?.why], [[], "unreadable"]);
	await host.does({ kind: "purgeHistory", isAll: true });
	await says(host, "three");
	await host.engine.close();
	const back = await openAgain(t, { home });
	await hostKept(back);
	assert.deepEqual(textsOf(back), ["three"]);
});

test("a host that is killed when a line of its own has its place and was not shown, or has none yet, has it once and in its place afterwards", async (t) => {
	const host = await openTestEngine(t, "Hanna");
	await hostKept(host);
	// What a killed program leaves behind is what is on its disk at that moment.
	const killed = [temporaryHome(t), temporaryHome(t)] as const;
	host.engine.onEvent((event) => {
		if (event.kind === "message" && event.text === "two") cpSync(host.home, killed[0], { recursive: true });
	});
	for (const text of ["one", "two"]) await says(host, text);
	await host.does({ kind: "send", text: "three" });
	cpSync(host.home, killed[1], { recursive: true });
	for (const [index, home] of killed.entries()) {
		const back = await openAgain(t, { home });
		await hostKept(back);
		const expected = ["one", "two", "three"].slice(0, 2 + index);
		await back.until(() => textsOf(back).length === expected.length, `the lines of ${index}: ${textsOf(back)}`);
		assert.deepEqual(textsOf(back), expected);
		await back.engine.close();
	}
});

test("an older copy of the file is told, and goes on", async (t) => {
	const home = await homeWith(t, "one");
	copyFileSync(path(home), `${path(home)}.backup`);
	const host = await openAgain(t, { home });
	await hostKept(host);
	assert.ok(!host.events.some((event) => event.kind === "notice" && event.notice.code === "historyOlder"));
	await says(host, "two");
	await host.engine.close();
	copyFileSync(`${path(home)}.backup`, path(home));
	const back = await openAgain(t, { home });
	await hostKept(back);
	await back.told("notice", (event) => event.notice.code === "historyOlder");
	assert.deepEqual(textsOf(back), ["one"]);
	await says(back, "three");
	await back.engine.close();
	const third = await openAgain(t, { home });
	await hostKept(third);
	assert.deepEqual(textsOf(third), ["one", "three"]);
	assert.ok(!third.events.some((event) => event.kind === "notice" && event.notice.code === "historyOlder"));
});

test("attack: a deleted line that comes back because somebody has put an older page of the file in its place is told in the room", async (t) => {
	const host = await openTestEngine(t, "Hanna");
	await hostKept(host);
	for (const text of ["one", "two"]) await says(host, text);
	await host.engine.close();
	const before = readFileSync(path(host.home));
	const again = await openAgain(t, host);
	await hostKept(again);
	const line = linesOf(again).find(({ text }) => text === "one");
	await again.does({ kind: "delete", id: line?.id ?? "" });
	await again.until(() => textsOf(again).includes(""), "it is deleted");
	await again.engine.close();
	const now = readFileSync(path(host.home));
	const pages = Array.from({ length: before.length / 4096 }, (_, page) => page * 4096);
	const changed = pages.filter((at) => !before.subarray(at, at + 4096).equals(now.subarray(at, at + 4096)));
	const seen = await Promise.all(
		changed.map(async (at) => {
			const home = temporaryHome(t);
			cpSync(host.home, home, { recursive: true });
			const mixed = Buffer.from(now);
			before.copy(mixed, at, at, at + 4096);
			writeFileSync(path(home), mixed);
			const one = await openAgain(t, { home });
			await hostKept(one);
			if (!textsOf(one).includes("one")) return "gone";
			await one.told("notice", (event) => event.notice.code === "historyMixed");
			return "told";
		}),
	);
	assert.ok(seen.includes("told"), seen.join());
});

test("a disk that is full is told once; what was said meanwhile is kept when there is room again, in its order", () => {
	const self = parseFingerprint("A".repeat(40));
	assert.ok(self);
	const from = {
		fingerprint: self,
		shortFingerprint: shortFingerprint(self),
		name: "Hanna",
		trust: "verified",
		isSelf: true,
		isHost: true,
	} as const;
	const database = openMemoryHistory();
	const rows = new HistoryRows(database);
	const told: [HistoryTrouble | undefined, number][] = [];
	const history = new RoomHistory({
		self,
		person: () => from,
		room: "friends1",
		path: "history.db",
		rows,
		now: () => 1,
		wrote: () => {},
		onTrouble: (trouble, lost) => told.push([trouble, lost]),
	});
	const line = (number: number): LineEntry => ({
		kind: "line",
		id: number.toString(16).padStart(32, "0"),
		at: number,
		from,
		text: `line ${number} ${"x".repeat(6_000)}`,
		delivery: { kind: "sent" },
	});
	history.keep(line(0));
	const pages = Number(database.pragma("page_count", { simple: true }));
	database.pragma(`max_page_count = ${pages}`);
	for (let number = 1; number <= 3; number += 1) history.keep(line(number));
	assert.deepEqual(
		told.map(([trouble]) => trouble?.why),
		["diskFull"],
	);
	assert.equal(history.find(line(2).id)?.text, line(2).text, "what waits is found");
	database.pragma("max_page_count = 100000");
	history.keep(line(4));
	assert.deepEqual(told.at(-1), [undefined, 0]);
	assert.deepEqual(
		rows.before("friends1", undefined, 9).map(({ at }) => at),
		[0, 1, 2, 3, 4],
	);
	history.close();
	rows.close();
});
