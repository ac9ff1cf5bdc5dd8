// Rooms off the record with whole engines on real sockets: opened, kept, come back to, verified in, and never turned into another kind.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { HostWish } from "../../../src/engine/api/hosting.ts";
import { ownPort } from "../../support/net/own-port.ts";
import { openAgain, openTestEngine, type TestEngine } from "../../support/rooms/real-engine.ts";

const password = "four calm green words";

function fingerprintOf({ engine }: TestEngine): string {
	const { identity } = engine.snapshot();
	assert.ok(identity.kind === "ready");
	return identity.fingerprint;
}

const wishFor = (guest: TestEngine, more: HostWish = {}): HostWish => ({
	bind: "127.0.0.1",
	offRecordWith: fingerprintOf(guest),
	...more,
});

/** The host opens a room off the record with the guest, who joins by the invite. */
async function together(host: TestEngine, guest: TestEngine, more: HostWish = {}): Promise<string> {
	await host.does({ kind: "host", password, wish: wishFor(guest, more) });
	const invite = host.engine.snapshot().hosting?.invite;
	assert.ok(invite);
	await guest.does({ kind: "join", target: invite });
	await guest.told("passwordRequired");
	await guest.does({ kind: "password", password });
	await guest.told("joined", ({ self }) => self);
	return invite;
}

test("both are told that the room is off the record, it is kept as that, and both come back to it by name after their programs were ended", async (t) => {
	const [host, guest] = [await openTestEngine(t, "Hanna"), await openTestEngine(t, "Bob")];
	const port = await ownPort();
	await together(host, guest, { keep: "Quiet", port });
	for (const one of [host, guest]) {
		assert.equal(one.engine.snapshot().isOffRecord, true);
		await one.told("notice", ({ notice }) => notice.code === "offRecord");
		await one.until(() => one.engine.snapshot().keptRooms?.[0]?.isOffRecord === true, "it is kept off the record");
	}
	for (const [one, kind] of [
		[host, "setHistory"],
		[guest, "setOwnHistory"],
	] as const) {
		const outcome = await one.engine.perform({ kind, days: 30 });
		assert.ok(outcome.kind === "refused" && outcome.code === "bad_off_record" && outcome.why === "history");
	}
	await guest.does({ kind: "send", text: "before" });
	await host.told("message", ({ text }) => text === "before");
	await guest.engine.close();
	await host.does({ kind: "send", text: "while you were away" });
	await host.engine.close();
	const hostBack = await openAgain(t, host);
	await hostBack.does({ kind: "host", password: "", wish: { bind: "127.0.0.1", keep: "Quiet", port } });
	const guestBack = await openAgain(t, guest);
	await guestBack.does({ kind: "join", target: "Quiet" });
	await guestBack.told("message", ({ text }) => text === "while you were away");
	await guestBack.does({ kind: "send", text: "and now" });
	await hostBack.told("message", ({ text }) => text === "and now");
	for (const one of [hostBack, guestBack]) assert.equal(one.engine.snapshot().isOffRecord, true);
});

test("a room that can't be off the record is refused with the reason, and none becomes another kind under its name", async (t) => {
	const [host, guest, other] = [
		await openTestEngine(t, "Hanna"),
		await openTestEngine(t, "Bob"),
		await openTestEngine(t, "Carol"),
	];
	const why = async (wish: HostWish) => {
		const outcome = await host.engine.perform({ kind: "host", password, wish });
		return outcome.kind === "refused" && outcome.code === "bad_off_record" ? outcome.why : outcome.kind;
	};
	assert.equal(await why({ offRecordWith: "Bob" }), "notAFingerprint");
	assert.equal(await why({ offRecordWith: fingerprintOf(host) }), "ownKey");
	assert.equal(await why(wishFor(guest, { visibleOnLan: true })), "visible");
	assert.equal(await why(wishFor(guest, { keep: "Quiet", historyDays: 3 })), "history");
	await host.does({ kind: "host", password, wish: { bind: "127.0.0.1", keep: "Open" } });
	await host.does({ kind: "leave" });
	await host.does({ kind: "host", password, wish: wishFor(guest, { keep: "Quiet" }) });
	await host.does({ kind: "leave" });
	assert.equal(await why(wishFor(guest, { keep: "Open" })), "otherKind");
	assert.equal(await why(wishFor(other, { keep: "Quiet" })), "otherKind");
	// Without a word it goes on as what it is.
	await host.does({ kind: "host", password: "", wish: { bind: "127.0.0.1", keep: "Quiet" } });
	assert.equal(host.engine.snapshot().isOffRecord, true);
});

test("a running room off the record can be kept, but never with a history", async (t) => {
	const [host, guest] = [await openTestEngine(t, "Hanna"), await openTestEngine(t, "Bob")];
	await host.does({ kind: "host", password, wish: wishFor(guest) });
	const outcome = await host.engine.perform({ kind: "keep", name: "Quiet", historyDays: 3 });
	assert.ok(outcome.kind === "refused" && outcome.code === "bad_off_record", JSON.stringify(outcome));
	assert.equal(outcome.why, "history");
	assert.equal(host.engine.snapshot().keptRooms, undefined, "nothing is kept");
	await host.does({ kind: "keep", name: "Quiet" });
});

test("two people verify each other in a room off the record by a shared secret, as anywhere", async (t) => {
	const [host, guest] = [await openTestEngine(t, "Hanna"), await openTestEngine(t, "Bob")];
	await together(host, guest);
	await host.until(() => host.engine.snapshot().people.length === 2, "both are there");
	const { fingerprint } = host.person("Bob");
	await host.does({ kind: "verifyAsk", fingerprint, secret: "the old oak", question: "where?" });
	await guest.told("verification");
	await guest.does({ kind: "verifyAnswer", secret: "The Old Oak" });
	await host.until(() => host.person("Bob").trust === "verified", "Bob is verified");
	await guest.until(() => guest.person("Hanna").trust === "verified", "Hanna is verified");
});

test("attack: a third person with the invite and the password is told that the room is not theirs, and the two notice nobody", async (t) => {
	const [host, guest, eve] = [
		await openTestEngine(t, "Hanna"),
		await openTestEngine(t, "Bob"),
		await openTestEngine(t, "Eve"),
	];
	const invite = await together(host, guest);
	await eve.does({ kind: "join", target: invite });
	await eve.told("passwordRequired");
	await eve.does({ kind: "password", password });
	assert.equal((await eve.told("closed")).code, "not_for_you");
	assert.equal(host.engine.snapshot().people.length, 2);
});
