// From where a friend's invite is used, added up over all transports: what the host is told, and what whoever has the invite can make of it.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { Happening } from "../../../src/engine/api/events.ts";
import type { Notice } from "../../../src/engine/api/notices.ts";
import type { Location } from "../../../src/engine/api/people.ts";
import { GateHost } from "../../../src/engine/gate/gate-host.ts";
import { InviteTrails } from "../../../src/engine/gate/invite-trails.ts";
import { Caller } from "../../../src/net/address/caller.ts";
import { realClock } from "../../../src/net/link/clock.ts";
import { openMemoryStore } from "../../../src/store/db.ts";
import { callerAt } from "../../support/net/caller-at.ts";
import { until } from "../../support/until.ts";

const countries = ["Germany", "Brazil", "Japan", "Kenya"];

/** A gate whose places go by the second number of an address. */
function openGate(t: TestContext) {
	const store = openMemoryStore();
	const notices: Notice[] = [];
	let lookedUp = 0;
	const lookUp = async ({ geoAddress = "" }: Caller): Promise<Location> => {
		lookedUp += 1;
		const country = countries[Number(geoAddress.split(".")[1]) % countries.length] ?? "";
		return { label: country, country, isSameNetwork: false };
	};
	const gate = new GateHost({
		store,
		lookUp,
		sealer: () => undefined,
		now: Date.now,
		clock: realClock,
		ownKey: () => undefined,
		ownAddresses: () => [],
		trustOf: () => "new",
		room: () => undefined,
		emit: (event: Happening) => {
			if (event.kind === "notice") notices.push(event.notice);
		},
		onChange: () => {},
	});
	t.after(() => {
		gate.close();
		store.close();
	});
	const knock = (caller: Caller, invite: string): void =>
		gate.onKnock({ caller, invite, outcome: "gaveUp", guesses: 0 });
	const trails = () => {
		gate.changedInvites();
		return gate.view().invites;
	};
	return { gate, notices, knock, trails, lookedUp: () => lookedUp };
}

test("an invite for a friend that comes from a second country, and a third, is told each time, and nobody else's is", async (t) => {
	const { gate, notices, knock } = openGate(t);
	const seen = (count: number) =>
		until(() => notices.filter(({ code }) => code === "inviteFromAfar").length === count, `${count} are told`);
	for (const address of ["44.0.0.1", "44.0.0.1", "44.0.9.9"]) knock(callerAt(address), "Bob");
	knock(callerAt("44.1.0.1"), "");
	knock(callerAt("44.1.0.1"), "Eve");
	knock(callerAt("44.1.0.1"), "Bob");
	await seen(1);
	knock(Caller.byInvite("0".repeat(16), "Bob"), "Bob");
	knock(callerAt("44.2.0.1"), "Bob");
	await seen(2);
	assert.deepEqual(notices.at(-1), {
		code: "inviteFromAfar",
		invite: "Bob",
		addresses: 4,
		countries: ["Germany", "Brazil", "Japan"],
		hasNoAddress: true,
	});
	const ofEve = gate.view().invites.find(({ invite }) => invite === "Eve");
	assert.deepEqual(ofEve, { invite: "Eve", addresses: 1, countries: ["Brazil"], hasNoAddress: false });
});

test("an invite that was taken back is forgotten, and its successor of the same name begins anew", async (t) => {
	const { gate, knock, notices } = openGate(t);
	knock(callerAt("44.0.0.1"), "Bob");
	knock(callerAt("44.1.0.1"), "Bob");
	await until(() => notices.length === 1);
	gate.changedInvites("Bob");
	assert.deepEqual(gate.view().invites, []);
});

test("attack: whoever has a friend's invite and thousands of addresses has few of them looked up, and the host is told a few times", async (t) => {
	const { knock, notices, trails, lookedUp } = openGate(t);
	for (let index = 0; index < 3_000; index += 1) {
		knock(callerAt(`44.${index % 200}.${index % 250}.7`), "Bob");
	}
	await until(() => notices.filter(({ code }) => code === "inviteFromAfar").length === countries.length - 1);
	assert.equal(trails()[0]?.addresses, 64);
	// The log of knocks looks up another 60 at most.
	assert.ok(lookedUp() <= 64 + 61, `${lookedUp()} were looked up`);
});

const inCountry = (country?: string) => ({
	label: "somewhere",
	isSameNetwork: false,
	...(country === undefined ? {} : { country }),
});

test("each caller is looked up once, sixty-four at most, and one without an address is only noted", () => {
	const trails = new InviteTrails();
	assert.equal(trails.knocked("Bob", callerAt("44.0.0.1")), true);
	assert.equal(trails.knocked("Bob", callerAt("44.0.0.1")), false);
	assert.equal(trails.knocked("Eve", callerAt("44.0.0.1")), true, "another invite counts for itself");
	for (let host = 2; host <= 64; host += 1) assert.equal(trails.knocked("Bob", callerAt(`44.0.0.${host}`)), true);
	assert.equal(trails.knocked("Bob", callerAt("44.0.0.65")), false);
	assert.equal(trails.knocked("Dan", Caller.byInvite("0".repeat(16), "Dan")), false);
	assert.deepEqual(trails.all(), [
		{ invite: "Bob", addresses: 64, countries: [], hasNoAddress: false },
		{ invite: "Eve", addresses: 1, countries: [], hasNoAddress: false },
		{ invite: "Dan", addresses: 0, countries: [], hasNoAddress: true },
	]);
});

test("each further country is told once, sixteen at most; the first one, and one that is not known, are not", () => {
	const trails = new InviteTrails();
	trails.knocked("Bob", callerAt("44.0.0.1"));
	assert.equal(trails.found("Bob", inCountry("Germany")), undefined);
	assert.equal(trails.found("Bob", inCountry()), undefined);
	const both = { invite: "Bob", addresses: 1, countries: ["Germany", "Brazil"], hasNoAddress: false };
	assert.deepEqual(trails.found("Bob", inCountry("Brazil")), both);
	assert.equal(trails.found("Bob", inCountry("Brazil")), undefined);
	for (let number = 3; number <= 16; number += 1)
		assert.equal(trails.found("Bob", inCountry(`Country ${number}`))?.countries.length, number);
	assert.equal(trails.found("Bob", inCountry("Country 17")), undefined);
	assert.equal(trails.all()[0]?.countries.length, 16);
});

test("a place that is found after an invite was taken back, or the room was closed, begins no trail anew", () => {
	const trails = new InviteTrails();
	for (const label of ["Bob", "Eve"]) trails.knocked(label, callerAt("44.0.0.1"));
	trails.forget("Bob");
	assert.equal(trails.found("Bob", inCountry("Germany")), undefined);
	assert.deepEqual(
		trails.all().map(({ invite }) => invite),
		["Eve"],
	);
	trails.clear();
	assert.equal(trails.found("Eve", inCountry("Germany")), undefined);
	assert.deepEqual(trails.all(), []);
});
