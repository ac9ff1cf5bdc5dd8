// Network owners by address, as one compact table: built from rows in address order, searched in place by halving.
//
// The table, all numbers little-endian: 8 bytes "RTOWNER1" · u32 count of IPv4 steps, of IPv6 steps, of owners, of bytes of names ·
// IPv4: first addresses u32[], owners u32[] · IPv6: first addresses as /64 u64[], owners u32[] · owners: numbers u32[], ends of
// their names u32[] · names in UTF-8. A step lasts until the next one; its owner is 0 for nobody, else one more than the place in the list.
import { boundedName } from "./place.ts";
import { UnusableData } from "./shelf.ts";

const MAGIC = Buffer.from("RTOWNER1");
const HEADER_BYTES = 24;
/** IPv4 has 1 million routes and IPv6 a quarter of that in 2026. */
const STEP_LIMIT = 8_000_000;
const OWNER_LIMIT = 1_000_000;
const LARGEST_ASN = 0xffff_ffff;

/** Addresses from `first` to `last`, both included: IPv4 as 32 bits, IPv6 as its first 64. */
export interface OwnedRange {
	readonly first: bigint;
	readonly last: bigint;
	readonly asn: number;
	readonly name: string;
}

export interface Owner {
	readonly asn: number;
	readonly networkOwner?: string;
}

/** One family's steps while the table is built. Where ranges overlap the earlier one keeps what it has. */
class Steps {
	readonly firsts: bigint[] = [];
	readonly owners: number[] = [];
	readonly #end: bigint;
	/** The first address nobody has claimed yet. */
	#next = 0n;
	#previousFirst = 0n;

	/** `end`: one more than the last address there is. */
	constructor(end: bigint) {
		this.#end = end;
	}

	add(first: bigint, last: bigint, owner: number): void {
		if (first > last || last >= this.#end || first < this.#previousFirst) {
			throw new UnusableData("The ranges of addresses are out of order.");
		}
		this.#previousFirst = first;
		if (last < this.#next) return;
		const start = first < this.#next ? this.#next : first;
		if (start > this.#next) this.#step(this.#next, 0);
		this.#step(start, owner);
		this.#next = last + 1n;
	}

	finish(): void {
		if (this.#next < this.#end) this.#step(this.#next, 0);
	}

	#step(first: bigint, owner: number): void {
		if (this.owners.at(-1) === owner) return;
		if (this.firsts.length >= STEP_LIMIT) throw new UnusableData("There are too many ranges of addresses.");
		this.firsts.push(first);
		this.owners.push(owner);
	}
}

/** Rows of each family in the order of their first addresses. Throws UnusableData when they are not, or there are too many. */
export function buildOwnerTable(ipv4: Iterable<OwnedRange>, ipv6: Iterable<OwnedRange>): Buffer {
	const owners = new Map<string, { readonly place: number; readonly asn: number; readonly name: Buffer }>();
	const placeOf = ({ asn, name }: OwnedRange): number => {
		const key = `${asn} ${name}`;
		const known = owners.get(key);
		if (known !== undefined) return known.place;
		if (owners.size >= OWNER_LIMIT) throw new UnusableData("There are too many network owners.");
		const place = owners.size + 1;
		owners.set(key, { place, asn, name: Buffer.from(boundedName(name) ?? "") });
		return place;
	};
	const steps4 = new Steps(1n << 32n);
	for (const range of ipv4) steps4.add(range.first, range.last, placeOf(range));
	steps4.finish();
	const steps6 = new Steps(1n << 64n);
	for (const range of ipv6) steps6.add(range.first, range.last, placeOf(range));
	steps6.finish();
	return encode(steps4, steps6, [...owners.values()]);
}

function encode(
	steps4: Steps,
	steps6: Steps,
	owners: readonly { readonly asn: number; readonly name: Buffer }[],
): Buffer {
	const names = Buffer.concat(owners.map(({ name }) => name));
	const [count4, count6] = [steps4.firsts.length, steps6.firsts.length];
	const bytes = Buffer.alloc(HEADER_BYTES + count4 * 8 + count6 * 12 + owners.length * 8 + names.length);
	MAGIC.copy(bytes);
	let at = MAGIC.length;
	const number = (value: number) => {
		at = bytes.writeUInt32LE(value, at);
	};
	for (const count of [count4, count6, owners.length, names.length]) number(count);
	for (const first of steps4.firsts) number(Number(first));
	for (const owner of steps4.owners) number(owner);
	for (const first of steps6.firsts) at = bytes.writeBigUInt64LE(first, at);
	for (const owner of steps6.owners) number(owner);
	for (const { asn } of owners) number(asn);
	let end = 0;
	for (const { name } of owners) {
		end += name.length;
		number(end);
	}
	names.copy(bytes, at);
	return bytes;
}

/** A table that is searched where it lies. */
export class OwnerTable {
	readonly #bytes: Buffer;
	readonly #count4: number;
	readonly #count6: number;
	readonly #count: number;
	readonly #at6: number;
	readonly #atOwners: number;
	readonly #atNames: number;

	/** Throws UnusableData unless the parts add up to exactly these bytes. Keeps `bytes`. */
	constructor(bytes: Buffer) {
		if (bytes.length < HEADER_BYTES || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) {
			throw new UnusableData("This is no table of network owners.");
		}
		this.#bytes = bytes;
		this.#count4 = bytes.readUInt32LE(8);
		this.#count6 = bytes.readUInt32LE(12);
		this.#count = bytes.readUInt32LE(16);
		this.#at6 = HEADER_BYTES + this.#count4 * 8;
		this.#atOwners = this.#at6 + this.#count6 * 12;
		this.#atNames = this.#atOwners + this.#count * 8;
		if (this.#atNames + bytes.readUInt32LE(20) !== bytes.length) {
			throw new UnusableData("The table of network owners has lost a part.");
		}
	}

	/** `address`: 32 bits. */
	find4(address: number): Owner | undefined {
		const step = lastStep(this.#count4, (index) => this.#bytes.readUInt32LE(HEADER_BYTES + index * 4) <= address);
		if (step < 0) return undefined;
		return this.#owner(this.#bytes.readUInt32LE(HEADER_BYTES + this.#count4 * 4 + step * 4));
	}

	/** `network`: the first 64 bits of the address. */
	find6(network: bigint): Owner | undefined {
		const step = lastStep(this.#count6, (index) => this.#bytes.readBigUInt64LE(this.#at6 + index * 8) <= network);
		if (step < 0) return undefined;
		return this.#owner(this.#bytes.readUInt32LE(this.#at6 + this.#count6 * 8 + step * 4));
	}

	#owner(place: number): Owner | undefined {
		if (place === 0 || place > this.#count) return undefined;
		const asn = this.#bytes.readUInt32LE(this.#atOwners + (place - 1) * 4);
		const ends = this.#atOwners + this.#count * 4;
		const from = place === 1 ? 0 : this.#bytes.readUInt32LE(ends + (place - 2) * 4);
		const to = this.#bytes.readUInt32LE(ends + (place - 1) * 4);
		// A slice beyond the end, or the wrong way round, is empty; boundedName has the last word on its length.
		const networkOwner = boundedName(this.#bytes.toString("utf8", this.#atNames + from, this.#atNames + to));
		return networkOwner === undefined ? { asn } : { asn, networkOwner };
	}
}

/** The last place for which `isReached` holds, -1 for none; it holds up to some place and for none after. */
function lastStep(count: number, isReached: (index: number) => boolean): number {
	let low = -1;
	let high = count;
	while (high - low > 1) {
		const middle = (low + high) >>> 1;
		if (isReached(middle)) low = middle;
		else high = middle;
	}
	return low;
}

const LONGEST_LINE = 1024;
const LINE_END = 10;

/** Reads "first,last,number,name" lines as the `-num.csv` files of @ip-location-db/asn have them. `dropBits`: 64 to make IPv6 addresses networks. Throws UnusableData. */
export function* ownedRanges(csv: Buffer, dropBits: bigint): Generator<OwnedRange> {
	let line = 0;
	for (let from = 0; from < csv.length; ) {
		const found = csv.indexOf(LINE_END, from);
		const to = found < 0 ? csv.length : found;
		line += 1;
		const row =
			to - from > LONGEST_LINE
				? undefined
				: /^(\d{1,39}),(\d{1,39}),(\d{1,10}),(.*?)\r?$/.exec(csv.toString("utf8", from, to));
		from = to + 1;
		if (row === null || row === undefined) throw new UnusableData(`Line ${line} of the network owners cannot be read.`);
		const [, first = "", last = "", asn = "", name = ""] = row;
		if (Number(asn) > LARGEST_ASN) throw new UnusableData(`Line ${line} has a network number that is too large.`);
		yield { first: BigInt(first) >> dropBits, last: BigInt(last) >> dropBits, asn: Number(asn), name: unquoted(name) };
	}
}

/** RFC 4180 §2: a field in quotes, quotes inside it doubled. */
function unquoted(field: string): string {
	return field.startsWith('"') && field.endsWith('"') && field.length > 1
		? field.slice(1, -1).replaceAll('""', '"')
		: field;
}
