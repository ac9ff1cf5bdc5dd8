// A guest of a room that is kept, on one Link and the next, with a host, groups and a disk that a test plays: what was missed is read before the guest enters, and what is told of what could not be. With a real disk: staying.test.ts.
import assert from "node:assert/strict";
import { test } from "node:test";
import { decodePosition, encodeTooLate } from "../../../../src/engine/wire/entering-frames.ts";
import { frameType } from "../../../../src/engine/wire/frame.ts";
import { nextHead } from "../../../../src/engine/wire/transcript.ts";
import { bytes, groupBroke, head, type PlayedDisk, playsStay } from "./played-stay.ts";

type OneLink = ReturnType<ReturnType<typeof playsStay>["staysOn"]>;

/** The place from which what was missed is asked for. */
async function readsOnFrom({ hears }: OneLink): Promise<number> {
	const position = decodePosition(await hears(frameType.readOn));
	assert.ok(position.kind === "value");
	return position.value.seq;
}

const certificate = "Hana's certificate";
const cameIn = `in with 2, ${certificate}, missed 0`;

test("who was only given a seat enters at once, is told of nothing missed, and has on the disk what comes before anybody hears of it", async (t) => {
	const { staysOn, tellsOf, state, linesOnDisk } = playsStay(t, { disk: { isFirst: true, shown: 0 } });
	const link = staysOn();
	await link.letsIn(7);
	await link.hears(frameType.kept);
	assert.deepEqual(await tellsOf(cameIn), [
		"group 1 opened",
		"on disk: entry by group 1",
		"seat 1 on disk",
		"shown from 6",
		`met ${certificate}`,
		cameIn,
	]);
	link.says(8, "hello");
	await tellsOf("8: hello, read by group 1");
	state.member?.say("good day", 1);
	assert.equal(linesOnDisk(), 1, "before it is sent");
	assert.equal(await link.submitted(), "1 good day, said by group 1");
	link.hangsUp();
	assert.equal(await link.code(), "connection_lost");
	assert.deepEqual(await tellsOf("group saved at 8"), ["group saved at 8"]);
});

test("after a restart a guest reads what was missed, page by page and up to its entry, before it is told that it has caught up", async (t) => {
	const { staysOn, tellsOf } = playsStay(t, { disk: { readsFrom: 5 } });
	const link = staysOn();
	assert.equal(await readsOnFrom(link), 5);
	link.page(6, 7);
	link.says(6, "missed");
	assert.equal(await readsOnFrom(link), 6);
	link.page(7);
	link.says(7, "missed, too");
	const place = nextHead(
		nextHead(nextHead(head, 6, Buffer.from("missed")), 7, Buffer.from("missed, too")),
		8,
		bytes(1),
	);
	await link.letsIn(9, 2, { before: () => link.says(8, "\u0001".repeat(32)), at: place });
	assert.deepEqual(await tellsOf("lost 0"), [
		"the disk's group opened",
		"reads what was missed",
		"6: missed, read by the disk's group",
		"7: missed, too, read by the disk's group",
		"group 1 opened",
		"on disk: entry by group 1",
		`8: ${"\u0001".repeat(32)}, read by the disk's group`,
		"seat 2 on disk",
		"the disk's group closed",
		`met ${certificate}`,
		cameIn,
		"lost 0",
	]);
	link.says(10, "hello");
	await tellsOf("10: hello, read by group 1");
});

test("what was missed and can't be read is counted: from where the group got, else from what was shown; and what was shown counts from the entry on", async (t) => {
	/** The host says that it is gone, or another room's; or the group does not fit. */
	const gone = (link: OneLink) => link.sends(frameType.tooLate, encodeTooLate("gone"));
	const other = (link: OneLink) => link.sends(frameType.tooLate, encodeTooLate("otherHistory"));
	const broken = (link: OneLink) => {
		link.page(7);
		link.says(6, "missed");
		link.commits(7, groupBroke);
	};
	for (const [act, entersAt, lost, from] of [
		[gone, 9, "lost 3", 8],
		[gone, 6, "lost 0", undefined],
		[gone, 5, "lost 0 of another history", 4],
		[other, 9, "lost 3 of another history", 8],
		[other, 4, "lost 0 of another history", 3],
		[broken, 9, "lost 1", 8],
	] as readonly [(link: OneLink) => void, number, string, number | undefined][]) {
		const { staysOn, tellsOf, told } = playsStay(t, { disk: { readsFrom: 5 } });
		const link = staysOn();
		await readsOnFrom(link);
		act(link);
		await link.letsIn(entersAt, 2);
		const what = await tellsOf(lost);
		assert.deepEqual(what.slice(what.indexOf("seat 2 on disk")), [
			"seat 2 on disk",
			"the disk's group closed",
			`met ${certificate}`,
			cameIn,
			lost,
		]);
		link.says(entersAt + 1, "hello");
		await link.hears(frameType.kept);
		const hello = `${entersAt + 1}: hello, read by group 1`;
		assert.deepEqual(await tellsOf(hello), [...(from === undefined ? [] : [`shown from ${from}`]), hello]);
		assert.deepEqual(told, []);
	}
});

test("what is said while a guest enters whose group did not fit is passed over, since the host goes on with it, and nobody is blamed", async (t) => {
	const { staysOn, tellsOf } = playsStay(t, { disk: { readsFrom: 5 } });
	const link = staysOn();
	await readsOnFrom(link);
	link.page(6);
	link.commits(6, groupBroke);
	await link.letsIn(8, 2, { before: () => link.says(7, "meanwhile") });
	link.says(9, "hello");
	await tellsOf("lost 1");
	await tellsOf("9: hello, read by group 1");
});

test("where nothing on the disk can be read, the guest enters at once, and what was missed is counted from what was shown", async (t) => {
	const { staysOn, tellsOf } = playsStay(t, { disk: { shown: 6 } });
	const link = staysOn();
	await link.letsIn(9);
	const [first] = await tellsOf("lost 2");
	assert.equal(first, "group 1 opened", "nobody is told that something is read");
	assert.deepEqual(await tellsOf("shown from 8"), ["shown from 8"]);
});

test("whose place is gone after the Link broke reads what was missed with the group it has, and enters anew", async (t) => {
	const stay = playsStay(t, { disk: { readsFrom: 5, shown: 5 } });
	const first = stay.staysOn();
	await readsOnFrom(first);
	first.page(5);
	await first.letsIn(6);
	await stay.tellsOf("lost 0");
	first.hangsUp();
	await first.outcome;
	await stay.tellsOf("group saved at 6");
	const link = stay.staysOn();
	await link.hears(frameType.resume);
	link.sends(frameType.tooLate);
	assert.equal(await readsOnFrom(link), 6);
	link.page(7);
	link.says(7, "missed");
	await link.letsIn(8, 2, { at: nextHead(stay.state.reading?.order.head ?? head, 7, Buffer.from("missed")) });
	assert.deepEqual((await stay.tellsOf("lost 0")).slice(0, 6), [
		"kept room reads on from 6",
		"reads what was missed",
		"7: missed, read by group 1",
		"group 2 opened",
		"on disk: entry by group 2",
		"seat 2 on disk",
	]);
});

test("where the Link broke while an entry was on its way, both groups are taken from the disk, since only the host knows which of them counts", async (t) => {
	const stay = playsStay(t, { disk: { readsFrom: 5 } });
	const link = stay.staysOn();
	await readsOnFrom(link);
	link.page(5);
	await link.admits();
	link.hangsUp();
	assert.equal(await link.code(), "connection_lost");
	await stay.tellsOf("on disk: entry by group 1");
	const next = stay.staysOn();
	assert.equal(await readsOnFrom(next), 5);
	assert.deepEqual(await stay.tellsOf("reads what was missed"), [
		"the disk's group closed",
		"both groups come from the disk",
		"the disk's group opened",
		"reads what was missed",
	]);
	next.page(5);
	await next.letsIn(6);
	await stay.tellsOf("lost 0");
});

test("who takes new keys in a kept room is told that something is lost only where it is", async (t) => {
	for (const [at, lost] of [
		[7, undefined],
		[9, "lost 2"],
	] as const) {
		const stay = playsStay(t, { disk: { isFirst: true } });
		const first = stay.staysOn();
		await first.letsIn(5);
		await first.hears(frameType.kept);
		await stay.tellsOf(cameIn);
		stay.state.member?.renew();
		await first.letsIn(at, 2, { before: () => first.says(6, "meanwhile") });
		first.says(at + 1, "later");
		const told = await stay.tellsOf(`${at + 1}: later, read by group 2`);
		assert.ok(told.includes("kept room reads on from 5") && told.includes("6: meanwhile, read by group 1"));
		assert.equal(
			told.find((one) => one.startsWith("lost")),
			lost,
		);
		assert.equal(told.includes(`shown from ${at - 1}`), lost !== undefined);
	}
});

test("a host has told a returning guest another story than the room has, where the transcripts differ at the same place", async (t) => {
	for (const [upTo, entersAt, isFoundOut] of [
		[6, 7, true],
		[6, 8, false],
	] as const) {
		const { staysOn, tellsOf } = playsStay(t, { disk: { readsFrom: 5 } });
		const link = staysOn();
		await readsOnFrom(link);
		link.page(upTo);
		link.says(6, "missed");
		await link.letsIn(entersAt);
		const told = await tellsOf(`lost ${entersAt - 1 - upTo}`);
		assert.equal(told.includes("differentConversations"), isFoundOut);
	}
});

test("a seat that the disk has no room for is not said to be safe, and any other failure ends the stay", async (t) => {
	for (const [name, isBug] of [
		["SqliteError", false],
		["TypeError", true],
	] as const) {
		const seatFails = Object.assign(new Error("no seat"), { name });
		const disk: PlayedDisk = { isFirst: true, seatFails };
		const { staysOn, tellsOf } = playsStay(t, { disk });
		const link = staysOn();
		await link.letsIn(5);
		if (isBug) await assert.rejects(link.outcome, /no seat/);
		else {
			await tellsOf(cameIn);
			link.stop.abort();
			await link.hears(frameType.close);
		}
	}
});
