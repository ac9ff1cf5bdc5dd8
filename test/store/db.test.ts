// The database file: private, shared between processes, and refused in words when something is wrong with it.
import assert from "node:assert/strict";
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { Worker } from "node:worker_threads";
import Database from "better-sqlite3";
import fc from "fast-check";
import { blocksIn } from "../../src/store/blocks.ts";
import { DATABASE_FILE, openMemoryStore, openStore, type Store, type StoreTrouble } from "../../src/store/db.ts";
import { isStoreFailure } from "../../src/store/failure.ts";
import { prepareHome } from "../../src/store/home.ts";
import { identitiesIn } from "../../src/store/identities.ts";
import { APPLICATION_ID, CURRENT_VERSION, migrate } from "../../src/store/migrations.ts";
import { settingsIn } from "../../src/store/settings.ts";
import { strikesIn } from "../../src/store/strikes.ts";
import { storeIn, temporaryHome } from "../support/temporary-home.ts";

const modeOf = (path: string) => statSync(path).mode & 0o777;

function refusalOf(home: string): StoreTrouble {
	const outcome = openStore(home);
	if (outcome.kind === "open") outcome.store.close();
	assert.ok(outcome.kind === "refused");
	return outcome.trouble;
}

/** A database with something in every kind of table, closed and in one file. */
function filledDatabase(t: TestContext): Buffer {
	const home = temporaryHome(t);
	const store = storeIn(t, home);
	settingsIn(store).set("name", "Ada");
	const strikes = strikesIn(store);
	for (let i = 0; i < 300; i++) strikes.set(`10.0.${i >> 8}.${i & 255}`, 1 + (i % 5), 1000 + i);
	const block = {
		kind: "address",
		address: "192.0.2.1",
		reason: "strikes",
		until: undefined,
		note: undefined,
	} as const;
	for (let i = 0; i < 50; i++) blocksIn(store).put({ ...block, subject: `192.0.2.${i}`, since: i });
	identitiesIn(store).keepGpg({
		kind: "gpg",
		fingerprint: "A".repeat(40),
		gnupgHome: "/home/ada/.gnupg",
		createdAt: 1,
	});
	store.close();
	return readFileSync(join(home, DATABASE_FILE));
}

/** Everything a running program does with the gate's and the person's tables. */
function exercise(store: Store): void {
	settingsIn(store).get("name");
	settingsIn(store).set("name", "Grace");
	const strikes = strikesIn(store);
	for (let i = 0; i < 300; i += 7) strikes.of(`10.0.${i >> 8}.${i & 255}`);
	strikes.set("10.0.0.3", 2, 5);
	strikes.clear("10.0.0.4");
	const blocks = blocksIn(store);
	for (const { kind, subject } of blocks.list(0)) blocks.find(kind, subject, 0);
	blocks.remove("address", "192.0.2.7");
	identitiesIn(store).own();
}

test("the directory is 0700 and every file of the database is 0600, whatever the umask", {
	skip: process.platform === "win32",
}, (t) => {
	const before = process.umask(0);
	t.after(() => process.umask(before));
	const home = join(temporaryHome(t), "deep", "home");
	const store = storeIn(t, home);
	settingsIn(store).set("name", "Ada");
	assert.equal(modeOf(home), 0o700);
	for (const ending of ["", "-wal", "-shm"]) assert.equal(modeOf(join(home, DATABASE_FILE + ending)), 0o600, ending);
});

test("a home and a database that are open to others are closed to them", {
	skip: process.platform === "win32",
}, (t) => {
	const home = temporaryHome(t);
	storeIn(t, home).close();
	chmodSync(home, 0o755);
	chmodSync(join(home, DATABASE_FILE), 0o644);
	storeIn(t, home);
	assert.equal(modeOf(home), 0o700);
	assert.equal(modeOf(join(home, DATABASE_FILE)), 0o600);
});

test("a directory that is shared with others like /tmp is refused and left as it is", {
	skip: process.platform === "win32",
}, (t) => {
	const home = join(temporaryHome(t), "shared");
	mkdirSync(home);
	chmodSync(home, 0o1777);
	assert.equal(refusalOf(home).why, "sharedHome");
	assert.equal(statSync(home).mode & 0o7777, 0o1777);
});

test("attack: a directory that belongs to somebody else is refused, and left as it is", {
	skip: process.platform === "win32",
}, (t) => {
	const home = join(temporaryHome(t), "theirs");
	mkdirSync(home, { mode: 0o755 });
	const outcome = prepareHome(home, (process.geteuid?.() ?? 0) + 1);
	assert.equal(outcome.kind === "refused" && outcome.why, "othersHome");
	assert.equal(modeOf(home), 0o755);
	assert.equal(prepareHome(home).kind, "ready");
});

test("the connection runs with the settings that are relied upon", (t) => {
	const { database } = storeIn(t, temporaryHome(t));
	const pragma = (name: string) => database.pragma(name, { simple: true });
	const expected = {
		journal_mode: "wal",
		synchronous: 1,
		foreign_keys: 1,
		trusted_schema: 0,
		secure_delete: 1,
		busy_timeout: 4000,
	};
	for (const [name, value] of Object.entries(expected)) assert.equal(pragma(name), value, name);
	assert.equal(pragma("application_id"), APPLICATION_ID);
	assert.equal(pragma("user_version"), CURRENT_VERSION);
});

test("what must survive a power cut is committed with synchronous=FULL, and that setting does not stay", (t) => {
	const store = storeIn(t, temporaryHome(t));
	const during = store.transactDurably(() => store.database.pragma("synchronous", { simple: true }));
	assert.equal(during, 2);
	assert.throws(() =>
		store.transactDurably(() => {
			throw new Error("undone");
		}),
	);
	assert.equal(store.database.pragma("synchronous", { simple: true }), 1);
});

test("what is kept is there after closing and opening again", (t) => {
	const home = temporaryHome(t);
	const first = storeIn(t, home);
	settingsIn(first).set("name", "Ada");
	first.close();
	assert.equal(settingsIn(storeIn(t, home)).get("name"), "Ada");
});

test("a file that is no database is refused and left as it is", (t) => {
	const home = temporaryHome(t);
	const path = join(home, DATABASE_FILE);
	writeFileSync(path, "Dear diary, today I wrote to a file called rt.db.".repeat(100), { mode: 0o644 });
	const before = readFileSync(path);
	assert.equal(refusalOf(home).why, "foreign");
	assert.deepEqual(readFileSync(path), before);
});

test("another program's database is refused and left as it is", (t) => {
	const home = temporaryHome(t);
	const path = join(home, DATABASE_FILE);
	const other = new Database(path);
	other.exec("CREATE TABLE songs (title TEXT); INSERT INTO songs VALUES ('Daisy')");
	other.close();
	chmodSync(path, 0o644);
	const before = readFileSync(path);
	assert.equal(refusalOf(home).why, "foreign");
	assert.deepEqual(readFileSync(path), before);
	assert.equal(modeOf(path), 0o644);
});

test("a directory in place of the database is refused", (t) => {
	const home = temporaryHome(t);
	mkdirSync(join(home, DATABASE_FILE));
	assert.equal(refusalOf(home).why, "foreign");
});

test("a database of a newer version is refused as one", (t) => {
	const home = temporaryHome(t);
	const store = storeIn(t, home);
	store.database.pragma(`user_version = ${CURRENT_VERSION + 1}`);
	store.close();
	assert.equal(refusalOf(home).why, "newer");
});

test("a trigger or view planted in the database is refused", (t) => {
	for (const planted of [
		"CREATE TRIGGER pardon AFTER INSERT ON strikes BEGIN DELETE FROM strikes; END",
		"CREATE VIEW friends AS SELECT * FROM contacts",
		"ALTER TABLE blocks ADD COLUMN pardoned INTEGER",
	]) {
		const home = temporaryHome(t);
		const store = storeIn(t, home);
		store.database.exec(planted);
		store.close();
		assert.equal(refusalOf(home).why, "damaged", planted);
	}
});

test("a value outside its range is found at opening", (t) => {
	const home = temporaryHome(t);
	const store = storeIn(t, home);
	store.database.pragma("ignore_check_constraints = ON");
	store.database.exec("INSERT INTO strikes VALUES ('192.0.2.1', -5, 0)");
	store.close();
	assert.equal(refusalOf(home).why, "damaged");
});

test("a database that was cut short is refused as damaged", (t) => {
	const whole = filledDatabase(t);
	const home = temporaryHome(t);
	writeFileSync(join(home, DATABASE_FILE), whole.subarray(0, 4096 * 3));
	assert.equal(refusalOf(home).why, "damaged");
});

test("random damage to the database is refused in words or does no harm, but never throws at opening", (t) => {
	const whole = filledDatabase(t);
	const home = temporaryHome(t);
	const path = join(home, DATABASE_FILE);
	const damage = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 })), {
		minLength: 1,
		maxLength: 40,
	});
	let refused = 0;
	fc.assert(
		fc.property(damage, fc.boolean(), fc.option(fc.nat(whole.length)), (flips, isNearStart, cut) => {
			for (const ending of ["-wal", "-shm"]) rmSync(path + ending, { force: true });
			const bent = Buffer.from(whole.subarray(0, cut ?? whole.length));
			for (const [at, bits] of flips) {
				const offset = isNearStart ? at % 6000 : at;
				if (offset < bent.length) bent[offset] = bent[offset]! ^ bits;
			}
			writeFileSync(path, bent);
			const outcome = openStore(home);
			if (outcome.kind === "refused") {
				refused++;
				assert.equal(outcome.trouble.path, path);
				return;
			}
			try {
				exercise(outcome.store);
			} catch (error) {
				// The gate turns these into `storageFailed`; anything else would be a bug of ours.
				assert.ok(isStoreFailure(error), String(error));
			} finally {
				outcome.store.close();
			}
		}),
		{ numRuns: 300 },
	);
	assert.ok(refused > 50, `only ${refused} refused`);
});

test("a damaged write-ahead log costs at most what was in it", (t) => {
	const home = temporaryHome(t);
	const store = storeIn(t, home);
	for (let i = 0; i < 50; i++) strikesIn(store).set(`10.1.1.${i}`, 1, i);
	const copies = [DATABASE_FILE, `${DATABASE_FILE}-wal`].map((name) => readFileSync(join(home, name)));
	const [main, log] = [copies[0]!, copies[1]!];
	assert.ok(log.length > 0);
	const other = temporaryHome(t);
	fc.assert(
		fc.property(fc.nat(log.length - 1), fc.integer({ min: 1, max: 255 }), fc.nat(log.length), (at, bits, cut) => {
			const bent = Buffer.from(log);
			bent[at] = bent[at]! ^ bits;
			rmSync(join(other, `${DATABASE_FILE}-shm`), { force: true });
			writeFileSync(join(other, DATABASE_FILE), main);
			writeFileSync(join(other, `${DATABASE_FILE}-wal`), bent.subarray(0, Math.max(cut, 1)));
			const outcome = openStore(other);
			if (outcome.kind === "refused") assert.fail(JSON.stringify(outcome.trouble));
			strikesIn(outcome.store).set("10.9.9.9", 1, 1);
			outcome.store.close();
		}),
		{ numRuns: 60 },
	);
});

test("a database of a process that was killed is taken over with all that was committed", (t) => {
	const home = temporaryHome(t);
	const store = storeIn(t, home);
	settingsIn(store).set("name", "Ada");
	// What a killed process leaves behind: the main file and a log that was never folded into it.
	const after = temporaryHome(t);
	for (const ending of ["", "-wal", "-shm"])
		copyFileSync(join(home, DATABASE_FILE + ending), join(after, DATABASE_FILE + ending));
	assert.equal(settingsIn(storeIn(t, after)).get("name"), "Ada");
});

test("two connections to one home see each other's writes at once", (t) => {
	const home = temporaryHome(t);
	const [one, two] = [storeIn(t, home), storeIn(t, home)];
	strikesIn(one).set("192.0.2.1", 3, 0);
	assert.equal(strikesIn(two).of("192.0.2.1"), 3);
});

test("many threads that open a new home at the same moment all get in, and no count is lost between them", async (t) => {
	const home = temporaryHome(t);
	const script = `
		import { workerData, parentPort } from "node:worker_threads";
		const { openStore } = await import(workerData.db);
		const { strikesIn } = await import(workerData.strikes);
		const gate = new Int32Array(workerData.start);
		parentPort.postMessage("ready");
		Atomics.wait(gate, 0, 0);
		const outcome = openStore(workerData.home);
		if (outcome.kind === "refused") throw new Error(JSON.stringify(outcome.trouble));
		const strikes = strikesIn(outcome.store);
		for (let i = 0; i < 25; i++) outcome.store.transact(() => strikes.set("192.0.2.1", strikes.of("192.0.2.1") + 1, i));
		outcome.store.close();`;
	const start = new SharedArrayBuffer(4);
	const urlOf = (name: string) => new URL(`../../src/store/${name}.ts`, import.meta.url).href;
	const workerData = { home, start, db: urlOf("db"), strikes: urlOf("strikes") };
	const workers = Array.from(
		{ length: 4 },
		() => new Worker(new URL(`data:text/javascript,${encodeURIComponent(script)}`), { workerData }),
	);
	await Promise.all(workers.map((worker) => new Promise((resolve) => worker.once("message", resolve))));
	const ends = workers.map(
		(worker) => new Promise((resolve, reject) => worker.once("exit", resolve).once("error", reject)),
	);
	Atomics.store(new Int32Array(start), 0, 1);
	Atomics.notify(new Int32Array(start), 0);
	await Promise.all(ends);
	assert.equal(strikesIn(storeIn(t, home)).of("192.0.2.1"), 100);
});

test("migrating twice changes nothing, and a step that fails leaves the version before it", () => {
	const store = openMemoryStore();
	migrate(store.database);
	assert.equal(store.database.pragma("user_version", { simple: true }), CURRENT_VERSION);
	const clashing = new Database(":memory:");
	clashing.exec("CREATE TABLE blocks (x)");
	assert.throws(() => migrate(clashing), /already exists/);
	assert.equal(clashing.pragma("user_version", { simple: true }), 0);
	assert.equal(clashing.prepare("SELECT count(*) FROM sqlite_schema").pluck().get(), 1);
});
