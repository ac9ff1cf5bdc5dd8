// What the chat is made of, for the files that share it.

import type { Command, Outcome, Person, Phase, Timeline } from "../engine/api.ts";
import type { TalkView } from "../engine/api-content.ts";
import type { GateView } from "../engine/api-gate.ts";
import type { Hosting } from "../engine/api-hosting.ts";
import type { AdminReads } from "./admin.tsx";

/** The room, and what the person can do with it. */
export interface ChatProps {
	readonly phase: Extract<Phase, { kind: "inRoom" }>;
	/** The person's own name. */
	readonly name: string;
	readonly people: readonly Person[];
	readonly timeline: Timeline;
	readonly hosting: Hosting | undefined;
	/** What is going on beside the lines: who types, what disappears. */
	readonly talk: TalkView | undefined;
	/** Only on the host's machine. */
	readonly gate: GateView | undefined;
	readonly reads: AdminReads;
	/** What was being written when the same room ended before; may be empty. */
	readonly draft: string;
	/** Called with what is being written, whenever it changes. */
	readonly keepDraft: (text: string) => void;
	readonly perform: (command: Command) => Promise<Outcome>;
	/** Leaves the room, back to the start. */
	readonly onHome: () => void;
	/** Leaves the room and Real Talk. */
	readonly onLeave: () => void;
}
