// Carries the host's own files and those it takes: there is no Link between, but the same pieces and the same checks.
import { pieceThread } from "../../../crypto/file/piece-thread.ts";
import { isPieceHash } from "../../../crypto/file/pieces.ts";
import type { Fingerprint } from "../../../crypto/identity/fingerprint.ts";
import type { Carried, Carrier, GiveNotes, TakeNotes } from "../pieces/carrier.ts";
import type { PieceSource } from "../pieces/giver.ts";
import type { PieceSink, Wanted } from "../pieces/taker.ts";
import { Desk, type DeskOptions, fileKey } from "./desk.ts";
import type { DeskFile } from "./desk-file.ts";

/** At most this many pieces are fetched at once, because each may come by another Link. */
const fetchedAtOnce = 4;

/** Carries files of the host by its desk. */
export class DeskCarrier implements Carrier {
	readonly #desk: Desk;
	readonly #given = new Map<string, GiveNotes>();

	constructor(options: Omit<DeskOptions, "onShare">) {
		const onShare: DeskOptions["onShare"] = (key, who, pieces) => this.#given.get(key)?.onShare(who, pieces);
		this.#desk = new Desk({ ...options, onShare });
	}

	/** Serves a guest by a Link for files until it is over. */
	get onFiles(): Desk["serve"] {
		return (frames, who, signal) => this.#desk.serve(frames, who, signal);
	}

	give(by: Fingerprint, wanted: Wanted, source: PieceSource, notes: GiveNotes): Carried {
		const key = fileKey(by, wanted.id);
		this.#given.set(key, notes);
		this.#desk.offered(by, wanted, source);
		const stop = (): void => {
			if (this.#given.get(key) === notes) this.#given.delete(key);
			void this.#desk.withdrawn(key);
		};
		return { more: () => {}, stop };
	}

	take(by: Fingerprint, wanted: Wanted, sink: PieceSink, notes: TakeNotes): Carried {
		const file = this.#desk.file(fileKey(by, wanted.id));
		const take = new DeskTake(file, sink, notes);
		take.more();
		return take;
	}

	heard(by: Fingerprint, wanted: Wanted): void {
		if (this.#desk.file(fileKey(by, wanted.id)) === undefined) this.#desk.offered(by, wanted);
	}

	lent(by: Fingerprint, wanted: Wanted): void {
		this.#desk.lent(by, wanted);
	}

	withdrawn(by: Fingerprint, id: Uint8Array): void {
		void this.#desk.withdrawn(fileKey(by, id));
	}

	answered(by: Fingerprint, id: Uint8Array): void {
		void this.#desk.file(fileKey(by, id))?.answered();
	}

	wanted(by: Fingerprint, id: Uint8Array): void {
		this.#desk.file(fileKey(by, id))?.wantedAgain();
	}

	roomKept(): void {
		void this.#desk.roomKept();
	}

	close(isForGood: boolean): Promise<void> {
		return this.#desk.close(isForGood);
	}
}

/** Takes one file from the desk. */
class DeskTake implements Carried {
	readonly #file: DeskFile | undefined;
	readonly #sink: PieceSink;
	readonly #notes: TakeNotes;
	readonly #busy = new Set<number>();
	/** Pieces are written in the order in which they were asked for. */
	#turn: Promise<void> = Promise.resolve();
	#isOver = false;

	constructor(file: DeskFile | undefined, sink: PieceSink, notes: TakeNotes) {
		this.#file = file;
		this.#sink = sink;
		this.#notes = notes;
	}

	more(): void {
		if (this.#isOver) return;
		if (this.#sink.isWhole) {
			this.#isOver = true;
			queueMicrotask(() => this.#notes.onWhole());
			return;
		}
		while (this.#busy.size < fetchedAtOnce) {
			const piece = this.#sink.next(this.#busy);
			if (piece === undefined) return;
			this.#busy.add(piece);
			const sealed = this.#file?.piece(piece);
			this.#turn = this.#turn.then(() => this.#write(piece, sealed));
		}
	}

	stop(): void {
		this.#isOver = true;
	}

	async #write(piece: number, coming: Promise<Uint8Array | undefined> | undefined): Promise<void> {
		const sealed = await coming;
		const hashes = await this.#file?.hashes();
		if (this.#isOver) return;
		// It was taken back, or the room is over: both are told otherwise.
		if (sealed === undefined || hashes === undefined) return this.stop();
		// Others may want the same piece, and its memory goes away.
		const own = pieceThread.slot().subarray(0, sealed.length);
		own.set(sealed);
		pieceThread.giveBack(sealed);
		const found = await pieceThread.hash(own);
		if (this.#isOver) return;
		if (found && !isPieceHash(hashes, piece, found.hash)) {
			this.stop();
			this.#notes.onBroken();
			return;
		}
		const isTaken = found === undefined || (await this.#sink.write(piece, found.sealed));
		this.#busy.delete(piece);
		if (isTaken) this.more();
		else this.#isOver = true;
	}
}
