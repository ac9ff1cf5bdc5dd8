// Defines how own lines that wait for their place look to the parts that read, speak and keep.
import { randomBytes } from "node:crypto";
import { type Body, contentIdBytes, type PlaceNote } from "../wire/content-kinds.ts";
import {
	maxWaitingLines,
	type Outbox,
	type OutboxInput,
	type Outgoing,
	type Submission,
	type Submitted,
	stepOutbox,
} from "./outbox.ts";

/** OwnLines lets the part that reads the room find our own lines among those that come back. */
export interface OwnLines {
	/** Is told that this message has its place. Returns our line that was submitted as it, which waits no longer; `undefined` when no line of ours is waiting for it. */
	placed(message: Uint8Array): Outgoing | undefined;
	/** Returns the line that was submitted under this number on this Link, while it has no place yet. */
	submittedAs(number: number): Submitted | undefined;
}

/** Lets a person speak, whether there is a connection at the moment or not. */
export interface Mouth {
	/** Queues what the person says; `undefined` when too many wait already. The id is 32 hex digits: a new one, unless it is said again. */
	say(what: Said, at: number, id?: string): string | undefined;
	/** Takes back what was not submitted yet. `false`: it is on its way, or has its place. */
	takeBack(id: string): boolean;
	/** Holds our lines that have no place in the order yet. */
	readonly outbox: Outbox;
	/** The place up to which we have told the others, or are about to tell them, that we have everything. */
	readonly toldSeq: number;
}

/** A Said is a text that the person says, or a body that the program sends by itself. */
export type Said = string | Body | PlaceNote;

/** Keeps our own lines on disk until they have their place, where the room is kept. */
export interface OutgoingKeeper {
	/** Is called before anything is sent, with what waits now and what waited before. */
	keepOutgoing(items: readonly Outgoing[], former: readonly Outgoing[]): void;
	forgetOutgoing(id: string): void;
}

/** Reads what is said as the body of a content. */
function bodyOf(what: Said): Body {
	if (typeof what === "string") return { kind: "text", text: what };
	return "kind" in what ? what : { kind: "place", ...what };
}

/** Makes the id of a new line. */
const newContentId = (): string => randomBytes(contentIdBytes).toString("hex");

/** Holds own lines that wait for their place: what was said before the program ended, and what is said while the host is away. Nothing was submitted on a Link yet. */
export class WaitingLines implements OwnLines, Mouth {
	readonly #keeper: OutgoingKeeper | undefined;
	#outbox: Outbox;

	constructor(outbox: Outbox, keeper?: OutgoingKeeper) {
		this.#outbox = outbox;
		this.#keeper = keeper;
	}

	get outbox(): Outbox {
		return this.#outbox;
	}

	get toldSeq(): number {
		return 0;
	}

	say(what: Said, at: number, id = newContentId()): string | undefined {
		if (this.#outbox.items.length >= maxWaitingLines) return undefined;
		this.step({ kind: "said", id, at, body: bodyOf(what) });
		return id;
	}

	takeBack(id: string): boolean {
		const count = this.#outbox.items.length;
		this.step({ kind: "takenBack", id });
		if (this.#outbox.items.length === count) return false;
		this.#keeper?.forgetOutgoing(id);
		return true;
	}

	submittedAs(_number: number): Submitted | undefined {
		return undefined;
	}

	placed(message: Uint8Array): Outgoing | undefined {
		const item = submittedMessage(this.#outbox, message);
		if (item?.submitted) this.step({ kind: "placed", number: item.submitted.number });
		return item;
	}

	/** Goes on with what is on disk already, and returns what is to be submitted to the host now. */
	protected step(input: OutboxInput): Submission | undefined {
		const [outbox, submission] = stepOutbox(this.#outbox, input);
		this.#keeper?.keepOutgoing(outbox.items, this.#outbox.items);
		this.#outbox = outbox;
		return submission;
	}
}

/** Finds the line that was submitted as this message. */
function submittedMessage(outbox: Outbox, message: Uint8Array): Outgoing | undefined {
	return outbox.items.find(({ submitted }) => submitted && Buffer.compare(submitted.message, message) === 0);
}
