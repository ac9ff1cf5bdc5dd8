// Walks through a database in MaxMind's .mmdb format, hostile, in the order of its addresses: https://maxmind.github.io/MaxMind-DB/
import { UnusableData } from "../geoip/data-folder.ts";

/** DB-IP's City Lite has 15 million nodes for both families; whoever refers to the same nodes again and again to keep us busy is stopped here. */
const VISIT_LIMIT = 80_000_000;
/** Only the first 64 bits of an IPv6 address say where it is. */
const NETWORK_BITS = 64;
/** IPv4 addresses lie in ::/96 (MaxMind DB §"IPv4 addresses in an IPv6 tree"). */
const IPV4_DEPTH = 96;

/** Says what the search tree of a database is made of. */
export interface SearchTree {
	/** The tree lies at the beginning of these bytes. */
	readonly bytes: Buffer;
	readonly nodeCount: number;
	readonly recordSize: number;
	readonly nodeByteSize: number;
	readonly ipVersion: number;
}

/** Addresses from `first` to `last`, both included: IPv4 as 32 bits, IPv6 as the first 64. */
export interface FoundRange {
	readonly first: bigint;
	readonly last: bigint;
	/** The number of the record: equal numbers mean one record, and each is larger than the number of nodes. */
	readonly record: number;
	/** An address of the range, for asking the database about it. */
	readonly address: string;
}

interface Pending {
	readonly node: number;
	readonly first: bigint;
	readonly depth: number;
}

/** Yields the IPv4 ranges that have a record. It throws UnusableData when the tree is too large or refers to itself. */
export function* ranges4(tree: SearchTree): Generator<FoundRange> {
	const root = tree.ipVersion === 6 ? below(tree, 0, 0, IPV4_DEPTH) : 0;
	for (const { node, first, depth } of leaves(tree, root, 32, undefined)) {
		yield { first, last: first | ((1n << BigInt(32 - depth)) - 1n), record: node, address: text4(first) };
	}
}

/** Yields the IPv6 ranges that have a record, without the parts of the tree that repeat the IPv4 addresses (6to4, Teredo). It throws as `ranges4` does. */
export function* ranges6(tree: SearchTree): Generator<FoundRange> {
	if (tree.ipVersion !== 6) return;
	const ipv4 = below(tree, 0, 0, IPV4_DEPTH);
	for (const { node, first, depth } of leaves(tree, 0, NETWORK_BITS, ipv4)) {
		const last = first | ((1n << BigInt(NETWORK_BITS - depth)) - 1n);
		// Within a /64 the first record counts, as it does for whoever asks about its first address.
		const record = depth === NETWORK_BITS ? below(tree, node, depth, 128) : node;
		if (record > tree.nodeCount) yield { first, last, record, address: text6(first) };
	}
}

/** Yields what is not a node on the ways down from `root`, and what is `bits` deep. Passes over records that say "nothing", and over the node `skipped`. */
function* leaves(tree: SearchTree, root: number, bits: number, skipped: number | undefined): Generator<Pending> {
	const pending: Pending[] = [{ node: root, first: 0n, depth: 0 }];
	for (let visits = 0, next = pending.pop(); next !== undefined; next = pending.pop()) {
		visits += 1;
		if (visits > VISIT_LIMIT) throw new UnusableData("The .mmdb database refers to itself without end.");
		const { node, first, depth } = next;
		if (node === tree.nodeCount || (node === skipped && node < tree.nodeCount)) continue;
		if (node > tree.nodeCount || depth === bits) {
			yield next;
			continue;
		}
		const upper = first | (1n << BigInt(bits - 1 - depth));
		pending.push({ node: child(tree, node, 1), first: upper, depth: depth + 1 });
		pending.push({ node: child(tree, node, 0), first, depth: depth + 1 });
	}
}

/** Follows the zeros from a node at `depth` down to the depth `end`, or to the first record before. */
function below(tree: SearchTree, from: number, depth: number, end: number): number {
	let node = from;
	for (let at = depth; at < end && node < tree.nodeCount; at += 1) node = child(tree, node, 0);
	return node;
}

function child({ bytes, recordSize, nodeByteSize }: SearchTree, node: number, side: 0 | 1): number {
	const at = node * nodeByteSize;
	if (recordSize === 24) return bytes.readUIntBE(at + side * 3, 3);
	if (recordSize === 32) return bytes.readUInt32BE(at + side * 4);
	// 28 bits: the byte in the middle has the upper four of both.
	const middle = bytes.readUInt8(at + 3);
	const upper = side === 0 ? middle >> 4 : middle & 15;
	return upper * 0x1_00_00_00 + bytes.readUIntBE(at + side * 4, 3);
}

function text4(bits: bigint): string {
	return [24n, 16n, 8n, 0n].map((shift) => (bits >> shift) & 255n).join(".");
}

function text6(network: bigint): string {
	const groups = [48n, 32n, 16n, 0n].map((shift) => ((network >> shift) & 0xffffn).toString(16));
	return `${groups.join(":")}::`;
}
