// A guest on one Link and the next, with a host and groups that a test plays: which place is taken, with which group is read and spoken, and what is told of it. With real groups: staying.test.ts.
import assert from "node:assert/strict";
import { test } from "node:test";
import { goingAway } from "../../../../src/engine/guest/staying.ts";
import { Member } from "../../../../src/engine/member/member.ts";
import {
	decodeClose,
	decodePosition,
	encodeClose,
	encodeResumed,
} from "../../../../src/engine/wire/entering-frames.ts";
import { frameType } from "../../../../src/engine/wire/frame.ts";
import { bytes, groupBroke, gusIsOut, offKeys, playsStay, roomId } from "./played-stay.ts";

type Stay = ReturnType<typeof playsStay>;
type OneLink = ReturnType<Stay["staysOn"]>;

/** Gus is in, at this place. */
async function isIn({ staysOn, tellsOf }: Stay, seq = 5): Promise<OneLink> {
	const link = staysOn();
	await link.letsIn(seq);
	await link.hears(frameType.kept);
	await tellsOf(`in with 2, Hana's certificate, missed 0`);
	return link;
}

/** Gus was in and has lost the Link; this is the next, on which the place of the read up to there is asked for. */
async function comesBack(stay: Stay, seq = 5): Promise<OneLink> {
	const { hangsUp, outcome } = await isIn(stay, seq);
	hangsUp();
	assert.equal((await outcome).code, "connection_lost");
	const link = stay.staysOn();
	assert.equal(await asksFor(link, frameType.resume), seq);
	return link;
}

/** The place from which Gus wants to go on. */
async function asksFor({ hears }: OneLink, type: typeof frameType.resume | typeof frameType.readOn): Promise<number> {
	const position = decodePosition(await hears(type));
	assert.ok(position.kind === "value");
	return position.value.seq;
}

const resumedAt = (seq: number, seat: number) => encodeResumed({ seq, seat: bytes(seat) });

test("who enters for the first time is told each step, and the stay ends as the host or the Link ends it", async (t) => {
	for (const [act, code] of [
		[(link) => link.sends(frameType.close, encodeClose("roomClosed")), "room_closed"],
		[(link) => link.hangsUp(), "connection_lost"],
		[(link) => link.says(9, "at no place of its own"), "host_misbehaved"],
		[(link) => link.commits(6, gusIsOut), "kicked"],
	] as readonly [(link: OneLink) => void, string][]) {
		const stay = playsStay(t);
		const link = stay.staysOn();
		await link.letsIn(5);
		assert.equal((await link.hears(frameType.kept)).length, 0);
		assert.deepEqual(await stay.tellsOf("in with 2, Hana's certificate, missed 0"), [
			"entering",
			"group 1 opened",
			"in with 2, Hana's certificate, missed 0",
		]);
		act(link);
		const end = await link.outcome;
		assert.deepEqual([end.kind, end.code], ["ended", code]);
		assert.deepEqual(stay.state.room?.newestSeat, bytes(1));
	}
});

test("who is back takes the former place with the same group, reads what was said meanwhile, and says once more what got no place until then", async (t) => {
	const stay = playsStay(t);
	const first = await isIn(stay);
	const { member } = stay.state;
	member?.say("placed meanwhile", 1);
	assert.equal(await first.submitted(), "1 placed meanwhile, said by group 1");
	member?.say("lost", 2);
	assert.equal(await first.submitted(), "2 lost, said by group 1");
	first.hangsUp();
	assert.equal(await first.code(), "connection_lost");
	const link = stay.staysOn();
	assert.equal(await asksFor(link, frameType.resume), 5);
	link.sends(frameType.resumed, resumedAt(7, 2));
	await link.hears(frameType.kept);
	assert.deepEqual(await stay.tellsOf("back at 5"), ["back at 5"]);
	link.places(6, 1);
	link.says(7, "hello");
	assert.equal(await link.submitted(), "3 lost, said by group 1");
	assert.deepEqual(await stay.tellsOf("7: hello, read by group 1"), ["6: own line", "7: hello, read by group 1"]);
	assert.deepEqual([stay.state.room?.newestSeat, stay.state.room?.previousSeat], [bytes(2), bytes(1)]);
});

test("where a host keeps the former place no longer, or it was one in another room, a guest enters anew with a new group, and is told how much was missed", async (t) => {
	const stay = playsStay(t);
	const link = await comesBack(stay);
	link.sends(frameType.tooLate);
	await link.letsIn(9, 2);
	const newcomer = "in with 2, Hana's certificate, missed 3";
	assert.deepEqual(await stay.tellsOf(newcomer), ["group 1 closed", "group 2 opened", newcomer]);
	link.hangsUp();
	await link.outcome;
	const elsewhere = stay.staysOn({ roomId: roomId.map((byte) => byte + 1) });
	await elsewhere.hears(frameType.admitMe);
	elsewhere.sends(frameType.close, encodeClose("kicked"));
	assert.equal(await elsewhere.code(), "kicked");
});

test("a host that ends a stay while a guest takes its place, or reads on, has ended it", async (t) => {
	const link = await comesBack(playsStay(t));
	link.sends(frameType.close, encodeClose("kicked"));
	assert.equal(await link.code(), "kicked");
	assert.equal(await link.lastWord(), undefined);
	const kept = playsStay(t, { disk: { readsFrom: 5 } }).staysOn();
	await kept.hears(frameType.readOn);
	kept.sends(frameType.close, encodeClose("roomClosed"));
	assert.equal(await kept.code(), "room_closed");
	assert.equal(await kept.lastWord(), undefined);
});

test("what is said in the room before somebody is in it for the first time is nobody's business, and whose own line can't be encrypted enters anew", async (t) => {
	const newcomer = playsStay(t).staysOn();
	await newcomer.hears(frameType.admitMe);
	newcomer.says(5, "hello");
	assert.equal(await newcomer.code(), "host_misbehaved");
	const stay = playsStay(t);
	const link = await isIn(stay);
	stay.state.member?.say(groupBroke, 1);
	await stay.tellsOf("out of step");
	await link.hears(frameType.admitMe);
});

test("off the record a guest enters with a group that is off the record, and shows its leaf", async (t) => {
	const { staysOn, told } = playsStay(t);
	const link = staysOn({ offKeys });
	assert.deepEqual(Buffer.from(await link.hears(frameType.admitMe)), Buffer.from(bytes(3)));
	assert.deepEqual(told, ["entering", "group 1 opened off the record"]);
});

test("who leaves says goodbye and whose place is kept does not, in the room, on the way in, and at the moment of coming in", async (t) => {
	const leaving = t.mock.method(Member.prototype, "leave");
	for (const reason of [undefined, goingAway]) {
		const lastWord = reason === undefined ? frameType.close : undefined;
		const inside = await isIn(playsStay(t));
		inside.stop.abort(reason);
		assert.deepEqual([await inside.code(), await inside.lastWord()], ["left", lastWord]);
		const stay = playsStay(t, { disk: { isFirst: true, onEntered: () => link.stop.abort(reason) } });
		const link = stay.staysOn();
		await link.letsIn(5);
		assert.deepEqual([await link.code(), await link.lastWord()], ["left", lastWord]);
	}
	const outside = playsStay(t).staysOn();
	await outside.hears(frameType.admitMe);
	outside.stop.abort();
	assert.equal(decodeClose(await outside.hears(frameType.close)), "left");
	assert.equal(await outside.code(), "left");
	const lost = await isIn(playsStay(t));
	lost.hangsUp();
	await lost.outcome;
	const before = leaving.mock.callCount();
	lost.stop.abort();
	assert.equal(leaving.mock.callCount(), before, "whose stay is over leaves nothing");
});

test("attack: a host that brings the group out of step five times is entered anew each time, and given up at the sixth", async (t) => {
	const { staysOn, told } = playsStay(t);
	const link = staysOn();
	for (let times = 0; times < 6; times += 1) {
		// What the host goes on to send for the former leaf is nothing for the new one.
		await link.letsIn(5, 1, times > 0 ? { before: () => link.says(7, "for whoever is out") } : {});
		await link.hears(frameType.kept);
		link.commits(6, groupBroke);
	}
	const end = await link.outcome;
	assert.deepEqual([end.kind, end.code], ["ended", "host_misbehaved"]);
	assert.deepEqual([told.filter((one) => one === "out of step").length, told.includes("group 6 opened")], [6, true]);
	assert.equal(told.filter((one) => one === "entering").length, 1);
});

test("who takes new keys reads on with the former ones until the new leaf is in, and speaks with the new ones from there", async (t) => {
	const stay = playsStay(t);
	const link = await isIn(stay);
	stay.state.member?.say("waits", 1);
	assert.equal(await link.submitted(), "1 waits, said by group 1");
	stay.state.member?.renew();
	await link.letsIn(9, 2, { before: () => link.says(6, "meanwhile") });
	await link.hears(frameType.kept);
	assert.equal(await link.submitted(), "2 waits, said by group 2");
	const renewed = "in with 2, Hana's certificate, missed 2";
	assert.deepEqual(await stay.tellsOf(renewed), [
		"group 2 opened",
		"6: meanwhile, read by group 1",
		"group 1 closed",
		renewed,
	]);
	link.says(10, "later");
	assert.deepEqual(await stay.tellsOf("10: later, read by group 2"), ["10: later, read by group 2"]);
});

test("whose key does not sign for a new leaf stays with the former one on the same Link", async (t) => {
	const stay = playsStay(t);
	const link = await isIn(stay);
	stay.state.member?.say("waits", 1);
	assert.equal(await link.submitted(), "1 waits, said by group 1");
	stay.losesKey();
	stay.state.member?.renew();
	assert.deepEqual(await stay.tellsOf("back at 5"), ["group 2 opened", "group 2 closed", "back at 5"]);
	link.says(6, "hello");
	await stay.tellsOf("6: hello, read by group 1");
	stay.state.member?.say("still here", 2);
	assert.equal(await link.submitted(), "2 still here, said by group 1");
	link.hangsUp();
	assert.equal(await link.code(), "connection_lost");
});

test("who was on the way to a new leaf when the Link broke comes back by the former one, from where that has read", async (t) => {
	const stay = playsStay(t);
	const link = await isIn(stay);
	stay.state.member?.renew();
	await link.admits();
	link.says(6, "meanwhile");
	await stay.tellsOf("6: meanwhile, read by group 1");
	link.hangsUp();
	assert.equal(await link.code(), "connection_lost");
	const next = stay.staysOn();
	assert.equal(await asksFor(next, frameType.resume), 6);
	next.sends(frameType.resumed, resumedAt(6, 2));
	assert.deepEqual(await stay.tellsOf("back at 6"), ["group 2 closed", "back at 6"]);
	next.says(7, "hello");
	await stay.tellsOf("7: hello, read by group 1");
	const other = playsStay(t);
	const refused = await isIn(other);
	other.state.member?.renew();
	await refused.hears(frameType.admitMe);
	refused.sends(frameType.close, encodeClose("kicked"));
	assert.equal(await refused.code(), "kicked");
});
