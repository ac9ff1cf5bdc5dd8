// Several groups in one worker thread: what one of them does to it, the others do not notice. The worker is real, and so are its end and the new one.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Group } from "../../../src/crypto/group/group.ts";
import { GroupThreads } from "../../../src/crypto/group/group-threads.ts";
import { Tenant } from "../../../src/crypto/group/tenant.ts";
import { done, encrypt, host, makeRoom, receive, type TestRoom } from "../../support/rooms/group-room.ts";
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
