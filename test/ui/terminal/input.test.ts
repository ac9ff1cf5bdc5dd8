// The input of a terminal: what comes is handed on in order, time makes keys and pastes of what has no end, and no answer is left behind.
import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { TerminalInput, type TerminalSource } from "../../../src/ui/terminal/input.ts";
import type { InputEvent } from "../../../src/ui/terminal/input-machine.ts";
import { manualClock } from "../../support/manual-clock.ts";

const white = "\u001B]11;rgb:ffff/ffff/ffff\u0007";
const fence = "\u001B[?1;2c";

function openInput() {
	const written: string[] = [];
	const rawModes: boolean[] = [];
	const clock = manualClock();
	const source = Object.assign(new PassThrough(), {
		isTTY: true,
		setRawMode: (isRaw: boolean) => rawModes.push(isRaw),
	});
	const input = new TerminalInput(
		source as unknown as TerminalSource,
		(sequence) => void written.push(sequence),
		clock.after,
	);
	const events: InputEvent[] = [];
	const listen = () => input.listen((event) => void events.push(event));
	const typed = () =>
		events.flatMap((event) => (event.kind === "text" ? [event.text] : event.kind === "key" ? [event.name] : []));
	const send = async (text: string) => {
		source.write(text);
		await new Promise((done) => setImmediate(done));
	};
	return { input, source, send, written, rawModes, events, typed, listen, clock };
}

test("Keys come through as they are, answers are told to who listens for the background.", async () => {
	const { input, send, typed, listen } = openInput();
	let heard = 0;
	const stop = input.onBackground(() => void heard++);
	listen();
	input.askBackground();
	assert.equal(input.background(), undefined);
	await send(`a${white}b`);
	await send(fence);
	assert.deepEqual(typed(), ["a", "b"]);
	assert.deepEqual(input.background(), [1, 1, 1]);
	assert.equal(heard, 1);
	stop();
	await send(white);
	assert.equal(heard, 1);
});

test("Keys that are typed before anybody listens are not lost.", async () => {
	const { send, typed, listen } = openInput();
	await send("early");
	listen();
	await send("");
	assert.deepEqual(typed(), ["early"]);
});

test("An Escape that nothing follows is told after a moment, and one that is followed in time is not.", async () => {
	const { send, typed, listen, clock } = openInput();
	listen();
	await send("\u001B");
	clock.advance(19);
	assert.deepEqual(typed(), []);
	clock.advance(1);
	assert.deepEqual(typed(), ["escape"]);
	await send("\u001B");
	clock.advance(10);
	await send("[A");
	clock.advance(1_000);
	assert.deepEqual(typed(), ["escape", "up"]);
});

test("A paste that never ends is over a second after the last of it, not sooner.", async () => {
	const { send, events, listen, clock } = openInput();
	listen();
	await send("\u001B[200~half");
	clock.advance(999);
	await send(" a paste");
	clock.advance(999);
	assert.deepEqual(events, []);
	clock.advance(1);
	await send("x");
	assert.deepEqual(events, [
		{ kind: "paste", text: "half a paste" },
		{ kind: "text", text: "x" },
	]);
});

test("Whoever gives the terminal away waits until nothing is on its way to it any more.", async () => {
	const { input, send, listen } = openInput();
	listen();
	await input.answered();
	input.askBackground();
	input.askBackground();
	let isOver = false;
	const answered = input.answered().then(() => {
		isOver = true;
	});
	await send(white + fence);
	assert.ok(!isOver, "the second question is not answered yet");
	await send(fence);
	await answered;
});

test("A report that the scheme changed asks for the background again.", async () => {
	const { input, send, written, listen } = openInput();
	listen();
	await send("\u001B[?997;2n");
	assert.match(written.join(""), /\u001B\]11;\?\u0007\u001B\[c/);
	await send(white + fence);
	assert.deepEqual(input.background(), [1, 1, 1]);
});

test("The focus of the window is known as soon as it changes.", async () => {
	const { input, send, listen } = openInput();
	listen();
	assert.equal(input.hasFocus(), undefined);
	await send("\u001B[O");
	assert.equal(input.hasFocus(), false);
	await send("\u001B[I");
	assert.equal(input.hasFocus(), true);
});

test("While the terminal is another program's nothing is read, and no key is made of what was held.", async () => {
	const { input, source, send, rawModes, typed, listen, clock } = openInput();
	input.takeKeyboard();
	listen();
	await send("\u001B");
	input.giveKeyboardBack();
	clock.advance(1_000);
	await send("for the editor");
	assert.deepEqual(typed(), []);
	assert.ok(source.isPaused());
	input.takeKeyboard();
	await send("!");
	assert.deepEqual(typed().slice(-1), ["!"]);
	assert.deepEqual(rawModes.slice(-2), [false, true], "the mode is set anew, whatever it seems to be");
});

test("The end of the input is told with what was held.", async () => {
	const { source, send, typed, listen } = openInput();
	listen();
	await send("x\u001B");
	source.end();
	await new Promise((done) => setImmediate(done));
	assert.deepEqual(typed(), ["x", "escape"]);
});
