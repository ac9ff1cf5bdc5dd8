// A guest whose computer comes into another network looks for its host at once, however long the pause would be.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Link } from "../../../src/net/link/link.ts";
import { joinMemoryRoom, newSelf, openMemoryRoom, transportOf } from "../../support/rooms/memory-room.ts";

/** After so many tries without an answer, a guest that waits out its pauses has waited for minutes: longer than a test's patience. */
const failures = 16;

test("each change of the own network ends the pause before the next try", async (t) => {
	const room = await openMemoryRoom(t);
	let tries = 0;
	let first: Link | undefined;
	const transport = transportOf(() => {
		const link = room.link();
		tries += 1;
		first ??= link;
		if (tries > 1 && tries < failures) link.stream.destroy();
		return link;
	});
	const back = Promise.withResolvers<void>();
	const guest = await joinMemoryRoom(room, await newSelf("Gero"), {
		transport,
		options: {
			watchNetwork: (signal, onChange) => {
				const timer = setImmediate(onChange);
				signal.addEventListener("abort", () => clearImmediate(timer));
			},
			onResumed: () => back.resolve(),
		},
	});
	first?.stream.destroy();
	await back.promise;
	assert.equal(tries, failures);
	guest.leave();
});
