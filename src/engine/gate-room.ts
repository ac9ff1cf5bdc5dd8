// What the gate is told of a room of ours, while it is open.
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
		settingsChanged: () => stay.settingsChanged(),
		note: (tone, notice) => room.note(tone, notice),
	};
}
