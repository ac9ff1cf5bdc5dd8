// udx alone as a Transport: what there is without our guard, our window and our proof of addresses. It trusts whoever sends to it, so it is for benches only.
import { randomInt } from "node:crypto";
import { once } from "node:events";
import type { Duplex } from "node:stream";
import UDX, { type UdxSocket, type UdxStream } from "udx-native";
import type { Link, Transport } from "../src/net/link/link.ts";

/** The two ends tell each other their stream's number, in so many bytes. */
const ID_BYTES = 4;
const MAX_ID = 2 ** 32;

/** Makes a Transport of bare udx streams; each `dial` and each `listen` has a socket of its own. */
export function bareUdx(): Transport {
	return { name: "udp", dial, listen };
}

const dial: Transport["dial"] = async ({ host, port }) => {
	const udx = new UDX();
	const socket = udx.createSocket();
	socket.bind(0, "0.0.0.0");
	const id = randomInt(MAX_ID);
	const stream = udx.createStream(id);
	const heard = once(socket, "message");
	await socket.send(bytesOf(id), port, host);
	const [answer] = await heard;
	stream.connect(socket, answer.readUInt32LE(0), port, host);
	stream.on("close", () => void socket.close());
	return { kind: "linked", link: linkOf(stream) };
};

const listen: Transport["listen"] = async ({ bind = "0.0.0.0", onLink }) => {
	const udx = new UDX();
	const socket: UdxSocket = udx.createSocket();
	socket.bind(0, bind);
	socket.on("message", (bytes: Buffer, from: { readonly host: string; readonly port: number }) => {
		if (bytes.length !== ID_BYTES) return;
		const id = randomInt(MAX_ID);
		const stream = udx.createStream(id);
		stream.connect(socket, bytes.readUInt32LE(0), from.port, from.host);
		void socket.send(bytesOf(id), from.port, from.host);
		onLink(linkOf(stream));
	});
	return { kind: "listening", listener: { port: socket.address()?.port ?? 0, close: () => socket.close() } };
};

function bytesOf(id: number): Buffer {
	const bytes = Buffer.alloc(ID_BYTES);
	bytes.writeUInt32LE(id);
	return bytes;
}

/** Its streams are those of streamx, which do what these benches ask of one of Node's. */
function linkOf(stream: UdxStream): Link {
	stream.on("error", () => {});
	return { stream: stream as unknown as Duplex, far: { transport: "udp" } };
}
