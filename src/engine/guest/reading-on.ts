// A member whose program was ended reads what it missed with the group of its former leaf, which only reads, until it enters anew.
import type { Group } from "../../crypto/group/group.ts";
import type { MemberEnd } from "../member/events.ts";
import { maxInFlight, type Reader } from "../member/reader.ts";
import { endOfClose, type GuestEnd } from "../room/end.ts";
import {
	decodeClose,
	decodeCommit,
	decodePage,
	decodeTooLate,
	encodePosition,
	readLine,
	type TooLate,
} from "../wire/entering-frames.ts";
import { type Frame, frameType } from "../wire/frame.ts";
import type { FrameStream } from "../wire/frame-stream.ts";
import { stepTimeoutMs } from "../wire/handshake.ts";
import { endOfWaiting } from "./end-of-waiting.ts";
import { ended, refusal } from "./opening.ts";

/** What came of reading. `caughtUp`: everything there is was read, and what comes goes on to be read. */
export type ReadOutcome =
	| GuestEnd
	| { readonly kind: "caughtUp" }
	| { readonly kind: "tooLate"; readonly why: TooLate }
	/** The former group does not fit, or we are no member any more. */
	| { readonly kind: "over"; readonly end: MemberEnd };

export interface ReadingOnOptions {
	readonly reader: Reader;
	/** Every group this reads with; closed with it. */
	readonly groups: readonly Group[];
	/** Returns why reading is over, if it is. */
	readonly end: () => MemberEnd | undefined;
	/** A page was read: what it changes is kept. */
	readonly onPage: (reader: Reader) => Promise<void>;
}

/** Owns its groups. */
export class ReadingOn {
	readonly #options: ReadingOnOptions;

	constructor(options: ReadingOnOptions) {
		this.#options = options;
	}

	/** Tells how far we have read. */
	get order(): Reader["order"] {
		return this.#options.reader.order;
	}

	/** Tells why nothing more can be read, if so. */
	get end(): MemberEnd | undefined {
		return this.#options.end();
	}

	/** Reads everything that was missed, a page at a time. */
	async catchUp(frames: FrameStream, signal: AbortSignal): Promise<ReadOutcome> {
		for (;;) {
			const { seq, head } = this.order;
			frames.send(frameType.readOn, encodePosition({ seq, head }));
			const page = await this.#page(frames, signal);
			if (page.kind !== "page") return page;
			await this.#options.reader.settled();
			const { end } = this;
			if (end) return { kind: "over", end };
			await this.#options.onPage(this.#options.reader);
			if (page.isLast) return { kind: "caughtUp" };
			if (this.order.seq === seq) return ended("host_misbehaved", "a page of what was missed was empty");
		}
	}

	/** Takes what came of the room. Returns what the host did wrong, if it did. */
	take({ type, body }: Frame): string | undefined {
		const { reader } = this.#options;
		if (type === frameType.line) {
			const line = readLine(body);
			return line.kind === "refused" ? line.detail : reader.line(line.seq, line.message);
		}
		if (type !== frameType.commit) return `frame type ${type} came out of turn`;
		const commit = decodeCommit(body);
		if (commit.kind === "refused") return commit.detail;
		return reader.commit(commit.value.seq, commit.value.message, commit.value.certificate);
	}

	/** Resolves when everything that came has been told. */
	settled(): Promise<void> {
		return this.#options.reader.settled();
	}

	async close(): Promise<void> {
		await Promise.all(this.#options.groups.map((group) => group.close()));
	}

	async #page(
		frames: FrameStream,
		signal: AbortSignal,
	): Promise<ReadOutcome | { readonly kind: "page"; readonly isLast: boolean }> {
		let upTo: number | undefined;
		let isLast = false;
		for (;;) {
			if (upTo !== undefined && this.order.seq >= upTo) return { kind: "page", isLast };
			const next = await frames.next(signal, stepTimeoutMs * frames.patience);
			if (next.kind !== "frame") return endOfWaiting(next, signal);
			const { type, body } = next.frame;
			if (type === frameType.ping) continue;
			if (type === frameType.close) return endOfClose(decodeClose(body) ?? "roomClosed");
			if (type === frameType.refused) return refusal(next.frame);
			if (upTo === undefined && type === frameType.tooLate) return { kind: "tooLate", why: decodeTooLate(body) };
			if (upTo === undefined && type === frameType.page) {
				const page = decodePage(body);
				if (page.kind === "refused") return ended("host_misbehaved", page.detail);
				upTo = page.value.upTo;
				isLast = upTo === page.value.newest;
				continue;
			}
			const complaint = this.take(next.frame);
			if (complaint !== undefined) return ended("host_misbehaved", complaint);
			if (this.#options.reader.inFlight >= maxInFlight) await this.#options.reader.settled();
		}
	}
}
