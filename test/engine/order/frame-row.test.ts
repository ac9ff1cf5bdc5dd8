// Frames in the same memory: the same bytes as frames by themselves, and only neighbours are taken for neighbours.
import assert from "node:assert/strict";
import { test } from "node:test";
import { FrameRow, isBehind, stretch } from "../../../src/engine/order/frame-row.ts";
import { encodeFrame, frameType } from "../../../src/engine/wire/frame.ts";

test("each frame has the bytes that it has by itself, also behind others and beyond the end of the memory", () => {
	const row = new FrameRow();
	const bodies = Array.from({ length: 300 }, (_, index) => Buffer.alloc(index % 50 === 0 ? 40_000 : index * 3, index));
	const frames = bodies.map((body) => row.encode(frameType.line, Buffer.of(1), body));
	assert.deepEqual(
		frames,
		bodies.map((body) => encodeFrame(frameType.line, Buffer.of(1), body)),
	);
});

test("only frames that stand behind each other in the same memory are one stretch", () => {
	const [row, other] = [new FrameRow(), new FrameRow()];
	const [first, second, third] = [1, 2, 3].map((byte) => row.encode(frameType.line, Buffer.of(byte)));
	const [, elsewhere] = [4, 5].map((byte) => other.encode(frameType.line, Buffer.of(byte)));
	assert.ok(first && second && third && elsewhere);
	assert.deepEqual([isBehind(first, second), isBehind(second, third)], [true, true]);
	assert.deepEqual(
		[isBehind(first, third), isBehind(second, first), isBehind(first, elsewhere)],
		[false, false, false],
	);
	assert.deepEqual(stretch(first, third), Buffer.concat([first, second, third]));
	assert.deepEqual(stretch(second, second), second);
});
