// The host's side of the gate by itself, without sockets: what it answers to whoever judges a knock, and what it tells of knocks, seats and invites. Whole rooms are in gate-host.test.ts.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { parseFingerprint } from "../../../src/crypto/identity/fingerprint.ts";
import type { Happening } from "../../../src/engine/api/events.ts";
import type { GateSettings } from "../../../src/engine/api/gate.ts";
import type { Notice } from "../../../src/engine/api/notices.ts";
import type { Person, Trust } from "../../../src/engine/api/people.ts";
import type { Knock } from "../../../src/engine/gate/access-rules.ts";
import { GateHost } from "../../../src/engine/gate/gate-host.ts";
import { Caller } from "../../../src/net/address/caller.ts";
import { openMemoryStore, type Store } from "../../../src/store/db.ts";
import { manualClock } from "../../support/manual-clock.ts";
import { callerAt } from "../../support/net/caller-at.ts";
import { madeUpPlaces } from "../../support/rooms/live-room.ts";
import { person } from "../../support/views/scripted-engine.ts";
import { plainSealer } from "./plain-sealer.ts";

const settled = () => new Promise((resolve) => setImmediate(resolve));
const bob = person("Bob", "B", { address: "81.2.69.7" });
const carol = person("Carol", "C", { address: "81.2.69.8", isSelf: true });

function openGate(t: TestContext, people: readonly Person[] = [], store: Store = openMemoryStore()) {
	const clock = manualClock();
	const told = {
		notices: [] as Notice[],
		notes: [] as Notice[],
		events: [] as Happening[],
		removed: [] as string[],
		settings: [] as Partial<GateSettings>[],
		keysBlocked: 0,
		blocks: 0,
		changes: 0,
		places: 0,
		judgedAnew: 0,
	};
	const trust = new Map<string, Trust>();
	const gate = new GateHost({
		store,
		sealer: () => plainSealer,
		lookUp: madeUpPlaces.lookUp,
		now: () => 1_000_000 + clock.now(),
		clock,
		ownKey: () => carol.fingerprint,
		ownAddresses: () => [],
		trustOf: (fingerprint, name) => trust.get(`${fingerprint} ${name}`) ?? "new",
		room: () => ({
			people: () => people,
			callerOf: (fingerprint) => Caller.at(people.find((one) => one.fingerprint === fingerprint)?.address ?? ""),
			invites: () => [],
			remove: async (fingerprint) => told.removed.push(fingerprint),
			refreshPlaces: () => {
				told.places += 1;
			},
			settingsChanged: (chosen) => told.settings.push(chosen),
			note: (_tone, notice) => told.notes.push(notice),
		}),
		emit: (event) => {
			told.events.push(event);
			if (event.kind === "notice") told.notices.push(event.notice);
		},
		onKeyBlocked: () => {
			told.keysBlocked += 1;
		},
		onBlocks: () => {
			told.blocks += 1;
		},
		onChange: () => {
			told.changes += 1;
		},
	});
	gate.watch(() => {
		told.judgedAnew += 1;
	});
	gate.roomOpened({});
	t.after(() => gate.close());
	return { gate, told, clock, trust, store };
}

const knockOf = (more: Partial<Knock> = {}): Knock => ({
	caller: callerAt("81.2.69.7"),
	outcome: "turnedAway",
	guesses: 0,
	...more,
});
const proven = { fingerprint: bob.fingerprint, name: "Bob", isProven: true };

test("the settings of the host are what the judge of a knock is answered, and the room is told of them", async (t) => {
	const { gate, told } = openGate(t);
	assert.deepEqual([gate.isPaused(), gate.memberCap()], [false, 200]);
	const before = told.judgedAnew;
	await gate.perform({ kind: "settings", isPaused: true, memberCap: 5 });
	assert.deepEqual([gate.isPaused(), gate.memberCap(), gate.view().settings.isPaused], [true, 5, true]);
	assert.deepEqual(told.settings, [{ kind: "settings", isPaused: true, memberCap: 5 }]);
	assert.equal(told.judgedAnew, before + 1);
	assert.equal(told.blocks, 0, "no block has changed");
	const refused = await gate.perform({ kind: "settings", memberCap: 1 });
	assert.equal(refused.kind, "refused");
	assert.equal(gate.settings.memberCap, 5);
	gate.roomOpened({ isPaused: false });
	assert.equal(gate.view().settings.isPaused, false);
});

test("a blocked key and a blocked network owner are kept out, and others are not", async (t) => {
	const { gate, told } = openGate(t);
	assert.equal(await gate.isOwnerBlocked(callerAt("81.2.69.7")), false);
	await gate.perform({ kind: "block", address: "AS3320" });
	assert.equal(await gate.isOwnerBlocked(callerAt("81.2.69.7")), true);
	assert.equal(await gate.isOwnerBlocked(callerAt("81.2.69.130")), false, "of another owner");
	assert.equal(gate.isKeyBlocked(bob.fingerprint), false);
	assert.equal(told.keysBlocked, 0);
	await gate.perform({ kind: "block", address: bob.fingerprint });
	assert.equal(gate.isKeyBlocked(bob.fingerprint), true);
	assert.deepEqual([told.keysBlocked, told.blocks], [1, 2]);
	await gate.perform({ kind: "unblock", address: bob.fingerprint });
	assert.equal(gate.isKeyBlocked(bob.fingerprint), false);
	assert.equal(told.blocks, 3);
	await gate.perform({ kind: "unblock", address: bob.fingerprint });
	assert.equal(told.blocks, 3, "nothing has changed");
});

test("whoever is in is removed by a block only when the host wants that, and the host never is", async (t) => {
	const { gate, told } = openGate(t, [bob, carol]);
	await gate.perform({ kind: "block", address: "81.2.69.0/24" });
	assert.deepEqual(told.removed, []);
	await gate.perform({ kind: "unblock", address: "81.2.69.0/24" });
	await gate.perform({ kind: "block", address: "81.2.69.0/24", isRemoving: true });
	assert.deepEqual(told.removed, [bob.fingerprint]);
	assert.deepEqual(
		gate.blocks().map(({ address }) => address),
		["81.2.69.0/24"],
	);
	assert.equal(gate.previewBlock("81.2.69.7").kind, "possible");
	await gate.perform({ kind: "block", address: "nobody", isRemoving: true });
	assert.equal(told.removed.length, 1);
});

test("how well a key was known is remembered as it was before it came in, and only under the name it then had", (t) => {
	const { gate, trust } = openGate(t);
	trust.set(`${bob.fingerprint} Bob`, "verified");
	// Each from an address of its own, so that each is an entry of its own.
	let host = 0;
	const knownAs = (who: Knock["who"], outcome: Knock["outcome"] = "joined"): Trust | undefined => {
		host += 1;
		gate.onKnock(knockOf({ caller: callerAt(`81.2.69.${host}`), outcome, ...(who && { who }) }));
		const [newest] = gate.knocks();
		assert.deepEqual([newest?.address, newest?.who?.name], [`81.2.69.${host}`, who?.name]);
		return newest?.who?.trust;
	};
	gate.arriving(bob.fingerprint, "Bob");
	// By now the key is known better; the log says what it was.
	trust.set(`${bob.fingerprint} Bob`, "changed");
	assert.equal(knownAs(proven), "verified");
	assert.equal(knownAs(proven), undefined, "it was said once");
	gate.arriving(bob.fingerprint, "Bob");
	assert.equal(knownAs({ ...proven, name: "Rob" }), undefined, "another name");
	gate.arriving(bob.fingerprint, "Bob");
	assert.equal(knownAs({ ...proven, isProven: false }, "turnedAway"), undefined, "nothing was proven");
});

test("a blocked key that comes, and one for which too many wait, is an alarm: once a minute for each key", (t) => {
	const { gate, told, clock } = openGate(t);
	const { name, shortFingerprint } = bob;
	gate.onKnock(knockOf({ who: proven }));
	const came = { code: "blockedKeyCame", address: "81.2.69.7", name, shortFingerprint };
	assert.deepEqual(told.notices, [came]);
	assert.deepEqual(told.notes, [came]);
	gate.onKnock(knockOf({ who: proven }));
	gate.onKnock(knockOf({ outcome: "busy", who: proven }));
	assert.equal(told.notices.length, 1);
	gate.onKnock(knockOf({ outcome: "busy", who: { ...proven, fingerprint: carol.fingerprint, name: "Carol" } }));
	assert.equal(told.notices.at(-1)?.code, "tooManyWaiting");
	clock.advance(60_000);
	gate.onKnock(knockOf({ outcome: "busy", who: proven }));
	assert.deepEqual(
		told.notices.map(({ code }) => code),
		["blockedKeyCame", "tooManyWaiting", "tooManyWaiting"],
	);
	for (const quiet of [
		knockOf(),
		knockOf({ outcome: "joined", who: { ...proven, fingerprint: person("D", "D").fingerprint } }),
	])
		gate.onKnock(quiet);
	assert.equal(told.notices.length, 3, "no key was shown, or nothing was wrong");
});

test("a seat that is shown twice or stolen, and an invite in other hands, is an alarm: once a minute each", (t) => {
	const { gate, told, clock } = openGate(t, [bob]);
	const { name, shortFingerprint, fingerprint } = bob;
	gate.onSeatAlarm(fingerprint, "retired");
	gate.onSeatAlarm(fingerprint, "stolen");
	const seat = { code: "seatAlarm", what: "retired", name, shortFingerprint };
	assert.deepEqual(told.notices, [seat]);
	const stranger = parseFingerprint("D".repeat(40))!;
	gate.onSeatAlarm(stranger, "stolen");
	assert.deepEqual(told.notices.at(-1), {
		code: "seatAlarm",
		what: "stolen",
		name: "DDDD DDDD DDDD DDDD",
		shortFingerprint: "DDDD DDDD DDDD DDDD",
	});
	gate.onInviteAlarm("Eve", { fingerprint, name: "Bob" });
	gate.onInviteAlarm("Eve", { fingerprint, name: "Bob" });
	assert.deepEqual(told.notices.at(-1), { code: "inviteOfAnother", label: "Eve", name, shortFingerprint });
	gate.onInviteAlarm("Dan", { fingerprint, name: "Bob" });
	gate.onInviteAlarm("Eve", { fingerprint: stranger, name: "Dee" });
	assert.equal(told.notices.length, 5, "another invite, and another key, is told by itself");
	clock.advance(60_000);
	gate.onSeatAlarm(fingerprint, "stolen");
	gate.onInviteAlarm("Eve", { fingerprint, name: "Bob" });
	assert.equal(told.notices.length, 7);
});

test("the log is asked with a filter and with what could be blocked, and nothing else", (t) => {
	const { gate } = openGate(t);
	gate.onKnock(knockOf());
	gate.onKnock(knockOf({ caller: callerAt("81.2.69.130"), outcome: "wrong", guesses: 2 }));
	const outcomes = (query?: Parameters<typeof gate.knocks>[0]) => gate.knocks(query).map(({ outcome }) => outcome);
	assert.deepEqual(outcomes(), ["wrong", "turnedAway"]);
	assert.deepEqual(outcomes({ filter: "wrong" }), ["wrong"]);
	assert.deepEqual(outcomes({ from: "81.2.69.7" }), ["turnedAway"]);
	assert.deepEqual(outcomes({ from: "nobody" }), []);
});

test("the picture is drawn anew a quarter of a second after something has happened, once for all of it", async (t) => {
	const { gate, told, clock } = openGate(t);
	await settled();
	clock.advance(250);
	const { changes, places } = told;
	const before = gate.view();
	assert.equal(gate.view(), before, "nothing has happened");
	for (let count = 0; count < 3; count += 1) gate.onKnock(knockOf({ guesses: count }));
	await settled();
	assert.deepEqual([gate.view(), told.changes], [before, changes]);
	clock.advance(250);
	assert.deepEqual([told.changes, told.places], [changes + 1, places + 1]);
	assert.equal(gate.view().knocks[0]?.count, 3);
	gate.roomClosed();
	gate.onKnock(knockOf());
});

test("wrong guesses and blocks are told in their order, with their place; a block has everybody on the way in judged anew", async (t) => {
	const { gate, told } = openGate(t);
	const before = told.judgedAnew;
	for (let connection = 0; connection < 2; connection += 1) {
		const outcome = gate.gatekeeper.knock(callerAt("81.2.69.7"));
		assert.ok(outcome.kind === "admitted");
		for (let guess = 0; guess < 3; guess += 1) outcome.visit.guess(() => false);
		outcome.visit.end();
	}
	await settled();
	await settled();
	const shown = told.events.flatMap((event) =>
		event.kind === "strike" || event.kind === "blocked" ? [[event.kind, event.location.city]] : [],
	);
	assert.deepEqual(shown, [...new Array(6).fill(["strike", "Bonn"]), ["blocked", "Bonn"]]);
	assert.deepEqual([told.judgedAnew, told.blocks], [before + 1, 1]);
});

test("attack: when alerts come faster than places are found, they are told with what is known at once", async (t) => {
	const { gate, told } = openGate(t);
	for (let host = 1; host <= 60; host += 1) {
		const outcome = gate.gatekeeper.knock(callerAt(`81.3.${host}.7`));
		if (outcome.kind === "admitted") outcome.visit.guess(() => false);
	}
	const labels = () => told.events.flatMap((event) => (event.kind === "strike" ? [event.location.label] : []));
	assert.deepEqual(new Set(labels()), new Set(["location unknown"]));
	assert.equal(labels().length, 10, "fifty wait for their place");
	await settled();
	await settled();
	assert.equal(labels().length, 60);
});

test("whoever no longer wants to hear of changes hears of none", async (t) => {
	const { gate } = openGate(t);
	let heard = 0;
	const stop = gate.watch(() => {
		heard += 1;
	});
	gate.changedInvites();
	assert.equal(heard, 1);
	stop();
	gate.changedInvites();
	assert.equal(heard, 1);
});

test("at the end of the room what is not written yet is written, and everybody on the way in has to go", (t) => {
	const { gate, store, told, clock } = openGate(t);
	const outcome = gate.gatekeeper.knock(callerAt("81.2.69.9"));
	assert.ok(outcome.kind === "admitted");
	gate.onKnock(knockOf());
	gate.close();
	assert.equal(outcome.visit.signal.aborted, true);
	const rows = store.database.prepare("SELECT count(*) AS count FROM knocks").get() as { readonly count: number };
	assert.equal(rows.count, 1);
	const { changes } = told;
	clock.advance(10_000);
	assert.equal(told.changes, changes, "nothing is drawn any more");
});
