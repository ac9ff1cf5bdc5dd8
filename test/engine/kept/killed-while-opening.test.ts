// A host whose program is killed while it opens a room that is kept, whatever it had written last: what was said before is shown after the next start.
import assert from "node:assert/strict";
import { cpSync } from "node:fs";
import { createServer } from "node:net";
import { type TestContext, test } from "node:test";
import { cutAtEachWrite } from "../../support/rooms/cut-home.ts";
import { hostRoom, joinRoom, openAgain, openTestEngine, type TestEngine } from "../../support/rooms/real-engine.ts";
import { temporaryHome } from "../../support/temporary-home.ts";

const password = "four calm green words";
const reopen = { kind: "host", password: "", wish: { bind: "127.0.0.1", keep: "Friends" } } as const;

const texts = (one: Pick<TestEngine, "events">, upTo?: number): readonly string[] =>
	one.events.slice(0, upTo).flatMap((event) => (event.kind === "message" && !event.own ? [event.text] : []));

/** The disk of a host who was killed when a line had its place and was not shown. */
async function killedHost(t: TestContext) {
	const [host, guest] = [await openTestEngine(t, "Hanna"), await openTestEngine(t, "Bob")];
	await joinRoom(guest, await hostRoom(host, password), password);
	await host.does({ kind: "keep", name: "Friends" });
	await guest.told("roomKept");
	const home = temporaryHome(t);
	const onDisk = Promise.withResolvers<void>();
	// What the host hears of first is what is on its disk and was not shown.
	host.engine.onEvent((event) => {
		if (event.kind !== "message" || event.text !== "one") return;
		cpSync(host.home, home, { recursive: true });
		onDisk.resolve();
	});
	await guest.does({ kind: "send", text: "one" });
	await onDisk.promise;
	const port = host.engine.snapshot().hosting?.port ?? 0;
	await Promise.all([guest.engine.close(), host.engine.close()]);
	return { home, port };
}

test("a host is shown what it missed also where the former port is somebody else's now, and the room is opened at a second try", async (t) => {
	const { home, port } = await killedHost(t);
	const stranger = createServer((socket) => socket.destroy());
	await new Promise<void>((resolve) => stranger.listen(port, "127.0.0.1", resolve));
	t.after(() => stranger.close());
	const again = await openAgain(t, { home });
	await again.does(reopen);
	assert.notEqual(again.engine.snapshot().hosting?.port, port);
	assert.deepEqual(texts(again), ["one"]);
});

test("a host is shown what it missed after the next start, whichever write of the start before was its last", async (t) => {
	const { home } = await killedHost(t);
	const first = await openAgain(t, { home });
	const cuts = await cutAtEachWrite(t, first, () => first.does(reopen));
	assert.deepEqual(texts(first), ["one"]);
	await first.engine.close();
	assert.ok(cuts.length > 3);
	let shownLater = 0;
	for (const { home: cut, told } of cuts) {
		const before = texts(first, told);
		const second = await openAgain(t, { home: cut });
		// And killed once more, in the middle of what comes next.
		const more = before.length > 0 ? [] : await cutAtEachWrite(t, second, () => second.does(reopen));
		if (more.length === 0) await second.does(reopen);
		const after = texts(second);
		assert.deepEqual([...new Set([...before, ...after])], ["one"]);
		assert.ok(!second.events.some((event) => event.kind === "notice" && event.notice.code === "foundedAnew"));
		if (before.length === 0 && cut !== cuts[0]?.home) shownLater += 1;
		await second.engine.close();
		const half = more.findLast(({ told: then }) => texts(second, then).length === 0);
		if (!half) continue;
		const third = await openAgain(t, { home: half.home });
		await third.does(reopen);
		assert.deepEqual(texts(third), ["one"]);
		await third.engine.close();
	}
	assert.ok(shownLater > 1, "no program was killed between its first write and the showing");
});

test("a room whose former state can't be read is told as founded anew, whichever write of the start before was the last", async (t) => {
	const { home } = await killedHost(t);
	const damaged = await openAgain(t, { home });
	await damaged.engine.close();
	const { default: Database } = await import("better-sqlite3");
	const database = new Database(`${home}/rt.db`);
	database.exec("UPDATE kept_rooms SET state = randomblob(200)");
	database.close();
	const first = await openAgain(t, { home });
	const isTold = (one: TestEngine, upTo?: number): boolean =>
		one.events.slice(0, upTo).some((event) => event.kind === "notice" && event.notice.code === "foundedAnew");
	const cuts = await cutAtEachWrite(t, first, () => first.does(reopen));
	assert.ok(isTold(first));
	await first.engine.close();
	for (const { home: cut, told } of cuts) {
		if (isTold(first, told)) continue;
		const second = await openAgain(t, { home: cut });
		await second.does(reopen);
		assert.ok(isTold(second), "nobody was told that the former state is lost");
		await second.engine.close();
	}
});
