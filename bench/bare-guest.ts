// The other ends of bare-server.ts: connections that count records, and can send some.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Duplex } from "node:stream";
import { tlsChannel } from "../src/crypto/opening/tls-channel.ts";
import { tcpTransport } from "../src/net/tcp/tcp.ts";

export interface BareServer {
	readonly pid: number;
	readonly port: number;
	close(): void;
}

/** Starts the bundled bare-server.ts at `program`. */
export async function openBareServer(program: string, recordBytes: number): Promise<BareServer> {
	const child = spawn(process.execPath, [program, String(recordBytes)], { stdio: ["ignore", "pipe", "inherit"] });
	process.on("exit", () => child.kill("SIGKILL"));
	const [port] = await once(createInterface({ input: child.stdout }), "line");
	return { pid: child.pid ?? 0, port: Number(port), close: () => void child.kill() };
}

export class BareGuest {
	readonly #stream: Duplex;
	readonly #recordBytes: number;
	readonly #records: number;
	#heardBytes = 0;

	private constructor(stream: Duplex, recordBytes: number, records: number) {
		this.#stream = stream;
		this.#recordBytes = recordBytes;
		this.#records = records;
		stream.on("data", (chunk: Buffer) => {
			this.#heardBytes += chunk.length;
		});
	}

	static async connect(port: number, recordBytes: number, records: number): Promise<BareGuest> {
		const { signal } = new AbortController();
		const dialled = await tcpTransport().dial({ host: "127.0.0.1", port }, { signal, timeoutMs: 10_000 });
		if (dialled.kind === "failed") throw new Error(dialled.detail);
		const secured = await tlsChannel({ stream: dialled.link.stream, role: "guest", signal });
		if (secured.kind === "failed") throw new Error(secured.detail);
		return new BareGuest(secured.channel.stream, recordBytes, records);
	}

	/** Whole records so far. */
	get heard(): number {
		return Math.floor(this.#heardBytes / this.#recordBytes);
	}

	speak(): void {
		for (let count = 0; count < this.#records; count += 1) this.#stream.write(Buffer.alloc(this.#recordBytes));
	}
}
