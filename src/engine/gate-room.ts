// What the gate is told of a room of ours, while it is open, and who is removed from there.
import { parseFingerprint } from "../crypto/identity/fingerprint.ts";
import type { Outcome } from "./api/codes.ts";
import { refuse } from "./api/outcome.ts";
import type { GateRoom } from "./gate/gate-host.ts";
import type { Stay } from "./stay/stay.ts";

/** Returns what the gate needs to know of a room of ours, while it is open. */
export function gateRoomOf(stay: Stay | undefined): GateRoom | undefined {
	const room = stay?.room;
	if (!stay?.hosting || !room) return undefined;
	return {
		people: () => room.people(),
		callerOf: (fingerprint) => stay.callerOf?.(fingerprint),
		invites: () => stay.invitesAsCallers?.() ?? [],
		remove: (fingerprint) => stay.kick(fingerprint),
		refreshPlaces: () => stay.refreshPlaces(),
		settingsChanged: (chosen) => stay.settingsChanged(chosen),
		note: (tone, notice) => room.note(tone, notice),
	};
}

/** Removes the person with this key, as it was typed, from the room of a stay. */
export function kickFrom(stay: Stay | undefined, text: string): Outcome | Promise<Outcome> {
	if (!stay) return refuse({ code: "not_in_room" });
	const fingerprint = parseFingerprint(text);
	return fingerprint ? stay.kick(fingerprint) : refuse({ code: "no_such_member", why: "notAFingerprint" });
}
