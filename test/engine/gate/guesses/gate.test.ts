// The gate against a ten-line reference, in random order: connections, guesses, abandons, blocks by hand, unblocks and restarts.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type Database from "better-sqlite3";
import fc from "fast-check";
import { type GateAlert, Gatekeeper } from "../../../../src/engine/gate/guesses/gatekeeper.ts";
import type { GuessOutcome, Visit } from "../../../../src/engine/gate/guesses/visit.ts";
import { openMemoryStore, openStore, type Store } from "../../../../src/store/db.ts";
import { callerAt } from "../../../support/net/caller-at.ts";
import { temporaryHome } from "../../../support/temporary-home.ts";

const addresses = ["192.0.2.1", "192.0.2.2", "2001:db8::1"] as const;
const callers = addresses.map((address) => callerAt(address));

type Action =
	| { readonly kind: "knock"; readonly who: number }
	| { readonly kind: "guess" | "right" | "end"; readonly which: number }
	| { readonly kind: "block"; readonly who: number }
	| { readonly kind: "unblock"; readonly who: number }
	| { readonly kind: "restart" };

const who = fc.nat(addresses.length - 1);
const which = fc.nat(20);
const action: fc.Arbitrary<Action> = fc.oneof(
	{ weight: 5, arbitrary: fc.record({ kind: fc.constant("knock" as const), who }) },
	{ weight: 14, arbitrary: fc.record({ kind: fc.constant("guess" as const), which }) },
	{ weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("right" as const, "end" as const), which }) },
	{ weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("block" as const, "unblock" as const), who }) },
	{ weight: 1, arbitrary: fc.record({ kind: fc.constant("restart" as const) }) },
);

/** The rule as design §5 says it, and nothing else. A visit's number of guesses is `undefined` once it has none left. */
class Reference {
	readonly strikes = addresses.map(() => 0);
	readonly made: (number | undefined)[] = [];
	guess(visit: number, knocker: number, isRight: boolean): GuessOutcome {
		const made = this.made[visit];
		if (this.strikes[knocker]! >= 6) return { kind: "turnedAway", why: "blocked" };
		if (made === undefined) return { kind: "wrong", left: 0 };
		this.strikes[knocker] = isRight ? 0 : this.strikes[knocker]! + 1;
		const left = isRight ? 0 : Math.min(3 - made - 1, 6 - this.strikes[knocker]!);
		this.made[visit] = left > 0 ? made + 1 : undefined;
		return isRight ? { kind: "right" } : { kind: "wrong", left };
	}
}

/** The gatekeeper and the reference side by side; every step asserts that they agree. */
class Pair {
	readonly #reopen: (old: Store) => Store;
	readonly #reference = new Reference();
	readonly #alerts: GateAlert[] = [];
	#store: Store;
	#gatekeeper: Gatekeeper;
	#visits: { readonly visit: Visit; readonly knocker: number }[] = [];
	/** The first number of the visits since the last restart. */
	#firstVisit = 0;

	constructor(store: Store, reopen: (old: Store) => Store) {
		this.#store = store;
		this.#reopen = reopen;
		this.#gatekeeper = this.#open();
	}

	perform(action: Action): void {
		this.#alerts.length = 0;
		if (action.kind === "knock") this.#knock(action.who);
		else if (action.kind === "restart") this.#restart();
		else if (action.kind === "block" || action.kind === "unblock") this.#byHand(action.kind, action.who);
		else this.#act(action.kind, action.which);
		const blocked = addresses.filter((_, knocker) => this.#reference.strikes[knocker]! >= 6);
		assert.deepEqual(new Set(this.#gatekeeper.list().map(({ address }) => address)), new Set(blocked));
	}

	#open(): Gatekeeper {
		const limits = { pendingPerCaller: 100, pendingInAll: 300, quietMs: 0 };
		return new Gatekeeper({ store: this.#store, onAlert: (alert) => this.#alerts.push(alert), limits, now: () => 1 });
	}

	#knock(knocker: number): void {
		const outcome = this.#gatekeeper.knock(callers[knocker]!);
		const isBlocked = this.#reference.strikes[knocker]! >= 6;
		assert.equal(outcome.kind, isBlocked ? "turnedAway" : "admitted");
		if (outcome.kind === "turnedAway") {
			assert.equal(outcome.why, "blocked");
			return;
		}
		this.#visits.push({ visit: outcome.visit, knocker });
		this.#reference.made.push(0);
	}

	#act(kind: "guess" | "right" | "end", which: number): void {
		const count = this.#visits.length - this.#firstVisit;
		if (count === 0) return;
		const index = this.#firstVisit + (which % count);
		const { visit, knocker } = this.#visits[index]!;
		if (kind === "end") {
			visit.end();
			this.#reference.made[index] = undefined;
			return;
		}
		const before = [...this.#reference.strikes];
		let checks = 0;
		const isAllowed = before[knocker]! < 6 && this.#reference.made[index] !== undefined;
		const expected = this.#reference.guess(index, knocker, kind === "right");
		const outcome = visit.guess(() => {
			checks += 1;
			return kind === "right";
		});
		assert.deepEqual(outcome, expected);
		assert.equal(checks, isAllowed ? 1 : 0);
		this.#assertTold(knocker, before[knocker]!, expected, isAllowed);
	}

	#assertTold(knocker: number, before: number, outcome: GuessOutcome, isAllowed: boolean): void {
		const caller = callers[knocker]!;
		const after = this.#reference.strikes[knocker]!;
		const told = this.#alerts.map((alert) => ({ ...alert }));
		const strike = { kind: "strike", caller, attempts: before + 1 };
		const expected: unknown[] = [];
		if (isAllowed && outcome.kind === "wrong") expected.push({ ...strike, disconnected: outcome.left === 0 });
		if (isAllowed && after >= 6) {
			expected.push({ kind: "blocked", caller, reason: "strikes" });
			this.#forgetVisitsOf(knocker);
		}
		assert.deepEqual(told, expected);
	}

	#byHand(kind: "block" | "unblock", knocker: number): void {
		const before = this.#reference.strikes[knocker]!;
		if (kind === "block") {
			assert.equal(this.#gatekeeper.block(callers[knocker]!).kind, "blocked");
			this.#forgetVisitsOf(knocker);
		} else {
			assert.equal(this.#gatekeeper.unblock(callers[knocker]!), before > 0);
		}
		this.#reference.strikes[knocker] = kind === "block" ? 6 : 0;
	}

	/** A block dismisses those who were on their way in; they guess no more, even after an unblock. */
	#forgetVisitsOf(knocker: number): void {
		for (const [index, { visit, knocker: theirs }] of this.#visits.entries()) {
			if (theirs !== knocker || index < this.#firstVisit || this.#reference.made[index] === undefined) continue;
			assert.equal(visit.signal.aborted, true);
			assert.equal(visit.signal.reason, "blocked");
			visit.end();
			this.#reference.made[index] = undefined;
			// A dismissed visit is told to come again, not that its password was wrong; it is out of the game here.
			this.#visits[index] = { visit: neverAgain(visit, this.#reference, knocker), knocker };
		}
	}

	#restart(): void {
		this.#gatekeeper.dismissAll("busy");
		this.#store = this.#reopen(this.#store);
		this.#gatekeeper = this.#open();
		this.#firstVisit = this.#visits.length;
	}
}

/** Asserts that a dismissed visit turns its guesser away without checking, and answers as the reference does for a used-up one. */
function neverAgain(visit: Visit, reference: Reference, knocker: number): Visit {
	return {
		...visit,
		guess: () => {
			const outcome = visit.guess(() => assert.fail("a dismissed visit was given a guess"));
			assert.deepEqual(outcome, { kind: "turnedAway", why: reference.strikes[knocker]! >= 6 ? "blocked" : "busy" });
			return reference.strikes[knocker]! >= 6 ? outcome : { kind: "wrong", left: 0 };
		},
	};
}

function playAll(actions: readonly Action[], store: Store, reopen: (old: Store) => Store): void {
	const pair = new Pair(store, reopen);
	for (const action of actions) pair.perform(action);
}

function storeAt(home: string): Store {
	const outcome = openStore(home);
	if (outcome.kind === "refused") assert.fail(JSON.stringify(outcome.trouble));
	return outcome.store;
}

test("the gate follows the rule in every order of connections, guesses, abandons, blocks and unblocks", (t) => {
	const actions = fc.array(action, { maxLength: 60, size: "max" });
	const store = openMemoryStore();
	const prepared = new Map<string, Database.Statement>();
	const prepare = store.database.prepare.bind(store.database);
	// Every gatekeeper prepares the same statements, which would take a quarter of the time.
	t.mock.method(store.database, "prepare", (sql: string) => {
		const statement = prepared.get(sql) ?? prepare(sql);
		prepared.set(sql, statement);
		return statement;
	});
	fc.assert(
		fc.property(actions, (sequence) => {
			// Emptied, because making a database anew thousands of times would take most of the time.
			store.database.exec("DELETE FROM strikes; DELETE FROM blocks");
			// Only the gatekeeper restarts here: what is in memory dies, what is in the database stays.
			playAll(sequence, store, (old) => old);
		}),
		{ numRuns: 5_000 },
	);
	store.close();
});

test("the gate follows the rule across closing and opening the database file", (t: TestContext) => {
	const actions = fc.array(action, { maxLength: 40, size: "max" });
	fc.assert(
		fc.property(actions, (sequence) => {
			const home = temporaryHome(t);
			let store = storeAt(home);
			playAll(sequence, store, (old) => {
				old.close();
				store = storeAt(home);
				return store;
			});
			store.close();
		}),
		{ numRuns: 60 },
	);
});
