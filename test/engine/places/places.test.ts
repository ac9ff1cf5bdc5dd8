// Where addresses are, for those who draw: at once what is known, later what was found, asked for seldom.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Location } from "../../../src/engine/api/people.ts";
import { Places } from "../../../src/engine/places/places.ts";
import type { Caller } from "../../../src/net/address/caller.ts";
import { callerAt } from "../../support/caller-at.ts";

const settled = () => new Promise((resolve) => setImmediate(resolve));

function places(answer: (address: string) => Location) {
	const asked: string[] = [];
	const time = { now: 0 };
	let found = 0;
	const where = async ({ address }: Caller) => {
		asked.push(address);
		return answer(address);
	};
	const made = new Places(
		{ where },
		() => time.now,
		() => {
			found += 1;
		},
	);
	return { made, asked, time, found: () => found };
}

const bonn: Location = { label: "Bonn", isSameNetwork: false, country: "Germany" };

test("what is not known yet is answered by what the address says, and told when it was found", async () => {
	const { made, asked, found } = places(() => bonn);
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

test("what was not found is asked for again after a minute, not before", async () => {
	let answer: Location = { label: "location unknown (no data)", isSameNetwork: false };
	const { made, asked, time } = places(() => answer);
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
	const { made, asked } = places(() => bonn);
	for (let i = 0; i < 5_000; i++) await made.find(callerAt(`10.${i >> 8}.${i & 255}.1`));
	assert.equal(made.known(callerAt("10.0.0.1")), undefined);
	assert.deepEqual(made.known(callerAt("10.19.135.1")), bonn);
	assert.equal(asked.length, 5_000);
});
