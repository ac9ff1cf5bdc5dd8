// Blocks by hand: what may be blocked, whom it would hit, what goes with it. The gate itself carries them out.
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import { Caller } from "../../net/address/caller.ts";
import { type Cidr, doCidrsMeet, isInCidr, parseCidr } from "../../net/address/cidr.ts";
import type { Block } from "../../store/blocks.ts";
import type { Outcome } from "../api/codes.ts";
import type { BlockPreview, BlockView, GateCommand, GoesWith } from "../api/gate.ts";
import { done, type Refused, refuse } from "../api/outcome.ts";
import type { Location, Person } from "../api/people.ts";
import { type Locations, locate } from "../places/locations.ts";
import { cleanLine } from "../text/clean.ts";
import { type BlockSubject, doSubjectsMeet, isAbout, labelOf, parseBlockSubject, rangeOf } from "./block-subject.ts";
import type { BlockOutcome, Gatekeeper } from "./guesses/gatekeeper.ts";
import type { KnockLog } from "./knock-log.ts";

const longestNote = 200;
/** The latest moment a Date can be (ECMA-262 §21.4.1.1), in ms since the epoch. */
const latestMs = 8.64e15;
/** At most this many other blocks are named beside one. */
const maximumAlsoBlocked = 20;
/** This may be any public address. It is looked up offline: if nothing is known of its owner, there is no data on owners at all. */
const wellKnownCaller = Caller.at("8.8.8.8");

export interface BlockCommandsOptions {
	readonly gatekeeper: Gatekeeper;
	readonly locations: Locations;
	readonly log: KnockLog;
	/** Returns the time in milliseconds since the epoch. */
	readonly now: () => number;
	/** Returns the fingerprint of the host's own key. */
	readonly ownKey: () => string | undefined;
	/** Returns the addresses of this computer, which are never blocked. */
	readonly ownAddresses: () => readonly string[];
	/** Returns who is in the room. */
	readonly people: () => readonly Person[];
	/** Returns the invites of the room that is open, as callers. */
	readonly invites: () => readonly Caller[];
	/** Returns from where a person's Link comes. */
	readonly callerOf: (fingerprint: Fingerprint) => Caller | undefined;
	/** Is called after a block by hand. `name` is that of the holder of the key, where the block is about a key and the name is known. */
	readonly onBlocked: (subject: BlockSubject, location: Location, name: string | undefined) => void;
}

const notBlocked = refuse({ code: "bad_address", why: "notBlocked" });
const notSaved = refuse({ code: "internal", why: "blockNotSaved" });
const thisComputer = refuse({ code: "bad_address", why: "thisComputer" });

const blockRefusals: Readonly<Record<Extract<BlockOutcome, { kind: "refused" }>["why"], Refused>> = {
	loopback: thisComputer,
	storageFailed: notSaved,
};

/** Reads and writes the blocks of one database; also when no room is open. */
export class BlockCommands {
	readonly #options: BlockCommandsOptions;

	constructor(options: BlockCommandsOptions) {
		this.#options = options;
	}

	preview(typed: string): BlockPreview {
		const subject = this.#judge(typed);
		if (subject.kind === "refused") return subject;
		const warning = this.#warning(subject);
		const block = {
			kind: subject.kind,
			address: subject.subject,
			label: labelOf(subject),
			location: this.#locationOf(subject),
			...(warning ? { warning } : {}),
		};
		return { kind: "possible", block, hits: this.hits(subject) };
	}

	block({ address: typed, until, note }: Extract<GateCommand, { kind: "block" }>): Outcome {
		const { gatekeeper, now, onBlocked } = this.#options;
		const subject = this.#judge(typed);
		if (subject.kind === "refused") return subject;
		if (until !== undefined && !(Number.isSafeInteger(until) && until > now() && until <= latestMs)) {
			return refuse({ code: "bad_setting", why: "blockEnd" });
		}
		const text = cleanLine(note ?? "", longestNote).trim();
		const details = { ...(until === undefined ? {} : { until }), ...(text === "" ? {} : { note: text }) };
		if (subject.kind === "address") {
			const outcome = gatekeeper.block(subject.caller, details);
			return outcome.kind === "blocked" ? done : blockRefusals[outcome.why];
		}
		if (!gatekeeper.blockOther(subject.kind, subject.subject, details)) {
			return notSaved;
		}
		onBlocked(subject, this.#locationOf(subject), this.#nameOf(subject));
		return done;
	}

	unblock(typed: string): Outcome {
		const subject = this.#inviteNamed(typed.trim()) ?? parseBlockSubject(typed) ?? this.#keyNamed(typed.trim());
		if (subject === undefined) return notBlocked;
		if (this.#lift(subject)) return done;
		const others = this.#coveredBy(subject);
		return others.length === 0 ? notBlocked : refuse({ code: "bad_address", why: "blockedByOthers", others });
	}

	/** Returns the blocked key of the person with this name, when it is the only one. */
	#keyNamed(name: string): BlockSubject | undefined {
		const keys = this.#options.gatekeeper.subjects("fingerprint").flatMap((text) => parseBlockSubject(text) ?? []);
		const named = keys.filter((key) => this.#nameOf(key) === name);
		return named.length === 1 ? named[0] : undefined;
	}

	/** Returns the invite of the open room that is shown like this, or was made for somebody of this name. */
	#inviteNamed(name: string): BlockSubject | undefined {
		const caller = this.#options.invites().find(({ address, invite }) => address === name || invite?.label === name);
		return caller && { kind: "address", subject: caller.key, caller };
	}

	#labelOf(subject: BlockSubject): string {
		const isSame = ({ key }: Caller): boolean => key === subject.subject;
		return this.#options.invites().find(isSame)?.address ?? labelOf(subject);
	}

	/** Lifts a block. Returns whether there was one, or at least strikes, of exactly this. */
	#lift(subject: BlockSubject): boolean {
		const { gatekeeper } = this.#options;
		if (subject.kind !== "address") return gatekeeper.unblockOther(subject.kind, subject.subject);
		const hadOwn = gatekeeper.isBlocked("address", subject.subject) || gatekeeper.strikesOf(subject.caller) > 0;
		return gatekeeper.unblock(subject.caller) && hadOwn;
	}

	/** Returns the people in the room a block of this is about; never the host. */
	hits(subject: BlockSubject): readonly Person[] {
		const { people, callerOf } = this.#options;
		return people().filter(({ isSelf, fingerprint, location: { asn } = {} }) => {
			const caller = callerOf(fingerprint);
			const suspect = { fingerprint, ...(caller ? { caller } : {}), ...(asn === undefined ? {} : { asn }) };
			return !isSelf && isAbout(subject, suspect);
		});
	}

	/** Returns the blocks in force, newest first. */
	views(): readonly BlockView[] {
		const blocks = this.#options.gatekeeper.list();
		const subjects = blocks.flatMap(({ subject }) => parseBlockSubject(subject) ?? []);
		// Only ranges can cover or be covered; there are few of them.
		const ranges = subjects.filter(({ kind }) => kind === "cidr");
		return blocks.flatMap((block) => {
			const subject = parseBlockSubject(block.subject);
			if (subject === undefined) return [];
			return [this.#view(block, subject, subject.kind === "cidr" ? subjects : ranges)];
		});
	}

	#view(block: Block, subject: BlockSubject, neighbours: readonly BlockSubject[]): BlockView {
		const { since, reason, until, note } = block;
		const warning = this.#warning(subject);
		return {
			kind: block.kind,
			address: block.subject,
			label: this.#labelOf(subject),
			since,
			reason,
			location: this.#locationOf(subject, block.address),
			...(until === undefined ? {} : { until }),
			...(note === undefined ? {} : { note }),
			...(warning ? { warning } : {}),
			goesWith: this.#goesWith(subject, neighbours),
		};
	}

	#goesWith(subject: BlockSubject, neighbours: readonly BlockSubject[]): GoesWith {
		// A block takes the place of the strikes that were on record: only the log still knows of the guesses.
		const { knocks, guesses, names } = this.#options.log.knownOf(subject);
		const others = neighbours.filter((one) => one.subject !== subject.subject && doSubjectsMeet(one, subject));
		const alsoBlocked = others.slice(0, maximumAlsoBlocked).map((one) => one.subject);
		return { strikes: guesses, knocks, names, alsoBlocked };
	}

	/** Returns what keeps an address out besides a block of its own. */
	#coveredBy(subject: BlockSubject): readonly string[] {
		const ranges = this.#options.gatekeeper.subjects("cidr").flatMap((text) => parseBlockSubject(text) ?? []);
		return ranges.filter((one) => one.subject !== subject.subject && doSubjectsMeet(one, subject)).map(labelOf);
	}

	#locationOf(subject: BlockSubject, address?: string): Location {
		const { locations } = this.#options;
		switch (subject.kind) {
			case "address":
				return locations.at(Caller.at(address ?? "") ?? subject.caller);
			case "cidr":
				return subject.first ? locations.at(subject.first) : locate("global");
			case "fingerprint":
				return { label: this.#nameOf(subject) ?? "a key", isSameNetwork: false };
			case "asn":
				return { label: "network owner", isSameNetwork: false, asn: subject.asn };
		}
	}

	/** Returns the name that the holder of a blocked key has, as far as it is known here. */
	#nameOf(subject: BlockSubject): string | undefined {
		if (subject.kind !== "fingerprint") return undefined;
		const { people, log } = this.#options;
		const isOfKey = ({ fingerprint }: { readonly fingerprint: string }): boolean => fingerprint === subject.fingerprint;
		return people().find(isOfKey)?.name ?? log.knownOf(subject).names.find(isOfKey)?.name;
	}

	#warning(subject: BlockSubject): BlockView["warning"] {
		if (subject.kind !== "asn") return undefined;
		const known = wellKnownCaller && this.#options.locations.known(wellKnownCaller);
		return known?.asn === undefined ? "noOwnerData" : undefined;
	}

	/** Reads what is to be blocked, and refuses what would lock out the host by a slip of the hand. */
	#judge(typed: string): BlockSubject | Refused {
		const subject = parseBlockSubject(typed);
		if (subject === undefined) return refuse({ code: "bad_address", why: "notBlockable" });
		if (subject.kind === "asn" && wellKnownCaller) this.#options.locations.at(wellKnownCaller);
		if (subject.kind === "fingerprint") {
			const isOwn = subject.fingerprint === this.#options.ownKey();
			return isOwn ? refuse({ code: "bad_address", why: "ownKey" }) : subject;
		}
		if (subject.kind === "address" && subject.caller.scope === "loopback") return thisComputer;
		const range = rangeOf(subject);
		if (range === undefined) return subject;
		return this.#holdsOurselves(subject, range) ?? subject;
	}

	/** Refuses an address of this computer, and a range that holds one. The /64 that is counted for somebody else's IPv6 address may hold ours too. */
	#holdsOurselves(subject: BlockSubject, range: Cidr): Refused | undefined {
		if (loopback.some((one) => doCidrsMeet(one, range))) {
			return subject.kind === "cidr" ? refuse({ code: "bad_address", why: "rangeHoldsThisComputer" }) : thisComputer;
		}
		const own = this.#options.ownAddresses();
		if (subject.kind === "address") {
			return own.includes(subject.caller.address) ? refuse({ code: "bad_address", why: "ownAddress" }) : undefined;
		}
		const held = own.find((address) => isInCidr(address, range));
		if (held === undefined) return undefined;
		return refuse({ code: "bad_address", why: "rangeHoldsOwnAddress", address: held });
	}
}

const loopback = ["127.0.0.0/8", "::1/128"].flatMap((text) => parseCidr(text) ?? []);
