// A whole engine on in-memory Links, with its database in the test's hands.
import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { Account } from "../../src/engine/account/account.ts";
import type { Event } from "../../src/engine/api/events.ts";
import { RealTalk } from "../../src/engine/engine.ts";
import { memoryTransport } from "../../src/net/link/memory-transport.ts";
import { openMemoryStore } from "../../src/store/db.ts";
import { temporaryHome } from "./temporary-home.ts";

/** An engine whose person has this name; closed after the test. */
export async function openMemoryEngine(t: TestContext, name: string, transport = memoryTransport()) {
	const store = openMemoryStore();
	const opened = await Account.open(temporaryHome(t), store, Date.now);
	assert.ok(opened.kind === "account");
	const engine = new RealTalk({ account: opened.account, store, transport, now: Date.now });
	t.after(() => engine.close());
	assert.equal((await engine.perform({ kind: "createIdentity", name })).kind, "done");
	const events: Event[] = [];
	engine.onEvent((event) => events.push(event));
	return { engine, store, events, transport };
}
