// What others have learned, in words: every kind, and only what is so.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Told } from "../../../src/engine/api/told.ts";
import { diskSection, toldLines, toldSections } from "../../../src/ui/words/told-words.ts";
import { exampleHosting, noon, personNamed, self } from "../../support/views/fake-engine.ts";

const nothing: Told = { since: noon, disclosures: [], unlisted: {}, ports: [], disk: [] };
const alone = { people: [self] };
const now = noon + 60_000;

const saidOf = (told: Told, room: Parameters<typeof toldSections>[1] = alone): string =>
	toldLines(toldSections(told, room, now)).join("\n");

test("Where nobody was sent anything, /told says so and nothing else", () => {
	assert.equal(
		saidOf(nothing, { people: [] }),
		[
			"Outside your rooms, since Real Talk was started at 12:00:",
			"- Nothing was sent to anybody outside this computer.",
			"On this computer's disk:",
			"- Nothing.",
		].join("\n"),
	);
});

test("Of many addresses the newest are listed, and the rest is counted", () => {
	const nodes = Array.from({ length: 15 }, (_, at) => ({ kind: "dht", to: `192.0.2.${at}`, at: noon }) as const);
	const said = saidOf({ ...nothing, disclosures: nodes, unlisted: { dht: 100 } });
	assert.match(said, /by it: 192\.0\.2\.3, .*192\.0\.2\.14 and 103 more \(since 12:00\)\. They learned/);
	assert.doesNotMatch(said, /192\.0\.2\.2,/);
	assert.match(said, /Internet provider/);
});

test("A message to everybody on the network is told without the address of the group", () => {
	const said = saidOf({ ...nothing, disclosures: [{ kind: "shownOnNetwork", to: "224.0.0.251", at: noon }] });
	assert.match(said, /Everyone on your own network \(since 12:00\)\. They were shown your room/);
	assert.doesNotMatch(said, /224\.0\.0\.251/);
});

test("An opened port is told with the router that was asked, for what, by which name, and when that was over", () => {
	const port = {
		router: "192.168.1.1",
		protocol: "tcp",
		externalPort: 50_000,
		internalPort: 40_213,
		at: noon,
	} as const;
	assert.match(
		saidOf({ ...nothing, ports: [{ ...port, method: "upnp", endedAt: now }] }),
		/The router 192\.168\.1\.1 was asked at 12:00 to let TCP port 50000 lead to port 40213 of this computer, under the name “Real Talk”\. That is over since 12:01\./,
	);
	assert.match(
		saidOf({ ...nothing, ports: [{ ...port, method: "pcp", externalPort: 40_213 }] }),
		/to let TCP port 40213 lead to this computer\.$/m,
	);
});

test("A moment of another day has its date", () => {
	const at = noon - 3 * 24 * 60 * 60_000;
	assert.match(saidOf({ ...nothing, since: at }), /started at 18 Nov 12:00/);
});

test("A host reads who has which address, and a guest what the host and the others see", () => {
	const gus = personNamed("gus", "known", { address: "81.2.69.142" });
	const hana = personNamed("hana", "known", { isHost: true });
	const atHost = saidOf(nothing, { people: [{ ...self, isHost: true }, gus], hosting: exampleHosting });
	assert.doesNotMatch(atHost, /next room/);
	const inDht = {
		...exampleHosting,
		ways: [{ way: "dht", state: "checking", facts: { kind: "announced", route: "dht" } }],
	} as const;
	assert.match(saidOf(nothing, { people: [self, gus], hosting: inDht }), /can look there for your next room/);
	assert.match(atHost, /gus \(81\.2\.69\.142\) sees your name, your key/);
	const atGuest = saidOf(nothing, { people: [self, hana, personNamed("dan")] });
	assert.match(
		atGuest,
		/hana, the host, sees your name, .*the address that your connection comes from .*not yours, if you come through Tor/,
	);
	assert.match(atGuest, /dan sees your name, .*as far as the host lets others learn it/);
});

test("What is on the disk is told by its number and its place", () => {
	const disk = [
		{ kind: "ownKeys", count: 1 },
		{ kind: "contacts", count: 2 },
		{ kind: "strikes", count: 1 },
	] as const;
	const { title, paragraphs } = diskSection({ disk, home: "/home/ada/rt" });
	assert.equal(title, "On this computer's disk, in /home/ada/rt");
	assert.deepEqual(paragraphs.slice(0, 4), [
		"1 key of your own (sealed).",
		"2 people whom you met, with name and key (sealed).",
		"1 address from which wrong passwords came.",
		"Nothing of what is said.",
	]);
	assert.match(paragraphs[4] ?? "", /vault\.key/);
	assert.deepEqual(diskSection({ disk: [{ kind: "strikes", count: 2 }], home: "/home/ada/rt" }).paragraphs, [
		"2 addresses from which wrong passwords came.",
		"Nothing of what is said.",
	]);
});
