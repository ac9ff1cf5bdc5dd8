// Who was sent something: what is kept, what is not, and how much.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Disclosures } from "../../../src/engine/told/disclosures.ts";
import { keptOnDisk } from "../../../src/engine/told/on-disk.ts";
import type { OwnMapping } from "../../../src/net/portmap/method.ts";
import { openMemoryStore } from "../../../src/store/db.ts";
import { keptIn } from "../../../src/store/kept.ts";
import { settingsIn } from "../../../src/store/settings.ts";

function opened() {
	let time = 1_000;
	let changes = 0;
	const told = new Disclosures({
		now: () => time,
		isOwn: (address) => address === "192.0.2.7",
		changed: () => {
			changes += 1;
		},
	});
	return {
		told,
		changes: () => changes,
		later: () => {
			time += 1_000;
		},
	};
}

const at = (address: string) => ({ kind: "address", address, port: 5 }) as const;

test("An address is told once, with the time when it was first sent something", () => {
	const { told, changes, later } = opened();
	const dialled = told.contacts("dialled");
	dialled(at("::ffff:192.0.2.1"));
	later();
	dialled(at("192.0.2.1"));
	assert.deepEqual(told.view().disclosures, [{ kind: "dialled", to: "192.0.2.1", at: 1_000 }]);
	assert.equal(changes(), 1);
});

test("A connection that stays on this computer counts as told to nobody", () => {
	const { told } = opened();
	for (const address of ["127.0.0.1", "::1", "192.0.2.7", "memory:hana"]) told.contacts("dialled")(at(address));
	assert.deepEqual(told.view().disclosures, []);
});

test("The search for a router goes to everybody, and a name that is looked up to a name server, whatever it was for", () => {
	const { told } = opened();
	told.contacts("router")(at("239.255.255.250"));
	told.contacts("router")(at("ff02::c"));
	told.contacts("router")(at("fe80::1%eth0"));
	told.contacts("dht")({ kind: "name", name: "node1.example.org" });
	assert.deepEqual(
		told.view().disclosures.map(({ kind, to }) => [kind, to]),
		[
			["routerSearch", "239.255.255.250"],
			["routerSearch", "ff02::c"],
			["router", "fe80::1"],
			["nameServer", "node1.example.org"],
		],
	);
});

test("A flood of callers pushes out no other kind, and what is no longer listed is counted", () => {
	const { told } = opened();
	told.contacts("router")(at("192.168.1.1"));
	for (let number = 0; number < 700; number += 1) {
		told.contacts("caller")(at(`81.2.${number >> 8}.${number & 255}`));
	}
	const { disclosures, unlisted } = told.view();
	assert.equal(disclosures.filter(({ kind }) => kind === "router").length, 1);
	assert.equal(disclosures.filter(({ kind }) => kind === "caller").length, 500);
	assert.deepEqual(unlisted, { caller: 200 });
	assert.equal(disclosures.at(-1)?.to, "81.2.2.187");
});

test("A port that a router was asked for is told with its end", () => {
	const { told, later } = opened();
	const mapping: OwnMapping = {
		nonce: "0".repeat(24),
		method: "pcp",
		router: "192.168.1.1",
		protocol: "tcp",
		internalAddress: "192.168.1.2",
		internalPort: 40_213,
		externalPort: 40_213,
	};
	told.mapping({ kind: "made", mapping });
	later();
	told.mapping({ kind: "made", mapping: { ...mapping, externalPort: 40_214 } });
	const asked = {
		router: "192.168.1.1",
		method: "pcp",
		protocol: "tcp",
		externalPort: 40_214,
		internalPort: 40_213,
		at: 1_000,
	};
	assert.deepEqual(told.view().ports, [asked]);
	later();
	told.mapping({ kind: "gone", nonce: mapping.nonce });
	told.mapping({ kind: "gone", nonce: "1".repeat(24) });
	assert.deepEqual(told.view().ports, [{ ...asked, endedAt: 3_000 }]);
});

/** Finds rows of another table, or is a part of what is told of a room that is kept. */
const withoutWords = ["contact_names", "kept_people", "kept_outgoing"];

test("Each table of the database is told of, but for the index of names and the parts of a kept room", () => {
	const store = openMemoryStore();
	const tables = store.database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all();
	assert.deepEqual(
		tables.filter((name) => !withoutWords.includes(String(name))).toSorted(),
		[...keptIn(store).keys()].toSorted(),
	);
	assert.deepEqual(keptOnDisk(store), { disk: [] });
	settingsIn(store).set("memberCap", 20);
	assert.deepEqual(keptOnDisk(store), { disk: [{ kind: "settings", count: 1 }] });
	store.close();
});
