// What the log knows of each caller, so that every block can say what goes with it without reading the whole log.

import type { Caller } from "../../net/address/caller.ts";
import type { KnownName } from "../api/gate.ts";
import { BoundedMap } from "../bounds/bounded-map.ts";
import { type BlockSubject, isAbout } from "./block-subject.ts";

/** As many callers are known as the log has rows; the one heard of longest ago is forgotten first. */
const maximumCallers = 10_000;
/** At most this many keys of one caller are remembered, and shown for one block. */
const maximumNames = 20;

/** An Indexed is what the index takes in of a knock. */
interface Indexed {
	readonly caller: Caller;
	readonly guesses: number;
	readonly asn: number | undefined;
	readonly who: KnownName | undefined;
}

/** Holds what is known of a caller. `guesses` counts the wrong ones; `names` are those who have joined, the last one first, at most 20. */
export interface Known {
	readonly knocks: number;
	readonly guesses: number;
	readonly names: readonly KnownName[];
}

interface Entry extends Known {
	readonly caller: Caller;
	readonly asn: number | undefined;
}

const nothing: Known = { knocks: 0, guesses: 0, names: [] };

/** Remembers callers for one KnockLog, which owns and changes it. */
export class KnownCallers {
	/** Finds an entry by the caller's key; the one heard of last stands at the end. */
	readonly #entries = new BoundedMap<string, Entry>(maximumCallers);

	/** Adds a knock that has just ended. */
	add(knock: Indexed): void {
		this.#put(knock, (names, name) => [name, ...names.filter((one) => one.fingerprint !== name.fingerprint)]);
	}

	/** Adds a knock before all that were added so far. */
	addOlder(knock: Indexed): void {
		this.#put(knock, (names, name) => {
			return names.some((one) => one.fingerprint === name.fingerprint) ? names : [...names, name];
		});
	}

	/** Remembers the network owner of a caller, which is known now. */
	place({ key }: Caller, asn: number | undefined): void {
		const entry = this.#entries.get(key);
		if (entry) this.#entries.set(key, { ...entry, asn: asn ?? entry.asn });
	}

	/** Returns all that is known of those a block is about. */
	knownOf(subject: BlockSubject): Known {
		if (subject.kind === "address") return this.#entries.get(subject.subject) ?? nothing;
		let known: Known = nothing;
		for (const entry of this.#entries.values()) if (isOf(subject, entry)) known = joined(known, entry);
		return known;
	}

	#put(knock: Indexed, withName: (names: readonly KnownName[], name: KnownName) => readonly KnownName[]): void {
		const { caller, guesses, asn, who } = knock;
		const entry = this.#entries.get(caller.key) ?? { ...nothing, asn };
		// Only a proven key says anything of who is behind an address.
		const names = who?.trust === undefined ? entry.names : withName(entry.names, who).slice(0, maximumNames);
		this.#entries.set(caller.key, {
			caller,
			knocks: entry.knocks + 1,
			guesses: entry.guesses + guesses,
			names,
			asn: asn ?? entry.asn,
		});
	}
}

function isOf(subject: BlockSubject, { caller, asn, names }: Entry): boolean {
	if (subject.kind === "fingerprint") return names.some(({ fingerprint }) => fingerprint === subject.fingerprint);
	return isAbout(subject, { caller, ...(asn === undefined ? {} : { asn }) });
}

function joined(one: Known, other: Known): Known {
	const others = other.names.filter((name) => !one.names.some(({ fingerprint }) => fingerprint === name.fingerprint));
	return {
		knocks: one.knocks + other.knocks,
		guesses: one.guesses + other.guesses,
		names: [...one.names, ...others].slice(0, maximumNames),
	};
}
