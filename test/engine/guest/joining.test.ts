// A guest on its way in, with a real host on a Link in memory.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Group } from "../../../src/crypto/group/group.ts";
import { giveUpAfterMs } from "../../../src/engine/guest/joining.ts";
import type { Link } from "../../../src/net/link/link.ts";
import { guess, identify, knockEmpty, prsOf } from "../../support/attackers/cheap-guest.ts";
import { joinMemoryRoom, newSelf, openMemoryRoom, roomPassword, transportOf } from "../../support/rooms/memory-room.ts";

const room = await openMemoryRoom({ after });

test("a guest's encryption worker starts before its person is asked for the password, and ends with who gives up", async (t) => {
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

test("a guest whose host answers has the worker rehearse the entry before they are asked for the password; a host does not, nor a guest that comes back", async (t) => {
	const rehearsing = t.mock.method(Group.prototype, "rehearse");
	const rehearsed = () => rehearsing.mock.calls.map(({ arguments: [certificate] }) => certificate);
	const another = await openMemoryRoom(t);
	assert.deepEqual(rehearsed(), []);
	const ida = await newSelf("Ida");
	const links: Link[] = [];
	const transport = transportOf(() => {
		const link = another.link();
		links.push(link);
		return link;
	});
	const back = Promise.withResolvers<void>();
	let whenAsked: readonly Uint8Array[] = [];
	const askPassword = async () => {
		whenAsked = rehearsed();
		return roomPassword;
	};
	const options = { askPassword, onResumed: () => back.resolve() };
	const guest = await joinMemoryRoom(another, ida, { transport, options });
	// It is for the time in which a person types.
	assert.deepEqual(whenAsked, [ida.signer.certificate.bytes]);
	assert.deepEqual(rehearsed(), [ida.signer.certificate.bytes]);
	links[0]?.stream.destroy();
	await back.promise;
	assert.deepEqual([links.length, rehearsed().length], [2, 1]);
	guest.leave();
	await guest.ended;
});

test("who was back in the room has as long again to come back the next time", async (t) => {
	const another = await openMemoryRoom(t);
	const links: Link[] = [];
	const backs = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
	let times = 0;
	let uptimeMs = 0;
	const guest = await joinMemoryRoom(another, await newSelf("Ida"), {
		transport: transportOf(() => {
			const link = another.link();
			links.push(link);
			return link;
		}),
		options: {
			uptime: () => uptimeMs,
			watchNetwork: (_signal, onChange) => void setImmediate(onChange),
			onResumed: () => backs[times++]?.resolve(),
		},
	});
	for (const back of backs) {
		links.at(-1)?.stream.destroy();
		await Promise.race([back.promise, guest.ended]);
		// Longer than anybody looks for a host that is lost.
		uptimeMs += giveUpAfterMs + 1;
	}
	assert.equal(times, 2);
	guest.leave();
	assert.equal((await guest.ended).code, "left");
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
