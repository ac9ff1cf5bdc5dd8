// A proposal of a room of two is read only where all of it is what an honest program sends, and not where it would show our address.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Fingerprint, parseFingerprint } from "../../../src/crypto/identity/fingerprint.ts";
import { roomName } from "../../../src/crypto/opening/binding.ts";
import type { Person } from "../../../src/engine/api/people.ts";
import { readProposal } from "../../../src/engine/guest/read-proposal.ts";
import { proposalSeconds } from "../../../src/engine/kept/pairs.ts";
import { usualPolicy } from "../../../src/engine/kept/records.ts";
import { torRoute } from "../../../src/engine/routes/tor/tor-route.ts";
import { encodeInvite, type InviteToWrite } from "../../../src/engine/wire/invite.ts";
import type { LetterOf } from "../../../src/engine/wire/letter.ts";

const [ann, eve] = ["A", "B"].map((digit) => parseFingerprint(digit.repeat(40))) as [Fingerprint, Fingerprint];
const room = new Uint8Array(32).fill(1);
const seat = new Uint8Array(32).fill(2);
const secret = new Uint8Array(16).fill(3);
const from = { fingerprint: ann, name: "Ann", isSelf: false } as Person;
const now = 1_000_000;

const invite = (change: Partial<InviteToWrite> = {}) =>
	encodeInvite({
		...{ fingerprint: ann, secret, room: roomName(room), endpoints: [{ address: "192.0.2.1", port: 5 }] },
		...change,
	});
const letter = (change: Partial<LetterOf<"propose">> = {}): LetterOf<"propose"> =>
	({
		what: "propose",
		kind: "buddy",
		pair: room,
		seat,
		invite: invite(),
		until: now + 60,
		...change,
	}) as LetterOf<"propose">;
const tor = torRoute({} as never, false, () => 0);
const reads = (one: LetterOf<"propose">, isHidden?: boolean, who = from) =>
	readProposal(who, one, { routes: [tor], seconds: now, isHidden });

test("the record of a proposed room has its host, its seat and its kind", () => {
	const record = reads(letter());
	assert.ok(typeof record === "object");
	const { target, pair, ...rest } = record;
	assert.deepEqual(rest, {
		...{ role: "guest", name: ann, room, policy: usualPolicy, areTermsUntold: true, host: ann, seat },
	});
	assert.deepEqual(
		[target, pair],
		[invite(), { kind: "buddy", with: ann, name: "Ann", state: "asked", until: now + 60 }],
	);
	const off = reads(letter({ kind: "offRecord", invite: invite({ isOffRecord: true }) }));
	assert.deepEqual(typeof off === "object" && [off.isOffRecord, off.pair.kind], [true, "offRecord"]);
});

test("attack: a proposal of oneself, out of its time, to another key, another room or another kind, or with no invite is nonsense", () => {
	assert.equal(reads(letter(), false, { ...from, isSelf: true }), "nonsense");
	const latest = now + 2 * proposalSeconds;
	for (const [until, isGood] of [
		[now, false],
		[now + 1, true],
		[latest, true],
		[latest + 1, false],
	] as const)
		assert.equal(typeof reads(letter({ until })) === "object", isGood, `${until}`);
	for (const change of [
		{ invite: "192.0.2.1 5" },
		{ invite: "rt://aaaa" },
		{ invite: invite({ fingerprint: eve }) },
		{ invite: invite({ room: roomName(seat) }) },
		{ invite: encodeInvite({ fingerprint: ann, secret, endpoints: [{ address: "192.0.2.1", port: 5 }] }) },
		{ invite: invite({ isOffRecord: true }) },
		{ kind: "offRecord" },
	] as Partial<LetterOf<"propose">>[])
		assert.equal(reads(letter(change)), "nonsense", JSON.stringify(change));
});

test("attack: in a room that hides where we are nobody has us dial an address, nor by a route that shows it", () => {
	const onion = new Map<number, unknown>([[5, new Uint8Array(32)]]);
	assert.equal(reads(letter(), true), "showsAddress");
	assert.equal(reads(letter({ invite: invite({ parts: onion }) }), true), "showsAddress");
	const hidden = letter({ invite: invite({ endpoints: [], parts: onion }) });
	assert.equal(typeof reads(hidden, true), "object");
	const dht = { ...tor, name: "dht" as const };
	assert.equal(readProposal(from, hidden, { routes: [tor, dht], seconds: now, isHidden: true }), "showsAddress");
	assert.equal(readProposal(from, hidden, { routes: [dht], seconds: now, isHidden: true }), "showsAddress");
	assert.equal(typeof readProposal(from, hidden, { routes: [dht], seconds: now, isHidden: false }), "object");
});
