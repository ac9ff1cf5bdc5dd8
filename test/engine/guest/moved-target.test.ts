// Where the host of a room of two says that it can be found now: believed only as far as it can be true.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { parseFingerprint } from "../../../src/crypto/identity/fingerprint.ts";
import { type JoinTarget, laterTarget, movedTarget, readJoinTarget } from "../../../src/engine/guest/join-target.ts";
import { dhtRoute } from "../../../src/engine/routes/dht/dht-route.ts";
import { usualDhtPolicy } from "../../../src/engine/routes/dht/policy.ts";
import { torRoute } from "../../../src/engine/routes/tor/tor-route.ts";
import { encodeInvite, type InviteToWrite } from "../../../src/engine/wire/invite.ts";

const fingerprint = parseFingerprint("A".repeat(40));
const other = parseFingerprint("B".repeat(40));
assert.ok(fingerprint && other);
const [secret, room] = [Uint8Array.from(randomBytes(16)), Uint8Array.from(randomBytes(16))];
const at = (address: string, port = 4000) => ({ address, port });
const invite = (change: Partial<InviteToWrite>) =>
	encodeInvite({ fingerprint, secret, room, endpoints: [at("192.0.2.1")], ...change });

function target(text: string): JoinTarget {
	const read = readJoinTarget(text, []);
	assert.ok(read.kind === "target");
	return read;
}

const before = target(invite({}));
const hostsOf = (one: JoinTarget | undefined) => one?.endpoints.map(({ host, port }) => `${host} ${port}`);

test("the address that a host told last is dialled first, and the addresses it had before stay behind it, twelve at most", () => {
	const moved = movedTarget(before, invite({ endpoints: [at("198.51.100.7", 5000)] }), []);
	assert.deepEqual(hostsOf(moved), ["198.51.100.7 5000", "192.0.2.1 4000"]);
	assert.deepEqual(hostsOf(target(moved?.typed ?? "")), hostsOf(moved), "the same after a restart");
	const back = moved && movedTarget(moved, invite({}), []);
	assert.deepEqual(hostsOf(back), ["192.0.2.1 4000", "198.51.100.7 5000"]);
	let now: JoinTarget | undefined = before;
	for (let number = 1; number < 40; number += 1)
		now = now && movedTarget(now, invite({ endpoints: [at(`10.0.0.${number}`)] }), []);
	assert.equal(now?.endpoints.length, 12);
});

test("attack: a host can't send its guest to another key, another room or another invite, nor to what is no invite", () => {
	for (const said of [
		invite({ fingerprint: other }),
		invite({ room: Uint8Array.from(randomBytes(16)) }),
		invite({ secret: Uint8Array.from(randomBytes(16)) }),
		encodeInvite({ fingerprint, secret, endpoints: [at("192.0.2.9")] }),
		encodeInvite({ fingerprint, room, endpoints: [at("192.0.2.9")] }),
		"rt://aaaa",
		"192.0.2.9 4000",
		"",
	])
		assert.equal(movedTarget(before, said, []), undefined, said);
});

test("attack: a guest that has come by Tor alone is not led to dial addresses", () => {
	const hidden: JoinTarget = { ...before, endpoints: [] };
	assert.equal(movedTarget(hidden, invite({ endpoints: [at("192.0.2.9")] }), []), undefined);
});

const dht = dhtRoute(usualDhtPolicy);
const inDht: readonly [number, unknown] = [4, [[]]];
const later = (change: Partial<InviteToWrite>) =>
	encodeInvite({ fingerprint, secret, isForLater: true, endpoints: [], parts: new Map([inDht]), ...change });

test("where a host says that its later rooms are found is kept with the addresses where it was, and its secret opens nothing", () => {
	const kept = laterTarget(before, fingerprint, later({}), [dht]);
	const read = target(kept ?? "");
	assert.deepEqual([read.pin, hostsOf(read)], [fingerprint, ["192.0.2.1 4000"]]);
	assert.ok(read.inviteSecret === undefined && read.roomName === undefined);
	assert.equal(readJoinTarget(kept ?? "", [dht]).kind, "target");
	const named = laterTarget(target("friend.example 4000"), fingerprint, later({}), [dht]);
	assert.deepEqual(hostsOf(readJoinTarget(named ?? "", [dht]) as JoinTarget), [], "names go into no invite");
});

test("attack: no host can have its guest look for another key, dial addresses of its choice, or take one room's invite for that of all", () => {
	const tor = torRoute({} as never, false, () => 0);
	for (const said of [
		later({ fingerprint: other }),
		later({ endpoints: [at("192.0.2.9")] }),
		later({ parts: new Map([[5, new Uint8Array(32)]]) }),
		later({ parts: new Map([[4, "nonsense"]]) }),
		invite({ parts: new Map([inDht]) }),
		"rt://aaaa",
		"",
	])
		assert.equal(laterTarget(before, fingerprint, said, [dht, tor]), undefined, said);
	const both = later({ parts: new Map<number, unknown>([inDht, [5, new Uint8Array(32)]]) });
	const kept = readJoinTarget(laterTarget(before, fingerprint, both, [dht, tor]) ?? "", [dht, tor]);
	assert.ok(kept.kind === "target");
	assert.deepEqual(
		kept.routes.map(({ route }) => route.name),
		["dht"],
	);
	for (const wrong of [{ room }, { isOffRecord: true, room }] as const)
		assert.equal(readJoinTarget(later(wrong), [dht]).kind, "refused", "for one room and for all cannot be");
});
