// Whole rooms through a private Tor network on loopback: found with nothing but the invite, and nobody has an address.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { makeKnock } from "../../src/crypto/opening/knock.ts";
import { readTorPart, torPartKey } from "../../src/engine/routes/tor/part.ts";
import { frameType } from "../../src/engine/wire/frame.ts";
import { parseInvite } from "../../src/engine/wire/invite.ts";
import { OnionGuest } from "../../src/net/tor/onion-guest.ts";
import { onionKey } from "../../src/net/tor/onion-key.ts";
import { Tor } from "../../src/net/tor/tor.ts";
import { patiently } from "../net/link/conformance.ts";
import { readGreeting } from "../support/attackers/cheap-guest.ts";
import type { TestEngine } from "../support/rooms/real-engine.ts";
import { torPassword, torRooms, torsOf, torWay } from "../support/rooms/tor-rooms.ts";
import { passesWithRestart } from "./files/people.ts";

const password = torPassword;
const { lines, options, open, hidden, joined, back } = await torRooms();

test(
	"a room through Tor alone: its start is told, it is joined by the invite, and nobody has an address",
	options,
	async (t) => {
		const { host, invite } = await hidden(t);
		const percents = host.events.flatMap((event) => (event.kind === "tor" ? event.percent : []));
		assert.ok(percents.includes(100) && percents.some((percent) => percent < 100), `${percents}`);
		const hosting = host.engine.snapshot().hosting;
		assert.deepEqual([hosting?.port, hosting?.joinLines, hosting?.ways.length], [0, [], 1]);
		const read = parseInvite(invite);
		assert.deepEqual(read.kind === "invite" && read.invite.endpoints, []);
		const guest = await joined(t, invite, "Gero");
		assert.ok(guest.events.some((event) => event.kind === "attempt" && event.transport === "tor"));
		const { member } = await host.told("joined", (event) => event.member.name === "Gero");
		assert.equal(member.address?.includes("."), false, "what the host sees is the invite");
		await guest.does({ kind: "send", text: "from nowhere" });
		await host.told("message", (event) => event.text === "from nowhere");
		await host.does({ kind: "leave" });
		assert.equal((await guest.told("closed")).code, "room_closed");
		await host.until(() => torsOf(host).length === 0, "Tor has ended with the room");
	},
);

test("a file passes through Tor, a program ends in the middle of it, and it goes on", options, async (t) => {
	const { host, invite } = await hidden(t);
	const guest = await joined(t, invite, "Gero");
	await passesWithRestart(t, host, guest, () => back(t, invite, guest));
});

test("whoever has no invite of the room gets no guess, by whatever they have", options, async (t) => {
	const { host, invite } = await hidden(t);
	const read = parseInvite(invite);
	assert.ok(read.kind === "invite" && read.invite.secret);
	const key = readTorPart(read.invite.parts.get(torPartKey));
	assert.ok(key);
	const home = mkdtempSync(join(tmpdir(), "rt-stranger-"));
	const tor = new Tor({ kind: "own", folder: home, extras: { lines } });
	t.after(() => rmSync(home, { recursive: true, force: true }));
	const dial = async (publicKey: Uint8Array, secret: Uint8Array) => {
		const onion = new OnionGuest({ tor, publicKey, secret });
		t.after(() => onion.close());
		return onion.dial(patiently());
	};
	const withoutInvite = await dial(key, randomBytes(16));
	assert.equal(
		withoutInvite.kind === "failed" && withoutInvite.proxy,
		"onionWrongKey",
		"the address alone opens nothing",
	);
	const nobody = await dial(onionKey(randomBytes(32)).publicKey, read.invite.secret);
	assert.equal(nobody.kind === "failed" && nobody.failure, "unreachable");
	// Somebody who got the onion's key from elsewhere, and has no secret to knock with: Tor lets them through, and the room does not.
	const reached = await dial(key, read.invite.secret);
	assert.ok(reached.kind === "linked", JSON.stringify(reached));
	const { frames, channel } = await readGreeting(reached.link);
	frames.send(frameType.knock, makeKnock({}, channel));
	const answer = await frames.next(new AbortController().signal);
	assert.notEqual(answer.kind, "frame", "closed, and nothing was said of the room");
	assert.equal(host.events.filter((event) => event.kind === "strike").length, 0);
});

test("Tor that dies in mid-talk is started again at either end, and everybody comes back", options, async (t) => {
	const { host, invite } = await hidden(t);
	const guest = await joined(t, invite, "Gero");
	const kill = (one: TestEngine): void => {
		const all = torsOf(one);
		assert.equal(all.length, 1, "one Tor for each program");
		for (const pid of all) process.kill(pid, "SIGKILL");
	};
	kill(guest);
	await guest.told("reconnecting");
	await guest.told("reconnected");
	await guest.does({ kind: "send", text: "my Tor died" });
	await host.told("message", (event) => event.text === "my Tor died");
	kill(host);
	await host.until(() => torWay(host)?.state === "blocked", "the host sees that Tor is gone");
	await guest.does({ kind: "send", text: "said while the host's Tor was gone" });
	await host.told("message", (event) => event.text === "said while the host's Tor was gone");
	assert.equal(torWay(host)?.state, "open");
});

/** Guesses wrong three times on one connection, and is disconnected. */
async function guessWrong(guest: TestEngine, invite: string): Promise<void> {
	const before = guest.events.filter(({ kind }) => kind === "closed").length;
	await guest.does({ kind: "join", target: invite });
	for (let left = 3; left > 0; left -= 1) {
		await guest.until(() => {
			const { phase } = guest.engine.snapshot();
			return phase.kind === "passwordNeeded" && phase.attemptsLeft === left;
		});
		await guest.does({ kind: "password", password: `wrong ${left}` });
	}
	await guest.until(() => guest.events.filter(({ kind }) => kind === "closed").length > before);
}

test(
	"a personal invite is the caller: three wrong, three more, blocked, and unblocked by the friend's name; others come in meanwhile",
	options,
	async (t) => {
		const { host, invite: shared } = await hidden(t);
		const made = await host.engine.perform({ kind: "invite", label: "Bob" });
		assert.ok(made.kind === "done" && made.invite !== undefined && made.invite !== shared);
		assert.equal((await host.engine.perform({ kind: "invite", label: "Bob" })).kind, "done", "the same again");
		const { invite } = made;
		const stranger = await open(t, "Kira");
		await guessWrong(stranger, invite);
		const strike = await host.told("strike", (event) => event.disconnected);
		assert.deepEqual([strike.attempts, strike.invite, strike.address], [3, "Bob", "the invite for Bob"]);
		await guessWrong(stranger, invite);
		const blocked = await host.told("blocked");
		assert.deepEqual([blocked.invite, blocked.address], ["Bob", "the invite for Bob"]);
		await stranger.does({ kind: "join", target: invite });
		await stranger.until(() => stranger.events.some((event) => event.kind === "closed" && event.code === "blocked"));
		await host.until(() => host.engine.snapshot().gate?.blocks.length === 1);
		const [block] = host.engine.snapshot().gate?.blocks ?? [];
		assert.equal(block?.label, "the invite for Bob");
		const gero = await joined(t, shared, "Gero");
		assert.ok(gero.person("Hanna"), "who has another invite comes in");
		await host.does({ kind: "unblock", address: "Bob" });
		const bob = await joined(t, invite, "Bob");
		// Now it is this key's alone.
		await stranger.does({ kind: "leave" });
		await stranger.does({ kind: "join", target: invite });
		await stranger.until(() => stranger.engine.snapshot().phase.kind === "passwordNeeded");
		await stranger.does({ kind: "password", password });
		const leaked = await host.told("notice", ({ notice }) => notice.code === "inviteOfAnother");
		assert.ok(leaked.notice.code === "inviteOfAnother" && leaked.notice.label === "Bob");
		assert.equal(host.engine.snapshot().people.length, 3);
		await host.does({ kind: "takeBackInvite", label: "Bob" });
		await bob.does({ kind: "send", text: "still here" });
		await host.told("message", (event) => event.text === "still here");
		assert.equal((await host.engine.perform({ kind: "takeBackInvite", label: "Bob" })).kind, "refused");
	},
);
