// Files through whole engines on real sockets: who offers, who takes, and what is on the disk at the end.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { joinRoom, openTestEngine } from "../../support/rooms/real-engine.ts";
import { temporaryHome } from "../../support/temporary-home.ts";
import { makeFile, password, send, takes, twoPeople } from "./people.ts";

const sizes = [0, 1, 65_535, 65_536, 1_048_576, 1_048_577, 5_000_000];

test("a host's file comes to a guest as it was, whatever its size", async (t) => {
	const [host, guest] = await twoPeople(t);
	const to = temporaryHome(t);
	for (const size of sizes) {
		const made = await makeFile(t, `part ${size}.bin`, size);
		const got = await takes(guest, await send(host, made.path), to);
		assert.equal(got.sha256, made.sha256);
		assert.deepEqual(await readFile(got.path), made.bytes);
		assert.equal((await stat(got.path)).mode & 0o777, 0o600);
	}
	assert.equal((await readdir(to)).length, sizes.length, "nothing half-done is left");
	await host.told("fileTaken", (event) => event.by.name === "Bob");
});

test("a guest's file comes to the host and to another guest", async (t) => {
	const [host, guest] = await twoPeople(t);
	const other = await openTestEngine(t, "Cleo");
	await joinRoom(other, host.engine.snapshot().hosting?.port ?? 0, password);
	await guest.told("joined", (event) => event.member.name === "Cleo");
	const made = await makeFile(t, "song.ogg", 3_500_000);
	const id = await send(guest, made.path);
	const got = await Promise.all([takes(host, id, temporaryHome(t)), takes(other, id, temporaryHome(t))]);
	for (const one of got) assert.equal(one.sha256, made.sha256);
	await guest.told("fileTaken", (event) => event.by.name === "Ann");
	await guest.told("fileTaken", (event) => event.by.name === "Cleo");
});

test("a folder comes with everything in it", async (t) => {
	const [host, guest] = await twoPeople(t);
	const folder = join(temporaryHome(t), "holiday");
	await mkdir(join(folder, "beach"), { recursive: true });
	const bytes = randomBytes(1_500_000);
	await writeFile(join(folder, "beach", "sea.jpg"), bytes);
	await writeFile(join(folder, "empty"), "");
	await writeFile(join(folder, "note.txt"), "wish you were here");
	const to = temporaryHome(t);
	const { path } = await takes(guest, await send(host, folder), to);
	assert.equal(path, join(to, "holiday"));
	assert.deepEqual(await readFile(join(path, "beach", "sea.jpg")), bytes);
	assert.equal(await readFile(join(path, "note.txt"), "utf8"), "wish you were here");
	assert.equal((await stat(join(path, "empty"))).size, 0);
});

test("when the host closes the room, a guest is told that all files came only if all that it wanted did", async (t) => {
	const [host, guest] = await twoPeople(t);
	const other = await openTestEngine(t, "Cleo");
	await joinRoom(other, host.engine.snapshot().hosting?.port ?? 0, password);
	await host.told("joined", (event) => event.member.name === "Cleo");
	const taken = await send(host, (await makeFile(t, "taken.bin", 1_000)).path);
	const unwanted = await send(host, (await makeFile(t, "unwanted.bin", 1_000)).path);
	await takes(guest, taken, temporaryHome(t));
	await takes(other, taken, temporaryHome(t));
	for (const one of [guest, other]) await one.told("fileOffered", (event) => event.id === unwanted);
	await guest.does({ kind: "declineFile", id: unwanted });
	await host.does({ kind: "leave" });
	assert.equal((await guest.told("closed")).haveFilesCome, true);
	const { phase } = guest.engine.snapshot();
	assert.ok(phase.kind === "ended" && phase.haveFilesCome);
	assert.equal((await other.told("closed")).haveFilesCome, undefined, "it had not answered the second offer");
});
