// The log of knocks: a burst becomes one entry that counts, what is written goes out in batches, so that a flood slows nothing down.
import { randomBytes } from "node:crypto";
import { Caller } from "../../net/address/caller.ts";
import type { Clock } from "../../net/link/clock.ts";
import type { Store } from "../../store/db.ts";
import { isStoreFailure } from "../../store/failure.ts";
import { type Knocks, knockId, knocksIn } from "../../store/knocks.ts";
import type { Sealer } from "../../store/sealer.ts";
import type { KnockOutcome, KnockQuery, KnockView, KnownName } from "../api/gate.ts";
import type { Location } from "../api/people.ts";
import { locate } from "../places/locations.ts";
import { type BlockSubject, isAbout, type Suspect } from "./block-subject.ts";
import { isOfFilter, rowOf, viewOf } from "./knock-rows.ts";
import { type Known, KnownCallers } from "./known-callers.ts";

/** Knocks of the same caller that end the same way within this time are one entry. */
const foldMs = 60_000;
/** At most this many entries are begun within `foldMs`. Further knocks are one entry for each way to end, whoever knocked. */
const entriesPerFold = 60;
const countedAddresses = 1_000;
const recentEntries = 200;
const writeEveryMs = 1_000;
const defaultLimit = 200;
const largestLimit = 1_000;

/** Describes a knock that is over. */
export interface LoggedKnock {
	readonly caller: Caller;
	readonly outcome: KnockOutcome;
	readonly guesses: number;
	readonly who?: KnownName;
	/** The invite that was shown, as `KnockView.invite`. */
	readonly invite?: string;
}

export interface KnockLogOptions {
	readonly store: Store;
	/** Returns the sealer, and nothing while the vault is locked: then who joined is not written. */
	readonly sealer: () => Sealer | undefined;
	readonly find: (caller: Caller) => Promise<Location>;
	/** Returns the time in milliseconds since the epoch. */
	readonly now: () => number;
	readonly clock: Clock;
	/** Is called with each new entry, and with each one that has grown. */
	readonly onEntry: (entry: KnockView) => void;
}

interface Open {
	view: KnockView;
	readonly caller: Caller;
	readonly callers: Set<string>;
	/** The time of the first knock, by the clock that only goes forward. */
	readonly openedAt: number;
	toldCount: number;
}

/** Keeps the log of one database; several processes may write to it. */
export class KnockLog {
	readonly #options: KnockLogOptions;
	readonly #knocks: Knocks;
	/** Holds the entries that may still grow, oldest first; the key says which knocks become part of one. */
	readonly #open = new Map<string, Open>();
	/** Holds the newest entries, oldest first. */
	#recent: (KnockView | Open)[] | undefined;
	#index: KnownCallers | undefined;
	readonly #unwritten = new Set<Open>();
	#stopTimer: (() => void) | undefined;
	#lastNumber = 0;
	/** Ids go by time; a clock that is set back must not put what is new among what is old. */
	#lastIdAt = 0;

	constructor(options: KnockLogOptions) {
		this.#options = options;
		this.#knocks = knocksIn(options.store);
	}

	add(knock: LoggedKnock): void {
		const now = this.#options.now();
		this.#closeOld();
		const { caller } = knock;
		const own = `${knock.outcome} ${caller.key} ${knock.who?.fingerprint ?? ""} ${knock.invite ?? "-"}`;
		// Everybody who joins is somebody: only those who did not are a crowd.
		const isCrowded = this.#open.size >= entriesPerFold && knock.outcome !== "joined";
		const key = this.#open.has(own) || !isCrowded ? own : `crowd ${knock.outcome}`;
		const open = this.#open.get(key);
		this.#index?.add({ caller, guesses: knock.guesses, asn: undefined, who: knock.who });
		if (open) this.#grow(open, knock, now);
		else this.#begin(key, knock, now);
		this.#stopTimer ??= this.#options.clock.after(writeEveryMs, () => this.flush());
	}

	/** Returns the newest entries, newest first, at most 200. */
	recent(): readonly KnockView[] {
		this.#recent ??= this.query({ limit: recentEntries }).toReversed();
		return this.#recent.map((entry) => ("view" in entry ? entry.view : entry)).toReversed();
	}

	/** Returns the entries that the query asks for, newest first. With `about` they are only those whom a block of it would be about. */
	query({ filter = "all", limit = defaultLimit }: KnockQuery, about?: BlockSubject): readonly KnockView[] {
		this.flush();
		const found: KnockView[] = [];
		const wanted = Math.min(Math.max(1, limit), largestLimit);
		this.#read((view) => {
			if (isOfFilter(view.outcome, filter) && (!about || isAbout(about, suspectOf(view)))) found.push(view);
			return found.length < wanted;
		});
		return found;
	}

	/** Returns what the log knows of those whom a block is about. */
	knownOf(subject: BlockSubject): Known {
		return this.#indexed().knownOf(subject);
	}

	/** Writes what is not written yet. */
	flush(): void {
		this.#stopTimer?.();
		this.#stopTimer = undefined;
		const entries = [...this.#unwritten];
		this.#unwritten.clear();
		if (entries.length === 0) return;
		const sealer = this.#options.sealer();
		// The log is no part of the gate: when the disk is full it has holes, and the gate itself says so.
		guarded(() => this.#knocks.put(entries.map(({ view, caller }) => rowOf(view, caller.key, sealer))));
		for (const entry of entries) if (entry.view.count >= entry.toldCount * 2) this.#tell(entry);
	}

	#begin(key: string, knock: LoggedKnock, now: number): void {
		const { caller, outcome, guesses, who, invite } = knock;
		const { address } = caller;
		// Before there is anything new: this may read what is written.
		this.recent();
		this.#lastIdAt = Math.max(this.#lastIdAt, now);
		const id = knockId(this.#lastIdAt, this.#unique());
		const location = locate(caller.scope);
		const view = { id, at: now, lastAt: now, address, location, outcome, guesses, count: 1, addresses: 1 };
		const openedAt = this.#options.clock.now();
		const entry: Open = {
			view: { ...view, ...(who ? { who } : {}), ...(invite === undefined ? {} : { invite }) },
			caller,
			callers: new Set([caller.key]),
			openedAt,
			toldCount: 0,
		};
		this.#open.set(key, entry);
		this.#unwritten.add(entry);
		this.#recent?.push(entry);
		if ((this.#recent?.length ?? 0) > recentEntries) this.#recent?.shift();
		void this.#options.find(caller).then((found) => {
			entry.view = { ...entry.view, location: found };
			this.#index?.place(caller, found.asn);
			this.#unwritten.add(entry);
			this.#tell(entry);
		});
	}

	/** Knocks of one moment stay in their order; two processes never use the same. */
	#unique(): string {
		this.#lastNumber += 1;
		return `${this.#lastNumber.toString(36).padStart(8, "0")}-${randomBytes(4).toString("hex")}`;
	}

	#grow(entry: Open, { guesses, caller }: LoggedKnock, now: number): void {
		if (entry.callers.size < countedAddresses) entry.callers.add(caller.key);
		const { view } = entry;
		entry.view = {
			...view,
			lastAt: now,
			guesses: view.guesses + guesses,
			count: view.count + 1,
			addresses: entry.callers.size,
		};
		this.#unwritten.add(entry);
	}

	#closeOld(): void {
		const now = this.#options.clock.now();
		for (const [key, entry] of this.#open) {
			if (now - entry.openedAt < foldMs) return;
			this.#open.delete(key);
			if (entry.view.count > entry.toldCount) this.#tell(entry);
		}
	}

	#tell(entry: Open): void {
		entry.toldCount = entry.view.count;
		this.#options.onEntry(entry.view);
	}

	#indexed(): KnownCallers {
		if (this.#index) return this.#index;
		this.flush();
		const index = new KnownCallers();
		this.#read(({ guesses, who, location }, key) => {
			const caller = Caller.parse(key);
			if (caller) index.addOlder({ caller, guesses, who, asn: location.asn });
			return true;
		});
		this.#index = index;
		return index;
	}

	/** Reads the newest first, as long as `take` says that it wants more. `key` is the caller's. */
	#read(take: (view: KnockView, key: string) => boolean): void {
		const sealer = this.#options.sealer();
		guarded(() => {
			for (const row of this.#knocks.newestFirst()) {
				if (!take(viewOf(row, sealer), row.knocker)) return;
			}
		});
	}
}

function suspectOf({ address, who, location: { asn } }: KnockView): Suspect {
	const caller = Caller.parse(address);
	return { ...(who ?? {}), ...(caller ? { caller } : {}), ...(asn === undefined ? {} : { asn }) };
}

function guarded(work: () => void): void {
	try {
		work();
	} catch (error) {
		if (!isStoreFailure(error)) throw error;
	}
}
