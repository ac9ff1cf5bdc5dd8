// Two computers and cables between them with nothing but link-local IPv6, as with one cable and no router: what the host tells people to type is what works.
import assert from "node:assert/strict";
import { suite, type TestContext, test } from "node:test";
import { type RtRpc, startRpc } from "../support/program/rt-rpc.ts";
import { type Lab, openLab } from "./lab.ts";

const password = "open the door";

/** Lays a second cable between the two computers, and leaves them no other addresses than those that each interface makes for itself. */
async function onlyLinkLocal(t: TestContext): Promise<Lab | undefined> {
	const lab = await openLab(t);
	if (!lab) return undefined;
	await lab.secondCable({ host: "10.77.0.1", guest: "10.77.0.2" });
	for (const place of ["hostA", "hostA2"] as const) {
		lab.exec(place, "ip", "-4", "addr", "flush", "scope", "global");
		lab.exec(place, "ip", "-6", "addr", "flush", "scope", "global");
	}
	return lab;
}

async function hostIn(t: TestContext, lab: Lab) {
	const host = startRpc(t, ["host", "--name", "Hana"], { namespace: lab.nameOf("hostA") });
	await host.waitFor("passwordRequired");
	await host.call("password", { password });
	return host.waitFor("listening");
}

const guestIn = (t: TestContext, lab: Lab, name: string, address: string, port: number): RtRpc =>
	startRpc(t, ["join", address, String(port), "--name", name], { namespace: lab.nameOf("hostA2") });

async function entered(guest: RtRpc): Promise<void> {
	await guest.waitFor("passwordRequired");
	await guest.call("password", { password });
	await guest.waitFor("joined", ({ self }) => self === true, "the guest's own join");
}

suite("rt where there is nothing but link-local IPv6", () => {
	test("the host names the address of each cable, and a guest who types one as it stands comes in by whichever cable it is", async (t) => {
		const lab = await onlyLinkLocal(t);
		if (!lab) return;
		const { addresses, port } = await hostIn(t, lab);
		const own = ["eth0", "wwan0"].map((device) => lab.addressOnCable("hostA", device));
		const local = addresses.filter(({ scope }) => scope === "local").map(({ address }) => address);
		assert.deepEqual(local.toSorted(), own.toSorted());
		for (const [index, address] of local.entries()) await entered(guestIn(t, lab, `Gus ${index}`, address, port));
	});

	test("a guest says the zone itself, and one that names no interface is told which there are instead of going by another", async (t) => {
		const lab = await onlyLinkLocal(t);
		if (!lab) return;
		const { port } = await hostIn(t, lab);
		const address = lab.addressOnCable("hostA", "wwan0");
		await entered(guestIn(t, lab, "Gus", `${address}%wwan0`, port));
		// By the first interface, which the system takes, she would come in.
		const wrong = guestIn(t, lab, "Kim", `${lab.addressOnCable("hostA", "eth0")}%eth9`, port);
		for (const by of ["tcp", "udp"]) {
			const { why } = await wrong.waitFor("attempt", ({ state, transport }) => state === "failed" && transport === by);
			assert.equal(why, 'This computer has no network interface "eth9" that is switched on; it has eth0, wwan0.');
		}
		assert.equal((await wrong.waitFor("closed")).code, "unreachable");
	});
});
