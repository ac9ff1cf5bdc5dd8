// Whom we have met: says how far a key with a name can be trusted, and remembers the meeting.
import { type Fingerprint, parseFingerprint, shortFingerprint } from "../../crypto/identity/fingerprint.ts";
import { type Contact, type Contacts, contactsIn, type SeenName } from "../../store/contacts.ts";
import type { Store } from "../../store/db.ts";
import type { Sealer } from "../../store/sealer.ts";
import type { FormerKey, Trust } from "../api/people.ts";
import { skeletonOf } from "../text/look-alike-names.ts";

/** Longer names are cut before they are remembered. */
const maximumNameLength = 256;

/** More than these nobody compares. */
const shownFormerKeys = 3;

/** Names are expected to have passed clean.ts; times are ms since the epoch. */
export interface ContactBook {
	/** How far this key with this name can be trusted as of now, without remembering anything. */
	trustOf(fingerprint: Fingerprint, name: string): Trust;
	/** The other keys that had this name before this one had it, the one seen last first; a few at most. */
	formerKeys(fingerprint: Fingerprint, name: string): readonly FormerKey[];
	/** Remembers the meeting, and answers what is to be shown for this session: what was known before it. */
	meet(fingerprint: Fingerprint, name: string, at: number): Trust;
	/**
	 * The person has compared fingerprints with this one (`at`), or takes that back (`undefined`). From then on the names this key has
	 * come with so far are its own, whoever had them before. `false` when it was never met.
	 */
	setVerified(fingerprint: Fingerprint, at: number | undefined): boolean;
	/** Whether it was known. */
	forget(fingerprint: Fingerprint): boolean;
	/** Everyone met, the one seen last first. */
	all(): readonly Contact[];
}

/** Opens the contact book kept in a database. */
export function contactBookIn(store: Store, sealer: Sealer): ContactBook {
	const contacts = contactsIn({ store, sealer, skeletonOf });
	return {
		trustOf: (fingerprint, name) => trustIn(contacts, contacts.find(fingerprint), fingerprint, cut(name)),
		meet: (fingerprint, fullName, at) =>
			store.transact(() => {
				const name = cut(fullName);
				const before = contacts.find(fingerprint);
				const trust = trustIn(contacts, before, fingerprint, name);
				contacts.save(afterMeeting(before, fingerprint, name, at));
				return trust;
			}),
		formerKeys: (fingerprint, name) =>
			contacts
				.earlierHolders(cut(name), fingerprint)
				.toSorted((a, b) => b.lastSeenAt - a.lastSeenAt)
				.slice(0, shownFormerKeys)
				.flatMap(formerKey),
		setVerified: (fingerprint, verifiedAt) =>
			store.transact(() => {
				const contact = contacts.find(fingerprint);
				if (contact === undefined) return false;
				contacts.save({ ...contact, verifiedAt });
				return true;
			}),
		forget: (fingerprint) => contacts.remove(fingerprint),
		all: () => contacts.all().toSorted((a, b) => b.lastSeenAt - a.lastSeenAt),
	};
}

/**
 * A name that somebody else had first makes anyone "changed", a stranger, a known and even a verified one, and keeps doing so until the
 * person verifies this key or forgets the other: meeting an impostor twice makes no acquaintance of them.
 */
function trustIn(contacts: Contacts, contact: Contact | undefined, fingerprint: Fingerprint, name: string): Trust {
	const isVerified = contact?.verifiedAt !== undefined;
	if (isVerified && hadNameWhenVerified(contact, name)) return "verified";
	if (contacts.isTakenByAnother(name, fingerprint)) return "changed";
	if (isVerified) return "verified";
	return contact === undefined ? "new" : "known";
}

function hadNameWhenVerified({ names, verifiedAt = -1 }: Contact, name: string): boolean {
	const skeleton = skeletonOf(name);
	return names.some((seen) => seen.firstSeenAt <= verifiedAt && skeletonOf(seen.name) === skeleton);
}

function afterMeeting(before: Contact | undefined, fingerprint: Fingerprint, name: string, at: number): Contact {
	const seen = before?.names.find((known) => known.name === name);
	const latest: SeenName = { name, firstSeenAt: seen?.firstSeenAt ?? at, lastSeenAt: at };
	const others = before?.names.filter((known) => known.name !== name) ?? [];
	return {
		...before,
		fingerprint,
		names: [latest, ...others],
		firstSeenAt: before?.firstSeenAt ?? at,
		lastSeenAt: at,
	};
}

function formerKey({ fingerprint: text, lastSeenAt, verifiedAt }: Contact): readonly FormerKey[] {
	const fingerprint = parseFingerprint(text);
	if (!fingerprint) return [];
	return [
		{ fingerprint, shortFingerprint: shortFingerprint(fingerprint), lastSeenAt, isVerified: verifiedAt !== undefined },
	];
}

function cut(name: string): string {
	return name.slice(0, maximumNameLength);
}
