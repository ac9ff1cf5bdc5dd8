// The other ends of bare-server.ts and of passing-server.ts: connections that count bytes, and can send lines.
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

/** Starts the bundled server at `program`. */
export async function openBareServer(program: string, recordBytes: number): Promise<BareServer> {
	const child = spawn(process.execPath, [program, String(recordBytes)], { stdio: ["ignore", "pipe", "inherit"] });
	process.on("exit", () => child.kill("SIGKILL"));
	const [port] = await once(createInterface({ input: child.stdout }), "line");
	return { pid: child.pid ?? 0, port: Number(port), close: () => void child.kill() };
}

export interface BareTalk {
	/** Is what is sent to say one line. */
	readonly said: Uint8Array;
	/** How many lines are said at once. */
	readonly lines: number;
	/** How many bytes of a line come to everybody else, and to whoever said it. */
	readonly recordBytes: number;
	readonly echoBytes: number;
	/** Is what a server must hear of whoever says nothing, or it takes them for gone. */
	readonly stillHere?: Uint8Array;
}

export class BareGuest {
	readonly #stream: Duplex;
	readonly #talk: BareTalk;
	#heardBytes = 0;

	private constructor(stream: Duplex, talk: BareTalk) {
		this.#stream = stream;
		this.#talk = talk;
		stream.on("data", (chunk: Buffer) => {
			this.#heardBytes += chunk.length;
		});
	}

	static async connect(port: number, talk: BareTalk): Promise<BareGuest> {
		const { signal } = new AbortController();
		const dialled = await tcpTransport().dial({ host: "127.0.0.1", port }, { signal, timeoutMs: 10_000 });
		if (dialled.kind === "failed") throw new Error(dialled.detail);
		const secured = await tlsChannel({ stream: dialled.link.stream, role: "guest", signal });
		if (secured.kind === "failed") throw new Error(secured.detail);
		return new BareGuest(secured.channel.stream, talk);
	}

	/** Whole lines so far. */
	get heard(): number {
		return Math.floor(this.#heardBytes / this.#talk.recordBytes);
	}

	sayStillHere(): void {
		if (this.#talk.stillHere) this.#stream.write(this.#talk.stillHere);
	}

	speak(): void {
		const { said, lines, recordBytes, echoBytes } = this.#talk;
		// An echo is shorter than the line, and counts as one.
		this.#heardBytes += lines * (recordBytes - echoBytes);
		for (let count = 0; count < lines; count += 1) this.#stream.write(said);
	}
}
