// What the host chooses for their rooms, and what others then learn of a joiner's place.
import assert from "node:assert/strict";
import { test } from "node:test";
import { HostSettings, placeForOthers } from "../../../src/engine/gate/settings.ts";
import { openMemoryStore } from "../../../src/store/db.ts";

test("settings are kept from room to room, except the pause and being shown on the network", () => {
	const store = openMemoryStore();
	const settings = new HostSettings(store);
	assert.deepEqual(settings.current, {
		placeDetail: "country",
		isPaused: false,
		memberCap: 200,
		visibleOnLan: false,
	});
	settings.change({ placeDetail: "nothing", isPaused: true, memberCap: 5, visibleOnLan: true });
	const chosen = { placeDetail: "nothing", memberCap: 5 } as const;
	assert.deepEqual(settings.current, { ...chosen, isPaused: true, visibleOnLan: true });
	assert.deepEqual(new HostSettings(store).current, { ...chosen, isPaused: false, visibleOnLan: false });
	settings.roomOpened({});
	assert.deepEqual(settings.current, { ...chosen, isPaused: false, visibleOnLan: false });
	settings.roomOpened({ visibleOnLan: true });
	assert.equal(settings.current.visibleOnLan, true);
});

test("a room holds two to two hundred people, and what is refused changes nothing else", () => {
	const settings = new HostSettings(openMemoryStore());
	for (const memberCap of [0, 1, 201, 2.5, Number.NaN, -3]) {
		const outcome = settings.change({ memberCap, placeDetail: "nothing" });
		assert.equal(outcome.kind === "refused" && outcome.code, "bad_setting");
	}
	assert.equal(settings.current.placeDetail, "country");
	for (const memberCap of [2, 200]) {
		assert.equal(settings.change({ memberCap }).kind, "done");
		assert.equal(settings.current.memberCap, memberCap);
	}
});

test("others learn nothing, the country, or city, country and owner; unknown places are not told at all", () => {
	const bonn = {
		label: "Bonn, Germany · Telekom",
		isSameNetwork: false,
		city: "Bonn",
		country: "Germany",
		networkOwner: "Telekom",
	};
	const unknown = { label: "location unknown", isSameNetwork: false };
	const near = { label: "same network", isSameNetwork: true };
	const here = { label: "this computer", isSameNetwork: true };
	for (const [location, told] of [
		[bonn, [undefined, "Germany", "Bonn, Germany (Telekom)"]],
		[{ ...unknown, networkOwner: "Telekom" }, [undefined, undefined, "Telekom"]],
		[{ ...unknown, country: "Germany" }, [undefined, "Germany", "Germany"]],
		[unknown, [undefined, undefined, undefined]],
		[near, [undefined, "the host's own network", "the host's own network"]],
		[here, [undefined, "the host's own computer", "the host's own computer"]],
	] as const) {
		assert.deepEqual(
			(["nothing", "country", "city"] as const).map((detail) => placeForOthers(location, detail)),
			told,
		);
	}
});
