// All the ways into a room as its host has them, with routes that are played and without a router: what each is given, what the screen shows, who is told, and how they end.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { type Fingerprint, parseFingerprint } from "../../../../src/crypto/identity/fingerprint.ts";
import type { RouteName } from "../../../../src/engine/api/hosting.ts";
import { done, refuse } from "../../../../src/engine/api/outcome.ts";
import { AllWays, type AllWaysOptions } from "../../../../src/engine/host/ways/all-ways.ts";
import { Visibility } from "../../../../src/engine/host/ways/visibility.ts";
import type { RouteHostOptions } from "../../../../src/engine/routes/route.ts";
import { parseInvite } from "../../../../src/engine/wire/invite.ts";

const host = parseFingerprint("A".repeat(40)) as Fingerprint;
const [secret, personal, feed] = [1, 2, 3].map((byte) => new Uint8Array(16).fill(byte)) as [
	Uint8Array,
	Uint8Array,
	Uint8Array,
];
const inviteKeys = { dht: 4, tor: 5, relay: 6 } as const;

interface Played {
	readonly wish?: object;
	readonly hosted?: object;
	readonly only?: object;
	readonly more?: Partial<AllWaysOptions>;
	/** The room is shown on the same network. */
	readonly visibleOnLan?: boolean;
}

/** The ways of a room of two that listens on one address; what happens is told in its order. */
function ways(
	t: TestContext,
	{ wish = {}, hosted = {}, only = { bind: "192.0.2.9" }, more, visibleOnLan }: Played = {},
) {
	const told: unknown[] = [];
	const given = new Map<string, RouteHostOptions>();
	const routes = (["dht", "tor"] as const).map((name) => ({
		name,
		refusal: () => undefined,
		host: (options: RouteHostOptions) => {
			given.set(name, options);
			return {
				inviteKey: inviteKeys[name],
				key: new Uint8Array(32).fill(inviteKeys[name]),
				invitePart: () => (name === "dht" ? [[]] : new Uint8Array(32).fill(3)),
				view: () => ({ way: name, state: "open" }),
				secretsChanged: async () => void told.push(`${name} has other secrets`),
				start: async () => void told.push(`${name} starts`),
				close: async () => void told.push(`${name} closes`),
			};
		},
	}));
	let feedsChange = () => {};
	const doors = {
		all: (isHidden: boolean) => {
			told.push(isHidden ? "feeds of a hidden host" : "feeds");
			return [{ secret: feed }];
		},
		watch: (look: () => void) => {
			feedsChange = look;
			return () => void told.push("feeds are watched no longer");
		},
	};
	const made = { secret: personal, caller: {}, label: "Bob" };
	const invites = { all: () => [{ secret }], for: () => made, watch: () => {}, personal: () => [] };
	const listens = { port: 4000, transports: ["tcp"], roomId: new Uint8Array(32), invites, inviteSecret: secret };
	const gate = {
		settings: { visibleOnLan: visibleOnLan ?? false },
		changedInvites: () => {},
		watch: () => () => told.push("gate is watched no longer"),
	};
	const context = {
		...{ routes, gate, posts: { doors }, transport: { only }, now: () => 0 },
		account: { laterRoomsSecret: () => undefined },
		portMapping: { isAllowed: false, mappings: { all: () => [] } },
		told: { contacts: () => () => {}, mapping: () => {} },
		emit: (event: unknown) => told.push(event),
		changed: () => told.push("drawn"),
	};
	const all = new AllWays({
		...{ context, hosted: { ...listens, ...hosted }, wish, name: "Hana", host, password: "long", isOffRecord: false },
		...{ pair: {}, kept: undefined, notice: (notice: object) => told.push(notice) },
		tell: (invite: string) => told.push(["tells", named(invite)]),
		...more,
	} as unknown as AllWaysOptions);
	t.after(() => all.close(async () => {}));
	return { all, told, given, feedsChange: () => feedsChange(), gate };
}

/** What an invite names: addresses, routes, and the first byte of its secret. */
function named(text: string | undefined) {
	const read = parseInvite(text ?? "");
	assert.ok(read.kind === "invite");
	const { endpoints, parts, secret: carried } = read.invite;
	return [endpoints.map(({ address, port }) => `${address} ${port}`), [...parts.keys()], carried?.[0]];
}

test("the ways that the host wished for are open and no others, and the screen shows them with the password that is good now", async (t) => {
	const { all, told, given } = ways(t, { wish: { routes: ["tor"] } });
	assert.deepEqual([...given.keys()], ["tor"]);
	const { password, port, invite, isOnlyHere, lan, ways: list } = all.hosting();
	assert.deepEqual([password, port, isOnlyHere, lan], ["long", 4000, undefined, undefined]);
	assert.deepEqual(named(invite), [["192.0.2.9 4000"], [5], 1]);
	assert.equal(list[0]?.way, "tor");
	assert.deepEqual([...(all.reach()?.parts.keys() ?? [])], [5]);
	assert.equal(told.length, 0);
	all.start();
	assert.deepEqual(told.splice(0), ["tor starts"]);
	all.passwordChanged("longer");
	assert.deepEqual([all.hosting().password, all.hosting().invite], ["longer", invite]);
	assert.deepEqual(await all.setRoute("dht", true), done);
	const now = all.hosting();
	assert.deepEqual([now.password, now.port, named(now.invite)], ["longer", 4000, [["192.0.2.9 4000"], [4, 5], 1]]);
	const { ways: drawn, invite: said } = now;
	assert.deepEqual(told, [
		["tells", named(said)],
		{ kind: "reachability", ways: drawn, invite: said },
		"drawn",
		"dht starts",
	]);
	assert.deepEqual([...ways(t).given.keys()], [], "nothing was wished for");
});

test("on an address of this computer alone the room of two has an invite all the same, and the screen says that it leads only here where that was chosen", (t) => {
	const here = ways(t, { only: { bind: "127.0.0.1" } }).all.hosting();
	assert.deepEqual([here.isOnlyHere, named(here.invite)], [true, [["127.0.0.1 4000"], [], 1]]);
	const wished = ways(t, { only: {}, wish: { bind: "127.0.0.1" } }).all;
	assert.deepEqual([wished.hosting().isOnlyHere, wished.forPair()], [true, { routes: [], bind: "127.0.0.1" }]);
	const usual = ways(t, { only: { bind: "127.0.0.1" }, more: { pair: undefined } }).all.hosting();
	assert.deepEqual([usual.isOnlyHere, usual.invite], [true, undefined]);
	assert.equal(ways(t, { only: { interface: "lo" } }).all.hosting().isOnlyHere, true);
});

test("a host shows where it is by a port and by the DHT, and stays hidden behind other routes alone; feed links are told which", async (t) => {
	const routes = (...names: RouteName[]) => ({ routes: names });
	for (const [wish, port, isHidden] of [
		[routes("tor"), 0, true],
		[routes("tor", "dht"), 0, false],
		[routes("tor"), 4000, false],
	] as const) {
		const { all, told, given, feedsChange } = ways(t, { wish, hosted: { port } });
		assert.equal(all.isHidden, isHidden);
		assert.deepEqual(given.get("tor")?.secrets(), [secret, feed]);
		assert.deepEqual(told.splice(0), [isHidden ? "feeds of a hidden host" : "feeds"]);
		feedsChange();
		assert.equal(told[0], `${wish.routes.includes("dht") ? "dht" : "tor"} has other secrets`);
		const forPair = { routes: [...given.keys()], ...(port === 0 ? { isOnlyByRoutes: true } : {}) };
		assert.deepEqual(all.forPair(), forPair);
	}
	const off = ways(t, { wish: routes("tor"), more: { isOffRecord: true } });
	assert.deepEqual([off.given.get("tor")?.secrets(), off.told], [[secret], []], "off the record no feed leads here");
	const without = ways(t, { wish: routes("tor"), more: { isOffRecord: true, pair: undefined } });
	assert.deepEqual(without.given.get("tor")?.secrets(), [secret]);
});

test("a personal invite names the ways of the moment, and every route hears of its secret", async (t) => {
	const { all, told } = ways(t, { wish: { routes: ["tor", "dht"] } });
	const made = await all.invites.make("Bob");
	assert.ok(made.kind === "done" && "invite" in made && typeof made.invite === "string");
	assert.deepEqual(named(made.invite), [["192.0.2.9 4000"], [4, 5], 2]);
	assert.deepEqual(told, [
		"dht has other secrets",
		"tor has other secrets",
		{ code: "inviteMade", label: "Bob", invite: made.invite },
	]);
});

test("the room is shown on the network where its host wants that, a port is open and it is on the record; what was chosen is kept", (t) => {
	const set = t.mock.method(Visibility.prototype, "set", () => {});
	for (const [played, isShown] of [
		[{ visibleOnLan: true }, true],
		[{ visibleOnLan: false }, false],
		[{ visibleOnLan: true, hosted: { port: 0 } }, false],
		[{ visibleOnLan: true, more: { isOffRecord: true } }, false],
	] as const) {
		const { all } = ways(t, played);
		for (const chosen of [{ visibleOnLan: true }, undefined]) {
			all.settingsChanged(chosen);
			assert.deepEqual(set.mock.calls.pop()?.arguments, [isShown]);
			assert.equal(all.kept.record().isVisible, true);
		}
	}
});

test("what a room shows on the network is on its host's screen", async (t) => {
	t.mock.method(Visibility.prototype, "view", () => ({ interfaces: [] }));
	assert.deepEqual(ways(t).all.hosting().lan, { interfaces: [] });
});

test("those who are in are told before a route closes, and afterwards no route is opened, nothing is watched and no key is left", async (t) => {
	const closing = t.mock.method(Visibility.prototype, "close");
	const kept = { routes: [{ name: "tor", isOpen: true, key: new Uint8Array(32).fill(7) }] } as never;
	const { all, told, given } = ways(t, { wish: { routes: ["tor", "dht"] }, more: { pair: undefined, kept } });
	assert.deepEqual(given.get("tor")?.key, new Uint8Array(32).fill(7));
	await all.close(async () => void told.push("everybody is told"));
	assert.deepEqual(told.splice(0), [
		"gate is watched no longer",
		"feeds are watched no longer",
		"everybody is told",
		"dht closes",
		"tor closes",
	]);
	assert.equal(closing.mock.callCount(), 1);
	assert.deepEqual(given.get("tor")?.key, new Uint8Array(32));
	assert.deepEqual(await all.setRoute("tor", false), refuse({ code: "not_in_room" }));
	given.get("tor")?.onChange();
	assert.deepEqual(told, []);
});
