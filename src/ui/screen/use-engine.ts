// The engine's snapshot as React state: own doings draw at once, what comes from others at most every 100 ms.
import { useEffect, useMemo, useSyncExternalStore } from "react";
import type { Command, Engine, Snapshot } from "../../engine/api/api.ts";
import type { Outcome } from "../../engine/api/codes.ts";
import { type After, afterDelay } from "../terminal/after.ts";

/** A busy room is drawn only this often, so that what the person types is drawn between. */
const coalesceMs = 100;

/** The snapshot as it is shown. `subscribe` and `current` are made for useSyncExternalStore. */
interface ShownSnapshot {
	readonly subscribe: (listener: () => void) => () => void;
	readonly current: () => Snapshot;
	/** Sends a command; what changes by it is shown at once. */
	readonly perform: (command: Command) => Promise<Outcome>;
	readonly stop: () => void;
}

/** Follows an engine until `stop`. Changes of phase and identity are shown at once: a person waits for them. */
export function showSnapshots(engine: Engine, after: After): ShownSnapshot {
	const listeners = new Set<() => void>();
	let shown = engine.snapshot();
	let cancel: (() => void) | undefined;
	const show = () => {
		cancel?.();
		cancel = undefined;
		const latest = engine.snapshot();
		if (latest === shown) return;
		shown = latest;
		for (const listener of listeners) listener();
	};
	const changed = () => {
		const { phase, identity } = engine.snapshot();
		if (phase !== shown.phase || identity !== shown.identity) show();
		else cancel ??= after(coalesceMs, show);
	};
	const unsubscribe = engine.subscribe(changed);
	return {
		subscribe(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		current: () => shown,
		perform(command) {
			const outcome = engine.perform(command);
			show();
			return outcome.finally(show);
		},
		stop() {
			unsubscribe();
			cancel?.();
		},
	};
}

/** Provides the shown snapshot and how to send commands, for the lifetime of a component. */
export function useEngine(engine: Engine): { readonly snapshot: Snapshot; readonly perform: ShownSnapshot["perform"] } {
	const shown = useMemo(() => showSnapshots(engine, afterDelay), [engine]);
	useEffect(() => shown.stop, [shown]);
	return { snapshot: useSyncExternalStore(shown.subscribe, shown.current), perform: shown.perform };
}
