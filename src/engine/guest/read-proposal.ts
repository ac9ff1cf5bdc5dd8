// Reads the letter by which somebody proposes a room of two: whether it is what it says, and what would be kept of that room.
import { roomName } from "../../crypto/opening/binding.ts";
import type { Person } from "../api/people.ts";
import { proposalSeconds } from "../kept/pairs.ts";
import { type GuestRecord, type Pair, usualPolicy } from "../kept/records.ts";
import type { Route } from "../routes/route.ts";
import type { LetterOf } from "../wire/letter.ts";
import { readJoinTarget } from "./join-target.ts";

/** Nobody makes us keep a proposal for longer than this. */
const longestProposalSeconds = 2 * proposalSeconds;

/** Says where and when the letter is read. */
interface Surroundings {
	readonly routes: readonly Route[];
	/** The time in seconds since the epoch. */
	readonly seconds: number;
	/** The room in which it came hides where we are. */
	readonly isHidden: boolean | undefined;
}

/** Returns what would be kept; "nonsense" for what an honest program never sends, "showsAddress" where the room in which it came hides us and the proposed one would not. */
export function readProposal(
	from: Person,
	{ kind, pair: room, seat, invite, until }: LetterOf<"propose">,
	{ routes, seconds, isHidden }: Surroundings,
): (GuestRecord & { readonly pair: Pair }) | "nonsense" | "showsAddress" {
	if (from.isSelf || until <= seconds || until > seconds + longestProposalSeconds) return "nonsense";
	const target = readJoinTarget(invite, routes);
	if (target.kind === "refused" || target.pin !== from.fingerprint) return "nonsense";
	if (!target.roomName || Buffer.compare(target.roomName, roomName(room)) !== 0) return "nonsense";
	const isOffRecord = kind === "offRecord";
	if ((target.isOffRecord === true) !== isOffRecord) return "nonsense";
	const isByTorOnly = target.endpoints.length === 0 && target.routes.every(({ route }) => route.name === "tor");
	if (isHidden && !isByTorOnly) return "showsAddress";
	const { fingerprint, name } = from;
	return {
		role: "guest",
		name: fingerprint,
		room: Uint8Array.from(room),
		policy: usualPolicy,
		areTermsUntold: true,
		host: fingerprint,
		target: target.typed,
		seat: Uint8Array.from(seat),
		...(isOffRecord ? { isOffRecord } : {}),
		pair: { kind, with: fingerprint, name, state: "asked", until },
	};
}
