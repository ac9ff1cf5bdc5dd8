// What stands before udx: datagrams as bytes, and which packets of a link are let through.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
	DATA_HEAD_BYTES,
	type Datagram,
	encodeDatagram,
	linkIdOf,
	MAX_DATAGRAM_BYTES,
	readDatagram,
} from "../../../src/net/udp/datagram.ts";
import { MAX_WINDOW_BYTES, PacketGuard, WINDOW_BYTES } from "../../../src/net/udp/packet.ts";

const far = linkIdOf(Buffer.from("far end."));
const TYPE = { data: 1, end: 2, sack: 4, message: 8, destroy: 16, heartbeat: 32 } as const;

/** A packet as udx makes it. */
function fromUdx(type: number, seq: number, ack: number, payload = Buffer.alloc(0), padding = 0): Buffer {
	const head = Buffer.from([255, 1, type, padding, ...Array<number>(16).fill(0)]);
	head.writeUInt32LE(4_000_000, 8);
	head.writeUInt32LE(seq >>> 0, 12);
	head.writeUInt32LE(ack >>> 0, 16);
	return Buffer.concat([head, payload]);
}

/** The same as a datagram of the far end. */
function datagram(type: number, seq: number, payload = Buffer.alloc(0)): Buffer {
	const made = new PacketGuard(1).outward(fromUdx(type, seq, 0, payload), far, 0);
	assert.ok(made);
	return made;
}

const id = fc.uint8Array({ minLength: 8, maxLength: 8 }).map(linkIdOf);
const cookie = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes));
const opening: fc.Arbitrary<Exclude<Datagram, { kind: "data" }>> = fc.oneof(
	id.map((guest) => ({ kind: "hello", guest }) as const),
	fc.tuple(id, cookie).map(([guest, said]) => ({ kind: "cookie", guest, cookie: said }) as const),
	fc.tuple(id, cookie).map(([guest, said]) => ({ kind: "open", guest, cookie: said }) as const),
	fc.tuple(id, id).map(([guest, host]) => ({ kind: "opened", guest, host }) as const),
	id.map((to) => ({ kind: "unknown", to }) as const),
	id.map((guest) => ({ kind: "refused", guest }) as const),
);

test("every datagram of the opening is read as it was written", () => {
	fc.assert(fc.property(opening, (one) => assert.deepEqual(readDatagram(encodeDatagram(one)), one)));
});

test("fuzz: bytes are read as exactly what would be written so, or not at all", () => {
	const nearly = fc
		.tuple(fc.integer({ min: 0, max: 9 }), fc.uint8Array({ maxLength: 80 }))
		.map(([kind, rest]) => Buffer.from([0x52, kind, ...rest]));
	const changed = fc.tuple(opening, fc.nat(), fc.nat(255)).map(([one, at, byte]) => {
		const bytes = encodeDatagram(one);
		bytes[at % bytes.length] = byte;
		return bytes;
	});
	const cut = fc.tuple(opening, fc.nat()).map(([one, at]) => {
		const bytes = encodeDatagram(one);
		return bytes.subarray(0, at % bytes.length);
	});
	const any = fc.uint8Array({ maxLength: 2000 }).map((bytes) => Buffer.from(bytes));
	fc.assert(
		fc.property(fc.oneof(any, nearly, changed, cut), (bytes) => {
			const read = readDatagram(bytes);
			if (read === undefined) return;
			if (read.kind === "data") assert.ok(bytes.length >= DATA_HEAD_BYTES && bytes.length <= MAX_DATAGRAM_BYTES);
			else assert.deepEqual(encodeDatagram(read), bytes);
		}),
		{ numRuns: 2000 },
	);
});

test("an answer of a host to strangers is never longer than what it answers", () => {
	const guest = far;
	const bytesOf = (one: Exclude<Datagram, { kind: "data" }>) => encodeDatagram(one).length;
	const hello = bytesOf({ kind: "hello", guest });
	const open = bytesOf({ kind: "open", guest, cookie: Buffer.alloc(16) });
	const refused = bytesOf({ kind: "refused", guest });
	assert.ok(bytesOf({ kind: "cookie", guest, cookie: Buffer.alloc(16) }) <= hello);
	assert.ok(bytesOf({ kind: "opened", guest, host: far }) <= open);
	assert.ok(refused <= hello && refused <= open);
	assert.ok(bytesOf({ kind: "unknown", to: far }) <= DATA_HEAD_BYTES);
});

test("a packet is the same after its way out and in, but for the names and the window", () => {
	fc.assert(
		fc.property(fc.integer({ min: 0, max: 700 }), fc.uint8Array({ minLength: 1, maxLength: 1452 }), (seq, payload) => {
			const packet = fromUdx(TYPE.data, seq, 0, Buffer.from(payload));
			const sent = new PacketGuard(5).outward(packet, far, 1000);
			assert.ok(sent && sent.length <= MAX_DATAGRAM_BYTES);
			const taken = new PacketGuard(7).inward(sent, 0);
			assert.ok(taken);
			assert.equal(taken.readUInt32LE(4), 7);
			assert.equal(taken.readUInt32LE(8), WINDOW_BYTES - 1000);
			assert.deepEqual(taken.subarray(12), packet.subarray(12));
		}),
	);
});

test("a probe for a larger MTU keeps its padding, so that the far end's udx skips it", () => {
	const packet = fromUdx(TYPE.data, 3, 0, Buffer.from([0, 0, 7, 8]));
	packet[3] = 2;
	const taken = new PacketGuard(7).inward(new PacketGuard(5).outward(packet, far, 0), 0);
	assert.equal(taken?.[3], 2);
	assert.deepEqual(taken?.subarray(12), packet.subarray(12));
});

test("attack: packets far ahead of what was acknowledged are dropped", () => {
	const guard = new PacketGuard(1);
	const one = Buffer.alloc(1);
	assert.ok(guard.inward(datagram(0, 2167), 0));
	assert.equal(guard.inward(datagram(0, 2168), 0), undefined);
	assert.ok(guard.inward(datagram(TYPE.data, 722, one), 0));
	for (const seq of [723, 5000, 2 ** 20, 2 ** 31 - 1]) {
		assert.equal(guard.inward(datagram(TYPE.data, seq, one), 0), undefined, `${seq}`);
	}
	assert.ok(guard.inward(datagram(TYPE.data, 2 ** 32 - 5, one), 0), "an old one may be asked about again");
});

test("attack: a far end that fills in nothing and skips the first packet makes us hold a mebibyte at most", () => {
	fc.assert(
		fc.property(fc.integer({ min: 1, max: 1452 }), (size) => {
			const guard = new PacketGuard(1);
			let heldBytes = 0;
			for (let seq = 1; seq < 5000; seq += 1) {
				if (guard.inward(datagram(TYPE.data, seq, Buffer.alloc(size)), 0)) heldBytes += size;
			}
			assert.ok(heldBytes <= 2 * WINDOW_BYTES);
		}),
		{ numRuns: 5 },
	);
});

test("the window is as large as what was read, and so is what is held; it has a limit, and does not shrink", () => {
	const guard = new PacketGuard(1);
	const toldWindow = () => guard.outward(fromUdx(0, 0, 0), far, 0).readUInt32LE(DATA_HEAD_BYTES - 12);
	const reads = [0, WINDOW_BYTES - 1, WINDOW_BYTES + 5, 1000, MAX_WINDOW_BYTES + 1, Number.MAX_SAFE_INTEGER];
	const told = reads.map((bytes) => {
		guard.hasRead(bytes);
		return toldWindow();
	});
	const grown = WINDOW_BYTES + 5;
	assert.deepEqual(told, [WINDOW_BYTES, WINDOW_BYTES, grown, grown, MAX_WINDOW_BYTES, MAX_WINDOW_BYTES]);
	const full = Buffer.alloc(1452);
	let heldBytes = 0;
	for (let seq = 1; seq < 5000; seq += 1) {
		if (guard.inward(datagram(TYPE.data, seq, full), 0)) heldBytes += full.length;
	}
	assert.ok(heldBytes <= 2 * MAX_WINDOW_BYTES && heldBytes > 1.9 * MAX_WINDOW_BYTES);
});

test("packets that overtook a lost one never lock it out, whatever was let in before it", () => {
	const arrivals = fc.array(fc.tuple(fc.integer({ min: 1, max: 1024 }), fc.integer({ min: 1, max: 1452 })), {
		maxLength: 2000,
		size: "max",
	});
	fc.assert(
		fc.property(arrivals, fc.integer({ min: 1, max: 1452 }), fc.nat(WINDOW_BYTES), (early, size, unreadBytes) => {
			const guard = new PacketGuard(1);
			for (const [seq, bytes] of early) guard.inward(datagram(TYPE.data, seq, Buffer.alloc(bytes)), unreadBytes);
			assert.ok(guard.inward(datagram(TYPE.data, 0, Buffer.alloc(size)), unreadBytes));
		}),
		{ numRuns: 30 },
	);
});

test("while a lost packet is missing, all that a far end sends within the window it is told is let in", () => {
	const guard = new PacketGuard(1);
	const full = Buffer.alloc(1452);
	const toldWindow = () => guard.outward(fromUdx(TYPE.sack, 0, 0), far, 0).readUInt32LE(DATA_HEAD_BYTES - 12);
	let nextSeq = 1;
	// udx takes what is listed as received for no longer on its way: only the lost packet is, when the next window is filled.
	for (let onItsWay = toldWindow() / 1452 - 1; onItsWay >= 1; onItsWay = toldWindow() / 1452 - 1) {
		for (let n = 1; n <= onItsWay; n += 1, nextSeq += 1) {
			assert.ok(guard.inward(datagram(TYPE.data, nextSeq, full), 0), `packet ${nextSeq}`);
		}
	}
	assert.ok(nextSeq > 700, "and that is nearly twice the window");
	assert.ok(guard.inward(datagram(TYPE.data, 0, full), 0), "the lost one is let in when it comes");
});

test("attack: a far end that goes on although nobody reads is not taken from, and goes on when somebody does", () => {
	const guard = new PacketGuard(1);
	const full = Buffer.alloc(1452);
	assert.equal(guard.inward(datagram(TYPE.data, 0, full), 2 * WINDOW_BYTES), undefined);
	assert.ok(guard.inward(datagram(TYPE.data, 0, full), WINDOW_BYTES));
});

test("a full reader closes the window, and taking from it opens the window again, once", () => {
	const guard = new PacketGuard(1);
	const told = (made: Buffer | undefined) => made?.readUInt32LE(DATA_HEAD_BYTES - 12);
	assert.equal(told(guard.outward(fromUdx(0, 0, 0), far, WINDOW_BYTES)), 0);
	assert.equal(told(guard.outward(fromUdx(0, 0, 0), far, WINDOW_BYTES - 1451)), 0, "less than a packet is nothing");
	assert.equal(guard.reopened(far, WINDOW_BYTES / 2), undefined, "not for little");
	assert.equal(told(guard.reopened(far, 100)), WINDOW_BYTES - 100);
	assert.equal(guard.reopened(far, 0), undefined);
});

test("attack: packets that udx's own would never send are dropped", () => {
	const guard = new PacketGuard(1);
	const drops = (type: number, payloadBytes: number) => {
		const made = datagram(type & 63 & ~TYPE.message, 0, Buffer.alloc(payloadBytes));
		made[DATA_HEAD_BYTES - 13] = type;
		assert.equal(guard.inward(made, 0), undefined, `type ${type} with ${payloadBytes} bytes`);
	};
	drops(TYPE.message, 10);
	drops(TYPE.message, 0);
	drops(64, 0);
	drops(128 | TYPE.data, 10);
	drops(TYPE.data, 0);
	const padded = (type: number, paddingBytes: number, payloadBytes: number) => {
		const made = datagram(type, 0, Buffer.alloc(payloadBytes));
		made[DATA_HEAD_BYTES - 14] = paddingBytes;
		return guard.inward(made, 0);
	};
	assert.equal(padded(TYPE.data, 32, 32), undefined, "nothing but padding");
	assert.equal(padded(TYPE.sack, 8, 16), undefined, "padding where none belongs");
	drops(TYPE.data | TYPE.sack, 16);
	drops(TYPE.sack, 7);
	drops(TYPE.sack, 408);
	drops(TYPE.destroy, 1);
	drops(TYPE.heartbeat, 1);
	drops(0, 1);
});
