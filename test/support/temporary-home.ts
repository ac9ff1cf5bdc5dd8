// A home directory of its own for one test, gone when the test is over.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";

/** The path of a directory that exists, is empty and private, and is removed after the test. */
export function temporaryHome(t: TestContext): string {
	const home = mkdtempSync(join(tmpdir(), "rt-test-"));
	t.after(() => rmSync(home, { recursive: true, force: true }));
	return home;
}
