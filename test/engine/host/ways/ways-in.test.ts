// What the host sees of the ways into its room, and what its invites name, on this computer alone: no router is asked and nothing is dialled.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { parseFingerprint } from "../../../../src/crypto/identity/fingerprint.ts";
import type { WayIn } from "../../../../src/engine/api/hosting.ts";
import { hostingWith, Ways, type WaysOptions, type WaysView } from "../../../../src/engine/host/ways/ways-in.ts";
import { parseInvite } from "../../../../src/engine/wire/invite.ts";

const host = parseFingerprint("A".repeat(40));
assert.ok(host);
const [secret, room] = [new Uint8Array(16).fill(1), new Uint8Array(16).fill(2)];
const port = 4000;

const onion: WayIn = { way: "tor", state: "open", facts: { kind: "onion" } } as unknown as WayIn;
const tor = { inviteKey: 5, view: () => onion, invitePart: () => new Uint8Array(32).fill(3) };
const dht = { ...tor, inviteKey: 4, invitePart: () => [[]], secretsChanged: async () => {} };

function waysOf(t: TestContext, change: Partial<WaysOptions> = {}) {
	const views: WaysView[] = [];
	const ways = new Ways({
		...{ port, isUdpOpen: false, isPortOpen: true, isForNeighbour: false, isOffRecord: false, isMappingAllowed: false },
		...{ only: { bind: "192.0.2.9" }, host: host as NonNullable<typeof host>, secret, room },
		mappings: { all: () => [], keep: () => assert.fail("no router is asked"), forget: () => {} },
		told: { contacts: () => () => assert.fail("nobody is contacted"), mapping: () => {} },
		routes: () => [],
		onChange: (view) => views.push(view),
		...change,
	} as WaysOptions);
	t.after(() => ways.close());
	return { ways, views };
}

/** What an invite names. */
function named(text: string | undefined) {
	const read = parseInvite(text ?? "");
	if (read.kind !== "invite") return undefined;
	const { endpoints, parts, isOffRecord, secret: carried } = read.invite;
	const at = endpoints.map(({ address, port: by }) => `${address} ${by}`);
	return { at, routes: [...parts.keys()], isOffRecord: isOffRecord ?? false, secret: carried?.[0] };
}

const torAlone = { at: [], routes: [5], isOffRecord: false, secret: 1 };
const nine = { at: ["192.0.2.9 4000"], routes: [], isOffRecord: false, secret: 1 };

test("the one address that is listened on is what people type and what the invite names", (t) => {
	const { ways } = waysOf(t);
	const { joinLines, invite, ways: list } = ways.view();
	assert.deepEqual(
		joinLines.map(({ address, port: by }) => `${address} ${by}`),
		["192.0.2.9 4000"],
	);
	assert.equal(list.length > 0, true);
	assert.deepEqual(named(invite), nine);
	assert.deepEqual(ways.reach()?.endpoints, [{ address: "192.0.2.9", port: 4000 }]);
});

test("an address of this computer alone is named by the invite of a room of two and of one off the record, and by no other", (t) => {
	const only = { bind: "127.0.0.1" };
	const here = { at: ["127.0.0.1 4000"], routes: [], isOffRecord: false, secret: 1 };
	assert.equal(named(waysOf(t, { only }).ways.view().invite), undefined);
	assert.deepEqual(named(waysOf(t, { only, isForNeighbour: true }).ways.view().invite), here);
	const off = { only, isOffRecord: true };
	assert.deepEqual(named(waysOf(t, off).ways.view().invite), { ...here, isOffRecord: true });
	assert.deepEqual(waysOf(t, { only }).ways.reach()?.endpoints, [{ address: "127.0.0.1", port: 4000 }]);
	assert.equal(waysOf(t, { only }).ways.view().joinLines[0]?.scope, "loopback");
});

test("attack: a room that is reached by routes alone names no address, in no invite", (t) => {
	const { ways } = waysOf(t, { isPortOpen: false, port: 0, only: {}, routes: () => [tor], isForNeighbour: true });
	ways.start();
	const { joinLines, invite, ways: list } = ways.view();
	assert.deepEqual([joinLines, list, named(invite)], [[], [onion], torAlone]);
	assert.deepEqual([ways.reach()?.endpoints, [...(ways.reach()?.parts.keys() ?? [])]], [[], [5]]);
	const none = waysOf(t, { isPortOpen: false, port: 0, only: {} }).ways;
	assert.deepEqual(
		[none.view(), none.reach(), none.inviteFor(secret)],
		[{ joinLines: [], ways: [] }, undefined, undefined],
	);
});

test("a friend's own invite has its secret, and leads by the routes that know it, and by no other", (t) => {
	const other = new Uint8Array(16).fill(9);
	const { ways } = waysOf(t, { routes: () => [tor, dht] });
	assert.deepEqual(named(ways.inviteFor(other)), { ...nine, routes: [4], secret: 9 });
	assert.deepEqual(named(ways.view().invite), { ...nine, routes: [4, 5] });
	const hidden = { isPortOpen: false, port: 0, only: {} };
	assert.deepEqual(named(waysOf(t, { ...hidden, routes: () => [dht] }).ways.inviteFor(other)), {
		...{ ...torAlone, routes: [4], secret: 9 },
	});
	assert.equal(waysOf(t, { ...hidden, routes: () => [tor] }).ways.inviteFor(other), undefined);
});

test("a public address of this computer is typed once, although it is a way in from outside as well; of IPv6 it is told as that", (t) => {
	const lines = (bind: string, more: Partial<WaysOptions> = {}) =>
		waysOf(t, { only: { bind }, ...more })
			.ways.view()
			.joinLines.map(({ address, port: by, scope, network }) => `${address} ${by} ${scope} ${network}`);
	assert.deepEqual(lines("44.128.0.50"), ["44.128.0.50 4000 global undefined"]);
	assert.deepEqual(lines("2a0e::5"), ["2a0e::5 4000 global undefined"]);
	const six = waysOf(t, { only: { bind: "2a0e::5" } }).ways.view();
	assert.deepEqual(
		six.ways.map(({ way, state }) => `${way} ${state}`),
		["globalIpv6 unproven"],
	);
	const away = (state: string, change: object = {}) =>
		({ ...onion, way: "upnp", state, address: "44.128.0.10", port: 41_000, ...change }) as WayIn;
	const linesBeside = (way: WayIn) => lines("192.0.2.9", { routes: () => [{ ...dht, view: () => way }] });
	const own = "192.0.2.9 4000 local undefined";
	for (const state of ["open", "unproven"])
		assert.deepEqual(linesBeside(away(state)), [own, "44.128.0.10 41000 global undefined"]);
	for (const way of [
		...[away("blocked"), away("checking"), away("open", { way: "local" })],
		...[away("open", { address: undefined }), away("open", { port: undefined })],
		away("open", { address: "192.0.2.9", port: 4000 }),
	])
		assert.deepEqual(linesBeside(way), [own]);
	assert.equal(linesBeside(away("open", { address: "192.0.2.9" })).length, 2, "at another port is another way");
	const forNobody = waysOf(t, { only: { interface: "no such interface" } }).ways;
	assert.deepEqual([forNobody.view().joinLines, forNobody.reach()], [[], undefined]);
});

test("a link-local address is for people to type, and in no invite", (t) => {
	const { joinLines, invite } = waysOf(t, { only: { bind: "fe80::1" } }).ways.view();
	assert.deepEqual([joinLines.map(({ address }) => address), invite], [["fe80::1"], undefined]);
});

test("where the router may not be asked that is told", (t) => {
	const kinds = (isMappingAllowed: boolean) => {
		const { ways } = waysOf(t, { isMappingAllowed, only: { bind: "192.168.7.7" } });
		return ways.view().ways.map(({ facts }) => facts.kind);
	};
	assert.equal(kinds(false).includes("routerNotAsked"), true);
	assert.equal(kinds(true).includes("routerNotAsked"), false);
});

test("changes of the ways in are told until the room is closed", async (t) => {
	const { ways, views } = waysOf(t, { only: { bind: "127.0.0.1" } });
	ways.refresh();
	assert.deepEqual(views, [ways.view()]);
	await ways.close();
	ways.refresh();
	assert.equal(views.length, 1);
});

test("the host is told that nobody elsewhere can come where it has chosen to listen on this computer alone", (t) => {
	const here = waysOf(t, { only: { bind: "127.0.0.1" } }).ways.view();
	const there = waysOf(t).ways.view();
	assert.deepEqual(hostingWith("words", port, here, true), { password: "words", port, ...here, isOnlyHere: true });
	for (const [listensAt, view, isBound] of [
		[port, there, true],
		[port, here, false],
		[0, here, true],
	] as const)
		assert.deepEqual(hostingWith("words", listensAt, view, isBound), { password: "words", port: listensAt, ...view });
});
