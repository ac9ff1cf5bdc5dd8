// A window on the background process without the process: a real session and a real remote engine, with a stream in memory between them.
import assert from "node:assert/strict";
import { duplexPair } from "node:stream";
import type { TestContext } from "node:test";
import type { Engine } from "../../../src/engine/api/api.ts";
import { openFeed } from "../../../src/engine/remote/feed.ts";
import { attach, type RemoteEngine } from "../../../src/engine/remote/remote-engine.ts";
import { Session } from "../../../src/ui/daemon/session.ts";

export const testBuild = "0.0.0+test";

/** A session of the background process, and the client's end of its stream. */
export function openSession(
	engine: Engine,
	more: { readonly onStop?: () => void; readonly log?: (line: string) => void } = {},
) {
	const [stream, client] = duplexPair();
	const session = new Session({
		engine,
		stream,
		facts: { pid: 1, build: testBuild, since: 0, allows: [] },
		openFeed,
		clients: () => 1,
		onStop: () => {},
		log: () => {},
		...more,
	});
	return { session, client };
}

/** Attaches a window to an engine. It is closed after the test. */
export async function openWindow(t: TestContext, engine: Engine): Promise<RemoteEngine> {
	const { client } = openSession(engine);
	const attached = await attach(client, testBuild);
	assert.ok(attached.kind === "attached", attached.kind);
	t.after(() => attached.engine.close());
	return attached.engine;
}
