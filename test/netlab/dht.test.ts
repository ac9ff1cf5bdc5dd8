// The whole program over a private DHT on the lab's Internet: which routers can be opened, which need a relay, which cannot be passed, in which words. The table is in docs/reachability.md.
import assert from "node:assert/strict";
import { createInterface } from "node:readline";
import { type TestContext, test } from "node:test";
import { needs } from "../support/needs.ts";
import { rtPath } from "../support/program/rt.ts";
import { type RtRpc, startRpc } from "../support/program/rt-rpc.ts";
import { startCapture } from "./capture.ts";
import { addresses, type Lab, openLab } from "./lab.ts";
import type { NatKind } from "./nat-rules.ts";

const password = "open the door";
const dhtPort = 48_700;
const bootstrap = `${addresses.srv}:${dhtPort}`;

/** `rt dht-node` on the public computer. */
async function startDht(t: TestContext, lab: Lab): Promise<{ readonly relay: string }> {
	const child = lab.start("srv", [rtPath, "dht-node", "--bind", addresses.srv, "--with-relay"]);
	t.after(() => child.kill("SIGKILL"));
	let relay = "";
	for await (const line of createInterface({ input: child.stdout ?? process.stdin })) {
		relay = /--dht-relay ([0-9a-f]{64})/.exec(line)?.[1] ?? relay;
		if (line.includes("Ctrl-C ends it")) break;
	}
	return { relay };
}

interface Wish {
	readonly host: NatKind;
	readonly guest: NatKind;
	readonly isRelayed?: true;
}

interface Street {
	readonly lab: Lab;
	readonly host: RtRpc;
	/** What the host knows of the DHT in the end. */
	readonly way: { readonly state: string; readonly why?: string };
	readonly invite: string;
}

/** The lab with a DHT on its Internet: one for several tests, because starting both takes most of the time. */
interface Internet {
	readonly lab: Lab;
	readonly relay: string;
}

async function openInternet(t: TestContext): Promise<Internet | undefined> {
	const lab = await openLab(t);
	return lab && { lab, ...(await startDht(t, lab)) };
}

async function hostBehind(t: TestContext, { lab, relay }: Internet, wish: Wish): Promise<Street> {
	lab.nat("a", wish.host);
	lab.nat("b", wish.guest);
	const offered = wish.isRelayed ? ["--dht-relay", relay] : [];
	const words = ["host", "--name", "Hana", "--dht", "--dht-bootstrap", bootstrap, ...offered];
	const host = startRpc(t, words, { namespace: lab.nameOf("hostA") });
	await host.waitFor("passwordRequired");
	await host.call("password", { password });
	const isKnown = ({ way, state }: { way: string; state: string }) => way === "dht" && state !== "checking";
	const { ways, invite = "" } = await host.waitFor(
		"reachability",
		(event) => event.ways.some(isKnown),
		"the DHT's answer",
	);
	const way = ways.find(isKnown);
	assert.ok(way);
	return { lab, host, way, invite };
}

function guestOf(t: TestContext, { lab, invite }: Street, more: readonly string[] = []): RtRpc {
	return startRpc(t, ["join", invite, "--name", "Gus", ...more], { namespace: lab.nameOf("hostB") });
}

/** Joins, talks both ways; the address the host sees. */
async function getsIn(street: Street, guest: RtRpc): Promise<string> {
	const { host } = street;
	await guest.waitFor("passwordRequired");
	await guest.call("password", { password });
	await guest.waitFor("joined", ({ self }) => self === true, "the guest's own join");
	await guest.call("send", { text: "through two routers" });
	await host.waitFor("message", ({ text }) => text === "through two routers");
	await host.call("send", { text: "I hear you" });
	await guest.waitFor("message", ({ text }) => text === "I hear you");
	const members = (await host.call("members")) as readonly { readonly name: string; readonly address?: string }[];
	return members.find(({ name }) => name === "Gus")?.address ?? "";
}

/** How long the DHT took, for the table. */
async function measured(t: TestContext, what: string, guest: RtRpc): Promise<void> {
	await guest.waitFor("attempt", (one) => one.transport === "dht" && one.state === "trying", "the dial by the DHT");
	const begun = performance.now();
	await guest.waitFor("attempt", (one) => one.transport === "dht" && one.state === "answered", "a link by the DHT");
	t.diagnostic(`${what}: ${((performance.now() - begun) / 1000).toFixed(1)} s`);
}

/**
 * Dials until there is a link by the DHT, three times at most: a hole is punched by hundreds of packets at guessed ports, and on a busy computer that can
 * take longer than the program waits.
 */
async function meets(t: TestContext, what: string, street: Street, more: readonly string[] = []): Promise<RtRpc> {
	for (let dials = 1; ; dials += 1) {
		const guest = guestOf(t, street, more);
		const linked = measured(t, what, guest).then(() => undefined);
		const closed = await Promise.race([linked, guest.waitFor("closed")]);
		if (closed === undefined) return guest;
		assert.ok(closed.code === "unreachable" && dials < 3, `dial ${dials} ended by ${closed.code}: ${closed.message}`);
	}
}

const direct: readonly (readonly [host: NatKind, guest: NatKind])[] = [
	["cone", "cone"],
	["fullcone", "cone"],
	["open", "cone"],
	["cone", "symmetric"],
	["symmetric", "cone"],
];

test("routers that are opened by nothing but the invite", async (t) => {
	const internet = await openInternet(t);
	if (!internet) return;
	for (const [host, guest] of direct) {
		await t.test(`a host behind a ${host} router and a guest behind a ${guest} one meet directly`, async (t) => {
			const street = await hostBehind(t, internet, { host, guest });
			assert.equal(street.way.state, "open");
			const gus = await meets(t, `${host} – ${guest}`, street);
			assert.equal(await getsIn(street, gus), addresses.gwBOutside, "strikes would count for the guest's own router");
		});
	}
});

test("routers that no direct way leads through", async (t) => {
	const internet = await openInternet(t);
	if (!internet) return;

	await t.test("two symmetric routers cannot be opened, and that is said", async (t) => {
		const street = await hostBehind(t, internet, { host: "symmetric", guest: "symmetric" });
		const guest = guestOf(t, street);
		const { why } = await guest.waitFor("attempt", (one) => one.transport === "dht" && one.state === "failed");
		assert.match(why ?? "", /symmetric NAT|No direct way/);
		assert.equal((await guest.waitFor("closed")).code, "unreachable");
	});

	await t.test(
		"two symmetric routers are passed by a relay that both have allowed, and the relay's address is what counts",
		async (t) => {
			const street = await hostBehind(t, internet, { host: "symmetric", guest: "symmetric", isRelayed: true });
			const guest = await meets(t, "symmetric – symmetric, relayed", street, ["--allow-relay"]);
			assert.equal(await getsIn(street, guest), addresses.srv);
		},
	);

	await t.test("a guest who has not allowed it is not relayed", async (t) => {
		const street = await hostBehind(t, internet, { host: "symmetric", guest: "symmetric", isRelayed: true });
		const guest = guestOf(t, street);
		assert.equal((await guest.waitFor("closed")).code, "unreachable");
	});

	await t.test("a guest whose network lets no UDP out is told so", async (t) => {
		const street = await hostBehind(t, internet, { host: "cone", guest: "blockudp" });
		const guest = guestOf(t, street);
		const { why } = await guest.waitFor("attempt", (one) => one.transport === "dht" && one.state === "failed");
		assert.match(why ?? "", /may block UDP/);
		await guest.waitFor("closed");
	});

	await t.test("a host whose network lets no UDP out is told so, and the room is open all the same", async (t) => {
		const street = await hostBehind(t, internet, { host: "blockudp", guest: "cone" });
		assert.equal(street.way.state, "blocked");
		assert.match(street.way.why ?? "", /may block UDP/);
	});
});

test("with the DHT off no packet goes to its nodes, neither a host's nor a guest's who has an invite that names them", async (t) => {
	const internet = await openInternet(t);
	if (!internet || !needs(t, "tcpdump")) return;
	const street = await hostBehind(t, internet, { host: "cone", guest: "cone" });
	const { lab, invite } = street;
	const atHost = await startCapture(t, lab, "hostA2", "eth0");
	const atGuest = await startCapture(t, lab, "hostB", "eth0");
	const host = startRpc(t, ["host", "--dht-bootstrap", bootstrap], { namespace: lab.nameOf("hostA2") });
	await host.waitFor("passwordRequired");
	await host.call("password", { password });
	await host.waitFor("joined");
	const guest = startRpc(t, ["join", invite, "--no-dht"], { namespace: lab.nameOf("hostB") });
	await guest.waitFor("closed");
	await host.call("quit");
	const packets = [...(await atHost.stop()), ...(await atGuest.stop())];
	const toNodes = packets.filter((packet) => packet.kind === "ip" && packet.to === addresses.srv);
	assert.deepEqual(toNodes, []);
	// The same guest with the DHT is seen to ask them, so the recording would have shown it.
	const again = await startCapture(t, lab, "hostB", "eth0");
	const other = guestOf(t, street);
	await other.waitFor("passwordRequired");
	const asked = (await again.stop()).filter((packet) => packet.kind === "ip" && packet.to === addresses.srv);
	assert.ok(asked.length > 0);
});
