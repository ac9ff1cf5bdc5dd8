// What is said to the terminal besides the picture: nothing of it can be misused by whoever chose the text.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { clipboardOf, copiedWords, notificationOf } from "../../../src/ui/terminal/words.ts";
import { alertWords, createAlerter } from "../../../src/ui/words/alert-words.ts";
import { noticeWords } from "../../../src/ui/words/notices.ts";
import { anyCharacter } from "../../support/any-character.ts";
import { personNamed, self } from "../../support/views/fake-engine.ts";

const anyText = fc.oneof(
	fc.string({ unit: anyCharacter }),
	fc.constantFrom("\u001B]52;c;x\u0007", "\u009D0;x\u009C", "4;3;100", "a\u202Eb"),
);
const environment = fc.constantFrom(
	{},
	{ TMUX: "/tmp/tmux,1,0" },
	{ STY: "1.x" },
	{ VTE_VERSION: "7000" },
	{ TERM: "xterm-kitty" },
);

test("A notification is one or two whole sequences, whatever stands in it: no text gets out of them.", () => {
	const sequence =
		/^(?:(?:\u001B\](?:9;Real Talk: |777;notify;Real Talk;)[^\p{C};]*\u0007){1,2}|\u001B\]99;i=rt:d=0:p=title;Real Talk\u001B\\\u001B\]99;i=rt:d=1:p=body;[^\p{C};]*\u001B\\)$/u;
	fc.assert(
		fc.property(anyText, environment, (text, env) => {
			const plain = notificationOf(text, env)
				.replaceAll(/\u001BPtmux;([\s\S]*?)\u001B\\/g, (_, inner: string) => inner.replaceAll("\u001B\u001B", "\u001B"))
				.replaceAll(/\u001BP(\u001B\][\s\S]*?)\u001B\\/g, "$1");
			assert.match(plain, sequence);
			assert.ok(plain.length < 500);
		}),
	);
});

test("Known terminals are told once, unknown ones in both ways; tmux and screen are asked to pass it on.", () => {
	assert.equal(notificationOf("hi", { VTE_VERSION: "7000" }), "\u001B]777;notify;Real Talk;hi\u0007");
	assert.equal(notificationOf("hi", { TERM_PROGRAM: "iTerm.app" }), "\u001B]9;Real Talk: hi\u0007");
	assert.equal(notificationOf("hi", {}), "\u001B]9;Real Talk: hi\u0007\u001B]777;notify;Real Talk;hi\u0007");
	assert.equal(
		notificationOf("hi", { TMUX: "/tmp/t,1,0", VTE_VERSION: "7000" }),
		"\u001BPtmux;\u001B\u001B]9;Real Talk: hi\u0007\u001B\\\u001BPtmux;\u001B\u001B]777;notify;Real Talk;hi\u0007\u001B\\",
	);
	assert.ok(notificationOf("hi", { STY: "1.pts" }).startsWith("\u001BP\u001B]9;"));
});

test("A text for the clipboard travels as base64; in tmux it is told to tmux and passed on.", () => {
	assert.equal(clipboardOf("./rt 1.2.3.4 5", {}), "\u001B]52;c;Li9ydCAxLjIuMy40IDU=\u0007");
	const inTmux = clipboardOf("x", { TMUX: "y" }) ?? "";
	assert.ok(inTmux.startsWith("\u001B]52;c;eA==\u0007\u001BPtmux;\u001B\u001B]52;"));
});

test("The longest message fits the clipboard, in parts for screen; what does not fit is not copied, and the words say how else.", () => {
	const longest = "漢".repeat(16_000);
	assert.ok(clipboardOf(longest, {})?.endsWith("\u0007"));
	const parts = clipboardOf(longest, { STY: "1.x" })?.split("\u001B\\").slice(0, -1) ?? [];
	assert.ok(parts.every((part) => part.startsWith("\u001BP") && part.length < 768));
	assert.equal(parts.map((part) => part.slice(2)).join(""), clipboardOf(longest, {}));
	assert.equal(clipboardOf("x".repeat(80_000), {}), undefined);
	assert.match(copiedWords("it", "x".repeat(80_000), {}), /too long.*Shift/);
	assert.match(copiedWords("the message of grace", "hi", {}), /^Copied the message of grace\./);
	assert.equal(clipboardOf("hi", { TERM: "linux" }), undefined);
	assert.match(copiedWords("it", "hi", { TERM_PROGRAM: "Apple_Terminal" }), /does not let programs copy/);
	assert.ok(clipboardOf("hi", { TERM_PROGRAM: "Apple_Terminal", TMUX: "x" }), "tmux keeps it itself");
});

test("A text for the clipboard cannot get out of its sequence.", () => {
	fc.assert(
		fc.property(anyText, (text) => {
			const [, encoded = ""] = /^\u001B\]52;c;([A-Za-z0-9+/=]*)\u0007$/.exec(clipboardOf(text, {}) ?? "") ?? [];
			assert.equal(Buffer.from(encoded, "base64").toString(), text.toWellFormed());
		}),
	);
});

test("Joins, strikes, blocks and warnings call the host; own arrivals, folded ones and what is only said do not.", () => {
	const location = { label: "London, United Kingdom", isSameNetwork: false };
	const address = "81.2.69.160";
	const grace = personNamed("grace", "new", { location });
	assert.equal(
		alertWords({ kind: "joined", self: false, member: grace }),
		'"grace" joined (first time: never met before), from London, United Kingdom',
	);
	assert.equal(alertWords({ kind: "joined", self: true, member: self }), undefined);
	assert.equal(
		alertWords({ kind: "strike", address, location, attempts: 3, disconnected: true }),
		"3 wrong passwords from 81.2.69.160, London, United Kingdom",
	);
	assert.equal(
		alertWords({ kind: "strike", address, location, attempts: 1, disconnected: false, folded: true }),
		undefined,
	);
	assert.equal(alertWords({ kind: "blocked", about: "address", address, location, folded: true }), undefined);
	assert.match(
		alertWords({ kind: "blocked", about: "address", address, location }) ?? "",
		/^81\.2\.69\.160 \(.*\) is blocked now$/,
	);
	const outOfStep = { code: "outOfStep" } as const;
	assert.equal(alertWords({ kind: "notice", tone: "alarm", notice: outOfStep }), noticeWords(outOfStep));
	assert.equal(alertWords({ kind: "notice", tone: "info", notice: outOfStep }), undefined);
	assert.equal(alertWords({ kind: "left", member: grace, reason: "left" }), undefined);
});

test("Ten thousand alerts at once are two: the first, and after a while how many more.", () => {
	const told: string[] = [];
	let later: (() => void) | undefined;
	const alerter = createAlerter(
		(words) => told.push(words),
		(_, run) => {
			later = run;
			return () => {
				later = undefined;
			};
		},
	);
	for (let count = 0; count < 10_000; count++) alerter.alert(`alert ${count}`);
	assert.deepEqual(told, ["alert 0"]);
	later?.();
	assert.deepEqual(told, ["alert 0", "9999 more alerts from the room"]);
	later?.();
	alerter.alert("calm again");
	assert.equal(told.length, 3);
	alerter.stop();
	assert.equal(later, undefined);
});
