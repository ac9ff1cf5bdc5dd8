// Rooms that are kept, through a private Tor network, with real programs that are killed: both find each other again by the same onion, and nobody has an address.
import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, type TestContext, test } from "node:test";
import { readTorPart, torPartKey } from "../../src/engine/routes/tor/part.ts";
import { parseInvite } from "../../src/engine/wire/invite.ts";
import { hasTor, privateTor } from "../support/net/private-tor.ts";
import { type RtRpc, startRpc } from "../support/program/rt-rpc.ts";
import { temporaryHome } from "../support/temporary-home.ts";

const password = "four calm green words";
const isThere = hasTor();
const network = isThere ? await privateTor() : undefined;
after(() => network?.close());
const options = { skip: !isThere };

/** A home with a file of what a tor needs to be of the private network. */
function person(t: TestContext) {
	const home = temporaryHome(t);
	const torrc = join(home, "private-torrc");
	writeFileSync(torrc, `${network?.lines.join("\n")}\n`);
	const start = (...words: readonly string[]): RtRpc => startRpc(t, [...words, "--torrc", torrc], { home });
	return { home, start };
}

/** Resolves with the invite of a room once guests can come by Tor. */
async function published(host: RtRpc): Promise<string> {
	const { ways, invite = "" } = await host.waitFor("reachability", ({ ways }) =>
		ways.some(({ way, state }) => way === "tor" && state === "open"),
	);
	assert.equal(ways.length, 1, "and in no other way");
	return invite;
}

function onionIn(invite: string): string {
	const read = parseInvite(invite);
	assert.ok(read.kind === "invite");
	assert.deepEqual(read.invite.endpoints, [], "nobody's address is in it");
	return Buffer.from(readTorPart(read.invite.parts.get(torPartKey)) ?? []).toString("hex");
}

async function killed(program: RtRpc): Promise<void> {
	program.kill("SIGKILL");
	await program.exit;
}

async function entered(guest: RtRpc): Promise<void> {
	await guest.waitFor("joined", ({ self }) => self === true, "the guest's own join");
}

test(
	"After both programs were killed they find each other again by the onion, and a friend's invite of before still opens it",
	options,
	async (t) => {
		const [hana, gus, bob] = [person(t), person(t), person(t)];
		let host = hana.start("host", "--tor", "--keep", "Friends", "--name", "Hana");
		await host.waitFor("passwordRequired");
		await host.call("password", { password });
		const invite = await published(host);
		const { invite: forBob } = (await host.call("invite", { label: "Bob" })) as { invite: string };
		let guest = gus.start("join", invite, "--name", "Gus");
		await guest.waitFor("passwordRequired");
		await guest.call("password", { password });
		await guest.waitFor("roomKept");
		await Promise.all([killed(host), killed(guest)]);

		guest = gus.start("join", "Friends");
		// Nothing is said of Tor here: the room remembers by which way it is reached, and that there is no other.
		host = hana.start("host", "--keep", "Friends");
		await host.waitFor("passwordRequired");
		await host.call("password", { password });
		assert.equal((await host.waitFor("listening")).port, 0, "no port is opened");
		assert.equal(onionIn(await published(host)), onionIn(invite));
		await entered(guest);
		assert.equal(guest.all("passwordRequired").length, 0);
		await guest.call("send", { text: "found you" });
		await host.waitFor("message", ({ text }) => text === "found you");

		const friend = bob.start("join", forBob, "--name", "Bob");
		await friend.waitFor("passwordRequired");
		await friend.call("password", { password });
		await entered(friend);
		assert.equal(((await host.call("invite", { label: "Bob" })) as { invite: string }).invite, forBob);
		for (const { home } of [hana, gus, bob])
			assert.equal(seedIn(home, onionIn(invite)), false, "no key lies open on the disk");
	},
);

/** Tells whether a file of a home has the onion's key in it. */
function seedIn(home: string, hex: string): boolean {
	const wanted = Buffer.from(hex, "hex");
	const names = readdirSync(home, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
	return names.some(({ name, parentPath }) => {
		// Tor's own folder knows the onion of a service that it has visited.
		return !parentPath.includes("/tor/") && readFileSync(join(parentPath, name)).includes(wanted);
	});
}

test(
	"A room that is forgotten takes its onion's key with it, and one of the same name has another",
	options,
	async (t) => {
		const hana = person(t);
		const host = hana.start("host", "--tor", "--keep", "Friends", "--name", "Hana");
		await host.waitFor("passwordRequired");
		await host.call("password", { password });
		const invite = await published(host);
		await host.call("forget", {});
		await host.exit;
		const again = hana.start("host", "--tor", "--keep", "Friends");
		await again.waitFor("passwordRequired");
		await again.call("password", { password });
		assert.notEqual(onionIn(await published(again)), onionIn(invite));
	},
);

test(
	"Two who met in a room through Tor are buddies there, and find each other again after both programs were killed",
	options,
	async (t) => {
		const [hana, gus] = [person(t), person(t)];
		let host = hana.start("host", "--tor", "--name", "Hana");
		await host.waitFor("passwordRequired");
		await host.call("password", { password });
		const invite = await published(host);
		let guest = gus.start("join", invite, "--name", "Gus");
		await guest.waitFor("passwordRequired");
		await guest.call("password", { password });
		await entered(guest);
		const { member } = await host.waitFor("joined", ({ self }) => self !== true, "the guest's join");
		await host.call("buddy", { fingerprint: member.fingerprint });
		const { buddy } = await guest.waitFor("buddyProposed");
		await guest.call("answerBuddy", { fingerprint: buddy.fingerprint, answer: "accept" });
		await guest.waitFor("joined", ({ self, room }) => self === true && room === buddy.room, "the room of two");
		await Promise.all([killed(host), killed(guest)]);

		guest = gus.start("join", "Hana");
		host = hana.start("join", "Gus");
		assert.equal((await host.waitFor("listening")).port, 0, "no port is opened");
		assert.notEqual(onionIn(await published(host)), onionIn(invite), "the room of two has an onion of its own");
		await entered(guest);
		await guest.call("send", { text: "found you" });
		await host.waitFor("message", ({ text }) => text === "found you");
		assert.equal(guest.all("passwordRequired").length, 0);
	},
);
