// One file that a host keeps for others: its ciphertext on the disk, in slots of one length, with the marks of those that are filled.
import { type FileHandle, open } from "node:fs/promises";
import { type DiskTrouble, diskTroubleOf, hasCode } from "./open-folder.ts";
import { PieceMarks } from "./piece-marks.ts";

const OWNER_ONLY = 0o600;

/** Holds the ciphertext of one file. The spool opens and closes it. */
export class SpooledFile {
	readonly #handle: FileHandle;
	readonly #marks: PieceMarks;
	readonly #size: number;
	readonly #slot: number;

	private constructor(handle: FileHandle, marks: PieceMarks, size: number, slot: number) {
		this.#handle = handle;
		this.#marks = marks;
		this.#size = size;
		this.#slot = slot;
	}

	/** Returns the paths of its two files, which begin with `base`. */
	static paths(base: string): readonly [blocks: string, marks: string] {
		return [`${base}.blocks`, `${base}.marks`];
	}

	/** Opens the file that is kept at `base`, or begins it. `size` and `slot`: bytes in all, and in one slot; `subject`: the id it belongs to. Throws what the disk says. */
	static async open(base: string, size: number, slot: number, subject: Uint8Array): Promise<SpooledFile> {
		const [blocks, marks] = SpooledFile.paths(base);
		const handle = await openOrMake(blocks);
		try {
			return new SpooledFile(handle, await marksAt(marks, { subject, count: Math.ceil(size / slot) }), size, slot);
		} catch (error) {
			await handle.close();
			throw error;
		}
	}

	/** Counts the slots that there are; `filled` counts those that are filled. */
	get slots(): number {
		return this.#marks.count;
	}

	get filled(): number {
		return this.#marks.present;
	}

	has(index: number): boolean {
		return this.#marks.has(index);
	}

	/** Returns the first slot from `from` on that is empty, or `undefined`. */
	firstMissing(from = 0): number | undefined {
		return this.#marks.firstMissing(from);
	}

	/** Returns how long the ciphertext in a slot is. */
	lengthOf(index: number): number {
		return Math.min(this.#slot, this.#size - index * this.#slot);
	}

	/** Fills a slot. Throws a RangeError for one that there is not, or another length; returns the trouble if the disk would not. */
	async write(index: number, bytes: Uint8Array): Promise<DiskTrouble | undefined> {
		if (!Number.isSafeInteger(index) || index < 0 || index >= this.slots) throw new RangeError(`no slot ${index}`);
		if (bytes.length !== this.lengthOf(index)) throw new RangeError(`slot ${index} has ${bytes.length} bytes`);
		try {
			for (let done = 0; done < bytes.length; ) {
				const at = index * this.#slot + done;
				done += (await this.#handle.write(bytes, done, bytes.length - done, at)).bytesWritten;
			}
			await this.#marks.add(index);
			return undefined;
		} catch (error) {
			return diskTroubleOf(error);
		}
	}

	/** Reads a slot into `into`, which has room for it, and returns that part; `undefined` where the slot is empty, or cannot be read any more. */
	async read(index: number, into: Uint8Array): Promise<Uint8Array | undefined> {
		if (!this.has(index)) return undefined;
		const bytes = into.subarray(0, this.lengthOf(index));
		try {
			for (let done = 0; done < bytes.length; ) {
				const { bytesRead } = await this.#handle.read(bytes, done, bytes.length - done, index * this.#slot + done);
				if (bytesRead === 0) return undefined;
				done += bytesRead;
			}
			return bytes;
		} catch (error) {
			diskTroubleOf(error);
			return undefined;
		}
	}

	async close(): Promise<void> {
		await this.#handle.close();
		await this.#marks.close();
	}
}

/** Opens a file of the spool, or makes it. The home is ours alone (0700), so nobody else can have put anything there. */
async function openOrMake(path: string): Promise<FileHandle> {
	try {
		return await open(path, "r+");
	} catch (error) {
		if (!hasCode(error, "ENOENT")) throw error;
		return open(path, "wx+", OWNER_ONLY);
	}
}

async function marksAt(
	path: string,
	of: { readonly subject: Uint8Array; readonly count: number },
): Promise<PieceMarks> {
	const handle = await openOrMake(path);
	try {
		const there = await PieceMarks.resume(handle, of);
		if (there !== undefined) return there;
		await handle.truncate(0);
		return await PieceMarks.begin(handle, of);
	} catch (error) {
		await handle.close();
		throw error;
	}
}
