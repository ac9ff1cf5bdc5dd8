// The disk of a person as a killed program leaves it: their home is copied after each write to its database, and a program can be started on any of the copies.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type { TestContext } from "node:test";
import Database from "better-sqlite3";
import { DATABASE_FILE } from "../../../src/store/db.ts";
import { temporaryHome } from "../temporary-home.ts";
import type { TestEngine } from "./real-engine.ts";

/** What is on the disk after one write. `told`: how many events the person had been told then. */
export interface Cut {
	readonly home: string;
	readonly told: number;
}

/** Copies a home with all its files. By another process: closing a file in this one would drop the locks that it holds there. */
function copied(t: TestContext, home: string): string {
	const copy = temporaryHome(t);
	const { status, stderr } = spawnSync("cp", ["-a", `${home}/.`, copy], { encoding: "utf8" });
	if (status !== 0) throw new Error(stderr);
	return copy;
}

/** Copies somebody's home after each write to its database while `work` runs; returns the copies, the first from before. */
export async function cutAtEachWrite(
	t: TestContext,
	{ home, events }: Pick<TestEngine, "home" | "events">,
	work: () => Promise<unknown>,
): Promise<readonly Cut[]> {
	const cuts: Cut[] = [{ home: copied(t, home), told: events.length }];
	const probe = new Database(":memory:");
	const statements: Database.Statement = Object.getPrototypeOf(probe.prepare("SELECT 1"));
	probe.close();
	const { run } = statements;
	const watched = t.mock.method(statements, "run", function (this: Database.Statement, ...given: unknown[]) {
		const result = run.apply(this, given);
		// What is inside a transaction is on the disk with its end.
		const isOnDisk = this.database.name === join(home, DATABASE_FILE) && !this.database.inTransaction;
		if (isOnDisk) cuts.push({ home: copied(t, home), told: events.length });
		return result;
	});
	try {
		await work();
	} finally {
		watched.mock.restore();
	}
	return cuts;
}
