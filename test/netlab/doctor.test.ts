// `rt doctor` at home behind real routers: what it says of them, and that nothing stays open.
import assert from "node:assert/strict";
import { text } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { cleanEnvironment, rtPath } from "../support/program/rt.ts";
import { temporaryHome } from "../support/temporary-home.ts";
import { addresses, type Lab, openLab } from "./lab.ts";

/** The report, as printed. */
async function doctor(t: TestContext, lab: Lab, args: readonly string[] = []): Promise<string> {
	const home = temporaryHome(t);
	const settings = Object.entries(cleanEnvironment(home, { RT_NO_PORTMAP: "" })).map(
		([name, value]) => `${name}=${value}`,
	);
	const { stdout } = lab.start("hostA", ["env", "-i", ...settings, rtPath, "doctor", "--home", home, ...args]);
	return stdout ? text(stdout) : "";
}

test("the doctor finds what each router does, and leaves nothing open", async (t) => {
	const lab = await openLab(t);
	if (!lab) return;
	await t.test("UPnP, NAT-PMP, PCP and pinholes", async (t) => {
		await lab.router("a", "all");
		const report = await doctor(t, lab);
		assert.match(report, /cable \(eth0\): 192\.168\.1\.2, 2a0e:9999:a::2 \(public\)/);
		assert.match(report, /IPv4: 192\.168\.1\.1, by cable \(eth0\)/);
		for (const name of ["PCP", "NAT-PMP", "UPnP (IGD)", "UPnP, IPv6 firewall"]) {
			assert.ok(report.includes(`  ${name}: opened port`), `${name} in\n${report}`);
		}
		assert.match(report, new RegExp(`Can join by IPv4: .* ${addresses.gwAOutside}`));
		assert.match(report, /Can join by IPv6/);
		await lab.settlesAt(0);
	});
	await t.test("a router that refuses", async (t) => {
		await lab.router("a", "deny");
		const report = await doctor(t, lab);
		assert.match(report, /UPnP \(IGD\): answers, but refused \(error \d+/);
		assert.match(report, /Cannot join by IPv4 at present/);
		await lab.settlesAt(0);
	});
	await t.test("no router that opens ports", async (t) => {
		await lab.router("a", "off");
		const report = await doctor(t, lab);
		assert.match(report, /UPnP \(IGD\): no answer/);
		assert.match(report, /Cannot join by IPv4 at present: no router answers/);
	});
	await t.test("a provider that shares one address among many", async (t) => {
		lab.outside("100.64.3.4/10");
		await lab.router("a", "igd1");
		assert.match(await doctor(t, lab), /another router may stand in front of it/);
	});
	await t.test("a STUN server is named before it is asked, and one that is silent is said to be", async (t) => {
		const report = await doctor(t, lab, ["--no-portmap", "--stun", addresses.gwA]);
		assert.match(report, /192\.168\.1\.1, UDP port 3478, is asked which address it sees/);
		assert.match(report, /It did not answer/);
		assert.match(report, /It was not asked/);
	});
});
