// A folder of its own for one test, gone when the test is over: a person's home, and the database and the times in it.
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { openStore, type Store } from "../../src/store/db.ts";

/** Makes a directory that is empty and private, and removes it after the test. */
export function temporaryHome(t: TestContext): string {
	const home = mkdtempSync(join(tmpdir(), "rt-test-"));
	t.after(() => rmSync(home, { recursive: true, force: true }));
	return home;
}

/** Opens the database in `home` and closes it after the test. Fails the test when it is refused. */
export function storeIn(t: TestContext, home: string): Store {
	const outcome = openStore(home);
	if (outcome.kind === "refused") assert.fail(JSON.stringify(outcome.trouble));
	t.after(() => outcome.store.close());
	return outcome.store;
}

/** Returns what time the file system says it is, in milliseconds since 1970. Files made now have this time, and the clock of the process may say another one. */
export function timeOnDisk(folder: string): number {
	const file = join(folder, "what-time-is-it");
	writeFileSync(file, "");
	const { mtimeMs } = statSync(file);
	rmSync(file);
	return mtimeMs;
}

/** Returns every byte that is on the disk below a folder. */
export function bytesBelow(folder: string): Buffer {
	const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
	return Buffer.concat(files.map(({ parentPath, name }) => readFileSync(join(parentPath, name))));
}
