// The host's side of the gate without sockets and without a room: what is decided there, who is told of it, and what of a flood is told once.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { type Fingerprint, parseFingerprint, shortFingerprint } from "../../../src/crypto/identity/fingerprint.ts";
import type { Happening } from "../../../src/engine/api/events.ts";
import type { Notice, Tone } from "../../../src/engine/api/notices.ts";
import type { Location, Person } from "../../../src/engine/api/people.ts";
import type { Knock } from "../../../src/engine/gate/access-rules.ts";
import { GateHost } from "../../../src/engine/gate/gate-host.ts";
import { Gatekeeper } from "../../../src/engine/gate/guesses/gatekeeper.ts";
import type { Caller } from "../../../src/net/address/caller.ts";
import { openMemoryStore, type Store } from "../../../src/store/db.ts";
import { manualClock } from "../../support/manual-clock.ts";
import { callerAt } from "../../support/net/caller-at.ts";
import { storeIn, temporaryHome } from "../../support/temporary-home.ts";
import { turns } from "../host/stopped-time.ts";
import { visitOf } from "./open-gate.ts";
import { plainSealer } from "./plain-sealer.ts";

const [own, gus, ann] = ["A", "B", "C"].map((digit) => parseFingerprint(digit.repeat(40))) as [
	Fingerprint,
	Fingerprint,
	Fingerprint,
];
const [near, far] = [callerAt("81.2.69.7"), callerAt("81.2.69.130")];
const places = new Map<Caller, Location>([
	[near, { label: "Bonn, Germany", isSameNetwork: false, country: "Germany", asn: 3320 }],
	[far, { label: "Lyon, France", isSameNetwork: false, country: "France", asn: 3215 }],
]);
const unknown: Location = { label: "location unknown", isSameNetwork: false };

/** A host's gate, with a room in which there are the host, Gus and Ann. */
function opensGate(store: Store = openMemoryStore(), find = async (caller: Caller) => places.get(caller) ?? unknown) {
	const clock = manualClock();
	const events: Happening[] = [];
	const notes: (readonly [Tone, Notice])[] = [];
	const told = { removed: [] as Fingerprint[], chosen: [] as unknown[], drawn: 0, places: 0, keys: 0, blocks: 0 };
	const people = [own, gus, ann].map((fingerprint) => ({
		fingerprint,
		isSelf: fingerprint === own,
		name: "",
	})) as Person[];
	const asked: Caller[] = [];
	const gate = new GateHost({
		...{ store, sealer: () => plainSealer, now: () => 1_000 + clock.now(), clock },
		lookUp: (caller) => {
			asked.push(caller);
			return find(caller);
		},
		ownKey: () => own,
		ownAddresses: () => [],
		trustOf: (fingerprint, name) => (fingerprint === gus && name === "Gus" ? "verified" : "new"),
		room: () => ({
			people: () => people.map((one) => ({ ...one, name: one.fingerprint === gus ? "Gus" : "" })),
			callerOf: (fingerprint) => (fingerprint === gus ? near : fingerprint === ann ? far : undefined),
			invites: () => [],
			remove: async (fingerprint) => told.removed.push(fingerprint),
			refreshPlaces: () => {
				told.places += 1;
			},
			settingsChanged: (chosen) => told.chosen.push(chosen),
			note: (tone, notice) => notes.push([tone, notice]),
		}),
		emit: (event) => events.push(event),
		onKeyBlocked: () => {
			told.keys += 1;
		},
		onBlocks: () => {
			told.blocks += 1;
		},
		onChange: () => {
			told.drawn += 1;
		},
	});
	let judged = 0;
	const unwatch = gate.watch(() => {
		judged += 1;
	});
	/** How often those on the way in were judged anew since this was asked last. */
	const judgedSince = () => {
		const times = judged;
		judged = 0;
		return times;
	};
	const codes = () => notes.splice(0).map(([tone, { code }]) => `${tone} ${code}`);
	return { gate, clock, events, notes, codes, told, asked, judgedSince, unwatch };
}

const knock = (outcome: Knock["outcome"], more: Partial<Knock> = {}): Knock => ({
	...{ caller: near, outcome, guesses: 0 },
	who: { fingerprint: gus, name: "Gus", isProven: true },
	...more,
});

test("a blocked key that comes again, or one that waits too often, is an alarm once a minute; other ends are for the log alone", () => {
	const { gate, clock, notes, events, codes } = opensGate();
	for (const outcome of ["joined", "failed", "paused", "wrongKey"] as Knock["outcome"][]) gate.onKnock(knock(outcome));
	gate.onKnock({ caller: near, outcome: "turnedAway", guesses: 0 });
	assert.deepEqual(notes, []);
	gate.onKnock(knock("turnedAway"));
	const { address } = near;
	const alarm = { code: "blockedKeyCame", address, name: "Gus", shortFingerprint: shortFingerprint(gus) };
	assert.deepEqual(notes.splice(0), [["alarm", alarm]]);
	assert.deepEqual(
		events.filter(({ kind }) => kind === "notice"),
		[{ kind: "notice", tone: "alarm", notice: alarm }],
	);
	clock.advance(59_999);
	gate.onKnock(knock("turnedAway"));
	assert.deepEqual(notes, []);
	gate.onKnock(knock("busy", { who: { fingerprint: ann, name: "Ann", isProven: false } }));
	assert.deepEqual(codes(), ["alarm tooManyWaiting"]);
	clock.advance(1);
	gate.onKnock(knock("turnedAway"));
	assert.equal(notes.length, 1);
});

test("the log says how well somebody was known before they came in, if that was asked of the name with which they did", () => {
	const { gate } = opensGate();
	const loggedTrust = (knocked: Knock) => {
		gate.onKnock(knocked);
		return gate.knocks()[0]?.who?.trust;
	};
	gate.arriving(gus, "Gus");
	assert.equal(loggedTrust(knock("joined")), "verified");
	assert.equal(loggedTrust(knock("failed")), undefined, "that was for the knock before");
	gate.arriving(gus, "Gus");
	assert.equal(loggedTrust(knock("paused", { who: { fingerprint: gus, name: "Gustav", isProven: true } })), undefined);
	gate.arriving(gus, "Gus");
	assert.equal(loggedTrust(knock("full", { who: { fingerprint: gus, name: "Gus", isProven: false } })), undefined);
});

test("attack: a seat in two hands, and an invite in another's, are alarms that are not told again and again", () => {
	const { gate, clock, notes, events } = opensGate();
	const [shortGus, shortAnn] = [shortFingerprint(gus), shortFingerprint(ann)];
	gate.onSeatAlarm(gus, "stolen");
	gate.onSeatAlarm(gus, "stolen");
	gate.onSeatAlarm(parseFingerprint("D".repeat(40)) as Fingerprint, "retired");
	const stranger = shortFingerprint(parseFingerprint("D".repeat(40)) as Fingerprint);
	assert.deepEqual(notes.splice(0), [
		["alarm", { code: "seatAlarm", what: "stolen", name: "Gus", shortFingerprint: shortGus }],
		["alarm", { code: "seatAlarm", what: "retired", name: stranger, shortFingerprint: stranger }],
	]);
	gate.onInviteAlarm("Mum", { fingerprint: ann, name: "Ann" });
	gate.onInviteAlarm("Mum", { fingerprint: ann, name: "Ann" });
	gate.onInviteAlarm("Dad", { fingerprint: ann, name: "Ann" });
	const another = { code: "inviteOfAnother", name: "Ann", shortFingerprint: shortAnn };
	assert.deepEqual(notes.splice(0), [
		["alarm", { ...another, label: "Mum" }],
		["alarm", { ...another, label: "Dad" }],
	]);
	assert.equal(events.filter(({ kind }) => kind === "notice").length, 4, "clients hear of it as well");
	clock.advance(60_000);
	gate.onSeatAlarm(gus, "stolen");
	gate.onInviteAlarm("Mum", { fingerprint: ann, name: "Ann" });
	assert.equal(notes.length, 2);
});

test("the owner of a caller's network is looked up only while an owner is blocked, and found by the number", async () => {
	const { gate, asked } = opensGate();
	assert.equal(await gate.isOwnerBlocked(near), false);
	assert.deepEqual(asked, []);
	await gate.perform({ kind: "block", address: "AS3215" });
	assert.deepEqual([await gate.isOwnerBlocked(near), await gate.isOwnerBlocked(far)], [false, true]);
	assert.equal(await gate.isOwnerBlocked(callerAt("192.0.2.1")), false, "the owner is not known");
});

test("a choice of the host holds at once for those on the way in, and is shown and told to the room; one that is refused changes nothing", async () => {
	const { gate, told, judgedSince } = opensGate();
	assert.deepEqual([gate.isPaused(), gate.memberCap() > 2], [false, true]);
	assert.equal(gate.view().settings.isPaused, false);
	const command = { kind: "settings", isPaused: true, memberCap: 2 } as const;
	assert.equal((await gate.perform(command)).kind, "done");
	assert.deepEqual([gate.isPaused(), gate.memberCap(), gate.settings.isPaused], [true, 2, true]);
	assert.equal(gate.view().settings.isPaused, true, "the picture is made anew");
	assert.equal(gate.view(), gate.view());
	await gate.perform({ kind: "unblock", address: gus });
	assert.deepEqual([told.chosen, told.blocks, judgedSince()], [[command], 0, 2]);
	const refused = await gate.perform({ kind: "settings", memberCap: 1 });
	assert.deepEqual([refused.kind, gate.memberCap()], ["refused", 2]);
});

test("a block is told to other rooms and to those on the way in, and removes whom it hits only if that was asked for", async () => {
	const { gate, told, judgedSince, events } = opensGate();
	await gate.perform({ kind: "block", address: gus });
	assert.deepEqual([told.keys, told.blocks, told.removed, judgedSince()], [1, 1, [], 1]);
	assert.equal(gate.isKeyBlocked(gus), true);
	assert.equal(gate.isKeyBlocked(ann), false);
	assert.deepEqual(
		events.map((event) => event.kind === "blocked" && [event.address, event.name]),
		[[gus, "Gus"]],
	);
	await gate.perform({ kind: "block", address: "81.2.69.0/24", isRemoving: true });
	assert.deepEqual([told.keys, told.blocks, told.removed.splice(0)], [1, 2, [gus, ann]]);
	assert.equal(gate.blocks().length, 2);
	const refused = await gate.perform({ kind: "block", address: own, isRemoving: true });
	const inPast = { kind: "block", address: ann, isRemoving: true, until: 1 } as const;
	assert.deepEqual([refused.kind, (await gate.perform(inPast)).kind], ["refused", "refused"]);
	assert.deepEqual([told.blocks, told.removed], [2, []], "who could not be blocked stays");
	judgedSince();
	await gate.perform({ kind: "unblock", address: gus });
	assert.deepEqual([gate.isKeyBlocked(gus), told.blocks, judgedSince(), gate.view().blocks.length], [false, 3, 1, 1]);
	await gate.perform({ kind: "unblock", address: gus });
	assert.equal(told.blocks, 3, "there was no such block");
});

test("a friend's invite that is used from a second country is told, and forgotten with the invite", async () => {
	const { gate, codes, judgedSince, events, clock } = opensGate();
	for (const caller of [near, far]) {
		gate.onKnock(knock("joined", { caller, invite: "" }));
		gate.onKnock(knock("joined", { caller, invite: "Mum" }));
		await turns(5);
	}
	assert.deepEqual(codes(), ["warning inviteFromAfar"]);
	assert.equal(events.filter(({ kind }) => kind === "notice").length, 1);
	assert.deepEqual(
		gate
			.view()
			.knocks.map(({ invite }) => invite)
			.toSorted(),
		["", "", "Mum", "Mum"],
	);
	gate.onKnock(knock("failed"));
	assert.equal(gate.view().knocks.find(({ outcome }) => outcome === "failed")?.invite, undefined);
	const trail = { invite: "Mum", addresses: 2, countries: ["Germany", "France"], hasNoAddress: false };
	assert.deepEqual(gate.view().invites, [trail]);
	gate.changedInvites();
	assert.equal(judgedSince(), 1);
	assert.deepEqual(gate.view().invites, [trail]);
	gate.changedInvites("Mum");
	gate.onKnock(knock("paused", { caller: near, invite: "Mum" }));
	await turns(5);
	assert.deepEqual([codes(), judgedSince()], [[], 1]);
	clock.advance(250);
	assert.deepEqual(gate.view().invites, [{ ...trail, addresses: 1, countries: ["Germany"] }]);
	gate.roomClosed();
	assert.deepEqual(gate.view().invites, [], "another room has other invites");
});

/** Guesses wrongly three times. */
function guessesWrongly(gatekeeper: Gatekeeper, address: string): void {
	const visit = visitOf(gatekeeper, address);
	for (let guess = 0; guess < 3; guess += 1) visit.guess(() => false);
}

test("alerts are told in their order, however long the look-up of a place takes, and without the place when too many wait", async () => {
	const slow = new Map<string, (location: Location) => void>();
	const { gate, events } = opensGate(openMemoryStore(), (caller) => {
		return new Promise((resolve) => slow.set(caller.key, resolve));
	});
	const strikes = () =>
		events.splice(0).flatMap((one) => (one.kind === "strike" ? [`${one.address} ${one.location.label}`] : []));
	guessesWrongly(gate.gatekeeper, "45.7.3.1");
	guessesWrongly(gate.gatekeeper, "45.7.3.2");
	slow.get("45.7.3.2")?.({ label: "Second", isSameNetwork: false });
	await turns(5);
	assert.deepEqual(strikes(), []);
	slow.get("45.7.3.1")?.({ label: "First", isSameNetwork: false });
	await turns(5);
	assert.deepEqual(strikes(), [...Array(3).fill("45.7.3.1 First"), ...Array(3).fill("45.7.3.2 Second")]);
	for (let last = 10; last < 27; last += 1) guessesWrongly(gate.gatekeeper, `45.7.3.${last}`);
	assert.deepEqual(strikes(), ["45.7.3.26 location unknown"]);
});

test("guesses that can't be recorded are an alarm without a place, and what was counted is told when the room is over", async () => {
	const store = openMemoryStore();
	const { gate, codes, clock } = opensGate(store);
	for (let last = 1; last < 9; last += 1) guessesWrongly(gate.gatekeeper, `81.2.68.${last}`);
	await turns(20);
	assert.equal(codes().length, 20, "more of it is summed up");
	gate.roomClosed();
	assert.equal(codes().length, 1);
	const visit = visitOf(gate.gatekeeper, "81.2.69.7");
	store.database.exec("DROP TABLE strikes");
	visit.guess(() => false);
	assert.deepEqual([codes(), clock.waiting > 0], [["alarm guessesNotSaved"], true]);
});

test("without a room the gate can be asked and changed all the same", async () => {
	const clock = manualClock();
	const gate = new GateHost({
		...{ store: openMemoryStore(), sealer: () => plainSealer, now: () => 1_000, clock, lookUp: async () => unknown },
		...{ ownKey: () => own, ownAddresses: () => [], trustOf: () => "new", room: () => undefined },
		...{ emit: () => {}, onChange: () => {} },
	});
	assert.equal((await gate.perform({ kind: "settings", isPaused: true })).kind, "done");
	assert.equal((await gate.perform({ kind: "block", address: gus, isRemoving: true })).kind, "done");
	assert.equal((await gate.perform({ kind: "unblock", address: "Gus" })).kind, "refused");
	gate.onSeatAlarm(gus, "stolen");
	for (let round = 0; round < 2; round += 1) guessesWrongly(gate.gatekeeper, "81.2.69.7");
	clock.advance(250);
	assert.deepEqual([gate.blocks().length, gate.previewBlock("81.2.69.0/24").kind], [2, "possible"]);
});

test("whoever is blocked for wrong guesses is blocked for those on the way in and in other rooms at once", async () => {
	const { gate, told, judgedSince, codes } = opensGate();
	guessesWrongly(gate.gatekeeper, "81.2.69.7");
	assert.deepEqual([told.blocks, judgedSince()], [0, 0]);
	guessesWrongly(gate.gatekeeper, "81.2.69.7");
	assert.deepEqual([told.blocks, judgedSince()], [1, 1]);
	await turns(5);
	assert.ok(codes().length > 0);
});

test("a flood is drawn four times a second, with the places found meanwhile, and not at all once the room is over", async () => {
	const { gate, clock, told, events } = opensGate();
	const before = gate.view();
	for (let count = 0; count < 9; count += 1) gate.onKnock(knock("failed"));
	await turns(5);
	assert.equal(events.filter(({ kind }) => kind === "knock").length, 1, "a burst is one entry");
	clock.advance(249);
	assert.equal(told.drawn, 0);
	clock.advance(1);
	assert.deepEqual([told.drawn, told.places], [1, 1]);
	assert.notEqual(gate.view(), before);
	assert.equal(gate.view().knocks[0]?.count, 9);
	gate.onKnock(knock("joined"));
	await turns(5);
	clock.advance(250);
	assert.equal(told.drawn, 2);
	gate.roomOpened({});
	gate.onKnock(knock("paused"));
	await turns(5);
	const drawn = gate.view();
	gate.roomClosed();
	assert.notEqual(gate.view(), drawn);
	clock.advance(10_000);
	assert.equal(told.drawn, 2);
	assert.equal(clock.waiting, 0, "nothing is waited for any more");
});

/** A gate of this program and the gatekeeper of another process, on one database. */
function shared(t: TestContext) {
	const home = temporaryHome(t);
	const theirs = new Gatekeeper({ store: storeIn(t, home), onAlert: () => {}, now: () => 5 });
	return { ...opensGate(storeIn(t, home)), theirs };
}

test("a block that another process adds removes whom it hits while a room is open, with a warning, and not before or afterwards", async (t) => {
	const { gate, clock, theirs, told, codes, judgedSince } = shared(t);
	theirs.blockOther("fingerprint", ann);
	clock.advance(2_000);
	gate.roomOpened({ isPaused: true });
	assert.equal(gate.isPaused(), true);
	clock.advance(2_000);
	assert.deepEqual([told.removed, codes(), judgedSince()], [[], [], 0]);
	const before = gate.view();
	theirs.blockOther("fingerprint", gus);
	clock.advance(2_000);
	await turns(5);
	assert.deepEqual([told.removed.splice(0), codes(), judgedSince()], [[gus], ["warning blockedElsewhere"], 1]);
	assert.notEqual(gate.view(), before);
	theirs.unblockOther("fingerprint", gus);
	gate.blocksChanged();
	assert.deepEqual([told.removed, codes(), judgedSince()], [[], [], 1]);
	await gate.perform({ kind: "block", address: "81.2.69.0/24" });
	assert.deepEqual([codes(), judgedSince()], [["alarm blocked"], 1]);
	gate.blocksChanged();
	assert.deepEqual([told.removed, codes(), judgedSince()], [[], [], 1], "a block made here is no news");
	clock.advance(250);
	const drawn = told.drawn;
	theirs.blockOther("asn", "AS64500");
	clock.advance(2_250);
	assert.equal(told.drawn, drawn + 1, "the host sees it");
	assert.deepEqual(codes(), ["warning blockedElsewhere"]);
	gate.roomClosed();
	theirs.blockOther("cidr", "192.0.2.0/24");
	clock.advance(2_000);
	assert.deepEqual([told.removed, codes()], [[], []]);
});

test("a gate that closes sends away everybody on the way in, and a watcher that is gone hears of nothing", () => {
	const { gate, judgedSince, unwatch } = opensGate();
	const visit = visitOf(gate.gatekeeper, "81.2.69.7");
	gate.close();
	assert.equal(visit.signal.reason, "busy");
	unwatch();
	gate.changedInvites();
	assert.equal(judgedSince(), 0);
});

test("the log answers for whom a block would be about, and has nothing of what can't be blocked", () => {
	const { gate } = opensGate();
	gate.onKnock(knock("joined"));
	gate.onKnock(knock("joined", { caller: far }));
	const from = (text: string) => gate.knocks({ from: text }).map(({ address }) => address);
	assert.deepEqual([from("81.2.69.0/25"), from("nobody"), gate.knocks().length], [[near.address], [], 2]);
	assert.deepEqual(gate.previewBlock("nobody at all").kind, "refused");
});
