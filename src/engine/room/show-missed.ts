// Shows a host what was missed when a kept room goes on: what had its place when the program ended, and own lines that still wait for one.
import type { MemberEvent } from "../member/events.ts";
import type { Outbox } from "../member/outbox.ts";
import type { Room } from "./room.ts";

/** Holds what is still to be shown of a room of our own. */
interface GoingOn {
	readonly missed: readonly MemberEvent[];
	readonly member: { readonly outbox: Outbox };
	hasShown(event: MemberEvent): void;
	allShown(): void;
}

/** Shows it, in the order of the room; from then on it is not shown again. */
export function showMissed(room: Room, goingOn: GoingOn): void {
	const { missed, member } = goingOn;
	const ownIn = (event: MemberEvent) => (event.kind === "placed" ? [event.item] : []);
	// Own lines are there before they get their place, as when they were said.
	room.talk.waits([...missed.flatMap(ownIn), ...member.outbox.items]);
	for (const event of missed) {
		room.apply(event, true);
		goingOn.hasShown(event);
	}
	const messages = missed.filter(({ kind }) => kind === "line").length;
	if (messages > 0) room.caughtUp({ messages, lost: 0 });
	goingOn.allShown();
}
