// What a guest reads from what was typed or pasted, and by which routes an invite leads where.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { type Fingerprint, fingerprintBytes, parseFingerprint } from "../../../src/crypto/identity/fingerprint.ts";
import { laterTarget, movedTarget, readJoinTarget } from "../../../src/engine/guest/join-target.ts";
import { secretOfDay } from "../../../src/engine/routes/daily-secret.ts";
import type { Route, RouteGuest } from "../../../src/engine/routes/route.ts";
import { base32Of } from "../../../src/engine/wire/base32.ts";
import { encodeBody } from "../../../src/engine/wire/codec.ts";
import { encodeInvite, type InviteToWrite } from "../../../src/engine/wire/invite.ts";
import type { OnContact } from "../../../src/net/link/contact.ts";

const host = parseFingerprint("A".repeat(40)) as Fingerprint;
const [secret, room] = [new Uint8Array(16).fill(1), new Uint8Array(16).fill(2)];
const at = (address: string, port = 4000) => ({ address, port });
const invite = (change: Partial<InviteToWrite> = {}) =>
	encodeInvite({ fingerprint: host, secret, room, endpoints: [at("192.0.2.1")], ...change });

/** A route whose part of an invite is a text, and which says by which secret it was opened; it can't read "nonsense". */
function playsRoute(readsSecret: (secret: Uint8Array | undefined) => boolean = () => true) {
	const contacts: OnContact[] = [];
	const route = {
		name: "dht",
		inviteKey: 4,
		leadsToLaterRooms: true,
		readInvite: (part: unknown, used: Uint8Array | undefined) =>
			part === "nonsense" || !readsSecret(used)
				? undefined
				: (onContact: OnContact) => {
						contacts.push(onContact);
						return { via: `${part} by ${Buffer.from(used ?? []).toString("hex")}` } as RouteGuest;
					},
	} as unknown as Route;
	return { route, contacts };
}

const inDht = (part: string) => new Map<number, unknown>([[4, part]]);
/** What nobody writes but an attacker: an invite that leads nowhere. */
function invitesNowhere(): string {
	const content = encodeBody(
		new Map<number, unknown>([
			[1, fingerprintBytes(host)],
			[3, secret],
			[8, room],
		]),
	);
	const checksum = createHash("sha256").update(content).digest().subarray(0, 4);
	return `rt://${base32Of(Buffer.concat([content, checksum]))}`;
}
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

test("an address and a port are read as typed, and what is neither that nor an invite is refused with the reason", () => {
	assert.deepEqual(readJoinTarget(" rt join friend.example 4000 ", []), {
		kind: "target",
		endpoints: [{ host: "friend.example", port: 4000 }],
		routes: [],
		display: "friend.example 4000",
		typed: "friend.example 4000",
	});
	for (const text of ["", "friend.example 99999", "rt://aaaa"]) {
		const read = readJoinTarget(text, []);
		assert.ok(read.kind === "refused" && read.why !== undefined, text);
	}
});

test("an invite is typed the same however it was broken into lines, and shown by its beginning", () => {
	const text = invite();
	const broken = text.toUpperCase().replaceAll(/(.{10})/g, "$1 \n");
	const read = readJoinTarget(broken, []);
	assert.ok(read.kind === "target");
	const { typed, display, pin, roomName, inviteSecret, isOffRecord } = read;
	assert.deepEqual([typed, display], [text, `${text.slice(0, 24)}…`]);
	assert.deepEqual([pin, roomName, inviteSecret, isOffRecord], [host, room, secret, undefined]);
	const off = readJoinTarget(invite({ isOffRecord: true }), []);
	assert.equal(off.kind === "target" && off.isOffRecord, true);
});

test("an invite leads by the routes that this program has, with its own secret; a part that makes no sense makes it damaged", () => {
	const { route, contacts } = playsRoute();
	const read = readJoinTarget(invite({ endpoints: [], parts: inDht("node") }), [route]);
	assert.ok(read.kind === "target");
	assert.deepEqual([read.endpoints, read.routes.map((one) => one.route)], [[], [route]]);
	const onContact = () => {};
	assert.equal(read.routes[0]?.open(onContact, Date.now()).via, `node by ${hex(secret)}`);
	assert.deepEqual(contacts, [onContact], "who is contacted is told");
	const without = readJoinTarget(invite(), [route]);
	assert.deepEqual(without.kind === "target" && without.routes, []);
	const damaged = { kind: "refused", why: "inviteDamaged" };
	assert.deepEqual(readJoinTarget(invite({ parts: inDht("nonsense") }), [route]), damaged);
	const noWay = { kind: "refused", why: "inviteWithoutWay" };
	assert.deepEqual(readJoinTarget(invite({ endpoints: [], parts: inDht("node") }), []), noWay);
});

test("attack: whoever sees what leads to a host's later rooms sees another secret each day", () => {
	const { route } = playsRoute();
	const later = encodeInvite({ fingerprint: host, secret, isForLater: true, endpoints: [], parts: inDht("node") });
	const read = readJoinTarget(later, [route]);
	assert.ok(read.kind === "target");
	const viaOn = (now: number) => read.routes[0]?.open(() => {}, now).via;
	const day = 24 * 60 * 60_000;
	assert.equal(viaOn(5 * day), `node by ${hex(secretOfDay(secret, 5 * day))}`);
	assert.notEqual(viaOn(5 * day), viaOn(6 * day));
	// A part that the route reads by the secret of the invite alone leads by that.
	const { route: byOne } = playsRoute((used) => used === undefined || hex(used) === hex(secret));
	const other = readJoinTarget(later, [byOne]);
	assert.equal(other.kind === "target" && other.routes[0]?.open(() => {}, 0).via, `node by ${hex(secret)}`);
});

test("a host's message of where it is now leads nowhere when its route makes no sense, or nothing is left to dial", () => {
	const { route } = playsRoute();
	const read = readJoinTarget(invite(), []);
	const byRoute = readJoinTarget(invite({ endpoints: [], parts: inDht("node") }), [route]);
	assert.ok(read.kind === "target" && byRoute.kind === "target");
	const moved = movedTarget(byRoute, invite({ endpoints: [], parts: inDht("other node") }), [route]);
	assert.equal(moved?.routes[0]?.open(() => {}, 0).via, `other node by ${hex(secret)}`);
	assert.equal(moved?.display, byRoute.display, "the person knows it by the same name");
	assert.equal(movedTarget(byRoute, invitesNowhere(), [route]), undefined);
	assert.equal(movedTarget(read, invite({ parts: inDht("nonsense") }), [route]), undefined);
	const later = (part: string) =>
		encodeInvite({ fingerprint: host, secret, isForLater: true, endpoints: [], parts: inDht(part) });
	assert.equal(laterTarget(read, host, later("nonsense"), [route]), undefined);
	assert.notEqual(laterTarget(read, host, later("node"), [route]), undefined);
});

test("a host that is at another port, or at two addresses, is dialled at each of them once", () => {
	const before = readJoinTarget(invite({ endpoints: [at("192.0.2.1"), at("192.0.2.2")] }), []);
	assert.ok(before.kind === "target");
	const hosts = (said: string) => movedTarget(before, said, [])?.endpoints.map(({ host, port }) => `${host} ${port}`);
	const all = ["192.0.2.1 5000", "192.0.2.1 4000", "192.0.2.2 4000"];
	assert.deepEqual(hosts(invite({ endpoints: [at("192.0.2.1", 5000)] })), all);
	assert.deepEqual(hosts(invite({ endpoints: [at("192.0.2.3"), at("192.0.2.2")] })), [
		...["192.0.2.3 4000", "192.0.2.2 4000", "192.0.2.1 4000"],
	]);
	assert.deepEqual(hosts(invitesNowhere()), ["192.0.2.1 4000", "192.0.2.2 4000"]);
});
