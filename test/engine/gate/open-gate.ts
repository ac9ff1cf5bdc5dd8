// A gatekeeper whose alerts are kept and whose time stands still until it is told to move.
import assert from "node:assert/strict";
import { type GateAlert, Gatekeeper, type GateLimits } from "../../../src/engine/gate/guesses/gatekeeper.ts";
import type { Visit } from "../../../src/engine/gate/guesses/visit.ts";
import type { Clock } from "../../../src/net/link/clock.ts";
import { openMemoryStore, type Store } from "../../../src/store/db.ts";
import { callerAt } from "../../support/net/caller-at.ts";

interface Setup {
	readonly limits?: Partial<GateLimits>;
	readonly store?: Store;
}

/** A gate over `store`, or over one that is empty. `time` is its two clocks in ms: since the epoch, and the one that only goes forward. */
export function gate({ limits = {}, store = openMemoryStore() }: Setup = {}) {
	const alerts: GateAlert[] = [];
	const time = { now: 1000, monotonic: 0 };
	const clock: Clock = { now: () => time.monotonic, after: () => () => undefined };
	const gatekeeper = new Gatekeeper({
		store,
		limits,
		clock,
		now: () => time.now,
		onAlert: (alert) => alerts.push(alert),
	});
	return { gatekeeper, alerts, store, time };
}

/** The visit of someone who must be admitted. */
export function visitOf(gatekeeper: Gatekeeper, address: string): Visit {
	const outcome = gatekeeper.knock(callerAt(address));
	if (outcome.kind !== "admitted") assert.fail(`${address} is not admitted: ${JSON.stringify(outcome)}`);
	return outcome.visit;
}
