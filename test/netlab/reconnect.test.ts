// The network of a running room breaks in every way a home's does: each line is there once and in order, on both sides.
import assert from "node:assert/strict";
import { suite, type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { deadAfterMs, pingEveryMs } from "../../src/engine/wire/keep-alive.ts";
import { type RtRpc, startRpc } from "../support/program/rt-rpc.ts";
import { until } from "../support/until.ts";
import { addresses, type Lab, openLab } from "./lab.ts";

const password = "open the door";
const linesBefore = 400;
const linesMeanwhile = 300;
const linesAll = 1_000;

interface Room {
	readonly lab: Lab;
	readonly host: RtRpc;
	readonly guest: RtRpc;
}

/** A room in one household: what breaks is the cable between host and guest, and no router is needed. */
async function openRoom(t: TestContext): Promise<Room | undefined> {
	const lab = await openLab(t);
	if (!lab) return undefined;
	const host = startRpc(t, ["host", "--name", "Hana"], { namespace: lab.nameOf("hostA") });
	await host.waitFor("passwordRequired");
	await host.call("password", { password });
	const { port } = await host.waitFor("listening");
	const target = [addresses.hostA, String(port)];
	const guest = startRpc(t, ["join", ...target, "--name", "Gus"], { namespace: lab.nameOf("hostA2") });
	await guest.waitFor("passwordRequired");
	await guest.call("password", { password });
	await guest.waitFor("joined", ({ self }) => self === true, "the guest's own join");
	return { lab, host, guest };
}

const lineOf = (who: string, number: number): string => `${who} says line ${number}`;

async function say(rt: RtRpc, who: string, from: number, to: number): Promise<void> {
	for (let number = from; number < to; number += 1) await rt.call("send", { text: lineOf(who, number) });
}

const sayBoth = ({ host, guest }: Room, from: number, to: number): Promise<unknown> =>
	Promise.all([say(host, "Hana", from, to), say(guest, "Gus", from, to)]);

const heard = (rt: RtRpc, own: boolean): readonly string[] =>
	rt.all("message").flatMap((line) => (line.own === own ? [line.text] : []));

/** Says 1,000 lines on both sides, with the trouble in the middle, and compares what each side has heard in the end. */
async function linesSurvive(room: Room, trouble: (room: Room, meanwhile: () => Promise<unknown>) => Promise<void>) {
	const { host, guest } = room;
	await sayBoth(room, 0, linesBefore);
	await trouble(room, () => sayBoth(room, linesBefore, linesBefore + linesMeanwhile));
	await sayBoth(room, linesBefore + linesMeanwhile, linesAll);
	const isAllThere = () => [host, guest].every((rt) => [true, false].every((own) => heard(rt, own).length >= linesAll));
	// What is missing shows below, line by line.
	await until(isAllThere).catch(() => undefined);
	for (const own of [true, false]) {
		assert.deepEqual(
			heard(host, own),
			numbered(own ? "Hana" : "Gus"),
			`at the host, ${own ? "its own" : "the guest's"}`,
		);
		assert.deepEqual(
			heard(guest, own),
			numbered(own ? "Gus" : "Hana"),
			`at the guest, ${own ? "its own" : "the host's"}`,
		);
	}
	assert.equal(host.all("left").length, 0, "nobody left");
	assert.equal(guest.all("left").length, 0, "nobody left");
	assert.equal(host.all("joined").filter(({ self }) => self !== true).length, 1, "the guest came once");
	assert.equal(guest.all("passwordRequired").length, 1, "the person was asked for the password once");
}

const numbered = (who: string): readonly string[] =>
	Array.from({ length: linesAll }, (_, number) => lineOf(who, number));

function unplugged(milliseconds: number): (room: Room, meanwhile: () => Promise<unknown>) => Promise<void> {
	return async ({ lab }, meanwhile) => {
		lab.plug("hostA2", false);
		await Promise.all([meanwhile(), sleep(milliseconds)]);
		lab.plug("hostA2", true);
	};
}

suite("1,000 lines each way arrive once and in order", { concurrency: true }, () => {
	test("when the guest's cable is pulled for 5 seconds", async (t) => {
		const room = await openRoom(t);
		if (room) await linesSurvive(room, unplugged(5_000));
	});

	test("when the guest's cable is pulled for 60 seconds", async (t) => {
		const room = await openRoom(t);
		if (room) await linesSurvive(room, unplugged(60_000));
	});

	test("when the guest's address becomes another", async (t) => {
		const room = await openRoom(t);
		if (!room) return;
		await linesSurvive(room, async ({ lab }, meanwhile) => {
			lab.readdress("hostA2", "192.168.1.77/24");
			await meanwhile();
		});
	});

	test("when the host's program is stopped for 35 seconds and goes on", async (t) => {
		const room = await openRoom(t);
		if (!room) return;
		await linesSurvive(room, async ({ host, guest }, meanwhile) => {
			host.kill("SIGSTOP");
			// What is asked of a stopped program is answered when it goes on.
			const said = meanwhile();
			await sleep(35_000);
			assert.equal(guest.all("closed").length, 0);
			host.kill("SIGCONT");
			await said;
		});
	});
});

test("a guest whose cable is pulled comes back by the other network, and says there what they said meanwhile", async (t) => {
	const lab = await openLab(t);
	if (!lab) return;
	await lab.secondCable({ host: "10.77.0.1", guest: "10.77.0.2" });
	const host = startRpc(t, ["host", "--name", "Hana"], { namespace: lab.nameOf("hostA") });
	await host.waitFor("passwordRequired");
	await host.call("password", { password });
	const { port } = await host.waitFor("listening");
	const { invite } = (await host.call("invite")) as { readonly invite: string };
	// The cable's address is dialled first; the invite has both.
	const guest = startRpc(t, ["join", invite, "--name", "Gus"], { namespace: lab.nameOf("hostA2") });
	await guest.waitFor("passwordRequired");
	await guest.call("password", { password });
	await guest.waitFor("joined", ({ self }) => self === true, "the guest's own join");
	const cables = () => lab.exec("hostA2", "ss", "-Htn", "state", "established", "dport", "=", `:${port}`);
	assert.match(cables(), /192\.168\.1\.3/, "the guest came by the cable that is pulled");
	lab.plug("hostA2", false);
	// Signs of life are asked for at so many steps, and the first of them may come at once: it is not by their absence that the guest knows.
	const isByKeepAlive = sleep(deadAfterMs - pingEveryMs, true, { ref: false });
	assert.notEqual(await Promise.race([guest.waitFor("reconnecting"), isByKeepAlive]), true);
	await say(guest, "Gus", 0, 1);
	await host.waitFor("message", ({ text }) => text === lineOf("Gus", 0), "what the guest said with the cable out");
	assert.match(cables(), /10\.77\.0\.2/);
	assert.equal(host.all("left").length, 0);
});
