// Who may find a kept room on the network, and whether anybody new comes in, stay as the host has set them when the program is started again.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { parseFingerprint } from "../../../../src/crypto/identity/fingerprint.ts";
import { waysOnReturn } from "../../../../src/engine/host/ways/kept-ways.ts";
import { openKeptRooms } from "../../../../src/ui/daemon/kept-rooms.ts";
import { openAgain, openTestEngine, type TestEngine } from "../../../support/rooms/real-engine.ts";

const password = "four calm green words";
const lan = { isLanAllowed: true };
/** On loopback alone the room is shown to nobody, whatever its host has chosen: nothing of a test goes into a network. */
const wish = { bind: "127.0.0.1", keep: "Friends" };

async function hostOf(t: TestContext, visibleOnLan?: boolean): Promise<TestEngine> {
	const host = await openTestEngine(t, "Hanna", {}, lan);
	await host.does({
		kind: "host",
		password,
		wish: { ...wish, ...(visibleOnLan === undefined ? {} : { visibleOnLan }) },
	});
	return host;
}

/** Ends the program and starts it again; the room is opened as the background process opens it. */
async function restarted(t: TestContext, one: TestEngine, isLanAllowed = true): Promise<TestEngine> {
	await one.engine.close();
	const again = await openAgain(t, one, {}, { isLanAllowed });
	t.after(openKeptRooms(again.engine, assert.fail));
	await again.until(() => again.engine.snapshot().phase.kind === "inRoom", "the room is open again");
	return again;
}

const chosen = ({ engine }: TestEngine) => {
	const { gate, hosting } = engine.snapshot();
	return { isShown: hosting?.lan !== undefined, isPaused: gate?.settings.isPaused };
};

test("a kept room is shown on the network after a restart if its host has shown it, by a command or from the start, and not if they have taken that back", async (t) => {
	const host = await hostOf(t);
	assert.deepEqual(chosen(host), { isShown: false, isPaused: false });
	await host.does({ kind: "settings", visibleOnLan: true });
	const again = await restarted(t, host);
	assert.deepEqual(chosen(again), { isShown: true, isPaused: false });
	await again.does({ kind: "settings", visibleOnLan: false });
	assert.deepEqual(chosen(await restarted(t, again)), { isShown: false, isPaused: false });
	assert.equal(chosen(await restarted(t, await hostOf(t, true))).isShown, true);
});

test("a kept room into which nobody new was let lets nobody new in after a restart either, until its host says so", async (t) => {
	const host = await hostOf(t);
	await host.does({ kind: "settings", isPaused: true });
	const again = await restarted(t, host);
	assert.equal(chosen(again).isPaused, true);
	const stranger = await openTestEngine(t, "Sam");
	await stranger.does({ kind: "join", target: `127.0.0.1 ${again.engine.snapshot().hosting?.port}` });
	const { code } = await stranger.told("closed");
	assert.equal(code, "paused");
	await again.does({ kind: "settings", isPaused: false });
	assert.equal(chosen(await restarted(t, again)).isPaused, false);
});

test("where nothing may be sent into the network the room opens and is not shown there, and is shown again the next time, unless its host has taken that back", async (t) => {
	const forbidden = await restarted(t, await hostOf(t, true), false);
	assert.equal(chosen(forbidden).isShown, false);
	const allowed = await restarted(t, forbidden);
	assert.equal(chosen(allowed).isShown, true);
	const again = await restarted(t, allowed, false);
	await again.does({ kind: "settings", visibleOnLan: false });
	assert.equal(chosen(await restarted(t, again)).isShown, false);
});

test("a host who says, when the room is opened again, that it is not to be shown has chosen so from then on", async (t) => {
	const host = await hostOf(t, true);
	await host.engine.close();
	const again = await openAgain(t, host, {}, lan);
	await again.does({ kind: "host", password: "", wish: { ...wish, visibleOnLan: false } });
	assert.equal(chosen(again).isShown, false);
	assert.equal(chosen(await restarted(t, again)).isShown, false);
});

test("a room that was shown on the network is not shown there where its host opens it by other ways, nor ever where it is off the record", () => {
	const usable = { route: () => true, isLanAllowed: true };
	const isShown = (record: Parameters<typeof waysOnReturn>[1], wish = {}) =>
		waysOnReturn(wish, record, usable).wish.visibleOnLan ?? false;
	assert.equal(isShown({ isVisible: true }), true);
	assert.equal(isShown({ isVisible: true }, { routes: ["tor"] }), false);
	assert.equal(isShown({ isVisible: true }, { routes: ["dht"], visibleOnLan: true }), true);
	assert.equal(isShown({ isVisible: true, offRecordWith: parseFingerprint("AB".repeat(20)) }), false);
});
