// Which seats of one person the host takes, as a pure machine. A seat is the secret by which a member comes back without the password; it changes with
// every entry, so that a copy of somebody's disk is noticed: whoever comes second shows a seat that is good no more (docs/protocol.md, "Seats").
//
//   entry by the current seat    a fresh next seat; the next seat that was there is retired
//   entry by the next seat       it becomes the current one, the former one is retired, and a fresh next seat is made
//   the guest has kept the next  it becomes the current one, and the former one is retired
//   entry by the password        a fresh next seat, beside the current one until it is kept
//   removed by the host          all are retired, and whoever shows one is told so

/** At most this many retired seats of a person are remembered. */
const maximumRetired = 4;

/** Holds the seats of one person. `Seat` may be anything that can be compared by identity. */
export interface SeatRecord<Seat> {
	readonly current?: Seat | undefined;
	readonly next?: Seat | undefined;
	/** Holds the retired seats, newest first. */
	readonly retired: readonly Seat[];
	/** The host has removed this person. */
	readonly isRevoked: boolean;
}

/** Says what a seat that was shown is worth. */
export type SeatStanding = "good" | "retired" | "revoked" | "unknown";

/** The record of somebody who has no seat yet. */
export const noSeats: SeatRecord<never> = { retired: [], isRevoked: false };

function retire<Seat>(retired: readonly Seat[], seat: Seat | undefined): readonly Seat[] {
	return seat === undefined ? retired : [seat, ...retired].slice(0, maximumRetired);
}

/** Says what a seat is worth now. */
export function standingOf<Seat>(record: SeatRecord<Seat>, seat: Seat): SeatStanding {
	if (seat === record.current || seat === record.next) return "good";
	if (!record.retired.includes(seat)) return "unknown";
	return record.isRevoked ? "revoked" : "retired";
}

/**
 * Returns the record after somebody has entered: by `shown`, which must be good, or by the password when it is `undefined`. `fresh` is the seat that they are
 * given.
 */
export function entered<Seat>(record: SeatRecord<Seat>, shown: Seat | undefined, fresh: Seat): SeatRecord<Seat> {
	const { current, next, retired } = record;
	if (shown !== undefined && shown === next) {
		return { current: next, next: fresh, retired: retire(retired, current), isRevoked: false };
	}
	return { current, next: fresh, retired: retire(retired, next), isRevoked: false };
}

/** Records that the guest has the next seat safe. Nothing changes if `seat` is not it. */
export function kept<Seat>(record: SeatRecord<Seat>, seat: Seat): SeatRecord<Seat> {
	if (seat !== record.next) return record;
	return { ...record, current: seat, next: undefined, retired: retire(record.retired, record.current) };
}

/** Records that the host has removed this person: no seat lets them in any more. */
export function revoked<Seat>({ current, next, retired }: SeatRecord<Seat>): SeatRecord<Seat> {
	return { retired: retire(retire(retired, current), next), isRevoked: true };
}
