// Trust: who was met before, who was compared in person, and who comes with somebody else's name.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { type Fingerprint, parseFingerprint } from "../../../src/crypto/identity/fingerprint.ts";
import { Vault } from "../../../src/crypto/vault/vault.ts";
import { contactBookIn } from "../../../src/engine/account/contact-book.ts";
import { lookAlike, skeletonsOf } from "../../../src/engine/text/look-alike-names.ts";
import { contactsIn, MAX_NAMES } from "../../../src/store/contacts.ts";
import { DATABASE_FILE, openMemoryStore } from "../../../src/store/db.ts";
import { storeIn, temporaryHome } from "../../support/temporary-home.ts";

function fingerprintOf(number: number): Fingerprint {
	const fingerprint = parseFingerprint(number.toString(16).padStart(40, "0"));
	if (fingerprint === undefined) assert.fail("not a fingerprint");
	return fingerprint;
}

const [ada, bob, mallory] = [fingerprintOf(1), fingerprintOf(2), fingerprintOf(3)];
const noName = () => undefined;
const newBook = () => contactBookIn(openMemoryStore(), new Vault(randomBytes(32)), noName);

test("someone is new at the first meeting, known from the second on, and looking does not count as meeting", () => {
	const book = newBook();
	assert.equal(book.trustOf(ada, "Ada"), "new");
	assert.equal(book.meet(ada, "Ada", 1).trust, "new");
	assert.equal(book.trustOf(ada, "Ada"), "known");
	assert.equal(book.meet(ada, "Ada Lovelace", 2).trust, "known");
	const names = [
		{ name: "Ada Lovelace", firstSeenAt: 2, lastSeenAt: 2 },
		{ name: "Ada", firstSeenAt: 1, lastSeenAt: 1 },
	];
	assert.deepEqual(book.all(), [{ fingerprint: ada, names, firstSeenAt: 1, lastSeenAt: 2 }]);
});

test("attack: a known name with another key is changed, the first time and every time after", () => {
	const book = newBook();
	book.meet(ada, "Ada", 1);
	assert.equal(book.meet(mallory, "Ada", 2).trust, "changed");
	assert.equal(book.meet(mallory, "Ada", 3).trust, "changed");
	assert.equal(book.meet(ada, "Ada", 4).trust, "known");
	assert.equal(book.meet(mallory, "Mallory", 5).trust, "known");
});

test("the keys a name had before are told, the one seen last first, and whether they were compared", () => {
	const book = newBook();
	book.meet(ada, "Ada", 1);
	book.meet(bob, "Ada", 2);
	book.setVerified(ada, 3);
	book.meet(ada, "Ada", 4);
	book.meet(mallory, "Ada", 5);
	assert.deepEqual(
		book
			.formerKeys(mallory, "Ada")
			.map(({ fingerprint, lastSeenAt, isVerified }) => [fingerprint, lastSeenAt, isVerified]),
		[
			[ada, 4, true],
			[bob, 2, false],
		],
	);
	assert.deepEqual(book.formerKeys(ada, "Ada"), []);
	assert.deepEqual(book.formerKeys(mallory, "Mallory"), []);
});

test("attack: a known, and even a verified person who takes another's name is changed", () => {
	const book = newBook();
	book.meet(ada, "Ada", 1);
	book.meet(mallory, "Mallory", 2);
	assert.equal(book.meet(mallory, "Ada", 3).trust, "changed");
	book.meet(bob, "Bob", 4);
	book.setVerified(bob, 5);
	assert.equal(book.meet(bob, "Bob", 6).trust, "verified");
	assert.equal(book.meet(bob, "Ada", 7).trust, "changed");
	assert.equal(book.meet(bob, "Robert", 8).trust, "verified");
});

test("attack: names that only look like a known one are changed too", () => {
	const known = "Alice Corn";
	for (const lookalike of [
		"alice corn",
		"ALICE CORN",
		"А\u04cfісе Согn",
		"Αlice Cοrn",
		"Alice\u200b Corn",
		"Alice\u00a0Corn",
		"AliceCorn",
		"Ａｌｉｃｅ Ｃｏｒｎ",
		"Alice Com",
		"A1ice C0rn",
		"AIice Corn",
		"𝐀𝐥𝐢𝐜𝐞 Corn",
		"Al\u00adice Co\u2060rn",
	]) {
		const book = newBook();
		book.meet(ada, known, 1);
		assert.equal(book.meet(mallory, lookalike, 2).trust, "changed", lookalike);
	}
	for (const other of ["Alicia Corn", "Alice", "Bob", "Alicé Corn"]) {
		const book = newBook();
		book.meet(ada, known, 1);
		assert.equal(book.meet(mallory, other, 2).trust, "new", other);
	}
});

test("attack: names in the letters of other scripts, with a dot too many or in strokes that are letters, are changed too", () => {
	for (const [known, lookalike] of [
		["ALICE", "\ua4ee\ua4e1\ua4f2\ua4da\ua4f0"],
		["Alice", "\ua4ee\ua4e1\ua4f2\ua4da\ua4f0"],
		["ALICE", "\u13aaLI\u13df\u13ac"],
		["Alice", "Al\u0131\u0307ce"],
		["Alice", "\u{1d5a0}lice"],
		["Alice", "Alice\u02d1"],
		["Alice", "Alice."],
		["Alice", "Alice\u0323"],
		["Bill", "Bi\u01c0\u01c0"],
		["Bob", "\ua4d0ob"],
		["Olga", "\u0555lga"],
		["Jan", "\u037fan"],
		["Zoe", "\u13c3oe"],
	] as const) {
		const book = newBook();
		book.meet(ada, known, 1);
		assert.equal(book.meet(mallory, lookalike, 2).trust, "changed", lookalike);
	}
	for (const [known, other] of [
		["\u0418\u0432\u0430\u043d", "\u0418\u0432\u043e"],
		["\u674e\u660e", "\u674e\u670b"],
		["Nan", "Van"],
		["\u00d6mer", "Omer"],
	] as const) {
		const book = newBook();
		book.meet(ada, known, 1);
		assert.equal(book.meet(mallory, other, 2).trust, "new", other);
	}
});

test("attack: whoever comes with the person's own name is changed, verified under another name or not", () => {
	const book = contactBookIn(openMemoryStore(), new Vault(randomBytes(32)), () => "Hanna");
	assert.equal(book.meet(mallory, "\u041danna", 1).trust, "changed");
	assert.equal(book.meet(mallory, "Hanna", 2).trust, "changed");
	book.meet(bob, "Bob", 3);
	book.setVerified(bob, 4);
	assert.equal(book.meet(bob, "Hanna", 5).trust, "changed");
	book.setVerified(bob, 6);
	assert.equal(book.meet(bob, "Hanna", 7).trust, "verified", "compared as a Hanna");
});

test("a key that comes with another name is told by the name it came with last, unless both look alike", () => {
	const book = newBook();
	assert.deepEqual(book.meet(ada, "Ada", 1), { trust: "new" });
	assert.deepEqual(book.meet(ada, "ADA", 2), { trust: "known" });
	assert.deepEqual(book.meet(ada, "Countess", 3), { trust: "known", knownAs: "ADA" });
	assert.deepEqual(book.meet(ada, "Countess", 4), { trust: "known" });
});

test("a contact book kept with the skeletons of an older version finds the same people, and who had a name first still had it", () => {
	const store = openMemoryStore();
	const vault = new Vault(randomBytes(32));
	const old = contactsIn({ store, sealer: vault, skeletonsOf: (name) => [`old ${name}`] });
	for (const [fingerprint, name, at] of [
		[bob, "Bob", 1],
		[ada, "Ada", 2],
		[mallory, "Ada", 3],
	] as const)
		old.save({ fingerprint, names: [{ name, firstSeenAt: at, lastSeenAt: at }], firstSeenAt: at, lastSeenAt: at });
	const book = contactBookIn(store, vault, noName);
	assert.equal(book.trustOf(fingerprintOf(9), "\u0410da"), "changed");
	assert.equal(book.trustOf(ada, "Ada"), "known");
	assert.equal(book.trustOf(mallory, "Ada"), "changed");
	assert.equal(book.trustOf(bob, "Bob"), "known");
});

test("verifying settles whose key this is, with the names it has come with, and can be taken back", () => {
	const book = newBook();
	book.meet(ada, "Ada", 1);
	const newKey = fingerprintOf(9);
	assert.equal(book.meet(newKey, "Ada", 2).trust, "changed");
	assert.equal(book.setVerified(newKey, 3), true);
	assert.equal(book.meet(newKey, "Ada", 4).trust, "verified");
	book.setVerified(newKey, undefined);
	assert.equal(book.meet(newKey, "Ada", 5).trust, "changed");
	assert.equal(book.setVerified(fingerprintOf(77), 1), false);
});

test("forgetting the old key of a name makes the new one known", () => {
	const book = newBook();
	book.meet(ada, "Ada", 1);
	const newKey = fingerprintOf(9);
	book.meet(newKey, "Ada", 2);
	assert.equal(book.forget(ada), true);
	assert.equal(book.forget(ada), false);
	assert.equal(book.meet(newKey, "Ada", 3).trust, "known");
	assert.equal(book.meet(ada, "Ada", 4).trust, "changed");
});

test("the contact book outlives a restart, and says nothing without its vault key", (t) => {
	const home = temporaryHome(t);
	const vault = new Vault(randomBytes(32));
	const first = storeIn(t, home);
	contactBookIn(first, vault, noName).meet(ada, "Ada Lovelace", 1);
	const files = ["", "-wal"].map((ending) => readFileSync(join(home, DATABASE_FILE + ending), "latin1")).join("");
	for (const secret of ["Lovelace", "lovelace", ada]) assert.equal(files.includes(secret), false, secret);
	first.close();
	const store = storeIn(t, home);
	assert.equal(contactBookIn(store, vault, noName).trustOf(ada, "Ada Lovelace"), "known");
	const other = contactBookIn(store, new Vault(randomBytes(32)), noName);
	assert.deepEqual(other.all(), []);
	assert.equal(other.trustOf(ada, "Ada Lovelace"), "new");
});

test("attack: a contact's row swapped for another's is not believed", () => {
	const store = openMemoryStore();
	const book = contactBookIn(store, new Vault(randomBytes(32)), noName);
	book.meet(ada, "Ada", 1);
	book.setVerified(ada, 2);
	book.meet(mallory, "Mallory", 3);
	const rows = store.database
		.prepare<[], { id: string; sealed: Uint8Array }>("SELECT id, sealed FROM contacts ORDER BY turn")
		.all();
	store.database.prepare("UPDATE contacts SET sealed = ? WHERE id = ?").run(rows[0]!.sealed, rows[1]!.id);
	assert.equal(book.trustOf(mallory, "Mallory"), "new");
});

test("attack: ever new names and ever new keys fill the book only so far, and push out nobody verified", () => {
	const store = openMemoryStore();
	const sealer = new Vault(randomBytes(32));
	const contacts = contactsIn({ store, sealer, skeletonsOf, maxContacts: 10 });
	const book = contactBookIn(store, sealer, noName);
	book.meet(ada, "Ada", 0);
	book.setVerified(ada, 1);
	for (let i = 0; i < 3 * MAX_NAMES; i++) book.meet(bob, `Bob ${i}`, 10 + i);
	assert.equal(contacts.find(bob)?.names.length, MAX_NAMES);
	assert.equal(book.meet(mallory, "Bob 0", 99).trust, "new");
	for (let i = 100; i < 130; i++) {
		const seen = { name: `guest ${i}`, firstSeenAt: i, lastSeenAt: i };
		contacts.save({ fingerprint: fingerprintOf(i), names: [seen], firstSeenAt: i, lastSeenAt: i });
	}
	assert.equal(contacts.all().length, 10);
	assert.equal(book.trustOf(ada, "Ada"), "verified");
	assert.equal(contacts.find(bob), undefined);
	assert.equal(contacts.find(fingerprintOf(129))?.lastSeenAt, 129);
	const orphans = "SELECT count(*) FROM contact_names WHERE contact NOT IN (SELECT id FROM contacts)";
	assert.equal(store.database.prepare(orphans).pluck().get(), 0);
});

test("case, width and invisible signs never change a skeleton, whatever the name", () => {
	fc.assert(
		fc.property(fc.string({ unit: "grapheme" }), (name) => {
			const skeletons = skeletonsOf(name);
			assert.deepEqual(skeletonsOf(name.normalize("NFD")), skeletons);
			assert.deepEqual(skeletonsOf(`\u200b ${name}\u2060`), skeletons);
		}),
	);
	fc.assert(
		fc.property(fc.string(), (name) => {
			assert.ok(lookAlike(name.toUpperCase(), name.toLowerCase()));
		}),
	);
});

test("whatever the meetings, somebody who always comes with the same name of their own is never changed", () => {
	const meeting = fc.record({
		person: fc.integer({ min: 2, max: 4 }),
		name: fc.constantFrom("Bob", "Eve", "bob", "Еve"),
	});
	fc.assert(
		fc.property(fc.array(meeting, { maxLength: 20 }), (meetings) => {
			const book = newBook();
			book.meet(ada, "Ada", 0);
			for (const [index, { person, name }] of meetings.entries()) {
				book.meet(fingerprintOf(person), name, index);
				assert.equal(book.meet(ada, "Ada", index).trust, "known");
				assert.equal(book.meet(mallory, "AdA", index).trust, "changed");
			}
		}),
		{ numRuns: 50 },
	);
});
