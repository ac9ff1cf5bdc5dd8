// The peer of the room bench: TLS 1.3 with the same cipher, key exchange and sizes, and nothing else. Passes every record on to everybody, its sender too.
import type { Duplex } from "node:stream";
import { tlsChannel } from "../src/crypto/opening/tls-channel.ts";
import { tcpTransport } from "../src/net/tcp/tcp.ts";

const recordBytes = Number(process.argv[2]);
const everybody = new Set<Duplex>();

function passOn(stream: Duplex): void {
	let waiting: Buffer = Buffer.alloc(0);
	stream.on("data", (chunk: Buffer) => {
		waiting = waiting.length === 0 ? chunk : Buffer.concat([waiting, chunk]);
		let start = 0;
		for (; waiting.length - start >= recordBytes; start += recordBytes) {
			const record = waiting.subarray(start, start + recordBytes);
			for (const one of everybody) one.write(record);
		}
		waiting = waiting.subarray(start);
	});
}

const listening = await tcpTransport().listen({
	port: 0,
	bind: "127.0.0.1",
	onLink: async ({ stream }) => {
		const { signal } = new AbortController();
		const secured = await tlsChannel({ stream, role: "host", signal });
		if (secured.kind === "failed") throw new Error(secured.detail);
		const { stream: inside } = secured.channel;
		everybody.add(inside);
		inside.on("close", () => everybody.delete(inside));
		passOn(inside);
	},
});
if (listening.kind === "failed") throw new Error(listening.detail);
console.log(listening.listener.port);
