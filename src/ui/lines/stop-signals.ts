// The signals that ask the program to stop (Ctrl-C, a shutdown, a closed window): a run ends by leaving the room instead of falling over.
import { exitInternal } from "../words/exit-codes.ts";

/** A SignalSource is the part of `process` that is needed here. */
export interface SignalSource {
	readonly env?: { readonly RT_HUP_IGNORED?: string | undefined };
	on(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
	off(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
	exit(code: number): unknown;
}

/** Calls `stop` at each stop signal; Ctrl-\ (SIGQUIT) is one only with `hasQuit`. A SIGHUP that was ignored when the program was started (nohup) stays ignored. Returns what gives the signals back. */
export function onStopSignals(
	source: SignalSource,
	stop: (signal: NodeJS.Signals) => void,
	hasQuit = false,
): () => void {
	// Node takes SIGHUP as its default whatever it was before, so the launcher tells (rt).
	const isHangUpIgnored = source.env?.RT_HUP_IGNORED === "1";
	const ignore = () => {};
	const listeners: readonly (readonly [NodeJS.Signals, (signal: NodeJS.Signals) => void])[] = [
		["SIGINT", stop],
		["SIGTERM", stop],
		["SIGHUP", isHangUpIgnored ? ignore : stop],
		...(hasQuit ? [["SIGQUIT", stop] as const] : []),
	];
	for (const [name, listener] of listeners) source.on(name, listener);
	return () => {
		for (const [name, listener] of listeners) source.off(name, listener);
	};
}

/** Makes one AbortSignal of the stop signals: it aborts at the first one, and a second one ends the process at once. `dispose` gives the signals back. */
export function stopOnSignals(source: SignalSource): { readonly signal: AbortSignal; readonly dispose: () => void } {
	const controller = new AbortController();
	const stop = () => {
		if (controller.signal.aborted) source.exit(exitInternal);
		controller.abort();
	};
	return { signal: controller.signal, dispose: onStopSignals(source, stop) };
}
