// A terminal without a window (xterm): what a person would see of what was written, and the keys they have.
import { UnicodeGraphemesAddon } from "@xterm/addon-unicode-graphemes";
import xterm from "@xterm/headless";

export interface TerminalSize {
	readonly columns: number;
	readonly rows: number;
}

/** `unicode`: whose widths of characters it goes by; those of Unicode 15 by grapheme when not said. */
export function openTerminal(
	{ columns, rows }: TerminalSize,
	unicode: "6" | "15" | "15-graphemes" = "15-graphemes",
	options: xterm.ITerminalOptions = {},
): xterm.Terminal {
	const term = new xterm.Terminal({ ...options, cols: columns, rows, allowProposedApi: true });
	term.loadAddon(new UnicodeGraphemesAddon());
	term.unicode.activeVersion = unicode;
	return term;
}

/** The rows now on screen, without blanks at their ends. */
export function rowsOf(term: xterm.Terminal): readonly string[] {
	const { active } = term.buffer;
	return Array.from({ length: term.rows }, (_, y) => {
		const line = active.getLine(active.baseY + y);
		return line?.translateToString(true, 0, term.cols).trimEnd() ?? "";
	});
}

/** Rows as one text, white space made single blanks. */
export const flat = (rows: readonly string[]): string => rows.join(" ").replace(/\s+/g, " ");

/** Keys, as terminals send them. */
export const keys = {
	enter: "\r",
	escape: "\u001B",
	tab: "\t",
	backspace: "\u007F",
	up: "\u001B[A",
	down: "\u001B[B",
	left: "\u001B[D",
	right: "\u001B[C",
	pageUp: "\u001B[5~",
	pageDown: "\u001B[6~",
	f1: "\u001BOP",
	f2: "\u001BOQ",
	f3: "\u001BOR",
	f4: "\u001BOS",
	ctrlC: "\u0003",
	ctrlN: "\u000E",
	ctrlR: "\u0012",
	ctrlU: "\u0015",
	wheelUp: "\u001B[<64;5;5M",
	wheelDown: "\u001B[<65;5;5M",
	paste: (text: string) => `\u001B[200~${text}\u001B[201~`,
} as const;
