// Opens a database that must be fine, closed when the test is over.
import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { openStore, type Store } from "../../src/store/db.ts";

/** The open database in `home`; fails the test when it is refused. */
export function storeIn(t: TestContext, home: string): Store {
	const outcome = openStore(home);
	if (outcome.kind === "refused") assert.fail(outcome.message);
	t.after(() => outcome.store.close());
	return outcome.store;
}
