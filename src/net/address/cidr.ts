// Ranges of addresses in CIDR notation (RFC 4632, RFC 4291 §2.3): read, written in one canonical way, and compared with addresses.
import { isIPv4 } from "node:net";
import { canonicalAddress } from "./address.ts";

/** A Cidr is a range of addresses. `text` is "81.2.69.0/24" or "2001:db8::/32": canonical, with nothing set beyond the first `bits`. */
export interface Cidr {
	readonly text: string;
	readonly family: 4 | 6;
	readonly bits: number;
	/** The first address of the range, as a number. */
	readonly first: bigint;
}

/** A longer text is no range: this is more than any range written out in full with a zone. */
const LONGEST_CIDR = 90;
const MAPPED_BITS = 96;

/**
 * Reads "ADDRESS/BITS", where any address of the range will do. A range of IPv4-mapped addresses becomes the IPv4 range it stands for. Returns `undefined` for
 * all else.
 */
export function parseCidr(text: string): Cidr | undefined {
	const [, word = "", length = ""] = text.length <= LONGEST_CIDR ? (/^([^/]+)\/(\d{1,3})$/.exec(text) ?? []) : [];
	const address = addressNumber(word);
	if (address === undefined || length === "") return undefined;
	const isMapped = address.family === 4 && word.includes(":");
	const bits = Number(length) - (isMapped ? MAPPED_BITS : 0);
	const size = sizeOf(address.family);
	if (bits < 0 || bits > size) return undefined;
	const first = prefixOf(address.value, bits, size) << BigInt(size - bits);
	// Every caller is such a range of one: its address is written the canonical way already.
	const start = first === address.value ? address.canonical : addressText(first, address.family);
	return { text: `${start}/${bits}`, family: address.family, bits, first };
}

/** Tells whether the literal `address` lies in the range; `false` for what is no address. */
export function isInCidr(address: string, { family, bits, first }: Cidr): boolean {
	const found = addressNumber(address);
	if (found === undefined || found.family !== family) return false;
	const size = sizeOf(family);
	return prefixOf(found.value, bits, size) === prefixOf(first, bits, size);
}

/** Tells whether the two ranges have an address in common: then one lies in the other. */
export function doCidrsMeet(one: Cidr, other: Cidr): boolean {
	if (one.family !== other.family) return false;
	const bits = Math.min(one.bits, other.bits);
	const size = sizeOf(one.family);
	return prefixOf(one.first, bits, size) === prefixOf(other.first, bits, size);
}

function sizeOf(family: 4 | 6): number {
	return family === 4 ? 32 : 128;
}

function prefixOf(value: bigint, bits: number, size: number): bigint {
	return value >> BigInt(size - bits);
}

interface AddressNumber {
	readonly canonical: string;
	readonly family: 4 | 6;
	readonly value: bigint;
}

function addressNumber(text: string): AddressNumber | undefined {
	const canonical = canonicalAddress(text);
	if (canonical === undefined) return undefined;
	if (isIPv4(canonical)) return { canonical, family: 4, value: joined(canonical.split(".").map(Number), 8n) };
	const [head = "", tail] = canonical.split("::");
	const before = groupsOf(head);
	const after = groupsOf(tail ?? "");
	const zeros = Array<number>(8 - before.length - after.length).fill(0);
	return { canonical, family: 6, value: joined([...before, ...zeros, ...after], 16n) };
}

function groupsOf(part: string): readonly number[] {
	return part === "" ? [] : part.split(":").map((group) => Number.parseInt(group, 16));
}

function joined(parts: readonly number[], bits: bigint): bigint {
	return parts.reduce((value, part) => (value << bits) | BigInt(part), 0n);
}

function addressText(value: bigint, family: 4 | 6): string {
	if (family === 4) {
		const number = Number(value);
		return [24, 16, 8, 0].map((shift) => (number >>> shift) & 0xff).join(".");
	}
	const groups = value.toString(16).padStart(32, "0").match(/.{4}/g) ?? [];
	return new URL(`http://[${groups.join(":")}]/`).hostname.slice(1, -1);
}
