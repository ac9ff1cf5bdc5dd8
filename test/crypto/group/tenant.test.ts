// What is remembered of a group so that it can go on in another thread: the last image, and what was asked since, as long as doing it again gives the same.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Failed, Reply, Request, SessionImage } from "../../../src/crypto/group/messages.ts";
import { Tenant } from "../../../src/crypto/group/tenant.ts";
import { parseFingerprint } from "../../../src/crypto/identity/fingerprint.ts";

/** The header of a line and of a member's commit (RFC 9420 §6.3): version, wire format, an empty group id, the epoch, the content type. */
const privateMessage = (contentType: number): Uint8Array =>
	Uint8Array.from([0, 1, 0, 2, 0, ...new Array<number>(8).fill(0), contentType]);
const line: Request = { kind: "receive", message: privateMessage(1), certificates: [] };
const commit: Request = { kind: "receive", message: privateMessage(3), certificates: [] };
const encrypt: Request = { kind: "encrypt", plaintext: Uint8Array.of(1) };
const guest = parseFingerprint("A".repeat(40))!;

const imageOf = (value: number): SessionImage => ({
	leaf: { publicKey: new Uint8Array(4).fill(value), signKey: new Uint8Array(4).fill(value) },
	certificates: [new Uint8Array(4).fill(value)],
	standing: { kind: "outside" },
});

function newTenant() {
	const told: (Reply | Failed)[] = [];
	const tenant = new Tenant(1, { roomId: new Uint8Array(4), isOffRecord: false });
	const ask = (request: Request): void => {
		tenant.waiting.push({ request, settle: (reply) => void told.push(reply) });
		tenant.next();
	};
	return { tenant, ask, told };
}

test("a new group is remembered as what it begins with, and calls are asked in the order in which they came", () => {
	const { tenant } = newTenant();
	assert.deepEqual([tenant.isStale, tenant.isImageOfNow, tenant.remembered()], [false, true, { since: [] }]);
	const start = { roomId: new Uint8Array(4), isOffRecord: false };
	assert.deepEqual([tenant.number, tenant.start, tenant.isOpen, tenant.isOver], [1, start, false, false]);
	assert.equal(tenant.next(), undefined);
	const calls = [encrypt, line].map((request) => ({ request, settle: () => {} }));
	tenant.waiting.push(...calls);
	assert.equal(tenant.next(), calls[0]);
	assert.deepEqual([tenant.waiting, tenant.asked], [[calls[1]], [calls[0]]]);
});

test("lines are remembered, what changes nothing is not, and what would give something else makes a new image necessary", () => {
	const { tenant, ask } = newTenant();
	for (const request of [encrypt, line]) ask(request);
	ask({ kind: "snapshot" } as Request);
	ask({ kind: "admission", guest });
	assert.deepEqual([tenant.remembered().since, tenant.isStale, tenant.isImageOfNow], [[encrypt, line], false, false]);
	for (const chance of [commit, { kind: "refresh" }, { kind: "newLeaf" }] as const) {
		const other = newTenant();
		other.ask(chance);
		assert.deepEqual([other.tenant.isStale, other.tenant.isImageOfNow], [true, false]);
		assert.throws(() => other.tenant.remembered(), /nothing is remembered/);
		// What comes behind it can't be done again either.
		other.ask(line);
		assert.throws(() => other.tenant.remembered());
		other.tenant.take(imageOf(1));
		assert.deepEqual(other.tenant.remembered(), { image: imageOf(1), since: [] });
		assert.equal(other.tenant.isImageOfNow, true);
	}
});

test("at most 64 requests are remembered: then a new image is cheaper", () => {
	const { tenant, ask } = newTenant();
	for (let count = 0; count < 64; count += 1) ask(line);
	assert.equal(tenant.remembered().since.length, 64);
	ask(line);
	assert.equal(tenant.isStale, true);
});

test("an image and what was asked since are wiped by what is newer, and an image that comes after the end at once", () => {
	const { tenant, ask } = newTenant();
	const old = imageOf(1);
	tenant.take(old);
	const plaintext = Uint8Array.of(1, 2);
	ask({ kind: "encrypt", plaintext });
	const newest = imageOf(2);
	tenant.take(newest);
	const isBlank = ({ leaf, certificates }: SessionImage) =>
		[leaf!.signKey, leaf!.publicKey, ...certificates].every((bytes) => bytes.every((byte) => byte === 0));
	assert.ok(isBlank(old));
	assert.deepEqual(plaintext, new Uint8Array(2));
	assert.ok(!isBlank(newest));
	tenant.end("closed", "closed");
	assert.ok(isBlank(newest), "nothing is kept of a group that is over");
	const late = imageOf(3);
	tenant.take(late);
	assert.ok(isBlank(late));
	assert.equal(tenant.isStale, true);
});

test("at the end the call under way hears why, and those behind it that it was over; a second end changes nothing", () => {
	const { tenant, ask, told } = newTenant();
	ask(line);
	ask(line);
	tenant.waiting.push({ request: line, settle: (reply) => void told.push(reply) });
	tenant.end("watchdog", "too long");
	tenant.end("closed", "closed");
	const after = { kind: "failed", failure: "closed", detail: "after watchdog: too long" };
	assert.deepEqual(told, [{ kind: "failed", failure: "watchdog", detail: "too long" }, after, after]);
	assert.deepEqual([tenant.isOver, tenant.asked, tenant.waiting], [true, [], []]);
	newTenant().tenant.end("closed", "nobody waits");
});
