// Proposals that no honest program sends: forged, replayed, for another room, with somebody else's key, by the dozen.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { type TestContext, test } from "node:test";
import { type Certificate, readCertificate } from "../../../src/crypto/identity/certificate.ts";
import { type Fingerprint, fingerprintBytes } from "../../../src/crypto/identity/fingerprint.ts";
import type { SealedFor } from "../../../src/crypto/identity/identity.ts";
import { encryptSignedTo } from "../../../src/crypto/identity/sealed-message.ts";
import { sealUnsigned } from "../../../src/crypto/off-record/unsigned.ts";
import { roomName } from "../../../src/crypto/opening/binding.ts";
import type { Self } from "../../../src/engine/account/self.ts";
import { Gatekeeper } from "../../../src/engine/gate/guesses/gatekeeper.ts";
import { openRoom } from "../../../src/engine/host/hosting.ts";
import { encodeInvite } from "../../../src/engine/wire/invite.ts";
import { encodeLetter, type Letter, type LetterOf } from "../../../src/engine/wire/letter.ts";
import { uptime } from "../../../src/net/link/clock.ts";
import { tcpTransport } from "../../../src/net/tcp/tcp.ts";
import { openMemoryStore } from "../../../src/store/db.ts";
import { joinMemoryRoom, type MemoryGuest, newSelf } from "../../support/rooms/memory-room.ts";
import { openTestEngine, type TestEngine } from "../../support/rooms/real-engine.ts";
import { buddies, hostAt, joinAt } from "./two.ts";

/** Somebody who says whatever they like in a room where Bob is. */
interface Attacker {
	readonly self: Self;
	readonly guest: MemoryGuest;
	readonly room: Uint8Array;
	readonly bob: Certificate;
}

interface Scene {
	readonly attackers: readonly Attacker[];
	readonly bob: TestEngine;
	readonly host: TestEngine;
}

/** Opens a room in which are attackers and, after them, Bob. */
async function attackersAndBob(t: TestContext, count: number): Promise<Scene> {
	const [host, bob] = [await openTestEngine(t, "Hanna"), await openTestEngine(t, "Bob")];
	const port = await hostAt(host);
	let room: Uint8Array | undefined;
	const guests: { readonly self: Self; readonly guest: MemoryGuest }[] = [];
	for (let number = 0; number < count; number += 1) {
		const self = await newSelf(`Mallory ${number}`);
		const guest = await joinMemoryRoom({ transport: () => tcpTransport() }, self, {
			options: {
				target: { endpoints: [{ host: "127.0.0.1", port }] },
				isOwnRoom: (roomId) => {
					room = roomId;
					return false;
				},
			},
		});
		t.after(() => guest.leave());
		guests.push({ self, guest });
	}
	await joinAt(bob, port);
	const ears = guests[0]?.guest.ears;
	const bobs = () =>
		(ears?.heard ?? []).flatMap((event) =>
			event.kind === "membership" && event.certificate && event.joined[0]?.name === "Bob" ? [event.certificate] : [],
		);
	await ears?.until(() => bobs().length > 0);
	const read = await readCertificate(bobs()[0] ?? new Uint8Array());
	assert.ok(read.kind === "certificate");
	const attackers = guests.map((one) => {
		assert.ok(room);
		return { ...one, room, bob: read.certificate };
	});
	return { attackers, bob, host };
}

/** A proposal as an honest program of this key makes it. */
function proposalOf(fingerprint: Fingerprint, change: Partial<LetterOf<"propose">> = {}): LetterOf<"propose"> {
	const pair = change.pair ?? Uint8Array.from(randomBytes(32));
	const endpoints = [{ address: "192.0.2.1", port: 4000 }];
	const off = change.kind === "offRecord" ? ({ isOffRecord: true } as const) : {};
	const invite = encodeInvite({ fingerprint, endpoints, secret: randomBytes(16), room: roomName(pair), ...off });
	const until = Math.floor(Date.now() / 1000) + 1000;
	return { what: "propose", kind: "buddy", pair, seat: Uint8Array.from(randomBytes(32)), invite, until, ...change };
}

async function sealedBy({ self, room, bob }: Attacker, letter: Letter, as: SealedFor = "letter", at = room) {
	return encryptSignedTo(bob, self.signer, encodeLetter(at, letter), as);
}

const unsignedBy = ({ self, room, bob }: Attacker, letter: Letter) =>
	sealUnsigned(bob, self.signer.fingerprint, encodeLetter(room, letter));

function say({ guest, bob }: Attacker, sealed: Uint8Array, to: Fingerprint = bob.fingerprint): void {
	guest.member().say({ kind: "quiet-letter", to: fingerprintBytes(to), sealed }, Date.now());
}

/** Says something, and resolves when Bob has it and everything before it. */
async function untilHeard({ guest }: Attacker, bob: TestEngine): Promise<void> {
	const mark = `mark ${Math.random()}`;
	guest.member().say(mark, Date.now());
	await bob.told("message", ({ text }) => text === mark);
}

const proposals = (bob: TestEngine) => bob.events.filter(({ kind }) => kind === "buddyProposed").length;

/** Says these letters; then somebody else proposes honestly, and that alone is asked about. What they say is opened after all that was said before. */
async function asksNobody(
	from: Attacker,
	barrier: Attacker,
	bob: TestEngine,
	bad: readonly Uint8Array[],
): Promise<void> {
	assert.ok(bad.length <= 4, "each sender may have four letters opened at once");
	const before = proposals(bob);
	for (const sealed of bad) say(from, sealed);
	await untilHeard(from, bob);
	const honest = barrier.self.signer.fingerprint;
	say(barrier, await sealedBy(barrier, proposalOf(honest)));
	await bob.until(
		() => buddies(bob).some(({ fingerprint }) => fingerprint === honest),
		"the honest one is asked about",
	);
	assert.equal(proposals(bob), before + 1);
}

test("attack: letters of another room, for another purpose, sealed by another key, damaged or out of date, or whose invite names another key or room, ask nobody", async (t) => {
	const { attackers, bob } = await attackersAndBob(t, 6);
	const [first, second, third, ...barriers] = attackers;
	const [one, two, three] = barriers;
	assert.ok(first && second && third && one && two && three);
	const ann = await newSelf("Ann");
	const honest = (one: Attacker) => proposalOf(one.self.signer.fingerprint);
	await asksNobody(first, one, bob, [
		await sealedBy(first, honest(first), "letter", Uint8Array.from(randomBytes(32))),
		await sealedBy(first, honest(first), "admission"),
		await sealedBy({ ...first, self: ann }, honest(first)),
	]);
	await asksNobody(second, two, bob, [
		await sealedBy(second, proposalOf(ann.signer.fingerprint)),
		await sealedBy(second, { ...honest(second), invite: honest(second).invite }),
		Uint8Array.from(randomBytes(300)),
	]);
	await asksNobody(third, three, bob, [
		await sealedBy(third, { ...honest(third), until: 1000 }),
		await sealedBy(third, { ...honest(third), until: Number.MAX_SAFE_INTEGER }),
		await sealedBy(third, { ...honest(third), invite: "rt://aaaa" }),
	]);
});

test("attack: a proposal that is passed on by somebody else, or said again after it was answered, asks nobody", async (t) => {
	const { attackers, bob } = await attackersAndBob(t, 4);
	const [mallory, eve, one, two] = attackers;
	assert.ok(mallory && eve && one && two);
	const sealed = await sealedBy(mallory, proposalOf(mallory.self.signer.fingerprint));
	await asksNobody(eve, one, bob, [sealed]);
	say(mallory, sealed);
	const own = mallory.self.signer.fingerprint;
	await bob.until(() => buddies(bob).some(({ fingerprint }) => fingerprint === own), "asked once");
	await bob.does({ kind: "answerBuddy", fingerprint: own, answer: "decline" });
	await asksNobody(mallory, two, bob, [sealed]);
});

test("attack: fifty proposals at once ask once, and are opened no more than four times", async (t) => {
	const { attackers, bob } = await attackersAndBob(t, 2);
	const [mallory, eve] = attackers;
	assert.ok(mallory && eve);
	const own = mallory.self.signer.fingerprint;
	const letters = await Promise.all(Array.from({ length: 50 }, () => sealedBy(mallory, proposalOf(own))));
	for (const sealed of letters) say(mallory, sealed);
	await untilHeard(mallory, bob);
	const other = eve.self.signer.fingerprint;
	say(eve, await sealedBy(eve, proposalOf(other)));
	await bob.until(() => buddies(bob).some(({ fingerprint }) => fingerprint === other), "what Eve has said is opened");
	// What comes from Eve is opened after all that was taken from Mallory.
	assert.equal(proposals(bob), 1 + 4);
	assert.equal(buddies(bob).length, 2, "of each sender the last one counts");
});

test("attack: a letter to somebody else is left alone, and one from somebody who was removed meanwhile asks nobody", async (t) => {
	const { attackers, bob, host } = await attackersAndBob(t, 2);
	const [mallory, eve] = attackers;
	assert.ok(mallory && eve);
	const own = mallory.self.signer.fingerprint;
	say(mallory, await sealedBy(mallory, proposalOf(own)), eve.self.signer.fingerprint);
	await asksNobody(mallory, eve, bob, []);
	assert.equal(buddies(bob).length, 1);
	await host.does({ kind: "kick", fingerprint: own });
	await bob.told("left", ({ reason }) => reason === "kicked");
	say(mallory, await sealedBy(mallory, proposalOf(own)));
	await untilHeard(eve, bob);
	assert.equal(buddies(bob).length, 1);
});

test("attack: a proposal in the form of the other kind, one whose invite is of the other kind, and an unsigned one that somebody else says again, ask nobody", async (t) => {
	const { attackers, bob } = await attackersAndBob(t, 4);
	const [mallory, eve, one, two] = attackers;
	assert.ok(mallory && eve && one && two);
	const own = mallory.self.signer.fingerprint;
	const [open, off] = [proposalOf(own), proposalOf(own, { kind: "offRecord" })];
	await asksNobody(mallory, one, bob, [
		await unsignedBy(mallory, open),
		await sealedBy(mallory, off),
		await unsignedBy(mallory, { ...open, kind: "offRecord" }),
	]);
	assert.equal(buddies(bob)[0]?.kind, "buddy");
	await asksNobody(eve, two, bob, [await unsignedBy(mallory, off), await sealedBy(eve, { ...off, kind: "buddy" })]);
});

test("attack: with whom we have a room off the record does not lead us into an ordinary one: it is turned down, and told", async (t) => {
	const { attackers, bob } = await attackersAndBob(t, 1);
	const [mallory] = attackers;
	assert.ok(mallory);
	const own = mallory.self.signer.fingerprint;
	say(mallory, await unsignedBy(mallory, proposalOf(own, { kind: "offRecord" })));
	await bob.until(() => buddies(bob).length === 1, "asked");
	await bob.does({ kind: "answerBuddy", fingerprint: own, answer: "accept" });
	say(mallory, await sealedBy(mallory, proposalOf(own)));
	const { notice } = await bob.told("notice", (event) => event.notice.code === "proposalOfOtherKind");
	assert.ok(notice.code === "proposalOfOtherKind" && !notice.isOffRecord);
	assert.deepEqual(
		buddies(bob).map(({ kind, state }) => [kind, state]),
		[["offRecord", "accepted"]],
	);
});

test("attack: whoever has proposed a room of two and then asks for a password gets none: nobody is asked", async (t) => {
	const { attackers, bob } = await attackersAndBob(t, 1);
	const [mallory] = attackers;
	assert.ok(mallory);
	const hosted = await openRoom({
		self: mallory.self,
		password: "any",
		wish: { bind: "127.0.0.1" },
		transport: tcpTransport(),
		gatekeeper: new Gatekeeper({ store: openMemoryStore(), onAlert: () => {} }),
		emit: () => {},
		onCaller: () => {},
		onAway: () => {},
		now: Date.now,
		uptime,
	});
	assert.ok(hosted.kind === "open");
	void hosted.member.run();
	t.after(() => hosted.close());
	const own = mallory.self.signer.fingerprint;
	const { roomId: pair, inviteSecret: secret, port } = hosted;
	const endpoints = [{ address: "127.0.0.1", port }];
	const invite = encodeInvite({ fingerprint: own, endpoints, secret, room: roomName(pair) });
	say(mallory, await sealedBy(mallory, proposalOf(own, { pair, invite })));
	await bob.until(() => buddies(bob).length === 1, "asked");
	const outcome = await bob.engine.perform({ kind: "answerBuddy", fingerprint: own, answer: "accept" });
	const room = outcome.kind === "done" ? outcome.room : undefined;
	const isOver = () =>
		bob.events.some((event) => event.room === room && (event.kind === "closed" || event.kind === "passwordRequired"));
	await bob.until(isOver, "the password was asked for, and it came to nothing");
	assert.ok(!bob.events.some((event) => event.room === room && event.kind === "passwordRequired"));
});
