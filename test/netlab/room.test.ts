// The whole program in two households: a host behind a router, a guest behind another, and what stays open when the host is gone.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { type RtRpc, startRpc } from "../support/program/rt-rpc.ts";
import { temporaryHome } from "../support/temporary-home.ts";
import { addresses, type Lab, openLab } from "./lab.ts";

const password = "open the door";
const env = { RT_NO_PORTMAP: "" };

async function hostAtHome(t: TestContext, lab: Lab, home = temporaryHome(t)): Promise<RtRpc> {
	const host = startRpc(t, ["host", "--name", "Hana"], { home, env, namespace: lab.nameOf("hostA") });
	await host.waitFor("passwordRequired");
	await host.call("password", { password });
	await host.waitFor("listening");
	return host;
}

/** The address and port by which the router lets people in. */
async function openWay(host: RtRpc): Promise<{ readonly address: string; readonly port: number }> {
	const isOpen = ({ way, state }: { way: string; state: string }) =>
		way !== "local" && way !== "pinhole" && state === "open";
	const { ways } = await host.waitFor("reachability", (event) => event.ways.some(isOpen), "an open way from outside");
	const { address = "", port = 0 } = ways.find(isOpen) ?? {};
	return { address, port };
}

async function guestElsewhere(t: TestContext, lab: Lab, address: string, port: number): Promise<RtRpc> {
	const guest = startRpc(t, ["join", address, String(port), "--name", "Gus"], { namespace: lab.nameOf("hostB") });
	await guest.waitFor("passwordRequired");
	await guest.call("password", { password });
	await guest.waitFor("joined", ({ self }) => self === true, "the guest's own join");
	return guest;
}

test("a room behind a home router", async (t) => {
	const lab = await openLab(t);
	if (!lab) return;

	await t.test(
		"a guest in another household joins by what the host's screen says, talks, and nothing stays open",
		async (t) => {
			await lab.router("a", "igd2");
			const host = await hostAtHome(t, lab);
			const { address, port } = await openWay(host);
			assert.equal(address, addresses.gwAOutside);
			const guest = await guestElsewhere(t, lab, address, port);
			await guest.call("send", { text: "from across the street" });
			await host.waitFor("message", ({ text }) => text === "from across the street");
			await host.call("quit");
			await guest.waitFor("closed", ({ code }) => code === "room_closed");
			await host.exit;
			await lab.settlesAt(0);
		},
	);

	await t.test("what a killed host left open is closed by its next start", async (t) => {
		await lab.router("a", "pmp");
		const home = temporaryHome(t);
		const first = await hostAtHome(t, lab, home);
		await openWay(first);
		// TCP and UDP, in both families.
		await lab.settlesAt(4);
		first.kill("SIGKILL");
		await first.exit;
		assert.equal(lab.opened("a").length, 4);
		const second = await hostAtHome(t, lab, home);
		await openWay(second);
		await second.call("quit");
		await second.exit;
		await lab.settlesAt(0);
	});

	await t.test(
		"without a router that opens ports the room is there at once, and the host is told what to do",
		async (t) => {
			await lab.router("a", "off");
			const host = await hostAtHome(t, lab);
			const { ways } = await host.waitFor(
				"reachability",
				(event) => event.ways.some(({ way, state }) => way === "upnp" && state === "blocked"),
				"the way by the router is known to be blocked",
			);
			assert.match(ways.find(({ way }) => way === "upnp")?.why ?? "", /No router here opens ports/);
			await host.call("quit");
			await host.exit;
		},
	);
});
