// Whether a program has given the terminal back as it was: looked at on the screen, and asked of the terminal itself (stty) by the shell that runs next.
import assert from "node:assert/strict";
import type { Pty } from "./pty.ts";

/** A script for openRt: notes the terminal's settings, runs rt, and says how it ended and what has changed. The process id of rt goes to $HOME/pid. */
export const afterwards = [
	"echo the line before",
	"before=$(stty -g)",
	`sh -c 'echo $$ >"$HOME/pid"; exec "$@"' sh $RT`,
	"code=$?",
	'if [ "$before" = "$(stty -g)" ]; then echo settings as before; else stty -a; fi',
	"echo code $code, the line after",
	"exit $code",
].join("; ");

/** The modes of a terminal that is the shell's again. */
export const modesGivenBack = {
	isAlternateScreen: false,
	isCursorShown: true,
	isBracketedPaste: false,
	hasMouse: false,
	isCuttingRows: false,
	isSchemeWatched: false,
	isFocusWatched: false,
};

/** After the end of `afterwards`: every mode is off, the shell's screen is back, and rt has left nothing on it but `lastWords`. */
export function assertTerminalRestored(terminal: Pty, lastWords?: string): void {
	assert.deepEqual(terminal.modes(), modesGivenBack);
	const rows = terminal.screen().filter((row) => row !== "");
	const said = lastWords === undefined ? [] : [lastWords];
	assert.deepEqual(rows.slice(0, -1), ["the line before", ...said, "settings as before"]);
	assert.match(rows.at(-1) ?? "", /^code \d+, the line after$/);
}
