// What a host keeps of files for others: until all have answered, through a restart where the room stays, and no longer.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { hostRoom, joinRoom, openAgain, openTestEngine, type TestEngine } from "../../support/rooms/real-engine.ts";
import { temporaryHome } from "../../support/temporary-home.ts";
import { until } from "../../support/until.ts";
import { hasAll, keptBy, makeFile, password, send, takes } from "./people.ts";

async function threePeople(t: TestContext) {
	const host = await openTestEngine(t, "Ann");
	const port = await hostRoom(host, password);
	const guests: TestEngine[] = [];
	for (const name of ["Bob", "Cleo"]) {
		const guest = await openTestEngine(t, name);
		await joinRoom(guest, port, password);
		await host.told("joined", ({ member }) => member.name === name);
		guests.push(guest);
	}
	const [bob, cleo] = guests;
	assert.ok(bob && cleo);
	await bob.told("joined", ({ member }) => member.name === "Cleo");
	return { host, bob, cleo, port };
}

const isEmpty = (host: TestEngine): Promise<void> =>
	until(() => readdirSync(join(host.home, "spool")).every((name) => name.includes(".lock")), "nothing is kept");

test("when everybody has a file or wants none, its host keeps nothing of it any more", async (t) => {
	const { host, bob, cleo } = await threePeople(t);
	const made = await makeFile(t, "song.ogg", 3_000_000);
	const id = await send(bob, made.path);
	await hasAll(host);
	await takes(host, id, temporaryHome(t));
	assert.equal(keptBy(host).length, 1, "somebody has not answered");
	await cleo.told("fileOffered");
	await cleo.does({ kind: "declineFile", id });
	await isEmpty(host);
	const other = await send(bob, made.path);
	await host.told("fileOffered", (event) => event.id === other);
	await host.does({ kind: "declineFile", id: other });
	await takes(cleo, other, temporaryHome(t));
	await isEmpty(host);
});

test("whoever declined a file and takes it when its host keeps nothing of it any more gets it from its sender, and the host keeps it until then", async (t) => {
	const { host, bob, cleo } = await threePeople(t);
	const made = await makeFile(t, "song.ogg", 3_000_000);
	const id = await send(bob, made.path);
	await hasAll(host);
	for (const one of [host, cleo]) {
		await one.told("fileOffered");
		await one.does({ kind: "declineFile", id });
	}
	await isEmpty(host);
	const { sha256 } = await takes(cleo, id, temporaryHome(t));
	assert.equal(sha256, made.sha256);
	await isEmpty(host);
	assert.equal((await takes(host, id, temporaryHome(t))).sha256, made.sha256, "the host itself too");
	await isEmpty(host);
});

test("a file that its host offers can be taken after it was declined, and is not given anew to others", async (t) => {
	const { host, bob, cleo } = await threePeople(t);
	const made = await makeFile(t, "song.ogg", 3_000_000);
	const id = await send(host, made.path);
	for (const one of [bob, cleo]) {
		await one.told("fileOffered");
		await one.does({ kind: "declineFile", id });
	}
	for (const one of [bob, cleo]) assert.equal((await takes(one, id, temporaryHome(t))).sha256, made.sha256);
});

test("a file that was kept before the room was comes after both programs were started again, with its sender gone, and then goes", async (t) => {
	const { host, bob, cleo, port } = await threePeople(t);
	const made = await makeFile(t, "song.ogg", 3_000_000);
	const id = await send(bob, made.path);
	await hasAll(host);
	await host.does({ kind: "declineFile", id });
	await host.does({ kind: "keep", name: "Friends" });
	for (const guest of [bob, cleo]) await guest.told("roomKept");
	for (const one of [cleo, bob, host]) await one.engine.close();

	const hostBack = await openAgain(t, host);
	await hostBack.does({ kind: "host", password: "", wish: { bind: "127.0.0.1", keep: "Friends", port } });
	assert.deepEqual(keptBy(hostBack), [{ here: 3, all: 3 }]);
	const cleoBack = await openAgain(t, cleo);
	await cleoBack.does({ kind: "join", target: "Friends" });
	const got = await takes(cleoBack, id, temporaryHome(t));
	assert.equal(got.sha256, made.sha256);
	await isEmpty(hostBack);
});
