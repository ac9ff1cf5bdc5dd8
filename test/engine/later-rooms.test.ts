// Rooms that a host opens later, found through a private DHT by those who were let in before, and by nobody else.
import assert from "node:assert/strict";
import { after, type TestContext, test } from "node:test";
import { secretOfDay, secretsAround } from "../../src/engine/routes/daily-secret.ts";
import { LaterRooms } from "../../src/engine/stay/later-rooms.ts";
import { parseInvite } from "../../src/engine/wire/invite.ts";
import { dhtNodesText } from "../../src/net/dht/nodes.ts";
import { manualClock } from "../support/manual-clock.ts";
import { privateDht } from "../support/net/private-dht.ts";
import { hostRoom, joinRoom, openTestEngine, type TestEngine } from "../support/rooms/real-engine.ts";

const dht = await privateDht();
after(() => dht.close());
const bootstrap = dhtNodesText(dht.bootstrap);
const password = "four calm green words";

const laterOf = ({ engine }: TestEngine): string | undefined => engine.snapshot().recentRooms[0]?.later;

/** Opens a room that is announced in the DHT, at a port of the system's choice. */
async function announced(host: TestEngine): Promise<number> {
	await host.does({ kind: "host", password, wish: { bind: "127.0.0.1", port: 0, routes: ["dht"] } });
	const { hosting } = host.engine.snapshot();
	const way = () => host.engine.snapshot().hosting?.ways.find((one) => one.way === "dht");
	await host.until(() => way()?.state === "open");
	return hosting?.port ?? 0;
}

/** Somebody who was in a room of the host's, which is over, and knows how to find the next one. */
async function met(t: TestContext, host: TestEngine, name: string): Promise<TestEngine> {
	const guest = await openTestEngine(t, name, { bootstrap });
	await joinRoom(guest, await announced(host), password);
	await guest.until(() => laterOf(guest) !== undefined, "the guest is told how to find later rooms");
	return guest;
}

async function findsLaterRoom(guest: TestEngine): Promise<boolean> {
	const seen = guest.events.length;
	await guest.does({ kind: "join", target: laterOf(guest) ?? "" });
	const end = () => guest.events.slice(seen).find(({ kind }) => kind === "passwordRequired" || kind === "closed");
	await guest.until(() => end() !== undefined);
	return end()?.kind === "passwordRequired";
}

test("Whoever was in a passing room finds the next one of its host through the DHT, with the password, and one row stands for both.", async (t) => {
	const host = await openTestEngine(t, "Hanna", { bootstrap });
	const guest = await met(t, host, "Gero");
	const later = laterOf(guest);
	await host.does({ kind: "leave" });
	await guest.told("closed");
	await announced(host);
	assert.ok(await findsLaterRoom(guest));
	await guest.does({ kind: "password", password });
	await guest.until(() => guest.events.filter((event) => event.kind === "joined" && event.self).length === 2);
	const { recentRooms } = guest.engine.snapshot();
	assert.deepEqual(
		recentRooms.map(({ target }) => target),
		[later],
	);
});

test("Whoever was removed finds nothing any more, and whoever is still in is told the new secret.", async (t) => {
	const host = await openTestEngine(t, "Hanna", { bootstrap });
	const port = await announced(host);
	const [gero, mallory] = await Promise.all(["Gero", "Mallory"].map((name) => openTestEngine(t, name, { bootstrap })));
	assert.ok(gero && mallory);
	for (const guest of [gero, mallory]) {
		await joinRoom(guest, port, password);
		await guest.until(() => laterOf(guest) !== undefined);
	}
	const before = laterOf(gero);
	assert.equal(laterOf(mallory), before);
	await host.does({ kind: "kick", fingerprint: host.person("Mallory").fingerprint });
	await gero.until(() => laterOf(gero) !== before);
	await mallory.told("closed");
	await host.does({ kind: "leave" });
	await gero.told("closed");
	await announced(host);
	assert.equal(await findsLaterRoom(mallory), false);
	assert.ok(await findsLaterRoom(gero));
});

test("A key that is blocked while no room is open makes the secret another one.", async (t) => {
	const host = await openTestEngine(t, "Hanna", { bootstrap });
	const guest = await met(t, host, "Gero");
	const { fingerprint } = host.person("Gero");
	await host.does({ kind: "leave" });
	await guest.told("closed");
	await host.does({ kind: "block", address: fingerprint });
	await host.does({ kind: "unblock", address: fingerprint });
	await announced(host);
	assert.equal(await findsLaterRoom(guest), false);
});

test("A host who is not in the DHT tells nobody how to find later rooms, and begins and ends with the DHT.", async (t) => {
	const host = await openTestEngine(t, "Hanna", { bootstrap });
	const guest = await openTestEngine(t, "Gero", { bootstrap });
	await joinRoom(guest, await hostRoom(host, password), password);
	await host.does({ kind: "send", text: "nothing was said before" });
	await guest.told("message");
	assert.equal(laterOf(guest), undefined);
	await host.does({ kind: "setRoute", route: "dht", isOn: true });
	await guest.until(() => laterOf(guest) !== undefined);
	const read = parseInvite(laterOf(guest) ?? "");
	assert.ok(read.kind === "invite" && read.invite.isForLater && read.invite.room === undefined);
});

test("Each day has keys of its own, and a clock that is twelve hours off finds them still.", () => {
	const secret = new Uint8Array(16).fill(7);
	const noon = Date.UTC(2027, 4, 3, 12);
	const hours = (count: number): number => count * 60 * 60 * 1000;
	assert.notDeepEqual(secretOfDay(secret, noon), secretOfDay(secret, noon + hours(24)));
	assert.notDeepEqual(secretOfDay(secret, noon), secretOfDay(new Uint8Array(16), noon));
	for (const at of [noon, noon + hours(5), noon - hours(9)]) {
		const around = secretsAround(secret, at).map((one) => Buffer.from(one).toString("hex"));
		for (const off of [-11, 0, 11])
			assert.ok(around.includes(Buffer.from(secretOfDay(secret, at + hours(off))).toString("hex")));
		assert.equal(new Set(around).size, 2);
	}
});

test("The room is announced under the keys of the new day while it goes on, and those who are in are told nothing, since their secret stays.", () => {
	const clock = manualClock();
	const told: string[] = [];
	let announcedAgain = 0;
	let decided = () => {};
	let isWatched = true;
	let secret = new Uint8Array(16);
	const secretsChanged = async (): Promise<void> => {
		announcedAgain += 1;
	};
	type Open = ReturnType<ConstructorParameters<typeof LaterRooms>[0]["open"]>;
	const open: Open = new Map([
		["dht", { inviteKey: 4, invitePart: () => [[]], secretsChanged }],
		["tor", { inviteKey: 5, invitePart: () => new Uint8Array(32) }],
	]);
	const later = new LaterRooms({
		account: { laterRoomsSecret: () => secret },
		gate: {
			watch: (onChange) => {
				decided = onChange;
				return () => {
					isWatched = false;
				};
			},
		},
		host: "0123456789ABCDEF0123456789ABCDEF01234567" as never,
		routes: [{ name: "dht", leadsToLaterRooms: true }, { name: "tor" }],
		open: () => open,
		tell: (invite) => told.push(invite),
		now: () => Date.UTC(2027, 4, 3, 6) + clock.now(),
		clock,
	});
	later.refresh();
	assert.equal(told.length, 1);
	clock.advance(24 * 60 * 60 * 1000);
	assert.equal(announcedAgain, 1);
	assert.equal(told.length, 1);
	later.refresh(true);
	assert.equal(told.length, 2, "who has just come is told");
	const read = parseInvite(told[0] ?? "");
	assert.ok(read.kind === "invite");
	assert.deepEqual([...read.invite.parts.keys()], [4], "nothing is said of Tor");
	secret = new Uint8Array(16).fill(1);
	decided();
	assert.deepEqual([announcedAgain, told.length], [2, 3], "whoever was blocked had the former secret");
	assert.ok(isWatched);
	later.close();
	assert.ok(!isWatched);
});
