// A real screen for tests of the full-screen view, in process: frames are drawn into xterm, tests read cells back.
import { EventEmitter } from "node:events";
import { PassThrough } from "node:stream";
import { setImmediate as oneTurn, setTimeout as wait } from "node:timers/promises";
import type xterm from "@xterm/headless";
import { type Instance, render } from "ink";
import type { ReactNode } from "react";
import { afterDelay } from "../../../src/ui/terminal/after.ts";
import { inkOptions, silentOutput } from "../../../src/ui/terminal/ink-output.ts";
import type { TerminalSource } from "../../../src/ui/terminal/input.ts";
import type { SizedStream } from "../../../src/ui/terminal/output.ts";
import { Tty } from "../../../src/ui/terminal/tty.ts";
import { patienceMs } from "../until.ts";
import { flat, openTerminal, rowsOf, type TerminalSize } from "./terminal.ts";

/** `unicode`: whose widths of characters the terminal goes by; those of Unicode 15 by grapheme when not said. */
export interface ScreenSize extends TerminalSize {
	readonly unicode?: "6" | "15" | "15-graphemes";
}

/** What tests do with a screen. */
export interface TestScreen {
	/** Sends bytes as a terminal would, and waits until the answer is drawn. */
	type(keys: string): Promise<void>;
	/** Sends bytes and does not wait. */
	send(keys: string): void;
	/** Sends keys one chunk each. */
	typeEach(...keys: readonly string[]): Promise<void>;
	resize(columns: number, rows: number): Promise<void>;
	/** The rows now on screen, without trailing spaces. */
	lines(): Promise<readonly string[]>;
	/** All rows as one text, every run of white space as one space. */
	text(): Promise<string>;
	/** Waits until the text is on screen; fails with the screen when too much time passes. */
	shows(text: string): Promise<void>;
	/** Waits until the check throws no longer; when too much time passes it throws what the check does. */
	eventually(check: () => void | Promise<void>): Promise<void>;
	cursor(): { readonly x: number; readonly y: number };
	/** What stands in a cell; "" also in the second one of a wide character. */
	cell(x: number, y: number): string;
	/** How often the screen scrolled since it was last resized: not 0 means that a frame was taller than it. */
	overflow(): number;
	/** All bytes written so far. */
	raw(): string;
	close(): void;
}

/** A terminal whose keys come from `keys`, whose bytes go to xterm, and whose window has the size of `stream`. */
function openTty(term: xterm.Terminal, written: string[], keys: PassThrough, stream: EventEmitter): Tty {
	const source = Object.assign(keys, { isTTY: true, setRawMode() {} }) as unknown as TerminalSource;
	const write = (bytes: Uint8Array) => {
		const text = Buffer.from(bytes).toString();
		written.push(text);
		term.write(text);
		return bytes.length;
	};
	const sink = { write, close() {} };
	return new Tty({ source, sink, stream: stream as unknown as SizedStream, after: afterDelay });
}

async function eventually(check: () => void | Promise<void>): Promise<void> {
	const start = performance.now();
	for (let tries = 0; performance.now() - start < patienceMs; tries++) {
		try {
			return await check();
		} catch {
			// Most of what is waited for is there after a moment.
			await wait(tries < 50 ? 1 : 10);
		}
	}
	await check();
}

/** Draws on a screen of its own. */
export function openScreen(draw: (tty: Tty) => ReactNode, size: ScreenSize = { columns: 80, rows: 24 }): TestScreen {
	const { columns, rows, unicode = "15-graphemes" } = size;
	// A pty would turn \n into \r\n.
	const term = openTerminal({ columns, rows }, unicode, { convertEol: true });
	const written: string[] = [];
	// The alternate screen keeps nothing that was scrolled off: only the scrolling itself tells. Switching to it counts as one.
	let scrolls = 0;
	// Within a scrolling region it is the painter that moves rows.
	let hasRegion = false;
	term.parser.registerCsiHandler({ final: "r" }, (margins) => {
		hasRegion = margins.length > 1;
		return false;
	});
	term.onScroll(() => {
		if (!hasRegion) scrolls++;
	});
	term.buffer.onBufferChange(() => {
		scrolls = 0;
	});
	const keys = new PassThrough();
	const window = Object.assign(new EventEmitter(), { columns, rows });
	const tty = openTty(term, written, keys, window);
	tty.take();
	const app: Instance = render(draw(tty), { stdout: silentOutput(), ...inkOptions });
	const settle = async () => {
		await app.waitUntilRenderFlush();
		await new Promise<void>((done) => term.write("", done));
	};
	const type = async (sent: string) => {
		keys.write(sent);
		// 20 ms pass after an escape byte in case more follows.
		if (sent.endsWith("\u001B")) await wait(30);
		// A turn to read the key, one to draw, and one for what the drawing has asked for.
		for (let turn = 0; turn < 3; turn++) await oneTurn();
		await settle();
	};
	const lines = async () => {
		await settle();
		return rowsOf(term);
	};
	const text = async () => flat(await lines());
	return {
		type,
		send: (sent) => void keys.write(sent),
		async typeEach(...all) {
			for (const one of all) await type(one);
		},
		async resize(newColumns, newRows) {
			// What was drawn for the old size is drawn there.
			await settle();
			term.resize(newColumns, newRows);
			Object.assign(window, { columns: newColumns, rows: newRows });
			window.emit("resize");
			await settle();
			scrolls = 0;
		},
		lines,
		text,
		shows: (wanted) =>
			eventually(async () => {
				if ((await text()).includes(wanted)) return;
				throw new Error(`"${wanted}" is not on screen:\n${(await lines()).join("\n")}`);
			}),
		eventually,
		cell: (x, y) =>
			term.buffer.active
				.getLine(term.buffer.active.baseY + y)
				?.getCell(x)
				?.getChars() ?? "",
		cursor: () => ({ x: term.buffer.active.cursorX, y: term.buffer.active.cursorY }),
		overflow: () => scrolls,
		raw: () => written.join(""),
		close: () => {
			app.unmount();
			tty.close();
		},
	};
}
