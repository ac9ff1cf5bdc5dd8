// Code in messages: blocks between lines of ``` with a bar of their own, and `pieces` within a line.
import type { Theme } from "../look/theme.ts";
import { type PlacedRow, paintRow, type Span } from "../text/spans.ts";
import { graphemesOf, graphemeWidth } from "../text/width.ts";

/** A Block is a part of a message. `code` has no fences any more. */
export interface Block {
	readonly kind: "text" | "code";
	readonly text: string;
}

const fence = /^ {0,3}```/;
/** More code than this in one message is not told apart from text. */
const maxBlocks = 50;

/** Returns the text in parts, in order; there is at least one. A fence that is never closed holds to the end. */
export function blocksOf(text: string): readonly Block[] {
	if (!text.includes("```")) return [{ kind: "text", text }];
	const blocks: Block[] = [];
	let lines: string[] = [];
	let kind: Block["kind"] = "text";
	const end = () => {
		if (lines.length > 0) blocks.push({ kind, text: lines.join("\n") });
		lines = [];
	};
	for (const line of text.split("\n")) {
		if (!fence.test(line) || blocks.length >= maxBlocks) {
			lines.push(line);
			continue;
		}
		end();
		// ```one line``` is a block of its own.
		const whole = /^ {0,3}```(.+)```\s*$/.exec(line)?.[1];
		if (whole !== undefined && kind === "text") blocks.push({ kind: "code", text: whole });
		else kind = kind === "text" ? "code" : "text";
	}
	end();
	return blocks.length === 0 ? [{ kind: "text", text }] : blocks;
}

/** Returns a text in one row, such as a quote: the lines that only begin and end its code say nothing there. */
export const inOneRow = (text: string): string =>
	text
		.replace(/^ {0,3}```[^\n`]*$/gm, "")
		.replace(/\s+/g, " ")
		.trim();

const bar = "│ ";

// Cut by columns: in code every space counts, and words are not to be moved.
function cut(line: string, from: number, columns: number): readonly PlacedRow[] {
	const rows: PlacedRow[] = [];
	let row = { text: "", from };
	let used = 0;
	for (const grapheme of graphemesOf(line)) {
		for (const part of graphemeWidth(grapheme) <= columns ? [grapheme] : Array.from(grapheme)) {
			const wide = graphemeWidth(part);
			if (row.text !== "" && used + wide > columns) {
				rows.push(row);
				row = { text: "", from: row.from + row.text.length };
				used = 0;
			}
			row = { ...row, text: row.text + part };
			used += wide;
		}
	}
	return [...rows, row];
}

/** Returns the painted rows of a flat block of code; `spans` look different in it. */
export function codeRows(code: string, columns: number, theme: Theme, spans: readonly Span[]): readonly string[] {
	const room = Math.max(2, columns - bar.length);
	const paint = (piece: string) => theme.paint("codeText", piece);
	let from = 0;
	return code.split("\n").flatMap((line) => {
		const rows = cut(line, from, room);
		from += line.length + 1;
		return rows.map((row) => theme.paint("accent", bar) + paintRow(row, spans, paint));
	});
}

/** Spans of `pieces of code` in a flat text, their marks included: they say so without colour. At most a hundred. */
export function snippetSpans(text: string, paint: (piece: string) => string): readonly Span[] {
	const spans: Span[] = [];
	for (const { 0: found, index } of text.matchAll(/`[^`\n]+`/g)) {
		if (spans.length >= 100) break;
		spans.push({ from: index, to: index + found.length, paint });
	}
	return spans;
}
