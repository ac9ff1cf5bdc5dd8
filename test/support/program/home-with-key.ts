// The home of somebody who has a name and a key, made in the test's own process: a program is started for what it does with them, not to make them.
import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { Account } from "../../../src/engine/account/account.ts";
import { storeIn, temporaryHome } from "../temporary-home.ts";

/** Makes a home with a new key without a passphrase, as the program makes it at its first start. It goes with the test. */
export async function homeWithKey(t: TestContext, name: string): Promise<string> {
	const home = temporaryHome(t);
	const store = storeIn(t, home);
	const opened = await Account.open(home, store, Date.now);
	assert.ok(opened.kind === "account");
	assert.deepEqual(await opened.account.create(name), { kind: "done" });
	store.close();
	return home;
}
