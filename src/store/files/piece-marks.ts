// Which pieces of something are on the disk: one byte a piece behind a header, written after the piece, so that going on later reads no piece again.
import { readFileSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";

const FORMAT = Buffer.from("rtmarks1");
const BOOT_BYTES = 16;
const SUBJECT_LENGTH_BYTES = 2;
const MOST_SUBJECT_BYTES = 512;

const ABSENT = 0;
/** It was written, but perhaps only into the memory of the system: it is good unless the computer has been started anew since. */
const WRITTEN = 1;
/** It is on the disk itself (fdatasync), also after a power cut. */
const DURABLE = 2;

/** Returns what names this start of the computer, or `undefined` where the system does not say: then only what is durable counts. */
function thisBoot(): Uint8Array | undefined {
	try {
		const text = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim().replaceAll("-", "");
		return /^[0-9a-f]{32}$/.test(text) ? Buffer.from(text, "hex") : undefined;
	} catch {
		return undefined;
	}
}

/** Says whose marks they are: `subject` is bound to the file, marks of anything else are not taken. `count`: how many pieces there are. */
export interface MarksOf {
	readonly subject: Uint8Array;
	readonly count: number;
}

/** The marks of one file, in memory and on the disk. */
export class PieceMarks {
	readonly #handle: FileHandle;
	readonly #offset: number;
	readonly #marks: Uint8Array;
	#present: number;

	private constructor(handle: FileHandle, offset: number, marks: Uint8Array) {
		this.#handle = handle;
		this.#offset = offset;
		this.#marks = marks;
		this.#present = marks.reduce((sum, mark) => sum + (mark === ABSENT ? 0 : 1), 0);
	}

	/** Writes the header into an empty file. Nothing is marked. The marks own the handle from then on. */
	static async begin(handle: FileHandle, of: MarksOf): Promise<PieceMarks> {
		const header = headerOf(of, thisBoot());
		await handle.write(header, 0, header.length, 0);
		await handle.truncate(header.length + of.count);
		return new PieceMarks(handle, header.length, new Uint8Array(of.count));
	}

	/** Reads the marks that there are; `undefined` when they are damaged or of something else. The marks own the handle only when they are returned. */
	static async resume(handle: FileHandle, of: MarksOf): Promise<PieceMarks | undefined> {
		const boot = thisBoot();
		const expected = headerOf(of, boot);
		const { size } = await handle.stat();
		if (size !== expected.length + of.count) return undefined;
		const bytes = new Uint8Array(size);
		if ((await handle.read(bytes, 0, size, 0)).bytesRead !== size) return undefined;
		const bootFrom = FORMAT.length;
		const found = bytes.subarray(0, expected.length);
		const isSameBoot =
			boot !== undefined && Buffer.compare(found.subarray(bootFrom, bootFrom + BOOT_BYTES), boot) === 0;
		const withoutBoot = (header: Uint8Array): Uint8Array =>
			Uint8Array.from(header).fill(0, bootFrom, bootFrom + BOOT_BYTES);
		if (Buffer.compare(withoutBoot(found), withoutBoot(expected)) !== 0) return undefined;
		const least = isSameBoot ? WRITTEN : DURABLE;
		const marks = bytes.slice(expected.length).map((mark) => (mark >= least && mark <= DURABLE ? mark : ABSENT));
		if (!isSameBoot) {
			await handle.write(marks, 0, marks.length, expected.length);
			await handle.write(expected, 0, expected.length, 0);
		}
		return new PieceMarks(handle, expected.length, marks);
	}

	get count(): number {
		return this.#marks.length;
	}

	/** Counts the pieces that are there. */
	get present(): number {
		return this.#present;
	}

	get areAll(): boolean {
		return this.#present === this.#marks.length;
	}

	has(index: number): boolean {
		return (this.#marks[index] ?? ABSENT) !== ABSENT;
	}

	/** Returns the first piece from `from` on that is missing, or `undefined`. */
	firstMissing(from = 0): number | undefined {
		const at = this.#marks.indexOf(ABSENT, from);
		return at === -1 ? undefined : at;
	}

	/** Says that a piece has been written; to be called after that. Throws a RangeError for a piece that there is not. */
	async add(index: number): Promise<void> {
		if (!(index in this.#marks)) throw new RangeError(`no piece ${index}`);
		if (this.has(index)) return;
		await this.#handle.write(Uint8Array.of(WRITTEN), 0, 1, this.#offset + index);
		this.#marks[index] = WRITTEN;
		this.#present += 1;
	}

	/** Calls `sync`, which brings to the disk all that was written before; then what was marked before counts as durable. */
	async settle(sync: () => Promise<void>): Promise<void> {
		const before = this.#marks.slice();
		await sync();
		for (let index = 0; index < before.length; index += 1) {
			if (before[index] === WRITTEN) this.#marks[index] = DURABLE;
		}
		await this.#handle.write(this.#marks, 0, this.#marks.length, this.#offset);
	}

	async close(): Promise<void> {
		await this.#handle.close();
	}
}

function headerOf({ subject, count }: MarksOf, boot: Uint8Array | undefined): Uint8Array {
	if (subject.length > MOST_SUBJECT_BYTES) throw new RangeError("the subject of marks is too long");
	const numbers = Buffer.alloc(SUBJECT_LENGTH_BYTES + 8);
	numbers.writeUInt16BE(subject.length, 0);
	numbers.writeBigUInt64BE(BigInt(count), SUBJECT_LENGTH_BYTES);
	return Buffer.concat([FORMAT, boot ?? Buffer.alloc(BOOT_BYTES), numbers, subject]);
}
