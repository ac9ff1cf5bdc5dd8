// Who is meant by what was typed: members choose their names, and with much work the ends of their keys.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Fingerprint, parseFingerprint, shortFingerprint } from "../../../src/crypto/identity/fingerprint.ts";
import type { Person } from "../../../src/engine/api/people.ts";
import { buddyCommandOf, findPerson, withBlockedKey } from "../../../src/ui/slash/who-is-meant.ts";
import { personNamed, self } from "../../support/views/fake-engine.ts";

const keyed = (name: string, digits: string): Person => {
	const fingerprint = parseFingerprint(digits);
	if (fingerprint === undefined) assert.fail("not a fingerprint");
	return personNamed(name, "known", { fingerprint, shortFingerprint: shortFingerprint(fingerprint) });
};
const edda = keyed("Edda", "1".repeat(40));
const mallory = keyed("Mallory", `${"2".repeat(36)}EDDA`);
const messageOf = (found: { readonly kind: string; readonly message?: string }): string => found.message ?? found.kind;

test("A person is found by name, by the start of it, or by fingerprint, and never oneself", () => {
	const grace = personNamed("Grace");
	const greta = personNamed("Greta");
	const people = [self, grace, greta];
	assert.deepEqual(findPerson(people, "grace"), { kind: "person", person: grace });
	assert.deepEqual(findPerson(people, "gre"), { kind: "person", person: greta });
	assert.deepEqual(findPerson(people, grace.fingerprint.toLowerCase()), { kind: "person", person: grace });
	assert.deepEqual(findPerson(people, "gr").kind, "wrong");
	assert.match(messageOf(findPerson(people, "ada")), /Nobody here/);
	assert.match(messageOf(findPerson(people, "nobody")), /Nobody here/);
});

test("attack: a key that ends in a name does not take the place of the person called so", () => {
	for (const people of [
		[edda, mallory],
		[mallory, edda],
	]) {
		const found = findPerson(people, "Edda");
		assert.match(messageOf(found), /can mean more than one/);
		assert.ok(messageOf(found).includes(edda.fingerprint) && messageOf(found).includes(mallory.fingerprint));
		assert.deepEqual(findPerson(people, edda.fingerprint), { kind: "person", person: edda });
		assert.deepEqual(findPerson(people, mallory.fingerprint), { kind: "person", person: mallory });
	}
	assert.deepEqual(findPerson([mallory], "Edda"), { kind: "person", person: mallory }, "alone it is clear");
});

test("attack: a second member of a name, or called like a fingerprint, makes it a question", () => {
	const second = keyed("edda", "3".repeat(40));
	assert.match(messageOf(findPerson([edda, second], "Edda")), /can mean more than one/);
	const pretender = keyed(edda.shortFingerprint, "4".repeat(40));
	assert.match(messageOf(findPerson([edda, pretender], edda.shortFingerprint)), /can mean more than one/);
});

test("attack: a member called like an address, a range, a network owner or a key does not take a block upon them", () => {
	for (const address of [
		"203.0.113.9",
		"203.0.113.0/24",
		"2001:db8::1",
		"2001:db8::/48",
		"AS3320",
		"as 3320",
		"1".repeat(40),
	]) {
		const command = { kind: "block", address } as const;
		assert.deepEqual(withBlockedKey(command, [{ ...mallory, name: address }]), { kind: "command", command }, address);
	}
});

test("/block with a name means the key of who is here by that name, and removes them; with two of a name it asks", () => {
	const command = { kind: "block", address: "edda" } as const;
	assert.deepEqual(withBlockedKey(command, [self, edda, mallory]), {
		kind: "command",
		command: { kind: "block", address: edda.fingerprint, isRemoving: true },
	});
	assert.match(messageOf(withBlockedKey(command, [edda, { ...mallory, name: "Edda" }])), /can mean more than one/);
	assert.deepEqual(withBlockedKey({ kind: "block", address: "ada" }, [self]), {
		kind: "command",
		command: { kind: "block", address: "ada" },
	});
});

test("/buddy accepts who has asked; with --off-record it says so, so that no other kind is accepted by it", () => {
	const { name, fingerprint, shortFingerprint, trust } = edda;
	const asking = { name, shortFingerprint, trust, room: "abcdefgh", role: "guest", state: "asked" } as const;
	const buddies = [{ ...asking, kind: "buddy", fingerprint: fingerprint as Fingerprint }] as const;
	const meant = (line: Parameters<typeof buddyCommandOf>[0]) => buddyCommandOf(line, { people: [edda], buddies });
	assert.deepEqual(meant({ kind: "buddy", who: "" }), {
		kind: "command",
		command: { kind: "answerBuddy", fingerprint, answer: "accept" },
	});
	assert.deepEqual(meant({ kind: "buddy", who: name, offRecord: true }), {
		kind: "command",
		command: { kind: "buddy", fingerprint, offRecord: true },
	});
});

test("/buddy without a name is whoever has asked first; with one it asks who is here, or accepts; /unbuddy and /later find buddies alone", () => {
	const asking = { ...edda, room: "aaaaaaaa", kind: "buddy", state: "asked", role: "guest" } as const;
	const zoe = personNamed("Zoe");
	const there = { people: [self, zoe], buddies: [asking] };
	const { fingerprint } = edda;
	const accept = { kind: "answerBuddy", fingerprint, answer: "accept" };
	assert.deepEqual(buddyCommandOf({ kind: "buddy", who: "" }, there), { kind: "command", command: accept });
	assert.deepEqual(buddyCommandOf({ kind: "buddy", who: edda.name }, there), { kind: "command", command: accept });
	const asks = buddyCommandOf({ kind: "buddy", who: zoe.name }, there);
	assert.ok(asks.kind === "command" && asks.command.kind === "buddy" && asks.command.fingerprint === zoe.fingerprint);
	assert.match(messageOf(buddyCommandOf({ kind: "unbuddy", who: zoe.name }, there)), /You have no buddy called/);
	assert.match(messageOf(buddyCommandOf({ kind: "later", who: "" }, { people: [] })), /Please say who/);
	const two = { ...there, people: [self, { ...zoe, name: edda.name }] };
	assert.match(messageOf(buddyCommandOf({ kind: "buddy", who: edda.name }, two)), /can mean more than one/);
});
