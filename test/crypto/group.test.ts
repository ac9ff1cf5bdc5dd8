// The Group on the main thread: real workers, order, the watchdog, and going on after it.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { type TestContext, test } from "node:test";
import { type Failed, Group, type GroupOptions } from "../../src/crypto/group.ts";
import type { OwnCertification, Refused } from "../../src/crypto/group-messages.ts";
import { makePerson, type TestPerson } from "../support/group-room.ts";

const hangingWorker = new URL("../support/hanging-group-worker.ts", import.meta.url);

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

async function openParty(t: TestContext, name: string, options: GroupOptions): Promise<Party> {
	const person = await makePerson(name);
	const group = await Group.open(options);
	t.after(() => group.close());
	const { publicKey } = await ok(group.newLeaf());
	return { person, group, own: await person.certify(options.roomId, publicKey) };
}

async function enter(host: Party, guest: Party): Promise<Uint8Array> {
	const { groupInfo, ticket } = await ok(host.group.admission(guest.person.fingerprint));
	const hostFingerprint = host.person.fingerprint;
	const certificates = [host.person.certificate];
	return (await ok(guest.group.enter({ groupInfo, ticket, hostFingerprint, certificates, ...guest.own }))).commit;
}

async function openPair(t: TestContext, hostOptions: Partial<GroupOptions> = {}) {
	const roomId = new Uint8Array(randomBytes(32));
	const host = await openParty(t, "Hanna", { roomId, ...hostOptions });
	const guest = await openParty(t, "Bob", { roomId });
	await ok(host.group.create(host.own));
	return { roomId, host, guest };
}

async function receiveEntry(host: Party, guest: Party, message: Uint8Array) {
	const { certificate, fingerprint } = guest.person;
	return host.group.receive({ message, certificates: [certificate], joiner: fingerprint });
}

const text = (line: string) => new TextEncoder().encode(line);

test("two people enter, talk and part, each with a worker of their own", async (t) => {
	const { host, guest } = await openPair(t);
	const commit = await enter(host, guest);
	await ok(receiveEntry(host, guest, commit));
	const names = ["Hanna", "Bob"];
	for (const { group } of [host, guest])
		assert.deepEqual(
			group.members().map(({ name }) => name),
			names,
		);
	const authenticators = [await ok(host.group.epochAuthenticator()), await ok(guest.group.epochAuthenticator())];
	assert.deepEqual(authenticators[0], authenticators[1]);
	const { message, epoch } = await ok(guest.group.encrypt(text("hello")));
	assert.deepEqual(Group.messageKind(message), { kind: "line", epoch });
	const line = await ok(host.group.receive({ message }));
	assert.ok(line.kind === "line");
	assert.deepEqual(line.plaintext, text("hello"));
	const removal = await ok(host.group.remove(guest.person.fingerprint, "left"));
	assert.equal((await ok(guest.group.receive({ message: removal.commit }))).kind, "membership");
	assert.deepEqual(
		host.group.members().map(({ name }) => name),
		["Hanna"],
	);
	assert.deepEqual(
		guest.group.members().map(({ name }) => name),
		["Hanna"],
	);
});

test("overlapping calls do not fork the ratchet: they are done in the order they were made", async (t) => {
	const { host, guest } = await openPair(t);
	await ok(receiveEntry(host, guest, await enter(host, guest)));
	const said = Array.from({ length: 50 }, (_, i) => `line ${i}`);
	const messages = await Promise.all(said.map((line) => ok(guest.group.encrypt(text(line)))));
	const received = await Promise.all(messages.map(({ message }) => ok(host.group.receive({ message }))));
	const heard = received.map((line) => (line.kind === "line" ? new TextDecoder().decode(line.plaintext) : line.kind));
	assert.deepEqual(heard, said);
});

test("a message that shares its buffer with others is not taken away from them", async (t) => {
	const { host, guest } = await openPair(t);
	await ok(receiveEntry(host, guest, await enter(host, guest)));
	const { message } = await ok(guest.group.encrypt(text("hello")));
	const chunk = Buffer.concat([Buffer.alloc(7, 1), message, Buffer.alloc(7, 2)]);
	await ok(host.group.receive({ message: chunk.subarray(7, 7 + message.length) }));
	assert.deepEqual([chunk[0], chunk.at(-1)], [1, 2]);
	assert.equal(message.length, chunk.length - 14);
});

test("the watchdog kills a worker that hangs over a commit; the host goes on from a snapshot, in a new epoch", async (t) => {
	const { roomId, host, guest } = await openPair(t);
	await ok(receiveEntry(host, guest, await enter(host, guest)));
	const { bytes: snapshot } = await ok(host.group.snapshot());
	const certificates = [host.person.certificate, guest.person.certificate];
	const options = { roomId, snapshot, certificates, hostFingerprint: host.person.fingerprint };
	const hanging = await Group.restore({ ...options, workerUrl: hangingWorker, watchdogMs: 3000 });
	assert.ok(hanging.kind === "restored");
	await ok(hanging.group.refresh());
	const evil = hanging.group.receive({ message: (await ok(guest.group.refresh())).commit });
	const waiting = hanging.group.encrypt(text("behind it"));
	const [failed, behind] = await Promise.all([evil, waiting]);
	assert.equal(failed.kind === "failed" && failed.failure, "watchdog");
	assert.equal(behind.kind === "failed" && behind.failure, "closed");
	const later = await hanging.group.refresh();
	assert.equal(later.kind === "failed" && later.failure, "closed");

	const restored = await Group.restore(options);
	assert.ok(restored.kind === "restored");
	t.after(() => restored.group.close());
	assert.equal(restored.epoch, 1);
	assert.deepEqual(
		restored.group.members().map(({ name }) => name),
		["Hanna", "Bob"],
	);
});

test("after a restore nothing is encrypted, received or admitted before a refresh, so that no key is used twice", async (t) => {
	const { roomId, host, guest } = await openPair(t);
	await ok(receiveEntry(host, guest, await enter(host, guest)));
	const { bytes: snapshot } = await ok(host.group.snapshot());
	const old = await ok(guest.group.encrypt(text("heard already")));
	await ok(host.group.receive({ message: old.message }));
	const certificates = [host.person.certificate, guest.person.certificate];
	await host.group.close();
	const outcome = await Group.restore({ roomId, snapshot, certificates, hostFingerprint: host.person.fingerprint });
	assert.ok(outcome.kind === "restored");
	const { group } = outcome;
	t.after(() => group.close());
	for (const call of [
		group.encrypt(text("too early")),
		group.receive({ message: old.message }),
		group.admission(guest.person.fingerprint),
		group.remove(guest.person.fingerprint, "kicked"),
	]) {
		const reply = await call;
		assert.equal(reply.kind === "refused" && reply.code, "refreshNeeded");
	}
	const { commit, epoch } = await ok(group.refresh());
	assert.equal(epoch, 2);
	await ok(guest.group.receive({ message: commit }));
	const { message } = await ok(group.encrypt(text("back")));
	assert.equal((await ok(guest.group.receive({ message }))).kind, "line");
	const again = await group.receive({ message: old.message });
	assert.equal(again.kind === "refused" && again.code, "epoch");
	const third = await openParty(t, "Carol", { roomId });
	assert.equal(
		(await ok(receiveEntry({ ...host, group }, third, await enterWith(group, host, guest, third)))).kind,
		"membership",
	);
});

async function enterWith(group: Group, host: Party, guest: Party, newcomer: Party): Promise<Uint8Array> {
	const { groupInfo, ticket } = await ok(group.admission(newcomer.person.fingerprint));
	const certificates = [host.person.certificate, guest.person.certificate];
	const hostFingerprint = host.person.fingerprint;
	return (await ok(newcomer.group.enter({ groupInfo, ticket, hostFingerprint, certificates, ...newcomer.own }))).commit;
}

test("a restored group still accepts nobody whom their key has not certified", async (t) => {
	const { roomId, host, guest } = await openPair(t);
	const { bytes: snapshot } = await ok(host.group.snapshot());
	const hostFingerprint = host.person.fingerprint;
	const outcome = await Group.restore({ roomId, snapshot, certificates: [host.person.certificate], hostFingerprint });
	assert.ok(outcome.kind === "restored");
	t.after(() => outcome.group.close());
	await ok(outcome.group.refresh());
	const commit = await enter({ ...host, group: outcome.group }, guest);
	const reply = await outcome.group.receive({ message: commit });
	assert.equal(reply.kind === "refused" && reply.code, "badCredential");
	await ok(receiveEntry({ ...host, group: outcome.group }, guest, commit));
});

test("a snapshot of another room, a broken one, and one too many are refused", async (t) => {
	const { roomId, host } = await openPair(t);
	const { bytes: snapshot } = await ok(host.group.snapshot());
	const hostFingerprint = host.person.fingerprint;
	const elsewhere = await Group.restore({ roomId: randomBytes(32), snapshot, certificates: [], hostFingerprint });
	assert.equal(elsewhere.kind === "refused" && elsewhere.code, "wrongRoom");
	const cut = snapshot.subarray(0, -1);
	const broken = await Group.restore({ roomId, snapshot: cut, certificates: [], hostFingerprint });
	assert.equal(broken.kind === "refused" && broken.code, "badSnapshot");
});

test("a worker that dies fails the call it died of as crashed and all later ones as closed", async (t) => {
	const { host } = await openPair(t, { workerUrl: hangingWorker });
	const dying = host.group.remove(host.person.fingerprint, "left");
	const next = host.group.newLeaf();
	const [first, second] = await Promise.all([dying, next]);
	assert.equal(first.kind === "failed" && first.failure, "crashed");
	assert.equal(second.kind === "failed" && second.failure, "closed");
});

test("a worker file that does not exist fails the first call, and closing twice is fine", async () => {
	const group = await Group.open({ roomId: new Uint8Array(32), workerUrl: new URL("./missing.ts", import.meta.url) });
	const reply = await group.newLeaf();
	assert.equal(reply.kind === "failed" && reply.failure, "crashed");
	await group.close();
	await group.close();
});

test("closing fails what is under way", async () => {
	const group = await Group.open({ roomId: new Uint8Array(32) });
	const call = group.newLeaf();
	await group.close();
	const reply = await call;
	assert.equal(reply.kind === "failed" && reply.failure, "closed");
});
