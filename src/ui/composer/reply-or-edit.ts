// Says what the message in the box is: a new one, an answer, or another text for one that was sent. Pure.
import type { Command } from "../../engine/api/api.ts";
import type { LineEntry } from "../../engine/api/content.ts";
import { fit } from "../text/width.ts";
import { inOneRow } from "../timeline/code-rows.ts";

/**
 * Says what is being written. An answer knows who said the line that it answers, and the beginning of it; an edit keeps the draft that was in the box before
 * it.
 */
export type Composing =
	| { readonly kind: "plain" }
	| { readonly kind: "reply"; readonly id: string; readonly name: string; readonly quote: string }
	| { readonly kind: "edit"; readonly id: string; readonly original: string; readonly before: string };

/** A new message is being written. */
export const plainComposing: Composing = { kind: "plain" };

/** A quote has this many characters at most, which is more than a row can show. */
const quoteLength = 200;

/** Returns the beginning of a text as one line. */
export const beginningOf = (text: string): string => inOneRow(text.slice(0, quoteLength).toWellFormed());

/** Begins an answer to a line. */
export const replyTo = (line: LineEntry): Composing => ({
	kind: "reply",
	id: line.id,
	name: line.from.isSelf ? "yourself" : line.from.name,
	quote: beginningOf(line.text),
});

/** Begins another text for a line of one's own. `before` is the draft that is in the box now. */
export const editing = (line: LineEntry, before: string): Composing => ({
	kind: "edit",
	id: line.id,
	original: line.text,
	before,
});

/** Returns what stands above the message box, cut to `width` columns within the quote so that the way out stays readable; `undefined` for a new message. */
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

/** Returns the command that says a line, as an answer if one is being written. */
export function composed(
	composing: Composing,
	command: Extract<Command, { kind: "send" }>,
): Extract<Command, { kind: "send" }> {
	// An action, as from /me, answers nobody.
	if (composing.kind !== "reply" || command.isAction === true) return command;
	return { ...command, replyTo: composing.id };
}

/** Returns the command that gives a line another text, or `undefined` when the text is the same. */
export const edited = (composing: Extract<Composing, { kind: "edit" }>, text: string): Command | undefined =>
	text === composing.original ? undefined : { kind: "edit", id: composing.id, text };
