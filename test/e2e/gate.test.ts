// Three strikes as people see them: real programs in real terminals, in network namespaces whose addresses look public, so that places are known.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { openRt, type RtTerminal, runRt } from "../support/program/rt.ts";
import { temporaryHome } from "../support/temporary-home.ts";
import { keys } from "../support/terminal/terminal.ts";
import { type House, openStreet } from "./street.ts";

const password = "pioneer-earn-chest-kingdom";
const port = "4711";
const f3 = "\u001BOR";
/** 81.2.69.0/24 is in the data that comes with the program. */
const place = /[^()]*United Kingdom · Andrews & Arnold Ltd/;
const atHome = (words: string): RegExp => new RegExp(`${words.replaceAll(".", "\\.")} \\(${place.source}\\)`);

/** `./rt ARGS` in a terminal in that house: too narrow for the people beside the chat, so that lines are found where they wrap. */
function openIn({ namespace }: House, t: TestContext, args: readonly string[], home: string): RtTerminal {
	return openRt(t, args, { home, rows: 40, columns: 88, script: `exec ip netns exec ${namespace} $RT` });
}

/** In a home without a key the name is asked for first. */
async function takeName(rt: RtTerminal): Promise<void> {
	await rt.waitFor("What should others call you?");
	rt.type(keys.enter);
}

async function openRoom(house: House, t: TestContext, known?: RtTerminal): Promise<RtTerminal> {
	const args = ["host", "--port", port, "--no-portmap", "--name", "Hana"];
	const host = openIn(house, t, args, known?.home ?? temporaryHome(t));
	if (known === undefined) await takeName(host);
	await host.waitFor("Please enter a password that will be required to join this chat");
	host.type(`${keys.ctrlU}${password}${keys.enter}`);
	await host.waitFor("Server has been started.");
	host.type(keys.enter);
	await host.waitFor("only you here");
	return host;
}

async function guessThrice(guest: RtTerminal): Promise<void> {
	for (const left of ["2 tries left", "1 try left"]) {
		await guest.waitFor("Please enter the password of this room");
		guest.type(`not the password${keys.enter}`);
		await guest.waitFor(left);
	}
	guest.type(`not the password${keys.enter}`);
	await guest.waitFor("That was not the password, and no tries are left.");
}

/** `rt blocks …` in another window of the host. */
async function blocks(t: TestContext, { home }: RtTerminal, ...words: readonly string[]): Promise<string> {
	const { code, output, errors } = await runRt(t, ["blocks", ...words], { home });
	assert.equal(code, 0, errors + output);
	return output;
}

async function strikesUntilBlocked(host: RtTerminal, guest: RtTerminal, address: string): Promise<void> {
	await guessThrice(guest);
	await host.waitFor(atHome(`Wrong password from ${address}`));
	await host.waitFor(", 3 of 6. They were disconnected.");
	guest.type(keys.enter);
	await guessThrice(guest);
	await host.waitFor(", 6 of 6. They were disconnected.");
	await host.waitFor(atHome(`!! ${address}`));
	await host.waitFor(`is blocked after six wrong passwords. /unblock ${address} lets them try again.`);
	guest.type(keys.enter);
	await guest.waitFor("You are blocked at this room");
	await guest.waitFor("Only the host can change that: ask them to unblock you.");
}

/** F3, the list of the blocked, u, and Enter for yes. */
async function unblockInAdmin(host: RtTerminal, address: string): Promise<void> {
	host.type(f3);
	await host.waitFor("Blocked 1");
	host.type("2");
	await host.waitFor("3 wrong passwords, blocked");
	await host.waitFor("turned away: is blocked");
	host.type("3");
	await host.waitFor(/81\.2\.69\.142 \S+ · wrong passwords · .*United Kingdom/);
	host.type(keys.enter);
	await host.waitFor(place);
	await host.waitFor("6 wrong passwords, cleared with it");
	host.type("u");
	await host.waitFor(`Unblock ${address}?`);
	host.type(keys.enter);
	await host.waitFor(`${address} may try again.`);
	host.type(keys.escape);
	await host.waitFor("Say something");
}

test("Six wrong passwords block a person, with the place on the screen and through a kill -9; unblocked in the admin panel, the person joins.", async (t) => {
	const [hostHouse, guestHouse] = openStreet(t, [["81.2.69.160/24"], ["81.2.69.142/24"]]) ?? [];
	if (hostHouse === undefined || guestHouse === undefined) return;
	// In a fresh checkout the location data is made on the first question, which takes some seconds.
	assert.match((await runRt(t, ["geoip", "lookup", "81.2.69.142"])).output, /United Kingdom/);
	const doomed = await openRoom(hostHouse, t);
	const guest = openIn(guestHouse, t, ["81.2.69.160", port, "--name", "Gabi"], temporaryHome(t));
	await takeName(guest);
	await strikesUntilBlocked(doomed, guest, "81.2.69.142");
	assert.match(await blocks(t, doomed, "list"), atHome("81.2.69.142"));
	doomed.close();
	await doomed.exit;
	const host = await openRoom(hostHouse, t, doomed);
	guest.type(keys.enter);
	await guest.waitFor("You are blocked at this room");
	await unblockInAdmin(host, "81.2.69.142");
	guest.type(keys.enter);
	await guest.waitFor("Please enter the password of this room");
	guest.type(`${password}${keys.enter}`);
	await guest.waitFor("2 people · connected");
	await host.waitFor(/→ "Gabi" joined · first time: never met before · from .*United Kingdom · Andrews & Arnold Ltd/);
});

/** Plain lines, three wrong passwords; the exit code. */
async function failThrice(t: TestContext, { namespace }: House, home: string): Promise<number> {
	const args = ["2a01:4f8:1::1", port, "--plain", "--name", "Mallory"];
	const guest = openRt(t, args, { home, script: `exec ip netns exec ${namespace} $RT` });
	for (const asked of [
		"Please enter the password of the room (3 attempts left).",
		"That was not the password. Please enter it again (2 attempts left).",
		"That was not the password. Please enter it again (1 attempt left).",
	]) {
		await guest.waitFor(asked);
		guest.type(`wrong${keys.enter}`);
	}
	return (await guest.exit).code;
}

test("Over IPv6 all addresses of a /64 are one caller; what rt blocks adds and removes holds in the open room.", async (t) => {
	const [hostHouse, guestHouse] = openStreet(t, [["2a01:4f8:1::1/32"], ["2a01:4f8:2::1/32"]]) ?? [];
	if (hostHouse === undefined || guestHouse === undefined) return;
	const host = await openRoom(hostHouse, t);
	const mallory = temporaryHome(t);
	assert.equal(await failThrice(t, guestHouse, mallory), 20);
	guestHouse.moveTo("2a01:4f8:2::bad:cafe/32");
	assert.equal(await failThrice(t, guestHouse, mallory), 20);
	await host.waitFor(/!! 2a01:4f8:2::bad:cafe \([^()]*Germany · Hetzner Online GmbH\) is blocked/);
	assert.match(await blocks(t, host, "list"), /^2a01:4f8:2::\/64 \([^()]*Germany/);
	guestHouse.moveTo("2a01:4f8:2::3/32");
	const guest = openIn(guestHouse, t, ["2a01:4f8:1::1", port, "--name", "Gabi"], temporaryHome(t));
	await takeName(guest);
	await guest.waitFor("You are blocked at this room");
	await blocks(t, host, "remove", "2a01:4f8:2::/64");
	guest.type(keys.enter);
	await guest.waitFor("Please enter the password of this room");
	guest.type(`${password}${keys.enter}`);
	await guest.waitFor("2 people · connected");
	await blocks(t, host, "add", "2a01:4f8:2::/48", "for", "2h", "too loud");
	await guest.waitFor("The host removed you from the room.");
	await host.waitFor('← "Gabi" was removed by the host');
	guest.type(keys.enter);
	await guest.waitFor("You are blocked at this room");
	assert.match(await blocks(t, host, "list"), /^2a01:4f8:2::\/48 .*note: too loud/);
});
