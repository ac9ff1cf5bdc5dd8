// One member's end of the room: reads what the host sends in its order, sends the person's own lines. Host and guest alike.
import type { Group } from "../../crypto/group/group.ts";
import type { Membership } from "../../crypto/group/messages.ts";
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import { decodeClose, decodeCommit, encodeClose, readEcho, readLine } from "../wire/entering-frames.ts";
import { type Frame, frameType } from "../wire/frame.ts";
import type { FrameStream, Next } from "../wire/frame-stream.ts";
import { KeepAlive } from "../wire/keep-alive.ts";
import type { Order } from "../wire/transcript.ts";
import type { MemberEnd, MemberEvent } from "./events.ts";
import type { Outbox } from "./outbox.ts";
import type { Mouth, OwnLines, Said } from "./own-lines.ts";
import { maxInFlight, Reader } from "./reader.ts";
import { Speaker, type SpeakerOptions } from "./speaker.ts";

export interface MemberOptions extends Pick<SpeakerOptions, "keeper"> {
	readonly frames: FrameStream;
	readonly group: Group;
	readonly self: Fingerprint;
	readonly order: Order;
	readonly outbox: Outbox;
	readonly emit: (event: MemberEvent) => void;
	/** The host's group may be replaced under it (`useGroup`), so a lost worker is not the end of it. */
	readonly isRestorable: boolean;
	/** For a member who is back on another Link, what was submitted on the old one may still get its place, up to here; the rest is submitted again. */
	readonly resumeUpTo?: number;
}

/** Takes part in the room over one Link. Whoever comes back by another Link does so as another Member, which goes on with the order and the outbox of this one. */
export class Member implements Mouth {
	readonly #frames: FrameStream;
	readonly #keepAlive: KeepAlive;
	readonly #reader: Reader;
	readonly #speaker: Speaker;
	readonly #stop = new AbortController();
	#end: MemberEnd | undefined;

	constructor(options: MemberOptions) {
		const { frames, group, self, order, emit } = options;
		this.#frames = frames;
		this.#keepAlive = new KeepAlive(frames);
		this.#speaker = new Speaker({
			...options,
			order: () => this.#reader.order,
			end: (kind) => this.#finish({ kind }),
			hasEnded: () => this.#end !== undefined,
		});
		this.#reader = new Reader({
			group,
			self,
			order,
			emit,
			own: this.#speaker,
			inEpoch: (epoch) => this.#speaker.inEpoch(epoch),
			onEnd: (end) => this.#finish(end),
		});
	}

	/** Returns what has no place yet; a member that comes back goes on with it. */
	get outbox(): Outbox {
		return this.#speaker.outbox;
	}

	/** Returns how far this member has come. */
	get order(): Order {
		return this.#reader.order;
	}

	/** Returns the place up to which we have told the others, or are about to tell them, that we have everything. */
	get toldSeq(): number {
		return this.#speaker.toldSeq;
	}

	/** Queues what the person says (a string is a line of text) or the program tells; `undefined` when too many wait already. The id is 32 hex digits: a new one, unless it is said again. */
	say(what: Said, at: number, id?: string): string | undefined {
		return this.#speaker.say(what, at, id);
	}

	takeBack(id: string): boolean {
		return this.#speaker.takeBack(id);
	}

	/** Returns our own lines, for whoever reads on in our place. */
	get ownLines(): OwnLines {
		return this.#speaker;
	}

	/** Goes on with a restored group, whose first new epoch is about to be placed. */
	useGroup(group: Group): void {
		this.#reader.useGroup(group);
		this.#speaker.useGroup(group);
	}

	/** Takes note of a commit that the group has taken in before its place was known (the host's own work for the server). */
	hasApplied(message: Uint8Array, membership: Membership): void {
		this.#reader.hasApplied(message, membership);
	}

	/** Resolves when everything up to `seq` has been through the group. */
	caughtUp(seq: number): Promise<void> {
		return this.#reader.caughtUp(seq);
	}

	/** Says goodbye and ends `run`. */
	leave(): void {
		this.#frames.send(frameType.close, encodeClose("left"));
		this.#finish({ kind: "closed", reason: "left" });
	}

	/** Ends `run` without a goodbye: our place in the room is kept. */
	goAway(): void {
		this.#finish({ kind: "closed", reason: "left" });
	}

	/** Ends `run` so that a guest enters anew, with a new leaf. What came until then is read, and goes on to come on the same Link. */
	renew(): void {
		this.#finish({ kind: "renews" });
	}

	/** Ends `run`, because the room can't go on. `detail`: for logs. */
	fail(detail: string): void {
		this.#finish({ kind: "hostMisbehaved", detail });
	}

	/** Reads until the room or the Link ends. */
	async run(): Promise<MemberEnd> {
		this.#speaker.start();
		const signal = AbortSignal.any([this.#stop.signal, this.#keepAlive.dead]);
		while (!this.#end) {
			const next = await this.#frames.next(signal);
			if (this.#end && !this.#isStillOurs(next)) break;
			if (next.kind === "refused") this.#finish({ kind: "hostMisbehaved", detail: next.detail });
			else if (next.kind !== "frame") this.#finish({ kind: "linkLost" });
			else {
				this.#keepAlive.heard();
				const complaint = this.#handle(next.frame);
				if (complaint) this.#finish({ kind: "hostMisbehaved", detail: complaint });
				this.#speaker.hasRead(this.#reader.order.seq);
				if (this.#reader.inFlight >= maxInFlight) await this.#reader.settled();
			}
		}
		this.#keepAlive.stop();
		await this.#speaker.settled();
		await this.#reader.settled();
		this.#reader.close();
		return this.#end;
	}

	#finish(end: MemberEnd): void {
		this.#end ??= end;
		this.#stop.abort();
	}

	/** Tells whether a frame is still to be dealt with: whoever renews goes on to read on this Link. */
	#isStillOurs({ kind }: Next): boolean {
		return this.#end?.kind === "renews" && kind === "frame";
	}

	/** Deals with one frame. Returns what the host did wrong; `undefined` when it did nothing wrong. */
	#handle({ type, body }: Frame): string | undefined {
		switch (type) {
			case frameType.ping:
				return undefined;
			case frameType.line: {
				const line = readLine(body);
				return line.kind === "refused" ? line.detail : this.#reader.line(line.seq, line.message);
			}
			case frameType.echo: {
				const echo = readEcho(body);
				return echo.kind === "refused" ? echo.detail : this.#reader.echo(echo.seq, echo.number);
			}
			case frameType.commit: {
				const commit = decodeCommit(body);
				if (commit.kind === "refused") return commit.detail;
				const { seq, message, certificate } = commit.value;
				return this.#reader.commit(seq, message, certificate);
			}
			case frameType.close:
				this.#finish({ kind: "closed", reason: decodeClose(body) ?? "roomClosed" });
				return undefined;
			default:
				return `frame type ${type} came out of turn`;
		}
	}
}
