// New keys for a member who stays: nothing that is said meanwhile is lost, and whoever had copied the former ones reads no further.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Group } from "../../../src/crypto/group/group.ts";
import type { Signer } from "../../../src/crypto/identity/identity.ts";
import { usualPolicy } from "../../../src/engine/kept/records.ts";
import type { MemberEvent } from "../../../src/engine/member/events.ts";
import type { Member } from "../../../src/engine/member/member.ts";
import type { Link } from "../../../src/net/link/link.ts";
import { joinMemoryRoom, newSelf, openMemoryRoom, transportOf } from "../../support/rooms/memory-room.ts";
import { Watch } from "../../support/until.ts";
import { backupOf, type Hosting, host, newResident, type Resident, visit } from "./kept-people.ts";

const numbered = (who: string, count: number): readonly string[] =>
	Array.from({ length: count }, (_, index) => `${who} ${index}`);

test("host and guests renew at the same moment while everybody talks: each line comes once and in order, and all have new leaves", async (t) => {
	const room = await openMemoryRoom(t);
	const guests = [
		await joinMemoryRoom(room, await newSelf("Gabi")),
		await joinMemoryRoom(room, await newSelf("Bob")),
	] as const;
	const [gabi, bob] = guests;
	await gabi.ears.until(() => gabi.ears.heard.some(({ kind }) => kind === "membership"));
	const before = guests.map((one) => one.member());
	const talk = async (member: () => Member, name: string): Promise<void> => {
		for (const text of numbered(name, 40)) {
			assert.ok(member().say(text, 0));
			await new Promise((resolve) => setImmediate(resolve));
		}
	};
	const talking = [talk(() => room.hosted.member, "Hanna"), talk(gabi.member, "Gabi"), talk(bob.member, "Bob")];
	for (const one of before) one.renew();
	assert.equal(await room.hosted.server.renew(), true);
	await Promise.all(talking);
	for (const [index, one] of guests.entries()) {
		room.hosted.member.say("", 0);
		await one.ears.until(() => one.member() !== before[index]);
	}
	for (const one of [room, gabi, bob])
		await one.ears.until(() => one.ears.texts().filter((text) => text !== "").length >= 80);
	for (const [one, others] of [
		[room, ["Gabi", "Bob"]],
		[gabi, ["Hanna", "Bob"]],
		[bob, ["Hanna", "Gabi"]],
	] as const) {
		for (const name of others) {
			assert.deepEqual(
				one.ears.texts().filter((text) => text.startsWith(name)),
				numbered(name, 40),
			);
		}
		assert.equal(one.ears.has("problem"), false);
	}
	// Everybody has heard of three commits that brought new keys.
	const renewals = room.ears.heard.filter(
		(event) =>
			event.kind === "membership" && (event.reason === "replaced" || event.by === room.host.signer.fingerprint),
	);
	assert.equal(renewals.length, 3);
	for (const one of guests) one.leave();
});

/** A signer that waits for the test before it signs, and may refuse. */
function held(signer: Signer) {
	const hold: { before: (() => Promise<void>) | undefined } = { before: undefined };
	const { certificate, fingerprint } = signer;
	const slow: Signer = {
		certificate,
		fingerprint,
		async sign(context, ...fields) {
			await hold.before?.();
			return signer.sign(context, ...fields);
		},
		decrypt: (...sealed) => signer.decrypt(...sealed),
		unseal: (message) => signer.unseal(message),
	};
	return { signer: slow, hold };
}

test("the connection breaks while the new leaf is made, or the own key does not sign: the former leaf is still in the room, and no line is lost", async (t) => {
	const room = await openMemoryRoom(t);
	const self = await newSelf("Gabi");
	const { signer, hold } = held(self.signer);
	const links: Link[] = [];
	const watch = new Watch();
	let resumed = 0;
	let member: Member | undefined;
	const guest = await joinMemoryRoom(
		room,
		{ ...self, signer },
		{
			transport: transportOf(() => {
				const link = room.link();
				links.push(link);
				return link;
			}),
			options: {
				onResumed: (back) => {
					resumed += 1;
					member = back;
					watch.changed();
				},
			},
		},
	);
	hold.before = async () => {
		room.hosted.member.say("one", 0);
		hold.before = undefined;
		throw new Error("the card is not there");
	};
	guest.member().renew();
	await watch.until(() => resumed === 1, "the former leaf goes on");
	assert.equal(links.length, 1, "on the same connection");
	hold.before = async () => {
		hold.before = undefined;
		room.hosted.member.say("two", 0);
		await room.ears.until(() => room.ears.heard.filter(({ kind }) => kind === "placed").length === 2);
		links[0]?.stream.destroy();
	};
	member?.renew();
	await watch.until(() => resumed === 2, "the former leaf is back");
	room.hosted.member.say("three", 0);
	member?.say("mine", 0);
	await guest.ears.until(() => guest.ears.texts().length === 3);
	await room.ears.until(() => room.ears.texts().includes("mine"));
	assert.deepEqual(guest.ears.texts(), ["one", "two", "three"]);
	assert.equal(guest.ears.has("problem"), false);
	guest.leave();
});

/** Hanna's room with Bob in it, kept by both. */
async function keptRoom(t: Parameters<typeof visit>[0]) {
	const [hanna, bob] = [await newResident("Hanna"), await newResident("Bob")];
	const hosting: Hosting = await host(t, hanna);
	const first = visit(t, bob, () => hosting);
	await first.untilIn();
	assert.ok(await hosting.hosted.keep(hanna.rooms, "host2345", { name: "Room", policy: usualPolicy }));
	await first.keep();
	const says = async (text: string): Promise<void> => {
		hosting.hosted.member.say(text, 0);
		await first.ears.until(() => first.ears.texts().includes(text));
	};
	return { hanna, bob, hosting, first, says };
}

/** Tells whether somebody has a new leaf in the place of a former one. */
const isReplacement = (event: MemberEvent): boolean => event.kind === "membership" && event.reason === "replaced";

/** What somebody reads of the host's log who has a copy of this person's disk and of their vault. */
async function thiefReads(
	t: Parameters<typeof visit>[0],
	{ kept }: Resident,
	hanna: Resident,
): Promise<readonly string[]> {
	const record = hanna.kept().record();
	const state = kept().state();
	assert.ok(record && state);
	const certificates = hanna
		.kept()
		.members()
		.values.map(({ certificate }) => certificate);
	const { fingerprint: hostFingerprint } = hanna.self.signer;
	const base = { roomId: record.room, snapshot: state.snapshot, certificates, hostFingerprint, isForReading: true };
	const restored = await Group.restore(base);
	assert.ok(restored.kind === "restored", JSON.stringify(restored));
	t.after(() => restored.group.close());
	const read: string[] = [];
	for (const { message, certificate } of hanna.kept().logAfter(state.seq, 1_000_000).messages) {
		const received = await restored.group.receive({ message, certificates: certificate ? [certificate] : [] });
		if (received.kind === "line") read.push(Buffer.from(received.plaintext).toString());
	}
	return read;
}

test("attack: whoever has copied a guest's keys reads what is said until that person renews, and nothing of what comes after", async (t) => {
	const { hanna, bob, hosting, first, says } = await keptRoom(t);
	const stolen = backupOf(bob)(bob);
	const told = first.caughtUp.length;
	await says("in the former epoch");
	(first.mouth() as Member).renew();
	await hosting.ears.until(() => hosting.ears.heard.some(isReplacement));
	await says("after");
	const read = await thiefReads(t, stolen, hanna);
	assert.match(read.join(), /in the former epoch/);
	assert.doesNotMatch(read.join(), /after/, "the thief reads on");
	assert.equal(first.caughtUp.length, told, "nothing was missed, so nothing is told");
	assert.equal(first.asked(), 1);
});

test("attack: whoever has copied the host's keys reads what is said until the host renews, and nothing of what comes after", async (t) => {
	const { hanna, hosting, first, says } = await keptRoom(t);
	// The host's disk has the whole log, so only the copied keys say what a thief can read of it.
	const stolen = backupOf(hanna)(hanna);
	(first.mouth() as Member).say("in the former epoch", 0);
	await hosting.ears.until(() => hosting.ears.texts().includes("in the former epoch"));
	assert.equal(await hosting.hosted.server.renew(), true);
	await says("in the new epoch");
	(first.mouth() as Member).say("after", 0);
	await hosting.ears.until(() => hosting.ears.texts().includes("after"));
	const read = await thiefReads(t, stolen, hanna);
	assert.match(read.join(), /in the former epoch/);
	assert.doesNotMatch(read.join(), /after/, "the thief reads on");
});

test("a guest's program is killed when the commit of its new leaf is out and its place not known: it reads on with what is on the disk, and no line is lost", async (t) => {
	const { bob, hosting, first, says } = await keptRoom(t);
	await says("before");
	let killed: Resident | undefined;
	const { entering } = first.keeping;
	t.mock.method(first.keeping, "entering", async (...given: Parameters<typeof entering>) => {
		await entering.apply(first.keeping, given);
		killed = backupOf(bob)(bob);
		// Whoever is killed now says nothing of a further seat.
		bob.store.database.exec(
			"CREATE TEMP TRIGGER killed BEFORE UPDATE OF record ON kept_rooms BEGIN SELECT RAISE(FAIL, 'killed'); END",
		);
	});
	(first.mouth() as Member).renew();
	await hosting.ears.until(() => hosting.ears.heard.some(isReplacement));
	await says("after");
	await first.stop();
	assert.ok(killed);
	hosting.hosted.member.say("while it was killed", 0);
	const back = visit(t, killed, () => hosting);
	await back.untilIn();
	assert.deepEqual(back.ears.texts(), ["after", "while it was killed"]);
	assert.deepEqual(back.caughtUp, [{ lost: 0, isOtherHistory: false }]);
	assert.equal(back.asked(), 0);
	assert.equal(back.ears.has("problem"), false);
});
