// From where each guest comes, as the host has it, and how long a guest waits until the others have been told.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { type Fingerprint, fingerprintBytes, parseFingerprint } from "../../../src/crypto/identity/fingerprint.ts";
import type { PlaceDetail } from "../../../src/engine/api/gate.ts";
import type { Location } from "../../../src/engine/api/people.ts";
import { GuestPlaces } from "../../../src/engine/host/guest-places.ts";
import type { PlaceNote } from "../../../src/engine/wire/content-kinds.ts";
import { callerAt } from "../../support/net/caller-at.ts";
import { stopTime, turns } from "./stopped-time.ts";

function keyOf(digit: string): Fingerprint {
	const key = parseFingerprint(digit.repeat(40));
	assert.ok(key);
	return key;
}

const [gus, ann] = [keyOf("A"), keyOf("B")];
const caller = callerAt("2001:db8:1:2::3");
const paris: Location = { label: "Paris, France", isSameNetwork: false, city: "Paris", country: "France" };

function placesOf(placeDetail: PlaceDetail = "country") {
	const locations = { at: () => paris, find: async () => paris };
	const settings = { placeDetail, isPaused: false, memberCap: 2, visibleOnLan: false };
	return new GuestPlaces({ locations, settings } as never);
}

/** Somebody comes, and time stands still; the notes that were told, and whether they wait no longer. */
function comes(t: TestContext, places: GuestPlaces) {
	stopTime(t);
	const notes: PlaceNote[] = [];
	let isTold = false;
	const learning = places.learn(gus, { caller, isInBrowser: false }, (note) => {
		notes.push(note);
		return "note 1";
	});
	void learning.then(() => {
		isTold = true;
	});
	return { notes, isTold: () => isTold, learning };
}

test("the host knows of each guest by which address and network they come, where that is and whether with a browser, until they are forgotten", async () => {
	const places = placesOf("nothing");
	assert.deepEqual(
		[places.of(gus), places.callerOf(gus), places.hasBrowser(gus)],
		[undefined, undefined, false],
		"the host has no Link of that kind",
	);
	await places.learn(gus, { caller, isInBrowser: false }, undefined);
	await places.learn(ann, { caller, isInBrowser: true }, undefined);
	const place = { address: "2001:db8:1:2::3", network: "2001:db8:1:2::/64", location: paris };
	assert.deepEqual([places.of(gus), places.hasBrowser(gus)], [place, false]);
	assert.deepEqual([places.of(ann), places.hasBrowser(ann)], [{ ...place, isInBrowser: true }, true]);
	assert.equal(places.callerOf(gus), caller);
	places.forget(gus);
	assert.deepEqual([places.of(gus), places.callerOf(ann)], [undefined, caller]);
});

test("a guest enters once the others have the note of where they come from, of as much as the host has chosen", async (t) => {
	const places = placesOf();
	const { notes, isTold, learning } = comes(t, places);
	await turns(5);
	assert.deepEqual(notes, [{ of: fingerprintBytes(gus), label: "France" }]);
	places.placed("another note");
	await turns(5);
	assert.equal(isTold(), false, "another note has its place");
	places.placed("note 1");
	await learning;
});

test("a guest waits two seconds for the others to be told, and no longer", async (t) => {
	const { isTold, learning } = comes(t, placesOf());
	await turns(5);
	t.mock.timers.tick(1_999);
	await turns(5);
	assert.equal(isTold(), false);
	t.mock.timers.tick(1);
	await learning;
});

test("nobody waits where nothing is told: the host keeps it to itself, there is nobody to tell, or the note could not be sent", async (t) => {
	const silent = comes(t, placesOf("nothing"));
	await silent.learning;
	assert.deepEqual(silent.notes, []);
	await placesOf().learn(gus, { caller, isInBrowser: false }, undefined);
	const unsent = placesOf();
	let asked = 0;
	await unsent.learn(gus, { caller, isInBrowser: false }, () => {
		asked += 1;
		return undefined;
	});
	assert.equal(asked, 1);
});
