// Somebody comes with a name that another key had: everyone who knew it is told loudly, which keys those are, until they verify the new one.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fingerprintOf, hostRoom, joinRoom, openTestEngine } from "../../support/rooms/real-engine.ts";

const password = "four calm green words";

test("attack: the old and the new key are told when a name comes with another key, and verifying ends the alarm everywhere", async (t) => {
	const [host, first, second] = [
		await openTestEngine(t, "Ann"),
		await openTestEngine(t, "Bob"),
		await openTestEngine(t, "Bob"),
	];
	const port = await hostRoom(host, password);
	await joinRoom(first, port, password);
	await host.told("joined", ({ member }) => member.fingerprint === fingerprintOf(first));
	assert.equal(host.events.filter(({ kind }) => kind === "keyChanged").length, 0);
	await host.engine.perform({ kind: "verify", fingerprint: fingerprintOf(first) });
	await first.engine.perform({ kind: "leave" });
	await host.told("left");

	await joinRoom(second, port, password);
	const { member } = await host.told("keyChanged");
	assert.equal(member.trust, "changed");
	assert.equal(member.fingerprint, fingerprintOf(second));
	assert.deepEqual(
		member.formerKeys?.map(({ fingerprint, isVerified }) => [fingerprint, isVerified]),
		[[fingerprintOf(first), true]],
	);
	const { notice } = await host.told("notice", ({ tone }) => tone === "alarm");
	assert.deepEqual(notice, { code: "keyChanged", person: member });

	await second.engine.perform({ kind: "send", text: "it is really me" });
	await host.told("message", ({ text: said }) => said === "it is really me");
	await host.engine.perform({ kind: "verify", fingerprint: fingerprintOf(second) });
	const { people, timeline } = host.engine.snapshot();
	const bob = people.find(({ name }) => name === "Bob");
	assert.equal(bob?.trust, "verified");
	assert.equal(bob?.formerKeys, undefined);
	const line = timeline.at(timeline.length - 1);
	assert.ok(line?.kind === "line");
	assert.equal(line.from.trust, "verified", "what was said before is shown as verified too");
});

test("attack: a host who comes with another key than before is told to the guest who enters", async (t) => {
	const [real, other, guest] = [
		await openTestEngine(t, "Ann"),
		await openTestEngine(t, "Ann"),
		await openTestEngine(t, "Bob"),
	];
	await joinRoom(guest, await hostRoom(real, password), password);
	await guest.engine.perform({ kind: "leave" });
	await guest.told("closed");
	const port = await hostRoom(other, password);
	await guest.engine.perform({ kind: "join", target: `127.0.0.1 ${port}` });
	await guest.until(() => guest.engine.snapshot().phase.kind === "passwordNeeded");
	await guest.engine.perform({ kind: "password", password });
	const { member } = await guest.told("keyChanged");
	assert.equal(member.isHost, true);
	assert.equal(member.fingerprint, fingerprintOf(other));
	assert.equal(member.formerKeys?.[0]?.fingerprint, fingerprintOf(real));
});
