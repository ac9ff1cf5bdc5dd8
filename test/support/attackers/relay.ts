// Somebody in the middle: passes bytes between a guest and a host, keeps all of them, and changes what it likes.
import type { Duplex } from "node:stream";
import type { Link } from "../../../src/net/link/link.ts";
import { memoryLinkPair } from "../../../src/net/link/memory-transport.ts";

export type Direction = "toHost" | "toGuest";

/** Gets each chunk on its way and what was passed in this direction before it, in bytes; gives what is passed on instead. */
export type Meddling = (chunk: Buffer, direction: Direction, passedBytes: number) => Buffer;

export interface Relay {
	/** The guest's end of the Link. */
	readonly link: Link;
	/** Everything that came in, before meddling. */
	readonly toHost: readonly Buffer[];
	readonly toGuest: readonly Buffer[];
	/** All of it, in both directions. */
	recording(): Buffer;
}

/** Puts a relay before a Link to a host. */
export function relayBefore(host: Link, meddle: Meddling = (chunk) => chunk): Relay {
	const [near, middle] = memoryLinkPair(["guest", "host"]);
	const kept: Record<Direction, Buffer[]> = { toHost: [], toGuest: [] };
	const carry = (from: Duplex, to: Duplex, direction: Direction): void => {
		let passedBytes = 0;
		from.on("data", (chunk: Buffer) => {
			kept[direction].push(Buffer.from(chunk));
			const passed = meddle(Buffer.from(chunk), direction, passedBytes);
			passedBytes += chunk.length;
			if (!to.destroyed && !to.writableEnded) to.write(passed);
		});
		from.on("end", () => to.end());
		from.on("close", () => to.destroy());
	};
	carry(middle.stream, host.stream, "toHost");
	carry(host.stream, middle.stream, "toGuest");
	return {
		link: near,
		toHost: kept.toHost,
		toGuest: kept.toGuest,
		recording: () => Buffer.concat([...kept.toHost, ...kept.toGuest]),
	};
}

/** Flips one bit of the byte at this place of one direction. */
export function flipAt(place: number, direction: Direction): Meddling {
	return (chunk, where, passedBytes) => {
		const at = place - passedBytes;
		if (where === direction && at >= 0 && at < chunk.length) chunk[at]! ^= 0x10;
		return chunk;
	};
}

export interface TlsRecord {
	readonly type: number;
	readonly size: number;
}

/** TLS records (RFC 8446 §5.1) in `bytes`, which must begin with one. */
export function tlsRecords(bytes: Buffer): readonly TlsRecord[] {
	const records: TlsRecord[] = [];
	for (let at = 0; at + 5 <= bytes.length; ) {
		const size = bytes.readUInt16BE(at + 3);
		records.push({ type: bytes[at]!, size });
		at += 5 + size;
	}
	return records;
}
