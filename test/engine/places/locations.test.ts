// Where callers are, for those who draw: at once what is known, later what was found, looked up seldom.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Location } from "../../../src/engine/api/people.ts";
import { Locations } from "../../../src/engine/places/locations.ts";
import { callerAt } from "../../support/net/caller-at.ts";

const settled = () => new Promise((resolve) => setImmediate(resolve));

function locations(answer: (address: string) => Location, capacity = 2_000) {
	const asked: string[] = [];
	const time = { now: 0 };
	let found = 0;
	const made = new Locations({
		lookUp: async ({ address }) => {
			asked.push(address);
			return answer(address);
		},
		now: () => time.now,
		onFound: () => {
			found += 1;
		},
		capacity,
	});
	return { made, asked, time, found: () => found };
}

const bonn: Location = { label: "Bonn", isSameNetwork: false, country: "Germany" };

test("a place that is not known yet is answered by what the address says, and told when it was found", async () => {
	const { made, asked, found } = locations(() => bonn);
	assert.equal(made.at(callerAt("81.2.69.1")).label, "location unknown");
	assert.equal(made.known(callerAt("81.2.69.1")), undefined);
	assert.equal(made.at(callerAt("192.168.1.2")).isSameNetwork, true);
	await settled();
	assert.deepEqual(made.at(callerAt("81.2.69.1")), bonn);
	assert.deepEqual(made.known(callerAt("81.2.69.1")), bonn);
	assert.deepEqual(await made.find(callerAt("81.2.69.1")), bonn);
	assert.equal(asked.filter((address) => address === "81.2.69.1").length, 1);
	assert.equal(found(), 2);
});

test("an answer that comes later than alerts wait is known and told when it comes, not after a minute", async () => {
	let later: (found: Location) => void = () => {};
	let found = 0;
	const made = new Locations({
		lookUp: async (_caller, onLater = () => {}) => {
			later = onLater;
			return { label: "not ready yet", isSameNetwork: false };
		},
		now: () => 0,
		onFound: () => {
			found += 1;
		},
	});
	assert.equal((await made.find(callerAt("81.2.69.1"))).label, "not ready yet");
	later(bonn);
	assert.deepEqual([made.at(callerAt("81.2.69.1")), found], [bonn, 2]);
});

test("a place that was not found is asked for again after a minute, not before", async () => {
	let answer: Location = { label: "location unknown (no data)", isSameNetwork: false };
	const { made, asked, time } = locations(() => answer);
	await made.find(callerAt("81.2.69.1"));
	made.at(callerAt("81.2.69.1"));
	time.now = 60_000;
	made.at(callerAt("81.2.69.1"));
	assert.equal(asked.length, 1);
	answer = bonn;
	time.now = 60_001;
	made.at(callerAt("81.2.69.1"));
	await settled();
	assert.deepEqual(made.at(callerAt("81.2.69.1")), bonn);
	time.now = 1e9;
	made.at(callerAt("81.2.69.1"));
	assert.equal(asked.length, 2);
});

test("attack: ever new addresses are forgotten again", async () => {
	const { made, asked } = locations(() => bonn);
	for (let i = 0; i < 5_000; i++) await made.find(callerAt(`10.${i >> 8}.${i & 255}.1`));
	assert.equal(made.known(callerAt("10.0.0.1")), undefined);
	assert.deepEqual(made.known(callerAt("10.19.135.1")), bonn);
	assert.equal(asked.length, 5_000);
});

test("a caller is looked up once at a time, in all spellings of the address, and a network by its first address", async () => {
	const { made, asked } = locations(() => bonn);
	const spellings = ["8.8.8.8", "::ffff:8.8.8.8", "::ffff:808:808", "64:ff9b::8.8.8.8"];
	await Promise.all(spellings.map((address) => made.find(callerAt(address))));
	await made.find(callerAt("2a00:1:2:3::/64"));
	await made.find(callerAt("2A00:1:2:3::"));
	assert.deepEqual(asked, ["8.8.8.8", "2a00:1:2:3::"]);
});

test("only so many callers are remembered, and those asked for last", async () => {
	const { made, asked } = locations(() => bonn, 3);
	for (const last of [1, 2, 3, 1, 4]) await made.find(callerAt(`8.8.8.${last}`));
	asked.length = 0;
	for (const last of [1, 3, 4]) await made.find(callerAt(`8.8.8.${last}`));
	assert.deepEqual(asked, []);
	await made.find(callerAt("8.8.8.2"));
	assert.deepEqual(asked, ["8.8.8.2"]);
});
