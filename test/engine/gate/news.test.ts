// What the host is told of the gate: one by one at first, one line that counts when it is a flood.
import assert from "node:assert/strict";
import { test } from "node:test";
import { GateNews, type News } from "../../../src/engine/gate/news.ts";
import { Caller } from "../../../src/net/address/caller.ts";
import { noticeWords } from "../../../src/ui/words/notices.ts";
import { manualClock } from "../../support/manual-clock.ts";
import { callerAt } from "../../support/net/caller-at.ts";

const location = { label: "Bonn, Germany", isSameNetwork: false };
const strike = (address: string) =>
	({ kind: "strike", caller: callerAt(address), attempts: 1, disconnected: false }) as const;

function listening() {
	const told: News[] = [];
	const clock = manualClock();
	const news = new GateNews(clock, (one) => told.push(one));
	return { told, clock, news, lines: () => told.flatMap(({ line }) => (line ? [noticeWords(line.notice)] : [])) };
}

test("a wrong password and a block are told at once, with the place", () => {
	const { told, news } = listening();
	news.add(strike("81.2.69.1"), location);
	news.add({ kind: "blocked", caller: callerAt("81.2.69.1"), reason: "strikes" }, location);
	assert.deepEqual(told, [
		{
			event: { kind: "strike", address: "81.2.69.1", location, attempts: 1, disconnected: false },
			line: {
				tone: "warning",
				notice: { code: "strike", address: "81.2.69.1", location, attempts: 1, disconnected: false },
			},
		},
		{
			event: { kind: "blocked", about: "address", address: "81.2.69.1", location },
			line: {
				tone: "alarm",
				notice: { code: "blocked", about: "address", address: "81.2.69.1", location, reason: "strikes" },
			},
		},
	]);
});

test("attack: a flood of wrong passwords becomes a line a minute that counts; programs still hear of each", () => {
	const { told, news, clock, lines } = listening();
	for (let i = 0; i < 332; i++) news.add(strike(`81.2.69.${i % 47}`), location);
	assert.equal(lines().length, 20);
	assert.equal(told.length, 332);
	assert.equal(told.filter(({ event }) => event?.kind === "strike" && event.folded).length, 312);
	clock.advance(60_000);
	assert.equal(
		lines().at(-1),
		"312 more wrong passwords from 47 addresses in the last minute. /knocks shows who tried to come in.",
	);
	assert.equal(lines().length, 21);
	// It goes on for an hour.
	for (let second = 0; second < 3600; second++) {
		for (let i = 0; i < 40; i++) news.add(strike(`81.2.${second % 250}.${i}`), location);
		clock.advance(1_000);
	}
	assert.ok(lines().length < 21 + 60 * 2 + 2, `${lines().length} lines`);
	assert.match(lines().join("\n"), /from 1,000 or more addresses/);
});

test("blocks in a flood are counted apart, and the end of the room tells what is left", () => {
	const { news, lines } = listening();
	for (let i = 0; i < 20; i++) news.add(strike("81.2.69.1"), location);
	news.add(strike("81.2.69.2"), location);
	news.add({ kind: "blocked", caller: callerAt("81.2.69.2"), reason: "strikes" }, location);
	news.close();
	assert.equal(
		lines().at(-1),
		"1 more wrong password from one address in the last minute; one of them is blocked now. /knocks shows who tried to come in.",
	);
	news.close();
	assert.equal(lines().length, 21);
});

test("a block is told with what it is about, the holder's name and the invite, as far as they are known", () => {
	const { told, news } = listening();
	const byHand = { kind: "blocked", reason: "byHand", about: "fingerprint", name: "Bob" } as const;
	news.add({ ...byHand, caller: { key: "AA", address: "AA" } }, location);
	const facts = { address: "AA", location, about: "fingerprint", name: "Bob" };
	assert.deepEqual(told.at(-1), {
		event: { kind: "blocked", ...facts },
		line: { tone: "alarm", notice: { code: "blocked", ...facts, reason: "byHand" } },
	});
	for (const [caller, invite] of [
		[Caller.byInvite("0".repeat(16), "Eve"), "Eve"],
		[Caller.byInvite("0".repeat(16)), ""],
	] as const) {
		news.add({ kind: "strike", caller, attempts: 3, disconnected: true }, location);
		const { event, line } = told.at(-1)!;
		const expected = { address: caller.address, location, attempts: 3, disconnected: true, invite };
		assert.deepEqual(event, { kind: "strike", ...expected });
		assert.deepEqual(line, { tone: "warning", notice: { code: "strike", ...expected } });
	}
});

test("it is an alarm of its own that guesses can't be saved, and whoever is turned away is no news here", () => {
	const { told, news } = listening();
	news.add({ kind: "storageFailed", reason: "disk full" }, location);
	const notice = { code: "guessesNotSaved", reason: "disk full" };
	assert.deepEqual(told, [{ line: { tone: "alarm", notice }, isSummary: true }]);
	news.add(
		{ kind: "turnedAway", caller: callerAt("81.2.69.1"), why: "blocked" } as Parameters<typeof news.add>[0],
		location,
	);
	assert.equal(told.length, 1);
});

test("after twenty lines there may be one more every six seconds, and never more than twenty at once", () => {
	const { news, clock, lines } = listening();
	const tell = (count: number) => {
		for (let i = 0; i < count; i += 1) news.add(strike("81.2.69.1"), location);
	};
	tell(20);
	clock.advance(5_999);
	assert.equal(lines().length, 20);
	clock.advance(1);
	tell(1);
	assert.equal(lines().length, 21);
	// What was not used up is saved for twenty lines at most, however quiet it was.
	clock.advance(3_600_000);
	tell(21);
	assert.equal(lines().length, 41);
	clock.advance(60_000);
	assert.match(lines().at(-1) ?? "", /^1 more wrong password from one address/);
});

test("time that was not enough for a line counts for the next one", () => {
	const { news, clock, lines } = listening();
	for (let i = 0; i < 20; i += 1) news.add(strike("81.2.69.1"), location);
	clock.advance(9_000);
	news.add(strike("81.2.69.1"), location);
	clock.advance(3_000);
	news.add(strike("81.2.69.1"), location);
	assert.equal(lines().length, 22);
});

test("as long as a summary is due everything goes into it; after it one line comes through at once", () => {
	const { news, clock, lines, told } = listening();
	for (let i = 0; i < 21; i += 1) news.add(strike("81.2.69.1"), location);
	// A line would be due by now.
	clock.advance(59_999);
	news.add({ kind: "blocked", caller: callerAt("81.2.69.2"), reason: "strikes" }, location);
	assert.equal(lines().length, 20);
	const folded = told.at(-1)!;
	assert.deepEqual(folded, {
		event: { kind: "blocked", about: "address", address: "81.2.69.2", location, folded: true },
	});
	clock.advance(1);
	const summary = told.at(-1)!;
	assert.deepEqual(summary, {
		line: { tone: "alarm", notice: { code: "flood", wrong: 1, blocked: 1, addresses: 2 } },
		isSummary: true,
	});
	for (let i = 0; i < 2; i += 1) news.add(strike("81.2.69.1"), location);
	assert.equal(lines().length, 22);
	news.close();
	assert.equal(told.at(-1)?.line?.tone, "warning");
});

test("a thousand addresses are counted one by one, and no more are remembered", () => {
	const { news, clock, told } = listening();
	for (let i = 0; i < 20; i += 1) news.add(strike("81.2.69.1"), location);
	for (let i = 0; i < 1_500; i += 1) news.add(strike(`10.1.${i >> 8}.${i & 255}`), location);
	clock.advance(60_000);
	const { notice } = told.at(-1)!.line!;
	assert.deepEqual(notice, { code: "flood", wrong: 1_500, blocked: 0, addresses: 1_000 });
});
