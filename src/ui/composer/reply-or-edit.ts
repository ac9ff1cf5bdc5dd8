// What the message being written is: a new one, an answer, or another text for one that was sent. Pure.
import type { Command } from "../../engine/api/api.ts";
import type { LineEntry } from "../../engine/api/content.ts";
import { fit } from "../text/width.ts";
import { inOneRow } from "../timeline/code-rows.ts";

/** `name` and `quote`: of the line that is answered. `before`: the draft that stood in the box when the edit began. */
export type Composing =
	| { readonly kind: "plain" }
	| { readonly kind: "reply"; readonly id: string; readonly name: string; readonly quote: string }
	| { readonly kind: "edit"; readonly id: string; readonly original: string; readonly before: string };

/** A new message. */
export const plainComposing: Composing = { kind: "plain" };

/** As much of a quote as a row can show. */
const quoteLength = 200;

/** The beginning of a text as one line. */
export const beginningOf = (text: string): string => inOneRow(text.slice(0, quoteLength).toWellFormed());

/** An answer to a line. */
export const replyTo = (line: LineEntry): Composing => ({
	kind: "reply",
	id: line.id,
	name: line.from.isSelf ? "yourself" : line.from.name,
	quote: beginningOf(line.text),
});

/** Another text for an own line. */
export const editing = (line: LineEntry, before: string): Composing => ({
	kind: "edit",
	id: line.id,
	original: line.text,
	before,
});

/** What stands above the message box; it is cut in the middle of the quote, never the way out. `undefined` for a new message. */
export function composingWords(composing: Composing, width: number): string | undefined {
	switch (composing.kind) {
		case "plain":
			return undefined;
		case "reply":
			return around(`Replying to ${composing.name}: ${composing.quote}`, "Esc: not a reply", width);
		case "edit":
			return around(`Editing: ${beginningOf(composing.original)}`, "Esc: leave it", width);
	}
}

const around = (words: string, way: string, width: number): string =>
	fit(`${fit(words, Math.max(10, width - way.length - 3))} · ${way}`, width);

/** What sending means for `command`, which was meant to be said; `undefined` when nothing is to be done. */
export function composed(
	composing: Composing,
	command: Extract<Command, { kind: "send" }>,
): Extract<Command, { kind: "send" }> {
	// What somebody does answers nobody.
	if (composing.kind !== "reply" || command.isAction === true) return command;
	return { ...command, replyTo: composing.id };
}

/** What another text means for a line that was sent; `undefined` when it is the same. */
export const edited = (composing: Extract<Composing, { kind: "edit" }>, text: string): Command | undefined =>
	text === composing.original ? undefined : { kind: "edit", id: composing.id, text };
