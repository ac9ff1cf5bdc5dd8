// The keyboard as Ink gets it: keys without the terminal's answers, nothing while the terminal is someone else's, and no answer left behind.
import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { TerminalInput } from "../../../src/ui/terminal/input.ts";

const white = "\u001B]11;rgb:ffff/ffff/ffff\u0007";
const fence = "\u001B[?1;2c";

function openInput() {
	const written: string[] = [];
	const rawModes: boolean[] = [];
	const source = Object.assign(new PassThrough(), {
		isTTY: true,
		setRawMode: (isRaw: boolean) => rawModes.push(isRaw),
		ref() {},
		unref() {},
	});
	const input = new TerminalInput(source as unknown as NodeJS.ReadStream, (sequence) => void written.push(sequence));
	input.setEncoding("utf8");
	let keys = "";
	input.on("data", (text: string) => {
		keys += text;
	});
	const send = async (text: string) => {
		source.write(text);
		await new Promise((done) => setImmediate(done));
	};
	return { input, source, send, written, rawModes, keys: () => keys };
}

test("Keys come through as they are, answers do not, and the background is told to who listens.", async () => {
	const { input, send, keys } = openInput();
	let heard = 0;
	const stop = input.onBackground(() => void heard++);
	input.askBackground();
	assert.equal(input.background(), undefined);
	await send(`a${white}b`);
	await send(fence);
	assert.equal(keys(), "ab");
	assert.deepEqual(input.background(), [1, 1, 1]);
	assert.equal(heard, 1);
	stop();
	await send(white);
	assert.equal(heard, 1);
	input.close();
});

test("An Escape that nothing follows is let go of, while an answer is awaited too.", async () => {
	const { input, send, keys } = openInput();
	input.askBackground();
	await send("\u001B");
	assert.equal(keys(), "");
	await new Promise<void>((done) => input.once("data", () => done()));
	assert.equal(keys(), "\u001B");
	await send(`[A${white}${fence}`);
	assert.equal(keys(), "\u001B[A");
	input.close();
});

test("Who gives the terminal away waits until nothing is on its way to it any more.", async () => {
	const { input, send, written } = openInput();
	await input.stopAsking();
	input.askBackground();
	input.askBackground();
	let isOver = false;
	const stopped = input.stopAsking().then(() => {
		isOver = true;
	});
	await send(white + fence);
	assert.ok(!isOver, "the second question is not answered yet");
	await send(fence);
	await stopped;
	assert.equal(written.at(-1), "\u001B[?2031l");
	input.close();
});

test("A report that the scheme changed asks for the background again.", async () => {
	const { input, send, written } = openInput();
	await send("\u001B[?997;2n");
	assert.match(written.join(""), /\u001B\]11;\?\u0007\u001B\[c/);
	await send(white + fence);
	assert.deepEqual(input.background(), [1, 1, 1]);
	input.close();
});

test("Out of raw mode nothing is read: what is typed is for another program.", async () => {
	const { input, source, send, rawModes, keys } = openInput();
	input.setRawMode(false);
	await send("for the editor");
	assert.equal(keys(), "");
	assert.ok(source.isPaused());
	input.setRawMode(true);
	await send("!");
	assert.equal(keys(), "for the editor!");
	assert.deepEqual(rawModes, [false, true]);
	input.close();
});

test("The end of the input is told, with what was held.", async () => {
	const { input, source, send, keys } = openInput();
	input.askBackground();
	await send("x\u001B]1");
	const ended = new Promise<void>((done) => input.on("end", () => done()));
	source.end();
	await ended;
	assert.equal(keys(), "x\u001B]1");
});
