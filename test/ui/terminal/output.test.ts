// Writing to a terminal that takes little, nothing, or is gone: nobody waits for it, nothing is torn, and the newest picture comes when it takes again.
import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { test } from "node:test";
import fc from "fast-check";
import { TerminalOutput } from "../../../src/ui/terminal/output.ts";
import { Painter, type Picture } from "../../../src/ui/terminal/painter.ts";
import { manualClock } from "../../support/manual-clock.ts";
import { openTerminal, rowsOf } from "../../support/terminal/terminal.ts";

/** An output whose terminal takes as many bytes as `room` says. */
function openOutput() {
	const clock = manualClock();
	const terminal = { room: Number.POSITIVE_INFINITY, isGone: false, taken: "" };
	const write = (bytes: Uint8Array) => {
		if (terminal.isGone) throw Object.assign(new Error("gone"), { code: "EIO" });
		const count = Math.min(bytes.length, terminal.room);
		terminal.room -= count;
		terminal.taken += Buffer.from(bytes.subarray(0, count)).toString("latin1");
		return count;
	};
	let isClosed = false;
	const sink = {
		write,
		close: () => {
			isClosed = true;
		},
	};
	const stream = Object.assign(new EventEmitter(), { columns: 40, rows: 8 });
	const output = new TerminalOutput(sink, stream as unknown as NodeJS.WriteStream, clock.after);
	return { output, clock, terminal, isClosed: () => isClosed };
}

test("Output comes whole and in order, however little the terminal takes at a time.", () => {
	fc.assert(
		fc.property(fc.array(fc.string()), fc.array(fc.nat(20)), (texts, rooms) => {
			const { output, clock, terminal } = openOutput();
			terminal.room = 0;
			for (const text of texts) output.write(text);
			for (const room of rooms) {
				terminal.room = room;
				clock.advance(64);
			}
			terminal.room = Number.POSITIVE_INFINITY;
			clock.advance(64);
			assert.equal(terminal.taken, Buffer.from(texts.join("")).toString("latin1"));
			assert.equal(output.isBehind(), false);
		}),
	);
});

test("Whoever waits until everything is taken waits no longer than the limit.", async () => {
	const { output, clock, terminal } = openOutput();
	await output.caughtUp(1_000);
	terminal.room = 3;
	output.write("12345");
	let isOver = false;
	const waiting = output.caughtUp(1_000).then(() => {
		isOver = true;
	});
	clock.advance(999);
	await Promise.resolve();
	assert.equal(isOver, false);
	clock.advance(1);
	await waiting;
	terminal.room = 100;
	const caughtUp = output.caughtUp(1_000);
	clock.advance(64);
	await caughtUp;
	assert.equal(terminal.taken, "12345");
});

test("A terminal that never takes anything fills no memory.", () => {
	const { output, terminal, clock } = openOutput();
	terminal.room = 0;
	for (let time = 0; time < 1_000; time++) output.write("x".repeat(10_000));
	terminal.room = Number.POSITIVE_INFINITY;
	clock.advance(64);
	assert.ok(terminal.taken.length < 1_100_000);
});

test("A terminal that is gone is written to no more, and nobody falls over it.", async () => {
	const { output, terminal, isClosed } = openOutput();
	terminal.isGone = true;
	output.write("words");
	await output.caughtUp(1_000);
	terminal.isGone = false;
	output.write("more");
	assert.equal(terminal.taken, "");
	output.close();
	assert.ok(isClosed());
});

test("Frames are dropped while the terminal takes nothing; then the newest one stands there, whole.", async () => {
	const { output, terminal, clock } = openOutput();
	const painter = new Painter(output);
	const picture = (text: string): Picture => ({
		rows: [text, "─".repeat(30), `${text} again`],
		columns: 40,
		height: 8,
	});
	painter.draw(picture("first"));
	terminal.room = 10;
	painter.draw(picture("second"));
	for (let number = 0; number < 1_000; number++) painter.draw(picture(`frame ${number}`));
	const before = terminal.taken.length;
	terminal.room = Number.POSITIVE_INFINITY;
	clock.advance(64);
	assert.ok(terminal.taken.length - before < 500, "a thousand frames cost no more than two");
	const term = openTerminal({ columns: 40, rows: 8 });
	await new Promise<void>((done) => term.write(Buffer.from(terminal.taken, "latin1"), done));
	assert.deepEqual(rowsOf(term).slice(0, 3), ["frame 999", "─".repeat(30), "frame 999 again"]);
	term.dispose();
});
