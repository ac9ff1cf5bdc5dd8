// The gate as views see it: what the host may ask of it (GateCommand), what it tells (GateEvent), what it shows (GateView). Part of api.ts.
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import type { Location, Person, Trust } from "./people.ts";
import type { Refusal } from "./refusals.ts";

/** What the host lets others in the room learn of where a joiner comes from: `city` means city, country and network owner. */
export type PlaceDetail = "nothing" | "country" | "city";

/** What the host has chosen; kept from room to room, except `isPaused` and `visibleOnLan`, which are off in a new room. */
export interface GateSettings {
	readonly placeDetail: PlaceDetail;
	/** For views: ring the terminal's bell at an alert. */
	readonly hasBell: boolean;
	/** For views: send a desktop notification (OSC 9, OSC 777) at an alert. */
	readonly hasDesktopNotifications: boolean;
	/** Nobody new is let in; those who are in stay. */
	readonly isPaused: boolean;
	/** People in the room at most, the host included: 2 to 200. */
	readonly memberCap: number;
	/** Everyone on the same network is told that the room is there: the host's name and key. A choice of this room: off in a new one, unless `host` says otherwise. */
	readonly visibleOnLan: boolean;
}

/** What only the host sees. */
export interface GateView {
	readonly settings: GateSettings;
	/** The newest knocks, newest first, 200 at most; `Engine.knocks` looks further back. */
	readonly knocks: readonly KnockView[];
	/** The blocks in force, newest first. */
	readonly blocks: readonly BlockView[];
}

/**
 * How a knock ended. `gaveUp`: went away, or was too slow, without a guess · `wrong`: went away after wrong guesses · `disconnected`: used up the three guesses
 * of a connection · `blocked`: the last of these guesses blocked the address · `turnedAway`: was blocked already · `busy`: no place on the way in ·
 * `paused`, `full`: as the host has set it · `passwordChanged`: was on the way in when it changed · `failed`: knew the password but did not get in.
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
	/** When the first knock came. */
	readonly at: number;
	/** When the last knock came; it equals `at` when there was one. */
	readonly lastAt: number;
	/** The address of the first knock. When `addresses` is more than 1, the others came from elsewhere. */
	readonly address: string;
	readonly location: Location;
	readonly outcome: KnockOutcome;
	/** Wrong guesses made, in all. */
	readonly guesses: number;
	/** How many knocks this stands for. */
	readonly count: number;
	/** From how many addresses they came; 1,000 means that many or more. */
	readonly addresses: number;
	/** Who it was, when a key was shown: the one who joined, or a blocked key, which then was not asked for proof. */
	readonly who?: KnownName;
}

/** A name with its key, as it was seen at the gate. */
export interface KnownName {
	readonly name: string;
	readonly fingerprint: Fingerprint;
	readonly shortFingerprint: string;
	/** As it was at that time; absent when the key was not proven. */
	readonly trust?: Trust;
}

/** `blocked`: became blocked or was turned away for it. */
export type KnockFilter = "all" | "wrong" | "joined" | "blocked";

export interface KnockQuery {
	readonly filter?: KnockFilter;
	/** Only from this address, network or range, or by this key; as `Command.block` takes it. */
	readonly from?: string;
	/** 1 to 1,000; 200 when left out. */
	readonly limit?: number;
}

/** What a block is about: an address (an IPv6 address as its /64), a range, a key, a network owner. */
export type BlockKind = "address" | "cidr" | "fingerprint" | "asn";

export interface BlockView {
	readonly kind: BlockKind;
	/** What is blocked: "203.0.113.9", "2001:db8:1:2::/64", "81.2.69.0/24", a fingerprint, "AS3320". */
	readonly address: string;
	/** What is blocked, fit to show. */
	readonly label: string;
	readonly since: number;
	readonly reason: "strikes" | "byHand";
	/** Where a blocked address or range is; for other blocks the label says what is known. */
	readonly location: Location;
	/** ms since the epoch; absent = until unblocked. */
	readonly until?: number;
	readonly note?: string;
	/** Why this block has no effect at the moment. `noOwnerData`: nothing is known here of who owns which network. */
	readonly warning?: "noOwnerData";
	readonly goesWith: GoesWith;
}

/** What was blocked, as it is told. `address`: as `BlockView.address`. `name`: of whoever has the blocked key, as far as it is known. */
export interface BlockedSubject {
	readonly about: BlockKind;
	readonly address: string;
	readonly location: Location;
	readonly name?: string;
}

/** What belongs to a block, so that whoever lifts it knows what they let back in. */
export interface GoesWith {
	/** Wrong guesses by those it covers that are on record and will be cleared with it. */
	readonly strikes: number;
	/** Knocks in the log that it covers. */
	readonly knocks: number;
	/** Who has joined from there before, the last one first: the people behind one shared address. */
	readonly names: readonly KnownName[];
	/** Other blocks that keep (some of) the same out, as in `BlockView.address`. */
	readonly alsoBlocked: readonly string[];
}

/** What a block would do. `hits`: the people in the room it is about. */
export type BlockPreview =
	| {
			readonly kind: "possible";
			readonly block: Pick<BlockView, "kind" | "address" | "label" | "location" | "warning">;
			readonly hits: readonly Person[];
	  }
	| ({ readonly kind: "refused" } & Refusal);

/** What the host may ask of the gate. The blocks can be changed without an open room too. */
export type GateCommand =
	| {
			readonly kind: "block";
			/** An address, a range ("81.2.69.0/24"), a network owner ("AS3320") or a fingerprint. */
			readonly address: string;
			/** ms since the epoch; absent = until unblocked. */
			readonly until?: number;
			readonly note?: string;
			/** Also removes the people in the room whom it hits (`Engine.previewBlock` says who). */
			readonly isRemoving?: boolean;
	  }
	/** `address`: as `BlockView.address`, or any address in it. Clears the strikes too. */
	| { readonly kind: "unblock"; readonly address: string }
	/** Only what is given changes. */
	| ({ readonly kind: "settings" } & Partial<GateSettings>)
	/** From now on this one opens the room. Nobody who is in has to leave; who is on the way in must begin again. */
	| { readonly kind: "setPassword"; readonly password: string }
	/** The person has compared fingerprints with this one, or takes that back. */
	| { readonly kind: "verify"; readonly fingerprint: string; readonly isVerified?: boolean };

/** What the gate tells, only on the host's machine. */
export type GateEvent =
	| {
			readonly kind: "strike";
			readonly address: string;
			readonly location: Location;
			readonly attempts: number;
			readonly disconnected: boolean;
			/** Part of a burst that is told to people as one line, a `notice`: views for people leave it out. */
			readonly folded?: true;
	  }
	| ({ readonly kind: "blocked"; readonly folded?: true } & BlockedSubject)
	/** A knock is over; told again with the same `id` and a higher `count` while a burst goes on. */
	| ({ readonly kind: "knock" } & KnockView);
