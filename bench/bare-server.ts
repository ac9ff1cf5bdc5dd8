// The peer of the room bench: TLS 1.3 with the same cipher, key exchange and sizes, and nothing else. Passes every record on to everybody, its sender too.
import type { TLSSocket } from "node:tls";
import { secureChannel } from "../src/crypto/password/channel.ts";
import { tcpTransport } from "../src/net/tcp/tcp.ts";
import { barePsk } from "./bare-psk.ts";

const recordBytes = Number(process.argv[2]);
const everybody = new Set<TLSSocket>();

function passOn(tls: TLSSocket): void {
	let waiting: Buffer = Buffer.alloc(0);
	tls.on("data", (chunk: Buffer) => {
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
		const channel = await secureChannel({ stream, role: "host", psk: barePsk, signal });
		if (channel.kind === "failed") throw new Error(channel.detail);
		everybody.add(channel.tls);
		channel.tls.on("close", () => everybody.delete(channel.tls));
		passOn(channel.tls);
	},
});
if (listening.kind === "failed") throw new Error(listening.detail);
console.log(listening.listener.port);
