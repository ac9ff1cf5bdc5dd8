// What the store asks of whoever holds the vault key: it never sees the key, and crypto/vault/vault.ts satisfies this by its shape alone.
import * as v from "valibot";

/** Seals values so that each opens only in the table, column and row it was sealed for. */
export interface Sealer {
	/** Encrypts and authenticates `bytes` for one place in the database. Two calls never give the same result. */
	seal(table: string, column: string, rowId: string, bytes: Uint8Array): Uint8Array;
	/** Returns what was sealed, or `undefined` when it was altered, moved from another place, or sealed under another key. */
	open(table: string, column: string, rowId: string, sealed: Uint8Array): Uint8Array | undefined;
	/** Returns a keyed, one-way name for `value`: the same each time, so rows can be found without saying in clear what they are about. */
	blind(table: string, column: string, value: string): string;
}

/** Reads what was sealed as JSON that fits `schema`; `undefined` where nothing was opened, and for anything else. */
export function readJson<Schema extends v.GenericSchema>(
	schema: Schema,
	bytes: Uint8Array | undefined,
): v.InferOutput<Schema> | undefined {
	if (bytes === undefined) return undefined;
	const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), new TextDecoder().decode(bytes));
	return parsed.success ? parsed.output : undefined;
}
