// Gives the terminal back as it was, however the program ends: normally, by a signal, or by a bug.
import { writeSync } from "node:fs";

// Mouse off (SGR, then reports), no more reports of the window being looked at, bracketed paste off, no more reports of the colour scheme, rows flow over again, colours off, normal screen, cursor shown. Harmless when already so.
const restoreSequence =
	"\u001B[?1006l\u001B[?1000l\u001B[?1004l\u001B[?2004l\u001B[?2031l\u001B[?7h\u001B[0m\u001B[?1049l\u001B[?25h";

/** The part of `process` needed here. */
interface GuardedProcess {
	on(event: string, listener: () => void): unknown;
	off(event: string, listener: () => void): unknown;
}

/** The terminal: where to write at once, and raw mode. */
interface GuardedTerminal {
	writeNow(text: string): void;
	leaveRawMode(): void;
}

/** The real terminal. Errors are ignored: when it is gone there is nothing to restore. */
export function realTerminal(stdout: { readonly fd: number }, stdin: NodeJS.ReadStream): GuardedTerminal {
	const quietly = (act: () => void) => {
		try {
			act();
		} catch {
			// EIO or EPIPE: the window was closed.
		}
	};
	return {
		writeNow: (text) => quietly(() => void writeSync(stdout.fd, text)),
		leaveRawMode: () => quietly(() => void (stdin.isTTY && stdin.setRawMode(false))),
	};
}

/**
 * Guards the terminal from now on. On a crash it is restored before Node prints the error, so that it can be read. `release` restores it too,
 * and stops guarding. `stopDrawing` runs first: what is drawn later would land on the person's own screen.
 */
export function guardTerminal(
	process: GuardedProcess,
	terminal: GuardedTerminal,
	stopDrawing: () => void,
): { readonly release: () => void } {
	let isGuarding = true;
	const release = () => {
		if (!isGuarding) return;
		isGuarding = false;
		stopDrawing();
		terminal.leaveRawMode();
		terminal.writeNow(restoreSequence);
		process.off("exit", release);
		process.off("uncaughtExceptionMonitor", release);
	};
	process.on("exit", release);
	process.on("uncaughtExceptionMonitor", release);
	return { release };
}
