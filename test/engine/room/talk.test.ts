// What becomes of content that only a newer version knows.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Notice } from "../../../src/engine/api/notices.ts";
import { Talk } from "../../../src/engine/room/talk.ts";
import type { Content } from "../../../src/engine/wire/content.ts";
import { personNamed } from "../../support/fake-engine.ts";

const ann = personNamed("Ann");
const bob = personNamed("Bob");

test("Content of a kind that is not known is told, but for quiet ones: a newer version's receipts must not flood the room.", () => {
	const told: Notice[] = [];
	const talk = new Talk({
		self: ann.fingerprint,
		host: ann.fingerprint,
		person: (fingerprint) => [ann, bob].find((one) => one.fingerprint === fingerprint),
		people: () => [ann, bob],
		now: () => 0,
		uptime: () => 0,
		emit: () => {},
		notice: (notice) => told.push(notice),
		changed: () => {},
	});
	const unknown = (name: string): Content => ({
		kind: "unknown",
		name,
		id: new Uint8Array(16),
		at: 0,
		seen: { seq: 0, head: new Uint8Array(32) },
	});
	talk.heard(bob, unknown("quiet-presence"), 1);
	assert.deepEqual(told, []);
	talk.heard(bob, unknown("poll"), 2);
	assert.deepEqual(told, [{ code: "unknownContent", name: "Bob" }]);
});

test("A line that gets its place while nobody else is in the room says that nobody was there, and one that somebody hears does not.", () => {
	const self = { ...ann, isSelf: true };
	let people = [self];
	const talk = new Talk({
		self: ann.fingerprint,
		host: ann.fingerprint,
		person: (fingerprint) => people.find((one) => one.fingerprint === fingerprint),
		people: () => people,
		now: () => 0,
		uptime: () => 0,
		emit: () => {},
		notice: () => {},
		changed: () => {},
	});
	const body = { kind: "text", text: "hello" } as const;
	const deliveryOf = (id: string, seq: number) => {
		talk.say(id, body, 0);
		talk.placed({ id, body, at: 0 }, seq);
		return talk.lines.timeline.find(id)?.delivery.kind;
	};
	assert.equal(deliveryOf("aa".repeat(16), 1), "unheard");
	people = [self, bob];
	assert.equal(deliveryOf("bb".repeat(16), 2), "sent");
});
