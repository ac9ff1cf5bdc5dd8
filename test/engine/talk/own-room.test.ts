// Two programs on one home: somebody joins the room that they have open in another window.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openEngine } from "../../../src/engine/open-engine.ts";
import { hostRoom, joinRoom, openTestEngine } from "../../support/rooms/real-engine.ts";

test("Joining one's own room from the same home is refused before a password is asked for, and nothing happens to the room", async (t) => {
	const host = await openTestEngine(t, "Hanna");
	const guest = await openTestEngine(t, "Gus");
	const port = await hostRoom(host, "sesame");
	await joinRoom(guest, port, "sesame");
	const second = await openEngine({ home: host.home });
	assert.ok(second.kind === "open");
	t.after(() => second.engine.close());
	const seen: string[] = [];
	const { promise: ended, resolve } = Promise.withResolvers<string>();
	second.engine.onEvent((event) => {
		seen.push(event.kind);
		if (event.kind === "closed") resolve(event.code);
	});
	await second.engine.perform({ kind: "join", target: `127.0.0.1 ${port}` });
	assert.equal(await ended, "own_room");
	assert.ok(!seen.includes("passwordRequired"), seen.join(" "));
	await guest.does({ kind: "send", text: "still here?" });
	await host.told("message", ({ text }) => text === "still here?");
	assert.equal(host.engine.snapshot().people.length, 2);
});
