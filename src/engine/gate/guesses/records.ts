// The gate's memory: carries what the machine says must be kept to the database, each event in one transaction.
import type { Caller } from "../../../net/address/caller.ts";
import { type Cidr, parseCidr } from "../../../net/address/cidr.ts";
import { type Block, type BlockKind, type Blocks, blocksIn } from "../../../store/blocks.ts";
import type { Store } from "../../../store/db.ts";
import { type Strikes, strikesIn } from "../../../store/strikes.ts";
import { coolsUntil, type GateOutput, type Standing } from "./gate.ts";

/** Holds what a block by hand may say besides; `until` is in milliseconds since the epoch. */
export interface BlockDetails {
	readonly until?: number;
	readonly note?: string;
}

/** At most this many parsed ranges are kept at once, which is far more than anyone blocks by hand. */
const maximumRanges = 10_000;

/** Strikes and blocks of one database; several processes may keep records in it. */
export class GateRecords {
	readonly #store: Store;
	readonly #strikes: Strikes;
	readonly #blocks: Blocks;
	readonly #now: () => number;
	/** Holds the ranges that were read, because reading the text of a range costs more than comparing with it. */
	readonly #ranges = new Map<string, Cidr | undefined>();

	/** Opens the records in a store; `now` returns milliseconds since the epoch. */
	constructor(store: Store, now: () => number) {
		this.#store = store;
		this.#strikes = strikesIn(store);
		this.#blocks = blocksIn(store);
		this.#now = now;
	}

	/** Returns what is on record of a caller. A block that has run out left no strikes behind; a range that holds the address blocks it too. */
	standingOf(caller: Caller): Standing {
		const now = this.#now();
		if (this.#blocks.find("address", caller.key, now) !== undefined) return { kind: "blocked" };
		const ranges = this.#blocks.subjects("cidr", now);
		if (ranges.some((range) => this.#holds(range, caller))) return { kind: "blocked" };
		return { kind: "free", strikes: this.#strikes.of(caller.key) };
	}

	/** Tells whether a shared invite lets nobody guess just now. Where the clock was set back, nobody knows for how long: then it does not. */
	isCooling({ key }: Caller): boolean {
		const now = this.#now();
		const lastAt = this.#strikes.lastAt(key);
		return lastAt <= now && now < coolsUntil(this.#strikes.of(key), lastAt);
	}

	/** Returns how many wrong guesses of a caller are on record. */
	strikesOf({ key }: Caller): number {
		return this.#strikes.of(key);
	}

	/** Tells whether there is a block in force of exactly this. */
	has(kind: BlockKind, subject: string): boolean {
		return this.#blocks.find(kind, subject, this.#now()) !== undefined;
	}

	/** Returns the subjects of one kind that are blocked. */
	subjects(kind: BlockKind): readonly string[] {
		return this.#blocks.subjects(kind, this.#now());
	}

	/** Puts a block by hand on record that is not about one address. */
	put(kind: Exclude<BlockKind, "address">, subject: string, { until, note }: BlockDetails): Block {
		const block: Block = { kind, subject, address: "", reason: "byHand", since: this.#now(), until, note };
		this.#blocks.put(block);
		return block;
	}

	/** Removes a block. It tells whether there was one. */
	remove(kind: BlockKind, subject: string): boolean {
		return this.#blocks.remove(kind, subject);
	}

	/**
	 * Lets `decide` see what is on record and puts on record what it answers, in one transaction that no other process can come between.
	 * Once this returns it is kept, even if the process is killed; when it throws, nothing is.
	 */
	record<Decision extends { readonly outputs: readonly GateOutput[] }>(
		caller: Caller,
		decide: (standing: Standing) => Decision,
		details: BlockDetails = {},
	): Decision {
		return this.#store.transact(() => {
			const decision = decide(this.standingOf(caller));
			for (const output of decision.outputs) this.#keep(caller, output, details);
			return decision;
		});
	}

	/** Returns the blocks in force, newest first. */
	blocks(): readonly Block[] {
		return this.#blocks.list(this.#now());
	}

	#holds(text: string, caller: Caller): boolean {
		if (!this.#ranges.has(text)) {
			if (this.#ranges.size >= maximumRanges) this.#ranges.clear();
			this.#ranges.set(text, parseCidr(text));
		}
		const range = this.#ranges.get(text);
		return range !== undefined && caller.isIn(range);
	}

	#keep({ key, address: shown, invite }: Caller, output: GateOutput, { until, note }: BlockDetails): void {
		const at = this.#now();
		// Whom an invite was made for is nobody's business who finds the disk.
		const address = invite ? key : shown;
		if (output.kind === "keepStrikes") this.#strikes.set(key, output.count, at);
		else if (output.kind === "forgetStrikes") this.#strikes.clear(key);
		else if (output.kind === "forgetBlock") this.#blocks.remove("address", key);
		else if (output.kind === "keepBlock") {
			const { reason } = output;
			this.#blocks.put({ kind: "address", subject: key, address, reason, since: at, until, note });
		}
	}
}
