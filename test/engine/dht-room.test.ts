// Whole rooms over a private DHT on loopback: found with nothing but the invite, counted by the address the link really has.
import assert from "node:assert/strict";
import { after, type TestContext, test } from "node:test";
import { type Fingerprint, parseFingerprint } from "../../src/crypto/identity/fingerprint.ts";
import { dhtPartKey, packDhtPart } from "../../src/engine/routes/dht/part.ts";
import { encodeInvite, parseInvite } from "../../src/engine/wire/invite.ts";
import { dhtNodesText } from "../../src/net/dht/nodes.ts";
import { privateDht } from "../support/net/private-dht.ts";
import { openTestEngine, type TestEngine } from "../support/rooms/real-engine.ts";

const dht = await privateDht();
after(() => dht.close());
const bootstrap = dhtNodesText(dht.bootstrap);
const password = "four calm green words";

/** A room that nobody can reach but through the DHT. */
async function hidden(t: TestContext): Promise<{ readonly host: TestEngine; readonly invite: string }> {
	const host = await openTestEngine(t, "Hanna", { bootstrap });
	const outcome = await host.engine.perform({ kind: "host", password, wish: { bind: "127.0.0.1", routes: ["dht"] } });
	assert.equal(outcome.kind, "done");
	const way = () => host.engine.snapshot().hosting?.ways.find((one) => one.way === "dht");
	await host.until(() => way()?.state !== "checking");
	assert.equal(way()?.state, "open", JSON.stringify(way()?.facts));
	const { invite = "" } = host.engine.snapshot().hosting ?? {};
	return { host, invite };
}

test("a room without any address is joined with its invite, through the DHT", async (t) => {
	const { host, invite } = await hidden(t);
	const guest = await openTestEngine(t, "Gero");
	await guest.engine.perform({ kind: "join", target: invite });
	const { target } = await guest.told("attempt", (one) => one.transport === "dht" && one.state === "trying");
	assert.deepEqual(target, { kind: "route", route: "dht", via: bootstrap }, "whom it asks is said before");
	await guest.told("passwordRequired");
	await guest.engine.perform({ kind: "password", password });
	await guest.told("joined", (event) => event.self);
	const { member } = await host.told("joined", (event) => event.member.name === "Gero");
	assert.equal(member.address, "127.0.0.1");
	await guest.engine.perform({ kind: "send", text: "through the routers" });
	await host.told("message", (event) => event.text === "through the routers");
	await host.engine.perform({ kind: "leave" });
	assert.equal((await guest.told("closed")).code, "room_closed");
});

test("wrong passwords count against the address the DHT link really has", async (t) => {
	const { host, invite } = await hidden(t);
	const guest = await openTestEngine(t, "Gero");
	await guest.engine.perform({ kind: "join", target: invite });
	for (let left = 3; left > 0; left -= 1) {
		await guest.told("passwordRequired", (event) => event.attemptsLeft === left);
		await guest.engine.perform({ kind: "password", password: `wrong ${left}` });
	}
	assert.equal((await guest.told("closed")).code, "wrong_password");
	const strike = await host.told("strike", (event) => event.disconnected);
	assert.equal(strike.address, "127.0.0.1");
});

test("attack: whoever has the invite can announce the same key, but is not taken for the host", async (t) => {
	const { invite } = await hidden(t);
	const read = parseInvite(invite);
	assert.ok(read.kind === "invite");
	// To the guest, Hanna's room is an impostor's: it is found where Ida's should be.
	const ida = parseFingerprint("0123456789ABCDEF0123456789ABCDEF01234567") as Fingerprint;
	const forIda = encodeInvite({ ...read.invite, fingerprint: ida, endpoints: [] });
	const guest = await openTestEngine(t, "Gero");
	await guest.engine.perform({ kind: "join", target: forIda });
	assert.equal((await guest.told("closed")).code, "wrong_host");
	assert.ok(!guest.events.some((event) => event.kind === "passwordRequired"));
});

test("a room that is closed is not found, and that is said", async (t) => {
	const { host, invite } = await hidden(t);
	await host.engine.perform({ kind: "leave" });
	const guest = await openTestEngine(t, "Gero");
	await guest.engine.perform({ kind: "join", target: invite });
	assert.equal((await guest.told("closed")).code, "refused");
	const { why } = await guest.told("attempt", (one) => one.transport === "dht" && one.state === "failed");
	assert.equal(why?.kind === "dial" && why.failure, "refused");
	assert.match(why?.kind === "dial" ? why.detail : "", /knows no room by this invite/);
});

test("where the DHT is turned off, an invite that leads through it alone is refused in words, and no host can ask for it", async (t) => {
	const off = await openTestEngine(t, "Olaf", { isAllowed: false });
	assert.equal(off.engine.snapshot().routeTerms.dht, undefined);
	const hosting = await off.engine.perform({ kind: "host", password, wish: { bind: "127.0.0.1", routes: ["dht"] } });
	assert.equal(hosting.kind === "refused" && hosting.code, "dht_off");
	const invite = encodeInvite({
		fingerprint: parseFingerprint("0123456789ABCDEF0123456789ABCDEF01234567") as Fingerprint,
		endpoints: [],
		secret: new Uint8Array(16),
		parts: new Map([[dhtPartKey, packDhtPart({ nodes: dht.bootstrap })]]),
	});
	const joining = await off.engine.perform({ kind: "join", target: invite });
	assert.equal(joining.kind === "refused" && joining.code, "dht_off");
});

test("before anything is contacted, a host can read whom the DHT contacts", async (t) => {
	const host = await openTestEngine(t, "Hanna", { bootstrap });
	assert.deepEqual(host.engine.snapshot().routeTerms.dht, { nodes: bootstrap, hasRelay: false });
});

test("an open room is found through the DHT from when its host wants that, and no longer when they do not", async (t) => {
	const host = await openTestEngine(t, "Hanna", { bootstrap });
	await host.does({ kind: "host", password, wish: { bind: "127.0.0.1" } });
	const hosting = () => host.engine.snapshot().hosting;
	const way = () => hosting()?.ways.find((one) => one.way === "dht");
	assert.ok(way() === undefined && hosting()?.invite === undefined);
	await host.does({ kind: "setRoute", route: "dht", isOn: true });
	await host.does({ kind: "setRoute", route: "dht", isOn: true });
	await host.until(() => way()?.state === "open");
	const guest = await openTestEngine(t, "Gero");
	await guest.does({ kind: "join", target: hosting()?.invite ?? "" });
	await guest.told("passwordRequired");
	await guest.does({ kind: "password", password });
	await guest.told("joined", (event) => event.self);
	const refused = await guest.engine.perform({ kind: "setRoute", route: "dht", isOn: true });
	assert.equal(refused.kind === "refused" && refused.code, "not_host");
	await host.does({ kind: "setRoute", route: "dht", isOn: false });
	assert.ok(way() === undefined && hosting()?.invite === undefined);
	await host.does({ kind: "leave" });
	const late = await host.engine.perform({ kind: "setRoute", route: "dht", isOn: true });
	assert.equal(late.kind === "refused" && late.code, "not_in_room");
});
