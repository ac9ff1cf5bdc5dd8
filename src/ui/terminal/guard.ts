// Gives the terminal back as it was, however the program ends: normally, by a signal, or by a bug.

/** A GuardedProcess is the part of `process` that is needed here. */
interface GuardedProcess {
	on(event: string, listener: () => void): unknown;
	off(event: string, listener: () => void): unknown;
}

/**
 * Guards the terminal from now on: `restore`, which must not wait for anything, is called once, by `release` or when the program ends. On a crash
 * it is called before Node prints the error, so that the error can be read.
 */
export function guardTerminal(process: GuardedProcess, restore: () => void): { readonly release: () => void } {
	let isGuarding = true;
	const release = () => {
		if (!isGuarding) return;
		isGuarding = false;
		process.off("exit", release);
		process.off("uncaughtExceptionMonitor", release);
		restore();
	};
	process.on("exit", release);
	process.on("uncaughtExceptionMonitor", release);
	return { release };
}
