// What the log says of how a knock ended.
import type { KnockOutcome } from "../api/gate.ts";
import type { TurnedAway, VisitTally } from "../gate/guesses/visit.ts";
import type { Refusal } from "../wire/handshake.ts";
import type { Gone } from "./greeting.ts";

/** Says for each refusal what the log says of a guest who was sent away for it. */
export const refusalOutcomes: Readonly<Record<Refusal, KnockOutcome>> = {
	blocked: "turnedAway",
	busy: "busy",
	paused: "paused",
	full: "full",
	tooSlow: "gaveUp",
	passwordChanged: "passwordChanged",
	ownKey: "failed",
	kicked: "failed",
	notForYou: "failed",
};

const tallyOutcomes: Readonly<Record<"usedUp" | "gotBlocked" | TurnedAway["why"], KnockOutcome>> = {
	usedUp: "disconnected",
	gotBlocked: "blocked",
	blocked: "turnedAway",
	busy: "busy",
	passwordChanged: "passwordChanged",
};

/** Returns how the knock of a guest ended who never got as far as being proven. */
export function endOf(tally: VisitTally, gone: Gone): KnockOutcome {
	if (tally.end) return tallyOutcomes[tally.end];
	if (gone.refused) return refusalOutcomes[gone.refused];
	if (gone.knewPassword) return "failed";
	return tally.guesses > 0 ? "wrong" : "gaveUp";
}
