// Two real programs pass files: offered, asked about, taken, held, gone on with; a file, a folder, and one that is dropped on the window.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { ownPort } from "../support/net/own-port.ts";
import { openRt } from "../support/program/rt.ts";
import { joinRoom, startDaemon } from "../support/program/rt-rpc.ts";
import { hostOnScreen, type joinOnScreen, terminalSizes } from "../support/program/two-screens.ts";
import { temporaryHome } from "../support/temporary-home.ts";
import { keys, type TerminalSize } from "../support/terminal/terminal.ts";

const choose = "\u0007";

/** Two people in a room; the guest takes no more than a part of the file below in a second. */
async function twoWithFiles(t: TestContext, size: TerminalSize) {
	const files = temporaryHome(t);
	const film = randomBytes(4_000_000);
	writeFileSync(join(files, "my film.mkv"), film);
	mkdirSync(join(files, "photos", "day 1"), { recursive: true });
	for (const [name, bytes] of [
		["a.jpg", 70_000],
		["day 1/b.jpg", 1_300_000],
		["day 1/empty", 0],
	] as const) {
		writeFileSync(join(files, "photos", name), randomBytes(bytes));
	}
	writeFileSync(join(files, "photos", ".hidden"), "x");
	const home = temporaryHome(t);
	writeFileSync(join(home, "config.toml"), "[files]\nlimit-kb-per-second = 400\n");
	const port = await ownPort();
	const host = await hostOnScreen(t, { name: "Hana", port, ...size });
	const guest = await joinSlowly(t, { name: "Gabi", port, home, ...size });
	await host.waitFor("2 people");
	return { host, guest, files, film, downloads: join(home, "Downloads") };
}

/** Joins with a home that has settings and no key yet. */
async function joinSlowly(t: TestContext, who: Parameters<typeof joinOnScreen>[1]) {
	const { name, port, home = temporaryHome(t), columns, rows } = who;
	const guest = openRt(t, ["127.0.0.1", String(port), "--name", name], { home, columns, rows });
	await guest.waitFor("What should others call you?");
	guest.type(keys.enter);
	await guest.waitFor("Please enter the password of this room");
	guest.type(`quiet morning rain 42${keys.enter}`);
	await guest.waitFor("connected");
	return guest;
}

for (const size of terminalSizes) {
	test(`At ${size.columns}×${size.rows}, a file and a folder are offered, taken, held, gone on with, and are the same bytes.`, async (t) => {
		const { host, guest, files, film, downloads } = await twoWithFiles(t, size);
		host.type(`/send '${join(files, "my film.mkv")}'${keys.enter}`);
		await host.waitFor('Send "my film.mkv" (4.0 MB) to the one other person here?');
		host.type(keys.enter);
		await host.waitFor("offered to everybody here");
		await guest.waitFor("my film.mkv");
		await guest.waitFor("/accept or /decline");
		guest.type(choose);
		await guest.waitFor("a take it");
		guest.type("a");
		await guest.waitFor(/\d+ % · [\d.]+ (?:K|M)B of 4\.0 MB · /);
		guest.type(`/hold${keys.enter}`);
		await guest.waitFor(/on hold \(\/continue\), \d+ % here/);
		const [part] = readdirSync(downloads).filter((name) => name.endsWith(".part"));
		assert.equal(statSync(join(downloads, part ?? "")).mode & 0o777, 0o600);
		host.type(`how is it?${keys.enter}`);
		await guest.waitFor("how is it?");
		guest.type(`/continue${keys.enter}`);
		await guest.waitFor("✓ here: ~/Downloads/my film.mkv");
		assert.deepEqual(readFileSync(join(downloads, "my film.mkv")), film);
		assert.deepEqual(readdirSync(downloads), ["my film.mkv"]);
		await host.waitFor("✓ Gabi has it");

		host.type(`/send ${join(files, "pho*")}${keys.enter}`);
		await host.waitFor(/Send "photos" \(folder, 3 files, 1\.4 MB\).*Not sent: 1 hidden file\./);
		host.type(keys.enter);
		await guest.waitFor("photos (folder, 3 files, 1.4 MB)");
		guest.type(`/accept photos to ${join(downloads, "..", "Downloads")}${keys.enter}`);
		await guest.waitFor("✓ here: ~/Downloads/photos");
		for (const name of ["a.jpg", "day 1/b.jpg", "day 1/empty"]) {
			assert.deepEqual(readFileSync(join(downloads, "photos", name)), readFileSync(join(files, "photos", name)), name);
		}
		guest.type(`/files${keys.enter}`);
		await guest.waitFor("Files (2)");
		guest.type(keys.escape);
		await guest.waitFor("Say something");

		host.type(keys.paste(`'${join(files, "my film.mkv")}' `));
		await host.waitFor("it stays as text");
		host.type(keys.escape);
		await host.waitFor("Not sent: the path is in the message box.");
	});
}

test("With --rpc and in the background process, files of verified people come by themselves as config.toml says", async (t) => {
	const homes = [temporaryHome(t), temporaryHome(t)] as const;
	for (const home of homes)
		writeFileSync(
			join(home, "config.toml"),
			`[files]\nfolder = ${JSON.stringify(join(home, "in"))}\naccept-from-verified-mb = 1\n`,
		);
	for (const home of homes) mkdirSync(join(home, "in"));
	const [daemonHome, guestHome] = homes;
	const { rpc: host } = await startDaemon(t, daemonHome, { name: "Hana" });
	await host.call("host", { password: "four calm green words", bind: "127.0.0.1" });
	const { port } = await host.waitFor("listening");
	const guest = await joinRoom(t, { port, password: "four calm green words" }, "Gabi", { home: guestHome });
	const { member } = await host.waitFor("joined", ({ self }) => self !== true);
	await host.call("verify", { fingerprint: member.fingerprint });
	const members = await guest.call("members");
	assert.ok(Array.isArray(members));
	await guest.call("verify", { fingerprint: members.find(({ name }) => name === "Hana").fingerprint });
	for (const [from, to, home] of [
		[guest, host, daemonHome],
		[host, guest, guestHome],
	] as const) {
		const bytes = randomBytes(300_000);
		const path = join(temporaryHome(t), "song.ogg");
		writeFileSync(path, bytes);
		await from.call("sendFile", { path });
		const done = await to.waitFor("fileDone");
		assert.equal(done.path, join(home, "in", "song.ogg"));
		assert.deepEqual(readFileSync(done.path), bytes);
	}
});
