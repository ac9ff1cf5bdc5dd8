// Rooms reached by UDP: a whole stay, and the gate, which counts the address a UDP link really has.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import type { Link } from "../../src/net/link/link.ts";
import { udpTransport } from "../../src/net/udp/udp.ts";
import { type Guessed, guess, knockEmpty } from "../support/attackers/cheap-guest.ts";
import { udpBetween } from "../support/net/udp-between.ts";
import { hostRoom, openTestEngine } from "../support/rooms/real-engine.ts";

const password = "four calm green words";
test("a guest whom TCP does not get through joins by UDP, talks, and is told of the room's end", async (t) => {
	const host = await openTestEngine(t, "Hanna");
	const port = await udpBetween(t, await hostRoom(host, password));
	const listening = await host.told("listening");
	assert.deepEqual(listening.transports, ["tcp", "udp"]);
	const guest = await openTestEngine(t, "Gero");
	await guest.engine.perform({ kind: "join", target: `127.0.0.1 ${port}` });
	const failed = await guest.told("attempt", (one) => one.transport === "tcp" && one.state === "failed");
	assert.equal(failed.why?.kind === "dial" && failed.why.failure, "refused");
	await guest.told("attempt", (one) => one.transport === "udp" && one.state === "answered");
	await guest.told("passwordRequired");
	await guest.engine.perform({ kind: "password", password });
	await guest.told("joined", (event) => event.self);
	const { member } = await host.told("joined", (event) => event.member.name === "Gero");
	assert.equal(member.address, "127.0.0.1");
	await guest.engine.perform({ kind: "send", text: "by UDP" });
	await host.told("message", (event) => event.text === "by UDP");
	await host.engine.perform({ kind: "send", text: "and back" });
	await guest.told("message", (event) => event.text === "and back");
	await host.engine.perform({ kind: "leave" });
	assert.equal((await guest.told("closed")).code, "room_closed");
});

test("when nobody answers, each transport's reason is told, and the end is called what TCP says", async (t) => {
	const host = await openTestEngine(t, "Hanna");
	const port = await hostRoom(host, password);
	await host.engine.perform({ kind: "leave" });
	const guest = await openTestEngine(t, "Gero");
	await guest.engine.perform({ kind: "join", target: `127.0.0.1 ${port}` });
	for (const transport of ["tcp", "udp"]) {
		const { why } = await guest.told("attempt", (one) => one.transport === transport && one.state === "failed");
		assert.match(why?.kind === "dial" ? why.detail : "", /127\.0\.0\.1/);
	}
	assert.equal((await guest.told("closed")).code, "refused");
});

async function knockByUdp(localAddress: string, port: number): Promise<Link | undefined> {
	const signal = new AbortController().signal;
	const outcome = await udpTransport().dial({ host: "127.0.0.1", port }, { signal, timeoutMs: 5_000, localAddress });
	return outcome.kind === "linked" ? outcome.link : undefined;
}

/** Guesses until the host hangs up. */
async function hammer(address: string, port: number): Promise<readonly Guessed[]> {
	const link = await knockByUdp(address, port);
	const verdicts: Guessed[] = [];
	const greeting = link && (await knockEmpty(link).catch(() => undefined));
	for (let attempt = 1; greeting && attempt <= 3; attempt++) {
		const verdict = await guess(greeting, randomBytes(32), attempt);
		verdicts.push(verdict);
		if (verdict.kind === "ended") break;
	}
	link?.stream.destroy();
	return verdicts;
}

test("attack: guessing by UDP gets an address blocked after six, for TCP and UDP alike, and no other", async (t) => {
	const host = await openTestEngine(t, "Hanna");
	const port = await hostRoom(host, password);
	const address = "127.9.9.9";
	const verdicts: Guessed[] = [];
	for (let n = 0; n < 4; n += 1) verdicts.push(...(await hammer(address, port)));
	assert.equal(verdicts.filter(({ kind }) => kind === "wrong").length, 6);
	assert.deepEqual(
		(await host.engine.blocks()).map((block) => block.address),
		[address],
	);
	const neighbour = await hammer("127.9.9.10", port);
	assert.equal(neighbour.filter(({ kind }) => kind === "wrong").length, 3);
});
