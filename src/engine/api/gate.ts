// The gate as views see it: what the host may ask of it (GateCommand), what it tells (GateEvent), what it shows (GateView). Part of api.ts.
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import type { Location, Person, Trust } from "./people.ts";
import type { Refusal } from "./refusals.ts";

/** Says what the host lets others in the room learn of where a joiner comes from. `city` stands for city, country and network owner. */
export type PlaceDetail = "nothing" | "country" | "city";

/** Holds what the host has chosen. It is kept from room to room, except `isPaused` and `visibleOnLan`, which are off in a new room and stay as they were in one that is kept. */
export interface GateSettings {
	readonly placeDetail: PlaceDetail;
	/** Nobody new is let in; those who are in stay. */
	readonly isPaused: boolean;
	/** Limits how many people are in the room, the host included: 2 to 200. */
	readonly memberCap: number;
	/** Everyone on the same network is told that the room is there: the host's name and key. A choice of this room: off in a new one, unless `host` says otherwise. */
	readonly visibleOnLan: boolean;
}

/** Holds what only the host sees. */
export interface GateView {
	readonly settings: GateSettings;
	/** Lists the newest knocks, newest first, at most 200; `Engine.knocks` looks further back. */
	readonly knocks: readonly KnockView[];
	/** Lists the blocks in force, newest first. */
	readonly blocks: readonly BlockView[];
	/** Lists the personal invites that were used since the room was opened, and from where. */
	readonly invites: readonly InviteTrail[];
}

/** Says from where a personal invite was used, also by who did not come in. */
export interface InviteTrail {
	/** The name of the friend whom it is for. */
	readonly invite: string;
	/** Counts the addresses (of IPv6 the networks); 64 means that many or more. */
	readonly addresses: number;
	/** Names the countries, as far as they are known offline, at most 16; they are clean. */
	readonly countries: readonly string[];
	/** Somebody came by it without an address: through Tor or a relay. */
	readonly hasNoAddress: boolean;
}

/**
 * Says how an attempt to come in ended. `gaveUp`: they went away, or were too slow, without a guess · `wrong`: they went away after wrong guesses ·
 * `disconnected`: they used up the three guesses of a connection · `blocked`: the last of these guesses blocked the address · `turnedAway`: they were
 * blocked already · `busy`: too many were on the way in · `paused`, `full`: the host has set it so · `passwordChanged`: the password changed while
 * they were on the way in · `failed`: they knew the password but did not get in.
 */
export type KnockOutcome =
	| "joined"
	| "gaveUp"
	| "wrong"
	| "disconnected"
	| "blocked"
	| "turnedAway"
	| "busy"
	| "paused"
	| "full"
	| "passwordChanged"
	| "failed";

/** One knock, or a burst of them that is told as one. Times are ms since the epoch. */
export interface KnockView {
	/** Stays the same while a burst is still being counted. */
	readonly id: string;
	/** The time of the first knock, in milliseconds since the epoch. */
	readonly at: number;
	/** The time of the last knock; it equals `at` when there was only one. */
	readonly lastAt: number;
	/** The address of the first knock. When `addresses` is more than 1, the others came from elsewhere. */
	readonly address: string;
	readonly location: Location;
	readonly outcome: KnockOutcome;
	/** The invite that was shown: the name of the friend whom a personal one was made for, or "" for the room's. It is never kept on the disk. */
	readonly invite?: string;
	/** Counts the wrong guesses of all these knocks. */
	readonly guesses: number;
	/** Counts the knocks that this entry stands for. */
	readonly count: number;
	/** Counts the addresses from which they came; 1,000 means that many or more. */
	readonly addresses: number;
	/** Says who it was, when a key was shown: the one who joined, or a blocked key, which then was not asked for proof. */
	readonly who?: KnownName;
}

/** A name with its key, as it was seen at the gate. */
export interface KnownName {
	readonly name: string;
	readonly fingerprint: Fingerprint;
	readonly shortFingerprint: string;
	/** Says how well the key was known at that time; absent when the key was not proven. */
	readonly trust?: Trust;
}

/** Chooses knocks by how they ended. `blocked` chooses those that became blocked and those that were turned away as blocked. */
export type KnockFilter = "all" | "wrong" | "joined" | "blocked";

export interface KnockQuery {
	readonly filter?: KnockFilter;
	/** Chooses only knocks from this address, network or range, or by this key, written as `Command.block` takes it. */
	readonly from?: string;
	/** Limits how many are returned: 1 to 1,000, and 200 when it is left out. */
	readonly limit?: number;
}

/** Says what a block is about: an address (an IPv6 address as its /64), a range, a key or a network owner. */
export type BlockKind = "address" | "cidr" | "fingerprint" | "asn";

export interface BlockView {
	readonly kind: BlockKind;
	/** Names what is blocked: "203.0.113.9", "2001:db8:1:2::/64", "81.2.69.0/24", a fingerprint or "AS3320". */
	readonly address: string;
	/** Names what is blocked, fit to show. */
	readonly label: string;
	readonly since: number;
	readonly reason: "strikes" | "byHand";
	/** Says where a blocked address or range is; for other blocks the label says what is known. */
	readonly location: Location;
	/** The time when the block ends, in milliseconds since the epoch; without it the block stays until it is lifted. */
	readonly until?: number;
	readonly note?: string;
	/** Says why this block has no effect at the moment. `noOwnerData` means that nothing is known here of who owns which network. */
	readonly warning?: "noOwnerData";
	readonly goesWith: GoesWith;
}

/**
 * Says what was blocked, as it is told. `address` is written as `BlockView.address`; `name` is that of whoever has the blocked key, as far as it is
 * known.
 */
export interface BlockedSubject {
	/** The invite that is blocked, as in a strike. */
	readonly invite?: string;
	readonly about: BlockKind;
	readonly address: string;
	readonly location: Location;
	readonly name?: string;
}

/** Tells what belongs to a block, so that whoever lifts it knows what they let back in. */
export interface GoesWith {
	/** Counts the wrong guesses on record of those whom the block covers; lifting it clears them. */
	readonly strikes: number;
	/** Knocks in the log that it covers. */
	readonly knocks: number;
	/** Names who has joined from there before, the last one first: the people who share the address. */
	readonly names: readonly KnownName[];
	/** Names other blocks that keep the same people out, or some of them, as in `BlockView.address`. */
	readonly alsoBlocked: readonly string[];
}

/** Tells what a block would do. `hits` are the people in the room whom it is about. */
export type BlockPreview =
	| {
			readonly kind: "possible";
			readonly block: Pick<BlockView, "kind" | "address" | "label" | "location" | "warning">;
			readonly hits: readonly Person[];
	  }
	| ({ readonly kind: "refused" } & Refusal);

/** These commands are what the host may ask of the gate. The blocks can be changed without an open room too. */
export type GateCommand =
	| {
			readonly kind: "block";
			/** Names an address, a range ("81.2.69.0/24"), a network owner ("AS3320") or a fingerprint. */
			readonly address: string;
			/** The time when the block ends, in milliseconds since the epoch; without it the block stays until it is lifted. */
			readonly until?: number;
			readonly note?: string;
			/** The people in the room whom the block hits are removed as well (`Engine.previewBlock` says who they are). */
			readonly isRemoving?: boolean;
	  }
	/** Lifts a block and clears the strikes. `address` is written as `BlockView.address`, or is any address in it. */
	| { readonly kind: "unblock"; readonly address: string }
	/** Changes the settings that are given, and no others. */
	| ({ readonly kind: "settings" } & Partial<GateSettings>)
	/** Sets the password that opens the room from now on. Nobody who is in has to leave; whoever is on the way in must begin again. */
	| { readonly kind: "setPassword"; readonly password: string }
	/** The person has compared fingerprints with this one, or takes that back. */
	| { readonly kind: "verify"; readonly fingerprint: string; readonly isVerified?: boolean };

/** These events tell what happens at the gate. They come only on the host's machine. */
export type GateEvent =
	| {
			readonly kind: "strike";
			readonly address: string;
			/** The invite that is counted where there is no address: the friend's name of a personal one, or "" for the room's. */
			readonly invite?: string;
			readonly location: Location;
			readonly attempts: number;
			readonly disconnected: boolean;
			/** Part of a burst that is told to people as one line, a `notice`: views for people leave it out. */
			readonly folded?: true;
	  }
	| ({ readonly kind: "blocked"; readonly folded?: true } & BlockedSubject)
	/** A knock is over; told again with the same `id` and a higher `count` while a burst goes on. */
	| ({ readonly kind: "knock" } & KnockView);
