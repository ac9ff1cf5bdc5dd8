// One file at the host's desk: its pieces come from the host's own disk, from the spool, or from its sender whenever somebody wants them; each is fetched once for all who want it.
import { pieceThread } from "../../../crypto/file/piece-thread.ts";
import { fileRoot, PIECE_HASH_BYTES, pieceHash, sealedBytes } from "../../../crypto/file/pieces.ts";
import type { Fingerprint } from "../../../crypto/identity/fingerprint.ts";
import type { SpooledFile } from "../../../store/files/spooled-file.ts";
import type { PieceSource } from "../pieces/giver.ts";
import { allPieces, type Layout, partOf, sealedSlots } from "../pieces/layout.ts";
import type { FilePort } from "../pieces/port.ts";
import type { PieceSink, Wanted } from "../pieces/taker.ts";

/** At most this many pieces of 1 MiB stay in memory for others who want them soon. */
const rememberedPieces = 8;

/** Keeps ciphertext. */
export interface DeskSpool {
	/** Returns where a file may be kept, new or as it was; `undefined`: there is no place for it. */
	keep(
		id: Uint8Array,
		sizes: { readonly sizeBytes: number; readonly slotBytes: number },
	): Promise<SpooledFile | undefined>;
	forget(id: Uint8Array): Promise<void>;
	/** Is told that the room is kept from now on, and with it what is kept of the file. */
	stands(): Promise<void>;
	/** Is told that the room is over for good; nothing of the file stays. */
	over(): Promise<void>;
}

export interface DeskFileOptions {
	readonly wanted: Wanted;
	readonly own: PieceSource | undefined;
	readonly spool: DeskSpool | undefined;
	readonly spoolId: Uint8Array;
	readonly onShare: (who: Fingerprint, pieces: number) => void;
}

interface Demand {
	readonly resolve: (sealed: Uint8Array | undefined) => void;
	readonly promise: Promise<Uint8Array | undefined>;
}

/** Gives pieces to whoever wants them, and takes them from the sender's Link. */
export class DeskFile implements PieceSource, PieceSink {
	readonly #options: DeskFileOptions;
	readonly #remembered = new Map<number, Promise<Uint8Array | undefined>>();
	/** Holds the pieces that somebody wants and that have not come yet, in the order in which they were wanted. */
	readonly #demands = new Map<number, Demand>();
	readonly #shares = new Map<Fingerprint, { pieces: number; told: number }>();
	#hashes: Promise<Uint8Array | undefined>;
	#hashesCame: (hashes: Uint8Array | undefined) => void = () => {};
	#spooled: Promise<SpooledFile | undefined> | undefined;
	#kept: SpooledFile | undefined;
	/** Resolves when what was kept has been removed; nothing is kept anew before that. */
	#forgotten: Promise<void> | undefined;
	/** The Link by which the sender gives the file. */
	#sender: { readonly port: FilePort; readonly transfer: number } | undefined;
	readonly #takers = new Map<FilePort, Set<number>>();
	#isClosed = false;

	constructor(options: DeskFileOptions) {
		this.#options = options;
		this.#hashes = new Promise((resolve) => {
			this.#hashesCame = resolve;
		});
		if (options.own) this.#hashes = options.own.hashes();
	}

	get layout(): Layout {
		return this.#options.wanted.layout;
	}

	get wanted(): Wanted {
		return this.#options.wanted;
	}

	/** Tells whether the sender may go, because everything is kept here or the file is the host's own. */
	get isWhole(): boolean {
		return this.#options.own === undefined && this.#kept !== undefined && this.#kept.filled === this.#kept.slots;
	}

	get count(): number {
		return this.#kept?.filled ?? 0;
	}

	async hashes(): Promise<Uint8Array | undefined> {
		if (this.#isClosed) return undefined;
		// All of it may be here from before the program was started, with its sender gone.
		if (this.#options.own === undefined) await this.#openSpool();
		return this.#hashes;
	}

	async piece(index: number): Promise<Uint8Array | undefined> {
		if (this.#isClosed) return undefined;
		const there = this.#remembered.get(index);
		const found = there ?? this.#found(index);
		if (there === undefined) this.#remember(index, found);
		const sealed = await found;
		if (sealed) pieceThread.share(sealed);
		return sealed;
	}

	/** Begins to fetch the file by this Link of its sender. A Link that was there before is not used any more. */
	async given(port: FilePort, transfer: number): Promise<void> {
		if (this.#options.own) return port.refuse(transfer, "unknown");
		const former = this.#sender;
		this.#sender = undefined;
		former?.port.end(former.transfer);
		const hashes = await this.#openSpool();
		if (this.#isClosed) return port.refuse(transfer, "gone");
		this.#sender = { port, transfer };
		const onOver = (): void => {
			if (this.#sender?.port === port && this.#sender.transfer === transfer) this.#sender = undefined;
			if (this.#takers.size === 0) this.#letGo();
		};
		port.take(transfer, { wanted: this.#options.wanted, sink: this, hashes, onOver });
	}

	/** Begins to give the file to somebody by this Link of theirs. */
	taken(port: FilePort, transfer: number, who: Fingerprint): void {
		const transfers = this.#takers.get(port) ?? new Set();
		this.#takers.set(port, transfers.add(transfer));
		port.give(transfer, this, {
			onHave: (pieces) => this.shared(who, pieces),
			onOver: (why) => {
				transfers.delete(transfer);
				if (transfers.size === 0) this.#takers.delete(port);
				if (this.#takers.size === 0) this.#letGo();
				if (why === "done") this.shared(who, allPieces(this.layout));
			},
		});
	}

	/** Is told how many pieces somebody has. */
	shared(who: Fingerprint, pieces: number): void {
		const share = this.#shares.get(who) ?? { pieces: 0, told: -1 };
		share.pieces = Math.min(pieces, allPieces(this.layout));
		this.#shares.set(who, share);
	}

	/** Tells who has how much, as far as that is news. */
	tellShares(): void {
		for (const [who, share] of this.#shares) {
			if (share.pieces === share.told) continue;
			share.told = share.pieces;
			this.#options.onShare(who, share.pieces);
			this.#sender?.port.share(this.#sender.transfer, who, share.pieces);
		}
	}

	/** Is told that nobody waits for it. Nothing of it is kept any more, and whoever wants it after all gets it from its sender. */
	async answered(): Promise<void> {
		const { spool, spoolId } = this.#options;
		const opening = this.#spooled;
		this.#spooled = Promise.resolve(undefined);
		await opening;
		this.#kept = undefined;
		this.#letGo();
		this.#forgotten = spool?.forget(spoolId);
		await this.#forgotten;
	}

	/** Is told that somebody waits for it again. What comes of it is kept, unless some of it is kept already. */
	wantedAgain(): void {
		if (this.#kept === undefined) this.#spooled = undefined;
	}

	/** Ends it: nobody gets any more of the file. With `isForGood` nothing of it is kept. */
	async close(isForGood: boolean): Promise<void> {
		this.#isClosed = true;
		this.#hashesCame(undefined);
		for (const { resolve } of this.#demands.values()) resolve(undefined);
		this.#demands.clear();
		this.#letGo();
		this.#sender?.port.end(this.#sender.transfer);
		for (const [port, transfers] of this.#takers) for (const transfer of [...transfers]) port.end(transfer);
		if (isForGood && this.#spooled !== undefined) await this.#options.spool?.forget(this.#options.spoolId);
	}

	next(busy: ReadonlySet<number>): number | undefined {
		for (const piece of this.#demands.keys()) if (!busy.has(piece)) return piece;
		let piece = this.#kept?.firstMissing();
		while (piece !== undefined && busy.has(piece)) piece = this.#kept?.firstMissing(piece + 1);
		return piece;
	}

	async write(piece: number, sealed: Uint8Array): Promise<boolean> {
		const demand = this.#demands.get(piece);
		this.#demands.delete(piece);
		if (demand) demand.resolve(sealed);
		else this.#remember(piece, Promise.resolve(sealed));
		if (this.#kept === undefined || this.#kept.has(piece)) return true;
		pieceThread.share(sealed);
		const trouble = await this.#kept.write(piece, slotOf(this.layout, sealed));
		pieceThread.giveBack(sealed);
		// Where the disk is full what is wanted is fetched from the sender each time.
		if (trouble) this.#kept = undefined;
		return true;
	}

	hashesKnown(hashes: Uint8Array): void {
		this.#hashesCame(hashes);
	}

	async #found(index: number): Promise<Uint8Array | undefined> {
		const { own } = this.#options;
		if (own) return own.piece(index);
		await this.#openSpool();
		if (this.#kept?.has(index)) {
			const slot = await this.#kept.read(index, pieceThread.slot());
			if (slot) return slot.subarray(0, sealedBytes(partOf(this.layout, index).bytes));
		}
		if (this.#isClosed) return undefined;
		const { promise, resolve } = Promise.withResolvers<Uint8Array | undefined>();
		this.#demands.set(index, { promise, resolve });
		this.#sender?.port.more(this.#sender.transfer);
		return promise;
	}

	/** Opens what is kept of it. Returns the hashes, where all of it is here from an earlier time. */
	async #openSpool(): Promise<Uint8Array | undefined> {
		const { spool, spoolId, wanted } = this.#options;
		const keeping = async () => {
			await this.#forgotten;
			return spool?.keep(spoolId, sealedSlots(wanted.layout));
		};
		this.#spooled ??= keeping().then(async (kept) => {
			this.#kept = kept;
			if (kept === undefined || kept.filled < kept.slots || kept.slots === 0) return kept;
			const hashes = await hashesOf(kept, wanted.layout);
			if (hashes && Buffer.compare(fileRoot(wanted.id, hashes), wanted.root) === 0) this.#hashesCame(hashes);
			return kept;
		});
		await this.#spooled;
		return undefined;
	}

	/** Lets go of every piece in memory for which nobody waits. */
	#letGo(): void {
		for (const index of this.#remembered.keys()) if (!this.#demands.has(index)) this.#forget(index);
	}

	/** Keeps a piece in memory, with a few others of the newest. What still waits for the sender takes no memory yet, and stays until it comes. */
	#remember(index: number, sealed: Promise<Uint8Array | undefined>): void {
		this.#remembered.set(index, sealed);
		for (const old of this.#remembered.keys()) {
			if (this.#remembered.size <= rememberedPieces) break;
			if (!this.#demands.has(old)) this.#forget(old);
		}
		void sealed.then((one) => {
			if (one === undefined) this.#remembered.delete(index);
		});
	}

	#forget(index: number): void {
		void this.#remembered.get(index)?.then((sealed) => sealed && pieceThread.giveBack(sealed));
		this.#remembered.delete(index);
	}
}

/** Puts a sealed piece into a slot; where it is shorter the rest is zeros. */
function slotOf(layout: Layout, sealed: Uint8Array): Uint8Array {
	const { slotBytes } = sealedSlots(layout);
	if (sealed.length === slotBytes) return sealed;
	const slot = new Uint8Array(slotBytes);
	slot.set(sealed);
	return slot;
}

/** Hashes what is kept, where the program that got the hashes has ended since. */
async function hashesOf(kept: SpooledFile, layout: Layout): Promise<Uint8Array | undefined> {
	const hashes = Buffer.alloc(kept.slots * PIECE_HASH_BYTES);
	const into = new Uint8Array(sealedSlots(layout).slotBytes);
	for (let piece = 0; piece < kept.slots; piece += 1) {
		const slot = await kept.read(piece, into);
		if (slot === undefined) return undefined;
		pieceHash(slot.subarray(0, sealedBytes(partOf(layout, piece).bytes))).copy(hashes, piece * PIECE_HASH_BYTES);
	}
	return hashes;
}
