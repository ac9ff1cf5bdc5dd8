// Frames on a terminal: whatever stood there before, the newest frame stands there now, and nothing else has been ordered of the terminal.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { themeFor } from "../../../src/ui/look/theme.ts";
import { harmlessRow, Painter, type Picture } from "../../../src/ui/terminal/painter.ts";
import { openTerminal, rowsOf } from "../../support/terminal/terminal.ts";

const theme = themeFor({ TERM: "xterm-256color" });

function terminal(columns: number, rows: number) {
	const term = openTerminal({ columns, rows });
	const written: string[] = [];
	const write = (text: string) => {
		written.push(text);
		term.write(text);
	};
	const painter = new Painter({ write, isBehind: () => false, onCaughtUp: () => () => {} });
	const shown = async () => {
		await new Promise<void>((done) => term.write("", done));
		return rowsOf(term);
	};
	return { term, written, painter, shown };
}

const columns = 30;
const height = 8;
const row = fc.constantFrom(
	"",
	"one",
	theme.paint("alarm", "two"),
	"漢字 text",
	"x".repeat(columns),
	`${"─".repeat(columns - 1)}│`,
);
const rows = fc.array(row, { maxLength: height });
const cursor = fc.option(fc.record({ x: fc.nat(columns - 1), y: fc.nat(height - 1) }), { nil: undefined });
const picture = fc.record({ rows, cursor }).map(({ rows, cursor }): Picture => {
	return { rows, columns, height, ...(cursor === undefined ? {} : { cursor }) };
});
const plain = (text: string) => text.replace(/\u001B\[[\d;]*m/g, "").trimEnd();

test("After any frames the terminal shows the newest one and the cursor where it belongs, whatever others wrote in between.", async () => {
	const step = fc.oneof({ weight: 5, arbitrary: picture }, fc.constantFrom("forget" as const, "pause" as const));
	await fc.assert(
		fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), picture, async (steps, last) => {
			const { term, painter, shown } = terminal(columns, height);
			for (const one of steps) {
				if (one === "forget") {
					term.write("\u001B[3;3Hsomebody else\u001B[2;1H\n\n");
					painter.forget();
				} else if (one === "pause") {
					painter.pause();
					painter.draw(last);
					term.write("\u001B[H\u001B[2Jan editor");
					painter.resume();
				} else painter.draw(one);
			}
			painter.draw(last);
			const expected = Array.from({ length: height }, (_, y) => plain(last.rows[y] ?? ""));
			assert.deepEqual(await shown(), expected);
			if (last.cursor !== undefined) {
				const { cursorX, cursorY } = term.buffer.active;
				assert.deepEqual([cursorX, cursorY], [last.cursor.x, last.cursor.y]);
			}
			term.dispose();
		}),
		{ numRuns: 60 },
	);
});

test("Only what has changed is written; nothing when nothing has; everything in a window of another size.", () => {
	const { written, painter } = terminal(columns, height);
	const before: Picture = { rows: ["first", "second", "third"], columns, height, cursor: { x: 1, y: 2 } };
	painter.draw(before);
	painter.draw({ ...before });
	assert.equal(written.length, 1);
	painter.draw({ ...before, rows: ["first", "changed", "third"] });
	assert.match(written[1] ?? "", /changed/);
	assert.doesNotMatch(written[1] ?? "", /first|third/);
	painter.draw({ ...before, columns: columns - 1 });
	assert.match(written[2] ?? "", /first[\s\S]*second[\s\S]*third/);
});

test("Rows that move up or down, some of them changing, end where they should, and few bytes are written for them.", async () => {
	const lines = Array.from({ length: 40 }, (_, number) => `line ${number} of what was said`);
	const window = (from: number, rest: readonly string[]): Picture => {
		return { rows: ["title", ...lines.slice(from, from + height - 3), ...rest], columns, height };
	};
	const step = fc.record({
		from: fc.nat(30),
		rest: fc.array(fc.constantFrom("", "box", "bar", lines[3]!), { maxLength: 2 }),
	});
	await fc.assert(
		fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 10 }), async (steps) => {
			const { term, painter, shown } = terminal(columns, height);
			for (const { from, rest } of steps) painter.draw(window(from, rest));
			const last = window(steps.at(-1)?.from ?? 0, steps.at(-1)?.rest ?? []);
			assert.deepEqual(
				await shown(),
				Array.from({ length: height }, (_, y) => last.rows[y] ?? ""),
			);
			term.dispose();
		}),
		{ numRuns: 100 },
	);
	const { written, painter } = terminal(columns, height);
	painter.draw(window(5, ["box", "bar"]));
	painter.draw(window(6, ["box", "bar"]));
	assert.doesNotMatch(written[1] ?? "", /line (?:6|7|8|9) |box|bar|title/);
	assert.match(written[1] ?? "", /line 10 /);
	painter.draw(window(5, ["box", "bar"]));
	assert.doesNotMatch(written[2] ?? "", /line (?:6|7|8|9) /);
});

test("While the terminal is somebody else's nothing is written; then the newest frame, whole.", async () => {
	const { written, painter, shown } = terminal(columns, height);
	const frame = (text: string): Picture => ({ rows: [text, "below"], columns, height });
	painter.draw(frame("before"));
	painter.pause();
	painter.draw(frame("meanwhile"));
	painter.restore();
	assert.equal(written.length, 1);
	painter.resume();
	assert.deepEqual((await shown()).slice(0, 2), ["meanwhile", "below"]);
});

test("attack: a row orders nothing of the terminal but colours and links, whoever put the order there", () => {
	const link = "\u001B]8;;https://example.org\u001B\\seen\u001B]8;;\u001B\\";
	assert.equal(
		harmlessRow(`\u001B[1m\u001B[38;5;81mbold\u001B[0m ${link}`),
		`\u001B[1m\u001B[38;5;81mbold\u001B[0m ${link}`,
	);
	for (const order of [
		"\u001B]52;c;eA==\u0007",
		"\u001B]0;title\u001B\\",
		"\u001B[2J",
		"\u001B[5n",
		"\u009B31m",
		"\u001Bc",
		"\r\n\u0007",
		"\u001BPq\u001B\\",
		"\u001B[?1049l",
		"\u001B]52;c;no end",
	]) {
		assert.doesNotMatch(harmlessRow(`a${order}b`), /[\u0000-\u001F\u007F-\u009F]/, JSON.stringify(order));
	}
	fc.assert(
		fc.property(
			fc.string({
				unit: fc.constantFrom(
					"\u001B",
					"[",
					"]",
					"8",
					";",
					"5",
					"2",
					"m",
					"J",
					"\u0007",
					"\\",
					"a",
					"\u009B",
					"P",
					"?",
				),
			}),
			(text) => {
				const rest = harmlessRow(text).replace(/\u001B\[[\d;:]*m|\u001B\]8;[^\u0000-\u001F]*(?:\u001B\\|\u0007)/g, "");
				assert.doesNotMatch(rest, /[\u0000-\u001F\u007F-\u009F]/);
			},
		),
	);
});
