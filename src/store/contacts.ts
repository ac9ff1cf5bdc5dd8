// The people met before: which key came with which names, and since when. Sealed, and found by keyed hashes: who someone knows is nobody else's business.
import * as v from "valibot";
import type { Store } from "./db.ts";
import { readJson, type Sealer } from "./sealer.ts";

/** At most this many contacts are kept; beyond that those met longest ago are dropped, but never a verified one. */
const MAX_CONTACTS = 10_000;

/** At most this many names are kept for each contact; the one seen longest ago is dropped. */
export const MAX_NAMES = 20;

const TIME = v.number();
const CONTACT = v.strictObject({
	fingerprint: v.string(),
	names: v.array(v.strictObject({ name: v.string(), firstSeenAt: TIME, lastSeenAt: TIME })),
	firstSeenAt: TIME,
	lastSeenAt: TIME,
	verifiedAt: v.optional(TIME),
});

/** A name a contact has come with; times in ms since the epoch. */
export interface SeenName {
	readonly name: string;
	readonly firstSeenAt: number;
	readonly lastSeenAt: number;
}

/** A Contact is a person met before. `fingerprint` is upper-case hex; times are in milliseconds since the epoch. */
export interface Contact {
	readonly fingerprint: string;
	/** Lists the names, the one seen last first; there are at most MAX_NAMES. */
	readonly names: readonly SeenName[];
	readonly firstSeenAt: number;
	readonly lastSeenAt: number;
	/** The moment when the person confirmed having compared the fingerprint. */
	readonly verifiedAt?: number | undefined;
}

/** Keeps the contacts of one database. */
export interface Contacts {
	find(fingerprint: string): Contact | undefined;
	/** Returns all contacts, in no particular order. */
	all(): readonly Contact[];
	/** Adds the contact or puts it in place of what was known of it. */
	save(contact: Contact): void;
	/** Removes a contact. Returns whether it was there. */
	remove(fingerprint: string): boolean;
	/** Tells whether somebody else came with a name that looks like this one before `fingerprint` did. */
	isTakenByAnother(name: string, fingerprint: string): boolean;
	/** Returns those others, in no particular order. */
	earlierHolders(name: string, fingerprint: string): readonly Contact[];
	/** Makes the index of names anew, for skeletons that are another version's. Whoever had a name first still had it first. */
	indexAnew(): void;
}

/** Holds what contacts are kept by. */
export interface ContactsOptions {
	readonly store: Store;
	readonly sealer: Sealer;
	/** Maps names that look alike to strings of which they have one in common. */
	readonly skeletonsOf: (name: string) => readonly string[];
	/** Keeps fewer contacts than usual, for tests. */
	readonly maxContacts?: number;
}

/** Opens the contacts kept in a database. */
export function contactsIn({ store, sealer, skeletonsOf, maxContacts = MAX_CONTACTS }: ContactsOptions): Contacts {
	const statements = prepare(store);
	const idOf = (fingerprint: string) => sealer.blind("contacts", "id", fingerprint);
	const skeletonIdsOf = (name: string) =>
		skeletonsOf(name).map((skeleton) => sealer.blind("contact_names", "skeleton", skeleton));
	const holdersBefore = (name: string, fingerprint: string): readonly string[] => {
		const id = idOf(fingerprint);
		const held = skeletonIdsOf(name).flatMap((skeleton) => statements.earlierHolders.all({ skeleton, id }));
		return [...new Set(held)];
	};
	const decode = (row: Row) => readJson(CONTACT, sealer.open("contacts", "sealed", row.id, row.sealed));

	return {
		find(fingerprint) {
			const row = statements.select.get(idOf(fingerprint));
			return row === undefined ? undefined : decode(row);
		},
		all: () => statements.oldestFirst.all().flatMap((row) => decode(row) ?? []),
		save(contact) {
			const names = contact.names.slice(0, MAX_NAMES);
			const id = idOf(contact.fingerprint);
			const bytes = new TextEncoder().encode(JSON.stringify({ ...contact, names }));
			const sealed = sealer.seal("contacts", "sealed", id, bytes);
			store.transact(() => {
				const turn = (statements.lastTurn.get() ?? 0) + 1;
				statements.upsert.run(id, turn, sealed);
				indexNames(statements, { id, turn }, new Set(names.flatMap(({ name }) => skeletonIdsOf(name))));
				makeRoom(statements, maxContacts, (row) => decode(row)?.verifiedAt !== undefined);
			});
		},
		remove: (fingerprint) => statements.remove.run(idOf(fingerprint)).changes > 0,
		isTakenByAnother(name, fingerprint) {
			return holdersBefore(name, fingerprint).length > 0;
		},
		earlierHolders(name, fingerprint) {
			return holdersBefore(name, fingerprint).flatMap((contact) => {
				const row = statements.select.get(contact);
				return (row && decode(row)) ?? [];
			});
		},
		indexAnew() {
			store.transact(() => {
				const all = statements.oldestFirst.all().flatMap((row) => {
					const contact = decode(row);
					return contact?.names.map((seen) => ({ id: row.id, ...seen })) ?? [];
				});
				indexAllNames(statements, all, skeletonIdsOf);
			});
		},
	};
}

/** Makes the index of one contact hold the skeletons of its names, and no others. */
function indexNames(
	{ skeletonsOf, dropName, addName }: ReturnType<typeof prepare>,
	{ id, turn }: { readonly id: string; readonly turn: number },
	wanted: ReadonlySet<string>,
): void {
	for (const skeleton of skeletonsOf.all(id)) if (!wanted.has(skeleton)) dropName.run(skeleton, id);
	for (const skeleton of wanted) addName.run(skeleton, id, turn);
}

/** Writes the index of all names anew; `all` has each name with the id of its contact. */
function indexAllNames(
	{ dropNames, lastTurn, addName }: ReturnType<typeof prepare>,
	all: readonly (SeenName & { readonly id: string })[],
	skeletonIdsOf: (name: string) => readonly string[],
): void {
	dropNames.run();
	const last = lastTurn.get() ?? 0;
	for (const [index, { id, name }] of all.toSorted((a, b) => a.firstSeenAt - b.firstSeenAt).entries())
		for (const skeleton of skeletonIdsOf(name)) addName.run(skeleton, id, Math.min(index + 1, last));
}

interface Row {
	readonly id: string;
	readonly sealed: Uint8Array;
}

/** Prepares the statements. `turn` orders meetings without telling their times: it is in clear, so that looking for the oldest needs no key. */
function prepare({ database }: Store) {
	return {
		select: database.prepare<[string], Row>("SELECT id, sealed FROM contacts WHERE id = ?"),
		oldestFirst: database.prepare<[], Row>("SELECT id, sealed FROM contacts ORDER BY turn"),
		count: database.prepare<[], number>("SELECT count(*) FROM contacts").pluck(),
		lastTurn: database.prepare<[], number | null>("SELECT max(turn) FROM contacts").pluck(),
		upsert: database.prepare<[string, number, Uint8Array]>(
			`INSERT INTO contacts (id, turn, sealed) VALUES (?, ?, ?)
			ON CONFLICT DO UPDATE SET turn = excluded.turn, sealed = excluded.sealed`,
		),
		remove: database.prepare<[string]>("DELETE FROM contacts WHERE id = ?"),
		skeletonsOf: database.prepare<[string], string>("SELECT skeleton FROM contact_names WHERE contact = ?").pluck(),
		addName: database.prepare<[string, string, number]>(
			"INSERT INTO contact_names (skeleton, contact, turn) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
		),
		dropName: database.prepare<[string, string]>("DELETE FROM contact_names WHERE skeleton = ? AND contact = ?"),
		dropNames: database.prepare<[]>("DELETE FROM contact_names"),
		earlierHolders: database
			.prepare<[{ readonly skeleton: string; readonly id: string }], string>(
				`SELECT contact FROM contact_names WHERE skeleton = :skeleton AND contact <> :id AND turn < coalesce(
					(SELECT turn FROM contact_names WHERE skeleton = :skeleton AND contact = :id), 9223372036854775807)`,
			)
			.pluck(),
	};
}

function makeRoom(statements: ReturnType<typeof prepare>, most: number, isVerified: (row: Row) => boolean): void {
	const excess = (statements.count.get() ?? 0) - most;
	if (excess <= 0) return;
	const dispensable = statements.oldestFirst.all().filter((row) => !isVerified(row));
	for (const row of dispensable.slice(0, excess)) statements.remove.run(row.id);
}
