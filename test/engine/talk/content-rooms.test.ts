// What is said and what becomes of it, between real engines over real sockets.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Command } from "../../../src/engine/api/api.ts";
import type { Outcome } from "../../../src/engine/api/codes.ts";
import type { LineEntry } from "../../../src/engine/api/content.ts";
import {
	fingerprintOf,
	hostRoom,
	joinRoom,
	openTestEngine,
	type TestEngine,
	threePeople,
} from "../../support/rooms/real-engine.ts";
import { linesOf } from "../../support/rooms/what-was-said.ts";

/** The line of this text, once it has come. */
async function lineOf(who: TestEngine, text: string): Promise<LineEntry> {
	const find = () => linesOf(who).find((line) => line.text === text);
	await who.until(() => find() !== undefined);
	return find()!;
}

async function accepted(who: TestEngine, command: Command): Promise<Extract<Outcome, { kind: "done" }>> {
	const outcome = await who.engine.perform(command);
	assert.ok(outcome.kind === "done", JSON.stringify(outcome));
	return outcome;
}

function refusedWith(outcome: Outcome): string | undefined {
	return outcome.kind === "refused" ? outcome.code : undefined;
}

/** What everybody must come to in the same way. */
function agreedOf(who: TestEngine): readonly object[] {
	return linesOf(who).map(({ text, from, isEdited, gone, isAction, reactions, reply }) => ({
		from: from.name,
		text,
		isEdited,
		gone,
		isAction,
		reply: reply?.text,
		reactions: reactions?.map(({ emoji, people }) => [emoji, people.map(({ name }) => name)]),
	}));
}

test("replies, edits, deletions, actions and reactions come out the same on every member, and only the author changes a line", async (t) => {
	const [host, ann, bob] = await threePeople(t);
	await accepted(ann, { kind: "send", text: "is Bob here?" });
	const question = await lineOf(bob, "is Bob here?");
	assert.equal(question.mentionsMe, true);
	assert.equal((await lineOf(host, "is Bob here?")).mentionsMe, undefined);
	await accepted(bob, { kind: "send", text: "yes", replyTo: question.id });
	await accepted(bob, { kind: "send", text: "waves", isAction: true });
	await accepted(host, { kind: "react", id: (await lineOf(host, "yes")).id, emoji: "👍🏽" });
	await ann.told("reaction");
	await accepted(ann, { kind: "react", id: (await lineOf(ann, "yes")).id, emoji: "👍🏽" });
	const own = await lineOf(ann, "is Bob here?");
	await accepted(ann, { kind: "edit", id: own.id, text: "is anybody here?" });
	assert.equal(refusedWith(await bob.engine.perform({ kind: "edit", id: question.id, text: "x" })), "no_such_line");
	assert.equal(
		refusedWith(await host.engine.perform({ kind: "delete", id: (await lineOf(host, "yes")).id })),
		"no_such_line",
	);
	assert.equal(refusedWith(await bob.engine.perform({ kind: "send", text: "\u200b\u00ad\u2800" })), "bad_text");
	assert.equal(refusedWith(await bob.engine.perform({ kind: "react", id: question.id, emoji: "yes" })), "bad_text");
	await accepted(bob, { kind: "delete", id: (await lineOf(bob, "waves")).id });
	await lineOf(host, "waves");
	await accepted(host, { kind: "send", text: "end" });
	for (const one of [host, ann, bob]) {
		await lineOf(one, "end");
		const has = (fits: (line: LineEntry) => unknown) => linesOf(one).some(fits);
		await one.until(() => has(({ gone }) => gone) && has(({ isEdited }) => isEdited));
		await one.until(() => has(({ reactions }) => reactions?.[0]?.people.length === 2));
	}
	assert.deepEqual(agreedOf(ann), agreedOf(host));
	assert.deepEqual(agreedOf(bob), agreedOf(host));
	assert.deepEqual(agreedOf(host), [
		{
			from: "Ann",
			text: "is anybody here?",
			isEdited: true,
			gone: undefined,
			isAction: undefined,
			reply: undefined,
			reactions: undefined,
		},
		{
			from: "Bob",
			text: "yes",
			isEdited: undefined,
			gone: undefined,
			isAction: undefined,
			reply: "is anybody here?",
			reactions: [["👍🏽", ["Host", "Ann"]]],
		},
		{
			from: "Bob",
			text: "",
			isEdited: undefined,
			gone: "deleted",
			isAction: undefined,
			reply: undefined,
			reactions: undefined,
		},
		{
			from: "Host",
			text: "end",
			isEdited: undefined,
			gone: undefined,
			isAction: undefined,
			reply: undefined,
			reactions: undefined,
		},
	]);
	assert.equal((await ann.told("reaction")).by.name, "Host");
	assert.equal((await bob.told("messageEdited")).text, "is anybody here?");
});

test("a line has reached everybody once everybody has shown so, and whoever leaves is not waited for", async (t) => {
	const [host, ann, bob] = await threePeople(t);
	await accepted(ann, { kind: "send", text: "hello" });
	const deliveryOf = () => linesOf(ann).find(({ text }) => text === "hello")?.delivery;
	await ann.until(() => deliveryOf()?.kind === "reached");
	await ann.until(() => {
		const delivery = deliveryOf();
		return delivery?.kind === "reached" && delivery.count === 2;
	});
	assert.deepEqual(deliveryOf(), { kind: "reached", count: 2, of: 2 });
	assert.ok(ann.events.some((event) => event.kind === "delivery" && event.count === 2 && event.of === 2));
	await bob.engine.perform({ kind: "leave" });
	await ann.told("left");
	assert.deepEqual(deliveryOf(), { kind: "reached", count: 2, of: 2 });
	// What is said tells it as well as a receipt does.
	await accepted(host, { kind: "send", text: "and goodbye" });
	await lineOf(ann, "and goodbye");
});

test("typing is told to others and ends with a line; who does not want to tell does not", async (t) => {
	const [host, ann, bob] = await threePeople(t);
	await accepted(ann, { kind: "typing", isTyping: true });
	assert.equal((await host.told("typing")).member.name, "Ann");
	assert.deepEqual(
		host.engine.snapshot().talk?.typing.map(({ name }) => name),
		["Ann"],
	);
	await accepted(ann, { kind: "send", text: "done" });
	await lineOf(host, "done");
	assert.deepEqual(host.engine.snapshot().talk?.typing, []);
	await accepted(bob, { kind: "setTellTyping", isOn: false });
	assert.equal(bob.engine.snapshot().talk?.isTellingTyping, false);
	await accepted(bob, { kind: "typing", isTyping: true });
	await accepted(bob, { kind: "send", text: "silent" });
	await lineOf(host, "silent");
	assert.ok(!host.events.some((event) => event.kind === "typing" && event.member.name === "Bob"));
	assert.ok(!linesOf(host).some(({ text }) => text === ""), "typing leaves nothing in the conversation");
});

test("only the host lets lines disappear, and they do for everybody, also for those who come later", async (t) => {
	const [host, ann] = await threePeople(t);
	assert.equal(refusedWith(await ann.engine.perform({ kind: "setDisappearing", seconds: 5 })), "not_host");
	assert.equal(refusedWith(await host.engine.perform({ kind: "setDisappearing", seconds: 0.5 })), "bad_setting");
	await accepted(host, { kind: "send", text: "stays" });
	await accepted(host, { kind: "setDisappearing", seconds: 1 });
	assert.equal((await ann.told("disappearing")).seconds, 1);
	assert.equal(ann.engine.snapshot().talk?.disappearAfterSeconds, 1);
	const late = await openTestEngine(t, "Late");
	await joinRoom(late, host.engine.snapshot().hosting?.port ?? 0, "sesame");
	assert.equal((await late.told("disappearing")).seconds, 1);
	await accepted(host, { kind: "send", text: "goes" });
	for (const one of [host, ann, late]) await one.told("messageDeleted", (event) => event.reason === "disappeared");
	assert.ok(linesOf(ann).some(({ gone, text }) => gone === "disappeared" && text === ""));
	assert.ok(linesOf(ann).some(({ text }) => text === "stays"));
});

test("lines that were not sent are failed, wait for the same host, and can be said again or deleted", async (t) => {
	const host = await openTestEngine(t, "Host");
	const ann = await openTestEngine(t, "Ann");
	const port = await hostRoom(host, "sesame");
	await joinRoom(ann, port, "sesame");
	await accepted(host, { kind: "send", text: "are you there?" });
	const question = await lineOf(ann, "are you there?");
	// Both in the moment of leaving: nothing is placed any more.
	const saying = [
		ann.engine.perform({ kind: "send", text: "too late", replyTo: question.id }),
		ann.engine.perform({ kind: "send", text: "never mind" }),
	];
	const leaving = ann.engine.perform({ kind: "leave" });
	await Promise.all([...saying, leaving]);
	const failed = linesOf(ann).filter(({ delivery }) => delivery.kind === "failed");
	assert.deepEqual(
		failed.map(({ text }) => text),
		["too late", "never mind"],
	);
	const before = ann.events.length;
	await ann.engine.perform({ kind: "join", target: `127.0.0.1 ${port}` });
	await ann.until(() => ann.engine.snapshot().phase.kind === "passwordNeeded");
	await ann.engine.perform({ kind: "password", password: "sesame" });
	await ann.until(() => ann.events.slice(before).some((event) => event.kind === "joined" && event.self));
	const [first, second] = linesOf(ann);
	assert.equal(first?.reply?.text, "are you there?");
	assert.deepEqual([first?.delivery.kind, second?.delivery.kind], ["failed", "failed"]);
	await accepted(ann, { kind: "delete", id: second!.id });
	await accepted(ann, { kind: "retry", id: first!.id });
	const arrived = await lineOf(host, "too late");
	assert.equal(arrived.reply?.id, question.id.slice(-32));
	assert.ok(arrived.id.endsWith(first!.id));
	await ann.until(() => linesOf(ann).length === 1 && linesOf(ann)[0]?.delivery.kind !== "sending");
	assert.ok(!linesOf(host).some(({ text }) => text === "never mind"));
});

test("two people read the same six words, and what they find is remembered and can be taken back", async (t) => {
	const [host, ann, bob] = await threePeople(t);
	const annAndBob = await accepted(ann, { kind: "verifyWords", fingerprint: fingerprintOf(bob) });
	const bobAndAnn = await accepted(bob, { kind: "verifyWords", fingerprint: fingerprintOf(ann) });
	const hostAndAnn = await accepted(host, { kind: "verifyWords", fingerprint: fingerprintOf(ann) });
	assert.equal(annAndBob.words?.length, 6);
	assert.deepEqual(annAndBob.words, bobAndAnn.words);
	assert.notDeepEqual(annAndBob.words, hostAndAnn.words);
	const trust = () => ann.engine.snapshot().people.find(({ name }) => name === "Bob")?.trust;
	await accepted(ann, { kind: "verify", fingerprint: fingerprintOf(bob) });
	assert.equal(trust(), "verified");
	await accepted(ann, { kind: "verify", fingerprint: fingerprintOf(bob), isVerified: false });
	assert.equal(trust(), "known");
});

test("a shared secret verifies both; another secret verifies nobody", async (t) => {
	const [host, ann, bob] = await threePeople(t);
	const trustOf = (who: TestEngine, name: string) =>
		who.engine.snapshot().people.find((one) => one.name === name)?.trust;
	await accepted(ann, {
		kind: "verifyAsk",
		fingerprint: fingerprintOf(bob),
		secret: "Old  Oak",
		question: "where we met",
	});
	const asked = await bob.told("verification", ({ state }) => state === "asked");
	assert.deepEqual([asked.member.name, asked.question], ["Ann", "where we met"]);
	await accepted(bob, { kind: "verifyAnswer", secret: "old oak " });
	for (const one of [ann, bob]) await one.told("verification", ({ state }) => state === "matched");
	assert.deepEqual([trustOf(ann, "Bob"), trustOf(bob, "Ann"), trustOf(host, "Ann")], ["verified", "verified", "new"]);
	assert.ok(!host.events.some(({ kind }) => kind === "verification"));
	await accepted(ann, { kind: "verifyAsk", fingerprint: fingerprintOf(host), secret: "right" });
	await host.told("verification", ({ state }) => state === "asked");
	await accepted(host, { kind: "verifyAnswer", secret: "wrong" });
	for (const one of [ann, host]) await one.told("verification", ({ state }) => state === "mismatched");
	assert.deepEqual([trustOf(ann, "Host"), trustOf(host, "Ann")], ["new", "new"]);
	assert.equal(
		refusedWith(await ann.engine.perform({ kind: "verifyAsk", fingerprint: fingerprintOf(host), secret: "x" })),
		"verification_busy",
	);
});
