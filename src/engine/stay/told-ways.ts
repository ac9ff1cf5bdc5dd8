// What a host tells those who are in of how it is found: in a room of two its invite of the moment, in others the way to its later rooms.
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import { realClock } from "../../net/link/clock.ts";
import type { AccessRules } from "../gate/access-rules.ts";
import type { Pair } from "../kept/records.ts";
import { LaterRooms, type LaterRoomsOptions } from "./later-rooms.ts";
import type { StayContext } from "./stay.ts";

/** Tells the people in the room by which invite it can be reached from now on, until `close`. */
export type ToldWays = Pick<LaterRooms, "secrets" | "refresh" | "close">;

export interface ToldWaysOptions extends Pick<LaterRoomsOptions, "open" | "tell"> {
	readonly context: StayContext & { readonly gate: Pick<AccessRules, "watch"> };
	readonly host: Fingerprint;
	readonly pair: Pair | undefined;
	readonly isOffRecord: boolean;
	/** Returns the invite of the moment. */
	readonly invite: () => string | undefined;
}

/** Makes what tells it; off the record nothing is told but in a room of two. */
export function toldWays({ context, host, pair, isOffRecord, invite, open, tell }: ToldWaysOptions): ToldWays {
	if (pair) return { secrets: () => [], refresh: inRoomOfTwo(invite, tell), close: () => {} };
	if (isOffRecord) return { secrets: () => [], refresh: () => {}, close: () => {} };
	const { account, routes, now, gate } = context;
	return new LaterRooms({ account, gate, host, routes, open, tell, now, clock: realClock });
}

/** Tells the other one how we can be reached, whenever that is news, or they have come in: then they find us elsewhere too. */
function inRoomOfTwo(invite: () => string | undefined, tell: (invite: string) => void): ToldWays["refresh"] {
	let told: string | undefined;
	return (isNewcomer = false) => {
		const now = invite();
		if (now === undefined || (now === told && !isNewcomer)) return;
		told = now;
		tell(now);
	};
}
