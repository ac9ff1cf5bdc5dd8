// The log of knocks: what folds into one entry, what is written when, and what a block is told to go with.
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseFingerprint } from "../../../src/crypto/identity/fingerprint.ts";
import type { KnockView } from "../../../src/engine/api/gate.ts";
import type { Location } from "../../../src/engine/api/people.ts";
import { parseBlockSubject } from "../../../src/engine/gate/block-subject.ts";
import { KnockLog, type LoggedKnock } from "../../../src/engine/gate/knock-log.ts";
import { knownName } from "../../../src/engine/gate/knock-rows.ts";
import type { LookUp } from "../../../src/engine/places/locations.ts";
import { openMemoryStore, type Store } from "../../../src/store/db.ts";
import { knocksIn } from "../../../src/store/knocks.ts";
import type { Sealer } from "../../../src/store/sealer.ts";
import { manualClock } from "../../support/manual-clock.ts";
import { callerAt } from "../../support/net/caller-at.ts";
import { madeUpPlaces } from "../../support/rooms/live-room.ts";
import { plainSealer } from "./plain-sealer.ts";

function logOver(
	store: Store = openMemoryStore(),
	isLocked = false,
	now?: () => number,
	find: LookUp = madeUpPlaces.lookUp,
	sealer: Sealer = plainSealer,
) {
	const clock = manualClock();
	const told: KnockView[] = [];
	const log = new KnockLog({
		store,
		sealer: () => (isLocked ? undefined : sealer),
		find,
		now: now ?? (() => 1_000_000 + clock.now()),
		clock,
		onEntry: (entry) => told.push(entry),
	});
	return { log, clock, told, store, rows: () => [...knocksIn(store).newestFirst()] };
}

const wrong = (address: string, guesses = 1): LoggedKnock => ({ caller: callerAt(address), outcome: "wrong", guesses });
const fingerprint = parseFingerprint("A".repeat(40))!;
const settled = () => new Promise((resolve) => setImmediate(resolve));

test("a knock is told with its place, written a second later, and there after a restart", async () => {
	const { log, clock, told, rows, store } = logOver();
	log.add({ caller: callerAt("81.2.69.7"), outcome: "joined", guesses: 1, who: knownName(fingerprint, "Ann", "new") });
	await settled();
	assert.deepEqual([told[0]?.location.city, told[0]?.who?.name, told[0]?.count], ["Bonn", "Ann", 1]);
	assert.equal(rows().length, 0);
	clock.advance(1_000);
	assert.equal(rows().length, 1);
	const again = logOver(store).log;
	assert.deepEqual(again.recent(), log.recent());
	assert.deepEqual(again.query({}), log.query({}));
});

test("knocks of the same caller that end alike within a minute are one entry that counts; later ones are another", async () => {
	const { log, clock, told, rows } = logOver();
	for (let i = 0; i < 5; i++) log.add(wrong("2001:db8:1:2::1"));
	log.add(wrong("2001:db8:1:2::9", 2));
	log.add({ caller: callerAt("2001:db8:1:2::9"), outcome: "turnedAway", guesses: 0 });
	await settled();
	const [turnedAway, burst] = log.recent();
	assert.deepEqual([turnedAway?.outcome, turnedAway?.count], ["turnedAway", 1]);
	assert.deepEqual([burst?.count, burst?.guesses, burst?.addresses], [6, 7, 1]);
	clock.advance(60_000);
	log.add(wrong("2001:db8:1:2::1"));
	assert.equal(log.recent().length, 3);
	log.flush();
	assert.deepEqual(
		rows().map(({ count, outcome }) => [outcome, count]),
		[
			["wrong", 1],
			["turnedAway", 1],
			["wrong", 6],
		],
	);
	assert.equal(told.filter(({ id }) => id === burst?.id).at(-1)?.count, 6);
});

test("attack: a flood from thousands of addresses is some sixty entries a minute, each knock counted, whoever joins told apart", async () => {
	const { log, clock, told, rows } = logOver();
	for (let i = 0; i < 5_000; i++) log.add(wrong(`10.${i >> 8}.${i & 255}.1`));
	log.add({
		caller: callerAt("81.2.69.7"),
		outcome: "joined",
		guesses: 0,
		who: knownName(fingerprint, "Ann", "known"),
	});
	await settled();
	clock.advance(1_000);
	assert.ok(rows().length <= 62, `${rows().length} rows`);
	assert.equal(
		log.recent().reduce((sum, { count }) => sum + count, 0),
		5_001,
	);
	const crowd = log.recent().find(({ addresses }) => addresses > 1);
	assert.deepEqual([crowd?.count, crowd?.addresses], [4_940, 1_000]);
	assert.equal(log.recent()[0]?.who?.name, "Ann");
	assert.ok(told.length < 200, `${told.length} told`);
});

test("filters and an address, a range, a key or a network owner narrow what is shown", async () => {
	const { log, clock } = logOver();
	log.add(wrong("81.2.69.7"));
	log.add({ caller: callerAt("81.2.69.130"), outcome: "turnedAway", guesses: 0 });
	log.add({
		caller: callerAt("81.2.69.131"),
		outcome: "joined",
		guesses: 0,
		who: knownName(fingerprint, "Ann", "new"),
	});
	await settled();
	clock.advance(1_000);
	const found = (filter: "all" | "wrong" | "joined" | "blocked", from?: string, limit?: number) =>
		log
			.query({ filter, ...(limit ? { limit } : {}) }, from === undefined ? undefined : parseBlockSubject(from))
			.map(({ address }) => address.slice(8));
	assert.deepEqual(found("all"), ["131", "130", "7"]);
	assert.deepEqual(found("all", undefined, 2), ["131", "130"]);
	assert.deepEqual(found("wrong"), ["7"]);
	assert.deepEqual(found("joined"), ["131"]);
	assert.deepEqual(found("blocked"), ["130"]);
	assert.deepEqual(found("all", "81.2.69.128/25"), ["131", "130"]);
	assert.deepEqual(found("all", "AS3320"), ["7"]);
	assert.deepEqual(found("all", fingerprint), ["131"]);
});

test("the people behind one address are told apart, the last one first, from the log and from what has just happened", async () => {
	const { log, clock, store } = logOver();
	const other = parseFingerprint("B".repeat(40))!;
	const joins = (who: typeof fingerprint, name: string): LoggedKnock => {
		return { caller: callerAt("81.2.69.7"), outcome: "joined", guesses: 0, who: knownName(who, name, "known") };
	};
	log.add(joins(fingerprint, "Ann"));
	log.add(joins(other, "Bob"));
	log.add(wrong("81.2.69.7", 3));
	await settled();
	clock.advance(1_000);
	for (const one of [log, logOver(store).log]) {
		for (const subject of ["81.2.69.7", "81.2.69.0/24", "AS3320"]) {
			const { knocks, guesses, names } = one.knownOf(parseBlockSubject(subject)!);
			assert.deepEqual([subject, knocks, guesses, names.map(({ name }) => name)], [subject, 3, 3, ["Bob", "Ann"]]);
		}
		assert.equal(one.knownOf(parseBlockSubject("81.2.70.7")!).knocks, 0);
		one.add(joins(fingerprint, "Ann"));
		assert.deepEqual(
			one.knownOf(parseBlockSubject("81.2.69.7")!).names.map(({ name }) => name),
			["Ann", "Bob"],
		);
	}
});

test("attack: without the vault's key the file of the log does not tell who joined", async () => {
	const { log, clock, store, rows } = logOver(openMemoryStore(), true);
	log.add({ caller: callerAt("81.2.69.7"), outcome: "joined", guesses: 0, who: knownName(fingerprint, "Ann", "new") });
	await settled();
	clock.advance(1_000);
	assert.doesNotMatch(JSON.stringify(rows()), /Ann/);
	assert.equal(logOver(store).log.recent()[0]?.who, undefined);
});

test("a disk that fails costs entries of the log, and nothing else", async () => {
	const { log, clock, store } = logOver();
	store.database.pragma("query_only = ON");
	log.add(wrong("81.2.69.7"));
	await settled();
	clock.advance(1_000);
	assert.equal(log.recent().length, 1);
	store.close();
});

test("knocks of one caller are told apart by how they ended, by whose key was shown and by the invite", async () => {
	const { log } = logOver();
	const other = parseFingerprint("B".repeat(40))!;
	const knocks: readonly LoggedKnock[] = [
		wrong("81.2.69.7"),
		{ ...wrong("81.2.69.7"), outcome: "blocked" },
		{ ...wrong("81.2.69.7"), who: knownName(fingerprint, "Ann") },
		{ ...wrong("81.2.69.7"), who: knownName(other, "Bob") },
		{ ...wrong("81.2.69.7"), invite: "" },
		{ ...wrong("81.2.69.7"), invite: "Bob" },
	];
	for (const knock of [...knocks, ...knocks]) log.add(knock);
	await settled();
	assert.deepEqual(
		log.recent().map(({ outcome, who, invite, count }) => [outcome, who?.name, invite, count]),
		[
			["wrong", undefined, "Bob", 2],
			["wrong", undefined, "", 2],
			["wrong", "Bob", undefined, 2],
			["wrong", "Ann", undefined, 2],
			["blocked", undefined, undefined, 2],
			["wrong", undefined, undefined, 2],
		],
	);
	assert.equal("invite" in log.recent()[5]!, false);
});

test("an entry tells of its first and its last knock, and is told again when it has doubled and when it is over", async () => {
	const { log, clock, told, rows } = logOver();
	clock.advance(100_000);
	const counts = () => told.map(({ count }) => count);
	log.add(wrong("81.2.69.7"));
	await settled();
	clock.advance(500);
	log.add(wrong("81.2.69.7"));
	assert.deepEqual(counts(), [1]);
	clock.advance(500);
	assert.deepEqual(counts(), [1, 2], "it has doubled when it is written");
	log.add(wrong("81.2.69.7"));
	clock.advance(1_000);
	assert.deepEqual(counts(), [1, 2], "three are not twice two");
	clock.advance(57_999);
	log.add(wrong("81.2.69.7"));
	assert.deepEqual([log.recent()[0]?.at, log.recent()[0]?.lastAt, log.recent()[0]?.count], [1_100_000, 1_159_999, 4]);
	clock.advance(1);
	log.add(wrong("81.2.69.8"));
	assert.equal(told.findLast(({ address }) => address === "81.2.69.7")?.count, 4);
	log.add(wrong("81.2.69.7"));
	assert.equal(log.recent().length, 3, "a minute is over");
	log.flush();
	assert.deepEqual(
		rows().map(({ count }) => count),
		[1, 1, 4],
		"what was written has grown with it",
	);
	clock.advance(60_000);
	log.add(wrong("81.2.69.9"));
	assert.equal(told.filter(({ address }) => address === "81.2.69.8").length, 1, "nothing new is told at the end");
});

test("a limit is at least one and at most a thousand, and two hundred where none is said", async () => {
	const { log, clock } = logOver();
	for (let index = 0; index < 1_100; index += 1) {
		log.add({ ...wrong(`10.${index >> 8}.${index & 255}.1`), outcome: "joined" });
	}
	await settled();
	clock.advance(1_000);
	assert.equal(log.query({}).length, 200);
	assert.equal(log.query({ limit: 5_000 }).length, 1_000);
	for (const limit of [0, -7]) assert.equal(log.query({ limit }).length, 1);
	assert.equal(log.recent().length, 200);
	assert.equal(log.recent()[0]?.address, "10.4.75.1");
	assert.equal(log.query({ limit: 1 })[0]?.address, "10.4.75.1", "many of one moment stay in their order");
});

test("an answer of the log has in it what was not written yet", () => {
	const { log, rows } = logOver();
	log.add(wrong("81.2.69.7"));
	assert.equal(rows().length, 0);
	assert.deepEqual(
		log.query({}).map(({ address }) => address),
		["81.2.69.7"],
	);
	assert.equal(rows().length, 1);
	log.flush();
	assert.equal(rows().length, 1);
});

test("a clock that is set back puts nothing new among what is old, and two knocks of one moment stay in their order", () => {
	const store = openMemoryStore();
	let now = 5_000_000;
	const { log } = logOver(store, false, () => now);
	const outcomes = ["wrong", "blocked", "gaveUp", "busy"] as const;
	for (const outcome of outcomes.slice(0, 2)) log.add({ ...wrong("81.2.69.7"), outcome });
	now = 1_000;
	for (const outcome of outcomes.slice(2)) log.add({ ...wrong("81.2.69.7"), outcome });
	assert.deepEqual(
		log.query({}).map(({ outcome, at }) => [outcome, at]),
		[
			["busy", 1_000],
			["gaveUp", 1_000],
			["blocked", 5_000_000],
			["wrong", 5_000_000],
		],
	);
	// A start of the program later, its knocks come behind all of these.
	now = 6_000_000;
	const later = logOver(store, false, () => now).log;
	later.add(wrong("81.2.69.8"));
	assert.equal(later.query({})[0]?.address, "81.2.69.8");
});

test("callers who come when there are too many to tell apart are counted by their addresses", () => {
	const { log } = logOver();
	for (let index = 0; index < 63; index += 1) log.add(wrong(`10.0.${index}.1`));
	assert.deepEqual([log.recent().length, log.recent()[0]?.count, log.recent()[0]?.addresses], [61, 3, 3]);
	log.add({ ...wrong("10.9.9.9"), outcome: "gaveUp" });
	assert.equal(log.recent().length, 62, "each way to end has an entry of its own");
});

test("a place that is found after the knock was written is written behind it", async () => {
	const { promise, resolve } = Promise.withResolvers<Location>();
	const { log, rows } = logOver(openMemoryStore(), false, undefined, () => promise);
	log.add(wrong("81.2.69.7"));
	log.flush();
	assert.doesNotMatch(rows()[0]?.place ?? "", /Bonn/);
	resolve({ label: "Bonn", isSameNetwork: false });
	await settled();
	log.flush();
	assert.match(rows()[0]?.place ?? "", /Bonn/);
});

test("a bug is no failing disk: it is not swallowed", () => {
	const { log } = logOver(openMemoryStore(), false, undefined, undefined, {
		...plainSealer,
		seal: () => {
			throw new Error("a bug");
		},
	});
	log.add({ ...wrong("81.2.69.7"), who: knownName(fingerprint, "Ann") });
	assert.throws(() => log.flush(), /a bug/);
});
