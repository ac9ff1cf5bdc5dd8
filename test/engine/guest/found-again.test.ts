// Where the host of a room is found again: what the list of rooms is told, and what a host that moves can change of where we dial.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Fingerprint, parseFingerprint } from "../../../src/crypto/identity/fingerprint.ts";
import { FoundAgain, type FoundAgainOptions } from "../../../src/engine/guest/found-again.ts";
import { readJoinTarget } from "../../../src/engine/guest/join-target.ts";
import { dhtRoute } from "../../../src/engine/routes/dht/dht-route.ts";
import { usualDhtPolicy } from "../../../src/engine/routes/dht/policy.ts";
import { encodeInvite, type InviteToWrite } from "../../../src/engine/wire/invite.ts";

const [host, eve] = ["A", "B"].map((digit) => parseFingerprint(digit.repeat(40))) as [Fingerprint, Fingerprint];
const [secret, room] = [new Uint8Array(16).fill(1), new Uint8Array(16).fill(2)];
const routes = [dhtRoute(usualDhtPolicy)];
const at = (address: string) => ({ address, port: 5 });
const invite = (address: string, change: Partial<InviteToWrite> = {}) =>
	encodeInvite({ fingerprint: host, secret, room, endpoints: [at(address)], ...change });
const later = (byte: number, fingerprint = host) =>
	encodeInvite({
		...{ fingerprint, secret: new Uint8Array(16).fill(byte), isForLater: true, endpoints: [] },
		parts: new Map<number, unknown>([[4, [[]]]]),
	});

function follows(isPair: boolean, change: Partial<InviteToWrite> = {}, more: Partial<FoundAgainOptions> = {}) {
	const target = readJoinTarget(invite("192.0.2.1", change), routes);
	assert.ok(target.kind === "target");
	const remembered: (readonly [string, object])[] = [];
	const moves: string[] = [];
	const account = { rememberRoom: (typed: string, known: object) => remembered.push([typed, known]) };
	const onMoved = (typed: string) => void moves.push(typed);
	const found = new FoundAgain({ ...{ target, isPair, account, routes, onMoved }, ...more } as FoundAgainOptions);
	return { found, remembered, moves, typed: target.typed };
}

test("the list of rooms has the host's key and name at once, and the words of the key when they are there", async () => {
	const { found, remembered, typed } = follows(false);
	await found.remembered();
	found.isIn(host, "Hana");
	const known = { fingerprint: host, hostName: "Hana" };
	assert.deepEqual(remembered, [[typed, known]]);
	await found.remembered();
	const [, [, last] = ["", {}]] = remembered;
	assert.deepEqual(last, { ...known, words: (last as { words: unknown }).words });
	assert.equal(Array.isArray((last as { words: unknown }).words), true);
	const nameless = follows(false);
	nameless.found.isIn(host, undefined);
	assert.deepEqual(nameless.remembered[0]?.[1], { fingerprint: host });
});

test("the place of the host's later rooms is remembered once for each news, and does not change where this room is dialled", () => {
	const { found, remembered, moves, typed } = follows(false);
	found.moved(later(7), host);
	found.moved(later(7), host);
	assert.equal(remembered.length, 1);
	found.moved(later(8), host);
	assert.deepEqual([remembered.length, moves, found.target.typed], [2, [], typed]);
	found.moved(later(9, eve), host);
	found.moved(invite("192.0.2.2"), host);
	assert.equal(remembered.length, 2, "what is no such invite is passed over");
});

test("in a room of two the host that has moved is dialled there first, which the disk has; where the disk fails until the program ends", () => {
	const { found, moves, remembered } = follows(true);
	found.moved(invite("192.0.2.2"), host);
	assert.deepEqual([found.target.endpoints[0]?.host, moves], ["192.0.2.2", [found.target.typed]]);
	found.moved(found.target.typed, host);
	found.moved(later(7), host);
	assert.deepEqual([moves.length, remembered], [1, []], "no news, and nothing of later rooms");
	const failing = () => {
		throw Object.assign(new Error("the disk is full"), { name: "SqliteError" });
	};
	const full = follows(true, {}, { onMoved: failing });
	full.found.moved(invite("192.0.2.2"), host);
	assert.equal(full.found.target.endpoints[0]?.host, "192.0.2.2");
});

test("attack: a host off the record can't make the room one in which people sign, and has no later rooms", () => {
	const off = follows(true, { isOffRecord: true });
	off.found.moved(invite("192.0.2.2"), host);
	assert.deepEqual([off.found.target.isOffRecord, off.moves.length], [true, 1]);
	const single = follows(false, { isOffRecord: true });
	single.found.moved(later(7), host);
	single.found.moved(invite("192.0.2.2", { isOffRecord: true }), host);
	assert.deepEqual([single.remembered, single.moves, single.found.target.typed], [[], [], single.typed]);
});
