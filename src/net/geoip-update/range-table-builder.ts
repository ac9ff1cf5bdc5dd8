// Builds a table from ranges of addresses to texts; range-table.ts says how its file looks and reads it.
import { closeSync, openSync, writeSync } from "node:fs";
import { constants, zstdCompressSync } from "node:zlib";
import { UnusableData } from "../geoip/data-folder.ts";
import { HEADER_BYTES, MAGIC, STEPS_PER_BLOCK, TEXT_LIMIT, TEXTS_PER_BLOCK } from "../geoip/range-table.ts";

/** DB-IP's City Lite of June 2026 has 3.3 million IPv4 steps and 3.9 million IPv6 steps. */
const STEP_LIMIT = 12_000_000;
/** This level packs nearly as small as the best one, in a quarter of the time. */
const COMPRESSION_LEVEL = 9;
const FIRST_CAPACITY = 65_536;

/** Holds the steps of one address family while the table is built. Where ranges overlap the earlier one keeps what it has. */
class Steps {
	#firsts = new BigUint64Array(FIRST_CAPACITY);
	#texts = new Uint32Array(FIRST_CAPACITY);
	#count = 0;
	readonly #end: bigint;
	/** The first address behind all ranges so far. */
	#next = 0n;
	#previousFirst = 0n;

	/** `end` is one more than the last address there is. */
	constructor(end: bigint) {
		this.#end = end;
	}

	add(first: bigint, last: bigint, text: number): void {
		if (first > last || last >= this.#end || first < this.#previousFirst) {
			throw new UnusableData("The ranges of addresses are out of order.");
		}
		this.#previousFirst = first;
		if (last < this.#next) return;
		const start = first < this.#next ? this.#next : first;
		if (start > this.#next) this.#step(this.#next, 0);
		this.#step(start, text);
		this.#next = last + 1n;
	}

	/** Packs all steps into blocks of a range table. Nothing can be added afterwards. */
	pack(level: number): readonly PackedBlock[] {
		if (this.#next < this.#end) this.#step(this.#next, 0);
		const blocks: PackedBlock[] = [];
		for (let from = 0; from < this.#count; from += STEPS_PER_BLOCK) {
			const to = Math.min(this.#count, from + STEPS_PER_BLOCK);
			const first = this.#firsts[from] ?? 0n;
			const bytes: number[] = [];
			put(bytes, BigInt(to - from));
			let previous = first;
			for (let step = from; step < to; step += 1) {
				const next = this.#firsts[step] ?? 0n;
				put(bytes, next - previous);
				previous = next;
			}
			for (let step = from; step < to; step += 1) put(bytes, BigInt(this.#texts[step] ?? 0));
			blocks.push({ first, bytes: packed(Buffer.from(bytes), level) });
		}
		return blocks;
	}

	#step(first: bigint, text: number): void {
		if (this.#count > 0 && this.#texts[this.#count - 1] === text) return;
		if (this.#count >= STEP_LIMIT) throw new UnusableData("There are too many ranges of addresses.");
		if (this.#count === this.#firsts.length) this.#grow();
		this.#firsts[this.#count] = first;
		this.#texts[this.#count] = text;
		this.#count += 1;
	}

	#grow(): void {
		const [firsts, texts] = [this.#firsts, this.#texts];
		this.#firsts = new BigUint64Array(firsts.length * 2);
		this.#firsts.set(firsts);
		this.#texts = new Uint32Array(texts.length * 2);
		this.#texts.set(texts);
	}
}

interface PackedBlock {
	readonly first: bigint;
	readonly bytes: Buffer;
}

/** Collects ranges in the order of their addresses and writes the file of their table. */
export class RangeTableBuilder {
	readonly #steps4 = new Steps(1n << 32n);
	readonly #steps6 = new Steps(1n << 64n);
	readonly #texts = new Map<string, number>();

	/** Gives the IPv4 addresses from `first` to `last` (32 bits, both included) a text of one line. Throws UnusableData for ranges out of order, and for too many ranges or texts. */
	add4(first: bigint, last: bigint, text: string): void {
		this.#steps4.add(first, last, this.#numberOf(text));
	}

	/** Gives the IPv6 networks from `first` to `last` (the first 64 bits, both included) a text of one line. Throws as `add4` does. */
	add6(first: bigint, last: bigint, text: string): void {
		this.#steps6.add(first, last, this.#numberOf(text));
	}

	/** Writes the table into a new file, packed at a level of zstd's from 1 to 19. Throws what the file system throws. The builder is used up afterwards. */
	write(file: string, level = COMPRESSION_LEVEL): void {
		const [blocks4, blocks6] = [this.#steps4.pack(level), this.#steps6.pack(level)];
		const texts = [...this.#texts.keys()];
		const textBlocks: Buffer[] = [];
		for (let from = 0; from < texts.length; from += TEXTS_PER_BLOCK) {
			textBlocks.push(packed(Buffer.from(texts.slice(from, from + TEXTS_PER_BLOCK).join("\n")), level));
		}
		const index = Buffer.alloc(HEADER_BYTES + blocks4.length * 8 + blocks6.length * 12 + textBlocks.length * 4);
		MAGIC.copy(index);
		let at = MAGIC.length;
		for (const count of [blocks4.length, blocks6.length, textBlocks.length, texts.length]) {
			at = index.writeUInt32LE(count, at);
		}
		for (const { first, bytes } of blocks4)
			at = index.writeUInt32LE(bytes.length, index.writeUInt32LE(Number(first), at));
		for (const { first, bytes } of blocks6) at = index.writeUInt32LE(bytes.length, index.writeBigUInt64LE(first, at));
		for (const bytes of textBlocks) at = index.writeUInt32LE(bytes.length, at);
		const ranges = [...blocks4, ...blocks6].map(({ bytes }) => bytes);
		writeWhole(file, [index, ...ranges, ...textBlocks]);
	}

	#numberOf(text: string): number {
		const known = this.#texts.get(text);
		if (known !== undefined) return known;
		if (this.#texts.size >= TEXT_LIMIT) throw new UnusableData("There are too many different entries.");
		this.#texts.set(text, this.#texts.size + 1);
		return this.#texts.size;
	}
}

function writeWhole(file: string, parts: readonly Buffer[]): void {
	const descriptor = openSync(file, "wx", 0o644);
	try {
		for (const part of parts) {
			// A short write is not the end: the next one says why (a full disk).
			for (let at = 0; at < part.length; ) at += writeSync(descriptor, part, at);
		}
	} finally {
		closeSync(descriptor);
	}
}

function packed(bytes: Buffer, level: number): Buffer {
	const params = { [constants.ZSTD_c_compressionLevel]: level };
	// The size decides how large a window whoever unpacks has to keep: without it 8 MB at level 19.
	return zstdCompressSync(bytes, { params, pledgedSrcSize: bytes.length });
}

/** Appends a LEB128 number. */
function put(bytes: number[], value: bigint): void {
	let rest = value;
	for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
	bytes.push(Number(rest));
}
