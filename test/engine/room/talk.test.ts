// What becomes of content that somebody says: of kinds that only a newer version knows, and of what not everybody may say.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Notice } from "../../../src/engine/api/notices.ts";
import { Talk, type TalkOptions } from "../../../src/engine/room/talk.ts";
import type { Content } from "../../../src/engine/wire/content.ts";
import { personNamed } from "../../support/views/fake-engine.ts";

const ann = personNamed("Ann");
const bob = personNamed("Bob");

/** The talk of a room that Ann hosts, as Ann sees it. */
function talkWith(options: Partial<TalkOptions> = {}): Talk {
	return new Talk({
		self: ann.fingerprint,
		host: ann.fingerprint,
		person: (fingerprint) => [ann, bob].find((one) => one.fingerprint === fingerprint),
		people: () => [ann, bob],
		now: () => 0,
		uptime: () => 0,
		emit: () => {},
		notice: () => {},
		changed: () => {},
		...options,
	});
}

const said = { id: new Uint8Array(16), at: 0, seen: { seq: 0, head: new Uint8Array(32) } };

test("Content of a kind that is not known is told, but for quiet ones: a newer version's receipts must not flood the room.", () => {
	const told: Notice[] = [];
	const talk = talkWith({ notice: (notice) => told.push(notice) });
	const unknown = (name: string): Content => ({ kind: "unknown", name, ...said });
	talk.heard(bob, unknown("quiet-presence"), 1);
	assert.deepEqual(told, []);
	talk.heard(bob, unknown("poll"), 2);
	assert.deepEqual(told, [{ code: "unknownContent", name: "Bob" }]);
});

test("A line that gets its place while nobody else is in the room says that nobody was there, and one that somebody hears does not.", () => {
	const self = { ...ann, isSelf: true };
	let people = [self];
	const talk = talkWith({
		person: (fingerprint) => people.find((one) => one.fingerprint === fingerprint),
		people: () => people,
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

test("attack: a member who is not the host lets no lines disappear, whatever their program sends", () => {
	const told: Notice[] = [];
	const talk = talkWith({ self: bob.fingerprint, notice: (notice) => told.push(notice) });
	talk.heard(personNamed("Eve"), { kind: "disappear", seconds: 1, ...said }, 1);
	assert.deepEqual([talk.disappearSeconds, told], [0, []]);
	talk.heard(ann, { kind: "disappear", seconds: 60, ...said }, 2);
	assert.equal(talk.disappearSeconds, 60);
	talk.heard(personNamed("Eve"), { kind: "disappear", seconds: 0, ...said }, 3);
	assert.equal(talk.disappearSeconds, 60);
	assert.deepEqual(told, [{ code: "disappearing", seconds: 60 }]);
});
