// What the log knows of each knocker, so that every block can say what goes with it without reading the whole log.
import type { KnownName } from "../api/gate.ts";
import { type BlockSubject, isAbout } from "./block-subject.ts";

/** As many as the log has rows; the one heard of longest ago is forgotten. */
const maximumKnockers = 10_000;
/** Keys remembered of one knocker, and shown for one block. */
const maximumNames = 20;

/** A knock as far as the index is concerned. */
interface Indexed {
	readonly knocker: string;
	readonly guesses: number;
	readonly asn: number | undefined;
	readonly who: KnownName | undefined;
}

/** `guesses`: wrong ones; `names`: who has joined, the last one first, at most 20. */
export interface Known {
	readonly knocks: number;
	readonly guesses: number;
	readonly names: readonly KnownName[];
}

interface Entry extends Known {
	readonly asn: number | undefined;
}

const nothing: Entry = { knocks: 0, guesses: 0, names: [], asn: undefined };

/** Mutable, owned by one KnockLog. */
export class KnownKnockers {
	/** By knocker, the one heard of last at the end. */
	readonly #entries = new Map<string, Entry>();

	/** A knock that has just ended. */
	add(knock: Indexed): void {
		this.#put(knock, (names, name) => [name, ...names.filter((one) => one.fingerprint !== name.fingerprint)]);
	}

	/** A knock before all that were added so far. */
	addOlder(knock: Indexed): void {
		this.#put(knock, (names, name) => {
			return names.some((one) => one.fingerprint === name.fingerprint) ? names : [...names, name];
		});
	}

	/** The network owner of a knocker is known now. */
	place(knocker: string, asn: number | undefined): void {
		const entry = this.#entries.get(knocker);
		if (entry) this.#entries.set(knocker, { ...entry, asn: asn ?? entry.asn });
	}

	/** All that is known of those a block is about. */
	knownOf(subject: BlockSubject): Known {
		if (subject.kind === "address") return this.#entries.get(subject.subject) ?? nothing;
		let known: Known = nothing;
		for (const [knocker, entry] of this.#entries) if (isOf(subject, knocker, entry)) known = joined(known, entry);
		return known;
	}

	#put(knock: Indexed, withName: (names: readonly KnownName[], name: KnownName) => readonly KnownName[]): void {
		const { knocker, guesses, asn, who } = knock;
		const entry = this.#entries.get(knocker) ?? nothing;
		// Only a proven key says anything of who is behind an address.
		const names = who?.trust === undefined ? entry.names : withName(entry.names, who).slice(0, maximumNames);
		this.#entries.delete(knocker);
		this.#entries.set(knocker, {
			knocks: entry.knocks + 1,
			guesses: entry.guesses + guesses,
			names,
			asn: asn ?? entry.asn,
		});
		for (const [oldest] of this.#entries) if (this.#entries.size > maximumKnockers) this.#entries.delete(oldest);
	}
}

function isOf(subject: BlockSubject, knocker: string, { asn, names }: Entry): boolean {
	if (subject.kind === "fingerprint") return names.some(({ fingerprint }) => fingerprint === subject.fingerprint);
	// An IPv6 knocker is a network; its first address stands for it.
	return isAbout(subject, { address: knocker.replace(/\/64$/, ""), ...(asn === undefined ? {} : { asn }) });
}

function joined(one: Known, other: Known): Known {
	const others = other.names.filter((name) => !one.names.some(({ fingerprint }) => fingerprint === name.fingerprint));
	return {
		knocks: one.knocks + other.knocks,
		guesses: one.guesses + other.guesses,
		names: [...one.names, ...others].slice(0, maximumNames),
	};
}
