// Knocks as they are kept and as they are shown: nothing is shown that was bent on the disk, and nothing is kept that is nobody's business.
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseFingerprint } from "../../../src/crypto/identity/fingerprint.ts";
import type { KnockOutcome, KnockView } from "../../../src/engine/api/gate.ts";
import { isOfFilter, knownName, rowOf, viewOf } from "../../../src/engine/gate/knock-rows.ts";
import { plainSealer } from "./plain-sealer.ts";

const fingerprint = parseFingerprint("0123456789ABCDEF0123456789ABCDEF01234567")!;
const location = {
	label: "Bonn, Germany (Telekom)",
	isSameNetwork: false,
	city: "Bonn",
	region: "NRW",
	country: "Germany",
	networkOwner: "Telekom",
	asn: 3320,
};
const view: KnockView = {
	id: "0-1",
	at: 5,
	lastAt: 6,
	address: "81.2.69.7",
	location,
	outcome: "joined",
	guesses: 1,
	count: 2,
	addresses: 3,
	who: knownName(fingerprint, "Ann", "known"),
};

test("a knock that was kept is shown again as it was, without the invite, which is kept nowhere", () => {
	const row = rowOf({ ...view, invite: "Bob" }, "81.2.69.7", plainSealer);
	assert.equal(row.knocker, "81.2.69.7");
	assert.equal(row.address, "81.2.69.7");
	assert.deepEqual(viewOf(row, plainSealer), view);
	assert.doesNotMatch(JSON.stringify(row), /Bob/);
	const short = { ...view, location: { label: "somewhere", isSameNetwork: true } };
	assert.deepEqual(viewOf(rowOf(short, "81.2.69.7", plainSealer), plainSealer), short);
});

test("whoever comes by an invite alone is kept under the invite's key, and not under the friend's name", () => {
	const key = `invite ${"0".repeat(16)}`;
	const row = rowOf({ ...view, address: "the invite for Bob" }, key, plainSealer);
	assert.deepEqual([row.address, row.knocker], [key, key]);
	assert.doesNotMatch(JSON.stringify(row), /Bob/);
	assert.equal(rowOf(view, "81.2.69.0/24", plainSealer).address, "81.2.69.7", "an address stays what it was");
});

test("the person of a knock is kept only sealed, and shown only when that opens and is whole", () => {
	const row = rowOf(view, "81.2.69.7", plainSealer);
	const { who: _, ...without } = view;
	assert.equal(rowOf(view, "81.2.69.7", undefined).who, undefined);
	assert.deepEqual(viewOf(row, undefined), without);
	assert.deepEqual(viewOf({ ...row, id: "0-2" }, plainSealer), { ...without, id: "0-2" }, "moved from another row");
	const sealed = (who: unknown) => {
		const text = typeof who === "string" ? who : JSON.stringify(who);
		return { ...row, who: plainSealer.seal("knocks", "who", row.id, Buffer.from(text)) };
	};
	assert.equal(viewOf(sealed({ name: "Ann", fingerprint }), plainSealer).who?.trust, undefined);
	const bent = [
		"no JSON",
		{},
		{ name: "Ann" },
		{ fingerprint },
		{ name: 5, fingerprint },
		{ name: "Ann", fingerprint: "AB" },
	];
	for (const who of [...bent, { name: "Ann", fingerprint, trust: "loved" }, null])
		assert.deepEqual(viewOf(sealed(who), plainSealer), without, JSON.stringify(who));
	assert.equal(viewOf(sealed({ name: "\u001b[2JAnn", fingerprint }), plainSealer).who?.name.includes("\u001b"), false);
});

test("a place that was bent on the disk is cleaned, or left out for what the address alone says", () => {
	const row = rowOf(view, "81.2.69.7", plainSealer);
	const placed = (place: unknown, address = row.address) => {
		const text = place === undefined || typeof place === "string" ? place : JSON.stringify(place);
		return viewOf({ ...row, address, place: text }, plainSealer).location;
	};
	const global = { label: "location unknown", isSameNetwork: false };
	for (const bent of [
		undefined,
		"no JSON",
		{},
		{ label: "x" },
		{ isSameNetwork: true },
		{ label: 1, isSameNetwork: true },
	])
		assert.deepEqual(placed(bent), global, JSON.stringify(bent));
	for (const field of ["city", "region", "country", "networkOwner"])
		assert.deepEqual(placed({ ...location, [field]: 7 }), global, field);
	assert.deepEqual(placed({ ...location, asn: "3320" }), global);
	assert.deepEqual(placed("no JSON", "192.168.1.5"), { label: "same network", isSameNetwork: true });
	const control = "\u001b]0;owned\u0007";
	const dirty = Object.fromEntries(
		Object.entries(location).map(([name, value]) => [name, typeof value === "string" ? `${value}${control}` : value]),
	);
	const shown = placed(dirty);
	assert.doesNotMatch(JSON.stringify(shown), /\\u00/);
	assert.equal(shown.asn, 3320);
	assert.equal(placed({ ...location, label: "x".repeat(500) }).label.length <= 200, true);
});

test("a name that shows nothing is replaced by the key's short form", () => {
	const short = "89AB CDEF 0123 4567";
	assert.deepEqual(knownName(fingerprint, "\u0007"), {
		name: `(no name) ${short}`,
		fingerprint,
		shortFingerprint: short,
	});
	assert.deepEqual(knownName(fingerprint, "Ann", "new"), {
		name: "Ann",
		fingerprint,
		shortFingerprint: short,
		trust: "new",
	});
});

test("each filter lets through what it says, and one that is not there lets everything through", () => {
	const all: readonly KnockOutcome[] = [
		"joined",
		"gaveUp",
		"wrong",
		"disconnected",
		"blocked",
		"turnedAway",
		"busy",
		"paused",
		"full",
		"passwordChanged",
		"failed",
	];
	const through = (filter: Parameters<typeof isOfFilter>[1]) => all.filter((outcome) => isOfFilter(outcome, filter));
	assert.deepEqual(through("all"), all);
	assert.deepEqual(through("joined"), ["joined"]);
	assert.deepEqual(through("wrong"), ["wrong", "disconnected", "blocked"]);
	assert.deepEqual(through("blocked"), ["blocked", "turnedAway"]);
});
