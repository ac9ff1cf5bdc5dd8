// What was under way goes on: after the Link broke, after either program was started again, and where the same file is offered anew.
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { test } from "node:test";
import { joinRoom, openAgain } from "../../support/rooms/real-engine.ts";
import { beginsToTake, password, send, twoPeople } from "./people.ts";

const long = { name: "long.bin", size: 30_000_000, bytesPerSecond: 2_000_000, doneBytes: 1_000_000 };

test("a file that was paused goes on where it was", async (t) => {
	const [host, guest] = await twoPeople(t);
	const { made, to, id } = await beginsToTake(t, [host, guest], long);
	const share = () => host.engine.snapshot().files?.[0]?.shares?.[0];
	await host.until(() => (share()?.bytesPerSecond ?? 0) > 0, "its sender sees how fast it comes to the other");
	await guest.does({ kind: "pauseFile", id });
	await host.until(() => share() !== undefined && share()?.bytesPerSecond === undefined, "and that it does no more");
	const file = () => guest.engine.snapshot().files?.find((one) => one.id === id);
	assert.equal(file()?.state.kind, "waiting");
	await guest.does({ kind: "limitFiles", bytesPerSecond: "off" });
	await guest.does({ kind: "resumeFile", id });
	const done = await guest.told("fileDone");
	assert.equal(done.sha256, made.sha256);
	assert.equal((await readdir(to)).length, 1);
});

test("a file that was cancelled leaves nothing behind, and one that is taken back can't be had any more", async (t) => {
	const [host, guest] = await twoPeople(t);
	const { made, to, id } = await beginsToTake(t, [host, guest], long);
	await guest.does({ kind: "pauseFile", id });
	await guest.does({ kind: "cancelFile", id });
	assert.deepEqual(await readdir(to), [], "nor where it was on hold");
	await host.does({ kind: "cancelFile", id });
	await guest.until(() => guest.engine.snapshot().files?.[0]?.state.kind === "cancelled");
	const other = await send(host, made.path);
	await guest.told("fileOffered", (event) => event.id === other);
	await guest.does({ kind: "acceptFile", id: other, to });
	await guest.told("fileProgress", (event) => event.id === other && event.done > 1_000_000);
	await host.does({ kind: "cancelFile", id: other });
	await guest.told("fileFailed", (event) => event.id === other && event.code === "withdrawn");
});

test("a file goes on by itself when the receiver's program was started again and is back in the room", async (t) => {
	const [host, guest] = await twoPeople(t);
	const { made, to } = await beginsToTake(t, [host, guest], {
		...long,
		bytesPerSecond: 4_000_000,
		doneBytes: 4_000_000,
	});
	await guest.engine.close();
	assert.equal((await readdir(to)).length, 2, "what came, and which pieces those are");
	const again = await openAgain(t, guest);
	await joinRoom(again, host.engine.snapshot().hosting?.port ?? 0, password);
	const done = await again.told("fileDone");
	assert.equal(done.sha256, made.sha256);
	assert.deepEqual(await readFile(done.path), made.bytes);
});
