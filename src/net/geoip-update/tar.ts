// Takes named files out of a gzipped tar archive (POSIX ustar), hostile: no name in it becomes a path, and everything is bounded.
import { closeSync, createReadStream, openSync, writeSync } from "node:fs";
import { createGunzip } from "node:zlib";

const BLOCK_BYTES = 512;
/** Nothing that we read is larger unpacked, so whatever is made to grow without end ends here. */
const UNPACKED_LIMIT_BYTES = 1024 * 1024 * 1024;
const ENTRY_LIMIT = 10_000;

export interface Unpacking {
	/** The path of the .tgz file. */
	readonly archive: string;
	/** Returns where an entry of the archive shall go, or `undefined` to pass it over. Only files are asked for. */
	readonly pathOf: (entryName: string) => string | undefined;
	/** The largest file that is taken out. */
	readonly fileLimitBytes: number;
}

/** `detail` says what is wrong with the archive. */
export type UnpackOutcome =
	| { readonly kind: "unpacked"; readonly entryNames: readonly string[] }
	| { readonly kind: "refused"; readonly detail: string };

class BadArchive extends Error {}

/** Unpacks what `pathOf` asks for. What was written until something went wrong stays. It throws only what writing throws (a full disk). */
export async function unpack({ archive, pathOf, fileLimitBytes }: Unpacking): Promise<UnpackOutcome> {
	const entries = new Entries(pathOf, fileLimitBytes);
	const source = createReadStream(archive);
	const plain = createGunzip();
	// Destroys the other end too, and hands the fault on to the reading below.
	source.on("error", (error) => plain.destroy(error));
	source.pipe(plain);
	try {
		for await (const chunk of plain) entries.take(chunk as Buffer);
		return { kind: "unpacked", entryNames: entries.finish() };
	} catch (error) {
		if (error instanceof BadArchive) return { kind: "refused", detail: error.message };
		const { code = "" } = error as NodeJS.ErrnoException;
		if (code.startsWith("Z_")) return { kind: "refused", detail: "The archive is damaged." };
		throw error;
	} finally {
		source.destroy();
		plain.destroy();
		entries.close();
	}
}

/** Walks through the archive as it arrives. */
class Entries {
	readonly #pathOf: Unpacking["pathOf"];
	readonly #fileLimitBytes: number;
	readonly #taken: string[] = [];
	#header = Buffer.alloc(0);
	/** Counts what is left of the entry under way: of its content, and of the padding after it. */
	#contentLeft = 0;
	#paddingLeft = 0;
	#descriptor: number | undefined;
	#totalBytes = 0;
	#count = 0;
	#hasEnded = false;

	constructor(pathOf: Unpacking["pathOf"], fileLimitBytes: number) {
		this.#pathOf = pathOf;
		this.#fileLimitBytes = fileLimitBytes;
	}

	take(chunk: Buffer): void {
		this.#totalBytes += chunk.length;
		if (this.#totalBytes > UNPACKED_LIMIT_BYTES) throw new BadArchive("The archive is too large.");
		for (let rest = chunk; rest.length > 0 && !this.#hasEnded; ) rest = this.#takeSome(rest);
	}

	finish(): readonly string[] {
		if (this.#contentLeft > 0 || this.#header.length > 0) throw new BadArchive("The archive is cut off.");
		return this.#taken;
	}

	close(): void {
		if (this.#descriptor !== undefined) closeSync(this.#descriptor);
		this.#descriptor = undefined;
	}

	#takeSome(chunk: Buffer): Buffer {
		if (this.#contentLeft > 0) {
			const part = chunk.subarray(0, this.#contentLeft);
			if (this.#descriptor !== undefined) writeAll(this.#descriptor, part);
			this.#contentLeft -= part.length;
			if (this.#contentLeft === 0) this.close();
			return chunk.subarray(part.length);
		}
		if (this.#paddingLeft > 0) {
			const skipped = Math.min(this.#paddingLeft, chunk.length);
			this.#paddingLeft -= skipped;
			return chunk.subarray(skipped);
		}
		const missing = BLOCK_BYTES - this.#header.length;
		this.#header = Buffer.concat([this.#header, chunk.subarray(0, missing)]);
		if (this.#header.length === BLOCK_BYTES) {
			this.#begin(this.#header);
			this.#header = Buffer.alloc(0);
		}
		return chunk.subarray(missing);
	}

	#begin(header: Buffer): void {
		// Two blocks of zeros end an archive; one is enough for us.
		if (header.every((byte) => byte === 0)) {
			this.#hasEnded = true;
			return;
		}
		this.#count += 1;
		const sizeBytes = octal(header, 124, 12);
		if (this.#count > ENTRY_LIMIT || sizeBytes === undefined || !hasRightSum(header)) {
			throw new BadArchive("The archive is damaged.");
		}
		this.#contentLeft = sizeBytes;
		this.#paddingLeft = (BLOCK_BYTES - (sizeBytes % BLOCK_BYTES)) % BLOCK_BYTES;
		const type = header[156];
		if (type !== 0 && type !== 0x30) return;
		const [prefix, name] = [textAt(header, 345, 155), textAt(header, 0, 100)];
		const entryName = prefix === "" ? name : `${prefix}/${name}`;
		const path = this.#pathOf(entryName);
		if (path === undefined) return;
		if (sizeBytes > this.#fileLimitBytes) throw new BadArchive("A file in the archive is too large.");
		this.#descriptor = openSync(path, "w", 0o644);
		this.#taken.push(entryName);
		if (sizeBytes === 0) this.close();
	}
}

/** Writes all bytes. A short write is not the end: the next one says why (a full disk). */
function writeAll(descriptor: number, bytes: Buffer): void {
	for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
}

function textAt(header: Buffer, from: number, length: number): string {
	return header.toString("utf8", from, from + length).replace(/\0.*$/s, "");
}

function octal(header: Buffer, from: number, length: number): number | undefined {
	const digits = textAt(header, from, length).trim();
	return /^[0-7]{1,12}$/.test(digits) ? Number.parseInt(digits, 8) : undefined;
}

/** Tells whether the header has the right sum: that of all bytes, with the field of the sum itself as blanks. */
function hasRightSum(header: Buffer): boolean {
	let sum = 0;
	for (const [at, byte] of header.entries()) sum += at >= 148 && at < 156 ? 0x20 : byte;
	return octal(header, 148, 8) === sum;
}
