// Addresses as bytes, as router protocols carry them, and the question whether two of them are neighbours.
import { isIPv4 } from "node:net";
import { canonicalAddress } from "./address.ts";

/** Every address is kept in as many bytes as IPv6 has. */
const ADDRESS_BYTES = 16;
/** IPv4 addresses travel in ::ffff:0:0/96, whose first bytes these are (RFC 4291 §2.5.5.2). */
const MAPPED_PREFIX = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff] as const;

/** Returns the 16 bytes of a literal address; IPv4 becomes IPv4-mapped IPv6, a zone is left out. It throws for what is no address (a bug of the caller). */
export function addressBytes(address: string): Uint8Array {
	const canonical = canonicalAddress(address);
	if (canonical === undefined) throw new Error("only a literal address has bytes");
	if (isIPv4(canonical)) return Uint8Array.from([...MAPPED_PREFIX, ...canonical.split(".").map(Number)]);
	const [head = "", tail] = canonical.split("::");
	const before = head === "" ? [] : head.split(":");
	const after = tail === undefined || tail === "" ? [] : tail.split(":");
	const zeros = Array<string>(ADDRESS_BYTES / 2 - before.length - after.length).fill("0");
	const groups = [...before, ...zeros, ...after].map((group) => Number.parseInt(group, 16));
	return Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff]));
}

/** Returns the canonical address of 16 bytes, IPv4-mapped as IPv4; `undefined` for any other number of bytes. */
export function addressOfBytes(bytes: Uint8Array): string | undefined {
	if (bytes.length !== ADDRESS_BYTES) return undefined;
	const groups = Array.from({ length: ADDRESS_BYTES / 2 }, (_, at) =>
		(((bytes[at * 2] ?? 0) << 8) | (bytes[at * 2 + 1] ?? 0)).toString(16),
	);
	return canonicalAddress(groups.join(":"));
}

/** Tells whether both addresses are of one family and share their first `prefixLength` bits (of 32 for IPv4, of 128 for IPv6). */
export function areOnOneSubnet(one: string, other: string, prefixLength: number): boolean {
	const [first, second] = [canonicalAddress(one), canonicalAddress(other)];
	if (first === undefined || second === undefined || isIPv4(first) !== isIPv4(second)) return false;
	const bits = isIPv4(first) ? prefixLength + MAPPED_PREFIX.length * 8 : prefixLength;
	return leadingBits(first, bits) === leadingBits(second, bits);
}

function leadingBits(address: string, count: number): bigint {
	const number = BigInt(`0x${Buffer.from(addressBytes(address)).toString("hex")}`);
	return number >> BigInt(ADDRESS_BYTES * 8 - count);
}
