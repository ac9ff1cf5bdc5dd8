// The background process as a person and their programs use it: started, asked, attached to, killed, started again, stopped.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type TestContext, test } from "node:test";
import { needs } from "../support/needs.ts";
import { cheapEnvironment, openRt, root, rtPath, runRt } from "../support/program/rt.ts";
import { joinRoom } from "../support/program/rt-rpc.ts";
import { temporaryHome } from "../support/temporary-home.ts";
import { keys } from "../support/terminal/terminal.ts";
import { Watch } from "../support/until.ts";

const password = "four calm green words";

/** Starts a program and reads its lines; it is killed after the test. */
function running(
	t: TestContext,
	command: string,
	args: readonly string[],
	home: string,
	env: Readonly<Record<string, string>> = cheapEnvironment(home),
) {
	const child = spawn(command, args, { cwd: root, env });
	t.after(() => void child.kill("SIGKILL"));
	const lines: string[] = [];
	const watch = new Watch(() => lines.slice(-10).join("\n"));
	for (const input of [child.stdout, child.stderr]) {
		createInterface({ input }).on("line", (line) => {
			lines.push(line);
			watch.changed();
		});
	}
	const exit = new Promise<number | null>((resolve) => {
		child.on("close", (code) => {
			watch.ended(`it ended with code ${code}`);
			resolve(code);
		});
	});
	const says = async (pattern: RegExp): Promise<RegExpMatchArray> => {
		const find = () => lines.map((line) => line.match(pattern)).find((match) => match !== null);
		await watch.until(() => find() !== undefined, String(pattern));
		return find() ?? assert.fail();
	};
	return { child, lines, says, exit };
}

async function startDaemon(t: TestContext, home: string, ...more: readonly string[]) {
	const daemon = running(t, rtPath, ["daemon", "--home", home, ...more], home);
	await daemon.says(/the background process has started/);
	return daemon;
}

async function statusOf(t: TestContext, home: string): Promise<unknown> {
	const { output } = await runRt(t, ["daemon", "status", "--json"], { home });
	return JSON.parse(output);
}

test("The background process says how it is, lets no second one have the home, and ends when it is told to", async (t) => {
	const home = temporaryHome(t);
	assert.deepEqual(await statusOf(t, home), { running: false });
	const without = await runRt(t, ["told"], { home });
	assert.match(without.output, /^On this computer's disk, in [\s\S]*No room of yours is open/);
	const daemon = await startDaemon(t, home);
	// What others learned from it, it knows itself.
	const told = await runRt(t, ["told"], { home });
	assert.match(told.output, /^Outside your rooms, since Real Talk was started at [\s\S]*On this computer's disk, in /);
	assert.equal(statSync(join(home, "rt.sock")).mode & 0o777, 0o600);
	const status = await statusOf(t, home);
	assert.ok(typeof status === "object" && status !== null && "pid" in status && "identity" in status);
	assert.deepEqual([status.pid, status.identity], [daemon.child.pid, "none"]);
	const second = await runRt(t, ["daemon"], { home });
	assert.equal(second.code, 2);
	assert.match(second.errors, new RegExp(`has a background process already \\(process ${daemon.child.pid}\\)`));
	const stopped = await runRt(t, ["daemon", "stop"], { home });
	assert.equal(stopped.code, 0);
	assert.equal(await daemon.exit, 0);
	assert.deepEqual(await statusOf(t, home), { running: false });
});

test("attack: a background process that is killed at once leaves neither a lock nor a socket in the way of the next", async (t) => {
	const home = temporaryHome(t);
	for (let round = 0; round < 2; round += 1) {
		const daemon = await startDaemon(t, home);
		daemon.child.kill("SIGKILL");
		await daemon.exit;
		assert.deepEqual(await statusOf(t, home), { running: false });
	}
	const daemon = await startDaemon(t, home);
	daemon.child.kill("SIGTERM");
	assert.equal(await daemon.exit, 0);
});

test("The example client in Python hosts by the socket, answers a guest, and its room is over when it is told bye", async (t) => {
	if (!needs(t, "python3")) return;
	const home = temporaryHome(t);
	const daemon = await startDaemon(t, home, "--name", "Hanna");
	const passwordFile = join(home, "password");
	writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
	const client = running(t, "python3", ["docs/examples/room.py", join(home, "rt.sock"), passwordFile], home);
	const [, port = ""] = await client.says(/^listening (\d+)$/);
	const guest = await joinRoom(t, { port: Number(port), password }, "Gus");
	await guest.call("send", { text: "ping" });
	await guest.waitFor("message", ({ text, own }) => !own && text === "pong");
	await guest.call("send", { text: "bye" });
	assert.equal((await guest.waitFor("closed")).code, "room_closed");
	assert.equal(await client.exit, 0);
	assert.equal(daemon.child.exitCode, null);
});

test("A window shows what the background process has, and the room that it opened is over when the window is killed", async (t) => {
	const home = temporaryHome(t);
	const daemon = await startDaemon(t, home, "--name", "Hanna");
	const window = openRt(t, ["host", "--bind", "127.0.0.1"], { home });
	await window.waitFor("Start a room");
	window.type(keys.enter);
	await window.waitFor("Server has been started.");
	window.type(keys.escape);
	await window.waitFor("Nobody else is here.");
	window.type(`Is anybody here?${keys.enter}`);
	await window.waitFor("Hanna › Is anybody here?");
	const roomsOf = async () => {
		const status = await statusOf(t, home);
		return typeof status === "object" && status !== null && "rooms" in status ? status.rooms : undefined;
	};
	const rooms = await roomsOf();
	assert.ok(Array.isArray(rooms) && rooms.length === 1);
	process.kill(window.pid, "SIGKILL");
	await daemon.says(/a client went; clients: 0/);
	assert.deepEqual(await roomsOf(), []);
});

test("With a passphrase the background process waits for ./rt unlock, and a wrong one is told", async (t) => {
	const home = temporaryHome(t);
	const first = await startDaemon(t, home, "--name", "Hanna");
	await runRt(t, ["daemon", "stop"], { home });
	await first.exit;
	const set = await runRt(t, ["key", "passphrase"], { home, input: "a passphrase\na passphrase\n" });
	assert.equal(set.code, 0, set.output + set.errors);
	const daemon = await startDaemon(t, home);
	await daemon.says(/waits for \.\/rt unlock/);
	const unlocked = await runRt(t, ["unlock"], { home, input: "wrong\na passphrase\n" });
	assert.equal(unlocked.code, 0, unlocked.output);
	assert.match(unlocked.output, /That is not the passphrase\.[\s\S]*Unlocked\./);
	const status = await statusOf(t, home);
	assert.ok(typeof status === "object" && status !== null && "identity" in status && status.identity === "ready");
});

test("attack: a command line that forbids the router or the network gets no window on a background process that may ask them", async (t) => {
	const home = temporaryHome(t);
	const lenient = { ...cheapEnvironment(home), RT_NO_PORTMAP: "", RT_NO_LAN: "" };
	const daemon = running(t, rtPath, ["daemon", "--home", home, "--name", "Hanna"], home, lenient);
	await daemon.says(/the background process has started/);
	const alone = await runRt(t, ["host", "--plain", "--bind", "127.0.0.1"], { home, input: `${password}\n` });
	assert.match(alone.output, /Server has been started/);
	await daemon.says(/a client went; clients: 0/);
	const status = await statusOf(t, home);
	assert.ok(typeof status === "object" && status !== null && "rooms" in status);
	assert.deepEqual(status.rooms, []);
	const asked = daemon.lines.filter((line) => /a client came/.test(line)).length;
	assert.ok(asked >= 1, "it looked, and went away again");
});

test("A config.toml with something wrong in it is refused by the background process too: it may name a proxy", async (t) => {
	const home = temporaryHome(t);
	writeFileSync(join(home, "config.toml"), "proxy = 7\n");
	const refused = await runRt(t, ["daemon"], { home });
	assert.equal(refused.code, 2);
	assert.match(refused.errors, /config\.toml/);
});
