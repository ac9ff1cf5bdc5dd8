// The Group on the main thread: real workers, order, the watchdog, and going on after it.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, test } from "node:test";
import { Group, type GroupOptions } from "../../../src/crypto/group/group.ts";
import { GroupThreads } from "../../../src/crypto/group/group-threads.ts";
import { messageKind } from "../../../src/crypto/group/header.ts";
import type { Failed, OwnCertification, Refused } from "../../../src/crypto/group/messages.ts";
import { epochAuthenticatorIn, makePerson, type TestPerson } from "../../support/rooms/group-room.ts";

const hangingWorker = new URL("../../support/rooms/hanging-group-worker.ts", import.meta.url);

/** The reply, which must not be a refusal or a failure. */
async function ok<Reply extends { readonly kind: string }>(
	call: Promise<Reply | Refused | Failed>,
): Promise<Exclude<Reply, Refused | Failed>> {
	const reply = await call;
	if (reply.kind === "refused" || reply.kind === "failed") assert.fail(JSON.stringify(reply));
	return reply as Exclude<Reply, Refused | Failed>;
}

interface Party {
	readonly person: TestPerson;
	readonly group: Group;
	readonly own: OwnCertification;
}

async function openParty(name: string, options: GroupOptions): Promise<Party> {
	const person = await makePerson(name);
	const group = await Group.open(options);
	after(() => group.close());
	const { publicKey } = await ok(group.newLeaf());
	return { person, group, own: await person.certify(options.roomId, publicKey) };
}

async function enter(host: Party, guest: Party): Promise<Uint8Array> {
	const { groupInfo, ticket } = await ok(host.group.admission(guest.person.fingerprint));
	const hostFingerprint = host.person.fingerprint;
	const certificates = [host.person.certificate];
	return (await ok(guest.group.enter({ groupInfo, ticket, hostFingerprint, certificates, ...guest.own }))).commit;
}

/** Hanna, the host, and Bob: one room for the tests that follow each other. */
async function openPair() {
	const roomId = new Uint8Array(randomBytes(32));
	const [host, guest] = await Promise.all([openParty("Hanna", { roomId }), openParty("Bob", { roomId })]);
	await ok(host.group.create(host.own));
	const received = await ok(receiveEntry(host, guest, await enter(host, guest)));
	return { roomId, host, guest, received };
}

async function receiveEntry(host: Party, guest: Party, message: Uint8Array) {
	const { certificate, fingerprint } = guest.person;
	return host.group.receive({ message, certificates: [certificate], joiner: fingerprint });
}

const namesIn = (group: Group) => group.members().map(({ name }) => name);
const { roomId, host, guest, received } = await openPair();

const text = (line: string) => new TextEncoder().encode(line);

test("two people enter and talk, in one worker", async () => {
	assert.deepEqual(received.kind === "membership" && received.joined.map(({ name }) => name), ["Bob"]);
	for (const { group } of [host, guest]) assert.deepEqual(namesIn(group), ["Hanna", "Bob"]);
	const [ofHost, ofGuest] = [await ok(host.group.snapshot()), await ok(guest.group.snapshot())];
	assert.equal(epochAuthenticatorIn(ofHost.bytes), epochAuthenticatorIn(ofGuest.bytes));
	const { message, epoch } = await ok(guest.group.encrypt(text("hello")));
	assert.deepEqual(messageKind(message), { kind: "line", epoch });
	const line = await ok(host.group.receive({ message }));
	assert.ok(line.kind === "line");
	assert.deepEqual(line.plaintext, text("hello"));
	assert.deepEqual(line.from, guest.group.members()[1]);
});

test("overlapping calls do not fork the ratchet: they are done in the order they were made", async () => {
	const said = Array.from({ length: 50 }, (_, i) => `line ${i}`);
	const messages = await Promise.all(said.map((line) => ok(guest.group.encrypt(text(line)))));
	const lines = await Promise.all(messages.map(({ message }) => ok(host.group.receive({ message }))));
	const heard = lines.map((line) => (line.kind === "line" ? new TextDecoder().decode(line.plaintext) : line.kind));
	assert.deepEqual(heard, said);
});

test("a message that shares its buffer with others is not taken away from them", async () => {
	const { message } = await ok(guest.group.encrypt(text("hello")));
	const chunk = Buffer.concat([Buffer.alloc(7, 1), message, Buffer.alloc(7, 2)]);
	await ok(host.group.receive({ message: chunk.subarray(7, 7 + message.length) }));
	assert.deepEqual([chunk[0], chunk.at(-1)], [1, 2]);
	assert.equal(message.length, chunk.length - 14);
});

test("a line is encrypted as it was at the call, although it waits behind others and its bytes are used again", async () => {
	const reused = new Uint8Array(1);
	const calls = Array.from({ length: 50 }, (_, number) => {
		reused[0] = number;
		return ok(guest.group.encrypt(reused));
	});
	const heard: (number | undefined)[] = [];
	for (const call of calls) {
		const line = await ok(host.group.receive({ message: (await call).message }));
		heard.push(line.kind === "line" ? line.plaintext[0] : undefined);
	}
	assert.deepEqual(heard, [...calls.keys()]);
});

test("a call that comes while a commit is made waits for the commit's epoch", async () => {
	const [committed, said] = await Promise.all([ok(guest.group.refresh()), ok(guest.group.encrypt(text("hello")))]);
	assert.equal(said.epoch, committed.epoch);
	await ok(host.group.receive({ message: committed.commit }));
	const line = await ok(host.group.receive({ message: said.message }));
	assert.deepEqual(line.kind === "line" && line.plaintext, text("hello"));
});

test("the watchdog kills a worker that hangs over a message; the host goes on from its snapshot, in a new epoch", async () => {
	const { bytes: snapshot, epoch } = await ok(host.group.snapshot());
	await host.group.close();
	const certificates = [host.person.certificate, guest.person.certificate];
	const options = { roomId, snapshot, certificates, hostFingerprint: host.person.fingerprint };
	const threads = new GroupThreads({ workerUrl: hangingWorker, watchdogMs: 2000 });
	const hanging = await Group.restore({ ...options, threads });
	assert.ok(hanging.kind === "restored");
	const evil = hanging.group.receive({ message: Uint8Array.of(1) });
	const waiting = hanging.group.encrypt(text("behind it"));
	const [failed, behind] = await Promise.all([evil, waiting]);
	assert.equal(failed.kind === "failed" && failed.failure, "watchdog");
	assert.equal(behind.kind === "failed" && behind.failure, "closed");
	const later = await hanging.group.refresh();
	assert.equal(later.kind === "failed" && later.failure, "closed");

	const restored = await Group.restore(options);
	assert.ok(restored.kind === "restored");
	const { group } = restored;
	after(() => group.close());
	assert.deepEqual(namesIn(group), ["Hanna", "Bob"]);
	const early = await group.encrypt(text("too early"));
	assert.equal(early.kind === "refused" && early.code, "refreshNeeded");
	const refreshed = await ok(group.refresh());
	assert.equal(refreshed.epoch, epoch + 1);
	await ok(guest.group.receive({ message: refreshed.commit }));
	const { message } = await ok(group.encrypt(text("back")));
	assert.equal((await ok(guest.group.receive({ message }))).kind, "line");
	const removal = await ok(group.remove(guest.person.fingerprint, "left"));
	assert.equal((await ok(guest.group.receive({ message: removal.commit }))).kind, "membership");
	for (const one of [group, guest.group]) assert.deepEqual(namesIn(one), ["Hanna"]);
});

test("a snapshot that is refused leaves no worker behind", async () => {
	const snapshot = new Uint8Array(10);
	const options = { roomId, snapshot, certificates: [], hostFingerprint: host.person.fingerprint };
	const outcome = await Group.restore(options);
	assert.equal(outcome.kind === "refused" && outcome.code, "badSnapshot");
});

test("a worker that dies fails the call it died of as crashed and all later ones as closed", async () => {
	const group = await Group.open({ roomId, threads: new GroupThreads({ workerUrl: hangingWorker }) });
	const calls = [group.remove(host.person.fingerprint, "left"), group.newLeaf()] as const;
	const [first, second] = await Promise.all(calls);
	assert.equal(first.kind === "failed" && first.failure, "crashed");
	assert.equal(second.kind === "failed" && second.failure, "closed");
});

test("a worker file that does not exist fails the first call, and closing twice is fine", async () => {
	const threads = new GroupThreads({ workerUrl: new URL("./missing.ts", import.meta.url) });
	const group = await Group.open({ roomId: new Uint8Array(32), threads });
	const reply = await group.newLeaf();
	assert.equal(reply.kind === "failed" && reply.failure, "crashed");
	await group.close();
	await group.close();
});

test("closing the group fails the calls that are under way", async () => {
	const group = await Group.open({ roomId: new Uint8Array(32) });
	const call = group.newLeaf();
	await group.close();
	const reply = await call;
	assert.equal(reply.kind === "failed" && reply.failure, "closed");
});
