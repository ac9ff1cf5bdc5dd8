// Names in a room: whoever takes one's own, comes under another than before, or changes it when coming back.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Meeting } from "../../../src/engine/account/contact-book.ts";
import type { Event } from "../../../src/engine/api/events.ts";
import { Room } from "../../../src/engine/room/room.ts";
import { person } from "../../support/views/scripted-engine.ts";

const fingerprintOf = (digit: string) => person(digit, digit).fingerprint;
const hanna = { fingerprint: fingerprintOf("A"), name: "Hanna", leafIndex: 0 };
const mallory = { fingerprint: fingerprintOf("B"), name: "Mallory", leafIndex: 1 };

function hostRoom(meet: () => Meeting) {
	const events: Event[] = [];
	const room = new Room({
		self: hanna.fingerprint,
		host: hanna.fingerprint,
		meet,
		addressOf: () => undefined,
		now: () => 0,
		uptime: () => 0,
		emit: (event) => events.push(event),
		changed: () => {},
		onVerify: () => {},
		onSealed: () => {},
	});
	room.entered([hanna]);
	return { room, events };
}

test("attack: a guest with the host's own name is an alarm on the host's screen", () => {
	const { room, events } = hostRoom(() => ({ trust: "changed" }));
	room.apply({ kind: "membership", joined: [{ ...mallory, name: "\u041danna" }], left: [], reason: "left" });
	const alarm = events.find((event) => event.kind === "notice");
	assert.ok(alarm?.kind === "notice" && alarm.tone === "alarm" && alarm.notice.code === "keyChanged");
	assert.equal(alarm.notice.person.hasOwnName, true);
	assert.deepEqual(room.people().find(({ isSelf }) => !isSelf)?.trust, "changed");
	room.setTrust(mallory.fingerprint, "verified");
	assert.equal(room.people().find(({ isSelf }) => !isSelf)?.hasOwnName, undefined);
});

test("a key met before under another name is shown with that name", () => {
	const { room, events } = hostRoom(() => ({ trust: "known", knownAs: "Mallory" }));
	room.apply({ kind: "membership", joined: [{ ...mallory, name: "Alice" }], left: [], reason: "left" });
	const joined = events.findLast((event) => event.kind === "joined");
	assert.equal(joined?.kind === "joined" && joined.member.knownAs, "Mallory");
});

test("attack: a key that enters again under another name leaves and joins: old and new members see the same name", () => {
	const { room, events } = hostRoom(() => ({ trust: "new" }));
	room.apply({ kind: "membership", joined: [mallory], left: [], reason: "left" });
	const seen = events.length;
	const again = { ...mallory, name: "Hans" };
	room.apply({ kind: "membership", joined: [again], left: [mallory], reason: "replaced" });
	assert.deepEqual(
		events.slice(seen).map((event) => ("member" in event ? [event.kind, event.member.name] : event.kind)),
		[
			["left", "Mallory"],
			["joined", "Hans"],
		],
	);
	room.entered([hanna, { ...mallory, name: "Grete" }]);
	assert.deepEqual(
		room.people().map(({ name }) => name),
		["Hanna", "Grete"],
	);
	const before = events.length;
	room.apply({ kind: "membership", joined: [{ ...mallory, name: "Grete" }], left: [mallory], reason: "replaced" });
	assert.equal(events.length, before, "whoever comes back under the same name is not told");
});
