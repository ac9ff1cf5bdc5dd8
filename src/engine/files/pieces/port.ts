// One end of a Link for files: gives and takes any number of files at once, each under a number that the guest chooses. The host's end and the guest's are the same but for who begins.

import type { Fingerprint } from "../../../crypto/identity/fingerprint.ts";
import {
	decodeBlock,
	decodeHashes,
	decodeHave,
	decodeOpening,
	decodeOver,
	decodeShare,
	decodeWant,
	encodeGet,
	encodeOver,
	encodePut,
	encodeShare,
	type Over,
	transferOf,
} from "../../wire/files/file-frames.ts";
import { type Frame, frameType } from "../../wire/frame.ts";
import type { FrameStream } from "../../wire/frame-stream.ts";
import { KeepAlive } from "../../wire/keep-alive.ts";
import { filePassed, filesPass } from "./garbage.ts";
import { Giver, type PieceSource } from "./giver.ts";
import type { SpeedLimit } from "./speed.ts";
import { type PieceSink, Taker, type Wanted } from "./taker.ts";

/** At most this many files may be on their way by one Link. */
const mostTransfers = 64;

/** Says which file a guest wants to take from the host, or to give it; `by` is absent where it gives. */
export interface OpeningWish {
	readonly transfer: number;
	readonly id: Uint8Array;
	readonly by?: Fingerprint;
}

/** Says what is told to whoever gives. */
export interface Giving {
	/** Is called when the other end has all of it, or wants no more. */
	onOver(why: Over | "stopped"): void;
	/** Is called when the other end has so many pieces. */
	onHave?(pieces: number): void;
	/** Tells a guest that somebody has so many pieces of what it gives. */
	onShare?(who: Fingerprint, pieces: number): void;
}

/** Says how to take. */
export interface Taking {
	readonly wanted: Wanted;
	readonly sink: PieceSink;
	readonly hashes?: Uint8Array | undefined;
	readonly onOver: (why: Over | "stopped") => void;
}

export interface PortOptions {
	readonly frames: FrameStream;
	/** The limits of speed of what is given, and of what is taken. */
	readonly limit: SpeedLimit;
	readonly takingLimit?: SpeedLimit | undefined;
	readonly uptime: () => number;
	/** Tells a host that a guest begins a transfer; guests do not use it. */
	readonly onOpening?: (wish: OpeningWish) => void;
}

/** Says why a Link for files is over. `broken`: the other end has broken the rules, and `detail` says how. */
export type PortEnd = { readonly kind: "lost" } | { readonly kind: "broken"; readonly detail: string };

/** Owns what goes on by one Link. Whoever has opened the Link closes it. */
export class FilePort {
	readonly #options: PortOptions;
	readonly #giver: Giver;
	readonly #givings = new Map<number, Giving>();
	readonly #takers = new Map<number, Taker>();
	/** Holds the transfers that were wished for, and are neither begun nor refused yet. */
	readonly #wished = new Set<number>();
	readonly #stop = new AbortController();
	readonly #keepAlive: KeepAlive;
	#nextTransfer = 1;

	constructor(options: PortOptions) {
		this.#options = options;
		this.#giver = new Giver(options.frames, options.limit);
		this.#keepAlive = new KeepAlive(options.frames);
	}

	/** Counts what is on its way. */
	get count(): number {
		return this.#givings.size + this.#takers.size + this.#wished.size;
	}

	/** Gives a file of our own to the host. Returns the number by which it is stopped. */
	put(id: Uint8Array, source: PieceSource, giving: Giving): number {
		const transfer = this.#nextTransfer++;
		this.#options.frames.send(frameType.putFile, encodePut(transfer, id));
		this.give(transfer, source, giving);
		return transfer;
	}

	/** Takes a file from the host. */
	get(by: Fingerprint, taking: Taking): number {
		const transfer = this.#nextTransfer++;
		this.#options.frames.send(frameType.getFile, encodeGet(transfer, taking.wanted.id, by));
		this.take(transfer, taking);
		return transfer;
	}

	give(transfer: number, source: PieceSource, giving: Giving): void {
		this.#wished.delete(transfer);
		this.#givings.set(transfer, giving);
		this.#giver.add(transfer, source);
	}

	take(transfer: number, { onOver, ...taking }: Taking): void {
		const { frames, uptime, takingLimit } = this.#options;
		this.#wished.delete(transfer);
		const taker = new Taker({
			...taking,
			frames,
			transfer,
			uptime,
			limit: takingLimit,
			onOver: (why) => {
				this.#takers.delete(transfer);
				onOver(why);
			},
		});
		this.#takers.set(transfer, taker);
		taker.start();
	}

	/** Is told that there may be more to ask for. */
	more(transfer: number): void {
		this.#takers.get(transfer)?.more();
	}

	/** Ends one transfer from here, whichever way it goes. */
	end(transfer: number): void {
		const taker = this.#takers.get(transfer);
		if (taker) taker.end("gone");
		else if (this.#givings.has(transfer)) {
			this.#options.frames.send(frameType.over, encodeOver(transfer, "gone"));
			this.#givenOver(transfer, "stopped");
		}
	}

	/** Says that a transfer that was wished for can't be. */
	refuse(transfer: number, why: Over): void {
		this.#wished.delete(transfer);
		this.#options.frames.send(frameType.over, encodeOver(transfer, why));
	}

	/** Tells the guest who gives it how much somebody has. */
	share(transfer: number, who: Fingerprint, pieces: number): void {
		if (this.#givings.has(transfer) || this.#takers.has(transfer))
			this.#options.frames.send(frameType.share, encodeShare(transfer, pieces, who));
	}

	/** Tells the other end how far everything is; to be called twice a second. */
	tell(): void {
		for (const taker of this.#takers.values()) taker.tell();
	}

	close(): void {
		this.#stop.abort();
	}

	/** Reads until the Link is over, or the other end breaks the rules. */
	async run(): Promise<PortEnd> {
		const signal = AbortSignal.any([this.#stop.signal, this.#keepAlive.dead]);
		const passed = filesPass();
		const taken = this.#options.frames.takeInBulk();
		try {
			for (;;) {
				const next = await this.#options.frames.next(signal);
				if (next.kind === "refused") return { kind: "broken", detail: next.detail };
				if (next.kind !== "frame") return { kind: "lost" };
				this.#keepAlive.heard();
				filePassed(next.frame.body.length);
				if (next.frame.type === frameType.close) return { kind: "lost" };
				const fault = this.#handle(next.frame);
				if (fault !== undefined) return { kind: "broken", detail: fault };
			}
		} finally {
			taken();
			passed();
			this.#over();
		}
	}

	#over(): void {
		this.#stop.abort();
		this.#keepAlive.stop();
		this.#giver.close();
		for (const taker of [...this.#takers.values()]) taker.lost();
		for (const transfer of [...this.#givings.keys()]) this.#givenOver(transfer, "stopped");
	}

	/** Returns what was wrong with a frame. */
	#handle({ type, body }: Frame): string | undefined {
		if (type === frameType.ping) return undefined;
		const transfer = transferOf(body);
		if (transfer === undefined) return "a frame without a number";
		switch (type) {
			case frameType.putFile:
			case frameType.getFile:
				return this.#opened(type, transfer, body);
			case frameType.askHashes:
				void this.#giver.askedHashes(transfer);
				return undefined;
			case frameType.want: {
				const want = decodeWant(body);
				const isFine = want !== undefined && this.#giver.wants(transfer, want.from, want.count);
				return isFine ? undefined : "blocks were asked for that there are not, or too many";
			}
			case frameType.hashes:
			case frameType.block:
				return this.#took(type, transfer, body);
			case frameType.over:
			case frameType.have:
			case frameType.share:
				return this.#told(type, transfer, body);
			default:
				return `frame type ${type} came out of turn`;
		}
	}

	#opened(type: number, transfer: number, body: Uint8Array): string | undefined {
		const { onOpening } = this.#options;
		const opening = decodeOpening(body);
		if (onOpening === undefined || opening === undefined) return "a transfer was begun that can't be";
		if ((opening.by === undefined) !== (type === frameType.putFile)) return "a transfer was begun that can't be";
		if (this.#takers.has(transfer) || this.#givings.has(transfer) || this.#wished.has(transfer))
			return "a number was used twice";
		if (this.count >= mostTransfers) return "too many files at once";
		this.#wished.add(transfer);
		// The frame's bytes are overwritten by the next one.
		onOpening({ transfer, ...opening, id: Uint8Array.from(opening.id) });
		return undefined;
	}

	/** Takes in what came for a transfer. One that gets something it has not asked for, or that is not what was signed, is over; the others go on. */
	#took(type: number, transfer: number, body: Uint8Array): string | undefined {
		const taker = this.#takers.get(transfer);
		// What was on its way when it ended here.
		if (taker === undefined) return undefined;
		if (type === frameType.hashes) {
			const read = decodeHashes(body);
			if (read === undefined || !taker.tookHashes(read.first, read.hashes)) taker.end("broken");
			return undefined;
		}
		const read = decodeBlock(body);
		if (read === undefined || !taker.tookBlock(read.block, read.sealed)) taker.end("broken");
		return undefined;
	}

	#told(type: number, transfer: number, body: Uint8Array): string | undefined {
		if (type === frameType.share) {
			const share = decodeShare(body);
			if (share) this.#givings.get(transfer)?.onShare?.(share.who, share.pieces);
			return share ? undefined : "a share that can't be read";
		}
		if (type === frameType.have) {
			const pieces = decodeHave(body);
			if (pieces !== undefined) this.#givings.get(transfer)?.onHave?.(pieces);
			return pieces === undefined ? "a count that can't be read" : undefined;
		}
		const why = decodeOver(body);
		if (why === undefined) return "an end that can't be read";
		this.#takers.get(transfer)?.ended(why);
		this.#givenOver(transfer, why);
		return undefined;
	}

	#givenOver(transfer: number, why: Over | "stopped"): void {
		const giving = this.#givings.get(transfer);
		this.#givings.delete(transfer);
		this.#giver.remove(transfer);
		giving?.onOver(why);
	}
}
