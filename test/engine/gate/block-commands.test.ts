// Blocks by hand: what is refused so that nobody locks themselves out, whom a block hits, and what goes with it.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Location, Person } from "../../../src/engine/api/people.ts";
import { BlockCommands } from "../../../src/engine/gate/block-commands.ts";
import { KnockLog } from "../../../src/engine/gate/knock-log.ts";
import { Locations, type LookUp } from "../../../src/engine/places/locations.ts";
import { Caller } from "../../../src/net/address/caller.ts";
import { refusalWords } from "../../../src/ui/words/refusals.ts";
import { manualClock } from "../../support/manual-clock.ts";
import { callerAt } from "../../support/net/caller-at.ts";
import { madeUpPlaces } from "../../support/rooms/live-room.ts";
import { person } from "../../support/views/scripted-engine.ts";
import { gate } from "./open-gate.ts";
import { plainSealer } from "./plain-sealer.ts";

const own = "C".repeat(40);
const bonn: Location = { label: "Bonn", isSameNetwork: false, asn: 3320 };
const settled = () => new Promise((resolve) => setImmediate(resolve));

function commands(
	people: readonly Person[] = [],
	lookUp: LookUp = madeUpPlaces.lookUp,
	invites: readonly Caller[] = [],
) {
	const { gatekeeper, store, time } = gate();
	const clock = manualClock();
	const locations = new Locations({ lookUp, now: () => clock.now(), onFound: () => {} });
	const log = new KnockLog({
		store,
		sealer: () => plainSealer,
		find: (caller) => locations.find(caller),
		now: () => time.now,
		clock,
		onEntry: () => {},
	});
	const told: string[] = [];
	const toldAll: { readonly location: Location; readonly name: string | undefined }[] = [];
	const blocks = new BlockCommands({
		gatekeeper,
		locations,
		log,
		now: () => time.now,
		ownKey: () => own,
		ownAddresses: () => ["192.168.1.5", "2001:db8:1:2::5"],
		people: () => people,
		invites: () => invites,
		callerOf: (fingerprint) => Caller.at(people.find((one) => one.fingerprint === fingerprint)?.address ?? ""),
		onBlocked: ({ subject }, location, name) => {
			told.push(subject);
			toldAll.push({ location, name });
		},
	});
	const block = (address: string) => blocks.block({ kind: "block", address });
	return { blocks, block, gatekeeper, log, told, toldAll, time, store };
}

test("attack on oneself: this computer, its own addresses, a range that holds either, and one's own key are not blocked", () => {
	const { block, blocks, gatekeeper } = commands();
	for (const [typed, why] of [
		["127.0.0.1", /this computer itself/],
		["127.9.9.9", /this computer itself/],
		["::1", /this computer itself/],
		["this computer", /this computer itself/],
		["::ffff:127.0.0.1", /this computer itself/],
		["::/64", /this computer itself/],
		["0.0.0.0/0", /range holds this computer itself/],
		["::/0", /range holds this computer itself/],
		["127.0.0.0/30", /range holds this computer itself/],
		["::ffff:0.0.0.0/96", /range holds this computer itself/],
		["192.168.1.5", /own address/],
		["2001:db8:1:2::5", /own address/],
		["192.168.0.0/16", /own address 192\.168\.1\.5/],
		["2001:db8::/32", /own address 2001:db8:1:2::5/],
		[own, /your own key/],
		["everybody", /can't be blocked/],
	] as const) {
		const outcome = block(typed);
		assert.ok(outcome.kind === "refused" && outcome.code === "bad_address", typed);
		assert.match(refusalWords(outcome), why, typed);
		assert.equal(blocks.preview(typed).kind, "refused", typed);
	}
	assert.deepEqual(gatekeeper.list(), []);
});

test("a neighbour in the host's own network can be blocked: by address, and by the /64 that is counted for it", () => {
	for (const typed of ["192.168.1.6", "2001:db8:1:2::6", "2001:db8:1:2::/64", "192.168.1.128/25"]) {
		const { block } = commands();
		assert.equal(block(typed).kind, "done", typed);
	}
});

test("a preview says who in the room would be hit, by every kind of block, and never the host", () => {
	const people = [
		person("Hana", "C", { isSelf: true, isHost: true, address: "81.2.69.1", location: bonn }),
		person("Ann", "A", { address: "81.2.69.7", location: bonn }),
		person("Bob", "B", { address: "81.2.70.7", location: { label: "?", isSameNetwork: false } }),
	];
	const { blocks } = commands(people);
	const hits = (typed: string) => {
		const preview = blocks.preview(typed);
		assert.ok(preview.kind === "possible", typed);
		return preview.hits.map(({ name }) => name);
	};
	assert.deepEqual(hits("81.2.69.7"), ["Ann"]);
	assert.deepEqual(hits("81.2.64.0/20"), ["Ann", "Bob"]);
	assert.deepEqual(hits("AS3320"), ["Ann"]);
	assert.deepEqual(hits("b".repeat(40)), ["Bob"]);
	assert.deepEqual(hits("81.2.71.1"), []);
});

test("a block of a network owner says so when there is no data to tell owners by", async () => {
	const blind = commands([], async () => ({ label: "location unknown (no data)", isSameNetwork: false }));
	for (const { blocks, block, isBlind } of [
		{ ...blind, isBlind: true },
		{ ...commands(), isBlind: false },
	]) {
		blocks.preview("AS3320");
		await settled();
		assert.equal(block("AS3320").kind, "done");
		const preview = blocks.preview("AS3320");
		assert.ok(preview.kind === "possible");
		assert.equal(preview.block.warning, isBlind ? "noOwnerData" : undefined);
		assert.equal(blocks.views()[0]?.warning, preview.block.warning);
	}
});

test("a block keeps its end and its cleaned note, is told once, and can't end in the past", () => {
	const { blocks, told, time } = commands();
	const note = "  rude\u0007\nand loud ";
	assert.equal(blocks.block({ kind: "block", address: "AS3320", until: time.now + 5, note }).kind, "done");
	const [view] = blocks.views();
	assert.deepEqual(
		[view?.kind, view?.label, view?.until, view?.note],
		["asn", "AS3320", time.now + 5, "rude and loud"],
	);
	assert.deepEqual(told, ["AS3320"]);
	for (const until of [time.now, -1, 1.5, Number.NaN, 8.64e15 + 1, Number.MAX_SAFE_INTEGER]) {
		const outcome = blocks.block({ kind: "block", address: "AS3321", until });
		assert.equal(outcome.kind === "refused" && outcome.code, "bad_setting");
	}
});

test("unblocking says what still keeps an address out, and lifts every kind", () => {
	const { blocks, block } = commands();
	for (const typed of ["81.2.69.0/24", "81.2.69.7", "AS3320", "A".repeat(40), "10.0.0.0/8"])
		assert.equal(block(typed).kind, "done");
	const views = blocks.views();
	assert.deepEqual(views.find(({ kind }) => kind === "address")?.goesWith.alsoBlocked, ["81.2.69.0/24"]);
	assert.deepEqual(views.find(({ address }) => address === "81.2.69.0/24")?.goesWith.alsoBlocked, ["81.2.69.7"]);
	assert.equal(blocks.unblock("81.2.69.7").kind, "done");
	const again = blocks.unblock("81.2.69.7");
	assert.ok(again.kind === "refused");
	assert.deepEqual(again.code === "bad_address" && again.why === "blockedByOthers" && again.others, ["81.2.69.0/24"]);
	for (const typed of ["81.2.69.99/24", "as 3320", "a".repeat(40), "10.9.9.9/8"])
		assert.equal(blocks.unblock(typed).kind, "done", typed);
	assert.deepEqual(blocks.views(), []);
	assert.equal(blocks.unblock("AS3320").kind, "refused");
});

test("a blocked key is unblocked by the name of the one person who has it, and by no other", async () => {
	const ann = person("Ann", "A");
	const twins = [person("Bob", "B"), person("Bob", "D")];
	const { blocks, block, gatekeeper } = commands([ann, ...twins]);
	for (const { fingerprint } of [ann, ...twins]) assert.equal(block(fingerprint).kind, "done");
	assert.equal(blocks.unblock("Ann").kind, "done");
	assert.deepEqual(
		gatekeeper.subjects("fingerprint").toSorted(),
		twins.map(({ fingerprint }) => fingerprint).toSorted(),
	);
	const unclear = blocks.unblock("Bob");
	assert.equal(unclear.kind === "refused" && unclear.code === "bad_address" && unclear.why, "notBlocked");
	assert.equal(blocks.unblock("a key").kind, "refused");
});

test("a block of a shared address shows the guesses and the people behind it, told apart", async () => {
	const { blocks, block, log } = commands();
	log.add({ caller: callerAt("81.2.69.7"), outcome: "disconnected", guesses: 3 });
	log.add({ caller: callerAt("81.2.69.8"), outcome: "wrong", guesses: 1 });
	for (const { name, fingerprint, shortFingerprint } of [person("Ann", "A"), person("Bob", "B")]) {
		const who = { name, fingerprint, shortFingerprint, trust: "known" as const };
		log.add({ caller: callerAt("81.2.69.7"), outcome: "joined", guesses: 0, who });
	}
	await settled();
	block("81.2.69.7");
	const { goesWith, location } = blocks.views()[0]!;
	assert.equal(location.city, "Bonn");
	assert.deepEqual([goesWith.knocks, goesWith.strikes], [3, 3]);
	assert.deepEqual(
		goesWith.names.map(({ name, shortFingerprint }) => `${name} ${shortFingerprint}`),
		["Bob BBBB BBBB BBBB BBBB", "Ann AAAA AAAA AAAA AAAA"],
	);
});

test("a preview says what it is about, where that is, and whether it has an effect", async () => {
	const { blocks } = commands([person("Bob", "B", { address: "81.2.70.7" })]);
	const shown = (typed: string) => {
		const preview = blocks.preview(typed);
		assert.ok(preview.kind === "possible", typed);
		return preview.block;
	};
	for (const typed of ["81.2.69.7", "81.2.69.0/24", "AS3320"]) shown(typed);
	await settled();
	const bonnShown = { city: "Bonn", country: "Germany", asn: 3320 };
	for (const [typed, kind, address, label, place] of [
		["81.2.69.7", "address", "81.2.69.7", "81.2.69.7", bonnShown],
		["81.2.69.9/24", "cidr", "81.2.69.0/24", "81.2.69.0/24", bonnShown],
		["as 3320", "asn", "AS3320", "AS3320", { label: "network owner", isSameNetwork: false, asn: 3320 }],
		["b".repeat(40), "fingerprint", "B".repeat(40), "key BBBB BBBB BBBB BBBB", { label: "Bob", isSameNetwork: false }],
		[
			"D".repeat(40),
			"fingerprint",
			"D".repeat(40),
			"key DDDD DDDD DDDD DDDD",
			{ label: "a key", isSameNetwork: false },
		],
	] as const) {
		const block = shown(typed);
		assert.deepEqual([block.kind, block.address, block.label, block.warning], [kind, address, label, undefined], typed);
		assert.equal("warning" in block, false);
		assert.deepEqual({ ...block.location, ...place }, block.location, typed);
	}
});

test("an invite is blocked and lifted by what is shown of it or by the friend's name, and shown as that invite", () => {
	const invite = Caller.byInvite("0123456789abcdef", "Bob");
	const ofRoom = Caller.byInvite("f".repeat(16));
	const { blocks, gatekeeper, block } = commands([], madeUpPlaces.lookUp, [invite, ofRoom]);
	for (const name of ["the invite for Bob", "Bob", " Bob ", invite.key]) {
		assert.equal(block(invite.key).kind, "done");
		assert.equal(gatekeeper.isBlocked("address", invite.key), true);
		assert.deepEqual(
			blocks.views().map(({ label, address }) => [label, address]),
			[["the invite for Bob", invite.key]],
		);
		assert.equal(blocks.unblock(name).kind, "done", name);
		assert.equal(gatekeeper.isBlocked("address", invite.key), false);
	}
	assert.equal(blocks.unblock("Bob").kind, "refused", "it is not blocked any more");
	assert.equal(blocks.unblock("Eve").kind, "refused");
	assert.equal(block("81.2.69.7").kind, "done");
	assert.deepEqual(
		blocks.views().map(({ label }) => label),
		["81.2.69.7"],
		"what is no invite is shown as itself",
	);
	assert.equal(block(ofRoom.key).kind, "done");
	assert.equal(blocks.unblock("the room's invite").kind, "done");
});

test("strikes alone are lifted as well: whoever guessed wrong has all guesses again", () => {
	const { blocks, gatekeeper } = commands();
	const outcome = gatekeeper.knock(callerAt("81.2.69.7"));
	assert.ok(outcome.kind === "admitted");
	outcome.visit.guess(() => false);
	assert.equal(gatekeeper.strikesOf(callerAt("81.2.69.7")), 1);
	assert.equal(blocks.unblock("81.2.69.7").kind, "done");
	assert.equal(gatekeeper.strikesOf(callerAt("81.2.69.7")), 0);
	assert.equal(blocks.unblock("81.2.69.7").kind, "refused");
});

test("a block shows since when it holds, by whom, its end and its note, and where what is blocked is", async () => {
	const { blocks, time, block } = commands();
	block("81.2.69.7");
	time.now += 10;
	assert.equal(
		blocks.block({ kind: "block", address: "81.2.69.8", until: time.now + 60_000, note: "loud" }).kind,
		"done",
	);
	await settled();
	const [later, earlier] = blocks.views();
	assert.deepEqual(
		[later?.since, later?.reason, later?.until, later?.note, later?.location.city],
		[time.now, "byHand", time.now + 60_000, "loud", undefined],
	);
	assert.ok(earlier && !("until" in earlier) && !("note" in earlier) && !("warning" in earlier));
	await settled();
	assert.deepEqual(
		blocks.views().map(({ location: { city } }) => city),
		["Bonn", "Bonn"],
	);
});

test("beside a block at most twenty others are named, never itself, and a key meets none", () => {
	const { blocks, block } = commands();
	block("81.2.69.0/24");
	block("E".repeat(40));
	for (let host = 1; host <= 25; host += 1) block(`81.2.69.${host}`);
	const views = blocks.views();
	const alsoBlocked = (address: string) => views.find((view) => view.address === address)?.goesWith.alsoBlocked;
	assert.equal(alsoBlocked("81.2.69.0/24")?.length, 20);
	assert.deepEqual(alsoBlocked("81.2.69.1"), ["81.2.69.0/24"]);
	assert.deepEqual(alsoBlocked("E".repeat(40)), []);
});

test("the note is cut to 200 characters, and the end may be the last moment that a date can be", () => {
	const { blocks } = commands();
	assert.equal(blocks.block({ kind: "block", address: "AS1", note: "x".repeat(500), until: 8.64e15 }).kind, "done");
	assert.equal(blocks.views()[0]?.note?.length, 200);
	assert.equal(blocks.block({ kind: "block", address: "AS2", note: " \n " }).kind, "done");
	assert.equal(blocks.views().find(({ label }) => label === "AS2")?.note, undefined);
});

test("a block by hand is told with the name of the key's holder, from the room or from the log, and with its place", async () => {
	const { block, log, toldAll } = commands([person("Bob", "B")]);
	const { fingerprint, shortFingerprint } = person("Ann", "A");
	const who = { name: "Ann", fingerprint, shortFingerprint, trust: "known" as const };
	log.add({ caller: callerAt("81.2.69.7"), outcome: "joined", guesses: 0, who });
	await settled();
	for (const typed of ["B".repeat(40), fingerprint, "D".repeat(40), "AS3320"]) block(typed);
	assert.deepEqual(
		toldAll.map(({ name, location }) => [name, location.label]),
		[
			["Bob", "Bob"],
			["Ann", "Ann"],
			[undefined, "a key"],
			[undefined, "network owner"],
		],
	);
});

test("a block that can't be saved is refused, of an address as of anything else", () => {
	const { block, store } = commands();
	store.database.pragma("query_only = ON");
	for (const typed of ["81.2.69.7", "81.2.69.0/24", "AS3320"]) {
		const outcome = block(typed);
		assert.deepEqual(outcome.kind === "refused" && [outcome.code, "why" in outcome && outcome.why], [
			"internal",
			"blockNotSaved",
		]);
	}
});
