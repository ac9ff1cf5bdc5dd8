// The host's side of the gate end to end: whole engines on real sockets, blocks of every kind, the log, what others learn, another password.
import assert from "node:assert/strict";
import { test } from "node:test";
import { blocksIn } from "../../../src/store/blocks.ts";
import { openStore } from "../../../src/store/db.ts";
import {
	joinLive,
	livePassword,
	livePerson,
	madeUpPlaces,
	openLiveRoom,
	publicAddress,
} from "../../support/rooms/live-room.ts";

test("three wrong passwords, three more, blocked; after the host unblocks, the person joins, and the log tells it all", async (t) => {
	const host = await livePerson(t, "Hana", 1, { locator: madeUpPlaces });
	const port = await openLiveRoom(host);
	const guest = await livePerson(t, "Gus", 7);
	for (const [round, end] of [
		[1, "wrong_password"],
		[2, "wrong_password"],
	] as const) {
		await guest.does({ kind: "join", target: `127.0.0.1 ${port}` });
		for (const attemptsLeft of [3, 2, 1]) {
			const asked = () =>
				guest.events.filter((one) => one.kind === "passwordRequired" && one.attemptsLeft === attemptsLeft).length ===
				round;
			await guest.until(asked, `${attemptsLeft} left`);
			await guest.does({ kind: "password", password: "wrong" });
		}
		await guest.until(() => guest.events.filter(({ kind }) => kind === "closed").length === round, "closed");
		const { phase } = guest.engine.snapshot();
		assert.equal(phase.kind === "ended" && phase.code, end);
	}
	const blocked = await host.told("blocked");
	assert.deepEqual([blocked.address, blocked.location.city], [publicAddress(7), "Bonn"]);
	assert.equal(host.events.filter(({ kind }) => kind === "strike").length, 6);
	await guest.does({ kind: "join", target: `127.0.0.1 ${port}` });
	await guest.until(() => {
		const { phase } = guest.engine.snapshot();
		return phase.kind === "ended" && phase.code === "blocked";
	}, "turned away");
	await host.told("knock", ({ outcome }) => outcome === "turnedAway");
	const [view] = await host.engine.blocks();
	assert.deepEqual(view?.goesWith, { strikes: 6, knocks: 3, names: [], alsoBlocked: [] });
	await host.does({ kind: "unblock", address: publicAddress(7) });
	await guest.does({ kind: "leave" });
	guest.engine.perform({ kind: "join", target: `127.0.0.1 ${port}` });
	await guest.until(() => guest.engine.snapshot().phase.kind === "passwordNeeded", "asked again");
	await guest.does({ kind: "password", password: livePassword });
	const { member } = await host.told("joined", ({ self }) => !self);
	assert.deepEqual(
		[member.name, member.address, member.network, member.location?.city],
		["Gus", publicAddress(7), publicAddress(7), "Bonn"],
	);
	const joined = await host.told("knock", ({ outcome }) => outcome === "joined");
	assert.deepEqual([joined.who?.name, joined.who?.trust], ["Gus", "new"]);
	assert.deepEqual(
		(await host.engine.knocks()).map(({ outcome, guesses, location }) => [outcome, guesses, location.city]),
		[
			["joined", 0, "Bonn"],
			["turnedAway", 0, "Bonn"],
			["blocked", 3, "Bonn"],
			["disconnected", 3, "Bonn"],
		],
	);
	assert.deepEqual(
		(await host.engine.knocks({ filter: "wrong", from: "81.2.69.0/24" })).map(({ outcome }) => outcome),
		["blocked", "disconnected"],
	);
	assert.deepEqual(await host.engine.knocks({ from: "AS9" }), []);
});

test("a blocked key is told so after it knew the password, and learns nothing else; the host hears of it", async (t) => {
	const host = await livePerson(t, "Hana", 1, { locator: madeUpPlaces });
	const port = await openLiveRoom(host);
	const guest = await livePerson(t, "Gus", 7);
	const { identity } = guest.engine.snapshot();
	assert.ok(identity.kind === "ready");
	await host.does({ kind: "block", address: identity.fingerprint.toLowerCase(), note: "not him" });
	await joinLive(guest, port);
	assert.equal((await guest.told("closed")).code, "blocked");
	assert.equal(guest.engine.snapshot().people.length, 0);
	const knock = await host.told("knock");
	assert.deepEqual([knock.outcome, knock.who?.name, knock.who?.trust], ["turnedAway", "Gus", undefined]);
	await host.told(
		"notice",
		({ notice, tone }) => tone === "alarm" && notice.code === "blockedKeyCame" && notice.name === "Gus",
	);
	await host.does({ kind: "unblock", address: identity.fingerprint });
	await guest.does({ kind: "leave" });
	await joinLive(guest, port);
	await host.told("joined", ({ self }) => !self);
});

test("a block removes those it hits only when asked to, and the preview says who they are", async (t) => {
	const host = await livePerson(t, "Hana", 1, { locator: madeUpPlaces });
	const port = await openLiveRoom(host);
	const [near, far] = [await livePerson(t, "Nea", 7), await livePerson(t, "Fay", 130)];
	for (const guest of [near, far]) await joinLive(guest, port);
	await host.until(() => host.engine.snapshot().people.length === 3, "both are in");
	const hitBy = async (address: string) => {
		const preview = await host.engine.previewBlock(address);
		return preview.kind === "possible" ? preview.hits.map(({ name }) => name).sort() : preview.code;
	};
	assert.deepEqual(await hitBy("81.2.69.0/24"), ["Fay", "Nea"]);
	assert.deepEqual(await hitBy("AS3215"), ["Fay"]);
	assert.deepEqual(await hitBy(host.person("Nea").fingerprint), ["Nea"]);
	await host.does({ kind: "block", address: "AS3215" });
	assert.equal(host.engine.snapshot().people.length, 3);
	await host.does({ kind: "block", address: "81.2.69.0/26", isRemoving: true });
	assert.equal((await near.told("closed")).code, "kicked");
	const { reason } = await host.told("left");
	assert.equal(reason, "kicked");
	assert.deepEqual(
		host.engine
			.snapshot()
			.people.map(({ name }) => name)
			.sort(),
		["Fay", "Hana"],
	);
	const another = await livePerson(t, "Ann", 131);
	await another.does({ kind: "join", target: `127.0.0.1 ${port}` });
	assert.equal((await another.told("closed")).code, "blocked");
});

test("members learn of a joiner's place what the host lets them, before they see them come", async (t) => {
	const host = await livePerson(t, "Hana", 1, { locator: madeUpPlaces });
	const port = await openLiveRoom(host);
	const witness = await livePerson(t, "Wim", 2);
	await joinLive(witness, port);
	await witness.told("joined", ({ self }) => self);
	for (const [name, last, placeDetail, label] of [
		["Ann", 130, undefined, "France"],
		["Bob", 131, "city", "Lyon, France (Orange)"],
		["Cem", 132, "nothing", undefined],
	] as const) {
		if (placeDetail) await host.does({ kind: "settings", placeDetail });
		const guest = await livePerson(t, name, last);
		await joinLive(guest, port);
		const { member } = await witness.told("joined", (event) => event.member.name === name);
		assert.equal(member.location?.label, label);
		assert.equal(member.address, undefined);
		await guest.told("joined", ({ self }) => self);
		assert.equal(guest.person("Wim").location, undefined);
	}
	assert.equal(witness.person("Bob").location?.label, "Lyon, France (Orange)");
});

test("while joining is paused or the room is full nobody new comes in, and whoever is in stays", async (t) => {
	const host = await livePerson(t, "Hana", 1);
	const port = await openLiveRoom(host);
	const [first, second] = [await livePerson(t, "Ann", 7), await livePerson(t, "Bob", 8)];
	await joinLive(first, port);
	await first.told("joined");
	await host.does({ kind: "settings", isPaused: true });
	await second.does({ kind: "join", target: `127.0.0.1 ${port}` });
	assert.equal((await second.told("closed")).code, "paused");
	await host.does({ kind: "settings", isPaused: false, memberCap: 2 });
	await second.does({ kind: "leave" });
	await second.does({ kind: "join", target: `127.0.0.1 ${port}` });
	await second.until(() => second.events.filter(({ kind }) => kind === "closed").length === 2, "full");
	const { phase } = second.engine.snapshot();
	assert.equal(phase.kind === "ended" && phase.code, "busy");
	await first.does({ kind: "send", text: "still here" });
	await host.told("message");
	assert.deepEqual(
		(await host.engine.knocks()).map(({ outcome }) => outcome),
		["full", "paused", "joined"],
	);
	const refused = await host.engine.perform({ kind: "settings", memberCap: 1 });
	assert.equal(refused.kind === "refused" && refused.code, "bad_setting");
});

test("another password drops nobody: who is in stays, who is on the way in is told, the old one opens nothing", async (t) => {
	const host = await livePerson(t, "Hana", 1);
	const port = await openLiveRoom(host);
	const [inside, onTheWay, late] = [
		await livePerson(t, "Ann", 7),
		await livePerson(t, "Bob", 8),
		await livePerson(t, "Cem", 9),
	];
	await joinLive(inside, port);
	await inside.told("joined");
	await onTheWay.does({ kind: "join", target: `127.0.0.1 ${port}` });
	await onTheWay.told("passwordRequired");
	await host.does({ kind: "setPassword", password: "another one entirely" });
	assert.equal(host.engine.snapshot().hosting?.password, "another one entirely");
	assert.equal((await onTheWay.told("closed")).code, "password_changed");
	assert.equal(host.events.filter(({ kind }) => kind === "strike").length, 0);
	await joinLive(late, port);
	await late.until(() => late.events.filter(({ kind }) => kind === "passwordRequired").length === 2, "wrong now");
	await late.does({ kind: "password", password: "another one entirely" });
	await late.told("joined");
	await inside.does({ kind: "send", text: "I never left" });
	await late.told("message", ({ text }) => text === "I never left");
	const refused = await late.engine.perform({ kind: "setPassword", password: "mine" });
	assert.equal(refused.kind === "refused" && refused.code, "not_host");
});

test("a block that another process adds is carried out in a moment, and lifting it too", async (t) => {
	const host = await livePerson(t, "Hana", 1);
	const port = await openLiveRoom(host);
	const guest = await livePerson(t, "Gus", 7);
	await joinLive(guest, port);
	await host.told("joined", ({ self }) => !self);
	const opened = openStore(host.home);
	assert.ok(opened.kind === "open");
	t.after(() => opened.store.close());
	const blocks = blocksIn(opened.store);
	const address = publicAddress(7);
	const block = {
		kind: "address",
		subject: address,
		address,
		reason: "byHand",
		since: 1,
		until: undefined,
		note: undefined,
	} as const;
	blocks.put(block);
	assert.equal((await guest.told("closed")).code, "kicked");
	await host.until(() => host.engine.snapshot().gate?.blocks.length === 1, "shown");
	blocks.remove("address", address);
	await host.until(() => host.engine.snapshot().gate?.blocks.length === 0, "no longer shown");
});

test("verified by hand, a person is shown so at once and from then on", async (t) => {
	const host = await livePerson(t, "Hana", 1);
	const port = await openLiveRoom(host);
	const guest = await livePerson(t, "Gus", 7);
	await joinLive(guest, port);
	await host.told("joined", ({ self }) => !self);
	const { fingerprint } = host.person("Gus");
	await host.does({ kind: "verify", fingerprint });
	assert.equal(host.person("Gus").trust, "verified");
	await host.does({ kind: "verify", fingerprint, isVerified: false });
	assert.equal(host.person("Gus").trust, "known");
	for (const stranger of ["F".repeat(40), "nobody", host.person("Hana").fingerprint]) {
		const outcome = await host.engine.perform({ kind: "verify", fingerprint: stranger });
		assert.equal(outcome.kind === "refused" && outcome.code, "no_such_member");
	}
});
