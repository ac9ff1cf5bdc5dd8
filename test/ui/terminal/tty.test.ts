// The terminal taken and given back as one: its modes, its keyboard and its picture; and the words of others that must not stand in the picture.
import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import type { TerminalSource } from "../../../src/ui/terminal/input.ts";
import { keepOthersWords } from "../../../src/ui/terminal/others-words.ts";
import { Tty } from "../../../src/ui/terminal/tty.ts";
import { manualClock } from "../../support/manual-clock.ts";

function openTty() {
	const done: string[] = [];
	const clock = manualClock();
	const source = Object.assign(new PassThrough(), {
		isTTY: true,
		setRawMode: (isRaw: boolean) => void done.push(isRaw ? "raw" : "cooked"),
	});
	const write = (bytes: Uint8Array) => {
		done.push(Buffer.from(bytes).toString());
		return bytes.length;
	};
	const stream = Object.assign(new EventEmitter(), { columns: 40, rows: 8 });
	const tty = new Tty({
		source: source as unknown as TerminalSource,
		sink: { write, close() {} },
		stream: stream as unknown as NodeJS.WriteStream,
		after: clock.after,
	});
	const since = () => done.splice(0).join(" ");
	return { tty, since, stream, clock };
}

const picture = { rows: ["the picture"], columns: 40, height: 8 };

test("The parts of the terminal are given back in the opposite order, and taken again with the picture whole.", () => {
	const { tty, since } = openTty();
	assert.equal(since(), "", "nothing is written before it is ours");
	tty.take();
	tty.modes.set("mouse", true);
	tty.painter.draw(picture);
	const taken = since();
	assert.match(taken, /^cooked raw .*\?1049h.*\?7l.*\?2004h.*\?1004h.*\?1000h.*the picture/s);
	tty.giveBack();
	assert.match(since(), /^[\s\S]*\?1000l[\s\S]*\?1004l[\s\S]*\?2004l[\s\S]*\?7h[\s\S]*\?1049l[\s\S]*\?25h cooked$/);
	tty.painter.draw({ ...picture, rows: ["meanwhile"] });
	tty.modes.set("mouse", false);
	tty.say("\u0007");
	assert.equal(since(), "", "while it is somebody else's nothing is written");
	tty.take();
	const again = since();
	assert.match(again, /^cooked raw .*\?1049h.*meanwhile/s);
	assert.doesNotMatch(again, /\?1000h|\u0007/, "only what is still wanted");
});

test("A terminal that is lent comes back when the work fails too, and one that is closed never.", async () => {
	const { tty, since } = openTty();
	tty.take();
	await assert.rejects(tty.lend(() => Promise.reject(new Error("no editor"))));
	assert.match(since(), /\?1049l[\s\S]*cooked cooked raw [\s\S]*\?1049h/);
	tty.close();
	assert.match(since(), /\?1049l/);
	tty.take();
	assert.equal(since(), "");
});

test("A window that has come back to its size is drawn whole, since nobody else will.", () => {
	const { tty, since, stream, clock } = openTty();
	tty.take();
	tty.painter.draw(picture);
	since();
	stream.emit("resize");
	assert.equal(since(), "");
	clock.advance(50);
	assert.match(since(), /the picture/);
});

test("attack: output of others while the picture stands is kept out of it, bounded, and said afterwards without orders to the terminal", () => {
	const seen: string[] = [];
	const stream = (isTTY: boolean) => ({
		isTTY,
		write: (text: string) => {
			seen.push(text);
			return true;
		},
	});
	const screen = stream(true);
	const file = stream(false);
	const others = keepOthersWords([screen, file] as unknown as readonly NodeJS.WriteStream[]);
	screen.write("Warning: \u001B[31mred\u001B[0m \u001B]0;title\u0007words\r\n");
	screen.write("x".repeat(100_000));
	file.write("to a file");
	assert.deepEqual(seen, ["to a file"]);
	const said = others.release();
	assert.match(said, /^Warning: red \]0;titlewords\nxxx/);
	assert.ok(said.length < 16_100);
	screen.write("again");
	assert.deepEqual(seen, ["to a file", "again"]);
	assert.equal(others.release(), "", "said once");
});
