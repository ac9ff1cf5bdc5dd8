// The gate's memory: carries what the machine says must be kept to the database, each event in one transaction.
import { type Block, type Blocks, blocksIn } from "../store/blocks.ts";
import type { Store } from "../store/db.ts";
import { type Strikes, strikesIn } from "../store/strikes.ts";
import type { GateOutput, Standing } from "./gate.ts";

/** Who an event is about: `knocker` is what is counted and blocked, `address` the literal address. */
export interface Knocker {
	readonly knocker: string;
	readonly address: string;
}

/** What a block by hand may say besides; `until` in ms since the epoch. */
export interface BlockDetails {
	readonly until?: number;
	readonly note?: string;
}

/** Strikes and blocks of one database; several processes may keep records in it. */
export class GateRecords {
	readonly #store: Store;
	readonly #strikes: Strikes;
	readonly #blocks: Blocks;
	readonly #now: () => number;

	/** `now` in ms since the epoch. */
	constructor(store: Store, now: () => number) {
		this.#store = store;
		this.#strikes = strikesIn(store);
		this.#blocks = blocksIn(store);
		this.#now = now;
	}

	/** What is on record of a knocker. A block that has run out left no strikes behind. */
	standingOf(knocker: string): Standing {
		if (this.#blocks.find("address", knocker, this.#now()) !== undefined) return { kind: "blocked" };
		return { kind: "free", strikes: this.#strikes.of(knocker) };
	}

	/**
	 * Lets `decide` see what is on record and puts on record what it answers, in one transaction that no other process can come between.
	 * Once this returns it is kept, even if the process is killed; when it throws, nothing is.
	 */
	record<Decision extends { readonly outputs: readonly GateOutput[] }>(
		who: Knocker,
		decide: (standing: Standing) => Decision,
		details: BlockDetails = {},
	): Decision {
		return this.#store.transact(() => {
			const decision = decide(this.standingOf(who.knocker));
			for (const output of decision.outputs) this.#keep(who, output, details);
			return decision;
		});
	}

	/** The blocks in force, newest first. */
	blocks(): readonly Block[] {
		return this.#blocks.list(this.#now());
	}

	#keep({ knocker, address }: Knocker, output: GateOutput, { until, note }: BlockDetails): void {
		const at = this.#now();
		if (output.kind === "keepStrikes") this.#strikes.set(knocker, output.count, at);
		else if (output.kind === "forgetStrikes") this.#strikes.clear(knocker);
		else if (output.kind === "forgetBlock") this.#blocks.remove("address", knocker);
		else if (output.kind === "keepBlock") {
			const { reason } = output;
			this.#blocks.put({ kind: "address", subject: knocker, address, reason, since: at, until, note });
		}
	}
}
