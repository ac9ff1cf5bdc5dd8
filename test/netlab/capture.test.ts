// Whom a whole session talks to, with no option given: the router at home, the other person, and nobody else. Any other packet fails.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { needs } from "../support/needs.ts";
import { type RtRpc, startRpc } from "../support/program/rt-rpc.ts";
import { icmp, icmp6, igmp, type Packet, startCapture } from "./capture.ts";
import { addresses, type Lab, openLab } from "./lab.ts";

const password = "open the door";
/** Nobody listens there. */
const closedPort = 4999;
const tcp = 6;
const udp = 17;

/** Port and way by which the router lets people in: a real session runs through it. */
async function openWay(host: RtRpc): Promise<number> {
	const isOpen = ({ way, state }: { way: string; state: string }) =>
		["upnp", "natpmp", "pcp"].includes(way) && state === "open";
	const { ways } = await host.waitFor("reachability", (event) => event.ways.some(isOpen), "an open way from outside");
	return ways.find(isOpen)?.port ?? 0;
}

async function wholeSession(t: TestContext, lab: Lab): Promise<number> {
	const env = { RT_NO_PORTMAP: "", RT_NO_LAN: "" };
	const host = startRpc(t, ["host", "--name", "Hana"], { env, namespace: lab.nameOf("hostA") });
	await host.waitFor("passwordRequired");
	await host.call("password", { password });
	const port = await openWay(host);
	const target = [addresses.gwAOutside, String(port)];
	const guest = startRpc(t, ["join", ...target, "--name", "Gus"], { env, namespace: lab.nameOf("hostB") });
	await guest.waitFor("passwordRequired");
	await guest.call("password", { password });
	await guest.waitFor("joined", ({ self }) => self === true, "the guest's own join");
	await guest.call("send", { text: "from across the street" });
	await host.waitFor("message", ({ text }) => text === "from across the street");
	await host.call("send", { text: "I hear you" });
	await guest.waitFor("message", ({ text }) => text === "I hear you");
	await host.call("quit");
	await guest.waitFor("closed");
	await Promise.all([host.exit, guest.exit]);
	await lab.settlesAt(0);
	return port;
}

type IpPacket = Extract<Packet, { readonly kind: "ip" }>;

/** Whether one end of the packet is `own` and the other fits. */
function isWith(packet: IpPacket, own: readonly string[], fits: (address: string, port: number) => boolean): boolean {
	const { from, to, fromPort = 0, toPort = 0 } = packet;
	return (own.includes(from) && fits(to, toPort)) || (own.includes(to) && fits(from, fromPort));
}

/** Of the household whose room it is. */
const own: readonly string[] = [addresses.hostA, addresses.hostA6];
const routers: readonly string[] = [addresses.gwA, addresses.gwA6];
/** UPnP's search (UDA 2.0 §1.3.2, §A.2): IPv4, and IPv6 for this cable and for this site. */
const searchGroups: readonly string[] = ["239.255.255.250", "ff02::c", "ff05::c"];

/**
 * NAT-PMP and PCP ask on UDP port 5351 (RFC 6886, RFC 6887), UPnP searches on 1900 and then asks the router's own port by HTTP. Each end tells
 * the other by ICMP of what came to a closed port.
 */
function isRouterTalk(packet: IpPacket): boolean {
	if (packet.protocol === udp) {
		return (
			isWith(packet, own, (address, port) => routers.includes(address) && (port === 5351 || port === 1900)) ||
			(own.includes(packet.from) && searchGroups.includes(packet.to) && packet.toPort === 1900)
		);
	}
	return [tcp, icmp, icmp6].includes(packet.protocol) && isWith(packet, own, (address) => routers.includes(address));
}

/** Routers tell everybody at home of themselves. `router`: its addresses, also the one for this cable only. */
const isRouterNews = ({ from, to }: IpPacket, router: readonly string[]): boolean =>
	router.includes(from) && /^(?:2(?:2[4-9]|3\d)\.|ff)/.test(to);

/** A bridge that comes up says to which groups it listens, and has no address yet when it is quick. */
const isBridgeNews = ({ protocol, from }: IpPacket): boolean => protocol === igmp && from === "0.0.0.0";

const strangers = (packets: readonly Packet[], isExpected: (packet: IpPacket) => boolean): readonly Packet[] =>
	packets.filter(
		(packet) => packet.kind !== "neighbour" && !(packet.kind === "ip" && (isBridgeNews(packet) || isExpected(packet))),
	);

for (const mode of ["igd2", "pmp"] as const) {
	test(`with no option given a session talks to the router, the other person and nobody else (${mode})`, async (t) => {
		const lab = await openLab(t);
		if (!lab || !needs(t, "tcpdump")) return;
		await lab.router("a", mode);
		const atHost = await startCapture(t, lab, "hostA", "eth0");
		const atGuest = await startCapture(t, lab, "hostB", "eth0");
		const port = await wholeSession(t, lab);
		const router = [...routers, lab.addressOnCable("gwA", "lan")];
		const hostPackets = await atHost.stop();
		const guestPackets = await atGuest.stop();
		// UDP too, if TCP takes its time; and what either end says of a packet that comes when its program has ended.
		const isOfRoom = ({ protocol }: IpPacket) => [tcp, udp, icmp, icmp6].includes(protocol);
		const isGuest = (packet: IpPacket) =>
			isOfRoom(packet) && isWith(packet, own, (address) => address === addresses.gwBOutside);
		const isHost = (packet: IpPacket) =>
			isOfRoom(packet) &&
			isWith(packet, [addresses.hostB], (address, from) => address === addresses.gwAOutside && from === port);
		const isOfHost = (packet: IpPacket) => isGuest(packet) || isRouterTalk(packet) || isRouterNews(packet, router);
		assert.deepEqual(strangers(hostPackets, isOfHost), []);
		const otherRouter = ["192.168.2.1", lab.addressOnCable("gwB", "lan")];
		const isOfGuest = (packet: IpPacket) => isHost(packet) || isRouterNews(packet, otherRouter);
		assert.deepEqual(strangers(guestPackets, isOfGuest), []);
		// The recording itself works: it has what must be there.
		assert.ok(hostPackets.some((packet) => packet.kind === "ip" && isGuest(packet)));
		assert.ok(hostPackets.some((packet) => packet.kind === "ip" && isRouterTalk(packet)));
		assert.ok(guestPackets.some((packet) => packet.kind === "ip" && isHost(packet)));
	});
}

test("a name server or any stranger that is asked is seen by the recording", async (t) => {
	const lab = await openLab(t);
	if (!lab || !needs(t, "tcpdump")) return;
	const capture = await startCapture(t, lab, "hostA", "eth0");
	await lab.dial("hostA", "udp", addresses.srv, 53, 200);
	const asked = strangers(await capture.stop(), isRouterTalk);
	assert.ok(asked.some((packet) => packet.kind === "ip" && packet.to === addresses.srv && packet.toPort === 53));
});

test("what is said of a packet that came to a closed port is with the ports of that packet", async (t) => {
	const lab = await openLab(t);
	if (!lab || !needs(t, "tcpdump")) return;
	const capture = await startCapture(t, lab, "hostA", "eth0");
	await lab.dial("hostA", "udp", addresses.srv, closedPort, 200);
	const packets = await capture.stop();
	const answers = packets.filter((packet) => packet.kind === "ip" && packet.protocol === icmp);
	assert.deepEqual(
		answers.map((packet) => packet.kind === "ip" && [packet.from, packet.to, packet.fromPort]),
		[[addresses.srv, addresses.hostA, closedPort]],
	);
	const asked = packets.find(
		(packet) => packet.kind === "ip" && packet.protocol === udp && packet.toPort === closedPort,
	);
	assert.ok(asked?.kind === "ip" && answers[0]?.kind === "ip");
	assert.equal(answers[0].toPort, asked.fromPort);
});
