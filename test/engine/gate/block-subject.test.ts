// What a host can block by hand: how it is typed, the one way it is kept, and whom it is about.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { doSubjectsMeet, isAbout, labelOf, parseBlockSubject } from "../../../src/engine/gate/block-subject.ts";
import { callerAt } from "../../support/net/caller-at.ts";

const key = "0123456789ABCDEF0123456789ABCDEF01234567";
const spaced = "0123 4567 89ab cdef 0123  4567 89AB CDEF 0123 4567";

function subject(typed: string) {
	const parsed = parseBlockSubject(typed);
	assert.ok(parsed, typed);
	return parsed;
}

test("an address, a range, a network owner and a fingerprint are told apart, in every way people type them", () => {
	for (const [typed, kind, kept] of [
		["81.2.69.160", "address", "81.2.69.160"],
		[" 81.2.69.160 ", "address", "81.2.69.160"],
		["::ffff:81.2.69.160", "address", "81.2.69.160"],
		["81.2.69.160/32", "address", "81.2.69.160"],
		["2001:DB8:1:2::9", "address", "2001:db8:1:2::/64"],
		["2001:db8:1:2::/64", "address", "2001:db8:1:2::/64"],
		["2001:db8:1:2::9/64", "address", "2001:db8:1:2::/64"],
		["81.2.69.160/24", "cidr", "81.2.69.0/24"],
		["2001:db8::/32", "cidr", "2001:db8::/32"],
		["2001:db8:1:2::9/128", "cidr", "2001:db8:1:2::9/128"],
		["AS3320", "asn", "AS3320"],
		["as 3320", "asn", "AS3320"],
		["ASN3320", "asn", "AS3320"],
		["AS4294967295", "asn", "AS4294967295"],
		[key, "fingerprint", key],
		[spaced, "fingerprint", key],
		["AB".repeat(32), "fingerprint", "AB".repeat(32)],
	] as const) {
		const parsed = subject(typed);
		assert.deepEqual([parsed.kind, parsed.subject], [kind, kept], typed);
		const again = subject(parsed.subject);
		assert.deepEqual([again.kind, again.subject], [kind, kept], typed);
	}
});

test("a text that names no subject of a block is refused", () => {
	for (const typed of [
		"",
		"bob",
		"AS0",
		"AS4294967296",
		"AS",
		"xAS3320",
		"AS3320x",
		`${key}${" ".repeat(120)}${key}`,
		"3320",
		key.slice(1),
		`${key}0`,
		`0${key}`,
		"81.2.69.0/33",
		"1.2.3",
		"a".repeat(500),
	]) {
		assert.equal(parseBlockSubject(typed), undefined, typed);
	}
});

test("reading what was typed never throws, and what is kept reads back the same", () => {
	fc.assert(
		fc.property(fc.string({ maxLength: 60 }), (typed) => {
			const parsed = parseBlockSubject(typed);
			if (parsed) assert.equal(parseBlockSubject(parsed.subject)?.subject, parsed.subject);
		}),
	);
});

test("a block is about those it names and nobody else", () => {
	const suspect = { caller: callerAt("81.2.69.160"), fingerprint: key, asn: 3320 };
	const other = { caller: callerAt("81.2.70.1"), fingerprint: "F".repeat(40), asn: 1 };
	for (const typed of ["81.2.69.160", "81.2.69.0/24", key, "AS3320"]) {
		assert.equal(isAbout(subject(typed), suspect), true, typed);
		assert.equal(isAbout(subject(typed), other), false, typed);
		assert.equal(isAbout(subject(typed), {}), false, typed);
	}
	assert.equal(isAbout(subject("2001:db8:1:2::1"), { caller: callerAt("2001:db8:1:2:ffff::7") }), true);
});

test("blocks of addresses that keep somebody out in common are found", () => {
	assert.equal(doSubjectsMeet(subject("81.2.69.160"), subject("81.2.69.0/24")), true);
	assert.equal(doSubjectsMeet(subject("2001:db8:1:2::9"), subject("2001:db8::/32")), true);
	assert.equal(doSubjectsMeet(subject("81.2.70.1"), subject("81.2.69.0/24")), false);
	assert.equal(doSubjectsMeet(subject("AS3320"), subject("0.0.0.0/0")), false);
});

test("the label of a fingerprint is short, and every other subject is its own label", () => {
	assert.equal(labelOf(subject(key)), "key 89AB CDEF 0123 4567");
	assert.equal(labelOf(subject("AS3320")), "AS3320");
});
