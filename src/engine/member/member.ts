// One member's end of the room: reads what the host sends in its order, decrypts it, sends the person's own lines. Host and guest alike.
import { createHash } from "node:crypto";
import type { Group } from "../../crypto/group/group.ts";
import type { GroupMember, Line, Membership } from "../../crypto/group/messages.ts";
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import type { LeaveReason } from "../api/codes.ts";
import { type Content, decodeContent } from "../wire/content.ts";
import type { Body, PlaceNote } from "../wire/content-kinds.ts";
import { type CloseReason, decodeClose, decodeCommit, encodeClose, maxLineBytes } from "../wire/entering-frames.ts";
import { type Frame, frameType } from "../wire/frame.ts";
import type { FrameStream } from "../wire/frame-stream.ts";
import { KeepAlive } from "../wire/keep-alive.ts";
import { compareSeen, type Order, place } from "../wire/transcript.ts";
import type { Outbox, Outgoing } from "./outbox.ts";
import { Speaker } from "./speaker.ts";

export type MemberEvent =
	/** Somebody has said something. `seq` is its place in the order. */
	| { readonly kind: "line"; readonly from: GroupMember; readonly content: Content; readonly seq: number }
	/** An own line was given its place. */
	| { readonly kind: "placed"; readonly item: Outgoing; readonly seq: number }
	| {
			readonly kind: "membership";
			readonly joined: readonly GroupMember[];
			readonly left: readonly GroupMember[];
			readonly reason: LeaveReason;
			/** The certificate of whoever came in, as the host passed it on. */
			readonly certificate?: Uint8Array;
	  }
	/** Something has arrived that could not be shown or trusted. */
	| { readonly kind: "problem"; readonly problem: "unreadableLine" | "differentConversations" };

/** Says why a member's part is over. `outOfStep`: the group state does not fit any more; entering again mends it. */
export type MemberEnd =
	| { readonly kind: "closed"; readonly reason: CloseReason }
	| { readonly kind: "linkLost" }
	| { readonly kind: "outOfStep" }
	| { readonly kind: "hostMisbehaved"; readonly detail: string };

export interface MemberOptions {
	readonly frames: FrameStream;
	readonly group: Group;
	/** Our own fingerprint. */
	readonly self: Fingerprint;
	readonly order: Order;
	readonly outbox: Outbox;
	readonly emit: (event: MemberEvent) => void;
	/** The host's group may be replaced under it (`useGroup`), so a lost worker is not the end of it. */
	readonly isRestorable: boolean;
	/** Back on another Link: what was submitted on the old one may still get its place, up to here; the rest is submitted again. */
	readonly resumeUpTo?: number;
}

/** When so many received messages are on their way through the worker, reading stops. */
const maxInFlight = 64;

function hashOf(message: Uint8Array): string {
	return createHash("sha256").update(message).digest("base64");
}

/** Is one person's end of the room, for one Link. Whoever comes back on another Link is another Member, with the order and the outbox of this one. */
export class Member {
	readonly #frames: FrameStream;
	#group: Group;
	readonly #self: Fingerprint;
	readonly #emit: (event: MemberEvent) => void;
	readonly #keepAlive: KeepAlive;
	readonly #speaker: Speaker;
	readonly #stop = new AbortController();
	/** Commits this member has in its group already: judged for the server, or made by itself. Told when their place comes. */
	readonly #applied = new Map<string, Membership>();
	readonly #waitingForSeq: { readonly seq: number; readonly resolve: () => void }[] = [];
	#order: Order;
	#end: MemberEnd | undefined;
	/** Results are applied in the order of the frames. */
	#lastApplied: Promise<void> = Promise.resolve();
	#inFlight = 0;

	constructor(options: MemberOptions) {
		this.#frames = options.frames;
		this.#group = options.group;
		this.#self = options.self;
		this.#order = options.order;
		this.#emit = options.emit;
		this.#keepAlive = new KeepAlive(options.frames);
		this.#speaker = new Speaker({
			...options,
			order: () => this.#order,
			end: (kind) => this.#finish({ kind }),
			hasEnded: () => this.#end !== undefined,
		});
	}

	/** Returns what has no place yet; a member that comes back goes on with it. */
	get outbox(): Outbox {
		return this.#speaker.outbox;
	}

	/** Returns how far this member has come. */
	get order(): Order {
		return this.#order;
	}

	/** Up to where the others know, or are about to, that we have everything. */
	get toldSeq(): number {
		return this.#speaker.toldSeq;
	}

	/** Queues what the person says (a string is a line of text) or the program tells; `undefined` when too many wait already. The id is 32 hex digits: a new one, unless it is said again. */
	say(what: string | Body | PlaceNote, at: number, id?: string): string | undefined {
		return this.#speaker.say(what, at, id);
	}

	/** Goes on with a restored group, whose first new epoch is about to be placed. */
	useGroup(group: Group): void {
		this.#group = group;
		this.#speaker.useGroup(group);
	}

	/** Takes note of a commit that the group has taken in before its place was known (the host's own work for the server). */
	hasApplied(message: Uint8Array, membership: Membership): void {
		this.#applied.set(hashOf(message), membership);
	}

	/** Resolves when everything up to `seq` has been through the group. */
	async caughtUp(seq: number): Promise<void> {
		if (this.#order.seq < seq && !this.#end)
			await new Promise<void>((resolve) => this.#waitingForSeq.push({ seq, resolve }));
		await this.#lastApplied;
	}

	/** Says goodbye and ends `run`. */
	leave(): void {
		this.#frames.send(frameType.close, encodeClose("left"));
		this.#finish({ kind: "closed", reason: "left" });
	}

	/** Reads until the room or the Link ends. */
	async run(): Promise<MemberEnd> {
		this.#speaker.start();
		const signal = AbortSignal.any([this.#stop.signal, this.#keepAlive.dead]);
		while (!this.#end) {
			const next = await this.#frames.next(signal);
			if (this.#end) break;
			if (next.kind === "refused") this.#finish({ kind: "hostMisbehaved", detail: next.detail });
			else if (next.kind !== "frame") this.#finish({ kind: "linkLost" });
			else {
				this.#keepAlive.heard();
				const complaint = this.#handle(next.frame);
				if (complaint) this.#finish({ kind: "hostMisbehaved", detail: complaint });
				this.#speaker.hasRead(this.#order.seq);
				if (this.#inFlight >= maxInFlight) await this.#lastApplied;
			}
		}
		this.#keepAlive.stop();
		await this.#lastApplied;
		for (const { resolve } of this.#waitingForSeq) resolve();
		return this.#end;
	}

	#finish(end: MemberEnd): void {
		this.#end ??= end;
		this.#stop.abort();
	}

	/** Deals with one frame. Returns what the host did wrong, if it did. */
	#handle(frame: Frame): string | undefined {
		switch (frame.type) {
			case frameType.ping:
				return undefined;
			case frameType.line:
				return this.#line(frame.body);
			case frameType.echo:
				return this.#echo(frame.body);
			case frameType.commit:
				return this.#commit(frame.body);
			case frameType.close:
				this.#finish({ kind: "closed", reason: decodeClose(frame.body) ?? "roomClosed" });
				return undefined;
			default:
				return `frame type ${frame.type} came out of turn`;
		}
	}

	#line(body: Uint8Array): string | undefined {
		if (body.length < 9) return "a line was cut short";
		if (body.length > 8 + maxLineBytes) return "a line is too long";
		const seq = Number(Buffer.from(body.buffer, body.byteOffset, 8).readBigUInt64BE());
		const message = body.subarray(8);
		const complaint = this.#place(seq, message);
		if (complaint) return complaint;
		this.#apply(this.#group.receive({ message }), (received) => {
			if (received.kind === "line") this.#content(seq, received);
			else if (received.kind === "failed") this.#finish({ kind: "outOfStep" });
			else this.#emit({ kind: "problem", problem: "unreadableLine" });
		});
		return undefined;
	}

	#content(seq: number, received: Line): void {
		const decoded = decodeContent(received.plaintext);
		if (decoded.kind === "refused") {
			this.#emit({ kind: "problem", problem: "unreadableLine" });
			return;
		}
		const { value } = decoded;
		if (compareSeen(this.#order, seq, value.seen) === "different") {
			this.#emit({ kind: "problem", problem: "differentConversations" });
		}
		this.#emit({ kind: "line", from: received.from, content: value, seq });
	}

	#echo(body: Uint8Array): string | undefined {
		const view = Buffer.from(body.buffer, body.byteOffset, body.length);
		if (view.length !== 12) return "an echo has the wrong size";
		const number = view.readUInt32BE(8);
		const item = this.#speaker.submittedAs(number);
		if (!item) return "the host placed a line that was never sent";
		const seq = Number(view.readBigUInt64BE());
		const complaint = this.#place(seq, item.submitted.message);
		if (complaint) return complaint;
		this.#speaker.placed(item.submitted);
		this.#apply(Promise.resolve(), () => this.#emit({ kind: "placed", item, seq }));
		return undefined;
	}

	#commit(body: Uint8Array): string | undefined {
		const decoded = decodeCommit(body);
		if (decoded.kind === "refused") return decoded.detail;
		const { seq, message, certificate } = decoded.value;
		const complaint = this.#place(seq, message);
		if (complaint) return complaint;
		const hash = hashOf(message);
		const known = this.#applied.get(hash);
		this.#applied.delete(hash);
		const certificates = certificate ? [certificate] : [];
		const result = known ? Promise.resolve(known) : this.#group.receive({ message, certificates });
		this.#apply(result, (received) => {
			// A commit that does not fit means that our group and the host's are no longer the same.
			if (received.kind === "membership") this.#membership(received, certificate);
			else this.#finish({ kind: "outOfStep" });
		});
		return undefined;
	}

	#membership({ joined, left, reason, epoch }: Membership, certificate: Uint8Array | undefined): void {
		const isHere = (one: GroupMember): boolean => one.fingerprint === this.#self;
		const change = { joined, left, reason: reason ?? "left", ...(certificate ? { certificate } : {}) } as const;
		this.#emit({ kind: "membership", ...change });
		if (left.some(isHere) && !joined.some(isHere)) {
			this.#finish({ kind: "closed", reason: "kicked" });
			return;
		}
		this.#speaker.inEpoch(epoch);
	}

	#place(seq: number, message: Uint8Array): string | undefined {
		const placed = place(this.#order, seq, message);
		if (placed.kind === "misordered") return `message ${placed.expected} was due, ${seq} came`;
		this.#order = placed.order;
		return undefined;
	}

	/** Does `then` with the result once all earlier results have been dealt with. */
	#apply<T>(result: Promise<T>, then: (value: T) => void): void {
		this.#inFlight += 1;
		this.#lastApplied = this.#lastApplied.then(async () => {
			const value = await result;
			this.#inFlight -= 1;
			then(value);
		});
		const due = this.#waitingForSeq.filter(({ seq }) => seq <= this.#order.seq);
		for (const waiting of due) {
			this.#waitingForSeq.splice(this.#waitingForSeq.indexOf(waiting), 1);
			waiting.resolve();
		}
	}
}
