// The peer of the room bench: TLS 1.3 with the same cipher, key exchange and sizes, and nothing else. Passes every record on to everybody, its sender too.
import type { Duplex } from "node:stream";
import { serveTls } from "./tls-listener.ts";

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

await serveTls((inside) => {
	everybody.add(inside);
	inside.on("close", () => everybody.delete(inside));
	passOn(inside);
});
