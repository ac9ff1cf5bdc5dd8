// Who is not let in, until the host says otherwise. Never pruned.
import type { Store } from "./db.ts";

/** Says what a block is about: an address, a range of addresses, an OpenPGP key or a network owner. */
export type BlockKind = "address" | "cidr" | "fingerprint" | "asn";

/** One block; its times are ms since the epoch. */
export interface Block {
	readonly kind: BlockKind;
	/** Is, for an address, the caller's key (net/address/caller.ts), and for the others the text that engine/gate/block-subject.ts writes. */
	readonly subject: string;
	/** The literal address it was blocked for, fit to look up where it is; empty for a key or a network owner. */
	readonly address: string;
	readonly reason: "strikes" | "byHand";
	readonly since: number;
	/** When the block ends, in milliseconds since the epoch, or `undefined` when it stays until it is lifted. */
	readonly until: number | undefined;
	readonly note: string | undefined;
}

/** Keeps the blocks of one database. */
export interface Blocks {
	/** Returns the block that is in force at `now`, if there is one. */
	find(kind: BlockKind, subject: string, now: number): Block | undefined;
	/** Adds the block, or puts it in place of the one with the same kind and subject. */
	put(block: Block): void;
	/** Removes a block. Returns whether it was there. */
	remove(kind: BlockKind, subject: string): boolean;
	/** Returns the blocks in force at `now`, newest first. */
	list(now: number): readonly Block[];
	/** Returns the subjects of one kind in force at `now`. */
	subjects(kind: BlockKind, now: number): readonly string[];
}

interface Row extends Omit<Block, "until" | "note"> {
	readonly until: number | null;
	readonly note: string | null;
}

/** Opens the blocks kept in `store`. */
export function blocksIn(store: Store): Blocks {
	const select = store.database.prepare<[string, string, number], Row>(
		"SELECT * FROM blocks WHERE kind = ? AND subject = ? AND (until IS NULL OR until > ?)",
	);
	const upsert = store.database.prepare<[Row]>(
		`INSERT INTO blocks (kind, subject, address, reason, since, until, note)
		VALUES (:kind, :subject, :address, :reason, :since, :until, :note)
		ON CONFLICT DO UPDATE SET address = excluded.address, reason = excluded.reason, since = excluded.since,
			until = excluded.until, note = excluded.note`,
	);
	const remove = store.database.prepare<[string, string]>("DELETE FROM blocks WHERE kind = ? AND subject = ?");
	const selectAll = store.database.prepare<[number], Row>(
		"SELECT * FROM blocks WHERE until IS NULL OR until > ? ORDER BY since DESC, subject",
	);
	const selectSubjects = store.database
		.prepare<[string, number], string>("SELECT subject FROM blocks WHERE kind = ? AND (until IS NULL OR until > ?)")
		.pluck();
	return {
		find(kind, subject, now) {
			const row = select.get(kind, subject, now);
			return row === undefined ? undefined : blockFrom(row);
		},
		put(block) {
			upsert.run({ ...block, until: block.until ?? null, note: block.note ?? null });
		},
		remove: (kind, subject) => remove.run(kind, subject).changes > 0,
		list: (now) => selectAll.all(now).map(blockFrom),
		subjects: (kind, now) => selectSubjects.all(kind, now),
	};
}

function blockFrom(row: Row): Block {
	return { ...row, until: row.until ?? undefined, note: row.note ?? undefined };
}
