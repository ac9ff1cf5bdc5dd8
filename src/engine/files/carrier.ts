// How a member's files get to the others and theirs to us: at the host by its own desk, at a guest by a Link of its own to it.
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import type { PieceSource } from "./pieces/giver.ts";
import type { PieceSink, Wanted } from "./pieces/taker.ts";

/** Says what is told of an own file that is given. */
export interface GiveNotes {
	/** The host has so many pieces of it; `isWhole`: all, and gives them on without us. */
	onKept(pieces: number, isWhole: boolean): void;
	/** Somebody has so many pieces. */
	onShare(who: Fingerprint, pieces: number): void;
	/** What was given is not what was offered. */
	onBroken(): void;
}

/** Says what is told of a file that is taken. */
export interface TakeNotes {
	/** All of it is in the sink. */
	onWhole(): void;
	/** What came is not what was signed, and nothing more comes. */
	onBroken(): void;
}

/** Something that goes on until it is stopped, or tells that it is over. */
export interface Carried {
	/** There may be more to ask for. */
	more(): void;
	stop(): void;
}

/** Carries files. What it began goes on over any number of Links. */
export interface Carrier {
	give(by: Fingerprint, wanted: Wanted, source: PieceSource, notes: GiveNotes): Carried;
	take(by: Fingerprint, wanted: Wanted, sink: PieceSink, notes: TakeNotes): Carried;
	/** Somebody else offers a file: a host gives it on. */
	heard(by: Fingerprint, wanted: Wanted): void;
	/** Somebody else gives what goes with a post: a host gives it on, and keeps nothing of it. */
	lent(by: Fingerprint, wanted: Wanted): void;
	/** A file is not offered any more. */
	withdrawn(by: Fingerprint, id: Uint8Array): void;
	/** Nobody waits for a file any more: a host keeps nothing of it. */
	answered(by: Fingerprint, id: Uint8Array): void;
	/** Somebody waits for a file again: a host keeps what comes of it. */
	wanted(by: Fingerprint, id: Uint8Array): void;
	/** The room lasts from now on: what a host keeps does too. */
	roomKept(): void;
	/** Ends all that goes on. `isForGood`: the room is over, and nothing of it stays. */
	close(isForGood: boolean): Promise<void>;
}
