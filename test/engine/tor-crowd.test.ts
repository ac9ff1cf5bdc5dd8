// A crowd through a private Tor network: everybody hears every line of everybody else, once. RT_TOR_CROWD=GUESTSxLINES says how many; 20x100 takes minutes of a processor.
import assert from "node:assert/strict";
import { test } from "node:test";
import { torRooms } from "../support/rooms/tor-rooms.ts";

const { CI, RT_TOR_CROWD = CI === "true" ? "6x20" : "3x10" } = process.env;
const [guests = 0, linesEach = 0] = RT_TOR_CROWD.split("x").map(Number);
const { options, hidden, joined } = await torRooms();

test(`One host and ${guests} guests say ${linesEach} lines each, and nobody misses one or hears one twice`, {
	...options,
	timeout: 1_500_000,
}, async (t) => {
	assert.ok(guests > 0 && linesEach > 0, "RT_TOR_CROWD is GUESTSxLINES");
	const { host, invite } = await hidden(t);
	const people = [host];
	// One after the other, as people come: each starts a Tor of their own.
	for (let number = 1; number <= guests; number += 1) people.push(await joined(t, invite, `Guest ${number}`));
	await Promise.all(
		people.map(async (one, who) => {
			for (let line = 0; line < linesEach; line += 1) await one.does({ kind: "send", text: `${who}-${line}` });
		}),
	);
	const all = people.flatMap((_, who) => Array.from({ length: linesEach }, (__, line) => `${who}-${line}`)).toSorted();
	for (const [who, one] of people.entries()) {
		const heard = (): readonly string[] =>
			one.events.flatMap((event) => (event.kind === "message" ? [event.text] : []));
		// Any line that comes is a reason to wait on, however busy the computer is.
		while (heard().length < all.length) {
			const { length } = heard();
			await one.until(() => heard().length > length, `person ${who} hears more than ${length} lines`);
		}
		assert.deepEqual(heard().toSorted(), all, `what person ${who} heard`);
	}
});
