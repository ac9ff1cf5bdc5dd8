// That a room stays, and by what it is kept, is told once: when it is news, however often the programs are started again, and whenever they are killed.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { openKeptRooms } from "../../../src/ui/daemon/kept-rooms.ts";
import { cutAtEachWrite } from "../../support/rooms/cut-home.ts";
import { hostRoom, joinRoom, openAgain, openTestEngine, type TestEngine } from "../../support/rooms/real-engine.ts";
import { entriesIn } from "../../support/rooms/what-was-said.ts";

const password = "four calm green words";

/** How often the person was told by what the room is kept. Each telling is an event and a line on the screen. */
function tellings({ events, engine }: TestEngine): number {
	const notes = entriesIn(engine.snapshot().timeline).filter(
		(entry) => entry.kind === "notice" && ["roomKept", "historyPolicy"].includes(entry.notice.code),
	);
	const told = events.filter(({ kind }) => kind === "roomKept");
	assert.equal(notes.length, told.length);
	return told.length;
}

/** Starts somebody's program again, which opens the room that is kept by itself. */
async function restarted(t: TestContext, one: Pick<TestEngine, "home">): Promise<TestEngine> {
	const again = await openAgain(t, one);
	t.after(openKeptRooms(again.engine, () => {}));
	await again.until(() => again.engine.snapshot().kept !== undefined, "the room is there again");
	return again;
}

async function both(t: TestContext) {
	const [host, guest] = [await openTestEngine(t, "Hanna"), await openTestEngine(t, "Bob")];
	await joinRoom(guest, await hostRoom(host, password), password);
	return { host, guest };
}

test("whoever comes back to a room that stays is not told again that it does, nor is its host, but is told what has changed meanwhile", async (t) => {
	const { host, guest } = await both(t);
	await host.does({ kind: "keep", name: "Friends" });
	await guest.told("roomKept");
	assert.deepEqual([tellings(host), tellings(guest)], [1, 1]);
	await guest.engine.close();
	await host.engine.close();
	const [hostBack, guestBack] = [await restarted(t, host), await restarted(t, guest)];
	await guestBack.told("joined", ({ self }) => self);
	// What is said now comes behind what the host tells whoever comes in.
	await hostBack.does({ kind: "send", text: "welcome back" });
	await guestBack.told("message", ({ text }) => text === "welcome back");
	assert.deepEqual([tellings(hostBack), tellings(guestBack)], [0, 0]);
	await guestBack.engine.close();
	await hostBack.does({ kind: "setHistory", days: 30 });
	await hostBack.told("roomKept");
	const last = await restarted(t, guestBack);
	assert.equal((await last.told("roomKept")).historyDays, 30);
	assert.deepEqual([tellings(hostBack), tellings(last)], [1, 1]);
});

for (const who of ["host", "guest"] as const) {
	test(`a ${who} whose program is killed while a room begins to stay is told so then or after the restart, whatever write was the last`, async (t) => {
		const people = await both(t);
		const one = people[who];
		const cuts = await cutAtEachWrite(t, one, async () => {
			await people.host.does({ kind: "keep", name: "Friends" });
			await Promise.all([people.host.told("roomKept"), people.guest.told("roomKept")]);
		});
		assert.ok(cuts.length > 2);
		await Promise.all([people.host.engine.close(), people.guest.engine.close()]);
		let again = 0;
		for (const { home, told } of cuts) {
			const before = one.events.slice(0, told).filter(({ kind }) => kind === "roomKept").length;
			const back = await openAgain(t, { home });
			const isKept = back.engine.snapshot().keptRooms !== undefined;
			const stop = openKeptRooms(back.engine, () => {});
			if (isKept) await back.until(() => back.engine.snapshot().kept !== undefined, "the room is there again");
			const after = isKept ? tellings(back) : 0;
			assert.ok(before + after >= (isKept ? 1 : 0), "nobody was told that the room stays");
			again += after;
			stop();
			await back.engine.close();
		}
		assert.ok(again > 0, "at no write was anything left to tell");
		const last = cuts.at(-1);
		assert.ok(last && tellings(await restarted(t, last)) === 0, "what was told is told again");
	});
}
