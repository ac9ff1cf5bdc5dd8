// One guest's session as the host's server has it, without encryption: what each frame leads to, in which order the guest is judged, and how each session ends.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { type TestContext, test } from "node:test";
import type { Certificate } from "../../../src/crypto/identity/certificate.ts";
import type { OffKeys } from "../../../src/crypto/off-record/exchange.ts";
import { OFF_TAG_BYTES } from "../../../src/crypto/off-record/tags.ts";
import { Turns } from "../../../src/engine/bounds/turns.ts";
import { burstLines, GuestSession } from "../../../src/engine/host/guest-session.ts";
import { newStart, Sequencer } from "../../../src/engine/order/sequencer.ts";
import {
	closeCode,
	decodeEntered,
	decodePage,
	decodeResumed,
	encodePosition,
	maxCommitBytes,
	maxLineBytes,
	tooLateCode,
} from "../../../src/engine/wire/entering-frames.ts";
import { type Frame, type FrameType, frameType, maxSecureBodyBytes } from "../../../src/engine/wire/frame.ts";
import { FrameStream } from "../../../src/engine/wire/frame-stream.ts";
import { enteringTimeoutMs, type Refusal, refusalCode } from "../../../src/engine/wire/handshake.ts";
import { memoryLinkPair } from "../../../src/net/link/memory-transport.ts";
import { expectFrame } from "../../support/attackers/cheap-guest.ts";
import { lastFrame, nextFrame } from "../../support/attackers/man-in-the-middle.ts";
import { newSelf } from "../../support/rooms/memory-room.ts";
import { admissionText, entryOf, lineOf, PlayedAuthority, submitted } from "./played-authority.ts";
import { stopTime, turns } from "./stopped-time.ts";

const roomId = randomBytes(32);
const [{ certificate: gus }, { certificate: ann }] = [(await newSelf("Gus")).signer, (await newSelf("Ann")).signer];
const [seat, leafKey] = [randomBytes(32), randomBytes(32)];
const offKeys = { channel: randomBytes(32), leaf: randomBytes(32), admission: randomBytes(32) } as unknown as OffKeys;

/** A room's order, and what everybody's session shares. */
function opensRoom() {
	const authority = new PlayedAuthority();
	const sequencer = new Sequencer(newStart(roomId, 0), authority);
	const back: string[] = [];
	let uptimeMs = 0;
	const services = {
		sequencer,
		authority,
		admissions: new Turns(),
		// A second passes between any two looks at the clock, unless a test holds it still.
		uptime: () => (uptimeMs += 1_000),
		onBack: (fingerprint: string) => void back.push(fingerprint),
	};
	return { authority, sequencer, back, services };
}

interface Guest {
	readonly certificate?: Certificate;
	/** The answers to `judge`, one after the other; then nobody is sent away. */
	readonly judgements?: readonly (Refusal | undefined)[];
	readonly offKeys?: OffKeys;
	readonly first?: Frame;
	readonly isMember?: boolean;
	/** The clock stands still for this guest. */
	readonly isQuick?: boolean;
}

/** A guest who has proven everything, with the guest's end of the Link in the test's hands. */
function comes(t: TestContext, room: ReturnType<typeof opensRoom>, guest: Guest = {}) {
	const [near, far] = memoryLinkPair();
	const limits = { maxBodyBytes: maxSecureBodyBytes, maxWaitingBytes: 1024 * 1024 };
	const frames = new FrameStream(near.stream, limits);
	const told: unknown[] = [];
	const judgements = [...(guest.judgements ?? [])];
	const entrance = {
		async judge(hasEntered: boolean) {
			told.push(hasEntered ? "judged inside" : "judged");
			return judgements.shift();
		},
		entered: (name: string) => void told.push(`entered as ${name}`),
		giveSeat: () => {
			told.push("seat given");
			return seat;
		},
		seatKept: () => void told.push("seat kept"),
	};
	const { certificate = gus, offKeys: keys, first, isMember = false } = guest;
	const session = new GuestSession(
		{ entrance, frames: new FrameStream(far.stream, limits), stream: far.stream, certificate, offKeys: keys, first },
		guest.isQuick ? { ...room.services, uptime: () => 0 } : room.services,
	);
	if (isMember) room.sequencer.addFounder(session);
	const end = session.run(isMember).then(async (why) => {
		const closed = session.close();
		return [why, closed] as const;
	});
	t.after(async () => {
		near.stream.destroy();
		session.end("roomClosed");
		await (await end)[1];
	});
	let hasEnded = false;
	const over = end.then(([why]) => {
		hasEnded = true;
		return why;
	});
	return { session, isOver: () => hasEnded, frames, told, over, far: far.stream, near: near.stream };
}

type Come = ReturnType<typeof comes>;

/** Asks for an admission, and enters with it. */
async function enters({ frames }: Come, epoch: number, name?: string): Promise<void> {
	frames.send(frameType.admitMe);
	assert.equal(Buffer.from(await expectFrame(frames, frameType.admission)).toString(), admissionText);
	frames.send(frameType.enter, entryOf(epoch, name));
	await expectFrame(frames, frameType.entered);
}

const closes = (reason: keyof typeof closeCode) => ({ type: frameType.close, body: Buffer.of(closeCode[reason]) });
const refuses = (why: Refusal) => ({ type: frameType.refused, body: Buffer.of(refusalCode[why]) });
const isLate = (why: keyof typeof tooLateCode) => ({ type: frameType.tooLate, body: Buffer.of(tooLateCode[why]) });

function assertFrame(
	frame: Frame | undefined,
	expected: { readonly type: FrameType; readonly body: Uint8Array },
): void {
	assert.deepEqual(frame && [frame.type, ...frame.body], [expected.type, ...expected.body]);
}

test("a guest is judged when the admission is made and when it enters, is in under the name it has signed, and has its seat", async (t) => {
	const room = opensRoom();
	const guest = comes(t, room);
	guest.frames.send(frameType.admitMe);
	assert.equal(Buffer.from(await expectFrame(guest.frames, frameType.admission)).toString(), admissionText);
	assert.equal(guest.session.hasEntered, false);
	guest.frames.send(frameType.enter, entryOf(0, "Gustav"));
	const entered = decodeEntered(await expectFrame(guest.frames, frameType.entered));
	assert.ok(entered.kind === "value");
	assert.equal(entered.value.seq, 1);
	assert.deepEqual(Buffer.from(entered.value.seat), seat);
	guest.frames.send(frameType.kept);
	guest.frames.send(frameType.submit, submitted(7, lineOf(1)));
	const echo = await expectFrame(guest.frames, frameType.echo);
	assert.deepEqual([Buffer.from(echo).readUInt32BE(8), room.sequencer.seq], [7, 2]);
	assert.deepEqual(guest.told, ["judged", "judged", "seat given", "entered as Gustav", "seat kept"]);
	assert.deepEqual([guest.session.hasEntered, room.back], [true, [gus.fingerprint]]);
	guest.frames.send(frameType.close, closes("left").body);
	assert.equal(await guest.over, "left");
});

test("a guest who must not come in is told why, when the admission is asked for or in the moment of the entry, and nothing has happened", async (t) => {
	for (const judgements of [["paused"], [undefined, "paused"]] as const) {
		const room = opensRoom();
		const guest = comes(t, room, { judgements });
		guest.frames.send(frameType.admitMe);
		if (judgements.length === 2) {
			await expectFrame(guest.frames, frameType.admission);
			guest.frames.send(frameType.enter, entryOf(0));
		}
		assertFrame(await lastFrame(guest), refuses("paused"));
		assert.equal(await guest.over, "neverEntered");
		assert.deepEqual([room.sequencer.seq, room.authority.admitted.length], [0, judgements.length - 1]);
	}
});

test("only the first reason is told to whoever is sent away", async (t) => {
	const room = opensRoom();
	const guest = comes(t, room);
	guest.session.refuse("full");
	guest.session.refuse("blocked");
	guest.session.end("kicked");
	assertFrame(await lastFrame(guest), refuses("full"));
	assert.equal(await guest.over, "neverEntered");
	const member = comes(t, room, { isMember: true });
	member.session.end("kicked");
	member.session.end("roomClosed");
	assertFrame(await lastFrame(member), closes("kicked"));
	assert.equal(await member.over, "sentAway");
});

test("where the group is gone, nobody is admitted, and whoever wants in is told to try again and not that they did wrong", async (t) => {
	const room = opensRoom();
	room.authority.isBroken = true;
	const guest = comes(t, room);
	guest.frames.send(frameType.admitMe);
	assertFrame(await lastFrame(guest), refuses("busy"));
});

test("attack: an entry that the group refuses, without an admission, for the second time or too long ends the session", async (t) => {
	const tooLong = Buffer.concat([entryOf(0), Buffer.alloc(maxCommitBytes + 1 - entryOf(0).length)]);
	for (const [what, commit] of [
		["bad", entryOf(0)],
		["uninvited", entryOf(0)],
		["long", tooLong],
		["no entry", lineOf(0)],
	] as const) {
		const room = opensRoom();
		room.authority.refusesEntries = what === "bad";
		const guest = comes(t, room);
		if (what !== "uninvited") {
			guest.frames.send(frameType.admitMe);
			await expectFrame(guest.frames, frameType.admission);
		}
		guest.frames.send(frameType.enter, commit);
		assertFrame(await lastFrame(guest), closes("refused"));
		assert.equal(await guest.over, "neverEntered", what);
		assert.deepEqual([room.sequencer.seq, room.authority.judged.length], [0, what === "bad" ? 1 : 0], what);
	}
	const room = opensRoom();
	const twice = comes(t, room);
	await enters(twice, 0);
	twice.frames.send(frameType.enter, entryOf(1));
	assertFrame(await lastFrame(twice), closes("refused"));
	assert.equal(await twice.over, "sentAway");
	const longest = comes(t, opensRoom());
	longest.frames.send(frameType.admitMe);
	await expectFrame(longest.frames, frameType.admission);
	longest.frames.send(frameType.enter, tooLong.subarray(0, maxCommitBytes));
	await expectFrame(longest.frames, frameType.entered);
});

test("attack: frames that a guest has no business to send, or in another form, end the session", async (t) => {
	const position = encodePosition({ seq: 1, head: new Uint8Array(32) });
	for (const [type, body] of [
		[frameType.hello, Buffer.of(1)],
		[frameType.admitMe, leafKey],
		[frameType.kept, Buffer.alloc(0)],
		[frameType.resume, position.subarray(1)],
		[frameType.readOn, position.subarray(1)],
		[frameType.submit, submitted(1, Buffer.alloc(0)).subarray(1)],
		[frameType.submit, submitted(1, Buffer.alloc(maxLineBytes + 1))],
	] as const) {
		const room = opensRoom();
		const guest = comes(t, room);
		guest.frames.send(type, body);
		assertFrame(await lastFrame(guest), closes("refused"));
		assert.deepEqual([await guest.over, guest.told], ["neverEntered", []], `${type}`);
	}
	for (const [type, body] of [
		[frameType.kept, Buffer.of(0)],
		[frameType.resume, position],
		[frameType.readOn, position],
	] as const) {
		const room = opensRoom();
		const member = comes(t, room, { isMember: true });
		member.frames.send(type, body);
		assertFrame(await lastFrame(member), closes("refused"));
		assert.deepEqual([await member.over, member.told], ["sentAway", []], `${type}`);
	}
});

test("the longest line is placed, and an empty one is read and not placed", async (t) => {
	const room = opensRoom();
	const guest = comes(t, room, { isMember: true });
	guest.frames.send(frameType.submit, submitted(1, Buffer.alloc(0)));
	const longest = Buffer.concat([lineOf(0), Buffer.alloc(maxLineBytes - lineOf(0).length)]);
	guest.frames.send(frameType.submit, submitted(2, longest));
	const echo = await expectFrame(guest.frames, frameType.echo);
	assert.deepEqual([Buffer.from(echo).readUInt32BE(8), room.sequencer.seq], [2, 1]);
});

test("a guest whose entry comes too late gets another admission by itself, but not without end, and has all of them again once it is in", async (t) => {
	const room = opensRoom();
	const guest = comes(t, room);
	guest.frames.send(frameType.admitMe);
	const isStale = async (times: number, right: number): Promise<void> => {
		for (let time = 0; time < times; time += 1) {
			await expectFrame(guest.frames, frameType.admission);
			guest.frames.send(frameType.enter, entryOf(right + 1));
		}
	};
	await isStale(19, 0);
	await expectFrame(guest.frames, frameType.admission);
	guest.frames.send(frameType.enter, entryOf(0));
	await expectFrame(guest.frames, frameType.entered);
	guest.frames.send(frameType.admitMe);
	await isStale(20, 1);
	assertFrame(await lastFrame(guest), closes("refused"));
	assert.deepEqual([await guest.over, room.authority.admitted.length], ["sentAway", 40]);
});

test("one guest is admitted at a time: the next when the one before has entered, or is gone without an answer", async (t) => {
	const room = opensRoom();
	const [first, second, third] = [comes(t, room), comes(t, room, { certificate: ann }), comes(t, room)];
	for (const one of [first, second, third]) {
		one.frames.send(frameType.admitMe);
		await turns(50);
	}
	await expectFrame(first.frames, frameType.admission);
	assert.equal(room.authority.admitted.length, 1);
	first.frames.send(frameType.enter, entryOf(0));
	await expectFrame(second.frames, frameType.admission);
	assert.equal(room.authority.admitted.length, 2);
	second.near.destroy();
	assert.equal(await second.over, "neverEntered");
	await expectFrame(third.frames, frameType.admission);
});

test("a guest who is gone when their turn comes costs no admission", async (t) => {
	for (const how of ["told", "broken"] as const) {
		const room = opensRoom();
		const first = comes(t, room);
		first.frames.send(frameType.admitMe);
		await expectFrame(first.frames, frameType.admission);
		const second = comes(t, room, { certificate: ann });
		second.frames.send(frameType.admitMe);
		await turns(50);
		if (how === "told") second.session.refuse("full");
		else second.far.destroy();
		assert.equal(await second.over, "neverEntered");
		first.frames.send(frameType.enter, entryOf(0));
		await expectFrame(first.frames, frameType.entered);
		await turns(50);
		assert.deepEqual([room.authority.admitted.length, second.told], [1, []], how);
	}
});

test("off the record a guest comes in with its leaf key and its tag, and with nothing else", async (t) => {
	const room = opensRoom();
	const guest = comes(t, room, { offKeys });
	const tag = randomBytes(OFF_TAG_BYTES);
	guest.frames.send(frameType.admitMe, leafKey);
	await expectFrame(guest.frames, frameType.admission);
	guest.frames.send(frameType.enter, Buffer.concat([tag, entryOf(0)]));
	await expectFrame(guest.frames, frameType.entered);
	const [, admitted] = room.authority.admitted[0] ?? [];
	assert.deepEqual([admitted?.keys, Buffer.from(admitted?.leafKey ?? [])], [offKeys, leafKey]);
	const [, judged] = room.authority.judged[0] ?? [];
	assert.deepEqual(
		[judged?.keys, Buffer.from(judged?.leafKey ?? []), Buffer.from(judged?.tag ?? [])],
		[offKeys, leafKey, tag],
	);
	const bare = comes(t, opensRoom(), { offKeys });
	bare.frames.send(frameType.admitMe);
	assertFrame(await lastFrame(bare), closes("refused"));
	const untagged = comes(t, opensRoom(), { offKeys });
	untagged.frames.send(frameType.admitMe, leafKey);
	await expectFrame(untagged.frames, frameType.admission);
	untagged.frames.send(frameType.enter, tag);
	assertFrame(await lastFrame(untagged), closes("refused"));
	assert.equal(await untagged.over, "neverEntered");
});

/** A member whose Link broke after two lines; where it has read up to. */
async function breaksOff(t: TestContext, room: ReturnType<typeof opensRoom>) {
	const host = comes(t, room, { certificate: ann, isMember: true });
	const guest = comes(t, room);
	await enters(guest, 0);
	const read = { seq: room.sequencer.seq, head: room.sequencer.head };
	guest.near.destroy();
	assert.equal(await guest.over, "lost");
	host.frames.send(frameType.submit, submitted(1, lineOf(1)));
	while (room.sequencer.seq === read.seq) await turns(1);
	return { guest, host, read };
}

test("a member whose connection broke takes its place again with what it missed, and a connection that still stood is told", async (t) => {
	const room = opensRoom();
	const { guest, read } = await breaksOff(t, room);
	await room.sequencer.leaveOpen(guest.session);
	const back = comes(t, room);
	back.frames.send(frameType.resume, encodePosition(read));
	const resumed = decodeResumed(await expectFrame(back.frames, frameType.resumed));
	assert.ok(resumed.kind === "value");
	assert.deepEqual([resumed.value.seq, Buffer.from(resumed.value.seat)], [2, seat]);
	await expectFrame(back.frames, frameType.line);
	assert.deepEqual([back.session.hasEntered, back.told, room.back.length], [true, ["judged", "seat given"], 2]);

	const again = comes(t, room);
	again.frames.send(frameType.resume, encodePosition({ seq: room.sequencer.seq, head: room.sequencer.head }));
	await expectFrame(again.frames, frameType.resumed);
	assertFrame(await lastFrame(back), closes("replaced"));
	assert.equal(await back.over, "sentAway");

	const anew = comes(t, room);
	await enters(anew, 1);
	assertFrame(await lastFrame(again), closes("replaced"));
});

test("a guest who comes back is told where there is no place any more, or that they must not, and may ask for an admission instead", async (t) => {
	const room = opensRoom();
	const { guest, read } = await breaksOff(t, room);
	await room.sequencer.leaveOpen(guest.session);
	const other = comes(t, room);
	other.frames.send(frameType.resume, encodePosition({ ...read, head: randomBytes(32) }));
	const answer = await nextFrame(other.frames);
	assertFrame(answer, isLate("gone"));
	assert.equal(other.session.hasEntered, false);
	await enters(other, 1);

	const refused = comes(t, room, { judgements: ["blocked"] });
	refused.frames.send(frameType.resume, encodePosition(read));
	assertFrame(await lastFrame(refused), refuses("blocked"));
	assert.equal(await refused.over, "neverEntered");

	await room.sequencer.leaveOpen(other.session);
	await room.sequencer.removal({ fingerprint: gus.fingerprint }, "kicked");
	for (const type of [frameType.resume, frameType.readOn]) {
		await room.sequencer.leaveOpen(comes(t, room, { isMember: true }).session);
		await room.sequencer.removal({ fingerprint: gus.fingerprint }, "kicked");
		const kicked = comes(t, room);
		kicked.frames.send(type, encodePosition(read));
		assertFrame(await lastFrame(kicked), closes("kicked"));
		assert.equal(await kicked.over, "neverEntered");
	}
});

test("a guest who reads on where its program was ended gets what it missed, hears what comes, and asks for each page once", async (t) => {
	const room = opensRoom();
	const pages = await breaksOff(t, room);
	await room.sequencer.leaveOpen(pages.guest.session);
	const end = { seq: room.sequencer.seq, head: room.sequencer.head };
	const reader = comes(t, room);
	reader.frames.send(frameType.readOn, encodePosition(end));
	const page = decodePage(await expectFrame(reader.frames, frameType.page));
	assert.deepEqual(page.kind === "value" && page.value, { upTo: 2, newest: 2 });
	pages.host.frames.send(frameType.submit, submitted(2, lineOf(1)));
	await expectFrame(reader.frames, frameType.line);
	assert.deepEqual([reader.session.hasEntered, reader.told], [false, ["judged"]]);

	const second = comes(t, room);
	second.frames.send(frameType.readOn, encodePosition({ seq: room.sequencer.seq, head: room.sequencer.head }));
	await expectFrame(second.frames, frameType.page);
	assertFrame(await lastFrame(reader), closes("replaced"));
	second.frames.send(frameType.readOn, encodePosition({ seq: room.sequencer.seq, head: room.sequencer.head }));
	assertFrame(await lastFrame(second), closes("refused"));
	assert.equal(await second.over, "neverEntered");

	await room.sequencer.leaveOpen(second.session);
	const future = comes(t, room);
	future.frames.send(frameType.readOn, encodePosition({ seq: 99, head: randomBytes(32) }));
	assertFrame(await nextFrame(future.frames), isLate("otherHistory"));
	const refused = comes(t, room, { judgements: ["full"] });
	refused.frames.send(frameType.readOn, encodePosition(end));
	assertFrame(await lastFrame(refused), refuses("full"));
});

test("a frame that a guest has sent already is taken first", async (t) => {
	const room = opensRoom();
	const guest = comes(t, room, { first: { type: frameType.admitMe, body: new Uint8Array(0) } });
	await expectFrame(guest.frames, frameType.admission);
});

test("a goodbye and a Link that breaks are told apart, and so is any other close", async (t) => {
	const room = opensRoom();
	for (const [reason, end] of [
		["left", "left"],
		["hostAway", "lost"],
	] as const) {
		const member = comes(t, room, { isMember: true });
		member.frames.send(frameType.close, closes(reason).body);
		assert.equal(await member.over, end);
		assert.equal(await lastFrame(member), undefined);
	}
	const broken = comes(t, room, { isMember: true });
	broken.near.end();
	assert.equal(await broken.over, "lost");
	const stranger = comes(t, room);
	stranger.frames.send(frameType.close, closes("left").body);
	assert.equal(await stranger.over, "neverEntered");
});

test("a member who does not read is let go, and has its place kept", async (t) => {
	const room = opensRoom();
	const member = comes(t, room, { isMember: true });
	while (member.far.writableLength <= 1024 * 1024) member.session.deliver(Buffer.alloc(100_000));
	member.session.deliver(Buffer.alloc(1));
	assert.equal(await member.over, "lost");
	member.near.destroy();
});

test("each line, long line, renewal, admission and page costs what it causes: what is over the burst waits", async (t) => {
	stopTime(t);
	const frame = (type: FrameType, body: Uint8Array = new Uint8Array(0)): Frame => ({ type, body });
	const positions = Array.from({ length: 60 }, (_, seq) => encodePosition({ seq: seq + 1, head: randomBytes(32) }));
	/** Sends these, and then lines; how many of the lines are placed while time stands still. */
	const placedBehind = async (...before: readonly Frame[]): Promise<number> => {
		const room = opensRoom();
		const member = comes(t, room, { isQuick: true, isMember: true });
		for (const { type, body } of before) member.frames.send(type, body);
		for (let sent = 0; sent <= burstLines; sent += 1) member.frames.send(frameType.submit, submitted(sent, lineOf(0)));
		await turns(400);
		return room.sequencer.seq;
	};
	/** Tells whether somebody who is not in is heard after these, while time stands still. */
	const isHeardAfter = async (...before: readonly Frame[]): Promise<boolean> => {
		const guest = comes(t, opensRoom(), { isQuick: true });
		for (const { type, body } of before) guest.frames.send(type, body);
		guest.frames.send(frameType.close, closes("left").body);
		await turns(200);
		return guest.isOver();
	};
	const submit = (bytes: number): Frame => frame(frameType.submit, Buffer.alloc(bytes));
	assert.equal(await placedBehind(), burstLines);
	assert.equal(await placedBehind(submit(4 * 1024 * 3)), burstLines - 4);
	assert.equal(await placedBehind(submit(4 * 1024 * 3 - 1)), burstLines - 3);
	assert.equal(await placedBehind(frame(frameType.admitMe)), 0);
	const admissions = (count: number) => Array.from({ length: count }, () => frame(frameType.admitMe));
	assert.deepEqual([await isHeardAfter(...admissions(5)), await isHeardAfter(...admissions(6))], [true, false]);
	const pages = (count: number) => positions.slice(0, count).map((body) => frame(frameType.readOn, body));
	assert.deepEqual([await isHeardAfter(...pages(30)), await isHeardAfter(...pages(31))], [true, false]);
});

test("a guest who never enters is given up after two minutes, and whoever is in stays", async (t) => {
	stopTime(t);
	const waits = async (guest: Come, forMs: number): Promise<void> => {
		for (let waited = 0; waited < forMs; waited += 10_000) {
			guest.frames.send(frameType.ping);
			await turns(5);
			t.mock.timers.tick(Math.min(10_000, forMs - waited));
		}
		await turns(5);
	};
	const outside = comes(t, opensRoom());
	await waits(outside, enteringTimeoutMs - 1);
	assert.equal(outside.isOver(), false);
	await waits(outside, 1);
	assertFrame(await lastFrame(outside), closes("tooSlow"));
	const inside = comes(t, opensRoom());
	await enters(inside, 0);
	await waits(inside, enteringTimeoutMs);
	inside.frames.send(frameType.close, closes("left").body);
	assert.equal(await inside.over, "left");
});
