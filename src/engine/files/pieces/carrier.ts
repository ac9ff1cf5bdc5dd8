// How a member's files get to the others and theirs to us: at the host by its own desk, at a guest by a Link of its own to it.
import type { Fingerprint } from "../../../crypto/identity/fingerprint.ts";
import type { PieceSource } from "./giver.ts";
import type { PieceSink, Wanted } from "./taker.ts";

/** Says what is told of an own file that is given. */
export interface GiveNotes {
	/** Is called when the host has so many pieces of it. `isWhole` says that these are all, and that it gives them on without us. */
	onKept(pieces: number, isWhole: boolean): void;
	/** Is called when somebody else has so many pieces of what we give. */
	onShare(who: Fingerprint, pieces: number): void;
	/** Is called when what was given is not what was offered. */
	onBroken(): void;
}

/** Says what is told of a file that is taken. */
export interface TakeNotes {
	/** Is called once, when all pieces are in the sink. */
	onWhole(): void;
	/** Is called when what came is not what was signed; nothing more comes then. */
	onBroken(): void;
}

/** A Carried is a file that is being given or taken, until it is stopped or over. */
export interface Carried {
	/** Says that there may be more to ask for. */
	more(): void;
	stop(): void;
}

/** Carries files. What it began goes on over any number of Links. */
export interface Carrier {
	give(by: Fingerprint, wanted: Wanted, source: PieceSource, notes: GiveNotes): Carried;
	take(by: Fingerprint, wanted: Wanted, sink: PieceSink, notes: TakeNotes): Carried;
	/** Is told that somebody else offers a file, which a host gives on to the others. */
	heard(by: Fingerprint, wanted: Wanted): void;
	/** Is told that somebody else gives what goes with a post, which a host gives on without keeping any of it. */
	lent(by: Fingerprint, wanted: Wanted): void;
	/** Is told that a file is not offered any more. */
	withdrawn(by: Fingerprint, id: Uint8Array): void;
	/** Is told that nobody waits for a file any more, so that a host keeps nothing of it. */
	answered(by: Fingerprint, id: Uint8Array): void;
	/** Is told that somebody waits for a file again, so that a host keeps what comes of it. */
	wanted(by: Fingerprint, id: Uint8Array): void;
	/** Is told that the room is kept from now on, so that a host's part of its files is kept as well. */
	roomKept(): void;
	/** Ends all that goes on. `isForGood`: the room is over, and nothing of it stays. */
	close(isForGood: boolean): Promise<void>;
}
