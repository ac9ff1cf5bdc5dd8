// Gives blocks by one Link: whatever the other end asks for, as fast as the Link takes it, and each transfer in its turn.
import { once } from "node:events";
import { pieceThread } from "../../../crypto/file/piece-thread.ts";
import { PIECE_HASH_BYTES, SEALED_BLOCK_BYTES } from "../../../crypto/file/pieces.ts";
import { encodeBlock, encodeHashes, encodeOver, hashesInFrame } from "../../wire/files/file-frames.ts";
import { frameType } from "../../wire/frame.ts";
import { type FrameStream, mostBulkFrames } from "../../wire/frame-stream.ts";
import { allPieces, firstBlock, type Layout, pieceOf } from "./layout.ts";
import type { SpeedLimit } from "./speed.ts";

/** The other end may have asked for at most this many blocks that it has not got: twice the largest window. */
const mostWanted = 512;
/** While more than this waits in the Link nothing is added, so that a ping and other transfers get through. */
const mostWaitingBytes = 512 * 1024;

/** Gives the sealed pieces of a file, which it has or gets from elsewhere. */
export interface PieceSource {
	readonly layout: Layout;
	/** Returns the hashes of all pieces, one after another; `undefined`: not to be had. */
	hashes(): Promise<Uint8Array | undefined>;
	/** Returns a sealed piece, when there is one; `undefined`: the file is not to be had any more. Whoever got it gives it back to the thread of pieces. */
	piece(index: number): Promise<Uint8Array | undefined>;
}

interface Transfer {
	readonly source: PieceSource;
	/** Lists the blocks that were asked for, in the order in which they were. */
	wanted: number[];
	isRunning: boolean;
	held?: Held | undefined;
	/** The piece after that, which is sealed while that one is sent. */
	ahead?: Held | undefined;
}

interface Held {
	readonly piece: number;
	readonly sealed: Promise<Uint8Array | undefined>;
}

/** Owns what is given by one Link; the Link is somebody else's. */
export class Giver {
	readonly #frames: FrameStream;
	readonly #limit: SpeedLimit;
	readonly #transfers = new Map<number, Transfer>();
	readonly #stop = new AbortController();

	constructor(frames: FrameStream, limit: SpeedLimit) {
		this.#frames = frames;
		this.#limit = limit;
	}

	get count(): number {
		return this.#transfers.size;
	}

	/** Lets the other end ask for this file under the number `transfer` from now on. */
	add(transfer: number, source: PieceSource): void {
		this.#transfers.set(transfer, { source, wanted: [], isRunning: false });
	}

	/** Ends a transfer; what was asked for is not given any more. */
	remove(transfer: number): void {
		const found = this.#transfers.get(transfer);
		if (found) found.wanted = [];
		this.#transfers.delete(transfer);
	}

	/** Sends all hashes of a file. */
	async askedHashes(transfer: number): Promise<void> {
		const found = this.#transfers.get(transfer);
		const hashes = await found?.source.hashes();
		if (this.#transfers.get(transfer) !== found || found === undefined) return;
		if (hashes === undefined) return this.#gone(transfer);
		for (let first = 0; first < allPieces(found.source.layout); first += hashesInFrame) {
			if (!(await this.#hasRoom())) return;
			const some = hashes.subarray(first * PIECE_HASH_BYTES, (first + hashesInFrame) * PIECE_HASH_BYTES);
			this.#frames.send(frameType.hashes, encodeHashes(transfer, first, some));
		}
	}

	/** Takes in what is wanted. `false`: there are no such blocks, or too many were asked for. */
	wants(transfer: number, from: number, count: number): boolean {
		const found = this.#transfers.get(transfer);
		// One that has just ended here, and the other end does not know yet.
		if (found === undefined) return true;
		if (count === 0 || found.wanted.length + count > mostWanted) return false;
		const blocks = Array.from({ length: count }, (_, index) => from + index);
		if (blocks.some((block) => pieceOf(found.source.layout, block) === undefined)) return false;
		found.wanted.push(...blocks);
		if (!found.isRunning) void this.#run(transfer, found);
		return true;
	}

	close(): void {
		this.#stop.abort();
		for (const transfer of this.#transfers.keys()) this.remove(transfer);
	}

	async #run(transfer: number, state: Transfer): Promise<void> {
		state.isRunning = true;
		for (;;) {
			const block = state.wanted[0];
			const piece = block === undefined ? undefined : pieceOf(state.source.layout, block);
			if (block === undefined || piece === undefined) break;
			const sealed = await sealedPiece(state, piece);
			const count = sealed ? this.#atOnce(state, block, piece) : 1;
			if (!(await this.#mayGive(count))) break;
			if (state.wanted[0] !== block) continue;
			if (sealed === undefined) {
				this.#gone(transfer);
				break;
			}
			const bodies = state.wanted.splice(0, count).map((one) => {
				const at = (one - firstBlock(piece)) * SEALED_BLOCK_BYTES;
				return encodeBlock(transfer, one, sealed.subarray(at, at + SEALED_BLOCK_BYTES));
			});
			this.#frames.sendInBulk(frameType.block, bodies);
		}
		letGo(state.held);
		letGo(state.ahead);
		delete state.held;
		delete state.ahead;
		state.isRunning = false;
	}

	#gone(transfer: number): void {
		this.remove(transfer);
		this.#frames.send(frameType.over, encodeOver(transfer, "gone"));
	}

	/** Counts the blocks from the first wanted one on that follow each other in its piece: so many go at once, or one by one where the person limits the speed. */
	#atOnce({ wanted, source }: Transfer, block: number, piece: number): number {
		const most = this.#limit.isOn ? 1 : mostBulkFrames;
		let count = 1;
		while (count < most && wanted[count] === block + count && pieceOf(source.layout, block + count) === piece)
			count += 1;
		return count;
	}

	async #mayGive(blocks: number): Promise<boolean> {
		await this.#limit.take(blocks * SEALED_BLOCK_BYTES, this.#stop.signal);
		await this.#frames.bulkRoom();
		return this.#hasRoom();
	}

	/** Waits until the Link takes more. `false`: it is over. */
	async #hasRoom(): Promise<boolean> {
		const { stream } = this.#frames;
		const { signal } = this.#stop;
		while (!signal.aborted && !stream.destroyed && stream.writableLength > mostWaitingBytes) {
			await once(stream, "drain", { signal }).catch(() => undefined);
		}
		return !signal.aborted && !stream.destroyed;
	}
}

/** Returns a piece, and has the one made ready that is wanted after it. */
function sealedPiece(state: Transfer, piece: number): Promise<Uint8Array | undefined> {
	const { source, ahead, wanted } = state;
	if (state.held?.piece !== piece) {
		letGo(state.held);
		if (ahead?.piece !== piece) letGo(ahead);
		state.held = ahead?.piece === piece ? ahead : { piece, sealed: source.piece(piece) };
		delete state.ahead;
	}
	if (state.ahead === undefined) {
		const block = wanted.find((one) => pieceOf(source.layout, one) !== piece);
		const next = block === undefined ? undefined : pieceOf(source.layout, block);
		if (next !== undefined) state.ahead = { piece: next, sealed: source.piece(next) };
	}
	return state.held.sealed;
}

function letGo(held: Held | undefined): void {
	void held?.sealed.then((sealed) => sealed && pieceThread.giveBack(sealed));
}
