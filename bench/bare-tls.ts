// The peers of the bench of files: a file copied by TLS between threads, and nothing else, with the suites of a Link: from one to one, from one to several at once, and through a third that passes on what comes.
import { once } from "node:events";
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

/** Is what one thread does. The first two answer with the port at which they listen, the last one when it is connected, and again when it has all. */
type Part =
	| { readonly kind: "give"; readonly from: string }
	| { readonly kind: "passOn"; readonly port: number }
	| { readonly kind: "take"; readonly port: number; readonly to: string };

/** Copies `from` to each of `to` at once, `isThrough` a third that takes it by TLS and gives it on by TLS; returns how long that took, in ms. */
export async function copyByTls(from: string, to: readonly string[], isThrough = false): Promise<number> {
	const workers: Worker[] = [];
	const begin = async (part: Part): Promise<number> => {
		const worker = new Worker(new URL(import.meta.url), { workerData: { part }, execArgv: process.execArgv });
		workers.push(worker);
		return (await once(worker, "message"))[0];
	};
	const source = await begin({ kind: "give", from });
	const port = isThrough ? await begin({ kind: "passOn", port: source }) : source;
	const others = workers.length;
	for (const one of to) await begin({ kind: "take", port, to: one });
	const begun = performance.now();
	await Promise.all(
		workers.slice(others).map((taker) => {
			taker.postMessage("go");
			return once(taker, "message");
		}),
	);
	const ms = performance.now() - begun;
	for (const worker of workers) await worker.terminate();
	return ms;
}

/** Listens and returns the port. */
async function listen(onGuest: (socket: TLSSocket) => void): Promise<number> {
	const server = createServer({ ...suite, pskCallback: () => psk }, onGuest);
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	const address = server.address();
	if (typeof address !== "object" || address === null) throw new Error("no port");
	return address.port;
}

const dial = (port: number): TLSSocket =>
	connect({
		...suite,
		port,
		host: "127.0.0.1",
		pskCallback: () => ({ psk, identity: "bench" }),
		checkServerIdentity: () => undefined,
	});

/** Gives the file as soon as the other end has said a word. */
async function give(socket: TLSSocket, from: string): Promise<void> {
	await once(socket, "data");
	const file = await open(from);
	const chunk = Buffer.alloc(chunkBytes);
	for (;;) {
		const { bytesRead } = await file.read(chunk, 0, chunkBytes);
		if (bytesRead === 0) break;
		const isTaken = socket.write(Buffer.from(chunk.subarray(0, bytesRead)));
		if (!isTaken) await once(socket, "drain");
	}
	socket.end();
	await file.close();
}

function passOn(socket: TLSSocket, port: number): void {
	const source = dial(port);
	socket.pipe(source);
	source.pipe(socket);
}

async function take(port: number, to: string, told: (what: string) => void): Promise<void> {
	const socket = dial(port);
	await once(socket, "secureConnect");
	const file = await open(to, "w");
	told("connected");
	await once(parentPort as NonNullable<typeof parentPort>, "message");
	socket.write("go");
	for await (const chunk of socket) await file.write(chunk);
	told("taken");
	await file.close();
}

async function play(part: Part, told: (what: unknown) => void): Promise<void> {
	switch (part.kind) {
		case "give":
			return told(await listen((socket) => void give(socket, part.from)));
		case "passOn":
			return told(await listen((socket) => passOn(socket, part.port)));
		case "take":
			return take(part.port, part.to, told);
	}
}

if (!isMainThread && workerData?.part !== undefined) {
	void play(workerData.part as Part, (what) => parentPort?.postMessage(what));
}
