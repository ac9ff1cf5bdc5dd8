// --interface on a computer with two: nothing comes or goes by the other one.
import assert from "node:assert/strict";
import { suite, type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type RtRpc, startRpc } from "../support/program/rt-rpc.ts";
import { igmp, type Packet, startCapture } from "./capture.ts";
import { addresses, type Lab, openLab } from "./lab.ts";

const password = "open the door";
/** A guest whose connection broke tries again after half a second, and then after twice as long each time. */
const A_FEW_TRIES_MS = 3_000;
const cellular = { guest: "10.77.0.2", host: "10.77.0.1" } as const;

async function hostIn(t: TestContext, lab: Lab, args: readonly string[] = []): Promise<{ host: RtRpc; port: number }> {
	const host = startRpc(t, ["host", "--name", "Hana", ...args], { namespace: lab.nameOf("hostA") });
	await host.waitFor("passwordRequired");
	await host.call("password", { password });
	const { port } = await host.waitFor("listening");
	return { host, port };
}

const guestIn = (t: TestContext, lab: Lab, words: readonly string[]): RtRpc =>
	startRpc(t, ["join", ...words, "--name", "Gus"], { namespace: lab.nameOf("hostA2") });

/** Whether a program may have sent it: what systems say of groups and neighbours by themselves is none of theirs. */
function isOfPrograms(packet: Packet): packet is Extract<Packet, { readonly kind: "ip" }> {
	return packet.kind === "ip" && packet.protocol !== igmp;
}

async function entered(guest: RtRpc): Promise<void> {
	await guest.waitFor("passwordRequired");
	await guest.call("password", { password });
	await guest.waitFor("joined", ({ self }) => self === true, "the guest's own join");
}

suite("rt --interface, on a computer with two interfaces", () => {
	test("a guest dials by the interface it may use, and not at all when the way leads by the other", async (t) => {
		const lab = await openLab(t);
		if (!lab) return;
		await lab.secondCable(cellular);
		const { port } = await hostIn(t, lab);
		const capture = await startCapture(t, lab, "hostA2", "eth0");
		const refused = guestIn(t, lab, [addresses.hostA, String(port), "--interface", "wwan0"]);
		assert.equal((await refused.waitFor("closed")).code, "unreachable");
		const named = guestIn(t, lab, ["room.example", String(port), "--interface", "wwan0"]);
		assert.equal((await named.waitFor("closed")).code, "name_not_found");
		const guest = guestIn(t, lab, [cellular.host, String(port), "--interface", "wwan0"]);
		await entered(guest);
		await guest.call("quit");
		const packets = await capture.stop();
		assert.deepEqual(packets.filter(isOfPrograms), []);
	});

	test("a guest whose interface loses its address closes the connection and comes back by no other", async (t) => {
		const lab = await openLab(t);
		if (!lab) return;
		await lab.secondCable(cellular);
		const { host, port } = await hostIn(t, lab);
		const guest = guestIn(t, lab, [cellular.host, String(port), "--interface", "wwan0"]);
		await entered(guest);
		const capture = await startCapture(t, lab, "hostA2", "eth0");
		lab.exec("hostA2", "ip", "link", "set", "wwan0", "down");
		// From now on the system would send everything by eth0, where the default route leads.
		await guest.waitFor("reconnecting");
		await guest.call("send", { text: "back by the same way" });
		// In which the guest tries to come back. A slow computer makes the watch less sharp, and never makes it fail.
		await sleep(A_FEW_TRIES_MS);
		lab.exec("hostA2", "ip", "link", "set", "wwan0", "up");
		await host.waitFor("message", ({ text }) => text === "back by the same way");
		const packets = (await capture.stop()).filter(isOfPrograms);
		// The system itself says goodbye by the way that is left, once and without content: no program can prevent that.
		assert.deepEqual(
			packets.filter(({ isReset }) => !isReset),
			[],
		);
		assert.ok(packets.length <= 1);
	});

	test("a host listens on the interface's addresses alone and names no others", async (t) => {
		const lab = await openLab(t);
		if (!lab) return;
		await lab.secondCable(cellular);
		const { host, port } = await hostIn(t, lab, ["--interface", "wwan0"]);
		const { addresses: named } = await host.waitFor("listening");
		assert.deepEqual(
			named.map(({ address }) => address),
			[cellular.host],
		);
		assert.equal(await lab.dial("hostA2", "tcp", addresses.hostA, port), "ECONNREFUSED");
		await entered(guestIn(t, lab, [cellular.host, String(port)]));
	});

	test("an interface that is not there is refused with those that are", async (t) => {
		const lab = await openLab(t);
		if (!lab) return;
		const guest = guestIn(t, lab, [addresses.hostA, "4000", "--interface", "wlan7"]);
		assert.match((await guest.exit).errors, /no interface "wlan7".*eth0 \(cable\)/);
	});
});
