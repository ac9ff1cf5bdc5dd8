// Seals, hashes and opens the pieces of files in a thread of its own, so that the talk does not wait, and what is garbage afterwards lies in a small heap. Buffers go there
// and come back; the few that there are serve for all pieces.
import { Worker } from "node:worker_threads";
import { type PieceResult, type PieceTask, PieceTasks } from "./piece-tasks.ts";
import { type FileSecret, PIECE_BYTES, sealedBytes } from "./pieces.ts";

/** A slot has this many bytes: enough for every sealed piece. */
const SLOT_BYTES = sealedBytes(PIECE_BYTES);
/** At most this many unused buffers are kept: as many as may be under way for one file in each direction. */
const MOST_IDLE_SLOTS = 8;
/** The thread ends after this long without a task, in ms. */
const IDLE_MS = 30_000;
/** The heap of the thread holds little but what is garbage: the sooner that is collected, the less memory it takes. */
const MAXIMUM_HEAP_MB = 64;
const YOUNG_HEAP_MB = 1;
const workerFile = new URL(
	import.meta.url.endsWith(".ts") ? "./piece-worker.ts" : "./piece-worker.js",
	import.meta.url,
);

interface Answer {
	readonly result: PieceResult;
	readonly slot: ArrayBuffer;
}

/** A SealedPiece is a piece that was sealed, with the hash of its tags, and its own hash if that was asked for. */
export interface SealedPiece {
	readonly sealed: Buffer;
	readonly tags: Uint8Array;
	readonly hash?: Uint8Array;
}

/** Owns the thread, which is there while there is something to do. What is given to it must not be used any more: its memory goes there. */
export class PieceThread {
	readonly #file: URL;
	readonly #calls: ((answer: Answer | undefined) => void)[] = [];
	readonly #idleSlots: ArrayBuffer[] = [];
	/** Counts who reads a buffer beside the one that had it first. */
	readonly #readers = new WeakMap<ArrayBufferLike, number>();
	#worker: Worker | undefined;
	#idle: NodeJS.Timeout | undefined;
	/** Holds the contents of which the thread has hashed the beginning; it stays for them. */
	readonly #contents = new Set<number>();
	#lastContent = 0;
	/** Does everything here, where there is no thread to be had. */
	#here: PieceTasks | undefined;

	/** `file` is another one in tests. */
	constructor(file: URL = workerFile) {
		this.#file = file;
	}

	/** Returns a buffer for one piece, plain or sealed. Whoever has it may give it back, once. */
	slot(): Buffer {
		return Buffer.from(this.#idleSlots.pop() ?? new ArrayBuffer(SLOT_BYTES));
	}

	/** Lets one more reader have this piece, who gives it back too. */
	share({ buffer }: Uint8Array): void {
		this.#readers.set(buffer, (this.#readers.get(buffer) ?? 0) + 1);
	}

	/** Takes back a buffer of `slot`, or a part of it, from whoever has read it. */
	giveBack({ buffer }: Uint8Array): void {
		const others = this.#readers.get(buffer) ?? 0;
		if (others > 0) {
			this.#readers.set(buffer, others - 1);
			return;
		}
		const isSlot = buffer instanceof ArrayBuffer && buffer.byteLength === SLOT_BYTES;
		if (isSlot && this.#idleSlots.length < MOST_IDLE_SLOTS) this.#idleSlots.push(buffer);
	}

	/** Seals the first `bytes` of a slot as piece `index`, and hashes it where `isHashed`. `undefined`: the thread has died of it, or of what came before. */
	async seal(
		secret: FileSecret,
		index: number,
		slot: Buffer,
		bytes: number,
		isHashed: boolean,
	): Promise<SealedPiece | undefined> {
		const answer = await this.#carryOut({ kind: "seal", secret, index, bytes, isHashed }, slot);
		if (answer?.result.tags === undefined) return undefined;
		const { tags, hash } = answer.result;
		return { sealed: Buffer.from(answer.slot, 0, sealedBytes(bytes)), tags, ...(hash === undefined ? {} : { hash }) };
	}

	/** Hashes a sealed piece and gives it back. `undefined`: the thread has died. */
	async hash(sealed: Uint8Array): Promise<{ readonly sealed: Buffer; readonly hash: Uint8Array } | undefined> {
		// Its length is 0 once its memory has gone.
		const bytes = sealed.length;
		const answer = await this.#carryOut({ kind: "hash", bytes }, sealed);
		const hash = answer?.result.hash;
		return hash && { sealed: Buffer.from(answer.slot, 0, bytes), hash };
	}

	/** Opens a sealed piece; `content` says to which hash its first bytes go. `plain` is absent where it was sealed otherwise. `undefined`: the thread has died. */
	async open(
		secret: FileSecret,
		index: number,
		sealed: Uint8Array,
		content?: (PieceTask & { kind: "open" })["content"],
	): Promise<{ readonly plain?: Buffer } | undefined> {
		const answer = await this.#carryOut({ kind: "open", secret, index, bytes: sealed.length, content }, sealed);
		if (answer === undefined) return undefined;
		return answer.result.isOpen ? { plain: Buffer.from(answer.slot) } : {};
	}

	/** Returns a number for a content that is hashed while its pieces are opened, in order. */
	newContent(): number {
		this.#lastContent += 1;
		this.#contents.add(this.#lastContent);
		return this.#lastContent;
	}

	/** Returns the SHA-256 of a content, and forgets it; `undefined`: it is not known, because the thread ended meanwhile. */
	async digest(number: number): Promise<Uint8Array | undefined> {
		const answer = await this.#carryOut({ kind: "digest", number }, this.slot());
		if (answer) this.giveBack(new Uint8Array(answer.slot));
		this.forget(number);
		return answer?.result.hash;
	}

	/** Forgets a content that is not hashed to its end. */
	forget(number: number): void {
		this.#contents.delete(number);
		if (this.#worker) this.#rest(this.#worker);
	}

	#carryOut(task: PieceTask, bytes: Uint8Array): Promise<Answer | undefined> {
		const slot = this.#slotOf(bytes);
		clearTimeout(this.#idle);
		const worker = this.#here ? undefined : this.#started();
		if (worker === undefined) {
			this.#here ??= new PieceTasks();
			return Promise.resolve({ result: this.#here.carryOut(task, slot), slot });
		}
		worker.ref();
		const { promise, resolve } = Promise.withResolvers<Answer | undefined>();
		this.#calls.push(resolve);
		worker.postMessage({ task, slot }, [slot]);
		return promise;
	}

	/** Returns the slot in which bytes lie. What lies in no slot of ours, or only shares the memory of one, is copied. */
	#slotOf(bytes: Uint8Array): ArrayBuffer {
		const { buffer, byteOffset } = bytes;
		if (buffer instanceof ArrayBuffer && buffer.byteLength === SLOT_BYTES && byteOffset === 0) return buffer;
		const slot = this.slot();
		slot.set(bytes);
		return slot.buffer as ArrayBuffer;
	}

	/** Starts the thread, once. Returns `undefined` where there can be none: a page in a browser has no such thread, and a computer may have no memory for one. */
	#started(): Worker | undefined {
		try {
			this.#worker ??= this.#start();
			return this.#worker;
		} catch {
			return undefined;
		}
	}

	#start(): Worker {
		const worker = new Worker(this.#file, {
			execArgv: [],
			// Nothing may reach the screen. Neither is read: reading them would keep a program alive that has nothing left to do.
			stdout: true,
			stderr: true,
			resourceLimits: { maxOldGenerationSizeMb: MAXIMUM_HEAP_MB, maxYoungGenerationSizeMb: YOUNG_HEAP_MB },
		});
		let hasAnswered = false;
		worker.on("message", (answer: Answer) => {
			hasAnswered = true;
			this.#calls.shift()?.(answer);
			this.#rest(worker);
		});
		const lost = (): void => {
			if (this.#worker !== worker) return;
			if (!hasAnswered) this.#here = new PieceTasks();
			this.#end(worker);
		};
		worker.on("error", lost);
		worker.on("exit", lost);
		return worker;
	}

	#rest(worker: Worker): void {
		if (this.#calls.length > 0) return;
		worker.unref();
		clearTimeout(this.#idle);
		if (this.#contents.size === 0) this.#idle = setTimeout(() => this.#end(worker), IDLE_MS).unref();
	}

	#end(worker: Worker): void {
		this.#worker = undefined;
		void worker.terminate();
		for (const answered of this.#calls.splice(0)) answered(undefined);
	}
}

/** Works for all files of this program. */
export const pieceThread = new PieceThread();

/** Works beside it while a file is read before it is offered, for which somebody waits and both processors of a small computer are free. */
export const readingThread = new PieceThread();
