// A member that enters anew reads with the group of its former leaf up to that entry: what it missed while its program was not there, and what is said meanwhile.
import type { Group } from "../../crypto/group/group.ts";
import type { MemberEnd } from "../member/events.ts";
import { maxInFlight, Reader, type ReaderOptions } from "../member/reader.ts";
import { endOfClose, type GuestEnd } from "../room/end.ts";
import {
	decodeClose,
	decodeCommit,
	decodePage,
	decodeTooLate,
	encodePosition,
	readEcho,
	readLine,
	type TooLate,
} from "../wire/entering-frames.ts";
import { type Frame, frameType } from "../wire/frame.ts";
import type { FrameStream } from "../wire/frame-stream.ts";
import { stepTimeoutMs } from "../wire/handshake.ts";
import { endOfWaiting } from "./end-of-waiting.ts";
import { ended, refusal } from "./opening/opening.ts";

/** Says what came of reading on. `caughtUp`: all there was has been read, and what comes now is read as well. */
export type ReadOutcome =
	| GuestEnd
	| { readonly kind: "caughtUp" }
	| { readonly kind: "tooLate"; readonly why: TooLate }
	/** The former group does not fit, or we are no member any more. */
	| { readonly kind: "over"; readonly end: MemberEnd };

export interface ReadingOnOptions extends Omit<ReaderOptions, "onEnd"> {
	/** Is called after each page that was read, so that what it has changed is kept. */
	readonly onPage?: (reader: Reader) => Promise<void>;
}

/** Reads on in our former place in the room, with the group of our former leaf. It owns its groups. */
export class ReadingOn {
	readonly #options: ReadingOnOptions;
	readonly #reader: Reader;
	#end: MemberEnd | undefined;

	constructor(options: ReadingOnOptions) {
		this.#options = options;
		this.#reader = new Reader({
			...options,
			onEnd: (end) => {
				this.#end ??= end;
			},
		});
	}

	/** Tells how far we have read. */
	get order(): Reader["order"] {
		return this.#reader.order;
	}

	/** Returns the group that reads at the moment. */
	get group(): Group {
		return this.#reader.group;
	}

	/** Tells why nothing more can be read, if so. */
	get end(): MemberEnd | undefined {
		return this.#end;
	}

	/** Reads everything that was missed, a page at a time. */
	async catchUp(frames: FrameStream, signal: AbortSignal): Promise<ReadOutcome> {
		for (;;) {
			const { seq, head } = this.order;
			frames.send(frameType.readOn, encodePosition({ seq, head }));
			const page = await this.#page(frames, signal);
			if (page.kind !== "page") return page;
			await this.#reader.settled();
			const { end } = this;
			if (end) return { kind: "over", end };
			await this.#options.onPage?.(this.#reader);
			if (page.isLast) return { kind: "caughtUp" };
			if (this.order.seq === seq) return ended("host_misbehaved", "a page of what was missed was empty");
		}
	}

	/** Takes what came of the room. Returns what the host did wrong, if it did. */
	take({ type, body }: Frame): string | undefined {
		const reader = this.#reader;
		if (type === frameType.line) {
			const line = readLine(body);
			return line.kind === "refused" ? line.detail : reader.line(line.seq, line.message);
		}
		if (type === frameType.echo) {
			const echo = readEcho(body);
			return echo.kind === "refused" ? echo.detail : reader.echo(echo.seq, echo.number);
		}
		if (type !== frameType.commit) return `frame type ${type} came out of turn`;
		const commit = decodeCommit(body);
		if (commit.kind === "refused") return commit.detail;
		return reader.commit(commit.value.seq, commit.value.message, commit.value.certificate);
	}

	/** Resolves when everything that came has been told. */
	settled(): Promise<void> {
		return this.#reader.settled();
	}

	async close(): Promise<void> {
		const { group, entries = [] } = this.#options;
		await Promise.all([group, ...entries.map((entry) => entry.group)].map((one) => one.close()));
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
			if (this.#reader.inFlight >= maxInFlight) await this.#reader.settled();
		}
	}
}
