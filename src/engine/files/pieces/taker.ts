// Takes one file by one Link: asks for blocks as the window allows, takes only what it has asked for, in that order, and lets through only pieces that are the signed ones.
import { pieceThread } from "../../../crypto/file/piece-thread.ts";
import { fileRoot, isPieceHash, PIECE_HASH_BYTES, SEALED_BLOCK_BYTES } from "../../../crypto/file/pieces.ts";
import { encodeAskHashes, encodeHave, encodeOver, encodeWant, type Over } from "../../wire/files/file-frames.ts";
import { frameType } from "../../wire/frame.ts";
import type { FrameStream } from "../../wire/frame-stream.ts";
import { allPieces, blocksIn, firstBlock, type Layout, pieceOf } from "./layout.ts";
import type { SpeedLimit } from "./speed.ts";
import { newWindow, sampled, type Window } from "./window.ts";

/** At most this many pieces may be asked for and not be on the disk yet. Each takes memory from its first block on. It is one more than fit in the widest window, so that a line is kept busy while one is written. */
const mostBegun = 9;
/** What is asked for at a time, in blocks, once the window is wide. */
const askedAtOnce = 8;
/** The most that is ever on its way, in blocks: 8 MiB, and 256 KiB by Tor, whose own windows are as wide. */
const widestWindow = 128;
const widestByTor = 4;

/** Says what is wanted: `root` is the signed one. */
export interface Wanted {
	readonly id: Uint8Array;
	readonly layout: Layout;
	readonly root: Uint8Array;
}

/** Takes the pieces that are verified. */
export interface PieceSink {
	/** Returns the next piece to ask for that is not `busy`; `undefined`: none for the moment. */
	next(busy: ReadonlySet<number>): number | undefined;
	/** Takes over a sealed piece that is the signed one, with its memory. `false`: it takes no more, and has told why. */
	write(piece: number, sealed: Uint8Array): Promise<boolean>;
	/** Takes in all hashes once they are known to be the signed ones. */
	hashesKnown?(hashes: Uint8Array): void;
	readonly isWhole: boolean;
	/** Counts the pieces that are there. */
	readonly count: number;
}

export interface TakerOptions {
	readonly frames: FrameStream;
	readonly transfer: number;
	readonly wanted: Wanted;
	readonly sink: PieceSink;
	/** The hashes, where they are known already. */
	readonly hashes?: Uint8Array | undefined;
	readonly uptime: () => number;
	readonly limit?: SpeedLimit | undefined;
	readonly onOver: (why: Over | "stopped") => void;
}

interface Asked {
	readonly block: number;
	/** When it was asked for, and with how many, where a block was the first of its `want`. */
	readonly first?: { readonly at: number; readonly count: number };
}

/** A Taker is one transfer from its first question until `onOver`, which comes once. */
export class Taker {
	readonly #options: TakerOptions;
	readonly #asked: Asked[] = [];
	/** The pieces of which something was asked for, and those that wait for the disk. */
	readonly #busy = new Set<number>();
	#current: { readonly piece: number; readonly sealed: Buffer; filled: number } | undefined;
	/** The blocks of the piece that was begun last that are still to be asked for. */
	#rest: { next: number; readonly end: number } | undefined;
	#hashes: Uint8Array | undefined;
	#incoming: { readonly hashes: Buffer; filled: number } | undefined;
	#window: Window;
	#isOver = false;
	#lastTold = 0;
	/** Runs while the limit of speed holds back; then it goes on. */
	#paused: NodeJS.Timeout | undefined;

	constructor(options: TakerOptions) {
		this.#options = options;
		const isByTor = options.frames.patience > 1;
		this.#window = newWindow(isByTor ? widestByTor : widestWindow);
		if (options.hashes) this.#hashes = options.hashes;
	}

	start(): void {
		if (this.#hashes === undefined && !this.#options.sink.isWhole) {
			this.#incoming = { hashes: Buffer.alloc(allPieces(this.#options.wanted.layout) * PIECE_HASH_BYTES), filled: 0 };
			this.#options.frames.send(frameType.askHashes, encodeAskHashes(this.#options.transfer));
		}
		this.more();
	}

	/** Asks for more, as far as the window and the disk allow it; to be called when the sink may need something new. */
	more(): void {
		if (this.#isOver) return;
		if (this.#options.sink.isWhole) {
			this.#end("done");
			return;
		}
		if (this.#hashes === undefined) return;
		while (this.#paused === undefined) {
			const room = Math.floor(this.#window.blocks) - this.#asked.length;
			const rest = this.#rest ?? this.#begin();
			if (rest === undefined) return;
			const count = Math.min(room, rest.end - rest.next, askedAtOnce);
			// A window that is wide is not filled block by block.
			if (count < Math.min(askedAtOnce, rest.end - rest.next, Math.ceil(this.#window.blocks / 2))) return;
			this.#ask(rest.next, count);
			rest.next += count;
			if (rest.next === rest.end) this.#rest = undefined;
		}
	}

	/** Takes hashes in. `false`: they were not asked for, or are not those of the signed root. */
	tookHashes(first: number, hashes: Uint8Array): boolean {
		const incoming = this.#incoming;
		if (incoming === undefined || first * PIECE_HASH_BYTES !== incoming.filled) return false;
		if (incoming.filled + hashes.length > incoming.hashes.length) return false;
		incoming.hashes.set(hashes, incoming.filled);
		incoming.filled += hashes.length;
		if (incoming.filled < incoming.hashes.length) return true;
		this.#incoming = undefined;
		const { id, root } = this.#options.wanted;
		if (Buffer.compare(fileRoot(id, incoming.hashes), root) !== 0) return false;
		this.#hashes = incoming.hashes;
		this.#options.sink.hashesKnown?.(incoming.hashes);
		this.more();
		return true;
	}

	/** Takes a block in. `false`: it is not the one that is due. */
	tookBlock(block: number, sealed: Uint8Array): boolean {
		const asked = this.#asked.shift();
		const { layout } = this.#options.wanted;
		const piece = pieceOf(layout, block);
		if (asked?.block !== block || piece === undefined) return false;
		const now = this.#options.uptime();
		if (asked.first) this.#window = sampled(this.#window, now - asked.first.at, asked.first.count);
		this.#current ??= {
			piece,
			sealed: pieceThread.slot().subarray(0, blocksIn(layout, piece) * SEALED_BLOCK_BYTES),
			filled: 0,
		};
		this.#current.sealed.set(sealed, this.#current.filled);
		this.#current.filled += sealed.length;
		if (this.#current.filled === this.#current.sealed.length) {
			const whole = this.#current;
			this.#current = undefined;
			void this.#write(piece, whole.sealed);
		}
		this.more();
		return true;
	}

	/** Is told that the other end says that it is over. Whether all is here is not for the other end to say. */
	ended(why: Over): void {
		if (!this.#isOver) this.#finish(why === "done" && !this.#options.sink.isWhole ? "broken" : why);
	}

	/** Ends it from here. */
	end(why: Over): void {
		if (!this.#isOver) this.#end(why);
	}

	/** Tells how many pieces there are, if that is news. */
	tell(): void {
		const { frames, transfer, sink } = this.#options;
		if (this.#isOver || sink.count === this.#lastTold) return;
		this.#lastTold = sink.count;
		frames.send(frameType.have, encodeHave(transfer, sink.count));
	}

	/** Is told that the Link is over. */
	lost(): void {
		if (!this.#isOver) this.#finish("stopped");
	}

	#begin(): { next: number; readonly end: number } | undefined {
		if (this.#busy.size >= mostBegun) return undefined;
		const piece = this.#options.sink.next(this.#busy);
		if (piece === undefined) return undefined;
		this.#busy.add(piece);
		const next = firstBlock(piece);
		this.#rest = { next, end: next + blocksIn(this.#options.wanted.layout, piece) };
		return this.#rest;
	}

	#ask(from: number, count: number): void {
		const { frames, transfer, uptime, limit } = this.#options;
		const at = uptime();
		for (let index = 0; index < count; index += 1) {
			this.#asked.push({ block: from + index, ...(index === 0 ? { first: { at, count } } : {}) });
		}
		frames.send(frameType.want, encodeWant(transfer, from, count));
		const waitMs = limit?.count(count * SEALED_BLOCK_BYTES) ?? 0;
		if (waitMs > 0) this.#paused = setTimeout(() => this.#goOn(), waitMs).unref();
	}

	#goOn(): void {
		this.#paused = undefined;
		this.more();
	}

	async #write(piece: number, sealed: Uint8Array): Promise<void> {
		const isTaken = await this.#isTaken(piece, sealed);
		this.#busy.delete(piece);
		if (this.#isOver) return;
		if (isTaken === "broken") this.#end("broken");
		else if (isTaken) this.more();
		else this.#finish("stopped");
	}

	async #isTaken(piece: number, sealed: Uint8Array): Promise<boolean | "broken"> {
		const found = await pieceThread.hash(sealed);
		// What got lost here is asked for again.
		if (found === undefined || this.#isOver) return true;
		if (this.#hashes === undefined || !isPieceHash(this.#hashes, piece, found.hash)) return "broken";
		return this.#options.sink.write(piece, found.sealed);
	}

	#end(why: Over): void {
		const { frames, transfer } = this.#options;
		if (why === "done") this.tell();
		frames.send(frameType.over, encodeOver(transfer, why));
		this.#finish(why);
	}

	#finish(why: Over | "stopped"): void {
		this.#isOver = true;
		this.#options.onOver(why);
	}
}
