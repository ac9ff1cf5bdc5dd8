// A room of which nothing can be read any more is told and left as it is, and nothing else is lost by it.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import Database from "better-sqlite3";
import { openKeptRooms } from "../../../src/ui/daemon/kept-rooms.ts";
import { roomLines } from "../../../src/ui/words/rooms/room-list.ts";
import { hostRoom, joinRoom, openAgain, openTestEngine, type TestEngine } from "../../support/rooms/real-engine.ts";

const password = "four calm green words";

const database = ({ home }: Pick<TestEngine, "home">): Database.Database => new Database(join(home, "rt.db"));

async function keptByBoth(t: Parameters<typeof openTestEngine>[0]) {
	const [host, guest] = [await openTestEngine(t, "Hanna"), await openTestEngine(t, "Bob")];
	const port = await hostRoom(host, password);
	await joinRoom(guest, port, password);
	await host.does({ kind: "keep", name: "Friends" });
	await guest.told("roomKept");
	return { host, guest, port };
}

test("a guest whose record of a room is damaged is told so, keeps what else there is, and joins that room again with the password", async (t) => {
	const { guest, port } = await keptByBoth(t);
	await guest.engine.close();
	const rows = database(guest);
	// What is of another version, or not what it should be, is as unreadable.
	rows.exec("UPDATE kept_rooms SET record = randomblob(200)");
	rows.close();
	const back = await openAgain(t, guest);
	assert.equal(back.engine.snapshot().unreadableRooms, 1);
	assert.match(roomLines(back.engine.snapshot()).join("\n"), /^A room that stays can't be read on this computer/);
	const log: string[] = [];
	t.after(openKeptRooms(back.engine, (line) => log.push(line)));
	assert.equal(log.length, 1);
	await joinRoom(back, port, password);
	await back.told("roomKept");
	assert.deepEqual([back.engine.snapshot().keptRooms?.length, back.engine.snapshot().unreadableRooms], [1, 1]);
	await back.engine.close();
	const last = await openAgain(t, back);
	assert.deepEqual([last.engine.snapshot().keptRooms?.length, last.engine.snapshot().unreadableRooms], [1, 1]);
});

test("a room that was sealed by another vault is told as one that can't be read, and the own ones are there", async (t) => {
	const { host, guest } = await keptByBoth(t);
	await Promise.all([guest.engine.close(), host.engine.close()]);
	const [from, to] = [database(host), database(guest)];
	const row = from.prepare("SELECT * FROM kept_rooms").raw().get() as unknown[];
	to.prepare("INSERT INTO kept_rooms VALUES (?, ?, ?, ?)").run(...row);
	from.close();
	to.close();
	const { engine } = await openAgain(t, guest);
	const { keptRooms, unreadableRooms } = engine.snapshot();
	assert.deepEqual([keptRooms?.map(({ name }) => name), unreadableRooms], [["Friends"], 1]);
});

test("own lines that waited and are damaged are told and let go, at a guest and at a host; those beside them are sent", async (t) => {
	const { host, guest } = await keptByBoth(t);
	await host.engine.close();
	await guest.until(() => {
		const { phase } = guest.engine.snapshot();
		return phase.kind === "inRoom" && phase.isReconnecting === true;
	}, "the host is away");
	for (const text of ["one", "two"]) await guest.does({ kind: "send", text });
	await guest.engine.close();
	const rows = database(guest);
	const { changes } = rows
		.prepare("UPDATE kept_outgoing SET sealed = randomblob(200) WHERE turn = (SELECT min(turn) FROM kept_outgoing)")
		.run();
	assert.equal(changes, 1);
	rows.close();
	const back = await openAgain(t, guest);
	t.after(openKeptRooms(back.engine, assert.fail));
	const { notice } = await back.told("notice", (event) => event.notice.code === "waitingLost");
	assert.ok(notice.code === "waitingLost" && notice.count === 1);
	await back.engine.close();
	const hostsRows = database(host);
	hostsRows.exec("INSERT INTO kept_outgoing SELECT room, 'feed', 99, randomblob(200) FROM kept_rooms");
	hostsRows.close();
	const hostBack = await openAgain(t, host);
	t.after(openKeptRooms(hostBack.engine, assert.fail));
	await hostBack.told("notice", (event) => event.notice.code === "waitingLost");
	const last = await openAgain(t, guest);
	t.after(openKeptRooms(last.engine, assert.fail));
	await hostBack.told("message", ({ text }) => text === "two");
	assert.ok(!last.events.some((event) => event.kind === "notice" && event.notice.code === "waitingLost"));
});
