// The speaking half of a Member: queues what the person says, encrypts it in its turn and submits it to the host. What may be sent when is outbox.ts.
import type { Group } from "../../crypto/group/group.ts";
import type { Encrypted } from "../../crypto/group/messages.ts";
import { isStoreFailure } from "../../store/failure.ts";
import { encodeContent } from "../wire/content.ts";
import { frameType } from "../wire/frame.ts";
import type { FrameStream } from "../wire/frame-stream.ts";
import type { Order } from "../wire/transcript.ts";
import { nextToEncrypt, type Outbox, type OutboxInput, type Submitted, submittedAs } from "./outbox.ts";
import { type OutgoingKeeper, type Said, WaitingLines } from "./own-lines.ts";

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
	/** Has what waits on disk before anything is sent, where the room is kept; told of every change. */
	readonly keeper?: OutgoingKeeper;
	/** Is called when nothing more can be said on this Link. */
	readonly end: (why: "linkLost" | "outOfStep") => void;
	readonly hasEnded: () => boolean;
}

/** Encrypts and submits what one Member says. */
export class Speaker extends WaitingLines {
	readonly #options: SpeakerOptions;
	#group: Group;
	#resumeUpTo: number | undefined;
	#isEncrypting = false;
	#encrypting: Promise<void> | undefined;
	#toldSeq = 0;

	constructor(options: SpeakerOptions) {
		super(options.outbox, options.keeper);
		this.#options = options;
		this.#group = options.group;
		this.#resumeUpTo = options.resumeUpTo;
	}

	override get toldSeq(): number {
		return this.#toldSeq;
	}

	override say(what: Said, at: number, id?: string): string | undefined {
		const said = super.say(what, at, id);
		if (said !== undefined) this.#encryptWaiting();
		return said;
	}

	override submittedAs(number: number): Submitted | undefined {
		return submittedAs(this.outbox, number);
	}

	useGroup(group: Group): void {
		this.#group = group;
		this.#encryptWaiting();
	}

	/** Is called when the group has gone on to this epoch: what waits is encrypted for it. */
	inEpoch(epoch: number): void {
		this.step({ kind: "epoch", epoch });
		this.#encryptWaiting();
	}

	/** Is called after everything that was read: back on another Link, what got no place by `resumeUpTo` is submitted again. */
	hasRead(seq: number): void {
		if (this.#resumeUpTo === undefined || seq < this.#resumeUpTo) return;
		this.#resumeUpTo = undefined;
		this.step({ kind: "linkLost" });
		this.#encryptWaiting();
	}

	/** Begins with what waited already. */
	start(): void {
		this.hasRead(this.#options.order().seq);
		this.#encryptWaiting();
	}

	protected override step(input: OutboxInput): undefined {
		const submission = super.step(input);
		if (!submission) return;
		const body = Buffer.alloc(4 + submission.message.length);
		body.writeUInt32BE(submission.number);
		body.set(submission.message, 4);
		if (!this.#options.frames.send(frameType.submit, body)) this.#options.end("linkLost");
	}

	/** Submits a line. `false`: it could not be kept first, so it is not sent; it waits until we are back. */
	#submit(id: string, { epoch, message }: Encrypted): boolean {
		try {
			this.step({ kind: "encrypted", id, epoch, message });
			return true;
		} catch (error) {
			if (!isStoreFailure(error)) throw error;
			this.#options.end("linkLost");
			return false;
		}
	}

	/** Resolves when what was being encrypted is submitted. */
	async settled(): Promise<void> {
		await this.#encrypting;
	}

	#encryptWaiting(): void {
		if (this.#isEncrypting || this.#resumeUpTo !== undefined) return;
		this.#encrypting = this.#encryptAll();
	}

	/** Encrypts what waits, one line after the other. */
	async #encryptAll(): Promise<void> {
		const { order, hasEnded, isRestorable, end } = this.#options;
		this.#isEncrypting = true;
		for (let item = nextToEncrypt(this.outbox); item && !hasEnded(); item = nextToEncrypt(this.outbox)) {
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
			if (!this.#submit(item.id, encrypted)) break;
		}
		this.#isEncrypting = false;
	}
}
