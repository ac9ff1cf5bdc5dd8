// What a host and a guest alike have on disk of their own end of a room that is kept: the own lines that wait, and how far they were shown what was said.
import { unlessDiskFails } from "../../store/failure.ts";
import type { MemberEvent } from "../member/events.ts";
import type { Outgoing } from "../member/outbox.ts";
import type { OutgoingKeeper } from "../member/own-lines.ts";
import type { KeptRoom } from "./kept-room.ts";
import { isWorthKeeping } from "./records.ts";

/** Keeps a person's own end of a room on disk. Until the room is kept it writes nothing. */
export class OwnEnd implements OutgoingKeeper {
	/** The room on disk; there while it is kept. */
	protected room: KeptRoom | undefined;
	readonly #emit: (event: MemberEvent) => void;

	constructor(emit: (event: MemberEvent) => void, room?: KeptRoom) {
		this.#emit = emit;
		this.room = room;
	}

	get isKept(): boolean {
		return this.room !== undefined;
	}

	/** Hands on what was heard; then it was shown, and will not be shown again. */
	heard(event: MemberEvent): void {
		this.#emit(event);
		this.hasShown(event);
	}

	/** Is called when what was heard has been shown, so that it will not be shown again. */
	hasShown(event: MemberEvent): void {
		const { room } = this;
		if (!room || !("seq" in event)) return;
		// What is lost by a full disk here is only that a line is shown twice after a restart.
		unlessDiskFails(() =>
			room.together(() => {
				if (event.kind === "placed") room.forgetOutgoing(event.item.id);
				room.setShown(event.seq);
			}),
		);
	}

	/** Writes what we say to the disk before it is sent. */
	keepOutgoing(items: readonly Outgoing[], former: readonly Outgoing[]): void {
		this.room?.keepOutgoing(items.filter(isWorthKeeping), former);
	}

	forgetOutgoing(id: string): void {
		this.room?.forgetOutgoing(id);
	}
}
