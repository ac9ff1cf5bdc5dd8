// What a host hears of the room on this computer, taken into what the person sees.

import type { GateHost } from "../gate/gate-host.ts";
import type { MemberEvent } from "../member/events.ts";
import type { Room } from "../room/room.ts";
import type { StayContext } from "../stay/stay.ts";
import type { PlaceNote } from "../wire/content-kinds.ts";
import type { GuestPlaces } from "./guest-places.ts";
import type { HostOptions } from "./hosting.ts";

/** Takes what the room on this computer tells into what the person sees. `stay` is what there is only once the room is open. */
export function hearingOf(
	{ gate, changed }: Pick<StayContext, "changed"> & { readonly gate: GateHost },
	room: Room,
	guestPlaces: GuestPlaces,
	stay: {
		readonly heard: (event: MemberEvent) => void;
		readonly tellPlace: (place: PlaceNote) => string | undefined;
	},
): Pick<HostOptions, "emit" | "onCaller" | "onAway"> {
	return {
		emit(event) {
			if (event.kind === "placed") guestPlaces.placed(event.item.id);
			room.apply(event);
			stay.heard(event);
			const left = event.kind === "membership" ? event.left : [];
			for (const { fingerprint } of left) if (!room.person(fingerprint)) guestPlaces.forget(fingerprint);
			changed();
		},
		async onCaller(fingerprint, from, name) {
			gate.arriving(fingerprint, name);
			const isNews = room.person(fingerprint) === undefined && room.people().length > 1;
			await guestPlaces.learn(fingerprint, from, isNews ? stay.tellPlace : undefined);
		},
		onAway(fingerprint, isAway) {
			room.setAway(fingerprint, isAway);
			if (!isAway) room.refreshPlace(fingerprint);
			changed();
		},
	};
}
