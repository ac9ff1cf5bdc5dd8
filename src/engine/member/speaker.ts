// The speaking half of a Member: queues what the person says, encrypts it in its turn and submits it to the host. What may be sent when is outbox.ts.
import { randomBytes } from "node:crypto";
import type { Group } from "../../crypto/group/group.ts";
import { encodeContent } from "../wire/content.ts";
import { type Body, contentIdBytes, type PlaceNote } from "../wire/content-kinds.ts";
import { frameType } from "../wire/frame.ts";
import type { FrameStream } from "../wire/frame-stream.ts";
import type { Order } from "../wire/transcript.ts";
import {
	maxWaitingLines,
	nextToEncrypt,
	type Outbox,
	type OutboxInput,
	type Outgoing,
	stepOutbox,
	submittedAs,
} from "./outbox.ts";

export interface SpeakerOptions {
	readonly frames: FrameStream;
	readonly group: Group;
	readonly outbox: Outbox;
	/** Returns how far the member has read. */
	readonly order: () => Order;
	/** The host's group may be replaced under it, so a lost worker is not the end of it. */
	readonly isRestorable: boolean;
	/** After coming back on another Link, nothing is submitted before the place with this number has been read. */
	readonly resumeUpTo?: number;
	/** Is called when nothing more can be said on this Link. */
	readonly end: (why: "linkLost" | "outOfStep") => void;
	readonly hasEnded: () => boolean;
}

function bodyOf(what: string | Body | PlaceNote): Body {
	if (typeof what === "string") return { kind: "text", text: what };
	return "kind" in what ? what : { kind: "place", ...what };
}

/** Sends what one Member says; the Member owns it. */
export class Speaker {
	readonly #options: SpeakerOptions;
	#group: Group;
	#outbox: Outbox;
	#resumeUpTo: number | undefined;
	#isEncrypting = false;
	#toldSeq = 0;

	constructor(options: SpeakerOptions) {
		this.#options = options;
		this.#group = options.group;
		this.#outbox = options.outbox;
		this.#resumeUpTo = options.resumeUpTo;
	}

	/** Returns what has no place yet. */
	get outbox(): Outbox {
		return this.#outbox;
	}

	/** Up to where the others know, or are about to, that we have everything. */
	get toldSeq(): number {
		return this.#toldSeq;
	}

	/** Takes a line to be sent and returns its id, or `undefined` when too many wait already. `at` is in milliseconds since the epoch. */
	say(
		what: string | Body | PlaceNote,
		at: number,
		id = randomBytes(contentIdBytes).toString("hex"),
	): string | undefined {
		if (this.#outbox.items.length >= maxWaitingLines) return undefined;
		this.#step({ kind: "said", id, at, body: bodyOf(what) });
		void this.#encryptWaiting();
		return id;
	}

	/** Returns the line submitted under this number that has no place yet. */
	submittedAs(number: number): ReturnType<typeof submittedAs> {
		return submittedAs(this.#outbox, number);
	}

	placed({ number }: NonNullable<Outgoing["submitted"]>): void {
		this.#step({ kind: "placed", number });
	}

	useGroup(group: Group): void {
		this.#group = group;
		void this.#encryptWaiting();
	}

	/** Is called when the group has gone on to this epoch: what waits is encrypted for it. */
	inEpoch(epoch: number): void {
		this.#step({ kind: "epoch", epoch });
		void this.#encryptWaiting();
	}

	/** Is called after everything that was read: back on another Link, what got no place by `resumeUpTo` is submitted again. */
	hasRead(seq: number): void {
		if (this.#resumeUpTo === undefined || seq < this.#resumeUpTo) return;
		this.#resumeUpTo = undefined;
		this.#step({ kind: "linkLost" });
		void this.#encryptWaiting();
	}

	/** Begins with what waited already. */
	start(): void {
		this.hasRead(this.#options.order().seq);
		void this.#encryptWaiting();
	}

	#step(input: OutboxInput): void {
		const [outbox, submission] = stepOutbox(this.#outbox, input);
		this.#outbox = outbox;
		if (!submission) return;
		const body = Buffer.alloc(4 + submission.message.length);
		body.writeUInt32BE(submission.number);
		body.set(submission.message, 4);
		if (!this.#options.frames.send(frameType.submit, body)) this.#options.end("linkLost");
	}

	/** Encrypts what waits, one line after the other. */
	async #encryptWaiting(): Promise<void> {
		if (this.#isEncrypting || this.#resumeUpTo !== undefined) return;
		const { order, hasEnded, isRestorable, end } = this.#options;
		this.#isEncrypting = true;
		for (let item = nextToEncrypt(this.#outbox); item && !hasEnded(); item = nextToEncrypt(this.#outbox)) {
			const group = this.#group;
			const { seq, head } = order();
			const common = { id: Buffer.from(item.id, "hex"), at: item.at, seen: { seq, head } };
			const encrypted = await group.encrypt(encodeContent(common, item.body));
			if (group !== this.#group) continue;
			// A restored group encrypts again once its new epoch has its place: `inEpoch` comes back here.
			if (encrypted.kind === "refused" && encrypted.code === "refreshNeeded") break;
			if (encrypted.kind !== "encrypted") {
				if (!isRestorable) end("outOfStep");
				break;
			}
			this.#toldSeq = seq;
			this.#step({ kind: "encrypted", id: item.id, epoch: encrypted.epoch, message: encrypted.message });
		}
		this.#isEncrypting = false;
	}
}
