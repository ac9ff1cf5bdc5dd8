// What is announced of a room in its network, and what is read of others': DNS-SD (RFC 6763) over multicast DNS (RFC 6762). Pure. Drawn in docs/protocol.md.
import { decode, encode } from "dns-packet";
import * as v from "valibot";

const TYPE = "_realtalk._tcp.local";
/** This version says which meaning the other keys of the text record have (RFC 6763 §6.7). */
const TEXT_VERSION = "1";
/** A longer message is not read. Ours are about 400 bytes. */
const MAX_MESSAGE_BYTES = 1_500;
/** A message with more records is not read. Ours has four. The decoder makes room for as many as the header claims, so they are counted before. */
const MAX_RECORDS = 64;
/** At most this many rooms are read from one message: other programs put the rooms of several computers into one when they repeat it from another network. */
const MAX_ROOMS_IN_MESSAGE = 8;
const HEADER_BYTES = 12;
/** A room is believed to be there for this long after it was heard of last. */
export const LAN_TTL_SECONDS = 20;
const LONGEST_TTL_SECONDS = 120;
/** The longest name in bytes, as `cleanName` leaves it. */
const MAX_NAME_BYTES = 128;

/** A room as it is announced. */
export interface LanService {
	/** One word, unlike any other's in the network, which says nothing. */
	readonly instance: string;
	/** The fingerprint of the host's key, in hexadecimal. */
	readonly fingerprint: string;
	/** The host's name. */
	readonly name: string;
	readonly port: number;
}

/** A room as somebody announces it. Nothing of this is proven, and `name` is fit for no screen. */
export interface LanSighting extends LanService {
	readonly ttlSeconds: number;
}

/** Holds what a message says as far as it is about rooms. `gone` names instances that say goodbye. */
export type LanMessage =
	| { readonly kind: "question" }
	| { readonly kind: "rooms"; readonly rooms: readonly LanSighting[]; readonly gone: readonly string[] };

const fqdnOf = (instance: string): string => `${instance}.${TYPE}`;

/** Makes the question that asks everyone in the network for their rooms. */
export function lanQuestion(): Buffer {
	return encode({ type: "query", questions: [{ name: TYPE, type: "PTR" }] });
}

/** Makes the announcement of a room. `address` is ours in that network. With `ttlSeconds` 0 it says that the room is no more (RFC 6762 §10.1). */
export function lanAnnouncement(service: LanService, address: string, ttlSeconds = LAN_TTL_SECONDS): Buffer {
	const { instance, fingerprint, port } = service;
	const fqdn = fqdnOf(instance);
	// Never the machine's own name: that is nobody's business.
	const target = `${instance}.local`;
	const text = [`txtvers=${TEXT_VERSION}`, `fp=${fingerprint}`, `n=${cutToBytes(service.name)}`];
	const ttl = ttlSeconds;
	return encode({
		type: "response",
		// RFC 6762 §18.4: answers are authoritative.
		flags: 1 << 10,
		answers: [
			{ type: "PTR", name: TYPE, ttl, data: fqdn },
			{ type: "SRV", name: fqdn, ttl, flush: true, data: { port, target } },
			{ type: "TXT", name: fqdn, ttl, flush: true, data: text },
			{ type: "A", name: target, ttl, flush: true, data: address },
		],
	});
}

function cutToBytes(name: string): string {
	const bytes = Buffer.from(name);
	return bytes.length <= MAX_NAME_BYTES
		? name
		: bytes
				.subarray(0, MAX_NAME_BYTES)
				.toString()
				.replace(/\ufffd$/, "");
}

const recordName = v.pipe(v.string(), v.toLowerCase());
const pointer = v.object({ type: v.literal("PTR"), name: recordName, ttl: v.number(), data: recordName });
const place = v.object({
	type: v.literal("SRV"),
	name: recordName,
	data: v.object({ port: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535)) }),
});
const texts = v.object({
	type: v.literal("TXT"),
	name: recordName,
	data: v.pipe(v.array(v.instance(Buffer)), v.maxLength(16)),
});
const question = v.object({ name: recordName, type: v.picklist(["PTR", "ANY"]) });

const facts = v.object({
	txtvers: v.literal(TEXT_VERSION),
	fp: v.pipe(v.string(), v.toUpperCase(), v.regex(/^(?:[0-9A-F]{40}|[0-9A-F]{64})$/)),
	n: v.pipe(v.string(), v.minLength(1), v.maxBytes(MAX_NAME_BYTES)),
});

/** Reads a message as it came from the network. Returns `undefined` when it is not about rooms, or not a message. It never throws. */
export function readLanMessage(message: Buffer): LanMessage | undefined {
	if (message.length > MAX_MESSAGE_BYTES || countOfRecords(message) > MAX_RECORDS) return undefined;
	const packet = decoded(message);
	if (packet === undefined) return undefined;
	if (packet.type === "query") {
		const asks = (packet.questions ?? []).some((one) => {
			const read = v.safeParse(question, one);
			return read.success && read.output.name === TYPE;
		});
		return asks ? { kind: "question" } : undefined;
	}
	return readRooms([...(packet.answers ?? []), ...(packet.additionals ?? [])]);
}

function countOfRecords(message: Buffer): number {
	if (message.length < HEADER_BYTES) return Number.POSITIVE_INFINITY;
	return [4, 6, 8, 10].reduce((count, at) => count + message.readUInt16BE(at), 0);
}

function decoded(message: Buffer): ReturnType<typeof decode> | undefined {
	try {
		return decode(message);
	} catch {
		// The decoder throws at whatever is not DNS.
		return undefined;
	}
}

function readRooms(records: readonly unknown[]): LanMessage | undefined {
	const pointers = records
		.flatMap((record) => parsed(pointer, record))
		.filter(({ name, data }) => name === TYPE && data.endsWith(`.${TYPE}`))
		.slice(0, MAX_ROOMS_IN_MESSAGE);
	if (pointers.length === 0) return undefined;
	const places = records.flatMap((record) => parsed(place, record));
	const allTexts = records.flatMap((record) => parsed(texts, record));
	const rooms = pointers.flatMap(({ data: fqdn, ttl }): readonly LanSighting[] => {
		const port = places.find(({ name }) => name === fqdn)?.data.port;
		const text = allTexts.find(({ name }) => name === fqdn)?.data;
		const [read] = ttl === 0 || text === undefined ? [] : parsed(facts, factsOf(text));
		if (port === undefined || read === undefined) return [];
		const { fp: fingerprint, n: name } = read;
		const ttlSeconds = Math.min(ttl, LONGEST_TTL_SECONDS);
		return [{ instance: instanceOf(fqdn), fingerprint, name, port, ttlSeconds }];
	});
	const gone = pointers.filter(({ ttl }) => ttl === 0).map(({ data }) => instanceOf(data));
	return { kind: "rooms", rooms, gone };
}

function parsed<Schema extends v.GenericSchema>(schema: Schema, value: unknown): readonly v.InferOutput<Schema>[] {
	const read = v.safeParse(schema, value);
	return read.success ? [read.output] : [];
}

const instanceOf = (fqdn: string): string => fqdn.slice(0, -TYPE.length - 1);

/** Reads the strings of a text record (RFC 6763 §6.4): "key=value", where the first of a key counts and keys know no capitals. */
function factsOf(texts: readonly Buffer[]): Readonly<Record<string, string>> {
	const pairs = texts.flatMap((bytes) => {
		const [, key, value] = /^([\x20-\x3c\x3e-\x7e]{1,9})=(.*)$/s.exec(bytes.toString()) ?? [];
		return key === undefined || value === undefined ? [] : [[key.toLowerCase(), value] as const];
	});
	return Object.fromEntries(pairs.toReversed());
}
