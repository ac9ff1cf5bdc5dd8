// Where people are, in words: cleaned, and never late.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { lookUpIn, type PlaceData } from "../../../src/engine/places/look-up.ts";
import type { Place, UnknownWhy } from "../../../src/net/geoip/place.ts";
import { callerAt } from "../../support/net/caller-at.ts";

/** Answers what it is told to, and counts. */
class Told implements PlaceData {
	place: Place;
	readonly asked: string[] = [];

	constructor(place: Place) {
		this.place = place;
	}

	lookUp(address: string): Promise<Place> {
		this.asked.push(address);
		return Promise.resolve(this.place);
	}
}

const berlin: Place = {
	kind: "place",
	country: "DE",
	countryName: "Germany",
	region: "Berlin",
	city: "Berlin",
	asn: 3320,
	networkOwner: "Deutsche Telekom AG",
};

async function labelOf(place: Place): Promise<string> {
	return (await lookUpIn(new Told(place))(callerAt("8.8.8.8"))).label;
}

test("A place is city, region, country and whose network it is, and says nothing twice", async () => {
	assert.equal(await labelOf(berlin), "Berlin, Germany · Deutsche Telekom AG");
	assert.equal(
		await labelOf({ ...berlin, region: "Bayern", city: "Hof" }),
		"Hof, Bayern, Germany · Deutsche Telekom AG",
	);
	assert.equal(await labelOf({ kind: "place", country: "US", countryName: "United States" }), "United States");
	assert.equal(await labelOf({ kind: "place", country: "XK" }), "XK");
	assert.equal(
		await labelOf({ kind: "place", asn: 64_500, lacksLocation: "damaged" }),
		"location unknown (location data damaged) · AS64500",
	);
	assert.equal(
		await labelOf({ kind: "place", asn: 1, networkOwner: "Net" }),
		"location unknown (not in the location data) · Net",
	);
});

test("The parts can be used apart, for what the others in the room may learn", async () => {
	const found = await lookUpIn(new Told(berlin))(callerAt("8.8.8.8"));
	assert.deepEqual(found, {
		label: "Berlin, Germany · Deutsche Telekom AG",
		isSameNetwork: false,
		city: "Berlin",
		region: "Berlin",
		country: "Germany",
		networkOwner: "Deutsche Telekom AG",
		asn: 3320,
	});
});

test("A place that is not known says why", async () => {
	const words: Readonly<Record<UnknownWhy, RegExp>> = {
		noData: /^location unknown \(no location data\)$/,
		damaged: /^location unknown \(location data damaged\)$/,
		notFound: /^location unknown \(not in/,
		notGlobal: /^location unknown$/,
		busy: /^location unknown \(too many/,
	};
	for (const [why, pattern] of Object.entries(words))
		assert.match(await labelOf({ kind: "unknown", why: why as UnknownWhy }), pattern);
	const lackOf = async (why: UnknownWhy) =>
		(await lookUpIn(new Told({ kind: "unknown", why }))(callerAt("8.8.8.8"))).lacks;
	assert.deepEqual(
		[await lackOf("noData"), await lackOf("damaged"), await lackOf("notFound")],
		["noData", "damaged", undefined],
	);
});

test("Near addresses and what is no address are answered without asking the data", async () => {
	const data = new Told(berlin);
	const lookUp = lookUpIn(data);
	for (const [address, label] of [
		["127.0.0.1", "this computer"],
		["::1", "this computer"],
		["192.168.1.9", "same network"],
		["fd00::1", "same network"],
		["this computer", "this computer"],
	] as const) {
		assert.equal((await lookUp(callerAt(address))).label, label);
	}
	assert.deepEqual(data.asked, []);
});

test("Data that does not answer keeps no alert waiting, and is used once it has answered", async () => {
	const { promise, resolve } = Promise.withResolvers<Place>();
	const lookUp = lookUpIn({ lookUp: () => promise }, 10);
	const later = Promise.withResolvers<string>();
	assert.match((await lookUp(callerAt("8.8.8.8"), ({ label }) => later.resolve(label))).label, /not ready/);
	resolve(berlin);
	assert.match(await later.promise, /^Berlin/);
	assert.match((await lookUp(callerAt("8.8.8.8"))).label, /^Berlin/);
});

test("Names in the data cannot steer the terminal, break a line or grow", async () => {
	const hostile = fc.string({
		unit: fc.constantFrom("\u001b", "[", "3", "m", "\n", "\r", "\u202e", "\u0007", "a", "é", "\u200b", "🙂"),
	});
	await fc.assert(
		fc.asyncProperty(hostile, hostile, hostile, hostile, async (city, region, countryName, networkOwner) => {
			const data = new Told({ kind: "place", country: "DE", city, region, countryName, networkOwner });
			const location = await lookUpIn(data)(callerAt("8.8.8.8"));
			for (const text of Object.values(location)) {
				if (typeof text === "string") assert.doesNotMatch(text, /[\p{Cc}\u202e\u200b]/u);
			}
			assert.ok(location.label.length <= 4 * 60 + 20);
		}),
		{ numRuns: 300 },
	);
});
