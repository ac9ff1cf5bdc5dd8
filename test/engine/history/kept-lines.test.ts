// What is kept of what is said, with whole engines on real sockets, their homes on disk, and programs that end and are started again.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import type { LineEntry } from "../../../src/engine/api/content.ts";
import { joinRoom, openAgain, openTestEngine, type TestEngine } from "../../support/rooms/real-engine.ts";
import { linesOf, says, textsOf } from "../../support/rooms/what-was-said.ts";
import { bytesBelow } from "../../support/temporary-home.ts";

const password = "four calm green words";

/** Opens the host's kept room with a history, or goes on with it; returns its port. */
async function hostKept(host: TestEngine, wish: { readonly port?: number; readonly historyDays?: number } = {}) {
	await host.does({ kind: "host", password, wish: { bind: "127.0.0.1", keep: "Friends", ...wish } });
	return host.engine.snapshot().hosting?.port ?? 0;
}

test("with a history, host and guest see after a restart what was said before, with replies, reactions, edits and what was deleted", async (t) => {
	const [host, guest] = [await openTestEngine(t, "Hanna"), await openTestEngine(t, "Bob")];
	const port = await hostKept(host, { historyDays: 30 });
	await joinRoom(guest, port, password);
	const kept = await guest.told("roomKept");
	assert.deepEqual([kept.history, kept.historyDays], [true, 30]);
	await guest.until(() => guest.engine.snapshot().kept?.history === true, "the guest sees the policy");
	await says(host, "the velociraptor is here");
	await says(host, "and the triceratops");
	await says(host, "a secret about the stegosaurus");
	const [first, second, third] = linesOf(host);
	assert.ok(first && second && third);
	await host.does({ kind: "edit", id: second.id, text: "and the brontosaurus" });
	await host.does({ kind: "delete", id: third.id });
	await guest.told("messageDeleted");
	await guest.does({ kind: "react", id: linesOf(guest)[0]?.id ?? "", emoji: "👍" });
	await guest.does({ kind: "send", text: "which one?", replyTo: linesOf(guest)[0]?.id ?? "" });
	await host.told("message", ({ text }) => text === "which one?");
	await host.told("reaction");
	await guest.told("message", ({ own, text }) => own && text === "which one?");
	const seen = linesOf(guest);
	for (const word of ["velociraptor", "brontosaurus", "stegosaurus", "which one"]) {
		assert.ok(!bytesBelow(guest.home).includes(word), word);
		assert.ok(!bytesBelow(host.home).includes(word), word);
	}
	await guest.engine.close();
	await host.engine.close();
	for (const { home } of [guest, host]) {
		for (const word of ["velociraptor", "brontosaurus", "stegosaurus", "which one"])
			assert.ok(!bytesBelow(home).includes(word), word);
	}

	const guestBack = await openAgain(t, guest);
	await guestBack.does({ kind: "join", target: "Friends" });
	await guestBack.until(() => linesOf(guestBack).length === 4, "the guest sees it before the host is there");
	const plain = (all: readonly LineEntry[]) =>
		all.map(({ id, text, gone, isEdited, reply, reactions }) => ({ id, text, gone, isEdited, reply, reactions }));
	assert.deepEqual(plain(linesOf(guestBack)), plain(seen));
	assert.deepEqual(textsOf(guestBack), ["the velociraptor is here", "and the brontosaurus", "", "which one?"]);

	const hostBack = await openAgain(t, host);
	await hostKept(hostBack, { port });
	assert.deepEqual(textsOf(hostBack), ["the velociraptor is here", "and the brontosaurus", "", "which one?"]);
	assert.equal(hostBack.engine.snapshot().kept?.historyDays, 30);
	await guestBack.told("joined", ({ self }) => self);
	// What was said before a restart can still be changed, here and there.
	await hostBack.does({ kind: "delete", id: first.id });
	await guestBack.until(() => textsOf(guestBack)[0] === "", "the guest sees that it is gone");
	assert.equal(linesOf(guestBack)[3]?.reply?.text, "");
	const found = await guestBack.engine.history({ limit: 10, words: "velociraptor" });
	assert.deepEqual(found.lines, []);
});

test("a room that is turned from passing into one with a history keeps what is said from then on, and nothing from before", async (t) => {
	const host = await openTestEngine(t, "Hanna");
	await host.does({ kind: "host", password, wish: { bind: "127.0.0.1" } });
	await says(host, "before");
	await host.does({ kind: "keep", name: "Friends", historyDays: 30 });
	await says(host, "after");
	await host.does({ kind: "react", id: linesOf(host)[0]?.id ?? "", emoji: "👍" });
	await host.told("reaction");
	await host.does({ kind: "setOwnHistory", days: "off" });
	await says(host, "not here");
	await host.does({ kind: "setOwnHistory", days: "room" });
	await says(host, "here again");
	await host.engine.close();
	const back = await openAgain(t, host);
	await hostKept(back);
	assert.deepEqual(textsOf(back), ["here again"]);
	await back.does({ kind: "setHistory", days: "off" });
	await back.engine.close();
	const third = await openAgain(t, host);
	await hostKept(third);
	assert.deepEqual(textsOf(third), []);
});

test("without a history nothing of what was said is there after a restart, and no file for it", async (t) => {
	const host = await openTestEngine(t, "Hanna");
	await hostKept(host);
	await says(host, "the velociraptor is here");
	await host.engine.close();
	assert.ok(!readdirSync(host.home).includes("history.db"));
	const back = await openAgain(t, host);
	await hostKept(back);
	assert.deepEqual(textsOf(back), []);
});
