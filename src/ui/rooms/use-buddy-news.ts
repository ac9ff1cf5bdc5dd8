// Tells above the message box what somebody has done about being buddies, while a room is shown.
import { useEffect, useEffectEvent } from "react";
import type { Engine } from "../../engine/api/api.ts";
import type { Event } from "../../engine/api/events.ts";
import { buddyNewsWords } from "../words/rooms/buddy-words.ts";

/** Tells it with `tell` when it happens. */
export function useBuddyNews(onEvent: Engine["onEvent"], tell: (text: string) => void): void {
	const heard = useEffectEvent((event: Event) => {
		const words = buddyNewsWords(event);
		if (words !== undefined) tell(words);
	});
	useEffect(() => onEvent((event) => heard(event)), [onEvent]);
}
