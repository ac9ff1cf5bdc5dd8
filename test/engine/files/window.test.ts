// The window of a receiver by itself: lines and computers are played by numbers.
import assert from "node:assert/strict";
import { test } from "node:test";
import { newWindow, sampled, type Window } from "../../../src/engine/files/pieces/window.ts";

/** A line on which a block takes `blockMs` to pass and nothing is faster than `baseMs`; returns the window after so many answers. */
function over(baseMs: number, blockMs: number, answers: number, most = 128): Window {
	let window = newWindow(most);
	for (let answer = 0; answer < answers; answer += 1) {
		const count = Math.max(1, Math.min(8, Math.floor(window.blocks / 2)));
		window = sampled(window, baseMs + window.blocks * blockMs, count);
	}
	return window;
}

test("on a fast line everything that may be asked for is asked for", () => {
	assert.equal(over(1, 0.2, 300).blocks, 128);
	assert.equal(over(20, 0.1, 300).blocks, 128);
});

test("by Tor no more is asked for than its own windows hold", () => {
	assert.equal(over(300, 5, 200, 4).blocks, 4);
});

test("on a line of 1 MB a second little waits before a line of talk", () => {
	const blockMs = 65;
	const { blocks } = over(5, blockMs, 400);
	assert.ok(blocks * blockMs < 150, `${blocks} blocks`);
});

test("a line of 12 MB a second, 20 ms long, is kept busy", () => {
	const blockMs = 5.2;
	const { blocks } = over(20, blockMs, 400);
	assert.ok(blocks * blockMs > 20, `${blocks} blocks are more than pass in the time there and back`);
});

test("blocks that are late whatever is asked for are not taken for a queue behind our own blocks: the window opens again", () => {
	let window = over(1, 0.2, 300);
	for (let answer = 0; answer < 100; answer += 1) window = sampled(window, 200 + window.blocks * 0.2, 8);
	assert.ok(window.blocks > 100, `${window.blocks} blocks`);
});

test("when a line becomes a slow one, little waits before a line of talk again", () => {
	let window = over(5, 0.2, 300);
	for (let answer = 0; answer < 300; answer += 1) window = sampled(window, 5 + window.blocks * 65, 1);
	assert.ok(window.blocks * 65 < 150, `${window.blocks} blocks`);
});

test("one late answer changes nothing, and a window that was small grows again", () => {
	const wide = over(1, 0.2, 300);
	assert.equal(sampled(wide, 900, 8).blocks, 128);
	let narrow = over(5, 65, 400);
	for (let answer = 0; answer < 400; answer += 1) narrow = sampled(narrow, 5 + narrow.blocks * 0.2, 1);
	assert.equal(narrow.blocks, 128);
});
