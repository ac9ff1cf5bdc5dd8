// A program in a real pseudo-terminal, and the screen a person would see of it (xterm, headless). Waits by events, and only for whole frames.
import pty from "@lydell/node-pty";
import type xterm from "@xterm/headless";
import { Watch } from "../until.ts";
import { flat, openTerminal, rowsOf } from "./terminal.ts";

export interface PtyOptions {
	readonly command: string;
	readonly args?: readonly string[];
	readonly columns?: number;
	readonly rows?: number;
	/** The whole environment of the program; without TERM in it that is xterm-256color. */
	readonly env?: Readonly<Record<string, string>>;
	/** What the terminal says of its background, e.g. "rgb:ffff/ffff/ffff"; it does not answer without. */
	readonly background?: string;
	readonly cwd?: string;
}

/** `signal`: its number, when one ended the program. */
export interface PtyExit {
	readonly code: number;
	readonly signal: number | undefined;
}

/** A text is looked for in the screen with all white space made single blanks, and also without the bars before rows that wrap. */
export type Wanted = string | RegExp | ((screen: readonly string[]) => boolean);

/** Modes a program must switch off again before it goes. */
export interface TerminalModes {
	readonly isAlternateScreen: boolean;
	readonly isCursorShown: boolean;
	readonly isBracketedPaste: boolean;
	readonly hasMouse: boolean;
	/** What is too long for a row is cut and does not flow into the next. */
	readonly isCuttingRows: boolean;
	/** Tells when the terminal goes from dark to light. */
	readonly isSchemeWatched: boolean;
	/** Tells when the person turns to another window. */
	readonly isFocusWatched: boolean;
}

export interface Pty {
	readonly pid: number;
	/** Types keys, as a keyboard would send them. */
	type(keys: string): void;
	/** The rows of the screen, without blanks at their ends. */
	screen(): readonly string[];
	/** The rows as one text, white space made single blanks. */
	text(): string;
	/** Resolves as soon as the screen shows what is wanted. Fails with the last screen when the program ends or too much time passes first. */
	waitFor(wanted: Wanted, what?: string): Promise<void>;
	resize(columns: number, rows: number): void;
	/** The terminal takes nothing any more from the program (a dead ssh, scroll lock), until `thaw`. */
	freeze(): void;
	thaw(): void;
	/** From 0. */
	cursor(): { readonly x: number; readonly y: number };
	modes(): TerminalModes;
	/** Everything the program has written. */
	raw(): string;
	/** Resolves when the program has ended and all it wrote is on the screen. */
	readonly exit: Promise<PtyExit>;
	/** Closes the window: the terminal is gone, and the program is told by SIGHUP. */
	hangUp(): void;
	/** Ends the program and all it has started, if it still runs. */
	close(): void;
}

/** node-pty has it and does not declare it: the near end is closed, and the system tells the program. */
type Closable = pty.IPty & { destroy(): void };

/** Private modes (CSI ? n h, CSI ? n l) that xterm keeps to itself. */
const cursorMode = 25;
/** Synchronized update: until it is switched off, the screen is between two frames and nobody would see it. */
const frameMode = 2026;
/** Reports of the colour scheme. */
const schemeMode = 2031;

function watchModes(term: xterm.Terminal, modesOnAtFirst: readonly number[]): ReadonlySet<number> {
	const modesOn = new Set(modesOnAtFirst);
	const hear = (isOn: boolean) => (params: readonly (number | number[])[]) => {
		for (const mode of params) {
			if (typeof mode === "number" && isOn) modesOn.add(mode);
			if (typeof mode === "number" && !isOn) modesOn.delete(mode);
		}
		return false;
	};
	term.parser.registerCsiHandler({ prefix: "?", final: "h" }, hear(true));
	term.parser.registerCsiHandler({ prefix: "?", final: "l" }, hear(false));
	return modesOn;
}

/** What stands before each row but the first of a message that wraps. */
const wrappedRow = /^ +│ /;

function isMetBy(wanted: Wanted, rows: readonly string[]): boolean {
	if (typeof wanted === "function") return wanted(rows);
	const isIn = (text: string) => (typeof wanted === "string" ? text.includes(wanted) : wanted.test(text));
	return isIn(flat(rows)) || isIn(flat(rows.map((row) => row.replace(wrappedRow, ""))));
}

function nameOf(wanted: Wanted): string {
	return typeof wanted === "function" ? "what the test waits for" : String(wanted);
}

class Session implements Pty {
	readonly pid: number;
	readonly exit: Promise<PtyExit>;
	readonly #child: Closable;
	readonly #term: xterm.Terminal;
	readonly #modesOn: ReadonlySet<number>;
	readonly #watch = new Watch(() => pictureOf(this.#term));
	#raw = "";
	#ended: PtyExit | undefined;

	constructor(child: Closable, term: xterm.Terminal) {
		this.pid = child.pid;
		this.#child = child;
		this.#term = term;
		this.#modesOn = watchModes(term, [cursorMode]);
		child.onData((data) => {
			this.#raw += data;
			term.write(data, this.#watch.changed);
		});
		// A terminal answers questions ("where is the cursor?") by itself.
		term.onData((answer) => {
			if (this.#ended === undefined) child.write(answer);
		});
		this.exit = new Promise((resolve) => {
			child.onExit(({ exitCode, signal }) => {
				term.write("", () => {
					this.#ended = { code: exitCode, signal: signal === 0 ? undefined : signal };
					this.#watch.ended(`The program has ended (${JSON.stringify(this.#ended)})`);
					resolve(this.#ended);
				});
			});
		});
	}

	readonly type = (typed: string): void => this.#child.write(typed);

	readonly screen = (): readonly string[] => rowsOf(this.#term);

	readonly text = (): string => flat(rowsOf(this.#term));

	readonly waitFor = (wanted: Wanted, what = nameOf(wanted)): Promise<void> =>
		this.#watch.until(() => !this.#modesOn.has(frameMode) && isMetBy(wanted, rowsOf(this.#term)), what);

	readonly resize = (columns: number, rows: number): void => {
		this.#term.resize(columns, rows);
		this.#child.resize(columns, rows);
	};

	readonly cursor = (): { readonly x: number; readonly y: number } => {
		const { cursorX, cursorY } = this.#term.buffer.active;
		return { x: cursorX, y: cursorY };
	};

	readonly modes = (): TerminalModes => ({
		isAlternateScreen: this.#term.buffer.active.type === "alternate",
		isCursorShown: this.#modesOn.has(cursorMode),
		isBracketedPaste: this.#term.modes.bracketedPasteMode,
		hasMouse: this.#term.modes.mouseTrackingMode !== "none",
		isCuttingRows: !this.#term.modes.wraparoundMode,
		isSchemeWatched: this.#modesOn.has(schemeMode),
		isFocusWatched: this.#term.modes.sendFocusMode,
	});

	readonly raw = (): string => this.#raw;

	readonly freeze = (): void => this.#child.pause();

	readonly thaw = (): void => this.#child.resume();

	readonly hangUp = (): void => this.#child.destroy();

	readonly close = (): void => {
		if (this.#ended === undefined) killGroup(this.#child.pid);
	};
}

/** Starts a program in a terminal of its own. */
export function openPty({ command, args = [], columns = 80, rows = 24, env = {}, background, cwd }: PtyOptions): Pty {
	const term = openTerminal({ columns, rows }, "15-graphemes", { scrollback: 1_000 });
	const { TERM = "xterm-256color" } = env;
	const child = pty.spawn(command, [...args], {
		name: TERM,
		cols: columns,
		rows,
		env: { ...env, TERM },
		...(cwd === undefined ? {} : { cwd }),
	});
	// Headless, it has no colours to tell of by itself. Before it answers what comes after, as terminals do.
	if (background !== undefined) {
		term.parser.registerOscHandler(11, (asked) => {
			if (asked === "?") child.write(`\u001B]11;${background}\u001B\\`);
			return true;
		});
	}
	return new Session(child as Closable, term);
}

function pictureOf(term: xterm.Terminal): string {
	const edge = "─".repeat(term.cols);
	return [edge, ...rowsOf(term), edge].join("\n");
}

/** What runs in a pty is the head of a process group of its own. */
function killGroup(pid: number): void {
	try {
		process.kill(-pid, "SIGKILL");
	} catch {
		// ESRCH: it has just ended by itself.
	}
}
