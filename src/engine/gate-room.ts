// What the gate is told of a room of ours, while it is open.
import type { GateRoom } from "./gate/gate-host.ts";
import type { Stay } from "./stay/stay.ts";

/** Returns what the gate needs to know of a room of ours, while it is open. */
export function gateRoomOf(stay: Stay | undefined): GateRoom | undefined {
	const { room, host } = stay ?? {};
	if (!host || !room) return undefined;
	return {
		people: () => room.people(),
		callerOf: (fingerprint) => host.callerOf(fingerprint),
		invites: () => host.invitesAsCallers(),
		remove: (fingerprint) => host.kick(fingerprint),
		refreshPlaces: () => host.refreshPlaces(),
		settingsChanged: (chosen) => host.settingsChanged(chosen),
		note: (tone, notice) => room.note(tone, notice),
	};
}
