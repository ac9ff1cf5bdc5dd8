// Whom we have met: says how far a key with a name can be trusted, and remembers the meeting.
import { type Fingerprint, parseFingerprint, shortFingerprint } from "../../crypto/identity/fingerprint.ts";
import { type Contact, contactsIn, type SeenName } from "../../store/contacts.ts";
import type { Store } from "../../store/db.ts";
import type { Sealer } from "../../store/sealer.ts";
import { settingsIn } from "../../store/settings.ts";
import type { FormerKey, Trust } from "../api/people.ts";
import { lookAlike, skeletonsOf, skeletonVersion } from "../text/look-alike-names.ts";

/** Longer names are cut before they are remembered. */
const maximumNameLength = 256;

/** At most this many former keys are shown; nobody compares more. */
const shownFormerKeys = 3;

/** Holds what was known of a key before it was met again. `knownAs` is the name it came with last, where that was another one. */
export interface Meeting {
	readonly trust: Trust;
	readonly knownAs?: string;
}

/** Remembers whom a person has met. Names are expected to have passed clean.ts; times are in milliseconds since the epoch. */
export interface ContactBook {
	/** Returns how far this key with this name can be trusted now, without remembering anything. */
	trustOf(fingerprint: Fingerprint, name: string): Trust;
	/** Returns the other keys that had this name before this one had it, the one seen last first; a few at most. */
	formerKeys(fingerprint: Fingerprint, name: string): readonly FormerKey[];
	/** Remembers the meeting, and answers what is to be shown for this session: what was known before it. */
	meet(fingerprint: Fingerprint, name: string, at: number): Meeting;
	/**
	 * Records that the person has compared fingerprints with this one (`at`), or takes that back (`undefined`). From then on the names this key has come with
	 * so far are its own, whoever had them before. `false` when it was never met.
	 */
	setVerified(fingerprint: Fingerprint, at: number | undefined): boolean;
	/** Returns the name that a key came with last; `undefined` when it was never met. */
	nameOf(fingerprint: Fingerprint): string | undefined;
	/** Forgets a key. It tells whether the key was known. */
	forget(fingerprint: Fingerprint): boolean;
	/** Returns everyone met, the one seen last first. */
	all(): readonly Contact[];
}

/** Opens the contact book kept in a database. `ownName` is asked for the name of the person themselves, which nobody else may come with unnoticed. */
export function contactBookIn(store: Store, sealer: Sealer, ownName: () => string | undefined): ContactBook {
	const contacts = contactsIn({ store, sealer, skeletonsOf });
	const settings = settingsIn(store);
	if (settings.get("skeletonVersion") !== skeletonVersion)
		store.transact(() => {
			contacts.indexAnew();
			settings.set("skeletonVersion", skeletonVersion);
		});
	const isTaken = (name: string, fingerprint: Fingerprint): boolean => {
		const own = ownName();
		return (own !== undefined && lookAlike(own, name)) || contacts.isTakenByAnother(name, fingerprint);
	};
	return {
		trustOf: (fingerprint, fullName) => {
			const name = cut(fullName);
			return trustIn(contacts.find(fingerprint), name, isTaken(name, fingerprint));
		},
		meet: (fingerprint, fullName, at) =>
			store.transact(() => {
				const name = cut(fullName);
				const before = contacts.find(fingerprint);
				const trust = trustIn(before, name, isTaken(name, fingerprint));
				contacts.save(afterMeeting(before, fingerprint, name, at));
				const last = before?.names[0]?.name;
				return last === undefined || lookAlike(last, name) ? { trust } : { trust, knownAs: last };
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
		nameOf: (fingerprint) => contacts.find(fingerprint)?.names[0]?.name,
		forget: (fingerprint) => contacts.remove(fingerprint),
		all: () => contacts.all().toSorted((a, b) => b.lastSeenAt - a.lastSeenAt),
	};
}

/**
 * Judges how well a contact is known. A name that is the person's own, or that somebody else had first, makes anyone "changed", a stranger, a known and even a
 * verified one, and keeps doing so until the person verifies this key or forgets the other: meeting an impostor twice makes no acquaintance of them.
 */
function trustIn(contact: Contact | undefined, name: string, isTaken: boolean): Trust {
	const isVerified = contact?.verifiedAt !== undefined;
	if (isVerified && hadNameWhenVerified(contact, name)) return "verified";
	if (isTaken) return "changed";
	if (isVerified) return "verified";
	return contact === undefined ? "new" : "known";
}

function hadNameWhenVerified({ names, verifiedAt = -1 }: Contact, name: string): boolean {
	return names.some((seen) => seen.firstSeenAt <= verifiedAt && lookAlike(seen.name, name));
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
