// The last cells of the table in docs/reachability.md: where no direct way can be opened, a relay on port 443 leads everybody in, also through a company's proxy.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { rtPath } from "../support/program/rt.ts";
import { type RtRpc, startRpc } from "../support/program/rt-rpc.ts";
import { addresses, type Lab, openLab } from "./lab.ts";
import type { NatKind } from "./nat-rules.ts";

const password = "open the door";
const relay = `ws://${addresses.srv}:443`;
const proxy = { address: "192.168.2.1", port: "3128" };

/** Starts a program and resolves with its first line. */
async function firstLine(t: TestContext, lab: Lab, place: "srv" | "gwB", words: readonly string[]): Promise<string> {
	const child = lab.start(place, words);
	t.after(() => child.kill("SIGKILL"));
	const [line] = (await once(createInterface({ input: child.stdout ?? process.stdin }), "line")) as [string];
	return line;
}

/** Opens a room at the relay behind a router from which nobody is let in; resolves when it is registered. */
async function hostBehind(t: TestContext, lab: Lab, kind: NatKind) {
	lab.nat("a", kind);
	const host = startRpc(t, ["host", "--name", "Hana", "--relay", relay], { namespace: lab.nameOf("hostA") });
	await host.waitFor("passwordRequired");
	await host.call("password", { password });
	const { invite = "" } = await host.waitFor(
		"reachability",
		({ ways }) => ways.some(({ way, state }) => way === "relay" && state === "open"),
		"the room is at the relay",
	);
	return { host, invite };
}

async function talk(t: TestContext, host: RtRpc, guest: RtRpc, begun: number): Promise<void> {
	await guest.waitFor("passwordRequired");
	t.diagnostic(`asked for the password after ${Math.round(performance.now() - begun)} ms`);
	await guest.call("password", { password });
	await guest.waitFor("joined", ({ self }) => self === true, "the guest's own join");
	await guest.call("send", { text: "by the relay" });
	await host.waitFor("message", ({ text }) => text === "by the relay");
	const answered = guest.all("attempt").filter(({ state }) => state === "answered");
	assert.deepEqual(
		answered.map(({ transport }) => transport),
		["relay"],
		"there was no other way",
	);
}

const cells: readonly { readonly guest: NatKind; readonly more: readonly string[] }[] = [
	{ guest: "symmetric", more: [] },
	{ guest: "blockudp", more: [] },
	{ guest: "proxyonly", more: ["--proxy", `http://${proxy.address}:${proxy.port}`] },
];

for (const { guest: kind, more } of cells) {
	test(`From behind a symmetric router the relay leads in whoever is behind: ${kind}`, async (t) => {
		const lab = await openLab(t);
		if (!lab) return;
		const listening = ["relay", "--port", "443", "--bind", addresses.srv, "--json"];
		assert.match(await firstLine(t, lab, "srv", [rtPath, ...listening]), /"listening"/);
		const program = fileURLToPath(new URL("./lab/proxy-program.ts", import.meta.url));
		const isReady = await firstLine(t, lab, "gwB", [process.execPath, program, proxy.address, proxy.port]);
		assert.equal(isReady, "ready");
		const { host, invite } = await hostBehind(t, lab, "symmetric");
		lab.nat("b", kind);
		const begun = performance.now();
		const words = ["join", invite, "--name", "Gus", ...more];
		await talk(t, host, startRpc(t, words, { namespace: lab.nameOf("hostB") }), begun);
	});
}

test("Where only a proxy leads outside, the invite alone leads nowhere, and the guest is told", async (t) => {
	const lab = await openLab(t);
	if (!lab) return;
	await firstLine(t, lab, "srv", [rtPath, "relay", "--port", "443", "--bind", addresses.srv, "--json"]);
	const { invite } = await hostBehind(t, lab, "symmetric");
	lab.nat("b", "proxyonly");
	const guest = startRpc(t, ["join", invite, "--name", "Gus"], { namespace: lab.nameOf("hostB") });
	const { code } = (await guest.waitFor("closed")) as { readonly code?: string };
	assert.ok(code === "unreachable" || code === "timed_out" || code === "refused", code);
});
