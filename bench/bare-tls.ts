// The peer of the bench of files: a file copied by TLS from one thread to another, and nothing else, with the suites of a Link.
import { open } from "node:fs/promises";
import { connect, createServer, type TLSSocket } from "node:tls";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";

const suite = {
	minVersion: "TLSv1.3",
	maxVersion: "TLSv1.3",
	ciphers: "TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256",
	ecdhCurve: "X25519MLKEM768",
} as const;
const psk = Buffer.alloc(32, 7);
const chunkBytes = 65_536;

/** Copies `from` to `to`; returns how long that took, in ms. */
export async function copyByTls(from: string, to: string): Promise<number> {
	const worker = new Worker(new URL(import.meta.url), { workerData: { from }, execArgv: process.execArgv });
	const port = await new Promise<number>((resolve) => worker.once("message", resolve));
	const socket = connect({
		...suite,
		port,
		host: "127.0.0.1",
		pskCallback: () => ({ psk, identity: "bench" }),
		checkServerIdentity: () => undefined,
	});
	const file = await open(to, "w");
	const begun = performance.now();
	for await (const chunk of socket) await file.write(chunk);
	const ms = performance.now() - begun;
	await file.close();
	await worker.terminate();
	return ms;
}

async function give(socket: TLSSocket, from: string): Promise<void> {
	const file = await open(from);
	const chunk = Buffer.alloc(chunkBytes);
	for (;;) {
		const { bytesRead } = await file.read(chunk, 0, chunkBytes);
		if (bytesRead === 0) break;
		const isTaken = socket.write(Buffer.from(chunk.subarray(0, bytesRead)));
		if (!isTaken) await new Promise<void>((resolve) => void socket.once("drain", resolve));
	}
	socket.end();
	await file.close();
}

if (!isMainThread && workerData?.from !== undefined) {
	const server = createServer({ ...suite, pskCallback: () => psk }, (socket) => void give(socket, workerData.from));
	server.listen(0, "127.0.0.1", () => {
		const address = server.address();
		if (typeof address === "object" && address !== null) parentPort?.postMessage(address.port);
	});
}
