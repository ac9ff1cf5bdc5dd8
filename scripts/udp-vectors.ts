// Test vectors for links over UDP (docs/protocol.md, section 17), for protocol-vectors.ts.
import { cookieOf } from "../src/net/udp/cookie.ts";
import { encodeDatagram, linkIdOf } from "../src/net/udp/datagram.ts";
import { PacketGuard } from "../src/net/udp/packet.ts";

const inputs = {
	secret: Buffer.from(Uint8Array.from({ length: 32 }, (_, index) => index)),
	address: "203.0.113.9",
	port: 51_000,
	period: 179_000_000,
	guest: Buffer.from("a0a1a2a3a4a5a6a7", "hex"),
	host: Buffer.from("b0b1b2b3b4b5b6b7", "hex"),
	/** A packet of libudx with three bytes of data: sequence number 2, acknowledging 1. */
	packet: Buffer.from("ff010100070000000000400002000000010000006f6e65", "hex"),
	unreadBytes: 24_288,
};

/** Every datagram of one opening, and one packet of the stream that follows. */
export function udpVectors() {
	const [guest, host] = [linkIdOf(inputs.guest), linkIdOf(inputs.host)];
	const { secret, address, port, period, packet, unreadBytes } = inputs;
	const cookie = cookieOf(secret, { address, port, guest }, period);
	const data = new PacketGuard(7).outward(packet, host, unreadBytes);
	const datagrams = {
		hello: encodeDatagram({ kind: "hello", guest }),
		cookie: encodeDatagram({ kind: "cookie", guest, cookie }),
		open: encodeDatagram({ kind: "open", guest, cookie }),
		opened: encodeDatagram({ kind: "opened", guest, host }),
		greeting: new PacketGuard(7).greeting(host),
		data,
		unknown: encodeDatagram({ kind: "unknown", to: host }),
		refused: encodeDatagram({ kind: "refused", guest }),
	};
	return { inputs: inHex(inputs), datagrams: inHex(datagrams) };
}

function inHex<Value>(values: Readonly<Record<string, Value>>): Readonly<Record<string, Value | string>> {
	return Object.fromEntries(
		Object.entries(values).map(([name, value]) => [name, Buffer.isBuffer(value) ? value.toString("hex") : value]),
	);
}
