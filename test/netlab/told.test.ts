// What `told` says beside a recording of real packets: whoever was sent something is told, and whoever is told was sent something.
import assert from "node:assert/strict";
import { createInterface } from "node:readline";
import { type TestContext, test } from "node:test";
import type { DisclosureKind, Told } from "../../src/engine/api/told.ts";
import { needs } from "../support/needs.ts";
import { rtPath } from "../support/program/rt.ts";
import { type RtRpc, startRpc } from "../support/program/rt-rpc.ts";
import { until } from "../support/until.ts";
import { type Capture, type Packet, startCapture } from "./capture.ts";
import { addresses, type Lab, openLab } from "./lab.ts";
import type { Place } from "./lab-plan.ts";

const password = "open the door";
const env = { RT_NO_PORTMAP: "", RT_NO_LAN: "" };
const dhtPort = 48_700;
const tcp = 6;
const udp = 17;

const toldBy = async (program: RtRpc): Promise<Told> => (await program.call("told")) as Told;
const toldAddresses = ({ disclosures }: Told): ReadonlySet<string> =>
	new Set(disclosures.filter(({ kind }) => kind !== "nameServer").map(({ to }) => to));
const kindsOf = ({ disclosures }: Told): ReadonlySet<DisclosureKind> => new Set(disclosures.map(({ kind }) => kind));

/** Everybody to whom packets of TCP and UDP went from one of `own`. */
const contacted = (packets: readonly Packet[], own: readonly string[]): ReadonlySet<string> =>
	new Set(
		packets.flatMap((packet) =>
			packet.kind === "ip" && [tcp, udp].includes(packet.protocol) && own.includes(packet.from) ? [packet.to] : [],
		),
	);

/** Compares what a program tells with the recording at its computer. New people may be met meanwhile, so it is asked before the recording ends, and after. */
async function compare(program: RtRpc, capture: Capture, own: readonly string[]): Promise<Told> {
	const before = await toldBy(program);
	const sent = contacted(await capture.stop(), own);
	const after = await toldBy(program);
	assert.deepEqual(
		[...toldAddresses(before)].filter((to) => !sent.has(to)),
		[],
		"told, and never sent anything",
	);
	assert.deepEqual(
		[...sent].filter((to) => !toldAddresses(after).has(to)),
		[],
		"sent something, and not told",
	);
	return after;
}

async function startDht(t: TestContext, lab: Lab): Promise<void> {
	const child = lab.start("srv", [rtPath, "dht-node", "--bind", addresses.srv]);
	t.after(() => child.kill("SIGKILL"));
	for await (const line of createInterface({ input: child.stdout ?? process.stdin })) {
		if (line.includes("Ctrl-C ends it")) return;
	}
}

async function startHost(t: TestContext, lab: Lab, more: readonly string[]): Promise<RtRpc> {
	const host = startRpc(t, ["host", "--name", "Hana", ...more], { env, namespace: lab.nameOf("hostA") });
	await host.waitFor("passwordRequired");
	await host.call("password", { password });
	return host;
}

async function enter(t: TestContext, lab: Lab, target: readonly string[]): Promise<RtRpc> {
	const guest = startRpc(t, ["join", ...target, "--name", "Gus"], { env, namespace: lab.nameOf("hostB") });
	await guest.waitFor("passwordRequired");
	await guest.call("password", { password });
	await guest.waitFor("joined", ({ self }) => self === true, "the guest's own join");
	return guest;
}

const ownAddressesOf = (lab: Lab, place: Place, known: readonly string[]): readonly string[] => [
	...known,
	lab.addressOnCable(place, "eth0"),
];

test("told names the router, the neighbours and the guest, with the ports that were asked for, and nobody else", async (t) => {
	const lab = await openLab(t);
	if (!lab || !needs(t, "tcpdump")) return;
	await lab.router("a", "all");
	const ownA = ownAddressesOf(lab, "hostA", [addresses.hostA, addresses.hostA6]);
	const ownB = ownAddressesOf(lab, "hostB", [addresses.hostB, addresses.hostB6]);
	const atHost = await startCapture(t, lab, "hostA", "eth0");
	const atGuest = await startCapture(t, lab, "hostB", "eth0");
	const host = await startHost(t, lab, ["--visible"]);
	const isOpen = ({ way, state }: { way: string; state: string }) =>
		["upnp", "natpmp", "pcp"].includes(way) && state === "open";
	const { ways } = await host.waitFor("reachability", (event) => event.ways.some(isOpen), "an open way from outside");
	const { port = 0 } = ways.find(isOpen) ?? {};
	const guest = await enter(t, lab, [addresses.gwAOutside, String(port)]);
	await until(async () => kindsOf(await toldBy(host)).has("shownOnNetwork"), "the room is shown");
	const ofHost = await compare(host, atHost, ownA);
	for (const kind of ["router", "shownOnNetwork", "caller"] as const) assert.ok(kindsOf(ofHost).has(kind), kind);
	assert.ok(!kindsOf(ofHost).has("dht"));
	const asked = ofHost.ports.filter(({ protocol, endedAt }) => protocol === "tcp" && endedAt === undefined);
	assert.ok(asked.some(({ externalPort }) => externalPort === port));
	const ofGuest = await compare(guest, atGuest, ownB);
	assert.deepEqual([...kindsOf(ofGuest)], ["dialled"]);
	assert.deepEqual([...toldAddresses(ofGuest)], [addresses.gwAOutside]);
});

test("told names the nodes of the DHT and whoever came by it, on either side, and nobody else", async (t) => {
	const lab = await openLab(t);
	if (!lab || !needs(t, "tcpdump")) return;
	await startDht(t, lab);
	const ownA = ownAddressesOf(lab, "hostA", [addresses.hostA, addresses.hostA6]);
	const ownB = ownAddressesOf(lab, "hostB", [addresses.hostB, addresses.hostB6]);
	const atHost = await startCapture(t, lab, "hostA", "eth0");
	const atGuest = await startCapture(t, lab, "hostB", "eth0");
	const host = await startHost(t, lab, ["--no-portmap", "--dht", "--dht-bootstrap", `${addresses.srv}:${dhtPort}`]);
	const isAnnounced = ({ way, state }: { way: string; state: string }) => way === "dht" && state === "open";
	const { invite = "" } = await host.waitFor("reachability", ({ ways }) => ways.some(isAnnounced), "the DHT's answer");
	const guest = await enter(t, lab, [invite]);
	const ofHost = await compare(host, atHost, ownA);
	const dhtOf = ({ disclosures }: Told) => disclosures.filter(({ kind }) => kind === "dht").map(({ to }) => to);
	assert.ok(dhtOf(ofHost).includes(addresses.srv));
	assert.ok(dhtOf(ofHost).includes(addresses.gwBOutside), "the guest, who came by it");
	const ofGuest = await compare(guest, atGuest, ownB);
	assert.ok(dhtOf(ofGuest).includes(addresses.srv));
	assert.ok(dhtOf(ofGuest).includes(addresses.gwAOutside), "the host, found by it");
});
