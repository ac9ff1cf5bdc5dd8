// What a room through Tor sends and where it listens: recorded at both ends of a lab whose only public computer is a private Tor network.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { needs } from "../support/needs.ts";
import { hasTor, privateTor } from "../support/net/private-tor.ts";
import { type RtRpc, startRpc } from "../support/program/rt-rpc.ts";
import { temporaryHome } from "../support/temporary-home.ts";
import { igmp, type Packet, startCapture } from "./capture.ts";
import { addresses, type Lab, openLab } from "./lab.ts";
import type { Place } from "./lab-plan.ts";

const password = "open the door";
// Nothing is forbidden by the environment: what is not sent is not sent because of Tor.
const env = { RT_NO_PORTMAP: "", RT_NO_LAN: "" };
const known = {
	hostA: [addresses.hostA, addresses.hostA6],
	hostB: [addresses.hostB, addresses.hostB6],
} as const;
const tcp = 6;
const icmp6 = 58;

/** Everything that has left a computer or come to it, but for what its system says to groups on the cable by itself (IGMP, ICMPv6). */
function talkOf(packets: readonly Packet[], own: readonly string[]): readonly Extract<Packet, { kind: "ip" }>[] {
	return packets.flatMap((packet) => {
		if (packet.kind !== "ip" || !(own.includes(packet.from) || own.includes(packet.to))) return [];
		const isSystems = [igmp, icmp6].includes(packet.protocol) && /^(?:ff|22[4-9]\.|23\d\.)/i.test(packet.to);
		return isSystems ? [] : [packet];
	});
}

/** Returns the sockets that listen, or take datagrams, on a computer. */
const listeners = (lab: Lab, place: Place): string => lab.exec(place, "ss", "-Htuln").trim();

function person(t: TestContext, lab: Lab, place: Place, lines: readonly string[], words: readonly string[]): RtRpc {
	const home = temporaryHome(t);
	const torrc = join(home, "private-torrc");
	writeFileSync(torrc, `${lines.join("\n")}\n`);
	return startRpc(t, [...words, "--torrc", torrc], { env, home, namespace: lab.nameOf(place) });
}

async function enter(program: RtRpc): Promise<void> {
	await program.waitFor("passwordRequired");
	await program.call("password", { password });
}

test("A room through Tor: at both ends nothing listens, and no packet goes to anybody but Tor's own computers", async (t) => {
	const lab = await openLab(t);
	if (!lab || !needs(t, "tcpdump") || !hasTor()) return;
	await lab.router("a", "all");
	const host = addresses.srv;
	const network = await privateTor({ host, within: ["ip", "netns", "exec", lab.nameOf("srv")] });
	t.after(() => network.close());
	const recorded = {
		hostA: await startCapture(t, lab, "hostA", "eth0"),
		hostB: await startCapture(t, lab, "hostB", "eth0"),
	};
	const hana = person(t, lab, "hostA", network.lines, ["host", "--tor", "--name", "Hana"]);
	await enter(hana);
	const { invite = "" } = await hana.waitFor("reachability", ({ ways }) =>
		ways.some(({ way, state }) => way === "tor" && state === "open"),
	);
	const gus = person(t, lab, "hostB", network.lines, ["join", invite, "--name", "Gus"]);
	await enter(gus);
	await gus.waitFor("joined", ({ self }) => self === true, "the guest's own join");
	await gus.call("send", { text: "by nobody's address" });
	await hana.waitFor("message", ({ text }) => text === "by nobody's address");
	for (const place of ["hostA", "hostB"] as const) {
		assert.equal(listeners(lab, place), "", place);
		const own = [...known[place], lab.addressOnCable(place, "eth0")];
		const talk = talkOf(await recorded[place].stop(), own);
		assert.ok(talk.length > 100, "the recording has Tor's traffic in it");
		for (const packet of talk) {
			assert.equal(packet.protocol, tcp, JSON.stringify(packet));
			const [far, port] = packet.from === host ? [packet.from, packet.fromPort] : [packet.to, packet.toPort];
			assert.ok(far === host && network.ports.includes(port ?? 0), JSON.stringify(packet));
		}
	}
	const { member } = await hana.waitFor("joined", ({ self }) => self !== true);
	assert.ok(!JSON.stringify(member).includes(addresses.gwBOutside), "the host has no address of the guest's");
});
