// A guest on its way in, with a real host on a Link in memory.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Group } from "../../../src/crypto/group/group.ts";
import { guess, identify, knockEmpty, prsOf } from "../../support/attackers/cheap-guest.ts";
import { joinMemoryRoom, newSelf, openMemoryRoom, roomPassword } from "../../support/rooms/memory-room.ts";

const room = await openMemoryRoom({ after });

test("a guest's encryption worker starts while its person is still asked for the password, and ends with who gives up", async (t) => {
	const opening = t.mock.method(Group, "open");
	const closing = t.mock.method(Group.prototype, "close");
	let opened = 0;
	const guest = await joinMemoryRoom(room, await newSelf("Gus"), {
		options: {
			askPassword: async () => {
				opened = opening.mock.callCount();
				return undefined;
			},
		},
	});
	assert.equal((await guest.ended).code, "left");
	assert.equal(opened, 1);
	assert.equal(closing.mock.callCount(), 1);
});

test("sixteen people behind one address, a class or an office, come in at the same time", async () => {
	const address = "203.0.113.16";
	const everybody = await Promise.all(
		Array.from({ length: 16 }, async (_, index) => {
			const greeting = await knockEmpty(room.link(address));
			return { greeting, self: await newSelf(`Pupil ${index}`) };
		}),
	);
	// All of them are asked by now, and type at leisure.
	await Promise.all(
		everybody.map(async ({ greeting, self }) => {
			const prs = await prsOf(roomPassword, greeting.hello);
			assert.equal((await guess(greeting, prs, 1)).kind, "right");
			await identify(greeting, self);
			await room.arrived(self);
		}),
	);
	for (const { greeting } of everybody) greeting.frames.stream.destroy();
});
