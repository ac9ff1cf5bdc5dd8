// The output that Ink is given. Ink is React for Real Talk and nothing else: it draws nothing, keeps no modes and reads no keys (see tty.ts), so what it
// writes around its empty frames goes nowhere.
import { Writable } from "node:stream";

/** Makes an output of which nothing reaches the terminal. Whoever waits until something is written is called. */
export function silentOutput(): NodeJS.WriteStream {
	const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
	// It has what Ink uses of a terminal's output: a size, and being none.
	return Object.assign(silent, { columns: 80, rows: 24, isTTY: false }) as unknown as NodeJS.WriteStream;
}

/** These options of Ink's `render` are for the screens and for their tests. */
export const inkOptions = {
	// A forced full screen is painted as for everybody; line mode is what reads well (main.ts).
	isScreenReaderEnabled: false,
	interactive: false,
	exitOnCtrlC: false,
	patchConsole: false,
} as const;
