// Hostile frames over real channels from somebody who has really entered: the Link ends or nothing happens, and the room goes on.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import fc from "fast-check";
import { Group } from "../../../src/crypto/group/group.ts";
import { enterRoom } from "../../../src/engine/guest/entering.ts";
import type { MemberEvent } from "../../../src/engine/member/events.ts";
import { decodeClose, encodeClose } from "../../../src/engine/wire/entering-frames.ts";
import { encodeFrame, type FrameType, frameType } from "../../../src/engine/wire/frame.ts";
import type { FrameStream } from "../../../src/engine/wire/frame-stream.ts";
import { identify, throughPassword } from "../../support/attackers/cheap-guest.ts";
import {
	assertStillWorks,
	joinMemoryRoom,
	newSelf,
	openMemoryRoom,
	roomPassword,
} from "../../support/rooms/memory-room.ts";
import { patienceMs } from "../../support/until.ts";

const never = new AbortController().signal;

const submit = (number: number, message: Uint8Array): Buffer => {
	const head = Buffer.alloc(4);
	head.writeUInt32BE(number);
	return Buffer.concat([head, message]);
};

const room = await openMemoryRoom({ after });

/** Mallory really gets in, by hand: what comes next is up to the test. Comes back in the same group, which is quicker. */
const mallory = await newSelf("Mallory");
let group: Group | undefined;
after(() => group?.close());

async function intrude() {
	const greeting = await throughPassword(room.link(), roomPassword);
	const { frames } = greeting;
	const tls = frames.stream;
	const host = await identify(greeting, mallory);
	const roomId = greeting.hello.room;
	group ??= await Group.open({ roomId });
	const who = { signer: mallory.signer, name: mallory.name, host };
	const entered = await enterRoom({ frames, roomId, group, isComingBack: false, ...who }, never);
	assert.equal(entered.kind, "entered");
	return { frames, tls, group };
}

/** How the host ends the Link, whatever comes before. */
async function endOf(frames: FrameStream): Promise<string> {
	for (;;) {
		const next = await frames.next(AbortSignal.timeout(patienceMs));
		if (next.kind !== "frame") return next.kind;
		if (next.frame.type === frameType.close) return decodeClose(next.frame.body) ?? "unknown";
	}
}

/** Out of turn from a member, one of each phase; fuzz-session.test.ts has them all. */
const outOfTurn = [
	frameType.hello,
	frameType.confirmA,
	frameType.guestSignature,
	frameType.admission,
	frameType.enter,
	frameType.resume,
	frameType.line,
	frameType.commit,
	frameType.close,
] as const;

test("attack: somebody who has really entered sends frames out of turn or malformed: the Link ends, and the room goes on", async () => {
	const witness = await joinMemoryRoom(room, await newSelf("Wanda"));
	for (const type of outOfTurn) {
		const { frames, tls } = await intrude();
		frames.send(type, Buffer.alloc(64, type));
		const expected = type === frameType.close ? "ended" : "refused";
		assert.equal(await endOf(frames), expected, `frame type ${type}`);
		tls.destroy();
	}
	for (const bytes of [
		encodeFrame(frameType.submit, Buffer.alloc(3)),
		encodeFrame(0x7f as FrameType, Buffer.alloc(9)),
		Buffer.of(0xff, 0xff, 0xff, frameType.line),
	]) {
		const { frames, tls } = await intrude();
		frames.sendEncoded(bytes);
		assert.equal(await endOf(frames), bytes[3] === frameType.submit ? "refused" : "ended");
		tls.destroy();
	}
	witness.leave();
	await witness.ended;
	assert.deepEqual(witness.ears.texts(), []);
});

test("attack: hundreds of mutated lines of a real member are placed or dropped, shown to nobody, and end nobody's stay", async () => {
	const witness = await joinMemoryRoom(room, await newSelf("Wanda"));
	const { frames, tls, group: own } = await intrude();
	const made = await own.encrypt(Buffer.from("never seen"));
	assert.ok(made.kind === "encrypted");
	let number = 1;
	await fc.assert(
		fc.asyncProperty(fc.nat(), fc.integer({ min: 1, max: 255 }), fc.nat(20), async (at, flip, cut) => {
			const message = Buffer.from(made.message.subarray(0, made.message.length - cut));
			message[at % message.length]! ^= flip;
			frames.send(frameType.submit, submit(number++, message));
		}),
		{ numRuns: 280 },
	);
	// What this member says behind all that is still a line like any other.
	const honest = await own.encrypt(Buffer.from("no content of ours"));
	assert.ok(honest.kind === "encrypted");
	frames.send(frameType.submit, submit(number, honest.message));
	const isRefused = (event: MemberEvent) => event.kind === "problem" && event.problem === "unreadableLine";
	await witness.ears.until(() => witness.ears.heard.some(isRefused));
	frames.send(frameType.close, encodeClose("left"));
	await witness.ears.until(() =>
		witness.ears.heard.some(
			(event) => event.kind === "membership" && event.left.some(({ name }) => name === "Mallory"),
		),
	);
	assert.deepEqual(witness.ears.texts(), []);
	tls.destroy();
	witness.leave();
	assert.equal((await witness.ended).code, "left");
	await assertStillWorks(room);
});
