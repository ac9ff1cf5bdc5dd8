// The rooms of two among those that are kept: whose they are, and which is meant by what was typed.
import type { GroupMember } from "../../crypto/group/messages.ts";
import { type Fingerprint, parseFingerprint, shortFingerprint } from "../../crypto/identity/fingerprint.ts";
import type { BuddyView, RoomKey } from "../api/room-key.ts";
import type { Found } from "./kept-names.ts";
import type { Pair, RoomRecord } from "./records.ts";

/** A proposal is good for as long as what is said waits for who is away. */
export const proposalSeconds = 14 * 24 * 60 * 60;

/** A FoundPair is a room of two that was found on the disk, with the record that says with whom. */
export type FoundPair = Found<RoomRecord & { readonly pair: Pair }>;

/** A SeenPair is what views are told of a room of two, which may be gone from the disk. */
export interface SeenPair {
	readonly room: { readonly key: RoomKey };
	readonly record: Pick<FoundPair["record"], "pair" | "role">;
}

/** Returns the rooms of two. */
export function pairsIn(found: readonly Found[]): readonly FoundPair[] {
	return found.filter((one): one is FoundPair => one.record.pair !== undefined);
}

/** Tells whether the time of a proposal is over, and the two were never in their room together: nobody will come any more. `now` is in seconds since the epoch. */
export function isStaleProposal({ room, record }: Found, now: number): boolean {
	const { pair, role } = record;
	if (pair === undefined || pair.until >= now) return false;
	return role === "host" ? pair.state === "proposed" : room.shown() === 0 && room.state() === undefined;
}

/** Says who is in a room of two in which we have never been: its host and we; nobody where it is no such room. */
export function twoOf(
	pair: Pair | undefined,
	self: { readonly fingerprint: Fingerprint; readonly name: string },
): readonly GroupMember[] {
	if (!pair) return [];
	return [
		{ fingerprint: pair.with, name: pair.name, leafIndex: 0 },
		{ ...self, leafIndex: 1 },
	];
}

/** Says what is known of somebody beyond what was kept of the room. */
export interface Acquaintance {
	readonly name: string;
	readonly isHere: boolean;
	readonly trust: BuddyView["trust"];
}

/** Makes of a room of two what views show. */
export function buddyView({ room, record }: SeenPair, { name, isHere, trust }: Acquaintance): BuddyView {
	const { kind, with: fingerprint, state } = record.pair;
	return {
		room: room.key,
		kind,
		fingerprint,
		shortFingerprint: shortFingerprint(fingerprint),
		name,
		trust,
		// What is over is in no list (kept-names.ts).
		state: state === "ended" ? "accepted" : state,
		role: record.role,
		...(isHere ? { isHere } : {}),
	};
}

/** Finds the buddy who is meant: by their whole fingerprint, or by a name that only one of them has. Those who were asked and have not answered are not meant. */
export function buddyMeant(buddies: readonly BuddyView[], typed: string): BuddyView | "several" | undefined {
	const joined = buddies.filter(({ state }) => state === "proposed" || state === "accepted");
	const fingerprint = parseFingerprint(typed);
	if (fingerprint !== undefined) return joined.find((one) => one.fingerprint === fingerprint);
	const named = joined.filter(({ name }) => name === typed);
	const [first] = named;
	return named.length > 1 ? "several" : first;
}
