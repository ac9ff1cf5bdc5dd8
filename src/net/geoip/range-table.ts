// A table from ranges of addresses to texts, packed so small that it is kept in the repository. A look-up unpacks two blocks of it, so nearly nothing of it is held in memory.
//
// A file of it, all numbers little-endian: 8 bytes "RTRANGE1" · u32 number of IPv4 blocks, of IPv6 blocks, of text blocks, of texts ·
// for each IPv4 block its first address u32 and its packed length u32, for each IPv6 block its first /64 u64 and its packed length u32,
// for each text block its packed length u32 · the blocks in that order, each a zstd frame (RFC 8878).
// A range block begins with the number of its steps; then come the steps' addresses, each as the distance from the one before (the first
// from the block's own), then their texts. All are LEB128 numbers. A step lasts until the next one; text 0 is none, 1 the first of the table.
// A text block has TEXTS_PER_BLOCK texts in UTF-8 (the last one fewer), one a line.
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { constants, zstdDecompressSync } from "node:zlib";
import { UnusableData } from "./data-folder.ts";

export const MAGIC = Buffer.from("RTRANGE1");
export const HEADER_BYTES = 24;
export const STEPS_PER_BLOCK = 2_048;
export const TEXTS_PER_BLOCK = 512;
export const TEXT_LIMIT = 1_000_000;
const BLOCK_LIMIT = 10_000;
const PACKED_BLOCK_LIMIT_BYTES = 1024 * 1024;
/** An unpacked block has at most this many bytes: a step needs at most 14, a text at most 3 times the 300 UTF-16 code units of three names. */
const BLOCK_LIMIT_BYTES = 1024 * 1024;
const unpacking = {
	maxOutputLength: BLOCK_LIMIT_BYTES,
	params: { [constants.ZSTD_d_windowLogMax]: Math.log2(BLOCK_LIMIT_BYTES) },
};
/** At most this many unpacked blocks of each kind are kept for the next look-up, about 20 kB each, because neighbours knock one after the other. */
const KEPT_BLOCKS = 32;

interface Block {
	/** The first address it has something to say of; 0 for a text block. */
	readonly first: bigint;
	readonly at: number;
	readonly sizeBytes: number;
}

/** Looks texts up in the file of a table, and owns the open file. */
export class RangeTable {
	readonly #descriptor: number;
	readonly #blocks4: readonly Block[];
	readonly #blocks6: readonly Block[];
	readonly #textBlocks: readonly Block[];
	readonly #ranges = new Kept<Buffer>();
	readonly #texts = new Kept<readonly string[]>();

	/** The constructor reads the index of `file`. It throws UnusableData unless the index fits the file exactly, and what the file system throws. */
	constructor(file: string) {
		this.#descriptor = openSync(file, "r");
		try {
			const header = this.#read(0, HEADER_BYTES);
			if (!header.subarray(0, MAGIC.length).equals(MAGIC)) throw new UnusableData("This is no table of addresses.");
			const counts = [8, 12, 16].map((at) => header.readUInt32LE(at));
			if (counts.some((count) => count > BLOCK_LIMIT)) throw new UnusableData("The table of addresses is too large.");
			const [count4 = 0, count6 = 0, textCount = 0] = counts;
			const index = this.#read(HEADER_BYTES, count4 * 8 + count6 * 12 + textCount * 4);
			const cursor = { at: 0, next: HEADER_BYTES + index.length };
			this.#blocks4 = blocksIn(index, count4, 4, cursor);
			this.#blocks6 = blocksIn(index, count6, 8, cursor);
			this.#textBlocks = blocksIn(index, textCount, 0, cursor);
			if (cursor.next !== fstatSync(this.#descriptor).size) {
				throw new UnusableData("The table of addresses has lost a part.");
			}
		} catch (error) {
			closeSync(this.#descriptor);
			throw error;
		}
	}

	/** Finds the text of an IPv4 address, which is given as its 32 bits. Throws UnusableData for a damaged block. */
	find4(address: bigint): string | undefined {
		return this.#find(this.#blocks4, address);
	}

	/** Finds the text of an IPv6 network, which is given as the first 64 bits of the address. Throws UnusableData for a damaged block. */
	find6(network: bigint): string | undefined {
		return this.#find(this.#blocks6, network);
	}

	/** Closes the file; nothing can be found afterwards. */
	close(): void {
		closeSync(this.#descriptor);
	}

	#find(blocks: readonly Block[], address: bigint): string | undefined {
		const block = lastReached(blocks, address);
		if (block === undefined) return undefined;
		const bytes = this.#ranges.get(block, () => this.#unpack(block));
		const text = textNumberAt(bytes, address - block.first);
		return text === 0 ? undefined : this.#text(text - 1);
	}

	#text(index: number): string {
		const block = this.#textBlocks[Math.floor(index / TEXTS_PER_BLOCK)];
		const texts = block && this.#texts.get(block, () => textsIn(this.#unpack(block)));
		const text = texts?.[index % TEXTS_PER_BLOCK];
		if (text === undefined) throw new UnusableData("A range of addresses names a text that is not there.");
		return text;
	}

	#unpack({ at, sizeBytes }: Block): Buffer {
		try {
			return zstdDecompressSync(this.#read(at, sizeBytes), unpacking);
		} catch {
			throw new UnusableData("A block of addresses is damaged.");
		}
	}

	#read(at: number, sizeBytes: number): Buffer {
		const bytes = Buffer.alloc(sizeBytes);
		for (let done = 0; done < sizeBytes; ) {
			const got = readSync(this.#descriptor, bytes, done, sizeBytes - done, at + done);
			if (got === 0) throw new UnusableData("The table of addresses is cut off.");
			done += got;
		}
		return bytes;
	}
}

/** Reads the index of `count` blocks, whose first addresses have `addressBytes` bytes, and moves `cursor` on in the index and in the file. */
function blocksIn(
	index: Buffer,
	count: number,
	addressBytes: 0 | 4 | 8,
	cursor: { at: number; next: number },
): readonly Block[] {
	const blocks: Block[] = [];
	for (let previous = -1n; blocks.length < count; ) {
		const first = addressBytes === 8 ? index.readBigUInt64LE(cursor.at) : BigInt(index.readUIntLE(cursor.at, 4));
		const sizeBytes = index.readUInt32LE(cursor.at + addressBytes);
		if (sizeBytes > PACKED_BLOCK_LIMIT_BYTES) throw new UnusableData("A block of addresses is too large.");
		if (addressBytes > 0 && first <= previous) throw new UnusableData("The blocks of addresses are out of order.");
		previous = first;
		blocks.push({ first: addressBytes === 0 ? 0n : first, at: cursor.next, sizeBytes });
		cursor.at += addressBytes + 4;
		cursor.next += sizeBytes;
	}
	return blocks;
}

/** Finds the last block that begins at `address` or before, by halving. */
function lastReached(blocks: readonly Block[], address: bigint): Block | undefined {
	let low = 0;
	let high = blocks.length;
	while (low < high) {
		const middle = (low + high) >>> 1;
		if ((blocks[middle]?.first ?? 0n) <= address) low = middle + 1;
		else high = middle;
	}
	return blocks[low - 1];
}

/** Finds the number of the text that applies `distance` after the first address of an unpacked range block. It throws UnusableData. */
function textNumberAt(bytes: Buffer, distance: bigint): number {
	const numbers = new Numbers(bytes);
	const count = numbers.next();
	if (count > STEPS_PER_BLOCK) throw new UnusableData("A block of addresses is damaged.");
	// A distance between /64s is larger than a double is exact for, and thousands of bigints are too much garbage: so two halves of 32 bits.
	let high = Number(distance >> 32n);
	let low = Number(distance & 0xffff_ffffn);
	let reached = 0;
	for (let step = 0; step < count; step += 1) {
		numbers.readHalves();
		low -= numbers.low;
		high -= numbers.high + (low < 0 ? 1 : 0);
		if (low < 0) low += 2 ** 32;
		if (high >= 0) reached = step + 1;
	}
	let text = 0;
	for (let step = 0; step < reached; step += 1) text = numbers.next();
	return text;
}

function textsIn(bytes: Buffer): readonly string[] {
	return bytes.toString("utf8").split("\n", TEXTS_PER_BLOCK);
}

/** Remembers what was made of the blocks that were used last. */
class Kept<Made> {
	/** The map is in the order of use: the first was used longest ago. */
	readonly #made = new Map<Block, Made>();

	get(block: Block, make: () => Made): Made {
		const made = this.#made.get(block) ?? make();
		this.#made.delete(block);
		this.#made.set(block, made);
		const [oldest] = this.#made.keys();
		if (this.#made.size > KEPT_BLOCKS && oldest !== undefined) this.#made.delete(oldest);
		return made;
	}
}

/** Reads LEB128 numbers one after the other. */
class Numbers {
	high = 0;
	low = 0;
	readonly #bytes: Buffer;
	#at = 0;

	constructor(bytes: Buffer) {
		this.#bytes = bytes;
	}

	/** Reads a number below 2^53. */
	next(): number {
		let value = 0;
		for (let factor = 1; factor <= 2 ** 49; factor *= 128) {
			const byte = this.#byte();
			value += (byte & 127) * factor;
			if (byte < 128) return value;
		}
		throw new UnusableData("A block of addresses is damaged.");
	}

	/** Reads a number below 2^64 into `high` and `low`, 32 bits each. A larger number loses its upper bits. */
	readHalves(): void {
		this.high = 0;
		this.low = 0;
		for (let shift = 0; shift <= 63; shift += 7) {
			const byte = this.#byte();
			const bits = byte & 127;
			if (shift < 32) this.low = (this.low | (bits << shift)) >>> 0;
			// The fifth byte has bits of both halves.
			if (shift === 28) this.high = bits >>> 4;
			if (shift > 28) this.high = (this.high | (bits << (shift - 32))) >>> 0;
			if (byte < 128) return;
		}
		throw new UnusableData("A block of addresses is damaged.");
	}

	#byte(): number {
		const byte = this.#bytes[this.#at];
		if (byte === undefined) throw new UnusableData("A block of addresses is cut off.");
		this.#at += 1;
		return byte;
	}
}
