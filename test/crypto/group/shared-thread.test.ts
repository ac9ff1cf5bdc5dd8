// Several groups in one worker thread: what one of them does to it, the others do not notice. The worker is real, and so are its end and the new one.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { MessageChannel } from "node:worker_threads";
import { Group } from "../../../src/crypto/group/group.ts";
import { GroupThread } from "../../../src/crypto/group/group-thread.ts";
import { GroupThreads } from "../../../src/crypto/group/group-threads.ts";
import type { FromWorker, ToWorker } from "../../../src/crypto/group/messages.ts";
import { HostRehearsal, rehearse } from "../../../src/crypto/group/rehearsal.ts";
import { GroupSession } from "../../../src/crypto/group/session.ts";
import { systemHpke } from "../../../src/crypto/group/suite/hpke.ts";
import { Tenant } from "../../../src/crypto/group/tenant.ts";
import { serveGroups } from "../../../src/crypto/group/worker-sessions.ts";
import { caughtWaits } from "../../support/caught-waits.ts";
import { done, encrypt, host, makePerson, makeRoom, receive, type TestRoom } from "../../support/rooms/group-room.ts";
import { until } from "../../support/until.ts";

const workerUrl = new URL("../../support/rooms/hanging-group-worker.ts", import.meta.url);
/** It never comes in a test. */
const never = 3_600_000;
const bytes = (text: string) => new TextEncoder().encode(text);
const hanging = Uint8Array.of(1);

/** A room of Hanna, whose group is in `threads`, and Bob, whose group is outside and judges what comes. */
async function openRoom(threads: GroupThreads) {
	const room = await makeRoom("Hanna", "Bob");
	const bob = room.members[1]!;
	const { bytes: snapshot } = await done(host(room).session, { kind: "snapshot" });
	const certificates = room.members.map(({ certificate }) => certificate);
	const options = { roomId: room.roomId, snapshot, certificates, hostFingerprint: host(room).fingerprint, threads };
	const hanna = await restored(options);
	const refreshed = await hanna.refresh();
	assert.ok(refreshed.kind === "committed");
	await done(bob.session, receive(refreshed.commit));
	return { room, bob, hanna, options };
}

async function restored(options: Parameters<typeof Group.restore>[0]): Promise<Group> {
	const outcome = await Group.restore(options);
	assert.ok(outcome.kind === "restored");
	return outcome.group;
}

/** Both say something; Bob must hear Hanna's next line and no other, and she his. */
async function talk({ bob, hanna }: { readonly bob: TestRoom["members"][1]; readonly hanna: Group }, text: string) {
	assert.ok(bob);
	const said = await hanna.encrypt(bytes(text));
	assert.ok(said.kind === "encrypted", JSON.stringify(said));
	const heard = await done(bob.session, receive(said.message));
	assert.deepEqual(heard.kind === "line" && [heard.plaintext, heard.skipped], [bytes(text), 0]);
	const answer = await encrypt(bob, `${text}, says Bob`);
	const line = await hanna.receive({ message: answer });
	assert.deepEqual(line.kind === "line" && [line.plaintext, line.skipped], [bytes(`${text}, says Bob`), 0]);
	const again = await hanna.receive({ message: answer });
	assert.equal(again.kind === "refused" && again.code, "replayed");
}

test("attack: a message that hangs the worker in one room leaves the others talking while it hangs: no line is lost, doubled or said by a key that was used", async () => {
	const threads = new GroupThreads({ workerUrl, watchdogMs: never, watchdogTicks: never / 50 });
	const [evil, friends, others] = [await openRoom(threads), await openRoom(threads), await openRoom(threads)];
	for (const room of [friends, others]) await talk(room, "before");
	const hung = evil.hanna.receive({ message: hanging });
	for (const text of ["meanwhile", "and on"]) for (const room of [friends, others]) await talk(room, text);
	await evil.hanna.close();
	const ended = await hung;
	assert.equal(ended.kind === "failed" && ended.failure, "closed");
	for (const room of [friends, others]) await talk(room, "afterwards");
	for (const { hanna } of [friends, others]) await hanna.close();
});

test("attack: a message that kills the worker in one room ends that room's group only; the others go on exactly where they were", async () => {
	// The worker is never given up as slow here, so a room that waits for another's message waits for ever.
	const threads = new GroupThreads({ workerUrl, watchdogMs: never, watchdogTicks: 1 });
	const [evil, friends] = [await openRoom(threads), await openRoom(threads)];
	for (const text of ["one", "two"]) await talk(friends, text);
	const [died, three] = await Promise.all([
		evil.hanna.remove(evil.bob.fingerprint, "kicked"),
		friends.hanna.encrypt(bytes("three")),
	]);
	assert.equal(died.kind === "failed" && died.failure, "crashed");
	assert.ok(three.kind === "encrypted");
	const heard = await done(friends.bob.session, receive(three.message));
	assert.deepEqual(heard.kind === "line" && [heard.plaintext, heard.skipped], [bytes("three"), 0]);

	// A room that has cost the worker has one of its own from then on.
	const again = await restored(evil.options);
	const hung = again.receive({ message: hanging });
	await again.close();
	await hung;
	const alone = await restored(evil.options);
	await alone.refresh();
	const hangs = alone.receive({ message: hanging });
	await talk(friends, "four");
	await alone.close();
	await hangs;
	await friends.hanna.close();
});

test("a group whose message takes long has a thread of its own for a while, and loses nothing by that", async () => {
	// With a step of a millisecond anything takes long.
	const threads = new GroupThreads({ watchdogMs: never, watchdogTicks: never });
	const [slow, friends] = [await openRoom(threads), await openRoom(threads)];
	const both = (text: string) => Promise.all([talk(slow, text), talk(friends, text)]);
	while (threads.count === 1) await both("until one of them is slow");
	await both("apart");
	await until(() => threads.count === 1);
	await both("together");
	for (const { hanna } of [slow, friends]) await hanna.close();
});

test("a group of which nothing was asked yet is there still after its thread was quiet, and costs nobody the thread", async (t) => {
	const waits = caughtWaits(t, 1_000);
	const threads = new GroupThreads();
	const prepared = await Group.open({ roomId: new Uint8Array(32), threads });
	const { hanna } = await openRoom(threads);
	await hanna.close();
	// Nothing was asked for a second.
	waits.at(-1)?.();
	const friends = await openRoom(threads);
	await talk(friends, "meanwhile");
	assert.equal((await prepared.newLeaf()).kind, "leaf");
	for (const group of [prepared, friends.hanna]) await group.close();
});

test("a group of which an image is being made when the worker is slow does not go on elsewhere from what it was: no key is used twice", async (t) => {
	t.mock.timers.enable({ apis: ["setInterval"] });
	const threads = new GroupThreads({ workerUrl, watchdogMs: never, watchdogTicks: never / 1_000 });
	const [first, second] = [await openRoom(threads), await openRoom(threads)];
	const both = (text: string) => Promise.all([talk(first, text), talk(second, text)]);
	await both("before");
	const asked = Promise.withResolvers<ReturnType<Group["encrypt"]>>();
	const { ask } = GroupThread.prototype;
	let images = 0;
	t.mock.method(GroupThread.prototype, "ask", function (this: GroupThread, message: ToWorker) {
		ask.call(this, message);
		if (message.kind !== "image" || ++images !== 2) return;
		// Both are quiet, so an image of each is made. Something is said, and the worker does not come to an end with them.
		queueMicrotask(() => {
			asked.resolve(first.hanna.encrypt(bytes("meanwhile")));
			t.mock.timers.tick(1_000);
		});
	});
	const said = await await asked.promise;
	assert.ok(said.kind === "encrypted");
	assert.ok(first.bob);
	await done(first.bob.session, receive(said.message));
	await until(() => threads.count === 1);
	assert.ok(second.bob);
	const died = await second.hanna.remove(second.bob.fingerprint, "kicked");
	assert.equal(died.kind === "failed" && died.failure, "crashed");
	await talk(first, "after the worker died");
	await first.hanna.close();
});

/** A worker that never answers, nor begins unless it `begins`, and a clock for it. Resolves when it has begun as far as it does. */
async function silent(t: TestContext, computedMs: () => number, begins: boolean) {
	t.mock.method(process, "cpuUsage", () => ({ user: computedMs() * 1_000, system: 0 }));
	t.mock.timers.enable({ apis: ["setInterval"] });
	const watched = t.mock.method(globalThis, "setInterval");
	const told = { ended: "" };
	const says = begins ? 'parentPort.postMessage({ kind: "started" });' : "";
	const source = `import { parentPort } from "node:worker_threads"; parentPort.on("message", () => {}); ${says}`;
	const workerUrl = new URL(`data:text/javascript,${encodeURIComponent(source)}`);
	const owner = { onAnswer() {}, onSlow() {}, onEnd: (failure: string) => (told.ended = failure) };
	const thread = new GroupThread({ workerUrl, watchdogMs: 5_000, watchdogTicks: 5 }, owner);
	t.after(() => thread.end());
	thread.ask({ kind: "image", group: 1 });
	// Its time begins anew when it has begun.
	await until(() => watched.mock.callCount() === (begins ? 2 : 1));
	return { told, pass: (ms: number) => t.mock.timers.tick(ms) };
}

for (const { begins, limitMs } of [
	{ begins: true, limitMs: 5_000 },
	{ begins: false, limitMs: 30_000 },
]) {
	const what = begins ? "does what it was asked" : "begins";
	test(`a worker that ${what} on a busy computer, and so has no processor, has six times as long as one that hangs`, async (t) => {
		const waiting = await silent(t, () => 0, begins);
		waiting.pass(6 * limitMs - 1);
		assert.equal(waiting.told.ended, "");
		waiting.pass(1);
		assert.equal(waiting.told.ended, "watchdog");
	});

	test(`a worker that computes and never ${what} is ended after ${limitMs / 1_000} s`, async (t) => {
		let computedMs = 0;
		const hanging = await silent(t, () => (computedMs += limitMs / 10), begins);
		hanging.pass(limitMs - 1);
		assert.equal(hanging.told.ended, "");
		hanging.pass(1);
		assert.equal(hanging.told.ended, "watchdog");
	});
}

test("what is remembered of a group is overwritten when something newer takes its place", () => {
	const tenant = new Tenant(1, { roomId: new Uint8Array(32), isOffRecord: false });
	const image = (value: number) => ({
		leaf: { publicKey: new Uint8Array(32).fill(value), signKey: new Uint8Array(32).fill(value) },
		certificates: [],
		standing: { kind: "outside" } as const,
	});
	const old = image(1);
	tenant.take(old);
	const plaintext = bytes("a secret");
	tenant.waiting.push({ request: { kind: "encrypt", plaintext }, settle: () => {} });
	tenant.next();
	assert.deepEqual(tenant.remembered().since, [{ kind: "encrypt", plaintext }]);
	tenant.take(image(2));
	assert.deepEqual([old.leaf.signKey.some(Boolean), plaintext.some(Boolean)], [false, false]);
	assert.deepEqual(tenant.remembered(), { image: image(2), since: [] });
	// What gives something else when it is done once more makes a newer image necessary.
	tenant.waiting.push({ request: { kind: "refresh" }, settle: () => {} });
	tenant.next();
	assert.equal(tenant.isStale, true);
});

/** The work of a worker's thread, done in this one, where it can be seen: what it answers, how many groups were made in it and how many were closed. */
function served(t: TestContext) {
	const made = t.mock.method(GroupSession, "make");
	const closed = t.mock.method(GroupSession.prototype, "close");
	const asked = t.mock.method(GroupSession.prototype, "handle");
	const { port1, port2 } = new MessageChannel();
	t.after(() => port1.close());
	const answers: FromWorker[] = [];
	port1.on("message", (answer: FromWorker) => answers.push(answer));
	serveGroups(port2, { hpke: systemHpke, rehearse });
	return {
		tell: (message: ToWorker) => port1.postMessage(message),
		answers,
		made: () => made.mock.callCount(),
		closed: () => closed.mock.callCount(),
		asked: () => asked.mock.calls.map(({ arguments: [request] }) => request.kind),
	};
}

const bob = await makePerson("Bob");
const rehearsal = { kind: "rehearse", group: 1, certificate: bob.certificate } as const;
const start = { roomId: new Uint8Array(32).fill(1), isOffRecord: false };
const newLeaf = { kind: "ask", group: 1, request: { kind: "newLeaf" } } as const;

test("a rehearsal goes all the way into a made-up group, and gives up at each step when something real is to be done", async () => {
	assert.equal(await rehearse(bob.certificate, () => false), true);
	for (const step of [1, 2, 3]) {
		let looks = 0;
		assert.equal(await rehearse(bob.certificate, () => ++looks === step), false);
		assert.equal(looks, step);
	}
});

test("a worker rehearses an entry once, closes what it made up, and answers nothing", async (t) => {
	const worker = served(t);
	worker.tell(rehearsal);
	await until(() => worker.closed() === 2);
	assert.deepEqual(worker.asked(), ["newLeaf", "create", "admission", "newLeaf", "enter"]);
	worker.tell(rehearsal);
	worker.tell({ kind: "open", group: 1, start });
	worker.tell(newLeaf);
	await until(() => worker.answers.length === 2);
	assert.deepEqual([worker.made(), worker.answers.map(({ kind }) => kind)], [3, ["started", "reply"]]);
});

test("a worker in which something was done does not rehearse: others may wait for it", async (t) => {
	const worker = served(t);
	worker.tell({ kind: "open", group: 1, start });
	worker.tell(newLeaf);
	worker.tell(rehearsal);
	worker.tell(newLeaf);
	await until(() => worker.answers.length === 3);
	assert.deepEqual([worker.made(), worker.asked()], [1, ["newLeaf", "newLeaf"]]);
});

test("a rehearsal gives up when something is asked, closes what it made up, and what was asked is done", async (t) => {
	const worker = served(t);
	for (const message of [rehearsal, { kind: "open", group: 1, start }, newLeaf] as const) worker.tell(message);
	await until(() => worker.closed() === 2 && worker.answers.length === 2);
	assert.equal(worker.answers[1]?.kind, "reply");
	assert.equal(worker.asked().includes("create"), false);
});

test("a rehearsal that fails leaves the worker as it was", async (t) => {
	const worker = served(t);
	t.mock.method(GroupSession.prototype, "handle", () => Promise.reject(new Error("it fails")), { times: 1 });
	worker.tell(rehearsal);
	await until(() => worker.closed() === 2);
	worker.tell({ kind: "open", group: 1, start });
	worker.tell(newLeaf);
	await until(() => worker.answers.length === 2);
	assert.deepEqual(
		worker.answers.map(({ kind }) => kind),
		["started", "reply"],
	);
});

test("a rehearsal of a host lets a made-up guest in, and gives up at each step when something real is to be done", async (t) => {
	const asked = t.mock.method(GroupSession.prototype, "handle");
	assert.equal(await rehearse(bob.certificate, () => false, true), true);
	assert.deepEqual(
		asked.mock.calls.map(({ arguments: [request] }) => request.kind),
		["newLeaf", "create", "admission", "newLeaf", "enter", "receive"],
	);
	for (const step of [1, 2, 3, 4]) {
		let looks = 0;
		assert.equal(await rehearse(bob.certificate, () => ++looks === step, true), false);
		assert.equal(looks, step);
	}
});

const open = { kind: "open", group: 1, start } as const;
const create = {
	kind: "ask",
	group: 1,
	request: { kind: "create", certificate: bob.certificate, name: "Bob" },
} as const;
const admission = { kind: "ask", group: 1, request: { kind: "admission", guest: bob.fingerprint } } as const;

/** A worker that tells when it rehearses as a host, and whether that is given up by now. */
function hosting(t: TestContext) {
	t.mock.timers.enable({ apis: ["setTimeout"] });
	const rehearsals: Parameters<typeof rehearse>[] = [];
	const rehearsal = new HostRehearsal(async (...how) => {
		rehearsals.push(how);
		throw new Error("it fails");
	});
	const hears = (...messages: readonly ToWorker[]) => {
		for (const message of messages) rehearsal.hears(message);
	};
	return { rehearsals, hears };
}

test("a host's worker rehearses once when its room has been quiet for two seconds, and gives up when it hears anything", (t) => {
	const { rehearsals, hears } = hosting(t);
	hears(open, newLeaf, create, { kind: "close", group: 2 });
	t.mock.timers.tick(1_999);
	hears(newLeaf);
	t.mock.timers.tick(1_999);
	assert.equal(rehearsals.length, 0);
	t.mock.timers.tick(1);
	const [certificate, isWanted, isHost] = rehearsals[0] ?? assert.fail("nothing was rehearsed");
	assert.deepEqual([certificate, isWanted(), isHost], [bob.certificate, false, true]);
	hears(newLeaf);
	assert.equal(isWanted(), true);
	t.mock.timers.tick(10_000);
	assert.equal(rehearsals.length, 1);
});

test("a worker does not rehearse as a host where there is none, where its first guest is there already, and where its room is closed", (t) => {
	for (const messages of [
		[open, newLeaf],
		[open, newLeaf, create, admission],
		[open, newLeaf, create, { kind: "close", group: 1 }],
	] as const) {
		const { rehearsals, hears } = hosting(t);
		hears(...messages);
		t.mock.timers.tick(10_000);
		assert.equal(rehearsals.length, 0);
		t.mock.timers.reset();
	}
});
