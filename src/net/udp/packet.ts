// Stands between the network and udx, packet by packet: only what a well-behaved far end would send comes in, and the far end is told how much more we can take.
//
// udx by itself acknowledges everything at once, keeps packets that arrive out of order without a limit, and takes them from any address that
// knows a number of 32 bits. So a stranger could fill this computer's memory before any password. Here a link has a name of 64 bits, packets
// far ahead of what was acknowledged are dropped, and the window in our packets is what our reader has room for (as TCP's, RFC 9293 §3.8.6).
import { DATA_HEAD_BYTES, type LinkId, MAX_DATAGRAM_BYTES, writeHead } from "./datagram.ts";

/** This much may wait for our reader at first. Never more than twice the window is held, with what came out of order. */
export const WINDOW_BYTES = 512 * 1024;
/**
 * The window grows to what our reader has read of the link in all, and to this at most: strangers, of whom little is read before they are let in, get no more
 * memory, and a line of 100 ms there and back carries 15 MB/s.
 */
export const MAX_WINDOW_BYTES = 1536 * 1024;
/** The largest payload of a udx packet; udx counts windows in such packets. */
const PACKET_BYTES = MAX_DATAGRAM_BYTES - DATA_HEAD_BYTES;
const MAX_SACK_BLOCKS = 50;
/** Packets are numbered, not bytes. At most this many may be ahead of the one that is waited for, which is what fits into twice the largest window. */
const MAX_AHEAD = Math.ceil((2 * MAX_WINDOW_BYTES) / PACKET_BYTES);

/**
 * A udx packet begins with this byte. Its header is magic, version, type, padding, then id, window, sequence and acknowledgement (32 bits each,
 * little-endian): see include/udx.h of libudx.
 */
const UDX_MAGIC = 0xff;
const UDX_VERSION = 1;
const UDX_HEAD_BYTES = 20;
const TYPE = { data: 1, end: 2, sack: 4, destroy: 16, heartbeat: 32 } as const;
const KNOWN_TYPES = TYPE.data | TYPE.end | TYPE.sack | TYPE.destroy | TYPE.heartbeat;

/** The offsets in a datagram of ours, after the link's name. */
const AT = {
	padding: DATA_HEAD_BYTES - 14,
	type: DATA_HEAD_BYTES - 13,
	window: DATA_HEAD_BYTES - 12,
	seq: DATA_HEAD_BYTES - 8,
	ack: DATA_HEAD_BYTES - 4,
};
const UDX_AT = { type: 2, padding: 3, id: 4, window: 8, seq: 12, ack: 16 } as const;

/** Returns the number by which udx knows a link, if these bytes are a packet of udx. */
export function udxIdOf(packet: Buffer): number | undefined {
	return packet.length >= UDX_HEAD_BYTES ? packet.readUInt32LE(UDX_AT.id) : undefined;
}

/** Holds what a packet of udx acknowledges. */
interface Acknowledgement {
	/** Packets before this one have come. */
	readonly upTo: number;
	/** Tells whether the packet says nothing else, so that a later one can stand for it. */
	readonly isAlone: boolean;
	/** Tells whether it lists what came out of order. */
	readonly isSelective: boolean;
}

/** Reads what a packet that our own udx made acknowledges. */
export function acknowledgementIn(packet: Buffer): Acknowledgement {
	const type = packet[UDX_AT.type] ?? 0;
	return { upTo: packet.readUInt32LE(UDX_AT.ack), isAlone: (type & ~TYPE.sack) === 0, isSelective: type === TYPE.sack };
}

/** Guards the packets of one link. It is mutable. */
export class PacketGuard {
	readonly #udxId: number;
	/** Packets before this one are acknowledged. */
	#acknowledged = 0;
	/** One more than the number of the newest packet that was let in. */
	#nextSeq = 0;
	/** The number of the newest packet we have sent: a packet that only tells the window repeats it. */
	#newestSeq = 0;
	#windowBytes = WINDOW_BYTES;
	#toldWindow = WINDOW_BYTES;

	constructor(udxId: number) {
		this.#udxId = udxId;
	}

	/** Learns how much of the link our reader has read in all. */
	hasRead(bytes: number): void {
		this.#windowBytes = Math.min(MAX_WINDOW_BYTES, Math.max(this.#windowBytes, bytes));
	}

	/** Turns a datagram into a packet for udx; returns `undefined` when it is dropped. `unreadBytes` wait for our reader. */
	inward(datagram: Buffer, unreadBytes: number): Buffer | undefined {
		const type = datagram[AT.type] ?? 0;
		const payloadBytes = datagram.length - DATA_HEAD_BYTES;
		const paddingBytes = datagram[AT.padding] ?? 0;
		if (!isShapedRight(type, paddingBytes, payloadBytes)) return undefined;
		const seq = datagram.readUInt32LE(AT.seq);
		const ahead = (seq - this.#acknowledged) | 0;
		if (ahead > MAX_AHEAD) return undefined;
		// Room is kept for everything that is missing before it: else packets that came out of order could lock out the one they wait for.
		const neededBytes = ahead * PACKET_BYTES + payloadBytes;
		if (type & (TYPE.data | TYPE.end) && ahead >= 0 && unreadBytes + neededBytes > 2 * this.#windowBytes)
			return undefined;
		if (type & (TYPE.data | TYPE.end) && ((seq + 1 - this.#nextSeq) | 0) > 0) this.#nextSeq = (seq + 1) >>> 0;
		const packet = Buffer.allocUnsafe(UDX_HEAD_BYTES + payloadBytes);
		packet.set([UDX_MAGIC, UDX_VERSION, type, paddingBytes]);
		packet.writeUInt32LE(this.#udxId, UDX_AT.id);
		datagram.copy(packet, UDX_AT.window, AT.window);
		return packet;
	}

	/** Turns a packet of udx into a datagram for the far end, who calls the link `to`. Padding makes it a probe for a larger MTU (RFC 8899). */
	outward(packet: Buffer, to: LinkId, unreadBytes: number): Buffer {
		const ack = packet.readUInt32LE(UDX_AT.ack);
		// A packet that is sent once more may have an older acknowledgement in it.
		if (((ack - this.#acknowledged) | 0) > 0) this.#acknowledged = ack;
		const seq = packet.readUInt32LE(UDX_AT.seq);
		const type = packet[UDX_AT.type] ?? 0;
		const next = type & (TYPE.data | TYPE.end) ? (seq + 1) >>> 0 : seq;
		if (((next - this.#newestSeq) | 0) > 0) this.#newestSeq = next;
		const datagram = Buffer.allocUnsafe(DATA_HEAD_BYTES + packet.length - UDX_HEAD_BYTES);
		writeHead(datagram, "data", to);
		datagram[AT.padding] = packet[UDX_AT.padding] ?? 0;
		datagram[AT.type] = type;
		packet.copy(datagram, AT.window, UDX_AT.window);
		datagram.writeUInt32LE(this.#window(unreadBytes), AT.window);
		return datagram;
	}

	/** Makes a datagram that says there is room again, if the far end believes that there is little. */
	reopened(to: LinkId, unreadBytes: number): Buffer | undefined {
		const isWorthTelling =
			this.#toldWindow < this.#windowBytes / 2 && this.#room(unreadBytes) >= (this.#windowBytes * 3) / 4;
		return isWorthTelling ? this.#bare(to, 0, unreadBytes) : undefined;
	}

	/** Makes a datagram that asks for a sign of life: the far end's udx answers it. */
	greeting(to: LinkId): Buffer {
		return this.#bare(to, TYPE.heartbeat, 0);
	}

	/** Makes the answer, after an orderly end, to whoever asks again: everything has arrived. */
	lastWord(to: LinkId): Buffer {
		return this.#bare(to, 0, 0);
	}

	#bare(to: LinkId, type: number, unreadBytes: number): Buffer {
		const datagram = Buffer.alloc(DATA_HEAD_BYTES);
		writeHead(datagram, "data", to);
		datagram[AT.type] = type;
		datagram.writeUInt32LE(this.#window(unreadBytes), AT.window);
		datagram.writeUInt32LE(this.#newestSeq, AT.seq);
		datagram.writeUInt32LE(this.#acknowledged, AT.ack);
		return datagram;
	}

	#window(unreadBytes: number): number {
		const room = this.#room(unreadBytes);
		// udx takes a window below one packet for one packet.
		this.#toldWindow = room < PACKET_BYTES ? 0 : room;
		return this.#toldWindow;
	}

	/**
	 * Returns how many bytes may be on their way to us. While a lost packet is missing, those behind it are held, and udx's far end does not count them: whatever
	 * it sends must still be let in (`inward`), or it would have to send it again.
	 */
	#room(unreadBytes: number): number {
		const ahead = Math.max(0, (this.#nextSeq - this.#acknowledged) | 0);
		return Math.min(this.#windowBytes, 2 * this.#windowBytes - ahead * PACKET_BYTES) - unreadBytes;
	}
}

function isShapedRight(type: number, paddingBytes: number, payloadBytes: number): boolean {
	if (type & ~KNOWN_TYPES) return false;
	if (paddingBytes > 0) return (type & TYPE.data) !== 0 && !(type & TYPE.sack) && payloadBytes > paddingBytes;
	if (type & TYPE.data) return payloadBytes > 0 && !(type & TYPE.sack);
	if (type & TYPE.sack) return payloadBytes % 8 === 0 && payloadBytes <= MAX_SACK_BLOCKS * 8;
	return payloadBytes === 0;
}
