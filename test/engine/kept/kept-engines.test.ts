// Rooms that are kept, with whole engines on real sockets, their homes on disk, and programs that end and are started again.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ownPort } from "../../support/net/own-port.ts";
import { hostRoom, joinRoom, openAgain, openTestEngine, type TestEngine } from "../../support/rooms/real-engine.ts";
import { entriesIn, heardBy } from "../../support/rooms/what-was-said.ts";
import { bytesBelow } from "../../support/temporary-home.ts";

const password = "four calm green words";

/** Opens the host's kept room, or goes on with it; returns its port. */
async function hostKept(host: TestEngine, former?: number, typed = password): Promise<number> {
	const port = former ?? (await ownPort());
	await host.does({ kind: "host", password: typed, wish: { bind: "127.0.0.1", keep: "Friends", port } });
	return port;
}

test("a guest is told that the room stays when its own disk has it: one who is killed at that moment comes back to it", async (t) => {
	const [host, guest] = [await openTestEngine(t, "Hanna"), await openTestEngine(t, "Bob")];
	const onDisk: (readonly string[])[] = [];
	guest.engine.onEvent(({ kind }) => {
		if (kind === "roomKept") onDisk.push((guest.engine.snapshot().keptRooms ?? []).map(({ name }) => name));
	});
	await joinRoom(guest, await hostKept(host), password);
	await guest.told("roomKept");
	assert.deepEqual(onDisk, [["Friends"]]);
	// The address by which it was entered stands for the same room, and says so.
	assert.deepEqual(
		guest.engine.snapshot().recentRooms.map(({ hostName, isKept }) => [hostName, isKept]),
		[["Hanna", true]],
	);
});

test("host and guest end their programs and come back by the room's name: no password, what was missed in order, and what is said arrives", async (t) => {
	const [host, guest] = [await openTestEngine(t, "Hanna"), await openTestEngine(t, "Bob")];
	const port = await hostKept(host);
	await joinRoom(guest, port, password);
	await guest.told("roomKept");
	await guest.engine.close();
	await host.does({ kind: "send", text: "one" });
	await host.does({ kind: "send", text: "two" });
	await host.told("message", ({ text }) => text === "two");
	await host.engine.close();

	const guestBack = await openAgain(t, guest);
	await guestBack.does({ kind: "join", target: "Friends" });
	await guestBack.until(
		() => guestBack.engine.snapshot().people.length === 2,
		"the room is shown before its host is there",
	);
	await guestBack.does({ kind: "send", text: "said while you were away" });
	const hostBack = await openAgain(t, host);
	assert.equal(await hostKept(hostBack, port), port);
	await guestBack.told("joined", ({ self }) => self);
	assert.deepEqual(await guestBack.told("caughtUp"), {
		...(await guestBack.told("caughtUp")),
		messages: 2,
		lost: 0,
	});
	assert.deepEqual(heardBy(guestBack), [
		["one", true],
		["two", true],
	]);
	const kinds = entriesIn(guestBack.engine.snapshot().timeline).map(({ kind }) => kind);
	assert.ok(!kinds.includes("youJoined"), "who comes back is not told that what was said before is not shown");
	await hostBack.told("message", ({ text }) => text === "said while you were away");
	assert.ok(!guestBack.events.some(({ kind }) => kind === "passwordRequired"));
	await hostBack.engine.close();
	const unattended = await openAgain(t, host);
	await unattended.does({ kind: "host", password: "", wish: { bind: "127.0.0.1", keep: "Friends", port } });
	await guestBack.told("reconnected");
	await unattended.does({ kind: "send", text: "three" });
	await guestBack.told("message", ({ text }) => text === "three");
	assert.deepEqual(heardBy(guestBack).at(-1), ["three", false]);
});

test("a guest who forgets a kept room gives the place back, and a host who does ends it for everybody", async (t) => {
	const [host, ann, bob] = [
		await openTestEngine(t, "Hanna"),
		await openTestEngine(t, "Ann"),
		await openTestEngine(t, "Bob"),
	];
	const port = await hostKept(host);
	for (const guest of [ann, bob]) {
		await joinRoom(guest, port, password);
		await guest.until(() => guest.engine.snapshot().keptRooms?.length === 1, "the guest keeps the room");
	}
	await ann.does({ kind: "forget" });
	await host.told("left", ({ member, reason }) => member.name === "Ann" && reason === "left");
	assert.equal(ann.engine.snapshot().keptRooms, undefined);
	await host.does({ kind: "forget" });
	await bob.told("closed", ({ code }) => code === "room_closed");
	await bob.until(() => bob.engine.snapshot().keptRooms === undefined, "nothing is kept any more");
	assert.equal(host.engine.snapshot().keptRooms, undefined);
});

test("two programs on one home never have its kept rooms open at once, and the second is told", async (t) => {
	const host = await openTestEngine(t, "Hanna");
	await hostKept(host);
	const second = await openAgain(t, host);
	const outcome = await second.engine.perform({ kind: "host", password: "", wish: { keep: "Friends" } });
	assert.equal(outcome.kind === "refused" && outcome.code, "kept_elsewhere");
	await host.engine.close();
	assert.ok((await hostKept(second)) > 0);
});

test("a second program on one home that opens a passing room can't keep it while the first one has the rooms that stay", async (t) => {
	const first = await openTestEngine(t, "Hanna");
	await hostKept(first);
	const second = await openAgain(t, first);
	await hostRoom(second, password);
	const outcome = await second.engine.perform({ kind: "keep", name: "Birds" });
	assert.equal(outcome.kind === "refused" && outcome.code, "kept_elsewhere");
	await first.engine.close();
	await second.does({ kind: "keep", name: "Birds" });
	const names = (second.engine.snapshot().keptRooms ?? []).map(({ name }) => name);
	assert.deepEqual(names.toSorted(), ["Birds", "Friends"]);
});

test("a host can't change the password of a running room to an empty one or to blanks, and the old one stays", async (t) => {
	const [host, guest] = [await openTestEngine(t, "Hanna"), await openTestEngine(t, "Bob")];
	const port = await hostRoom(host, password);
	for (const empty of ["", " ", " \t\n\u3000"]) {
		const outcome = await host.engine.perform({ kind: "setPassword", password: empty });
		assert.ok(outcome.kind === "refused" && outcome.code === "bad_password", JSON.stringify(outcome));
		assert.equal(outcome.why, "empty");
	}
	await joinRoom(guest, port, password);
});

test("a passing room leaves nothing behind, and of a kept one no word, name or key can be read on the disk", async (t) => {
	const [host, guest] = [await openTestEngine(t, "Hanna"), await openTestEngine(t, "Bob")];
	const port = await hostRoom(host, password);
	await joinRoom(guest, port, password);
	await host.does({ kind: "send", text: "velociraptor" });
	await guest.told("message");
	const counts = (one: TestEngine) => one.engine.told().then(({ disk }) => disk.map(({ kind }) => kind));
	for (const one of [host, guest]) {
		assert.ok(!(await counts(one)).some((kind) => kind === "keptRooms" || kind === "waitingMessages"));
	}
	const keeping = host.does({ kind: "keep", name: "Dinosaurs" });
	const twice = await host.engine.perform({ kind: "keep", name: "Birds" });
	assert.ok(twice.kind === "refused" && twice.code === "bad_room_name" && twice.why === "keptAlready");
	await keeping;
	await guest.told("roomKept");
	await guest.does({ kind: "send", text: "triceratops" });
	await host.told("message", ({ text }) => text === "triceratops");
	for (const one of [host, guest]) {
		assert.ok((await counts(one)).includes("keptRooms"));
		await one.engine.close();
		const onDisk = bytesBelow(one.home);
		for (const word of ["velociraptor", "triceratops", "Dinosaurs", password]) {
			assert.ok(!onDisk.includes(word), `${word} can be read on the disk`);
		}
	}
});
