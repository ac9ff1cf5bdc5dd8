// `rt blocks` in another window while a room is open: who is added is removed from the room, and stays out until removed from the list.
import assert from "node:assert/strict";
import { test } from "node:test";
import { runRt } from "../../support/program/rt.ts";
import { hostRoom, joinRoom, startRpc } from "../../support/program/rt-rpc.ts";

test("A key that is blocked from outside leaves the room at once, is told so when it comes back, and comes in again when it is unblocked.", async (t) => {
	const room = await hostRoom(t);
	const { host, port, password } = room;
	const guest = await joinRoom(t, room, "Gus");
	const { member } = await host.waitFor("joined", ({ self }) => self !== true);
	const blocks = async (...words: readonly string[]) => {
		const { code, output } = await runRt(t, ["blocks", ...words], { home: host.home });
		return { code, output };
	};
	const added = await blocks("add", ...(member.fingerprint.match(/.{4}/g) ?? []), "for", "2h", "too", "loud");
	assert.deepEqual(added, { code: 0, output: "Blocked.\n" });
	assert.equal((await guest.waitFor("closed")).code, "kicked");
	await host.waitFor("left", ({ reason }) => reason === "kicked");
	await host.waitFor("notice", ({ text }) => text.includes("rt blocks"));
	const listed = await blocks("list");
	assert.match(listed.output, new RegExp(`^${member.fingerprint} \\(.*by hand\\), until .*, note: too loud$`, "m"));
	const again = startRpc(t, ["join", "127.0.0.1", String(port)], { home: guest.home });
	await again.waitFor("passwordRequired");
	await again.call("password", { password });
	assert.equal((await again.waitFor("closed")).code, "blocked");
	assert.equal((await again.exit).code, 21);
	assert.equal((await blocks("remove", member.fingerprint)).code, 0);
	await joinRoom(t, room, "Gus", { home: guest.home });
	assert.equal((await blocks("list")).output, "Nobody is blocked.\n");
	await assert.rejects(host.call("block", { address: "127.0.0.1" }), { code: "bad_address" });
});
