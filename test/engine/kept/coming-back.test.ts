// Rooms that are kept: their host and their guests come back after their programs were ended, and nothing that was said is lost, doubled or out of order.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Group } from "../../../src/crypto/group/group.ts";
import { NotKept } from "../../../src/engine/guest/guest-keeping.ts";
import { type RoomPolicy, usualPolicy } from "../../../src/engine/kept/records.ts";
import type { Link } from "../../../src/net/link/link.ts";
import { backupOf, clock, dayMs, type Hosting, host, newResident, visit } from "./kept-people.ts";

/** Hanna's room with Bob in it, kept by both. */
async function keptRoom(t: Parameters<typeof visit>[0], policy: RoomPolicy = usualPolicy) {
	const [hanna, bob] = [await newResident("Hanna"), await newResident("Bob")];
	const now: { hosting: Hosting | undefined } = { hosting: await host(t, hanna) };
	const first = visit(t, bob, () => now.hosting);
	await first.untilIn();
	assert.ok(now.hosting);
	assert.ok(await now.hosting.hosted.keep(hanna.rooms, "host2345", { name: "Room", policy }));
	await first.keep(policy);
	return { hanna, bob, now, hosting: now.hosting, first };
}

test("what was said while a guest's program was not there is read in order, exactly once, before the guest enters anew without the password", async (t) => {
	const { bob, now, hosting, first } = await keptRoom(t);
	hosting.hosted.member.say("before", 0);
	await first.ears.until(() => first.ears.texts().includes("before"));
	first.mouth().say("mine", 0);
	await first.ears.until(() => first.ears.has("placed"));
	await first.stop();
	for (const text of ["one", "two", "three"]) hosting.hosted.member.say(text, 0);
	await hosting.ears.until(() => hosting.ears.heard.filter(({ kind }) => kind === "placed").length === 4);
	const back = visit(t, bob, () => now.hosting);
	await back.untilIn();
	assert.deepEqual(back.ears.texts(), ["one", "two", "three"]);
	assert.deepEqual(back.caughtUp, [{ lost: 0, isOtherHistory: false }]);
	assert.equal(back.asked(), 0);
	assert.equal(back.ears.has("problem"), false);
	back.mouth().say("I am back", 0);
	hosting.hosted.member.say("welcome", 0);
	await hosting.ears.until(() => hosting.ears.texts().includes("I am back"));
	await back.ears.until(() => back.ears.texts().includes("welcome"));
	assert.deepEqual(back.ears.texts(), ["one", "two", "three", "welcome"]);
});

test("a host's room goes on after its program was started again: who stayed comes back without entering, and what waited arrives", async (t) => {
	const { hanna, bob, now, hosting, first } = await keptRoom(t);
	now.hosting = undefined;
	await hosting.stop();
	first.mouth().say("said while nobody was there", 0);
	const again = await host(t, hanna);
	assert.equal(again.hosted.isFoundedAnew, false);
	assert.deepEqual(again.hosted.away, [bob.self.signer.fingerprint]);
	now.hosting = again;
	await again.ears.until(() => again.ears.texts().includes("said while nobody was there"));
	again.hosted.member.say("from the host that is back", 0);
	await first.ears.until(() => first.ears.texts().includes("from the host that is back"));
	assert.equal(first.asked(), 1);
});

test("a host that is gone at the moment when a guest comes back by its seat has not refused the guest's key: the guest tries again", async (t) => {
	const { hanna, bob, now, hosting, first } = await keptRoom(t);
	await first.stop();
	const { server } = hosting.hosted;
	let far: Link | undefined;
	const take = (link: Link): void => {
		far = link;
		server.take(link);
	};
	now.hosting = { ...hosting, hosted: { ...hosting.hosted, server: { take } as typeof server } };
	const { signer } = hanna.self;
	const sign = t.mock.method(signer, "sign", async () => {
		sign.mock.restore();
		far?.stream.destroy();
		throw new Error("the program is gone");
	});
	const back = visit(t, bob, () => now.hosting);
	await back.untilIn();
	assert.equal(sign.mock.callCount(), 1);
	assert.equal(back.asked(), 0);
});

test("of three people of whom no more than two are ever there at once, everybody hears every line of the others once, in the same order", async (t) => {
	const { bob, now, hosting, first } = await keptRoom(t);
	const carol = await newResident("Carol");
	const entry = visit(t, carol, () => now.hosting);
	await entry.untilIn();
	await entry.keep();
	await first.stop();
	await entry.stop();
	const heard = { bob: [...first.ears.texts()], carol: [...entry.ears.texts()] };
	let placed = hosting.ears.texts().length;
	/** One of them is there with the host, who says something too, while the other is away. */
	const together = async (who: "bob" | "carol", text: string) => {
		const back = visit(t, who === "bob" ? bob : carol, () => now.hosting);
		await back.untilIn();
		hosting.hosted.member.say(`to ${text}`, 0);
		await back.ears.until(() => back.ears.texts().includes(`to ${text}`));
		back.mouth().say(text, 0);
		await hosting.ears.until(() => hosting.ears.texts().includes(text));
		await back.stop();
		heard[who].push(...back.ears.texts());
		placed += 1;
	};
	for (const round of [1, 2]) {
		await together("bob", `bob ${round}`);
		await together("carol", `carol ${round}`);
		// The host is away now, and the two guests are there: what they say waits, each on their own disk.
		now.hosting = undefined;
		for (const [resident, name] of [
			[bob, "bob"],
			[carol, "carol"],
		] as const) {
			const alone = visit(t, resident, () => now.hosting);
			await alone.untilShown();
			alone.mouth().say(`${name} ${round} alone`, 0);
			await alone.stop();
		}
		now.hosting = hosting;
	}
	await together("bob", "bob 3");
	await together("carol", "carol 3");
	await together("bob", "bob 4");
	const all = hosting.ears.texts();
	assert.equal(new Set(all).size, all.length);
	assert.equal(all.length, placed + 4);
	const inOrder = (texts: readonly string[]) => texts.filter((text) => all.includes(text));
	const others = (name: string) => all.filter((text) => !text.startsWith(name));
	assert.deepEqual(inOrder(heard.bob), others("bob"));
	assert.deepEqual(inOrder(heard.carol), others("carol").slice(0, inOrder(heard.carol).length));
	assert.equal(new Set(heard.bob).size, heard.bob.length);
	assert.equal(new Set(heard.carol).size, heard.carol.length);
});

test("after fifteen days away the guest comes back without the password, and is told how much was lost", async (t) => {
	const { hanna, bob, now, hosting, first } = await keptRoom(t);
	await first.stop();
	for (const text of ["one", "two"]) hosting.hosted.member.say(text, 0);
	await hosting.ears.until(() => hosting.ears.heard.filter(({ kind }) => kind === "placed").length === 2);
	now.hosting = undefined;
	await hosting.stop();
	clock.ms += 15 * dayMs;
	const again = await host(t, hanna);
	now.hosting = again;
	// The leaf of who was away for too long is taken out of the group.
	await again.ears.until(() => again.ears.has("membership"));
	const back = visit(t, bob, () => now.hosting);
	await back.untilIn();
	assert.deepEqual(back.ears.texts(), []);
	assert.equal(back.asked(), 0);
	const [caughtUp] = back.caughtUp;
	assert.ok(caughtUp && caughtUp.lost >= 2 && !caughtUp.isOtherHistory, JSON.stringify(caughtUp));
	assert.equal(hanna.kept().logExtent().oldest > 2, true);
	back.mouth().say("back after all", 0);
	await again.ears.until(() => again.ears.texts().includes("back after all"));
});

test("attack: a member whom the host has removed while they were away can't come back by what they kept, and forgets the room", async (t) => {
	const { bob, now, hosting, first } = await keptRoom(t);
	await first.stop();
	hosting.hosted.member.say("heard by nobody who was removed", 0);
	assert.equal(await hosting.hosted.server.kick(bob.self.signer.fingerprint), true);
	const back = visit(t, bob, () => now.hosting);
	assert.equal((await back.ended).code, "kicked");
	assert.deepEqual(back.ears.texts(), []);
	assert.equal(back.asked(), 0);
});

test("a host whose disk comes from a backup: who has read more than it has is never placed in that past again, enters anew, and is told", async (t) => {
	const { hanna, bob, now, hosting, first } = await keptRoom(t);
	await hosting.hosted.server.saveState();
	const restore = backupOf(hanna);
	for (const text of ["one", "two"]) hosting.hosted.member.say(text, 0);
	await first.ears.until(() => first.ears.texts().length === 2);
	await first.stop();
	now.hosting = undefined;
	await hosting.stop();
	const again = await host(t, restore(hanna));
	now.hosting = again;
	const back = visit(t, bob, () => now.hosting);
	await back.untilIn();
	assert.deepEqual(
		back.caughtUp.map(({ isOtherHistory }) => isOtherHistory),
		[true],
	);
	back.mouth().say("still here", 0);
	await again.ears.until(() => again.ears.texts().includes("still here"));
});

test("a host whose group can't be read from the disk founds a new one, and the members come back by their seats", async (t) => {
	const { hanna, bob, now, hosting, first } = await keptRoom(t);
	await first.stop();
	now.hosting = undefined;
	await hosting.stop();
	hanna.store.database.prepare("UPDATE kept_rooms SET state = zeroblob(100)").run();
	const again = await host(t, hanna);
	assert.equal(again.hosted.isFoundedAnew, true);
	now.hosting = again;
	const back = visit(t, bob, () => now.hosting);
	await back.untilIn();
	assert.equal(back.asked(), 0);
	back.mouth().say("hello again", 0);
	await again.ears.until(() => again.ears.texts().includes("hello again"));
});

test("a guest whose group can't be read from the disk enters anew by the seat, and reads from then on", async (t) => {
	const { bob, now, hosting, first } = await keptRoom(t);
	await first.stop();
	bob.store.database.prepare("UPDATE kept_rooms SET state = zeroblob(100)").run();
	hosting.hosted.member.say("lost on the way", 0);
	await hosting.ears.until(() => hosting.ears.has("placed"));
	const back = visit(t, bob, () => now.hosting);
	await back.untilIn();
	assert.equal(back.asked(), 0);
	hosting.hosted.member.say("heard", 0);
	await back.ears.until(() => back.ears.texts().includes("heard"));
	assert.deepEqual(back.ears.texts(), ["heard"]);
});

test("a line that is said while the host is away waits on the own disk over a restart, can be taken back, and is placed once", async (t) => {
	const { bob, now, hosting, first } = await keptRoom(t);
	await first.stop();
	now.hosting = undefined;
	const alone = visit(t, bob, () => now.hosting);
	await alone.untilShown();
	const kept = alone.mouth().say("keep me", 0);
	const takenBack = alone.mouth().say("take me back", 0);
	assert.ok(kept && takenBack);
	assert.equal(alone.mouth().takeBack(takenBack), true);
	await alone.stop();
	now.hosting = hosting;
	const back = visit(t, bob, () => now.hosting);
	await hosting.ears.until(() => hosting.ears.texts().includes("keep me"));
	await back.ears.until(() => back.ears.has("placed"));
	assert.deepEqual(hosting.ears.texts(), ["keep me"]);
	assert.deepEqual(bob.kept().outgoing().values, []);
});

test("a flood for who is away stays within what the room may hold, and the newest is what is left", async (t) => {
	const { hanna, hosting, first } = await keptRoom(t, { ...usualPolicy, megabytes: 1 });
	await first.stop();
	const long = "x".repeat(30_000);
	for (let count = 0; count < 60; count++) hosting.hosted.member.say(`${count} ${long}`, 0);
	await hosting.ears.until(() => hosting.ears.heard.filter(({ kind }) => kind === "placed").length === 60);
	const { bytes, newest } = hanna.store.database
		.prepare<[], { bytes: number; newest: number }>("SELECT sum(size) AS bytes, max(seq) AS newest FROM kept_messages")
		.get()!;
	assert.ok(bytes < 1.2 * 1024 * 1024, `${bytes} bytes wait`);
	assert.equal(newest, hanna.kept().logExtent().newest);
});

test("a disk that fails in the middle: what could not be kept has no place and nobody hears of it, and the line waits at who said it", async (t) => {
	const { hanna, hosting, first } = await keptRoom(t);
	hosting.hosted.member.say("kept", 0);
	await first.ears.until(() => first.ears.texts().includes("kept"));
	hanna.store.database.exec(
		"CREATE TEMP TRIGGER full BEFORE INSERT ON kept_messages BEGIN SELECT RAISE(FAIL, 'the disk is full'); END",
	);
	first.mouth().say("not kept", 0);
	const end = await hosting.running;
	assert.ok(end.kind === "hostMisbehaved" && end.detail.includes("the disk is full"), JSON.stringify(end));
	assert.deepEqual(hosting.ears.texts(), []);
	assert.deepEqual(
		first.mouth().outbox.items.map(({ body }) => body.kind === "text" && body.text),
		["not kept"],
	);
});

test("a guest whose encryption fails at the moment in which the room begins to be kept says so, and keeps nothing", async (t) => {
	const [hanna, bob] = [await newResident("Hanna"), await newResident("Bob")];
	const hosting = await host(t, hanna);
	const guest = visit(t, bob, () => hosting);
	await guest.untilIn();
	const failed = async () => ({ kind: "failed", failure: "crashed", detail: "" }) as const;
	t.mock.method(Group.prototype, "snapshot", failed);
	await assert.rejects(guest.keep(), NotKept);
	assert.equal(bob.rooms.keys().length, 0);
});
