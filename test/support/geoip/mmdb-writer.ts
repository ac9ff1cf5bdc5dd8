// Writes databases in MaxMind's .mmdb format (https://maxmind.github.io/MaxMind-DB/), whole ones and ones made to do harm.
export type MmdbValue = string | number | readonly MmdbValue[] | { readonly [key: string]: MmdbValue };

export interface MmdbEntry {
	/** IPv6 as 128 bits; IPv4 lies in ::/96. */
	readonly prefix: bigint;
	readonly bits: number;
	readonly value: MmdbValue;
}

interface Node {
	readonly branches: [Node | number | undefined, Node | number | undefined];
}

/** An IPv4 network as an entry. */
export function network4(text: string, value: MmdbValue): MmdbEntry {
	const [address = "", bits = "32"] = text.split("/");
	const prefix = address.split(".").reduce((all, part) => (all << 8n) | BigInt(part), 0n);
	return { prefix, bits: 96 + Number(bits), value };
}

export interface MmdbOptions {
	/** 2002::/16 leads to the IPv4 addresses, as in the databases of MaxMind and DB-IP. */
	readonly has6to4?: boolean;
	/** Seconds since the epoch. */
	readonly builtAt?: number;
}

/** The bytes of a database. Networks must not overlap. `dataSection`: instead of the values, which then are offsets into it. */
export function mmdb(
	databaseType: string,
	entries: readonly MmdbEntry[],
	dataSection?: Buffer,
	{ has6to4 = false, builtAt = 1_780_000_000 }: MmdbOptions = {},
): Buffer {
	const top: Node = { branches: [undefined, undefined] };
	const parts: Buffer[] = [];
	let dataBytes = 0;
	for (const { prefix, bits, value } of entries) {
		const offset = dataSection === undefined ? dataBytes : Number(value);
		if (dataSection === undefined) {
			const bytes = encoded(value);
			parts.push(bytes);
			dataBytes += bytes.length;
		}
		insert(top, prefix, bits, offset);
	}
	if (has6to4) insert(top, 0x2002n << 112n, 16, nodeAt(top, 0n, 96));
	const nodes = numbered(top);
	const tree = Buffer.alloc(nodes.size * 8);
	for (const [node, number] of nodes) {
		for (const side of [0, 1] as const) {
			const branch = node.branches[side];
			const record =
				branch === undefined
					? nodes.size
					: typeof branch === "number"
						? nodes.size + 16 + branch
						: (nodes.get(branch) ?? 0);
			tree.writeUInt32BE(record, number * 8 + side * 4);
		}
	}
	const metadata = encoded({
		binary_format_major_version: 2,
		binary_format_minor_version: 0,
		build_epoch: builtAt,
		database_type: databaseType,
		description: { en: "made by a test" },
		ip_version: 6,
		languages: ["en"],
		node_count: nodes.size,
		record_size: 32,
	});
	const marker = Buffer.concat([Buffer.from([0xab, 0xcd, 0xef]), Buffer.from("MaxMind.com")]);
	return Buffer.concat([
		tree,
		Buffer.alloc(16),
		...(dataSection === undefined ? parts : [dataSection]),
		marker,
		metadata,
	]);
}

function nodeAt(top: Node, prefix: bigint, bits: number): Node {
	let node = top;
	for (let depth = 0; depth < bits; depth += 1) {
		const next = node.branches[Number((prefix >> BigInt(127 - depth)) & 1n) as 0 | 1];
		if (typeof next !== "object") throw new Error("there is no such node");
		node = next;
	}
	return node;
}

function insert(top: Node, prefix: bigint, bits: number, offset: Node | number): void {
	let node = top;
	for (let depth = 0; depth < bits; depth += 1) {
		const side = Number((prefix >> BigInt(127 - depth)) & 1n) as 0 | 1;
		if (depth === bits - 1) {
			node.branches[side] = offset;
			return;
		}
		const next = node.branches[side];
		if (typeof next === "number") throw new Error("the networks overlap");
		const branch: Node = next ?? { branches: [undefined, undefined] };
		node.branches[side] = branch;
		node = branch;
	}
}

function numbered(top: Node): Map<Node, number> {
	const nodes = new Map<Node, number>([[top, 0]]);
	for (const node of nodes.keys()) {
		for (const branch of node.branches) {
			if (typeof branch === "object" && !nodes.has(branch)) nodes.set(branch, nodes.size);
		}
	}
	return nodes;
}

/** Numbers become uint32. */
export function encoded(value: MmdbValue): Buffer {
	if (typeof value === "string") return Buffer.concat([control(2, Buffer.byteLength(value)), Buffer.from(value)]);
	if (typeof value === "number") {
		const bytes = Buffer.alloc(4);
		bytes.writeUInt32BE(value);
		return Buffer.concat([control(6, 4), bytes]);
	}
	if (isList(value)) return Buffer.concat([control(11, value.length), ...value.map(encoded)]);
	const pairs = Object.entries(value);
	return Buffer.concat([control(7, pairs.length), ...pairs.flatMap(([key, one]) => [encoded(key), encoded(one)])]);
}

function isList(value: MmdbValue): value is readonly MmdbValue[] {
	return Array.isArray(value);
}

/** Types above 7 say so in a second byte. */
function control(type: number, size: number): Buffer {
	if (size >= 285) throw new Error("too long for a test");
	const low = Math.min(size, 29);
	const extra = size < 29 ? [] : [size - 29];
	return Buffer.from(type <= 7 ? [(type << 5) | low, ...extra] : [low, type - 7, ...extra]);
}

/** A pointer to a place in the data section, in its longest form. */
export function pointer(offset: number): Buffer {
	const bytes = Buffer.alloc(5);
	bytes[0] = (1 << 5) | (3 << 3);
	bytes.writeUInt32BE(offset, 1);
	return bytes;
}

/** A list of pointers. */
export function pointerList(offsets: readonly number[]): Buffer {
	return Buffer.concat([control(11, offsets.length), ...offsets.map(pointer)]);
}

/** A city as GeoLite2 and DB-IP write it. */
export function cityRecord(
	country: string,
	city: string,
	region?: { readonly code: string; readonly name: string },
): MmdbValue {
	return {
		city: { names: { en: city } },
		country: { iso_code: country, names: { en: `country ${country}` } },
		...(region === undefined ? {} : { subdivisions: [{ iso_code: region.code, names: { en: region.name } }] }),
	};
}
