// The one reader of the terminal's input: keys, pastes, the mouse, the focus and the terminal's own answers, however the bytes are cut and whatever they are.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { backgroundOf } from "../../../src/ui/look/use-theme.ts";
import {
	expectAnswer,
	freshInput,
	type InputEvent,
	type InputState,
	inputSilent,
	readInput,
} from "../../../src/ui/terminal/input-machine.ts";
import { keyPress } from "../../../src/ui/terminal/key-press.ts";

const light = "\u001B]11;rgb:fdfd/f6f6/e3e3\u0007";
const dark = "\u001B]11;rgb:1e/1e/1e\u001B\\";
const fence = "\u001B[?62;22c";
const asked = expectAnswer(freshInput);
const silence = Symbol("silence");

/** What is sent: texts or bytes, one chunk each; `silence` is as long a one as the machine asks for, if it asks for any. */
type Sent = string | Uint8Array | typeof silence;

function feed(sent: readonly Sent[], from: InputState = freshInput) {
	let state = from;
	let waitMs: number | undefined;
	const events: InputEvent[] = [];
	for (const one of sent) {
		if (one === silence && waitMs === undefined) continue;
		const step =
			one === silence ? inputSilent(state) : readInput(state, typeof one === "string" ? Buffer.from(one) : one);
		({ state, waitMs } = step);
		events.push(...step.events);
	}
	return { state, events, waitMs };
}

const press = (...sent: readonly Sent[]): readonly InputEvent[] => feed(sent).events;
const text = (typed: string) => ({ kind: "text", text: typed }) as const;
const names = (events: readonly InputEvent[]): readonly string[] =>
	events.map((event) => (event.kind === "key" ? event.name : event.kind === "text" ? `"${event.text}"` : event.kind));

/** Typed text that comes in pieces is the same text. */
function joined(events: readonly InputEvent[]): readonly InputEvent[] {
	const all: InputEvent[] = [];
	for (const event of events) {
		const last = all.at(-1);
		if (event.kind === "text" && last?.kind === "text") all[all.length - 1] = text(last.text + event.text);
		else all.push(event);
	}
	return all;
}

/** Ways to cut bytes into chunks, with silences between some. */
const cuts = (bytes: Buffer, hasSilence: boolean) =>
	fc.array(fc.tuple(fc.nat(bytes.length), hasSilence ? fc.boolean() : fc.constant(false))).map((places) => {
		const sorted = places.toSorted(([one], [other]) => one - other);
		const ends = [...sorted, [bytes.length, false] as const];
		return ends.flatMap(([end, isSilent], index): Sent[] => {
			const chunk = bytes.subarray(ends[index - 1]?.[0] ?? 0, end);
			return isSilent ? [chunk, silence] : [chunk];
		});
	});

const keyCases: readonly (readonly [sent: string, ...names: string[]])[] = [
	["\r", "enter"],
	["\n", "ctrl+j"],
	["\t", "tab"],
	["\u007F", "backspace"],
	["\b", "backspace"],
	["\u0000", "ctrl+ "],
	["\u0001", "ctrl+a"],
	["\u001A", "ctrl+z"],
	["\u001F", "ctrl+_"],
	["\u001Bb", "alt+b"],
	["\u001BU", "alt+U"],
	["\u001B<", "alt+<"],
	["\u001Bé", "alt+é"],
	["\u001B\r", "alt+enter"],
	["\u001B\u007F", "alt+backspace"],
	["\u001B\u001A", "ctrl+alt+z"],
	["\u001B[A", "up"],
	["\u001BOA", "up"],
	["\u001B[1;5A", "ctrl+up"],
	["\u001B[1;3A", "alt+up"],
	["\u001B\u001B[A", "alt+up"],
	["\u001B[1;2D", "left"],
	["\u001BOd", "ctrl+left"],
	["\u001B[5~", "pageUp"],
	["\u001B[6;5~", "ctrl+pageDown"],
	["\u001B[3~", "delete"],
	["\u001B[3^", "ctrl+delete"],
	["\u001B[3$", "delete"],
	["\u001B[1~", "home"],
	["\u001B[7~", "home"],
	["\u001BOF", "end"],
	["\u001B[Z", "shift+tab"],
	["\u001BOP", "f1"],
	["\u001B[11~", "f1"],
	["\u001B[[A", "f1"],
	["\u001B[[E", "f5"],
	["\u001B[24~", "f12"],
	["\u001B[1;5S", "ctrl+f4"],
	["\u001BOM", "enter"],
	// Keys by their code: kitty's protocol, CSI u of others, xterm's modifyOtherKeys.
	["\u001B[97u", '"a"'],
	["\u001B[97;2u", '"A"'],
	["\u001B[97:65;2u", '"A"'],
	["\u001B[50:64;2u", '"@"'],
	["\u001B[97;1;228u", '"ä"'],
	["\u001B[97;5u", "ctrl+a"],
	["\u001B[97;6u", "ctrl+a"],
	["\u001B[97;3u", "alt+a"],
	["\u001B[97:65;4u", "alt+A"],
	["\u001B[122;7u", "ctrl+alt+z"],
	["\u001B[13u", "enter"],
	["\u001B[13;2u", "shift+enter"],
	["\u001B[13;5u", "ctrl+enter"],
	["\u001B[13;3u", "alt+enter"],
	["\u001B[27;2;13~", "shift+enter"],
	["\u001B[27;5;47~", "ctrl+_"],
	["\u001B[27u", "escape"],
	["\u001B[91;5u", "escape"],
	["\u001B[105;5u", "tab"],
	["\u001B[9;2u", "shift+tab"],
	["\u001B[127;5u", "ctrl+backspace"],
	["\u001B[32;5u", "ctrl+ "],
	["\u001B[57399u", '"0"'],
	["\u001B[57414u", "enter"],
	["\u001B[57419;5u", "ctrl+up"],
	// A Cyrillic layout: Ctrl goes by the place of the key, typing by its letter.
	["\u001B[1089::99;5u", "ctrl+c"],
	["\u001B[1089::99u", '"с"'],
	// The release of a key is no press of it, a key with Super belongs to the desktop, and a modifier alone is none.
	["\u001B[97;1:3u"],
	["\u001B[1;1:3A"],
	["\u001B[97;9u"],
	["\u001B[57441u"],
	["\u001B[9999999u"],
	["\u001B[55296u"],
	["\u001B[3u"],
];

test("Every key has one name, whatever bytes the terminal sends for it.", () => {
	for (const [sent, ...expected] of keyCases) {
		assert.deepEqual(names(press(sent, silence)), expected, JSON.stringify(sent));
		// Text behind a line end is a paste, see below.
		if (!/[\r\n]$/.test(sent))
			assert.deepEqual(names(press(`${sent}x`)), [...expected, '"x"'], `${JSON.stringify(sent)} and more behind it`);
	}
});

test("Escape is told when nothing follows it, and what follows at once belongs to it.", () => {
	assert.deepEqual(press("\u001B"), []);
	assert.deepEqual(names(press("\u001B", silence)), ["escape"]);
	assert.deepEqual(names(press("\u001B", silence, "[A")), ["escape", '"[A"']);
	assert.deepEqual(names(press("\u001B", "[A")), ["up"]);
	assert.deepEqual(names(press("\u001B[", silence)), ["alt+["]);
	assert.deepEqual(names(press("\u001BO", silence)), ["alt+O"]);
	assert.deepEqual(names(press("\u001B\u001B", silence)), ["escape"]);
	assert.deepEqual(names(press("\u001B]")), ["alt+]"]);
});

test("Text and Enter that arrive together are two presses.", () => {
	assert.deepEqual(press("hello\r"), [text("hello"), keyPress("enter")]);
	assert.deepEqual(press("\u0015hello"), [keyPress("ctrl+u"), text("hello")]);
	assert.deepEqual(press("ab\u001F\u0000"), [text("ab"), keyPress("ctrl+_"), keyPress("ctrl+ ")]);
	assert.deepEqual(press("ab\u007F\u007F"), [text("ab"), keyPress("backspace"), keyPress("backspace")]);
});

test("Several lines at once are a paste even without bracketed paste, so they are not sent line by line.", () => {
	assert.deepEqual(press("rm -rf\rls\r"), [{ kind: "paste", text: "rm -rf\rls\r" }]);
});

const mixed = Buffer.from(
	"ä漢👩‍💻\u001B[<64;10;3M\u001BOPb\u001B[<65;1;1M\u001B[12~\u001B[<0;7;2M\u001B[<0;7;2mc\u001B[13;2u\u001B[[A\u001B[O\u001B[200~p\u001BOQ\u001B[<0;1;1M\r\n\u001B[201~\u001B[I\u001B[24~",
);
const mixedEvents: readonly InputEvent[] = [
	text("ä漢👩‍💻"),
	keyPress("wheelUp"),
	keyPress("f1"),
	text("b"),
	keyPress("wheelDown"),
	keyPress("f2"),
	{ kind: "click", x: 6, y: 1 },
	text("c"),
	keyPress("shift+enter"),
	keyPress("f1"),
	{ kind: "focus", hasFocus: false },
	{ kind: "paste", text: "p\u001BOQ\u001B[<0;1;1M\r\n" },
	{ kind: "focus", hasFocus: true },
	keyPress("f12"),
];

test("Keys, clicks, pastes and the focus are the same however the bytes are cut, in the middle of a character too.", () => {
	fc.assert(
		fc.property(cuts(mixed, false), (chunks) => assert.deepEqual(joined(feed(chunks).events), mixedEvents)),
		{ numRuns: 300 },
	);
});

test("A click is the left button down and up at one place: a drag, another button or a release alone is none.", () => {
	for (const sent of [
		"\u001B[<0;3;4M\u001B[<0;9;4m",
		"\u001B[<2;3;4M\u001B[<2;3;4m",
		"\u001B[<0;3;4m",
		// With Shift the terminal selects.
		"\u001B[<4;3;4M\u001B[<4;3;4m",
		"\u001B[<0;3;4M\u001B[<2;3;4M\u001B[<0;3;4m",
		"\u001B[<64;3;4m",
	]) {
		assert.deepEqual(press(sent), [], JSON.stringify(sent));
	}
});

test("Mouse reports of old terminals, and answers that nobody asked for, type nothing.", () => {
	assert.deepEqual(press("\u001B]11;what?\u0007x"), [text("x")]);
	for (const sent of ["\u001B[M !!", "\u001B[12;40R", "\u001B[?2004;1$y", "\u001B[?1u"]) {
		for (let at = 1; at < sent.length; at++) {
			assert.deepEqual(
				press(sent.slice(0, at), sent.slice(at), "x"),
				[text("x")],
				`${JSON.stringify(sent)} cut at ${at}`,
			);
		}
	}
});

test("Nothing in a paste counts as a key, a click or an answer; Ctrl-C among its characters neither.", () => {
	const pasted = "\u001BOP\u001B[<64;1;1M\u001B[O\u001B[<0;1;1M\u001B[<0;1;1m\u0003\r/quit\r\u001B[200~";
	assert.deepEqual(press(`\u001B[200~${pasted}\u001B[201~\u001BOQ`), [{ kind: "paste", text: pasted }, keyPress("f2")]);
});

test("A paste that never ends is over after a silence, and keys are keys again.", () => {
	assert.deepEqual(press("\u001B[200~half a paste"), []);
	assert.deepEqual(press("\u001B[200~half a paste", "\u001B[20", silence, "x\r"), [
		{ kind: "paste", text: "half a paste\u001B[20" },
		text("x"),
		keyPress("enter"),
	]);
	assert.deepEqual(press("\u001B[200~", silence, "x"), [text("x")]);
});

test("Ctrl-C that comes alone is heard in the middle of a paste, and takes back what has come of it.", () => {
	const begun = ["\u001B[200~half", "\u0003\u0003"];
	assert.deepEqual(press(...begun), [keyPress("ctrl+c"), keyPress("ctrl+c")]);
	assert.deepEqual(press(...begun, "rest\u001B[201~"), [
		keyPress("ctrl+c"),
		keyPress("ctrl+c"),
		{ kind: "paste", text: "rest" },
	]);
});

test("A paste without an end fills no memory: what is beyond its bound is dropped, and its end is still seen.", () => {
	const piece = "p".repeat(300_000);
	const sent = ["\u001B[200~", ...Array.from({ length: 20 }, () => piece)];
	const { reading } = feed(sent).state;
	assert.ok(reading.kind === "paste" && reading.text.length === 1_000_000);
	const [paste, after] = press(...sent, "\u001B[201~x");
	assert.ok(paste?.kind === "paste" && paste.text.length === 1_000_000);
	assert.deepEqual(after, text("x"));
});

test("Ctrl-C is heard in the middle of any unfinished sequence.", () => {
	for (const begun of ["\u001B[1;5", "\u001B[?62", "\u001BO1", "\u001B]11;rgb:ff", "\u001B[", "\u001B[<0;1"]) {
		for (const from of [freshInput, asked]) {
			assert.ok(names(feed([begun, "\u0003"], from).events).includes("ctrl+c"), JSON.stringify(begun));
		}
	}
});

test("A sequence whose rest does not come is given up, and types nothing.", () => {
	assert.deepEqual(press("\u001B[1;5", silence, "hello"), [text("hello")]);
	assert.deepEqual(press("\u001B[<0;1", silence, "hello"), [text("hello")]);
});

for (const [name, answer, kinds] of [
	["light, then what the terminal is", light + fence, ["background", "fence"]],
	["dark, ended by ST", dark + fence, ["background", "fence"]],
	["a colour that is none", `\u001B]11;what?\u0007${fence}`, ["fence"]],
] as const) {
	test(`An answer is taken out however it is cut, with silences too, among keys: ${name}.`, () => {
		fc.assert(
			fc.property(cuts(Buffer.from(answer), true), (chunks) => {
				const { events, state } = feed(["ab", ...chunks, "cd"], asked);
				assert.deepEqual(
					events.map(({ kind }) => kind).filter((kind) => kind !== "key" && kind !== "text"),
					kinds,
				);
				// An Escape that nothing followed for long was a key, with what came behind it; more than that never gets through.
				const typed = names(events.filter(({ kind }) => kind === "key" || kind === "text")).join(" ");
				assert.match(typed, /^"ab"( (escape|alt\+[[\]]|"[[\]1]{1,3}"))* "cd"$/);
				assert.equal(state.expected, 0);
			}),
		);
	});
}

test("A split without a silence leaves no trace at all, at every place.", () => {
	const whole = `x${light}${fence}y`;
	for (let at = 0; at <= whole.length; at++) {
		const { events } = feed([whole.slice(0, at), whole.slice(at)], asked);
		assert.deepEqual(
			events.map(({ kind }) => kind),
			["text", "background", "fence", "text"],
		);
	}
});

test("No key is lost or changed while an answer is awaited.", () => {
	const key = fc.constantFrom(
		"a",
		"]",
		"[",
		"\u001B",
		"\u001B[A",
		"\u001B]",
		"\u001B[1;5H",
		"\r",
		"é",
		"👩‍💻",
		"\u001B[<64;5;5M",
	);
	fc.assert(
		fc.property(fc.array(key), (pressed) => {
			const chunks = pressed.flatMap((one): Sent[] => [one, silence]);
			assert.deepEqual(joined(feed(chunks, asked).events), joined(feed(chunks).events));
		}),
	);
});

test("An answer that comes late, after the fence, is taken out too.", () => {
	const { events } = feed([fence, "hello ", `${light}there`], asked);
	assert.deepEqual(
		events.map(({ kind }) => kind),
		["fence", "text", "background", "text"],
	);
});

test("The report that the terminal turned dark or light is heard, also cut in two.", () => {
	assert.deepEqual(press("a\u001B[?99", "7;2nb"), [text("a"), { kind: "schemeChanged" }, text("b")]);
});

test("Whatever comes as input, reading it never throws and remembers little.", () => {
	const wild = fc.string({
		unit: fc.constantFrom(
			"\u001B",
			"[",
			"<",
			"0",
			"9",
			";",
			":",
			"?",
			"]",
			"11;",
			"M",
			"u",
			"O",
			"~",
			"200~",
			"\u0003",
			"x",
			"é",
		),
	});
	const chunk = fc.oneof(
		fc.uint8Array(),
		wild.map((one) => Buffer.from(one)),
	);
	fc.assert(
		fc.property(fc.array(fc.tuple(chunk, fc.boolean())), fc.boolean(), (chunks, isAsked) => {
			const sent = chunks.flatMap(([one, isSilent]): Sent[] => (isSilent ? [one, silence] : [one]));
			const { state, events } = feed(sent, isAsked ? asked : freshInput);
			assert.ok(state.partial.length < 4);
			if (state.reading.kind === "keys") assert.ok(state.reading.held.length < 300);
			for (const event of events) if (event.kind === "text") assert.doesNotMatch(event.text, /[\u0000-\u001F\u007F]/);
		}),
		{ numRuns: 500 },
	);
});

test("After a silence and a Ctrl-C the machine is always back at the keys.", () => {
	fc.assert(
		fc.property(fc.array(fc.uint8Array()), (chunks) => {
			const { events, state } = feed([...chunks, silence, "\u0003", silence, "x"]);
			assert.deepEqual(state.reading, { kind: "keys", held: "", told: 0 });
			assert.deepEqual(names(events).slice(-2), ["ctrl+c", '"x"']);
		}),
	);
});

test("Backgrounds are dark or light as people see them.", () => {
	const of = (answer: string) => {
		const [found] = feed([answer], asked).events;
		return found?.kind === "background" ? backgroundOf(found.colour) : undefined;
	};
	assert.equal(of(light), "light");
	assert.equal(of(dark), "dark");
	assert.equal(of("\u001B]11;rgb:f/f/f\u0007"), "light");
	assert.equal(of("\u001B]11;rgba:0000/2b2b/3636/ffff\u0007"), "dark");
	assert.equal(of("\u001B]11;rgb:28/2c/34\u001B\\"), "dark");
	assert.equal(of("\u001B]11;#ffffff\u0007"), undefined);
});
