// What every engine does that a view may hold, whether it is in the same process or in the background one. Each implementation runs this.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { keyWords } from "../../../src/crypto/identity/safety-words.ts";
import type { Engine, Entry } from "../../../src/engine/api/api.ts";
import { hostRoom, joinRoom, openTestEngine, type TestEngine } from "../../support/rooms/real-engine.ts";
import { entriesIn, textsOf } from "../../support/rooms/what-was-said.ts";

/** Opens an engine for a new person of this name; it is closed after the test. */
export type OpenEngine = (t: TestContext, name: string) => Promise<TestEngine<Engine>>;

const password = "four calm green words";

async function hostWithGuest(t: TestContext, open: OpenEngine) {
	const host = await open(t, "Hanna");
	await host.does({ kind: "host", password, wish: { bind: "127.0.0.1" } });
	const port = host.engine.snapshot().hosting?.port ?? 0;
	const guest = await openTestEngine(t, "Gus");
	await joinRoom(guest, port, password);
	await host.told("joined", ({ self }) => !self);
	return { host, guest, port };
}

/** Runs the suite. `kind`: what is tested, for the names of the tests. */
export function engineConformance(kind: string, open: OpenEngine): void {
	test(`${kind}: a host sees the room it opened, who comes, and what is said, in the snapshot before the event tells it`, async (t) => {
		const host = await open(t, "Hanna");
		const seen: number[] = [];
		host.engine.onEvent((event) => {
			if (event.kind === "message") seen.push(textsOf(host).length);
		});
		await host.does({ kind: "host", password, wish: { bind: "127.0.0.1" } });
		const { hosting, phase, room, rooms } = host.engine.snapshot();
		assert.deepEqual([hosting?.password, phase], [password, { kind: "inRoom", role: "host" }]);
		assert.deepEqual(
			rooms.map((one) => one.room),
			[room],
		);
		const guest = await openTestEngine(t, "Gus");
		await joinRoom(guest, hosting?.port ?? 0, password);
		await guest.does({ kind: "send", text: "hello" });
		await host.told("message", ({ text }) => text === "hello");
		assert.deepEqual(seen, [1]);
		assert.equal(host.person("Gus").trust, "new");
	});

	test(`${kind}: a guest is asked for the password, told when it is wrong, and comes in with the right one`, async (t) => {
		const host = await openTestEngine(t, "Hanna");
		const port = await hostRoom(host, password);
		const guest = await open(t, "Gus");
		await guest.does({ kind: "join", target: `127.0.0.1 ${port}` });
		await guest.told("passwordRequired", ({ attemptsLeft }) => attemptsLeft === 3);
		await guest.does({ kind: "password", password: "three calm green words" });
		await guest.told("passwordRequired", ({ attemptsLeft }) => attemptsLeft === 2);
		const { phase } = guest.engine.snapshot();
		assert.ok(phase.kind === "passwordNeeded" && phase.wasWrong);
		await guest.does({ kind: "password", password });
		await guest.told("joined", ({ self }) => self);
		assert.deepEqual(guest.engine.snapshot().phase, { kind: "inRoom", role: "guest" });
	});

	test(`${kind}: what becomes of a message is seen at its place: sent, answered, changed, reacted to, taken back`, async (t) => {
		const { host, guest } = await hostWithGuest(t, open);
		const outcome = await host.engine.perform({ kind: "send", text: "first" });
		assert.ok(outcome.kind === "done" && outcome.id !== undefined);
		const { id } = outcome;
		const lineIs = (fits: (line: Extract<Entry, { kind: "line" }>) => boolean) => () => {
			const { timeline } = host.engine.snapshot();
			const entry = timeline.at(timeline.indexOf?.(id) ?? -1);
			return entry?.kind === "line" && fits(entry);
		};
		await host.until(
			lineIs(({ delivery }) => delivery.kind === "reached" && delivery.count === 1),
			"it has arrived",
		);
		const heard = await guest.told("message");
		await guest.does({ kind: "send", text: "second", replyTo: heard.id });
		await host.told("message", ({ text }) => text === "second");
		await guest.does({ kind: "react", id: heard.id, emoji: "👍" });
		await host.until(
			lineIs(({ reactions = [] }) => reactions[0]?.emoji === "👍"),
			"it is reacted to",
		);
		await host.does({ kind: "edit", id, text: "first, changed" });
		await host.until(
			lineIs(({ text, isEdited }) => text === "first, changed" && isEdited === true),
			"it is changed",
		);
		await host.does({ kind: "delete", id });
		await host.until(
			lineIs(({ gone }) => gone === "deleted"),
			"it is taken back",
		);
		assert.deepEqual(textsOf(host), ["", "second"]);
	});

	test(`${kind}: pages of what was said are read backwards to the beginning, each entry once`, async (t) => {
		const { host, guest } = await hostWithGuest(t, open);
		for (let n = 1; n <= 12; n += 1) await guest.does({ kind: "send", text: `line ${n}` });
		await host.told("message", ({ text }) => text === "line 12");
		const { room = "", timeline } = host.engine.snapshot();
		const read: Entry[] = [];
		for (;;) {
			const [oldest] = read;
			const page = await host.engine.lines(room, { limit: 5, ...(oldest === undefined ? {} : { before: oldest.id }) });
			assert.ok(page.length <= 5);
			if (page.length === 0) break;
			read.unshift(...page);
		}
		assert.deepEqual(read, entriesIn(timeline));
		assert.deepEqual(await host.engine.lines("nowhere", { limit: 5 }), []);
	});

	test(`${kind}: blocks, what a block would do, and knocks are answered`, async (t) => {
		const { host, guest, port } = await hostWithGuest(t, open);
		await host.does({ kind: "block", address: "203.0.113.9", note: "for the test" });
		assert.deepEqual(
			(await host.engine.blocks()).map(({ address, note }) => [address, note]),
			[["203.0.113.9", "for the test"]],
		);
		assert.equal(host.engine.snapshot().gate?.blocks.length, 1);
		const own = await host.engine.previewBlock("127.0.0.1");
		assert.equal(own.kind === "refused" && own.code, "bad_address");
		const wide = await host.engine.previewBlock("AS9");
		assert.equal(wide.kind, "possible");
		await host.told("knock", ({ outcome }) => outcome === "joined");
		assert.deepEqual(
			(await host.engine.knocks({ filter: "joined" })).map(({ who }) => who?.name),
			["Gus"],
		);
		assert.deepEqual(await host.engine.knocks({ filter: "wrong" }), []);
		assert.ok(port > 0 && guest.engine.snapshot().people.length === 2);
	});

	test(`${kind}: the six words of a key are those by which its room is found on the network, and what is no fingerprint has none`, async (t) => {
		const one = await open(t, "Ann");
		const { identity } = one.engine.snapshot();
		assert.ok(identity.kind === "ready");
		const words = await one.engine.keyWords(identity.fingerprint);
		assert.deepEqual(words, await keyWords(identity.fingerprint));
		assert.equal(words?.length, 6);
		for (const text of ["", "Ann", identity.shortFingerprint, `${identity.fingerprint}0`]) {
			assert.equal(await one.engine.keyWords(text), undefined, text);
		}
	});

	test(`${kind}: a refusal says why by its code, and changes nothing`, async (t) => {
		const one = await open(t, "Ann");
		const codeOf = async (command: Parameters<Engine["perform"]>[0]): Promise<string> => {
			const outcome = await one.engine.perform(command);
			return outcome.kind === "refused" ? outcome.code : outcome.kind;
		};
		const before = one.engine.snapshot().identity;
		assert.equal(await codeOf({ kind: "send", text: "to nobody" }), "not_in_room");
		assert.equal(await codeOf({ kind: "createIdentity", name: "Another" }), "identity_exists");
		assert.equal(await codeOf({ kind: "join", target: "" }), "bad_target");
		assert.equal(await codeOf({ kind: "host", password: "" }), "bad_password");
		assert.equal(await codeOf({ kind: "leave", room: "nowhere" }), "no_such_room");
		assert.deepEqual(one.engine.snapshot().identity, before);
		assert.deepEqual(one.engine.snapshot().rooms, []);
	});

	test(`${kind}: what is unread is counted until it is read`, async (t) => {
		const { host, guest } = await hostWithGuest(t, open);
		await guest.does({ kind: "send", text: "Hanna, are you there?" });
		await host.told("message");
		const counts = () => host.engine.snapshot().rooms.map(({ unread, mentions }) => [unread, mentions]);
		await host.until(() => counts()[0]?.[0] === 1, "one is unread");
		assert.deepEqual(counts(), [[1, 1]]);
		await host.does({ kind: "read" });
		assert.deepEqual(counts(), [[0, 0]]);
	});

	test(`${kind}: what was said is found in all rooms at once, each line with its room`, async (t) => {
		const { host, guest } = await hostWithGuest(t, open);
		await guest.does({ kind: "send", text: "dinner at eight" });
		await host.told("message", ({ text }) => text === "dinner at eight");
		const { room: first = "" } = host.engine.snapshot();
		const outcome = await host.engine.perform({ kind: "host", password, wish: { bind: "127.0.0.1" }, beside: true });
		assert.ok(outcome.kind === "done" && outcome.room !== undefined && outcome.room !== first);
		await host.does({ kind: "send", text: "no dinner here", room: outcome.room });
		await host.told("message", ({ text }) => text === "no dinner here");
		await host.does({ kind: "send", text: "nor here", room: outcome.room });
		const { lines } = await host.engine.history({ words: "dinner", limit: 10 });
		assert.deepEqual(
			lines.map(({ room, line }) => [room, line.text]),
			[
				[first, "dinner at eight"],
				[outcome.room, "no dinner here"],
			],
		);
	});

	test(`${kind}: host and guest renew their keys in the room, and each sees since when the other's are new`, async (t) => {
		const { host, guest } = await hostWithGuest(t, open);
		const since = (one: TestEngine<Engine>, name: string): number => one.person(name).leafSince ?? 0;
		const [ofGus, ofHanna] = [since(host, "Gus"), since(guest, "Hanna")];
		assert.ok(guest.person("Hanna").leafAtLeastSince, "Hanna was there before");
		await guest.does({ kind: "renew" });
		await host.until(() => since(host, "Gus") > ofGus, "Gus has new keys");
		await host.does({ kind: "renew" });
		await guest.until(() => since(guest, "Hanna") > ofHanna, "Hanna has new keys");
		assert.deepEqual((await host.told("notice")).notice, { code: "keysRenewed" });
		await guest.does({ kind: "send", text: "by a new leaf" });
		await host.told("message", ({ text }) => text === "by a new leaf");
	});

	test(`${kind}: who leaves is in no room any more, and closing tells everybody in it`, async (t) => {
		const { host, guest, port } = await hostWithGuest(t, open);
		await host.does({ kind: "leave" });
		assert.equal((await guest.told("closed")).code, "room_closed");
		assert.deepEqual([host.engine.snapshot().phase.kind, host.engine.snapshot().rooms.length], ["idle", 0]);
		await host.does({ kind: "host", password, wish: { bind: "127.0.0.1" } });
		await guest.does({ kind: "leave" });
		await guest.does({ kind: "join", target: `127.0.0.1 ${host.engine.snapshot().hosting?.port ?? port}` });
		await guest.until(() => guest.engine.snapshot().phase.kind === "passwordNeeded", "it is another room");
		await guest.does({ kind: "password", password });
		await guest.until(() => guest.engine.snapshot().phase.kind === "inRoom", "in again");
		await host.engine.close();
		await guest.until(() => guest.events.filter(({ kind: event }) => event === "closed").length === 2, "told");
		assert.equal(guest.events.findLast((event) => event.kind === "closed")?.code, "room_closed");
	});
}
