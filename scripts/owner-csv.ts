// Reads the rows of @ip-location-db/asn, of which the network owners that come with the program are made.

import { UnusableData } from "../src/net/geoip/data-folder.ts";
import { LARGEST_ASN } from "../src/net/geoip/entries.ts";

/** Addresses from `first` to `last`, both included: IPv4 as 32 bits, IPv6 as its first 64. */
export interface OwnedRange {
	readonly first: bigint;
	readonly last: bigint;
	readonly asn: number;
	readonly name: string;
}

const LONGEST_LINE = 1024;
const LINE_END = 10;

/** Reads "first,last,number,name" lines as the `-num.csv` files have them. `dropBits` is 64 to make networks of IPv6 addresses. Throws UnusableData. */
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
