// What was said in a room that keeps it, as a person and their programs meet it: killed, started again, scrolled back, searched, printed, forgotten.
import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { openRt, runRt } from "../../support/program/rt.ts";
import { startRpc } from "../../support/program/rt-rpc.ts";
import { temporaryHome } from "../../support/temporary-home.ts";
import { keys } from "../../support/terminal/terminal.ts";

const password = "four calm green words";
const ctrlHome = "\u001B[1;5H";
const lines = 700;
const textOf = (number: number) => (number === 7 ? "the velociraptor is here" : `line number ${number}`);

async function openKept(t: TestContext, home: string) {
	const host = startRpc(t, ["host", "--keep", "Friends", "--history", "90", "--bind", "127.0.0.1", "--name", "Hana"], {
		home,
	});
	await host.waitFor("passwordRequired");
	await host.call("password", { password });
	await host.waitFor("listening");
	return host;
}

const onDisk = (folder: string): Buffer =>
	Buffer.concat(
		readdirSync(folder, { recursive: true, withFileTypes: true })
			.filter((entry) => entry.isFile())
			.map(({ parentPath, name }) => readFileSync(join(parentPath, name))),
	);

test("after a kill and a new start scrolling goes back to the first line, the search finds it, rt log prints it, and /forget leaves nothing", async (t) => {
	const home = temporaryHome(t);
	const host = await openKept(t, home);
	for (let number = 0; number < lines; number += 1) await host.call("send", { text: textOf(number) });
	await host.waitFor("message", ({ text }) => text === textOf(lines - 1));
	host.kill("SIGKILL");
	await host.exit;
	assert.ok(!onDisk(home).includes("velociraptor"), "no word of it can be read on the disk");
	assert.equal(statSync(join(home, "history.db")).mode & 0o777, 0o600);

	const printed = await runRt(t, ["log", "Friends", "--search", "VELOCI"], { home });
	assert.match(printed.output, /^\d{4}-\d\d-\d\d \d\d:\d\d Hana: the velociraptor is here\n$/);
	const exported = await runRt(t, ["history", "export", "Friends", "--json"], { home });
	const all = exported.output
		.trim()
		.split("\n")
		.map((line) => JSON.parse(line));
	assert.deepEqual(
		all.map(({ text }) => text),
		Array.from({ length: lines }, (_, number) => textOf(number)),
		"nothing that was told is lost by kill -9, and all is in order",
	);

	writeFileSync(join(home, "password"), password, { mode: 0o600 });
	const args = ["host", "--keep", "Friends", "--bind", "127.0.0.1", "--password-file", join(home, "password")];
	const window = openRt(t, args, { home });
	await window.waitFor("Enter go to the chat");
	window.type(keys.enter);
	await window.waitFor("history 90 days");
	await window.waitFor(`line number ${lines - 1}`, "the newest lines are there at once");
	window.type(`${keys.ctrlR}velociraptor`);
	await window.waitFor("the velociraptor is here", "the search goes on into the disk");
	window.type(keys.escape);
	await window.waitFor(`line number ${lines - 1}`);
	window.type(ctrlHome);
	await window.waitFor("line number 0", "the oldest line of all");
	window.type("/history\r");
	await window.waitFor("for 90 days on its own disk");
	window.type("/forget room\r");
	await window.waitFor("Start a room");
	window.type(keys.escape);
	await window.exit;
	const gone = await runRt(t, ["log", "Friends"], { home });
	assert.match(gone.errors, /No room is kept here/);
	assert.ok(!onDisk(home).includes("velociraptor"));
});

test("rt log prints the part that is asked for and says what is wrong with a day, and rt history purge does nothing without --yes", async (t) => {
	const home = temporaryHome(t);
	const host = await openKept(t, home);
	await host.call("send", { text: "one\nsecond row" });
	await host.call("send", { text: "two" });
	await host.waitFor("message", ({ text }) => text === "two");
	const running = await runRt(t, ["log", "Friends"], { home });
	assert.match(running.output, /Hana: one\n {2}> second row\n.*Hana: two\n$/, "also while a room is open");
	const future = await runRt(t, ["log", "Friends", "--until", "yesterday"], { home });
	assert.equal(future.output, "");
	const by = await runRt(t, ["log", "friends", "--from", "hAn", "--since", "today", "--json"], { home });
	assert.deepEqual(
		by.output
			.trim()
			.split("\n")
			.map((line) => JSON.parse(line).text),
		["one\nsecond row", "two"],
	);
	const everywhere = await runRt(t, ["log", "--search", "tw"], { home });
	assert.match(everywhere.output, /^"Friends" \S+ \S+ Hana: two\n$/);
	assert.match((await runRt(t, ["log"], { home })).errors, /Which room\?/);
	assert.match(
		(await runRt(t, ["log", "Friends", "--since", "someday"], { home })).errors,
		/--since is a day or a time/,
	);
	assert.match((await runRt(t, ["log", "Enemies"], { home })).errors, /There are: "Friends"/);
	assert.match((await runRt(t, ["history", "purge", "Friends"], { home })).errors, /add --yes/);
	assert.match((await runRt(t, ["history", "purge", "--yes"], { home })).errors, /Another Real Talk|other program/i);
	await host.call("quit");
	await host.exit;
	const purged = await runRt(t, ["history", "purge", "Friends", "--yes"], { home });
	assert.match(purged.output, /Forgotten/);
	assert.equal((await runRt(t, ["log", "Friends"], { home })).output, "");
});
