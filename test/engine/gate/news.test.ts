// What the host is told of the gate: one by one at first, one line that counts when it is a flood.
import assert from "node:assert/strict";
import { test } from "node:test";
import { GateNews, type News } from "../../../src/engine/gate/news.ts";
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
