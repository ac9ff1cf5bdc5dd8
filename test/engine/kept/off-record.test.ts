// Rooms off the record that are kept: both come back after their programs were ended, nothing is lost, nothing is signed, and no leaf key is on a disk.
import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeGroupState } from "ts-mls";
import { type RoomPolicy, usualPolicy } from "../../../src/engine/kept/records.ts";
import { Member } from "../../../src/engine/member/member.ts";
import { neverSigns } from "../../support/attackers/never-signs.ts";
import { newSelf } from "../../support/rooms/memory-room.ts";
import { type Hosting, host, newResident, type Resident, visit } from "./kept-people.ts";

/** Hanna's room with Bob in it, off the record, kept by both. */
async function keptOffRecord(t: Parameters<typeof visit>[0], policy: RoomPolicy = usualPolicy) {
	const signing = await newSelf("Hanna");
	const hanna = await newResident("Hanna", undefined, neverSigns(signing));
	const bob = await newResident("Bob", undefined, neverSigns(await newSelf("Bob")));
	const hosting = await host(t, hanna, bob.self.signer.fingerprint);
	const now: { hosting: Hosting | undefined } = { hosting };
	const invite = { pin: hanna.self.signer.fingerprint, inviteSecret: hosting.hosted.inviteSecret };
	const first = visit(t, bob, () => now.hosting, invite);
	await first.untilIn();
	assert.ok(await hosting.hosted.keep(hanna.rooms, "host2345", { name: "Room", policy }));
	await first.keep(policy);
	return { signing, hanna, bob, now, hosting, first };
}

/** The leaf keys in what is kept of a group; there is one only where somebody could show whose it was. */
function leafKeysOn({ kept }: Resident): readonly Uint8Array[] {
	const state = kept().state();
	assert.ok(state);
	return [state.snapshot, ...(state.entering ? [state.entering.snapshot] : [])].map((snapshot) => {
		const decoded = decodeGroupState(snapshot, 0)?.[0];
		assert.ok(decoded);
		return decoded.signaturePrivateKey;
	});
}

test("a guest whose program was ended reads what waited and comes back by the seat, and nobody signs", async (t) => {
	const { bob, now, hosting, first } = await keptOffRecord(t);
	first.mouth().say("mine", 0);
	await hosting.ears.until(() => hosting.ears.texts().includes("mine"));
	await first.stop();
	for (const text of ["one", "two"]) hosting.hosted.member.say(text, 0);
	await hosting.ears.until(() => hosting.ears.heard.filter(({ kind }) => kind === "placed").length === 2);
	const back = visit(t, bob, () => now.hosting);
	await back.untilIn();
	assert.deepEqual(back.ears.texts(), ["one", "two"]);
	assert.deepEqual(back.caughtUp, [{ lost: 0, isOtherHistory: false }]);
	assert.equal(back.asked(), 0);
	back.mouth().say("back", 0);
	await hosting.ears.until(() => hosting.ears.texts().includes("back"));
});

test("a host whose program was ended goes on in the same group, which it enters anew without a leaf key from the disk", async (t) => {
	const { hanna, now, hosting, first } = await keptOffRecord(t);
	now.hosting = undefined;
	await hosting.stop();
	const again = await host(t, hanna);
	assert.equal(again.hosted.isFoundedAnew, false);
	now.hosting = again;
	again.hosted.member.say("from the host that is back", 0);
	await first.ears.until(() => first.ears.texts().includes("from the host that is back"));
	first.mouth().say("and from the guest that stayed", 0);
	await again.ears.until(() => again.ears.texts().includes("and from the guest that stayed"));
	assert.equal(first.asked(), 1);
});

test("when both programs were ended, twice, and never ran at the same time, what each said arrives once, in order", async (t) => {
	const { hanna, bob, now, hosting, first } = await keptOffRecord(t);
	await first.stop();
	hosting.hosted.member.say("said to nobody", 0);
	await hosting.ears.until(() => hosting.ears.has("placed"));
	now.hosting = undefined;
	await hosting.stop();
	const alone = visit(t, bob, () => undefined);
	await alone.untilShown();
	alone.mouth().say("waits for you", 0);
	await alone.stop();
	const second = await host(t, hanna);
	second.hosted.member.say("said by a new leaf", 0);
	await second.ears.until(() => second.ears.has("placed"));
	await second.stop();
	const third = await host(t, hanna);
	now.hosting = third;
	const back = visit(t, bob, () => now.hosting);
	await back.untilIn();
	assert.deepEqual(back.ears.texts(), ["said to nobody", "said by a new leaf"]);
	assert.deepEqual(back.caughtUp, [{ lost: 0, isOtherHistory: false }]);
	await third.ears.until(() => third.ears.texts().includes("waits for you"));
	assert.equal(back.ears.has("problem"), false);
});

test("attack: whoever gets a disk and its vault finds no leaf key there, neither a host's nor a guest's", async (t) => {
	const { hanna, bob, hosting, first } = await keptOffRecord(t);
	hosting.hosted.member.say("something", 0);
	await first.ears.until(() => first.ears.texts().includes("something"));
	for (const resident of [hanna, bob]) assert.ok(leafKeysOn(resident).every(({ length }) => length === 0));
	await first.stop();
	await hosting.stop();
	for (const resident of [hanna, bob]) assert.ok(leafKeysOn(resident).every(({ length }) => length === 0));
	await host(t, hanna);
	assert.ok(leafKeysOn(hanna).every(({ length }) => length === 0));
});

test("a room that was kept off the record is what it was: its record says so on both sides", async (t) => {
	const { hanna, bob } = await keptOffRecord(t);
	const [ofHost, ofGuest] = [hanna.kept().record(), bob.kept().record()];
	assert.ok(ofHost?.role === "host" && ofHost.offRecordWith === bob.self.signer.fingerprint);
	assert.ok(ofGuest?.role === "guest" && ofGuest.isOffRecord === true);
});

test("attack: a host that turns the kept room into an ordinary one gets neither its guest back nor a signature", async (t) => {
	const { signing, hanna, bob, now, hosting, first } = await keptOffRecord(t);
	await first.stop();
	now.hosting = undefined;
	await hosting.stop();
	const record = hanna.kept().record();
	assert.ok(record?.role === "host");
	const { offRecordWith: _, ...signed } = record;
	hanna.kept().setRecord(signed);
	const turned = await host(t, { ...hanna, self: signing });
	now.hosting = turned;
	const back = visit(t, bob, () => now.hosting);
	assert.equal((await back.ended).code, "other_kind");
});

test("both renew their keys in a room off the record: what is said goes on, and nobody signs", async (t) => {
	const { hosting, first } = await keptOffRecord(t);
	const before = first.mouth();
	assert.ok(before instanceof Member);
	before.renew();
	hosting.hosted.member.say("while it is renewed", 0);
	await hosting.ears.until(() =>
		hosting.ears.heard.some((event) => event.kind === "membership" && event.reason === "replaced"),
	);
	assert.equal(await hosting.hosted.server.renew(), true);
	hosting.hosted.member.say("after both", 0);
	await first.ears.until(() => first.ears.texts().includes("after both"));
	assert.notEqual(first.mouth(), before);
	first.mouth().say("by a new leaf", 0);
	await hosting.ears.until(() => hosting.ears.texts().includes("by a new leaf"));
	assert.deepEqual(first.ears.texts(), ["while it is renewed", "after both"]);
});
