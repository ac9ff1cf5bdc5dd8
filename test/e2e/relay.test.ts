// `rt relay` and a room through it, between real programs: who comes in, what the relay could have seen, and what happens when it is started again.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, writeFileSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type TestContext, test } from "node:test";
import { encodeInvite, parseInvite } from "../../src/engine/wire/invite.ts";
import { ownPort } from "../support/net/own-port.ts";
import { cleanEnvironment, rtPath, runRt } from "../support/program/rt.ts";
import { type RtRpc, startRpc } from "../support/program/rt-rpc.ts";
import { temporaryHome } from "../support/temporary-home.ts";
import { until } from "../support/until.ts";

const bind = "127.0.0.1";
const password = "open the door";

/** Starts `rt relay`; resolves with its port when it listens. */
async function startRelay(t: TestContext, port = 0, ...more: readonly string[]) {
	const home = temporaryHome(t);
	const program = spawn(rtPath, ["relay", "--port", String(port), "--json", ...more], { env: cleanEnvironment(home) });
	t.after(() => void program.kill("SIGKILL"));
	const [line] = (await once(createInterface({ input: program.stdout }), "line")) as [string];
	const said = JSON.parse(line) as { method: string; params: { port: number; metricsPort?: number } };
	assert.equal(said.method, "listening");
	return { program, ...said.params };
}

/** Passes connections on to the relay, and keeps every byte as whoever runs the relay could. */
async function tapped(t: TestContext, relayPort: number) {
	const seen: Buffer[] = [];
	const open = new Set<Socket>();
	const server = createServer((socket) => {
		const onwards = connect(relayPort, bind);
		for (const [from, to] of [
			[socket, onwards],
			[onwards, socket],
		] as const) {
			open.add(from);
			from.on("data", (chunk) => {
				seen.push(chunk);
				to.write(chunk);
			});
			from.on("error", () => {});
			from.on("close", () => {
				open.delete(from);
				to.destroy();
			});
		}
	});
	server.listen(0, bind);
	await once(server, "listening");
	t.after(() => {
		server.close();
		for (const socket of open) socket.destroy();
	});
	const address = server.address();
	assert.ok(typeof address === "object" && address !== null);
	return { port: address.port, seen: () => Buffer.concat(seen) };
}

/** Opens a room that is at the relay. `invite` names the relay alone: no address leads there directly. */
async function hostAt(t: TestContext, url: string, ...more: readonly string[]) {
	const host = startRpc(t, ["host", "--bind", bind, "--name", "Hana", "--relay", url, ...more]);
	await host.waitFor("passwordRequired");
	await host.call("password", { password });
	const { invite = "" } = await host.waitFor(
		"reachability",
		({ ways }) => ways.some(({ way, state }) => way === "relay" && state === "open"),
		"the room is at the relay",
	);
	const read = parseInvite(invite);
	assert.ok(read.kind === "invite", invite);
	return { host, invite: encodeInvite({ ...read.invite, endpoints: [] }) };
}

async function joinBy(t: TestContext, invite: string, name: string): Promise<RtRpc> {
	const guest = startRpc(t, ["join", invite, "--name", name]);
	await guest.waitFor("passwordRequired");
	await guest.call("password", { password });
	await guest.waitFor("joined", ({ self }) => self === true, `${name}'s own join`);
	return guest;
}

test("Two people talk through a relay, which sees neither words nor names nor keys; started again, it has both back", async (t) => {
	const port = await ownPort();
	const tap = await tapped(t, port);
	// The relay answers to the address that was dialled, which is the tap's: it is named as an operator names theirs.
	const names = ["--public-name", `relay.example,${bind}:${tap.port}`];
	const first = await startRelay(t, port, ...names);
	const { host, invite } = await hostAt(t, `ws://${bind}:${tap.port}`);
	const guest = await joinBy(t, invite, "Gustav");
	assert.deepEqual(
		guest.all("attempt").map(({ transport, state }) => [transport, state]),
		[
			["relay", "trying"],
			["relay", "answered"],
		],
	);
	await guest.call("send", { text: "a word for Hana alone" });
	const heard = await host.waitFor("message", ({ own }) => !own);
	assert.equal(heard.text, "a word for Hana alone");
	const seen = tap.seen();
	assert.ok(seen.length > 10_000, "the relay passed on what was said");
	const { fingerprint } = heard.from;
	for (const secret of ["a word for", "Gustav", "Hana", password, fingerprint, fingerprint.toLowerCase()]) {
		assert.equal(seen.indexOf(secret), -1, secret);
		assert.equal(seen.indexOf(Buffer.from(secret, "utf16le")), -1, secret);
	}
	assert.equal(seen.indexOf(Buffer.from(fingerprint, "hex")), -1, "the key's fingerprint");
	const read = parseInvite(invite);
	assert.ok(read.kind === "invite" && read.invite.secret && read.invite.room);
	for (const [what, bytes] of Object.entries({ secret: read.invite.secret, room: read.invite.room })) {
		assert.equal(seen.indexOf(bytes), -1, what);
		assert.equal(seen.indexOf(Buffer.from(bytes).toString("hex")), -1, what);
	}

	first.program.kill("SIGKILL");
	await guest.waitFor("reconnecting");
	await startRelay(t, port, ...names);
	await guest.call("send", { text: "said again" });
	await host.waitFor("message", ({ text }) => text === "said again", "what was said after the relay was started again");
});

test("A friend's own invite leads through the relay, and its wrong passwords are that invite's alone", async (t) => {
	const relay = await startRelay(t);
	const { host, invite } = await hostAt(t, `ws://${bind}:${relay.port}`);
	const made = (await host.call("invite", { label: "Bob" })) as { invite: string };
	const read = parseInvite(made.invite);
	assert.ok(read.kind === "invite");
	const forBob = encodeInvite({ ...read.invite, endpoints: [] });
	const stranger = startRpc(t, ["join", forBob, "--name", "Mallory"]);
	await stranger.waitFor("passwordRequired");
	await stranger.call("password", { password: "open the window" });
	const strike = (await host.waitFor("strike")) as { readonly invite?: string };
	assert.equal(strike.invite, "Bob");
	stranger.kill("SIGKILL");
	await joinBy(t, forBob, "Bob");
	await joinBy(t, invite, "Gustav");
});

test("A wrong password through a relay counts for the invite, and the host is told", async (t) => {
	const relay = await startRelay(t);
	const { host, invite } = await hostAt(t, `ws://${bind}:${relay.port}`);
	const guest = startRpc(t, ["join", invite, "--name", "Mallory"]);
	await guest.waitFor("passwordRequired");
	await guest.call("password", { password: "open the window" });
	await guest.waitFor("passwordRequired", ({ attemptsLeft }) => attemptsLeft === 2, "two tries are left");
	assert.equal((await host.waitFor("strike")).attempts, 1);
});

test("A relay tells its health and counts on a port of its own, stops when it is told to, and refuses what makes no sense", async (t) => {
	const relay = await startRelay(t, 0, "--metrics-port", "0");
	assert.notEqual(relay.metricsPort, undefined);
	const at = (path: string) => fetch(`http://${bind}:${relay.metricsPort}${path}`);
	assert.equal(await (await at("/health")).text(), "ok\n");
	await hostAt(t, `ws://${bind}:${relay.port}`);
	await until(async () => /^rt_relay_rooms 1$/m.test(await (await at("/metrics")).text()), "the room is counted");
	assert.doesNotMatch(await (await at("/metrics")).text(), /127\.0\.0\.1|[0-9a-f]{32}/);
	relay.program.kill("SIGTERM");
	assert.deepEqual(await once(relay.program, "exit"), [0, null]);

	const token = join(temporaryHome(t), "token");
	writeFileSync(token, "a token of the relay\n");
	chmodSync(token, 0o644);
	for (const [words, said] of [
		[["relay", "--port", "99999"], /--port must be a number/],
		[["relay", "--public-name", "https://relay.example"], /needs the name that people dial/],
		[["relay", "--bind", "everywhere"], /needs an address in numbers/],
		[
			["relay", "--token-file", join(token, "..", "nothing")],
			/nothing, in which the relay's token should be, could not be read: there is no such file\./,
		],
		[["relay", "--token-file", token], /Others on this computer can read/],
		[["relay", "now"], /takes nothing but/],
		[["host", "--relay", "relay.example.org"], /--relay needs the address of a relay/],
		[["host", "--relay", "wss://name@relay.example.org/path"], /--relay needs the address of a relay/],
	] as const) {
		const { code, errors } = await runRt(t, words);
		assert.equal(code, 2, words.join(" "));
		assert.match(errors, said);
	}
});
