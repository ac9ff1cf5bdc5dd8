// Turns Ctrl-C and its relatives into one AbortSignal, so that a run ends by leaving the room instead of falling over.
import { EXIT_INTERNAL } from "../words/exit-codes.ts";

const stopSignals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** The part of `process` needed here. */
export interface SignalSource {
	on(signal: NodeJS.Signals, listener: () => void): unknown;
	off(signal: NodeJS.Signals, listener: () => void): unknown;
	exit(code: number): unknown;
}

/** `signal` aborts at the first stop signal; a second one ends the process at once. `dispose` gives the signals back. */
export function stopOnSignals(source: SignalSource): { readonly signal: AbortSignal; readonly dispose: () => void } {
	const controller = new AbortController();
	const stop = () => {
		if (controller.signal.aborted) source.exit(EXIT_INTERNAL);
		controller.abort();
	};
	for (const name of stopSignals) source.on(name, stop);
	return {
		signal: controller.signal,
		dispose: () => {
			for (const name of stopSignals) source.off(name, stop);
		},
	};
}
