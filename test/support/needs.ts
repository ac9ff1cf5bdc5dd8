// Tests that need a program from outside: skipped on a computer without it, failing where everything must be there (CI).
import { spawnSync } from "node:child_process";
import type { TestContext } from "node:test";

/** What was tried before in this process: a program does not come or go while tests run. */
const tried = new Map<string, boolean>();

/** Whether `program` can be started. If not, the test is skipped; with CI=true it fails. */
export function needs(t: TestContext, program: string): boolean {
	// What sets a clock ahead (libfaketime) keeps Firefox from starting.
	const { LD_PRELOAD: _, ...env } = process.env;
	const isThere = tried.get(program) ?? spawnSync(program, ["--version"], { stdio: "ignore", env }).error === undefined;
	tried.set(program, isThere);
	if (isThere) return true;
	const { CI } = process.env;
	if (CI === "true") throw new Error(`${program} is missing, and CI must run every test`);
	t.skip(`${program} is not installed`);
	return false;
}

/** Whether network namespaces can be made here: that takes root. If not, the test is skipped; with CI=true it goes on, and fails. */
export function needsNamespaces(t: TestContext): boolean {
	const { CI } = process.env;
	if (process.getuid?.() === 0 || CI === "true") return true;
	t.skip("network namespaces need root");
	return false;
}
