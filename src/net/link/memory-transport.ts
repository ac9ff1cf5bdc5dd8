// Links inside one process: the host's own membership runs over one, and so does every test that needs no real socket.
import { Duplex } from "node:stream";
import { Caller, thisComputer } from "../address/caller.ts";
import type {
	DialOptions,
	DialOutcome,
	FarEnd,
	Link,
	Listener,
	ListenOptions,
	ListenOutcome,
	Transport,
} from "./link.ts";

/** Made-up ports begin here, as those of real systems do (RFC 6335 §6), so that a picked port never looks like a chosen one. */
const FIRST_PICKED_PORT = 49_152;
const LAST_PORT = 65_535;

/** Makes the error that a TCP socket would give for a failed write, so that callers need one way to tell. */
function resetError(): Error {
	return Object.assign(new Error("The other end of this in-memory link is gone."), { code: "ECONNRESET" });
}

/** A MemoryEnd is one end of an in-memory Link. Written bytes wait in the other end's read buffer; once that is full, writing waits until it is read (back-pressure). */
class MemoryEnd extends Duplex {
	#far: MemoryEnd | undefined;
	#writeWaiting: ((error?: Error) => void) | undefined;
	#farIsGone = false;
	#hasSentEnd = false;

	constructor() {
		// Half-open, as tcp.ts is: the other end may stop writing and still read.
		super({ allowHalfOpen: true });
		// See tcp.ts: an error nobody listens to must not end the program; 'close' follows it.
		this.on("error", () => {});
	}

	joinTo(far: MemoryEnd): void {
		this.#far = far;
	}

	override _read(): void {
		this.#far?.resumeWriting();
	}

	override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error) => void): void {
		if (this.#far === undefined || this.#farIsGone) {
			done(resetError());
			return;
		}
		this.#writeWaiting = done;
		// A copy, as a kernel makes one: the writer may wipe its buffer as soon as the write is done.
		const hasRoom = this.#far.push(Buffer.from(chunk));
		if (hasRoom) this.resumeWriting();
	}

	override _final(done: () => void): void {
		this.#sendEnd();
		done();
	}

	override _destroy(error: Error | null, done: (error: Error | null) => void): void {
		const far = this.#far;
		this.#far = undefined;
		this.#failWaitingWrite();
		// Later, so that destroying one end never runs the other's listeners inside the caller's stack.
		if (far !== undefined) process.nextTick(() => far.farEndWasDestroyed(this.#hasSentEnd));
		done(error);
	}

	resumeWriting(): void {
		const done = this.#writeWaiting;
		this.#writeWaiting = undefined;
		done?.();
	}

	/** Behaves as a TCP socket whose peer has closed: what was sent can still be read, then comes the end; writing fails. */
	farEndWasDestroyed(hadSentEnd: boolean): void {
		this.#farIsGone = true;
		this.#failWaitingWrite();
		if (!hadSentEnd && !this.destroyed) this.push(null);
	}

	#sendEnd(): void {
		this.#hasSentEnd = true;
		this.#far?.push(null);
	}

	#failWaitingWrite(): void {
		const done = this.#writeWaiting;
		this.#writeWaiting = undefined;
		done?.(resetError());
	}
}

/** Makes the two ends of one in-memory Link; `names` are what each end is called by the other. Whoever takes an end closes it. */
export function memoryLinkPair(names: readonly [string, string] = ["memory-a", "memory-b"]): readonly [Link, Link] {
	return linkEnds({ address: names[0], port: 0 }, { address: names[1], port: 0 });
}

interface EndName {
	readonly address: string;
	readonly port: number;
}

function linkEnds(first: EndName, second: EndName): readonly [Link, Link] {
	const firstEnd = new MemoryEnd();
	const secondEnd = new MemoryEnd();
	firstEnd.joinTo(secondEnd);
	secondEnd.joinTo(firstEnd);
	return [
		{ stream: firstEnd, far: farEndOf(second) },
		{ stream: secondEnd, far: farEndOf(first) },
	];
}

/** Returns what an end knows of the other. A name that is an address stands for somebody who calls from there; all others are in this program. */
function farEndOf(name: EndName): FarEnd {
	return { transport: "memory", caller: Caller.at(name.address) ?? thisComputer, ...name };
}

/** Makes a network of its own: a dial reaches the listeners of the same Transport by port, whatever the host name. */
export function memoryTransport(): Transport {
	const listeners = new Map<number, ListenOptions["onLink"]>();
	let picked = FIRST_PICKED_PORT;

	function pickPort(): number {
		const port = picked;
		picked = picked === LAST_PORT ? FIRST_PICKED_PORT : picked + 1;
		return port;
	}

	async function dial(
		target: { readonly host: string; readonly port: number },
		{ signal }: DialOptions,
	): Promise<DialOutcome> {
		// As on a network, nothing is decided in the caller's own turn.
		await new Promise((resolve) => setImmediate(resolve));
		if (signal.aborted) return { kind: "failed", failure: "aborted", detail: "The dial was called off." };
		const onLink = listeners.get(target.port);
		if (onLink === undefined) {
			return { kind: "failed", failure: "refused", detail: `Nobody listens on in-memory port ${target.port}.` };
		}
		const [near, far] = linkEnds({ address: "memory", port: pickPort() }, { address: target.host, port: target.port });
		onLink(far);
		return { kind: "linked", link: near };
	}

	async function listen({ port: wanted, onLink }: ListenOptions): Promise<ListenOutcome> {
		let port = wanted === 0 ? pickPort() : wanted;
		while (wanted === 0 && listeners.has(port)) port = pickPort();
		if (listeners.has(port)) {
			return { kind: "failed", failure: "portTaken", detail: `In-memory port ${port} is taken.` };
		}
		listeners.set(port, onLink);
		return { kind: "listening", listener: memoryListener(port, () => listeners.delete(port)) };
	}

	return { name: "memory", dial, listen };
}

/** Makes a listener that closes once: by the second call the port may already belong to someone else. */
function memoryListener(port: number, stop: () => void): Listener {
	let isOpen = true;
	return {
		port,
		async close() {
			if (isOpen) stop();
			isOpen = false;
		},
	};
}
