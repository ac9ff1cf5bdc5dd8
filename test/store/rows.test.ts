// The small repositories: settings, own identity, recent rooms, strikes, blocks.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { Vault } from "../../src/crypto/vault/vault.ts";
import { type Block, blocksIn } from "../../src/store/blocks.ts";
import { DATABASE_FILE, openMemoryStore } from "../../src/store/db.ts";
import { identitiesIn } from "../../src/store/identities.ts";
import { MAX_RECENT_ROOMS, recentRoomsIn } from "../../src/store/recent-rooms.ts";
import { settingsIn } from "../../src/store/settings.ts";
import { strikesIn } from "../../src/store/strikes.ts";
import { storeIn, temporaryHome } from "../support/temporary-home.ts";

const newVault = () => new Vault(randomBytes(32));

test("a setting is what was set last, and nothing after clearing", () => {
	const settings = settingsIn(openMemoryStore());
	assert.equal(settings.get("name"), undefined);
	settings.set("name", "Ada");
	settings.set("name", "Ада 👩‍💻");
	assert.equal(settings.get("name"), "Ада 👩‍💻");
	settings.clear("name");
	assert.equal(settings.get("name"), undefined);
});

test("a stored setting that makes no sense to this version counts as not chosen", () => {
	const store = openMemoryStore();
	for (const stored of ["not JSON", "7", '""', `"${"x".repeat(257)}"`, "null"]) {
		store.database.prepare("INSERT OR REPLACE INTO settings VALUES ('name', ?)").run(stored);
		assert.equal(settingsIn(store).get("name"), undefined, stored);
	}
});

const local = { kind: "local", fingerprint: "AB".repeat(20), hasPassphrase: true, createdAt: 12 } as const;

test("one's own identity can be named without the vault, and its key opened only with it", () => {
	const identities = identitiesIn(openMemoryStore());
	const vault = newVault();
	assert.equal(identities.own(), undefined);
	assert.equal(identities.privateKey(vault), undefined);
	identities.keepLocal(local, "-----BEGIN PGP PRIVATE KEY BLOCK-----", vault);
	assert.deepEqual(identities.own(), local);
	assert.equal(identities.privateKey(vault), "-----BEGIN PGP PRIVATE KEY BLOCK-----");
	assert.equal(identities.privateKey(newVault()), undefined);
});

test("a new identity takes the place of the old one, be it a key of ours or one in gpg", () => {
	const store = openMemoryStore();
	const identities = identitiesIn(store);
	const vault = newVault();
	const gpg = { kind: "gpg", fingerprint: "CD".repeat(20), gnupgHome: undefined, createdAt: 13 } as const;
	identities.keepLocal(local, "first", vault);
	identities.keepGpg(gpg);
	assert.deepEqual(identities.own(), gpg);
	assert.equal(identities.privateKey(vault), undefined);
	identities.keepGpg({ ...gpg, gnupgHome: "/keys" });
	assert.deepEqual(identities.own(), { ...gpg, gnupgHome: "/keys" });
	identities.keepLocal({ ...local, hasPassphrase: false }, "second", vault);
	assert.deepEqual(identities.own(), { ...local, hasPassphrase: false });
	assert.equal(store.database.prepare("SELECT count(*) FROM identities").pluck().get(), 1);
});

test("attack: a sealed key that is passed off as the key of another fingerprint does not open", () => {
	const store = openMemoryStore();
	const vault = newVault();
	identitiesIn(store).keepLocal(local, "secret", vault);
	store.database.prepare("UPDATE identities SET fingerprint = ?").run("EF".repeat(20));
	assert.equal(identitiesIn(store).privateKey(vault), undefined);
});

test("the rooms joined last come first, and no more than the bound are kept", () => {
	const store = openMemoryStore();
	const rooms = recentRoomsIn(store, newVault());
	for (let i = 0; i < MAX_RECENT_ROOMS + 5; i++) rooms.remember({ target: `room ${i}`, lastJoinedAt: i });
	rooms.remember({ target: "room 10", lastJoinedAt: 1000 });
	const targets = rooms.list().map(({ target }) => target);
	assert.equal(targets.length, MAX_RECENT_ROOMS);
	assert.deepEqual(targets.slice(0, 3), ["room 10", "room 24", "room 23"]);
	assert.equal(store.database.prepare("SELECT count(*) FROM recent_rooms").pluck().get(), MAX_RECENT_ROOMS);
});

test("a room to which a former one of the same host leads takes its place, and leads on to the same later rooms", () => {
	const rooms = recentRoomsIn(openMemoryStore(), newVault());
	const host = { hostName: "Ann", fingerprint: "a1" };
	rooms.remember({ target: "first", lastJoinedAt: 1, ...host, later: "second" });
	rooms.remember({ target: "of another host", lastJoinedAt: 2, fingerprint: "b2", later: "second" });
	rooms.remember({ target: "of nobody known", lastJoinedAt: 3, later: "second" });
	rooms.remember({ target: "second", lastJoinedAt: 4, ...host });
	assert.deepEqual(
		rooms.list().map(({ target, later }) => [target, later]),
		[
			["second", "second"],
			["of nobody known", "second"],
			["of another host", "second"],
		],
	);
});

test("rooms sealed under another vault key are not shown, and make room first", () => {
	const store = openMemoryStore();
	const old = recentRoomsIn(store, newVault());
	for (let i = 0; i < MAX_RECENT_ROOMS; i++) old.remember({ target: `old ${i}`, lastJoinedAt: 1000 + i });
	const rooms = recentRoomsIn(store, newVault());
	assert.deepEqual(rooms.list(), []);
	rooms.remember({ target: "new", lastJoinedAt: 1 });
	assert.deepEqual(rooms.list(), [{ target: "new", lastJoinedAt: 1 }]);
	assert.equal(store.database.prepare("SELECT count(*) FROM recent_rooms").pluck().get(), MAX_RECENT_ROOMS);
});

test("attack: someone who reads the files of a person with a passphrase finds no room and no key in them", (t) => {
	const home = temporaryHome(t);
	const store = storeIn(t, home);
	const vault = newVault();
	recentRoomsIn(store, vault).remember({ target: "secret-meeting.example 4711", lastJoinedAt: 1 });
	identitiesIn(store).keepLocal(local, "PRIVATE KEY BLOCK", vault);
	for (const ending of ["", "-wal"]) {
		const bytes = readFileSync(join(home, DATABASE_FILE + ending), "latin1");
		for (const secret of ["secret-meeting", "PRIVATE KEY"]) assert.equal(bytes.includes(secret), false, secret);
	}
});

test("strikes behave like a map from caller to count", () => {
	const knocker = fc.constantFrom("192.0.2.1", "192.0.2.2", "2001:db8::/64");
	const change = fc.record({ knocker, count: fc.integer({ min: 0, max: 6 }) });
	fc.assert(
		fc.property(fc.array(change), (changes) => {
			const store = openMemoryStore();
			const strikes = strikesIn(store);
			const model = new Map<string, number>();
			for (const { knocker, count } of changes) {
				if (count > 0) strikes.set(knocker, count, 0);
				else assert.equal(strikes.clear(knocker), model.has(knocker));
				if (count > 0) model.set(knocker, count);
				else model.delete(knocker);
				for (const [known, wanted] of model) assert.equal(strikes.of(known), wanted);
				assert.equal(strikes.of(knocker), count);
			}
			store.close();
		}),
		{ numRuns: 50 },
	);
});

test("attack: strikes from ever new addresses fill the table only so far, and the newest are kept", () => {
	const store = openMemoryStore();
	const limit = 1000;
	for (let process = 0; process < 3; process++) {
		const strikes = strikesIn(store, limit);
		for (let i = 0; i < 2500; i++) strikes.set(`${process}-${i}`, 1, process * 10_000 + i);
		const rows = store.database.prepare<[], number>("SELECT count(*) FROM strikes").pluck().get() ?? 0;
		assert.ok(rows <= limit && rows >= limit * 0.98, `${rows} rows`);
		assert.equal(strikes.of(`${process}-2499`), 1);
		assert.equal(strikes.of(`${process}-1600`), 1);
		assert.equal(strikes.of(`${process}-1000`), 0);
	}
});

test("attack: filling the table of strikes lifts no block", () => {
	const store = openMemoryStore();
	const block: Block = {
		kind: "address",
		subject: "192.0.2.1",
		address: "192.0.2.1",
		reason: "strikes",
		since: 0,
		until: undefined,
		note: undefined,
	};
	blocksIn(store).put(block);
	const strikes = strikesIn(store, 100);
	for (let i = 0; i < 500; i++) strikes.set(`${i}`, 1, i + 1);
	assert.deepEqual(blocksIn(store).find("address", "192.0.2.1", 1), block);
});

test("a block is in force until its time is up or it is removed, and is listed newest first", () => {
	const blocks = blocksIn(openMemoryStore());
	const base = { kind: "address", reason: "byHand", note: "was rude" } as const;
	const lasting: Block = { ...base, subject: "192.0.2.1", address: "192.0.2.1", since: 1, until: undefined };
	const passing: Block = { ...base, subject: "2001:db8::/64", address: "2001:db8::7", since: 2, until: 100 };
	blocks.put(passing);
	blocks.put(lasting);
	assert.deepEqual(blocks.list(50), [passing, lasting]);
	assert.deepEqual(blocks.find("address", passing.subject, 99), passing);
	assert.equal(blocks.find("address", passing.subject, 100), undefined);
	assert.deepEqual(blocks.list(100), [lasting]);
	assert.equal(blocks.find("cidr", lasting.subject, 0), undefined);
	blocks.put({ ...lasting, note: undefined, reason: "strikes" });
	assert.equal(blocks.find("address", lasting.subject, 0)?.reason, "strikes");
	assert.equal(blocks.remove("address", lasting.subject), true);
	assert.equal(blocks.remove("address", lasting.subject), false);
	assert.deepEqual(blocks.list(100), []);
});
